//! Who sees which rows and tokens, at every depth, and which token readings are recorded.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};
use roster::db::Conn;
use serde_json::{Value, json};

use super::callers::{ALL_HELD, Fixture, Held, Who};
use crate::{
    on_both_databases,
    rest::{
        caller::{Caller, refusal},
        full_workspace::objects,
    },
    support::server::TestApp,
};

/// Records that refer to the accounts: a channel for each, its folder, and a company for each owner.
fn relate(fixture: &Fixture) {
    for (held, account) in &fixture.accounts {
        let channel = fixture.program.create("messageChannels", &json!({"connectedAccountId": account}));
        fixture.program.create("messageFolders", &json!({"messageChannelId": channel["id"]}));
        if let Some(member) = fixture.members.get(held) {
            fixture.program.create("companies", &json!({"accountOwnerId": member}));
        }
    }
    fixture.program.create("webhooks", &json!({"secret": "webhook secret"}));
}

/// The shown value of the first secret of each record in an answer, by id.
fn secrets(answer: &Value, found: &mut BTreeMap<String, BTreeSet<String>>) {
    match answer {
        Value::Array(items) => items.iter().for_each(|item| secrets(item, found)),
        Value::Object(fields) => {
            for name in ["accessToken", "refreshToken", "secret"] {
                if let (Some(Value::String(secret)), Some(id)) = (fields.get(name), fields.get("id")) {
                    let id = id.as_str().expect("an id").to_owned();
                    found.entry(id).or_default().insert(secret.clone());
                }
            }
            fields.values().for_each(|value| secrets(value, found));
        }
        _ => {}
    }
}

#[derive(QueryableByName)]
struct Reading {
    #[diesel(sql_type = Text)]
    record_id: String,
}

/// The records whose token readings were recorded since the last call.
fn readings(conn: &mut Conn) -> BTreeSet<String> {
    let rows: Vec<Reading> = sql_query("SELECT CAST(record_id AS text) AS record_id FROM token_readings")
        .load(conn)
        .expect("readings");
    sql_query("DELETE FROM token_readings").execute(conn).expect("a clean page");
    rows.into_iter().map(|row| row.record_id).collect()
}

fn connect(app: &TestApp) -> Conn {
    roster::app::target(&app.settings).and_then(|target| Ok(target.connect()?)).expect("a connection")
}

fn assert_shown(fixture: &Fixture, who: Who, what: &str, found: &BTreeMap<String, BTreeSet<String>>) {
    for (held, id) in &fixture.accounts {
        let Some(shown) = found.get(id) else { continue };
        assert!(who.sees(*held), "{who:?} sees {held:?} in {what}");
        let expected = if who.reads_token_of(*held) {
            BTreeSet::from([format!("access {held:?}"), format!("refresh {held:?}")])
        } else {
            BTreeSet::from([String::new()])
        };
        assert_eq!(*shown, expected, "{who:?} of {held:?} in {what}");
    }
    for (id, shown) in found.iter().filter(|(id, _)| !fixture.accounts.values().any(|account| account == *id))
    {
        let expected = if who.reads_secrets() { "webhook secret" } else { "" };
        assert_eq!(*shown, BTreeSet::from([expected.to_owned()]), "{who:?} of webhook {id} in {what}");
    }
}

fn held_by(found: &BTreeMap<String, BTreeSet<String>>, fixture: &Fixture) -> Vec<Held> {
    ALL_HELD.into_iter().filter(|held| found.contains_key(&fixture.accounts[held])).collect()
}

on_both_databases! {
    fn rows_and_tokens_are_shown_by_right_and_written_down(app: &mut TestApp) {
        let fixture = Fixture::new(app);
        relate(&fixture);
        let mut conn = connect(app);
        for (who, caller) in &fixture.callers {
            for object in objects() {
                let depths: &[&str] =
                    if object.singular == "connectedAccount" { &["0", "1", "2"] } else { &["2"] };
                for depth in depths {
                    readings(&mut conn);
                    let (status, answer) = caller.find(&object.plural, &[("depth", depth)]);
                    if !who.may_read() {
                        let message = "This API key may not read. Use one with the scope \"read\".";
                        assert_eq!((status, answer), refusal(403, "ForbiddenException", message), "{who:?}");
                        continue;
                    }
                    let what = format!("{}?depth={depth}", object.plural);
                    assert_eq!(status, 200, "{who:?} {what}: {answer}");
                    let mut found = BTreeMap::new();
                    secrets(&answer, &mut found);
                    assert_shown(&fixture, *who, &what, &found);
                    if ["connectedAccounts", "messageChannels", "messageFolders"]
                        .contains(&object.plural.as_str())
                    {
                        let seen: Vec<Held> = ALL_HELD.into_iter().filter(|held| who.sees(*held)).collect();
                        assert_eq!(held_by(&found, &fixture), seen, "{who:?} {what}");
                    }
                    let shown: BTreeSet<String> = found
                        .into_iter()
                        .filter(|(_, shown)| !shown.contains(""))
                        .map(|(id, _)| id)
                        .collect();
                    assert_eq!(readings(&mut conn), shown, "{who:?} {what}");
                }
            }
        }
    }

    fn one_is_shown_as_in_a_list(app: &mut TestApp) {
        let fixture = Fixture::new(app);
        let mut conn = connect(app);
        for (who, caller) in fixture.callers.iter().filter(|(who, _)| who.may_read()) {
            for (held, id) in &fixture.accounts {
                readings(&mut conn);
                let (status, answer) = caller.get(&format!("connectedAccounts/{id}"));
                assert_eq!(status, if who.sees(*held) { 200 } else { 400 }, "{who:?} {held:?} {answer}");
                let mut found = BTreeMap::new();
                secrets(&answer, &mut found);
                assert_shown(&fixture, *who, "one", &found);
                let is_shown = who.reads_token_of(*held);
                assert_eq!(readings(&mut conn).contains(id), is_shown, "{who:?} {held:?}");
                for parameter in ["accessToken[eq]:x", "refreshToken[like]:x", "accessToken[in]:[x]"] {
                    assert_eq!(caller.find("connectedAccounts", &[("filter", parameter)]).0, 400);
                }
                assert_eq!(caller.find("connectedAccounts", &[("order_by", "accessToken")]).0, 400);
            }
        }
    }

    fn a_filter_tells_only_of_secrets_that_the_caller_may_read(app: &mut TestApp) {
        let fixture = Fixture::new(app);
        relate(&fixture);
        let ids = |found: Vec<Value>| -> BTreeSet<String> {
            found.iter().map(|found| found["id"].as_str().expect("an id").to_owned()).collect()
        };
        for (who, caller) in fixture.callers.iter().filter(|(who, _)| who.may_read()) {
            let accounts = |may: bool| -> BTreeSet<String> {
                let seen = fixture.accounts.iter().filter(|(held, _)| who.sees(**held));
                seen.filter(|(held, _)| who.reads_token_of(**held) == may).map(|(_, id)| id.clone()).collect()
            };
            for (filter, may) in [
                ("accessToken[is]:NOT_NULL", true),
                ("refreshToken[is]:NULL", false),
                ("not(accessToken[is]:NOT_NULL)", false),
                ("not(or(accessToken[is]:NULL))", true),
            ] {
                let found = ids(caller.found("connectedAccounts", &[("filter", filter)]));
                assert_eq!(found, accounts(may), "{who:?} {filter}");
            }
            let hooks = caller.found("webhooks", &[("filter", "secret[is]:NOT_NULL")]);
            assert_eq!(hooks.len(), usize::from(who.reads_secrets()), "{who:?}");
        }
    }

    fn a_write_shows_no_more_than_a_read(app: &mut TestApp) {
        let fixture = Fixture::new(app);
        let mut conn = connect(app);
        for (who, caller) in fixture.callers.iter().filter(|(who, _)| who.may_write()) {
            for (held, id) in &fixture.accounts {
                readings(&mut conn);
                let (status, answer) = caller.patch(&format!("connectedAccounts/{id}?depth=2"), &json!({}));
                let mut found = BTreeMap::new();
                secrets(&answer, &mut found);
                assert_shown(&fixture, *who, &format!("update {held:?}"), &found);
                let is_shown = who.changes(*held) && who.reads_token_of(*held);
                assert_eq!(readings(&mut conn).contains(id), is_shown, "{who:?} {held:?}");
                if status == 200 {
                    let relations = &answer["data"]["updateConnectedAccount"]["messageChannels"];
                    assert_eq!(relations.is_array(), who.may_read(), "{who:?} {held:?} {answer}");
                }
            }
        }
        let nobody = Caller::nobody(app);
        assert_eq!(nobody.get("connectedAccounts").0, 401);
    }

    fn without_read_only_ids_of_written_records_are_answered(app: &mut TestApp) {
        let fixture = Fixture::new(app);
        let mia = format!("workspaceMembers/{}?depth=2", fixture.members[&Held::Mia]);
        for (who, caller) in fixture.callers.iter().filter(|(who, _)| who.governs()) {
            let member = caller.update(&mia, &json!({}));
            if !who.may_read() {
                assert_eq!(member, json!({"id": fixture.members[&Held::Mia]}), "{who:?}");
                continue;
            }
            let hook = caller.create("webhooks", &json!({"secret": "hook"}));
            assert!(member["assignedTasks"].is_array(), "{who:?} {member}");
            let shown = if who.reads_secrets() { "hook" } else { "" };
            assert_eq!(hook["secret"], json!(shown), "{who:?}");
        }
    }
}
