//! Literals: values as normalised texts, in filters and cursors and as the bind parameters of statements.
//! A value has exactly one literal per type of cell, so equal values are equal texts on both databases.

use chrono::{DateTime, Datelike};
use uuid::Uuid;

use crate::{catalogue::column::Cell, clock};

/// The largest integer that JavaScript represents exactly (RFC 8259, section 6).
const SAFE_INTEGER: u64 = (1 << 53) - 1;

/// The literal of a value in a request; `None` if a cell of this type cannot store it.
pub fn parse(cell: Cell, text: &str) -> Option<String> {
    match cell {
        Cell::Text | Cell::Json => (!text.contains('\0')).then(|| text.to_owned()),
        Cell::Uuid => parse_uuid(text),
        Cell::Moment => parse_moment(text),
        Cell::Boolean => parse_boolean(text),
        Cell::Integer => parse_integer(text),
        Cell::Number => parse_number(text),
    }
}

/// The expected values with an example, for error messages.
pub fn description(cell: Cell) -> &'static str {
    match cell {
        Cell::Text | Cell::Json => "text without NUL",
        Cell::Uuid => "an id, like 20202020-0687-4c41-b707-ed1bfca972a7",
        Cell::Moment => "a date or a date and time, like 2025-01-31T08:00:00.000Z",
        Cell::Boolean => "true or false",
        Cell::Integer => "a whole number, like 10",
        Cell::Number => "a number, like 1.5",
    }
}

fn parse_uuid(text: &str) -> Option<String> {
    const HYPHENATED: usize = 36;
    let id = Uuid::try_parse(text).ok().filter(|_| text.len() == HYPHENATED)?;
    Some(id.hyphenated().to_string())
}

/// Parses RFC 3339; the time may be omitted (midnight), and so may the offset (UTC).
fn parse_moment(text: &str) -> Option<String> {
    let (text, offset) = match clock::split_offset(text) {
        Some((time, _)) if time.len() <= clock::DATE_LENGTH => return None,
        Some(parts) => parts,
        None => (text, "Z".into()),
    };
    let (date, rest) = text.split_at_checked(clock::DATE_LENGTH)?;
    let time = match rest.strip_prefix(['T', 't', ' ']) {
        Some(time) => time,
        None if rest.is_empty() => "00:00",
        None => return None,
    };
    let seconds = if time.len() == "08:00".len() { ":00" } else { "" };
    let moment = DateTime::parse_from_rfc3339(&format!("{date}T{time}{seconds}{offset}")).ok()?;
    // Milliseconds turn a leap second into the second after it, as PostgreSQL does.
    let moment = DateTime::from_timestamp_millis(moment.timestamp_millis())?;
    (1..=9999).contains(&moment.year()).then(|| clock::for_database(moment.naive_utc()))
}

fn parse_boolean(text: &str) -> Option<String> {
    ["true", "false"].into_iter().find(|word| text.eq_ignore_ascii_case(word)).map(str::to_owned)
}

/// Accepts a zero fraction: `10.0` is an integer in JSON Schema.
fn parse_integer(text: &str) -> Option<String> {
    let whole = match text.split_once('.') {
        Some((whole, fraction)) => Some(whole).filter(|_| is_all_zeros(fraction))?,
        None => text,
    };
    whole
        .parse()
        .ok()
        .filter(|number: &i64| number.unsigned_abs() <= SAFE_INTEGER)
        .map(|number| number.to_string())
}

fn is_all_zeros(fraction: &str) -> bool {
    !fraction.is_empty() && fraction.bytes().all(|digit| digit == b'0')
}

fn parse_number(text: &str) -> Option<String> {
    let number: f64 = text.parse().ok()?;
    // Adding 0.0 turns -0.0 into 0.0.
    number.is_finite().then(|| format!("{:?}", number + 0.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};

    use super::{Cell, parse};

    const CELLS: [Cell; 7] =
        [Cell::Text, Cell::Uuid, Cell::Moment, Cell::Boolean, Cell::Integer, Cell::Number, Cell::Json];

    #[test]
    fn a_value_has_one_literal() {
        for (cell, text, literal) in [
            (Cell::Text, " O'Brien ", " O'Brien "),
            (Cell::Text, "", ""),
            (Cell::Json, "%\"a\"%", "%\"a\"%"),
            (Cell::Uuid, "20202020-0687-4C41-B707-ED1BFCA972A7", "20202020-0687-4c41-b707-ed1bfca972a7"),
            (Cell::Uuid, "00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000"),
            (Cell::Moment, "2025-01-31", "2025-01-31 00:00:00"),
            (Cell::Moment, "2025-01-31T08:09", "2025-01-31 08:09:00"),
            (Cell::Moment, "2025-01-31T08:09:10", "2025-01-31 08:09:10"),
            (Cell::Moment, "2025-01-31T08:09:10.5", "2025-01-31 08:09:10.500"),
            (Cell::Moment, "2025-01-31T08:09:10.1239Z", "2025-01-31 08:09:10.123"),
            (Cell::Moment, "2025-01-31 08:09:10.123", "2025-01-31 08:09:10.123"),
            (Cell::Moment, "2025-01-31T00:09+02:00", "2025-01-30 22:09:00"),
            (Cell::Moment, "2025-01-31T23:59:59.000-00:30", "2025-02-01 00:29:59"),
            (Cell::Moment, "2025-01-31T00:09+0200", "2025-01-30 22:09:00"),
            (Cell::Moment, "2025-01-31 00:09:00 +0200", "2025-01-30 22:09:00"),
            (Cell::Moment, "2025-01-31 08:09:10+00", "2025-01-31 08:09:10"),
            (Cell::Moment, "2025-01-31 08:09:10 UTC", "2025-01-31 08:09:10"),
            (Cell::Moment, "2016-12-31T23:59:60.25Z", "2017-01-01 00:00:00.250"),
            (Cell::Moment, "0001-01-01", "0001-01-01 00:00:00"),
            (Cell::Moment, "9999-12-31T23:59:59.999Z", "9999-12-31 23:59:59.999"),
            (Cell::Boolean, "True", "true"),
            (Cell::Boolean, "false", "false"),
            (Cell::Integer, "-007", "-7"),
            (Cell::Integer, "9007199254740991", "9007199254740991"),
            (Cell::Integer, "1.0", "1"),
            (Cell::Integer, "-1000.00", "-1000"),
            (Cell::Integer, "-0.0", "0"),
            (Cell::Number, "1", "1.0"),
            (Cell::Number, "-0", "0.0"),
            (Cell::Number, ".1", "0.1"),
            (Cell::Number, "1e300", "1e300"),
        ] {
            assert_eq!(parse(cell, text).as_deref(), Some(literal), "{cell:?} {text}");
        }
    }

    #[test]
    fn a_value_that_a_cell_cannot_store_has_none() {
        for (cell, text) in [
            (Cell::Text, "a\0b"),
            (Cell::Json, "\0"),
            (Cell::Uuid, ""),
            (Cell::Uuid, "2020202006874c41b707ed1bfca972a7"),
            (Cell::Uuid, "{20202020-0687-4c41-b707-ed1bfca972a7}"),
            (Cell::Uuid, "20202020-0687-4c41-b707-ed1bfca972ag"),
            (Cell::Moment, ""),
            (Cell::Moment, "yesterday"),
            (Cell::Moment, "2025-1-31"),
            (Cell::Moment, "2025-02-29"),
            (Cell::Moment, "2025-01-31T"),
            (Cell::Moment, "2025-01-31T8:00"),
            (Cell::Moment, "2025-01-31T24:00"),
            (Cell::Moment, "2025-01-31T08:00 02:00"),
            (Cell::Moment, "2025-01-31Z"),
            (Cell::Moment, "0000-12-31"),
            (Cell::Moment, "0001-01-01T00:00+01:00"),
            (Cell::Moment, "9999-12-31T23:59:59-01:00"),
            (Cell::Moment, "+2025-01-31"),
            (Cell::Moment, "äääää-01"),
            (Cell::Boolean, "1"),
            (Cell::Boolean, ""),
            (Cell::Integer, "1."),
            (Cell::Integer, ".0"),
            (Cell::Integer, "1.05"),
            (Cell::Integer, "1.0e1"),
            (Cell::Integer, "9007199254740992.0"),
            (Cell::Integer, "9007199254740992"),
            (Cell::Integer, "-9007199254740992"),
            (Cell::Integer, "99999999999999999999"),
            (Cell::Number, "NaN"),
            (Cell::Number, "inf"),
            (Cell::Number, "1e999"),
            (Cell::Number, "1,5"),
        ] {
            assert_eq!(parse(cell, text), None, "{cell:?} {text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

        #[test]
        fn the_literal_of_a_literal_is_the_same(
            text in "(?s:.{0,40})|[-+0-9TZ:. e]{1,30}|[0-9]{4}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\\.[0-9]{1,9})?)?(Z|[-+][01][0-9]:[0-5][0-9])?",
        ) {
            for cell in CELLS {
                if let Some(literal) = parse(cell, &text) {
                    prop_assert_eq!(parse(cell, &literal), Some(literal));
                }
            }
        }

        #[test]
        fn the_literal_of_a_number_parses_to_that_number(number in any::<f64>(), whole in -((1i64 << 53) - 1)..(1i64 << 53)) {
            if number.is_finite() {
                let literal = parse(Cell::Number, &format!("{number}")).expect("a finite number has a literal");
                prop_assert_eq!(literal.parse(), Ok(number));
            }
            let literal = parse(Cell::Integer, &whole.to_string()).expect("a safe integer has a literal");
            prop_assert_eq!(literal.parse(), Ok(whole));
        }
    }
}
