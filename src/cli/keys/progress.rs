//! A progress bar on standard error; nothing if that is not a terminal.

use std::{
    io::{self, IsTerminal as _, Write as _},
    time::{Duration, Instant},
};

const WIDTH: u64 = 30;
const INTERVAL: Duration = Duration::from_millis(100);

pub struct Progress {
    total: u64,
    done: u64,
    is_shown: bool,
    drawn_at: Option<Instant>,
}

impl Progress {
    pub fn new(total: u64) -> Self {
        Self { total, done: 0, is_shown: io::stderr().is_terminal(), drawn_at: None }
    }

    pub fn done(&self) -> u64 {
        self.done
    }

    pub fn add(&mut self, rows: u64) {
        self.done += rows;
        // Rows may be added while the bar grows.
        self.total = self.total.max(self.done);
        if self.is_shown && self.drawn_at.is_none_or(|at| at.elapsed() >= INTERVAL) {
            self.draw();
            self.drawn_at = Some(Instant::now());
        }
    }

    /// Draws the last state and ends the line.
    pub fn finish(&self) {
        if self.is_shown && self.total > 0 {
            self.draw();
            eprintln!();
        }
    }

    /// A failure to write is ignored: the bar is not the result.
    fn draw(&self) {
        let _ = write!(io::stderr(), "\r{}", render(self.done, self.total));
        let _ = io::stderr().flush();
    }
}

fn render(done: u64, total: u64) -> String {
    let total = total.max(1);
    let filled = done * WIDTH / total;
    let bar: String = (0..WIDTH).map(|at| if at < filled { '#' } else { '-' }).collect();
    format!("[{bar}] {:>3} %  {done} of {total} rows", done * 100 / total)
}

#[cfg(test)]
mod tests {
    use super::render;

    #[test]
    fn grows_with_the_rows() {
        assert_eq!(render(0, 0), format!("[{}]   0 %  0 of 1 rows", "-".repeat(30)));
        assert_eq!(render(5, 10), format!("[{}{}]  50 %  5 of 10 rows", "#".repeat(15), "-".repeat(15)));
        assert_eq!(render(10, 10), format!("[{}] 100 %  10 of 10 rows", "#".repeat(30)));
    }
}
