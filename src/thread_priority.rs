//! The priority of threads that compute for long, below that of the threads that answer requests.

use std::thread;

const NICENESS: i32 = 10;

/// Lowers the priority of the calling thread. On Linux it does not change the other threads of the process.
pub fn lower() {
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        let thread = thread::current();
        log::warn!("thread {} keeps the normal priority: {error}", thread.name().unwrap_or("without a name"));
    }
}
