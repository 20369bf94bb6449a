//! Filters with lists of values: what they match, and on PostgreSQL that no plan compares each row with each value,
//! even if there are no statistics.

use std::collections::BTreeSet;

use diesel::{
    QueryableByName, RunQueryDsl as _, connection::SimpleConnection as _, sql_query, sql_types::Text,
};
use roster::{db::Conn, models::api_key::Scope};
use serde_json::{Value, json};

use crate::{
    database::connect,
    on_both_databases,
    rest::caller::Caller,
    support::{database::Kind, people::Person, postgres::Postgres, recorded_statements},
};

/// Fewer rows take the same plans, but this many show a bad plan in the time the test takes.
const ROWS: usize = 5_000;
/// What fits into a filter.
const TEXTS: usize = 2_300;
const IDS: usize = 400;

/// More values than are compared one by one.
fn long_list(values: &[i64]) -> String {
    let others = 1_000..1_030;
    let list: Vec<String> = values.iter().copied().chain(others).map(|value| value.to_string()).collect();
    format!("[{}]", list.join(","))
}

on_both_databases! {
    fn a_null_is_neither_in_a_list_nor_outside_it(app: &mut TestApp) {
        let program = Caller::program(app);
        for (name, employees) in [("one", json!(1)), ("two", json!(2)), ("null", Value::Null)] {
            program.create("companies", &json!({"name": name, "employees": employees}));
        }
        let found = |filter: &str| {
            let found = program.found("companies", &[("filter", filter)]);
            let names = found.iter().map(|company| company["name"].as_str().expect("a name").to_owned());
            names.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        };
        for list in ["[1,7]".to_owned(), long_list(&[1, 7])] {
            assert_eq!(found(&format!("employees[in]:{list}")), ["one"]);
            assert_eq!(found(&format!("not(employees[in]:{list})")), ["two"]);
            assert_eq!(found(&format!("not(not(employees[in]:{list}))")), ["one"]);
            assert_eq!(found(&format!("or(employees[in]:{list},name[eq]:null)")), ["null", "one"]);
            assert_eq!(found(&format!("not(or(employees[in]:{list},name[eq]:x))")), ["two"]);
            assert_eq!(found(&format!("not(and(employees[in]:{list},name[eq]:x))")), ["null", "one", "two"]);
            assert_eq!(found(&format!("not(employees[in]:{list}),employees[in]:{}", long_list(&[2]))), ["two"]);
        }
        assert_eq!(found("employees[in]:[]"), [""; 0]);
        assert_eq!(found("not(employees[in]:[])"), ["null", "one", "two"]);
    }

    fn every_type_is_found_in_a_long_list(app: &mut TestApp) {
        let program = Caller::program(app);
        let company = program.create("companies", &json!({"name": "Lions"}));
        let company_id = company["id"].as_str().expect("an id");
        let task = json!({"title": "a,b", "position": 1.5, "dueAt": "2026-01-02T03:04:05.006Z", "status": "DONE"});
        let task = program.create("tasks", &task);
        program.create("people", &json!({"companyId": company_id}));
        let found = |plural: &str, field: &str, value: &str, other: &dyn Fn(usize) -> String| {
            let others: Vec<String> = (0..40).map(other).collect();
            let list = format!("[{value},{}]", others.join(","));
            let absent = format!("[{}]", others.join(","));
            let count = |filter: String| program.found(plural, &[("filter", &filter)]).len();
            (count(format!("{field}[in]:{list}")), count(format!("not({field}[in]:{absent})")))
        };
        let uuid = |at: usize| format!("20202020-0000-4000-8000-{at:012}");
        let task_id = task["id"].as_str().expect("an id");
        assert_eq!(found("tasks", "title", r#""a,b""#, &|at| format!("t{at}")), (1, 1));
        assert_eq!(found("tasks", "position", "1.5", &|at| format!("{at}")), (1, 1));
        assert_eq!(found("tasks", "status", "DONE", &|_| "TODO".to_owned()), (1, 1));
        let moment = |at| format!("2025-01-02T03:04:05.{at:03}Z");
        assert_eq!(found("tasks", "dueAt", "2026-01-02T03:04:05.006Z", &moment), (1, 1));
        assert_eq!(found("tasks", "id", task_id, &uuid), (1, 1));
        assert_eq!(found("people", "companyId", company_id, &uuid), (1, 1));
        assert_eq!(found("companies", "idealCustomerProfile", "false", &|_| "true".to_owned()), (1, 1));
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    text: String,
}

/// The plan of a recorded statement. PostgreSQL does not look into a list before it has a plan.
fn plan(conn: &mut Conn, workspace_id: i64, statement: &str) -> String {
    let sql = statement.split(" -- binds: ").next().expect("a statement");
    let placeholders = (1..).take_while(|at| sql.contains(&format!("${at}::")));
    let value = |at: usize| {
        if sql.contains(&format!("jsonb_array_elements_text(${at}::")) {
            "'[]'".to_owned()
        } else if sql.contains(&format!("workspace_id = ${at}::")) {
            format!("'{workspace_id}'")
        } else {
            "NULL".to_owned()
        }
    };
    let values: Vec<String> = placeholders.map(value).collect();
    let types = vec!["text"; values.len()].join(", ");
    conn.batch_execute(&format!("PREPARE statement ({types}) AS {sql}")).expect("a statement");
    let explained = sql_query(format!("EXPLAIN EXECUTE statement ({})", values.join(", ")));
    let lines: Vec<Line> = explained.load(conn).expect("a plan");
    conn.batch_execute("DEALLOCATE statement").expect("no statement");
    lines.into_iter().map(|line| line.text).collect::<Vec<_>>().join("\n")
}

/// Conditions are checked in the order of the plan.
fn is_before(line: &str, first: &str, second: &str) -> bool {
    line.find(first).is_some_and(|at| line.find(second).is_none_or(|other| at < other))
}

#[test]
fn no_plan_compares_every_pair() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    let app = recorded_statements::start(Kind::Postgres);
    let olga = Person::owner(&app, "olga");
    let program = Caller::key(&app, &olga, &Scope::ALL);
    let mut conn = connect(&app.database);
    for table in ["companies", "people", "tasks"] {
        conn.batch_execute(&format!("ALTER TABLE {table} SET (autovacuum_enabled = false)"))
            .expect("a table");
    }
    let company = program.create("companies", &json!({"name": "Lions"}));
    conn.batch_execute(&format!(
        "INSERT INTO people (workspace_id, id, created_at, updated_at, city, company_id, emails_primary_email) \
         SELECT {}, gen_random_uuid(), now(), now(), 'c' || n, '{}', n || '@lions.example' \
         FROM generate_series(1, {ROWS}) AS n",
        olga.workspace_id,
        company["id"].as_str().expect("an id"),
    ))
    .expect("people");
    let list = |count: usize, value: &dyn Fn(usize) -> String| {
        format!("[{}]", (1..=count).map(value).collect::<Vec<_>>().join(","))
    };
    let uuid = |at: usize| format!("20202020-0000-4000-8000-{at:012}");
    let mut plans = 0;
    let mut expect_no_pairs = |what: &str| {
        let statements = recorded_statements::take(&app.database);
        let has_list =
            |sent: &&String| sent.starts_with("SELECT") && sent.contains("jsonb_array_elements_text");
        let before = plans;
        for statement in statements.iter().filter(has_list) {
            let plan = plan(&mut conn, olga.workspace_id, statement);
            let compares_pairs = plan.contains("Join Filter")
                || plan.contains("Function Scan") && plan.contains("Nested Loop");
            assert!(!compares_pairs, "{what}: {plan}");
            let is_looked_up = plan.contains("hashed SubPlan") || plan.contains("= ANY ($");
            assert!(is_looked_up, "{what}: {plan}");
            let compares_first = plan
                .lines()
                .any(|line| line.contains("Filter:") && is_before(line, "= ANY ($", "hashed SubPlan"));
            assert!(!compares_first, "{what}: {plan}");
            plans += 1;
        }
        assert!(plans > before, "{what}: no list was sent");
    };
    recorded_statements::take(&app.database);
    for filter in [
        format!("city[in]:{}", list(TEXTS, &|at| format!("c{at}"))),
        format!("not(city[in]:{})", list(TEXTS, &|at| format!("c{at}"))),
        format!("or(city[in]:{},jobTitle[eq]:x)", list(TEXTS, &|at| format!("c{at}"))),
        format!("emails.primaryEmail[in]:{}", list(IDS, &|at| format!("{at}@lions.example"))),
        format!("id[in]:{}", list(IDS, &uuid)),
        format!("companyId[in]:{}", list(IDS, &uuid)),
    ] {
        let (status, answer) = program.find("people", &[("filter", &filter), ("limit", "1")]);
        assert_eq!(status, 200, "{answer}");
        expect_no_pairs(&filter[..20]);
    }
    assert_eq!(program.find("people", &[("depth", "1"), ("limit", "1000")]).0, 200);
    expect_no_pairs("relations");
    let new: Vec<Value> =
        (0..1_000).map(|at| json!({"emails": {"primaryEmail": format!("new{at}@lions.example")}})).collect();
    let (status, created) = program.post("batch/people", &json!(new));
    assert_eq!(status, 201);
    expect_no_pairs("unique values");
    let ids: Vec<&Value> = created["data"]["createPeople"]
        .as_array()
        .expect("people")
        .iter()
        .map(|person| &person["id"])
        .collect();
    assert_eq!(program.post("people/duplicates", &json!({"ids": ids})).0, 200);
    expect_no_pairs("ids");
}

#[test]
fn a_batch_of_accounts_reads_no_others() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    let app = recorded_statements::start(Kind::Postgres);
    let olga = Person::owner(&app, "olga");
    recorded_statements::take(&app.database);
    let new: Vec<Value> = ["lions", "hawks"]
        .map(|handle| json!({"handle": handle, "provider": "twitter", "accessToken": "a token"}))
        .to_vec();
    let program = Caller::key(&app, &olga, &Scope::ALL);
    assert_eq!(program.post("batch/connectedAccounts", &json!(new)).0, 201);
    let statements = recorded_statements::take(&app.database);
    let find = statements.iter().find(|sent| sent.contains("AS wanted")).expect("a search for handles");
    let find = find.split(" -- binds: ").next().expect("a statement");
    let mut conn = connect(&app.database);
    conn.batch_execute("SET enable_seqscan = off").expect("a setting"); // few accounts fit into one page
    for statistics in
        ["ALTER TABLE social_accounts SET (autovacuum_enabled = false)", "ANALYZE social_accounts"]
    {
        conn.batch_execute(&format!("{statistics}; PREPARE find (text, bigint) AS {find}"))
            .expect("a statement");
        let lines: Vec<Line> = sql_query("EXPLAIN EXECUTE find ('[]', 1)").load(&mut conn).expect("a plan");
        conn.batch_execute("DEALLOCATE find").expect("no statement");
        let plan = lines.into_iter().map(|line| line.text).collect::<Vec<_>>().join("\n");
        let by_handle = "(provider = wanted.provider) AND (handle >= wanted.handle)";
        assert!(plan.contains(by_handle), "{statistics}: {plan}");
    }
}
