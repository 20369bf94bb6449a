//! The settings that are one of a few words: the variants' names in lower case.

use strum::EnumString;

/// Who may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum SignUp {
    Open,
    /// Only with an invite to a workspace.
    Invited,
    Closed,
}

/// The format of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}
