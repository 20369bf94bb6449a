//! The operations of a webhook: `object.verb`, where `*` stands for every object or every verb. Others match nothing.

/// Whether an operation asks for what happened to an object.
pub fn matches(operation: &str, object: &str, verb: &str) -> bool {
    let is_covered = |pattern: &str, name: &str| pattern == "*" || pattern == name;
    operation
        .split_once('.')
        .is_some_and(|(objects, verbs)| is_covered(objects, object) && is_covered(verbs, verb))
}

/// Parses the stored list. A list of something else than texts has no operations.
pub fn parse_all(stored: Option<&str>) -> Vec<String> {
    stored.and_then(|stored| serde_json::from_str(stored).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("person.created", true)]
    #[case("person.*", true)]
    #[case("*.created", true)]
    #[case("*.*", true)]
    #[case("person.updated", false)]
    #[case("company.created", false)]
    #[case("*.deleted", false)]
    #[case("people.created", false)]
    #[case("person", false)]
    #[case("*", false)]
    #[case("", false)]
    #[case("all", false)]
    #[case("Person.created", false)]
    #[case("person.created.name", false)]
    fn an_operation_matches(#[case] operation: &str, #[case] expected: bool) {
        assert_eq!(matches(operation, "person", "created"), expected);
    }

    #[test]
    fn a_stored_list_is_parsed() {
        assert_eq!(parse_all(Some(r#"["*.*","a"]"#)), ["*.*", "a"]);
        for stored in [None, Some("null"), Some("[null]"), Some("{}")] {
            assert!(parse_all(stored).is_empty(), "{stored:?}");
        }
    }
}
