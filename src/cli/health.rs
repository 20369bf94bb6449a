//! `roster health`: asks a running service on this machine whether it is ready, for Docker and other supervisors.

use std::{
    io::{Read as _, Write as _},
    net::{TcpStream, ToSocketAddrs as _},
    time::Duration,
};

use anyhow::{Context as _, bail};

use crate::settings::Settings;

const TIMEOUT: Duration = Duration::from_secs(5);

pub fn run(settings: &Settings) -> anyhow::Result<()> {
    let url = settings.local_url();
    let status = status(&url).with_context(|| format!("{url} does not answer"))?;
    if status != 200 {
        bail!("{url} is not ready: it answers {status}, and the log of the service says why");
    }
    println!("ready");
    Ok(())
}

/// The status of `/health/ready`.
fn status(url: &str) -> anyhow::Result<u16> {
    let host = url.trim_start_matches("http://");
    let address = host.to_socket_addrs()?.next().context("no address")?;
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    write!(stream, "GET /health/ready HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut head = [0; 12];
    stream.read_exact(&mut head)?;
    let status = str::from_utf8(&head).ok().and_then(|head| head.strip_prefix("HTTP/1.1 "));
    status.and_then(|status| status.parse().ok()).context("the answer is not one of a service of HTTP")
}
