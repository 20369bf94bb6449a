//! How well a grant is, and why it has to be given again.

use strum::{EnumString, IntoStaticStr};

use crate::networks::consent::verdict::Death;

#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// The token works, as far as is known.
    Ok,
    /// The network has refused it: only a new consent helps.
    NeedsReconnect,
    /// The token has ended, and the network has not given another one yet.
    Unknown,
    /// The operator does not want it to be refreshed.
    Paused,
}

/// Why a grant is not well. Programs read these words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Reason {
    Refused,
    Suspended,
    NetworkUnavailable,
}

impl State {
    /// The stored names of the states in which a grant is refreshed.
    pub const REFRESHED: [&'static str; 2] = ["ok", "unknown"];

    /// The stored name, which the API answers too.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl Reason {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl From<Death> for Reason {
    fn from(death: Death) -> Self {
        match death {
            Death::Refused => Self::Refused,
            Death::Suspended => Self::Suspended,
        }
    }
}
