//! Renders a value as Ruby's `#inspect` does (3.4 and later), for error messages that quote a parameter.
//! Long values are truncated, and nested values with a secret's name are redacted.

use std::fmt::{self, Display, Write};

use serde_json::Value;

use super::redact::{self, FILTERED};

const MAX_CHARS: usize = 200;

/// At most 200 characters, then `…` if the text is longer.
pub fn inspect(value: &Value) -> String {
    let mut bounded = BoundedText { text: String::new(), remaining: MAX_CHARS };
    match write!(bounded, "{}", Inspected(value)) {
        Ok(()) => bounded.text,
        Err(fmt::Error) => bounded.text + "…",
    }
}

/// Fails when the text would become longer than [`MAX_CHARS`].
struct BoundedText {
    text: String,
    remaining: usize,
}

impl Write for BoundedText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            self.remaining = self.remaining.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(c);
        }
        Ok(())
    }
}

struct Inspected<'a>(&'a Value);

impl Display for Inspected<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Null => f.write_str("nil"),
            Value::Bool(flag) => write!(f, "{flag}"),
            Value::Number(number) if number.is_f64() => float(f, number.as_f64().unwrap_or_default()),
            Value::Number(number) => write!(f, "{number}"),
            Value::String(text) => string(f, text),
            Value::Array(elements) => {
                f.write_char('[')?;
                for (index, element) in elements.iter().enumerate() {
                    write!(f, "{}{}", comma(index), Inspected(element))?;
                }
                f.write_char(']')
            }
            Value::Object(hash) => {
                f.write_char('{')?;
                for (index, (name, value)) in hash.iter().enumerate() {
                    f.write_str(comma(index))?;
                    string(f, name)?;
                    f.write_str(" => ")?;
                    if redact::is_secret(name) { f.write_str(FILTERED)? } else { Inspected(value).fmt(f)? }
                }
                f.write_char('}')
            }
        }
    }
}

fn comma(index: usize) -> &'static str {
    if index == 0 { "" } else { ", " }
}

/// Rust and Ruby write exponents at the same magnitudes, but differently: `1e-5` is `1.0e-05` in Ruby.
fn float(f: &mut fmt::Formatter<'_>, number: f64) -> fmt::Result {
    let plain = format!("{number:?}");
    let Some((mantissa, exponent)) = plain.split_once('e') else { return f.write_str(&plain) };
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    write!(f, "{mantissa}{point}e{sign}{digits:0>2}")
}

fn string(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            '#' if matches!(rest.peek(), Some('{' | '$' | '@')) => f.write_str("\\#")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            '\r' => f.write_str("\\r")?,
            '\x07' => f.write_str("\\a")?,
            '\x08' => f.write_str("\\b")?,
            '\x0b' => f.write_str("\\v")?,
            '\x0c' => f.write_str("\\f")?,
            '\x1b' => f.write_str("\\e")?,
            '\x7f' => f.write_str("\\x7F")?,
            c if c.is_control() => write!(f, "\\u{:04X}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn prints_as_ruby_does() {
        for (value, expected) in [
            (json!(null), "nil"),
            (json!(true), "true"),
            (json!(5), "5"),
            (json!(-7), "-7"),
            (json!(18_446_744_073_709_551_615_u64), "18446744073709551615"),
            (json!(1.5), "1.5"),
            (json!(1.0), "1.0"),
            (json!(-0.0), "-0.0"),
            (json!(1e15), "1000000000000000.0"),
            (json!(1e16), "1.0e+16"),
            (json!(1e30), "1.0e+30"),
            (json!(-1.25e-300), "-1.25e-300"),
            (json!(0.0001), "0.0001"),
            (json!(0.00001), "1.0e-05"),
            (json!("a\"b\\\né🏈\0\u{1b}"), r#""a\"b\\\né🏈\u0000\e""#),
            (json!("\t\r\u{7}\u{8}\u{b}\u{c}\u{1}\u{7f}\u{85}"), r#""\t\r\a\b\v\f\u0001\x7F\u0085""#),
            (json!("#{x} #$x #@x # #x"), r#""\#{x} \#$x \#@x # #x""#),
            (json!([]), "[]"),
            (json!({}), "{}"),
            (json!(["a", [null, 1]]), r#"["a", [nil, 1]]"#),
            (json!({ "a": 1, "b": [true, 1.5, "x"] }), r#"{"a" => 1, "b" => [true, 1.5, "x"]}"#),
            (
                json!([{ "twitter_token": "s", "a": { "password": ["s"] } }]),
                r#"[{"twitter_token" => [FILTERED], "a" => {"password" => [FILTERED]}}]"#,
            ),
        ] {
            assert_eq!(inspect(&value), expected);
        }
    }

    #[test]
    fn truncates_long_values() {
        assert_eq!(inspect(&json!("é".repeat(198))), format!("\"{}\"", "é".repeat(198)));
        assert_eq!(inspect(&json!("é".repeat(60_000))), format!("\"{}…", "é".repeat(199)));
        assert_eq!(inspect(&json!(vec![1; 100])).chars().count(), 201);
    }
}
