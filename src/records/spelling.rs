//! The columns whose values are compared folded: links, addresses, and the addresses with which people sign in.

use crate::{
    catalogue::{column::Column, composite::part},
    models::email::Email,
    spelling::host::Text,
};

const USER_EMAIL: &str = "userEmail";

/// How the values of a column are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// Exactly.
    AsStored,
    /// By their host. The text is stored and answered as it was sent.
    Host(Text),
    /// Folded. Stored folded, too, and answered as people write it.
    SignIn,
}

impl Spelling {
    pub fn of(column: &Column) -> Self {
        match column.part.as_deref() {
            Some(part::PRIMARY_LINK_URL) => Self::Host(Text::Url),
            Some(part::PRIMARY_EMAIL) => Self::Host(Text::EmailAddress),
            None if column.field == USER_EMAIL => Self::SignIn,
            _ => Self::AsStored,
        }
    }

    /// The stored texts that equal this one; the only one, for most.
    pub fn equals(self, text: &str) -> Vec<String> {
        match self {
            Self::AsStored => vec![text.to_owned()],
            Self::Host(host) => host.spellings(text),
            Self::SignIn => {
                vec![Email::parse(text).map_or_else(|| text.to_owned(), |email| email.as_str().to_owned())]
            }
        }
    }

    /// A text that is the same for all that are compared as equal.
    pub fn fold(self, text: &str) -> String {
        match self {
            Self::Host(host) => host.to_ascii(text),
            Self::AsStored | Self::SignIn => text.to_owned(),
        }
    }
}
