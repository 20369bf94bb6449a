use super::*;

#[test]
fn adds_the_defaults_that_are_not_set() {
    let others = "tcp_user_timeout=8000&keepalives_idle=5&keepalives_interval=2&keepalives_count=2\
         &fallback_application_name=roster";
    for (url, expected) in [
        ("postgres:///roster", "postgres:///roster?connect_timeout=5&"),
        ("postgres://db/roster?", "postgres://db/roster?connect_timeout=5&"),
        ("postgres://db/roster?user=ada", "postgres://db/roster?user=ada&connect_timeout=5&"),
        ("postgres://db/roster?connect_timeout=60", "postgres://db/roster?connect_timeout=60&"),
        ("postgres://ada:s3?cret@db/roster", "postgres://ada:s3?cret@db/roster?connect_timeout=5&"),
    ] {
        assert_eq!(with_defaults(url), format!("{expected}{others}"));
    }
}

#[test]
fn removes_passwords_and_keeps_the_rest() {
    let cases = [
        ("postgres://ada:s%40cret@db:5433/roster", Some("postgres://ada@db:5433/roster")),
        ("postgres://ada@db/roster?sslmode=require", Some("postgres://ada@db/roster?sslmode=require")),
        ("postgres://db/r?password=s3cret&sslpassword=s3cret&user=ada", Some("postgres://db/r?user=ada")),
        ("postgres:///roster", Some("postgres:///roster")),
        ("postgres://ada:s3#cret@db/roster", Some("postgres://ada@db/roster")),
        ("postgres://ada:12#s3cret@db/roster", Some("postgres://ada@db/roster")),
        ("postgres://ada:s3?c&r=et@db/roster", Some("postgres://ada@db/roster")),
        ("postgres://db/r?options=-c%20x%3D1+2", Some("postgres://db/r?options=-c%20x%3D1+2")),
        ("postgres://ada:s3cret@db1:5432,db2:5433,db3/r", Some("postgres://ada@db1:5432,db2:5433,db3/r")),
        ("postgres://ada:s3cret@[::1]:5432,db2/r", Some("postgres://ada@[::1]:5432,db2/r")),
        ("postgres://ada:s3cret@%2Frun%2Fpostgresql/r", Some("postgres://ada@%2Frun%2Fpostgresql/r")),
        ("postgres://db/r?user=ada@example.com", Some("postgres://db/r?user=ada@example.com")),
        ("postgres://ada:s3/cret@db/roster", None),
        ("postgres://ada:12/s3cret@db/roster", None),
        ("postgres://ada:a@s3cret@db/roster", None),
        ("postgres://ada:s3%cret@db/roster", None),
        ("postgres://ada:1/s3?cret@db/roster", None),
    ];
    for (url, shown) in cases {
        assert_eq!(without_passwords(url).as_deref(), shown, "{url}");
    }
}

#[test]
fn finds_the_password() {
    for (url, expected) in [
        ("postgres://ada:s%40cr%C3%A9t@db/r", Some("s@crét")),
        ("postgres://ada:12#a+b?c@db/r", Some("12#a+b?c")),
        ("postgres://ada:first@db/r?password=sec%20ond", Some("sec ond")),
        ("postgres://ada@db/r", None),
    ] {
        assert_eq!(password(url).as_deref(), expected, "{url}");
    }
}

#[test]
fn hides_messages_that_may_quote_a_password() {
    let refused = "connection to server at \"db\" failed: Connection refused\n\tIs it running?\n";
    let on_one_line = "connection to server at \"db\" failed: Connection refused Is it running?";
    for url in ["postgres://ada:s3cret@db/roster", "postgres://ada:12#s3cret@db:1,db2:2/roster"] {
        assert_eq!(redact_message(refused, url), on_one_line);
    }
    let quoting = "invalid percent-encoded token: \"s3%cret\"";
    assert_eq!(redact_message(quoting, "postgres://ada:s3%cret@db/roster"), UNPARSABLE);
    let quoting =
        "end of string reached when looking for matching \"]\" in IPv6 host address in URI: \"postgres://…\"";
    assert_eq!(redact_message(quoting, "postgres://ada:s3cret@db/roster"), UNPARSABLE);
    let port = "invalid integer value \"s3\" for connection option \"port\"";
    assert_eq!(redact_message(port, "postgres://ada:s3/cret@db/roster"), UNPARSABLE);
}

#[test]
fn names_the_feature_that_tls_needs() {
    let message = "invalid sslmode value: \"require\" invalid when SSL support is not compiled in";
    let sentence = redact_message(message, "postgres://db/roster?sslmode=require");
    assert!(sentence.contains("`--features postgres-tls`"), "{sentence}");
}
