//! No answer depends on the defaults that a role, a database or a server gives to a PostgreSQL session.

use roster::{models::api_key::Scope, settings::Settings};
use serde_json::{Value, json};

use crate::{
    rest::caller::Caller,
    support::{database::Kind, people::Person, postgres::Postgres, server::TestApp},
};

const HOSTILE: [(&str, &str); 30] = [
    ("extra_float_digits", "0"),
    ("extra_float_digits", "-15"),
    ("datestyle", "German"),
    ("datestyle", "SQL,DMY"),
    ("intervalstyle", "sql_standard"),
    ("timezone", "Pacific/Auckland"),
    ("bytea_output", "escape"),
    ("standard_conforming_strings", "off"),
    ("escape_string_warning", "off"),
    ("backslash_quote", "off"),
    ("array_nulls", "off"),
    ("transform_null_equals", "on"),
    ("gin_fuzzy_search_limit", "1"),
    ("exit_on_error", "on"),
    ("client_encoding", "LATIN1"),
    ("client_min_messages", "error"),
    ("synchronous_commit", "off"),
    ("session_replication_role", "replica"),
    ("default_transaction_isolation", "serializable"),
    ("default_transaction_deferrable", "on"),
    ("statement_timeout", "1"),
    ("lock_timeout", "1"),
    ("plan_cache_mode", "force_generic_plan"),
    ("quote_all_identifiers", "on"),
    ("row_security", "off"),
    ("xmloption", "document"),
    ("enable_hashjoin", "off"),
    ("enable_indexscan", "off"),
    ("jit_above_cost", "0"),
    ("default_text_search_config", "simple"),
];

fn with_default(settings: &mut Settings, url: &str, (name, value): (&str, &str)) {
    let value = value.replace(',', "%2C");
    settings.database_url = Some(format!("{url}?options=-c%20{name}%3D{value}").into());
}

/// Everything that lists, filters, sorts and pages.
fn answers(program: &Caller, olga: &Person) -> Vec<Value> {
    let mut answers: Vec<Value> = [
        "companies?limit=2&order_by=position[AscNullsFirst]",
        "companies?filter=position[eq]:0.30000000000000004",
        "companies?filter=or(name[ilike]:\"%25LÖWEN%25\",createdAt[lt]:\"2020-01-01T00:00:00.000Z\")",
        "people?filter=emails.primaryEmail[is]:NULL",
    ]
    .iter()
    .map(|path| program.get(path).1)
    .collect();
    let second = answers[0]["pageInfo"]["endCursor"].as_str().expect("a cursor").to_owned();
    answers.push(
        program.get(&format!("companies?limit=2&order_by=position[AscNullsFirst]&starting_after={second}")).1,
    );
    answers.extend(["users", "workspaces/twitter_accounts", "invites"].map(|path| olga.get(path).1));
    answers
}

#[test]
fn answers_are_the_same_with_thirty_other_defaults() {
    let Some(_) = Postgres::for_this_test() else { return };
    let mut app = TestApp::start(Kind::Postgres);
    let olga = Person::owner_of(&app, "olga", "Löwen \\ 'Northside'");
    olga.connect("workspaces/twitter_accounts", "1001");
    let program = Caller::key(&app, &olga, &Scope::ALL);
    for (name, position) in [("Löwen", 0.1), ("a\\b", 0.1 + 0.2), ("'c'", 0.3)] {
        program.create("companies", &json!({"name": name, "position": position}));
    }
    let url = app.database.url().expect("a URL");
    let expected = answers(&program, &olga);
    assert_eq!(expected[4]["data"]["companies"].as_array().map(Vec::len), Some(1), "{expected:#?}");
    for default in HOSTILE {
        app.restart_with(|settings| with_default(settings, &url, default));
        assert_eq!(answers(&program, &olga), expected, "{default:?}");
        let renamed = olga.put("workspaces", &json!({"workspace": {"name": "Löwen \\ 'Northside'"}}));
        assert_eq!(renamed.0, 200, "{default:?}: {renamed:?}");
    }
}
