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

/// For how long a pooler in front of PostgreSQL gives a connection to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum Pooler {
    /// Until the client leaves, as without a pooler.
    Session,
    /// For one transaction.
    Transaction,
}

/// The format of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}
