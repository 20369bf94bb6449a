//! A TCP proxy in front of a server. It can forget its connections, as a firewall does: they stay open, and nothing
//! that is sent on them arrives.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

pub struct Proxy {
    pub port: u16,
    /// How often connections were forgotten; those made since then work.
    forgotten: Arc<AtomicUsize>,
    /// Both ends of every connection.
    ends: Arc<Mutex<Vec<TcpStream>>>,
}

impl Proxy {
    /// Passes connections on to a port of this machine until the test process ends.
    pub fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let own_port = listener.local_addr().expect("an address").port();
        let (forgotten, ends) = (Arc::<AtomicUsize>::default(), Arc::<Mutex<Vec<TcpStream>>>::default());
        thread::spawn({
            let (forgotten, all_ends) = (Arc::clone(&forgotten), Arc::clone(&ends));
            move || {
                for client in listener.incoming().flatten() {
                    let server = TcpStream::connect(("127.0.0.1", port)).expect("the server");
                    let ends = [(&client, &server), (&server, &client)];
                    for (from, to) in ends.map(|(from, to)| (from.try_clone(), to.try_clone())) {
                        let (from, to) = (from.expect("a socket"), to.expect("a socket"));
                        let forgotten = Arc::clone(&forgotten);
                        thread::spawn(move || pass_on(from, to, &forgotten));
                    }
                    all_ends.lock().expect("the ends").extend([client, server]);
                }
            }
        });
        Self { port: own_port, forgotten, ends }
    }

    pub fn forget_connections(&self) {
        self.forgotten.fetch_add(1, Ordering::Relaxed);
    }
}

/// Ends the connections, also the forgotten ones, for which a thread of the service may wait.
impl Drop for Proxy {
    fn drop(&mut self) {
        for end in self.ends.lock().expect("the ends").iter() {
            let _ = end.shutdown(Shutdown::Both);
        }
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, forgotten: &AtomicUsize) {
    let began = forgotten.load(Ordering::Relaxed);
    let mut buffer = [0; 8192];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if forgotten.load(Ordering::Relaxed) == began && to.write_all(&buffer[..length]).is_err() {
            return;
        }
    }
    if forgotten.load(Ordering::Relaxed) == began {
        let _ = to.shutdown(Shutdown::Both);
    }
}
