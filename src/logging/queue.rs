//! The queue of log lines that wait to be written. One thread writes them, so a reader that has stopped reading cannot
//! block the service: while the queue is full, lines are dropped and counted.

use std::{
    io::{self, Write},
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

/// In bytes. As much again may be in the hands of the writing thread.
const CAPACITY: usize = 1024 * 1024;
/// A line waits at most this long for others that are written with it.
const WRITE_INTERVAL: Duration = Duration::from_millis(100);
/// Pause before writing again to an output that is not ready.
const RETRY_DELAY: Duration = Duration::from_millis(20);

/// Each `write` adds one line. Clones share the queue.
#[derive(Clone)]
pub struct Queue(Arc<Shared>);

#[derive(Default)]
struct Shared {
    lines: Mutex<Lines>,
    changed: Condvar,
    written: Condvar,
}

#[derive(Default)]
struct Lines {
    waiting: Vec<u8>,
    dropped: u64,
    /// Whether the waiting lines are to be written without delay.
    is_urgent: bool,
    /// Whether the thread is writing lines that it has taken from here.
    is_writing: bool,
}

impl Queue {
    /// Starts the thread that writes to `out`. `render_dropped` makes the line that says how many lines were dropped.
    pub fn start(
        out: impl Write + Send + 'static,
        render_dropped: impl Fn(u64) -> String + Send + 'static,
    ) -> io::Result<Self> {
        let queue = Self(Arc::default());
        let writing = queue.clone();
        thread::Builder::new().name("log".to_owned()).spawn(move || writing.run(out, render_dropped))?;
        Ok(queue)
    }

    /// Writes the waiting lines without delay. Returns at once.
    pub fn hurry(&self) {
        self.lock().is_urgent = true;
        self.0.changed.notify_one();
    }

    /// Waits until all lines are written, at most for `within`.
    pub fn flush(&self, within: Duration) {
        self.hurry();
        let is_pending = |lines: &mut Lines| !lines.waiting.is_empty() || lines.is_writing;
        drop(self.0.written.wait_timeout_while(self.lock(), within, is_pending));
    }

    fn push(&self, line: &[u8]) {
        let mut lines = self.lock();
        let length = lines.waiting.len() + line.len();
        if length > CAPACITY {
            lines.dropped += 1;
            return;
        }
        let must_wake = lines.waiting.is_empty() || length > CAPACITY / 2;
        lines.waiting.extend_from_slice(line);
        drop(lines);
        if must_wake {
            self.0.changed.notify_one();
        }
    }

    fn run(&self, mut out: impl Write, render_dropped: impl Fn(u64) -> String) {
        let mut batch = Vec::new();
        loop {
            let dropped = self.take(&mut batch);
            if dropped > 0 {
                batch.extend_from_slice(render_dropped(dropped).as_bytes());
            }
            write_when_ready(&mut out, &batch);
            batch.clear();
            self.lock().is_writing = false;
            self.0.written.notify_all();
        }
    }

    /// Waits for lines and moves them into the empty `batch`. Returns how many lines were dropped after them.
    fn take(&self, batch: &mut Vec<u8>) -> u64 {
        let changed = &self.0.changed;
        let lines = changed.wait_while(self.lock(), |lines| lines.waiting.is_empty());
        let may_wait = |lines: &mut Lines| !lines.is_urgent && lines.waiting.len() <= CAPACITY / 2;
        let lines = lines.unwrap_or_else(PoisonError::into_inner);
        let waited = changed.wait_timeout_while(lines, WRITE_INTERVAL, may_wait);
        let mut lines = waited.unwrap_or_else(PoisonError::into_inner).0;
        mem::swap(&mut lines.waiting, batch);
        lines.is_urgent = false;
        lines.is_writing = true;
        mem::take(&mut lines.dropped)
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.0.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Queue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.push(line);
        Ok(line.len())
    }

    /// Does nothing, because this is called after every line; see [`Queue::flush`].
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Unlike `write_all`, does not give up if another process has made the shared output non-blocking. Lines that cannot
/// be written, because the output is closed, are lost.
fn write_when_ready(out: &mut impl Write, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        match out.write(bytes) {
            Ok(written) if written > 0 => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(RETRY_DELAY),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{self, Receiver, Sender};

    use super::*;

    const LINE: &[u8; 1024] = &[b'x'; 1024];
    const LONG: Duration = Duration::from_mins(1);

    /// Accepts bytes only after the test has let it, like a pipe whose reader has stopped.
    struct Pipe {
        opened: Receiver<()>,
        is_open: bool,
        bytes: Sender<Vec<u8>>,
    }

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if !self.is_open {
                self.is_open = true;
                self.opened.recv().map_err(io::Error::other)?;
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let some = &bytes[..bytes.len().div_ceil(2)];
            self.bytes.send(some.to_owned()).map_err(io::Error::other)?;
            Ok(some.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn queue() -> (Queue, Sender<()>, Receiver<Vec<u8>>) {
        let ((open, opened), (bytes, read)) = (mpsc::channel(), mpsc::channel());
        let pipe = Pipe { opened, is_open: false, bytes };
        (Queue::start(pipe, |dropped| format!("{dropped} dropped")).unwrap(), open, read)
    }

    fn text(read: &Receiver<Vec<u8>>) -> String {
        String::from_utf8(read.try_iter().flatten().collect()).unwrap()
    }

    #[test]
    fn lines_are_dropped_and_counted_while_nothing_reads_them() {
        let (mut queue, open, read) = queue();
        for _ in 0..5_000 {
            queue.write_all(LINE).unwrap();
        }
        open.send(()).unwrap();
        queue.flush(LONG);
        let text = text(&read);
        let written = text.matches('x').count();
        assert_eq!(written % LINE.len(), 0);
        let written = written / LINE.len();
        assert!((CAPACITY / LINE.len()..=2 * CAPACITY / LINE.len()).contains(&written), "{written} written");
        // The thread may have taken lines while others were dropped already, and then it says so twice.
        let dropped = text.split('x').filter_map(|said| said.strip_suffix(" dropped"));
        let dropped: usize = dropped.map(|number| number.trim().parse::<usize>().unwrap()).sum();
        assert!(text.ends_with(" dropped"), "{written} written of 5,000");
        assert_eq!(written + dropped, 5_000);
    }

    #[test]
    fn a_flush_ends_though_nothing_reads() {
        let (mut queue, _open, _read) = queue();
        queue.write_all(LINE).unwrap();
        queue.flush(Duration::from_millis(1));
    }

    #[test]
    fn a_line_is_written_without_any_flush() {
        let (mut queue, open, read) = queue();
        open.send(()).unwrap();
        queue.write_all(b"one").unwrap();
        let mut bytes = Vec::new();
        while bytes.len() < 3 {
            bytes.extend(read.recv_timeout(LONG).unwrap());
        }
        assert_eq!(bytes, b"one");
    }
}
