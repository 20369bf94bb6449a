//! The social networks that accounts can be on. Each network is described by data in its own file under `networks/`.
//! To add a network, add a file and list its constant in [`ALL`].

pub mod consent;
mod twitter;

use std::borrow::Cow;

pub use self::twitter::TWITTER;

/// The names of a network, and the words that V4 uses for things on it.
#[derive(Debug, PartialEq, Eq)]
pub struct Network {
    /// The stored name, as in the column `provider`.
    pub name: &'static str,
    /// Other names that `/rest` accepts for it.
    pub aliases: &'static [&'static str],
    /// The display name, which V4 answers as `social_channel`.
    pub label: &'static str,
    /// The name that the network gives itself today.
    pub brand: &'static str,
    /// The display name with its article, such as `a Twitter`.
    pub a_label: &'static str,
    /// V4's word for an account, in requests and answers.
    pub account: &'static str,
    /// V4's word for a list of accounts, in answers and URLs.
    pub accounts: &'static str,
    /// V4's word for the id of a disconnected account.
    pub account_id: &'static str,
    /// V4's word for the access token.
    pub token: &'static str,
    /// V4's word for the external id.
    pub external_id: &'static str,
    /// V4's word for the handle.
    pub handle: &'static str,
}

/// The networks that V4 supports.
pub const ALL: [&Network; 1] = [&TWITTER];

impl Network {
    /// Translates a general word, such as `external_id`, into V4's word for it on this network. Returns all other words
    /// unchanged, because they are the same on every network.
    pub fn name_for<'a>(&self, general: &'a str) -> &'a str {
        match general {
            "account" => self.account,
            "accounts" => self.accounts,
            "account_id" => self.account_id,
            "token" => self.token,
            "external_id" => self.external_id,
            "handle" => self.handle,
            // A list that V4 calls the same on every network.
            "any_accounts" => "accounts",
            other => other,
        }
    }
}

/// The stored name for a network name sent to `/rest`. A name that is no alias is returned unchanged, because `/rest`
/// also accepts networks that V4 does not support.
pub fn stored_name(name: &str) -> &str {
    ALL.iter().find(|network| network.aliases.contains(&name)).map_or(name, |network| network.name)
}

/// The network with this stored name.
pub fn find(networks: &[&'static Network], name: &str) -> Option<&'static Network> {
    networks.iter().copied().find(|network| network.name == name)
}

/// The display name for a stored name. For a network that is not in `networks`, the stored name, capitalised.
pub fn label<'a>(networks: &[&'static Network], name: &'a str) -> Cow<'a, str> {
    if let Some(network) = find(networks, name) {
        return network.label.into();
    }
    let mut letters = name.chars();
    letters.next().map_or(Cow::Borrowed(""), |first| first.to_uppercase().chain(letters).collect())
}
