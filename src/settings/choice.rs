//! The settings that are one word out of a few.

use std::str::FromStr;

use super::given::Unacceptable;

/// Who may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignUp {
    Open,
    /// Only with an invite to a workspace.
    Invited,
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

impl FromStr for SignUp {
    type Err = Unacceptable;

    fn from_str(word: &str) -> Result<Self, Unacceptable> {
        match word {
            "open" => Ok(Self::Open),
            "invited" => Ok(Self::Invited),
            "closed" => Ok(Self::Closed),
            _ => Err(Unacceptable),
        }
    }
}

impl FromStr for LogFormat {
    type Err = Unacceptable;

    fn from_str(word: &str) -> Result<Self, Unacceptable> {
        match word {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(Unacceptable),
        }
    }
}
