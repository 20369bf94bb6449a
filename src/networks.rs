//! The kinds of social networks that accounts can be on. What is particular to one is data in a file of its own under
//! `networks/`. To add one: such a file, and its name in [`ALL`].

mod twitter;

use std::borrow::Cow;

pub use self::twitter::TWITTER;

/// What a network is called, and what V4 calls things on it.
#[derive(Debug, PartialEq, Eq)]
pub struct Network {
    /// The stored name: the column `provider`.
    pub name: &'static str,
    /// Its other names at `/rest`.
    pub aliases: &'static [&'static str],
    /// Its display name: `social_channel` at V4.
    pub label: &'static str,
    /// The display name after its article, such as `a Twitter`.
    pub a_label: &'static str,
    /// An account, in requests and answers.
    pub account: &'static str,
    /// A list of accounts, in answers and in URLs.
    pub accounts: &'static str,
    /// The id of a disconnected account.
    pub account_id: &'static str,
    /// The access token.
    pub token: &'static str,
    /// The network's own id of an account.
    pub external_id: &'static str,
    /// The handle.
    pub handle: &'static str,
}

/// The networks that V4 speaks of.
pub const ALL: [&Network; 1] = [&TWITTER];

impl Network {
    /// V4's word on this network for a general one, as parameters and bodies are defined with. Other words are the same
    /// on all networks.
    pub fn word<'a>(&self, general: &'a str) -> &'a str {
        match general {
            "account" => self.account,
            "accounts" => self.accounts,
            "account_id" => self.account_id,
            "token" => self.token,
            "external_id" => self.external_id,
            "handle" => self.handle,
            other => other,
        }
    }
}

/// The stored name of a network that is called this at `/rest`, where V4 does not speak of every network.
pub fn stored_name(name: &str) -> &str {
    ALL.iter().find(|network| network.aliases.contains(&name)).map_or(name, |network| network.name)
}

/// The display name of a stored one; of a network that is not among these, the name itself, capitalised.
pub fn label<'a>(networks: &[&'static Network], name: &'a str) -> Cow<'a, str> {
    if let Some(network) = networks.iter().find(|network| network.name == name) {
        return network.label.into();
    }
    let mut letters = name.chars();
    letters.next().map_or(Cow::Borrowed(""), |first| first.to_uppercase().chain(letters).collect())
}
