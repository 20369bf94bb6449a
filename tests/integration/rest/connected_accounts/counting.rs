//! The database keeps the number of accounts, whatever changes them.

use diesel::connection::SimpleConnection as _;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Team, connected, path, twitter};
use crate::{
    database::{self, account_counts},
    on_both_databases,
    support::{database::Kind, people::PASSWORD},
};

const OURS: &str = "workspaces/twitter_accounts";
const OWN: &str = "twitter_accounts";

fn total(team: &Team) -> Value {
    let (status, answer) = team.program.find("connectedAccounts", &[("limit", "1")]);
    assert_eq!(status, 200, "{answer}");
    answer["totalCount"].clone()
}

/// Fills a workspace with 22 accounts, in every way that connects one.
fn connect_everything(team: &Team) {
    let batch: Vec<Value> = (0..20)
        .map(|number| json!({"handle": format!("lions{number}"), "provider": (["google", "x"][number % 2])}))
        .collect();
    assert_eq!(team.program.post("batch/connectedAccounts", &json!(batch)).0, 201);
    assert_eq!(team.program.post("batch/connectedAccounts", &json!(batch)).0, 201, "all are refreshed");
    connected(team.olga.post(OURS, &twitter("1", "falcons")));
    connected(team.mia.post(OWN, &twitter("2", "mia")));
}

on_both_databases! {
    fn the_number_of_accounts_follows_every_change(app: &mut TestApp) {
        let team = Team::create(app);
        connect_everything(&team);
        account_counts::expect_right(&app.database);
        assert_eq!(total(&team), 22);
        assert_eq!(team.olga.get(OURS).1["meta"]["total_count"], 11);
        assert_eq!(team.olga.get(&format!("{OURS}?page=2")).1["meta"]["total_count"], 11);

        let google = team.program.found("connectedAccounts", &[("filter", "provider[eq]:google")]);
        let (renamed, handed, gone) = (&google[0]["id"], &google[1]["id"], &google[2]["id"]);
        team.program.update(&path(renamed), &json!({"provider": "microsoft"}));
        team.program.update(&path(handed), &json!({"accountOwnerId": team.member("mia")}));
        assert_eq!(team.program.delete(&path(gone)).0, 200);
        account_counts::expect_right(&app.database);
        assert_eq!(total(&team), 21);

        let id = team.olga.get(OURS).1["twitter_accounts"][0]["id"].clone();
        let transfer = json!({"account_transfer": {"social_account_id": id, "to": "personal"}});
        team.olga.must(Method::POST, "account_transfers", Some(&transfer));
        team.olga.must(Method::DELETE, &format!("workspace_users/{}", team.mia.id), None);
        account_counts::expect_right(&app.database);
        assert_eq!(total(&team), 19, "the accounts of mia have left with her");

        let password = json!({"user": {"current_password": PASSWORD}});
        team.mia.must(Method::DELETE, "users", Some(&password));
        account_counts::expect_right(&app.database);
    }

    fn the_migration_counts_the_accounts_that_exist(app: &mut TestApp) {
        let team = Team::create(app);
        connect_everything(&team);
        let mut conn = database::connect(&app.database);
        for step in migration_backwards_and_forwards(app.database.kind) {
            conn.batch_execute(step).expect("a migration");
        }
        account_counts::expect_right(&app.database);
        connected(team.olga.post(OURS, &twitter("3", "tigers")));
        assert_eq!(team.olga.get(OURS).1["meta"]["total_count"], 12);
    }
}

macro_rules! migration {
    ($database:literal, $name:literal, $way:literal) => {
        include_str!(concat!("../../../../migrations/", $database, "/", $name, "/", $way, ".sql"))
    };
}

fn migration_backwards_and_forwards(kind: Kind) -> Vec<&'static str> {
    match kind {
        Kind::Sqlite => vec![
            migration!("sqlite", "2026-11-28-000033_counted_accounts", "down"),
            migration!("sqlite", "2026-11-28-000033_counted_accounts", "up"),
        ],
        Kind::Postgres => vec![
            migration!("postgres", "2026-11-29-000036_accounts_counted_together", "down"),
            migration!("postgres", "2026-11-28-000033_counted_accounts", "down"),
            migration!("postgres", "2026-11-28-000033_counted_accounts", "up"),
            migration!("postgres", "2026-11-29-000036_accounts_counted_together", "up"),
        ],
    }
}
