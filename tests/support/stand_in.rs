//! What stand-ins of other servers share: a free port with a thread for each connection, and a state that tests wait for.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread,
    time::Duration,
};

const WAIT_TIMEOUT: Duration = Duration::from_secs(30);

/// Clones share one state.
pub struct Watched<S>(Arc<(Mutex<S>, Condvar)>);

impl<S> Clone for Watched<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> Watched<S> {
    pub fn new(state: S) -> Self {
        Self(Arc::new((Mutex::new(state), Condvar::new())))
    }

    pub fn state(&self) -> MutexGuard<'_, S> {
        self.0.0.lock().expect("nobody panicked")
    }

    pub fn change(&self, change: impl FnOnce(&mut S)) {
        change(&mut self.state());
        self.0.1.notify_all();
    }

    /// Panics with what the state says of itself, if it takes too long.
    pub fn wait_until(
        &self,
        until: impl Fn(&S) -> bool,
        describe: impl FnOnce(&S) -> String,
    ) -> MutexGuard<'_, S> {
        let waited = self.0.1.wait_timeout_while(self.state(), WAIT_TIMEOUT, |state| !until(state));
        let (state, timeout) = waited.expect("nobody panicked");
        assert!(!timeout.timed_out(), "{}", describe(&state));
        state
    }

    /// Waits as long as a test wants.
    pub fn wait_while(&self, condition: impl Fn(&S) -> bool) -> MutexGuard<'_, S> {
        self.0.1.wait_while(self.state(), |state| condition(state)).expect("nobody panicked")
    }
}

/// Listens until the process ends, and returns the address.
pub fn listen(converse: impl Fn(&TcpStream) + Clone + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let converse = converse.clone();
            thread::spawn(move || converse(&stream));
        }
    });
    address
}
