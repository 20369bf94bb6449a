//! The log on standard error, as text or JSON.
//! A message may contain text from a client, so control characters are escaped: each record is one line.

mod queue;

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    panic,
    time::Duration,
};

use log::{
    Level, Log, Metadata, Record,
    kv::{self, VisitSource},
};
use serde_json::{Value, json};

use self::queue::Queue;
use crate::{
    clock::{self, Clock},
    request_id,
    settings::LogFormat,
};

/// How long the end of the process waits for a log that nothing reads.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// Filters and renders like `env_logger`, and writes through the queue: errors at once.
struct QueuedLog {
    logger: env_logger::Logger,
    queue: Queue,
}

/// `filter` has the syntax of `env_logger`, such as `info` or `warn,roster=debug`. Call [`flush`] before the process
/// ends.
pub fn start(filter: &str, format: LogFormat) -> anyhow::Result<()> {
    let clock = Clock::default();
    let queue = Queue::start(io::stderr(), move |dropped| render_dropped(dropped, format))?;
    let logger = env_logger::Builder::new()
        .parse_filters(filter)
        .format(move |out, record| {
            let time = clock::iso8601(clock.now());
            writeln!(out, "{}", render(&time, record, format))
        })
        .target(env_logger::Target::Pipe(Box::new(queue.clone())))
        .build();
    let level = logger.filter();
    log::set_boxed_logger(Box::new(QueuedLog { logger, queue }))?;
    log::set_max_level(level);
    panic::set_hook(Box::new(|panic| {
        log::error!("{panic}");
        flush();
    }));
    Ok(())
}

/// Waits until the log is written, at most a second.
pub fn flush() {
    log::logger().flush();
}

impl Log for QueuedLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.logger.enabled(metadata)
    }

    fn log(&self, record: &Record<'_>) {
        self.logger.log(record);
        if record.level() == Level::Error {
            self.queue.hurry();
        }
    }

    fn flush(&self) {
        self.queue.flush(FLUSH_TIMEOUT);
    }
}

fn render_dropped(dropped: u64, format: LogFormat) -> String {
    let time = clock::iso8601(Clock::default().now());
    let mut record = Record::builder();
    record.level(Level::Warn).target(module_path!());
    let message = format_args!("{dropped} lines of the log were dropped, because nothing read them in time");
    render(&time, &record.args(message).build(), format) + "\n"
}

fn render(time: &str, record: &Record<'_>, format: LogFormat) -> String {
    match format {
        LogFormat::Text => render_text(time, record),
        LogFormat::Json => render_json(time, record),
    }
}

fn render_text(time: &str, record: &Record<'_>) -> String {
    let mut line = format!("{time} {:<5} {}: {}", record.level(), record.target(), record.args());
    visit_pairs(record, |key, value| _ = write!(line, " {key}={value}"));
    escape_controls(&line)
}

/// Omits a pair whose key is one of the four fixed keys.
fn render_json(time: &str, record: &Record<'_>) -> String {
    let mut line = json!({
        "time": time,
        "level": record.level().as_str(),
        "target": record.target(),
        "message": record.args().to_string(),
    });
    visit_pairs(record, |key, value| {
        if line.get(key).is_none() {
            line[key] = value;
        }
    });
    line.to_string()
}

fn escape_controls(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut line, letter| {
        if letter.is_control() {
            line.extend(letter.escape_default());
        } else {
            line.push(letter);
        }
        line
    })
}

/// Visits the record's pairs, then the id of its request.
fn visit_pairs(record: &Record<'_>, mut note: impl FnMut(&str, Value)) {
    if let Err(error) = record.key_values().visit(&mut PairVisitor(&mut note)) {
        note("unreadable_pairs", error.to_string().into());
    }
    if let Some(id) = request_id::current() {
        note("request_id", id.to_string().into());
    }
}

struct PairVisitor<F>(F);

impl<'kvs, F: FnMut(&str, Value)> VisitSource<'kvs> for PairVisitor<F> {
    fn visit_pair(&mut self, key: kv::Key<'kvs>, value: kv::Value<'kvs>) -> Result<(), kv::Error> {
        (self.0)(key.as_str(), to_json(&value));
        Ok(())
    }
}

/// Keeps numbers and booleans; every other value becomes text.
fn to_json(value: &kv::Value<'_>) -> Value {
    None.or_else(|| value.to_bool().map(Value::from))
        .or_else(|| value.to_u64().map(Value::from))
        .or_else(|| value.to_i64().map(Value::from))
        .or_else(|| value.to_f64().map(Value::from))
        .unwrap_or_else(|| value.to_string().into())
}

#[cfg(test)]
mod tests {
    use log::Level;

    use super::*;

    const HOSTILE: &str = "a \"quoted\" \\ line\r\n2026-01-01T00:00:00.000Z ERROR forged\u{1b}[2J\u{0}\u{85}";
    const TIME: &str = "2023-06-14T17:06:02.456Z";

    fn logged(pairs: &[(&str, kv::Value<'_>)], format: LogFormat) -> String {
        let mut record = Record::builder();
        record.level(Level::Warn).target("roster::app").key_values(&pairs);
        render(TIME, &record.args(format_args!("{HOSTILE}")).build(), format)
    }

    #[test]
    fn json_escapes_hostile_text() {
        let pairs = [("request_id", HOSTILE.into()), ("status", 200.into()), ("time", "never".into())];
        let line = logged(&pairs, LogFormat::Json);
        assert!(!line.contains(|letter: char| letter.is_ascii_control()), "{line}");
        let parsed: Value = serde_json::from_str(&line).unwrap();
        let expected = json!({
            "time": TIME, "level": "WARN", "target": "roster::app", "message": HOSTILE,
            "request_id": HOSTILE, "status": 200,
        });
        assert_eq!(parsed, expected);
    }

    #[test]
    fn text_is_always_one_line() {
        let line = logged(&[("request_id", "7".into()), ("agent", "x\ny".into())], LogFormat::Text);
        assert!(!line.contains(char::is_control), "{line}");
        assert!(line.starts_with("2023-06-14T17:06:02.456Z WARN  roster::app: a \"quoted\""), "{line}");
        assert!(line.ends_with(r#" request_id="7" agent="x\ny""#), "{line}");
    }
}
