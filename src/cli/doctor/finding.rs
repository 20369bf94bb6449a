//! A finding: one line of the report.

use std::fmt;

/// Only `Fail` makes `roster doctor` fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Ok,
    Warn,
    Fail,
}

/// What was checked, the result, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub verdict: Verdict,
    subject: &'static str,
    sentence: String,
}

impl Finding {
    pub fn ok(subject: &'static str, sentence: impl Into<String>) -> Self {
        Self { verdict: Verdict::Ok, subject, sentence: sentence.into() }
    }

    pub fn warn(subject: &'static str, sentence: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warn, subject, sentence: sentence.into() }
    }

    pub fn fail(subject: &'static str, sentence: impl Into<String>) -> Self {
        Self { verdict: Verdict::Fail, subject, sentence: sentence.into() }
    }
}

/// Always one line: control characters in names and in servers' replies are replaced by spaces.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Ok => "ok  ",
            Verdict::Warn => "warn",
            Verdict::Fail => "FAIL",
        };
        let sentence: String = self.sentence.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        write!(f, "{verdict} {}: {}", self.subject, sentence.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::Finding;

    #[test]
    fn is_always_one_line() {
        let finding = Finding::fail("mail", "550 no\r\nok   keys: fine\u{1b}[2J");
        assert_eq!(finding.to_string(), "FAIL mail: 550 no  ok   keys: fine [2J");
    }
}
