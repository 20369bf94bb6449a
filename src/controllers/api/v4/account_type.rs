//! The parameter `type` of the routes that are about the accounts of one network.

use strum::{AsRefStr, IntoStaticStr};

use crate::parameters::Choices;

/// The networks that V4 documents, also those that this service does not have yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsRefStr, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum AccountType {
    Facebook,
    Instagram,
    Twitter,
}

impl AccountType {
    /// The stored name of the network.
    pub fn provider(self) -> &'static str {
        self.into()
    }
}

impl Choices for AccountType {
    type Value = Self;
    const ALL: &'static [Self] = &[Self::Facebook, Self::Instagram, Self::Twitter];
}
