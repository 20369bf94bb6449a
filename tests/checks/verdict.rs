//! The line a long check ends with, and its failure when the number is not reached.

use std::fmt::Display;

use crate::support::database::Kind;

/// Prints `G2 sqlite value=… target=… PASS`.
///
/// # Panics
/// Where it is `FAIL`.
pub fn print(id: &str, kind: Kind, value: impl Display, target: &str, passed: bool) {
    let verdict = if passed { "PASS" } else { "FAIL" };
    println!("{id} {kind} value={value} target={target} {verdict}");
    assert!(passed, "{id} {kind}: {value}");
}
