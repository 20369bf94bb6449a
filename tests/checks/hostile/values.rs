//! Values that an attacker may send. `TEXT` is replaced by the value of the field.

/// Raw bytes of a JSON value.
pub struct Hostile {
    pub name: &'static str,
    pub json: Vec<u8>,
    pub is_too_large: bool,
}

fn hostile(name: &'static str, json: impl Into<Vec<u8>>) -> Hostile {
    let json = json.into();
    let is_too_large = json.len() > 64 * 1024;
    Hostile { name, json, is_too_large }
}

pub fn in_json() -> Vec<Hostile> {
    vec![
        hostile("NUL", r#""TEXT\u0000""#),
        hostile("high surrogate", r#""TEXT\ud800""#),
        hostile("low surrogate", r#""\udfffTEXT""#),
        hostile("bidi", r#""\u202eTEXT\u2066\u2069""#),
        hostile("zero width", r#""TEXT\u200b\u200d\ufeff""#),
        hostile("{}", "{}"),
        hostile("[]", "[]"),
        hostile("number", "12345678901234567890"),
        hostile("1 MB", format!("\"{}\"", "x".repeat(1024 * 1024))),
        hostile("60 KB", format!("\"{}\"", "x".repeat(60 * 1024))),
        hostile("depth 126", nested(124)),
        hostile("depth 128", nested(128)),
        hostile("depth 100,000", nested(100_000)),
        hostile("depth 30,000", nested(30_000)),
        hostile("fraction", "1e-7"),
        hostile("number beyond floats", "1e999"),
        hostile("true", "true"),
        hostile("null", "null"),
        hostile("hashes in a list", r#"[{"TEXT": ["TEXT"]}]"#),
        hostile("SQL", r#""TEXT'; DROP TABLE users; --""#),
        hostile("templates", r#""TEXT%s%n{{7*7}}${jndi:ldap://x}""#),
        hostile("controls", r#""TEXT\u0001\u001b[31m\r\n\u2028\u0085""#),
        hostile(
            "beyond the plane",
            r#""🏈TEXT\ud83c\udfc8\uffff\u{10ffff}""#.replace("\\u{10ffff}", "\u{10ffff}"),
        ),
        hostile("combining", format!("\"TEXT{}\"", "\u{301}".repeat(200))),
        hostile("spaces", r#""\u00a0\u3000\u2003""#),
        hostile("not UTF-8", b"\"TEXT\xff\xfe\"".to_vec()),
        hostile("overlong UTF-8", b"\"TEXT\xc0\x80\"".to_vec()),
    ]
}

fn nested(levels: usize) -> String {
    "[".repeat(levels) + &"]".repeat(levels)
}

/// Raw text after the name in a query.
pub const IN_QUERY: [(&str, &str); 12] = [
    ("NUL", "=TEXT%00"),
    ("not UTF-8", "=TEXT%ff%fe"),
    ("a surrogate", "=%ed%a0%80"),
    ("bidi", "=%e2%80%aeTEXT"),
    ("zero width", "=TEXT%e2%80%8b"),
    ("half an escape", "=TEXT%"),
    ("a hash", "[a][b]=TEXT"),
    ("a list", "[]=TEXT&x[]=1"),
    ("number", "=12345678901234567890"),
    ("pattern", "=%25_%5c"),
    ("SQL", "=TEXT'%20OR%201=1--"),
    ("nothing", ""),
];

/// Used in place of an id.
pub const IN_PATH: [&str; 10] =
    ["0", "-1", "9223372036854775807", "9223372036854775808", "1e3", "%00", "%ff", "%d9%a1", "1%2f2", "1;2"];
