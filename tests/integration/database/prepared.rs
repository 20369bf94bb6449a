//! Statements are prepared once for each connection of PostgreSQL, and requests that are repeated prepare no more.

use std::collections::BTreeMap;

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};
use roster::{app::App, models::api_key::Scope};
use serde_json::{Value, json};

use crate::{
    rest::caller::{Caller, id},
    support::{
        database::Kind,
        people::{PASSWORD, Person, account, sign_in},
        postgres::Postgres,
        server::TestApp,
    },
};

#[derive(QueryableByName)]
struct PreparedStatement {
    #[diesel(sql_type = Text)]
    statement: String,
}

/// How often the only connection of the service has each statement.
fn prepared(app: &App) -> BTreeMap<String, usize> {
    let statements = app.db.read(|conn| {
        let all = sql_query("SELECT statement FROM pg_prepared_statements");
        Ok(all.load::<PreparedStatement>(conn)?)
    });
    let statements = actix_web::rt::System::new().block_on(statements).expect("statements");
    let mut counts = BTreeMap::new();
    for PreparedStatement { statement } in statements {
        *counts.entry(statement).or_insert(0) += 1;
    }
    counts
}

/// Requests with other values and lists of other lengths each time.
fn round(at: usize, app: &TestApp, olga: &Person, program: &Caller) {
    let ours = "workspaces/twitter_accounts";
    let uid = |kind: &str| format!("{kind}-{at}");
    let teams: Vec<Value> = (0..at)
        .map(|team| {
            olga.post("teams", &json!({"team": {"name": format!("{at}-{team}")}})).1["team"]["id"].clone()
        })
        .collect();
    let shared = olga.connect(ours, &uid("ours"));
    assert_eq!(olga.post(ours, &account(&uid("ours"))).0, 200);
    let own = olga.connect("twitter_accounts", &uid("own"));
    let sharing = json!({"twitter_account": {"nickname": uid("name"), "team_ids": teams}});
    assert_eq!(olga.put(&format!("{ours}/{shared}"), &sharing).0, 200);
    let nickname = json!({"twitter_account": {"nickname": uid("name")}});
    assert_eq!(olga.put(&format!("twitter_accounts/{own}"), &nickname).0, 200);
    let lists =
        [ours, "twitter_accounts", "social_accounts", "teams", "users", "sessions"].map(str::to_owned);
    for path in lists.into_iter().chain([format!("{ours}/{shared}"), format!("twitter_accounts/{own}")]) {
        assert_eq!(olga.get(&path).0, 200, "{path}");
    }
    if at % 2 == 1 {
        assert_eq!(olga.delete(&format!("{ours}/{shared}")).0, 200);
        assert_eq!(olga.delete(&format!("twitter_accounts/{own}")).0, 200);
    }
    assert_eq!(sign_in(app, &olga.email, PASSWORD).0, 200);
    let notes: Vec<Value> = (0..=at).map(|note| json!({"title": format!("{at}-{note}")})).collect();
    assert_eq!(program.post("batch/notes", &json!(notes)).0, 201);
    let note = program.create("notes", &json!({"title": uid("note")}));
    assert_eq!(program.get(&format!("notes/{}?depth=0", id(&note))).0, 200);
    assert_eq!(program.find("notes", &[("depth", "0")]).0, 200);
}

#[test]
fn repeated_requests_prepare_nothing() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    let (app, state) = TestApp::start_and_share(Kind::Postgres, |settings| settings.database_connections = 1);
    let olga = Person::owner(&app, "olga");
    let program = Caller::key(&app, &olga, &Scope::ALL);
    (0..4).for_each(|at| round(at, &app, &olga, &program));
    let first = prepared(&state);
    (4..12).for_each(|at| round(at, &app, &olga, &program));
    let after = prepared(&state);
    let new: Vec<&String> = after.keys().filter(|statement| !first.contains_key(*statement)).collect();
    assert!(new.is_empty(), "{new:#?}");
    let repeated: Vec<&String> =
        after.iter().filter(|(_, count)| **count > 1).map(|(text, _)| text).collect();
    assert!(repeated.is_empty(), "{repeated:#?}");
    for part in [
        "INSERT INTO notes",
        "DELETE FROM \"social_accounts\"",
        "UPDATE \"social_accounts\"",
        "INNER JOIN \"memberships\"",
    ] {
        let count = after.keys().filter(|statement| statement.contains(part)).count();
        assert!(count >= 1, "{part}: {after:#?}");
    }
    drop(state);
}
