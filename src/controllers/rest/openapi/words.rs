//! The names of the catalogue as English words.

use heck::ToSnakeCase as _;

/// `calendarEvents` → `calendar events`
pub fn to_words(name: &str) -> String {
    name.to_snake_case().replace('_', " ")
}

/// `a company`, `an opportunity`
pub fn with_article(name: &str) -> String {
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {}", to_words(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_into_words() {
        assert_eq!(to_words("messageChannelMessageAssociations"), "message channel message associations");
        assert_eq!(with_article("apiKey"), "an api key");
        assert_eq!(with_article("company"), "a company");
    }
}
