//! The kinds of social networks that accounts can be on. What is particular to one is data in a file of its own under
//! `networks/`.

mod twitter;

pub use self::twitter::TWITTER;

/// What is particular to a network.
#[derive(Debug, PartialEq, Eq)]
pub struct Network {
    /// The stored name: the column `provider`.
    pub name: &'static str,
    /// Its other names at `/rest`.
    pub aliases: &'static [&'static str],
    /// Its display name: `social_channel` at V4.
    pub label: &'static str,
    /// V4's parameter with the external id, where a conflict is shown.
    pub external_id: &'static str,
    /// V4's parameter with the teams that share an account, where an unknown team is shown.
    pub team_ids: &'static str,
}

/// The networks that V4 speaks of.
pub const ALL: [&Network; 1] = [&TWITTER];

/// The stored name of a network that is called this at `/rest`. V4 speaks of some; the others have the name they are
/// called.
pub fn stored_name(name: &str) -> &str {
    ALL.iter().find(|network| network.aliases.contains(&name)).map_or(name, |network| network.name)
}

/// The display name of a stored one.
pub fn label(name: &str) -> String {
    if let Some(network) = ALL.iter().find(|network| network.name == name) {
        return network.label.to_owned();
    }
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
