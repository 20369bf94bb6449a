//! Which events the operations of a webhook ask for: `object.verb`, where `*` stands for every object or every verb. SQLite
//! gets the function here; that of PostgreSQL is in the migration `webhook_deliveries`.

use diesel::{
    QueryResult, SqliteConnection,
    sql_types::{Nullable, Text},
};

diesel::define_sql_function! {
    fn asks_for(operations: Nullable<Text>, event_name: Text) -> Bool;
}

/// Makes the function available on an SQLite connection.
pub(super) fn register(connection: &mut SqliteConnection) -> QueryResult<()> {
    asks_for_utils::register_impl(connection, |operations: Option<String>, event_name: String| {
        parse(operations.as_deref()).iter().any(|operation| is_for(operation, &event_name))
    })
}

/// Parses the stored list. A list of something else than texts has no operations.
pub fn parse(stored: Option<&str>) -> Vec<String> {
    stored.and_then(|stored| serde_json::from_str(stored).ok()).unwrap_or_default()
}

fn is_for(operation: &str, event_name: &str) -> bool {
    let covers = |(pattern, name): (&str, &str)| pattern == "*" || pattern == name;
    let (Some((objects, verbs)), Some((object, verb))) =
        (operation.split_once('.'), event_name.split_once('.'))
    else {
        return false;
    };
    covers((objects, object)) && covers((verbs, verb))
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
    fn an_operation_is_for_an_event(#[case] operation: &str, #[case] expected: bool) {
        assert_eq!(is_for(operation, "person.created"), expected);
    }

    #[test]
    fn a_stored_list_is_parsed() {
        assert_eq!(parse(Some(r#"["*.*","a"]"#)), ["*.*", "a"]);
        for stored in [None, Some("null"), Some("[null]"), Some("{}")] {
            assert!(parse(stored).is_empty(), "{stored:?}");
        }
    }
}
