//! The names of the catalogue as people say them.

use heck::ToSnakeCase as _;

/// `calendarEvents` → `calendar events`
pub fn spoken(name: &str) -> String {
    name.to_snake_case().replace('_', " ")
}

/// `a company`, `an opportunity`
pub fn one(name: &str) -> String {
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {}", spoken(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        assert_eq!(spoken("messageChannelMessageAssociations"), "message channel message associations");
        assert_eq!(one("apiKey"), "an api key");
        assert_eq!(one("company"), "a company");
    }
}
