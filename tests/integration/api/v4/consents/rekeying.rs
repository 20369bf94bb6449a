//! The first consent for an account that is here already makes no second one: rows without an external id are found by
//! the token that begins with it, or by the handle, and take it as their key.

use std::thread;

use diesel::RunQueryDsl as _;
use reqwest::Method;
use roster::models::api_key::Scope;
use serde_json::{Value, json};

use super::{PERSONAL, WORKSPACE, body, code, connecting::program, grant, with_x};
use crate::{
    database,
    jobs::lines,
    on_both_databases,
    support::{
        client::Client,
        peer::FALCONS,
        people::{Person, account},
        server::TestApp,
    },
};

/// A program that writes accounts without external ids, for the workspace or for a member.
struct Writer<'a> {
    app: &'a TestApp,
    program: Client,
}

impl<'a> Writer<'a> {
    fn new(app: &'a TestApp, owner: &Person) -> Self {
        Self { app, program: program(owner, &[Scope::Read, Scope::Write]) }
    }

    /// Returns the id at V4.
    fn write(&self, holder: Option<&Person>, handle: &str, token: &str) -> Value {
        let owner = holder.map(|person| self.member(person));
        let account =
            json!({"handle": handle, "provider": "twitter", "accessToken": token, "accountOwnerId": owner});
        let answer =
            self.program.send(Method::POST, "/rest/connectedAccounts", Some(&account)).expect("an answer");
        assert_eq!(answer.status, 201, "{}", answer.body);
        let newest = lines(&self.app.database, "SELECT CAST(max(id) AS text) AS line FROM social_accounts");
        json!(newest.concat().parse::<i64>().expect("an id"))
    }

    fn change(&self, handle: &str, values: &Value) {
        let path = format!("/rest/connectedAccounts?filter=handle[eq]:{handle}");
        let found = self.program.send(Method::GET, &path, None).expect("an answer").json();
        let id = found["data"]["connectedAccounts"][0]["id"].as_str().expect("an account").to_owned();
        let path = format!("/rest/connectedAccounts/{id}");
        let answer = self.program.send(Method::PATCH, &path, Some(values)).expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    fn member(&self, person: &Person) -> Value {
        let path = format!("/rest/workspaceMembers?filter=userEmail[eq]:{}", person.email);
        let found = self.program.send(Method::GET, &path, None).expect("an answer").json();
        found["data"]["workspaceMembers"][0]["id"].clone()
    }
}

fn token() -> String {
    format!("{FALCONS}-secret")
}

/// Status and id of a connect.
fn connected((status, answer): (u16, Value)) -> (u16, Value) {
    (status, answer["twitter_account"]["id"].clone())
}

/// The handles of the accounts, and whether they have an external id.
fn rows(app: &TestApp) -> Vec<String> {
    lines(&app.database, "SELECT substr(key, 1, 1) || ' ' || handle AS line FROM social_accounts ORDER BY id")
}

/// How long the digest of each account is of the id with which its token begins.
fn digests(app: &TestApp) -> Vec<String> {
    let length = "coalesce(CAST(length(token_id_digest) AS text), 'none')";
    lines(&app.database, &format!("SELECT {length} AS line FROM social_accounts ORDER BY id"))
}

on_both_databases! {
    fn a_row_with_a_token_of_the_account_takes_its_id_and_keeps_its_settings(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let id = Writer::new(app, &olga).write(None, "formerly", &token());
        let team = olga.post("teams", &json!({"team": {"name": "Coaches"}})).1["team"]["id"].clone();
        let sharing = json!({"twitter_account": {"nickname": "Home", "team_ids": [team]}});
        assert_eq!(olga.put(&format!("{WORKSPACE}/{id}"), &sharing).0, 200);
        let (status, answer) = olga.post(WORKSPACE, &body(&grant(&olga, &peer, "workspace")));
        assert_eq!((status, answer), (200, json!({"success": true, "twitter_account": {
            "id": id, "screen_name": "The Falcons", "logo_url": format!("https://pbs.example.test/{FALCONS}_400x400.png"),
            "nickname": "Home", "teams_count": 1, "account_verified": true, "twitter_nickname": "Falcons",
        }})));
        assert_eq!(rows(app), ["u falcons"]);
        assert_eq!(connected(olga.post(WORKSPACE, &account(FALCONS))), (200, id), "it is known by its id now");
        assert_eq!(lines(&app.database, "SELECT substr(key, 1, 2) AS line FROM social_claims"), ["u:"]);
    }

    fn among_ones_own_rows_the_id_wins_and_then_the_oldest_token_and_then_the_handle(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let writer = Writer::new(app, &olga);
        let by_handle = writer.write(Some(&olga), "falcons", "other");
        let by_token = writer.write(Some(&olga), "older", &token());
        writer.write(Some(&olga), "newer", &token());
        let by_id = json!(olga.connect(PERSONAL, FALCONS));
        let connect = || connected(olga.post(PERSONAL, &body(&grant(&olga, &peer, "personal"))));
        assert_eq!(connect(), (200, by_id.clone()));
        assert_eq!(rows(app), ["h falcons", "h older", "h newer", "u falcons"], "the others stay as they are");
        assert_eq!(olga.delete(&format!("{PERSONAL}/{by_id}")).0, 200);
        assert_eq!(connect(), (200, by_token.clone()));
        assert_eq!(rows(app), ["h falcons", "u falcons", "h newer"]);
        assert_eq!(olga.delete(&format!("{PERSONAL}/{by_token}")).0, 200);
        assert_eq!(olga.delete(&format!("{PERSONAL}/{}", by_token.as_i64().expect("an id") + 1)).0, 200);
        assert_eq!(connect(), (200, by_handle));
        assert_eq!(rows(app), ["u falcons"]);
    }

    fn the_rows_of_everybody_decide_conflicts(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        let writer = Writer::new(app, &olga);
        let hers = writer.write(Some(&mia), "hers", &token());
        let consent = grant(&olga, &peer, "workspace");
        let (status, answer) = olga.post(WORKSPACE, &body(&consent));
        assert_eq!((status, code(&answer)), (422, &json!("held_by_members")));
        assert!(answer["message"][0].as_str().is_some_and(|sentence| sentence.contains(&mia.email)), "{answer}");
        assert_eq!(mia.delete(&format!("{PERSONAL}/{hers}")).0, 200);
        let ours = writer.write(None, "ours", &token());
        let personal = grant(&olga, &peer, "personal");
        let (status, answer) = olga.post(PERSONAL, &body(&personal));
        assert_eq!((status, code(&answer)), (422, &json!("held_by_workspace")));
        assert_eq!(answer["errors"][0]["account_id"], ours);
        assert_eq!(connected(olga.post(WORKSPACE, &body(&consent))), (200, ours));
    }

    fn a_token_that_is_written_later_is_found_and_one_that_is_replaced_is_not(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let writer = Writer::new(app, &olga);
        let (later, formerly) = (writer.write(None, "later", "other"), writer.write(None, "formerly", &token()));
        for (handle, token) in [("later", token()), ("formerly", "another".to_owned())] {
            writer.change(handle, &json!({"accessToken": token}));
        }
        assert_eq!(connected(olga.post(WORKSPACE, &body(&grant(&olga, &peer, "workspace")))), (200, later));
        assert_eq!(rows(app), ["u falcons", "h formerly"], "{formerly}");
    }

    fn an_account_that_changes_its_network_is_found_there(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let writer = Writer::new(app, &olga);
        let id = writer.write(None, "elsewhere", &token());
        writer.change("elsewhere", &json!({"provider": "facebook"}));
        let consent = grant(&olga, &peer, "workspace");
        assert_eq!(olga.get(&format!("consents/{consent}")).1["consent"]["candidates"][0]["connected"], Value::Null);
        writer.change("elsewhere", &json!({"provider": "twitter"}));
        assert_eq!(connected(olga.post(WORKSPACE, &body(&consent))), (200, id));
    }

    fn only_tokens_of_accounts_without_an_id_are_known_by_their_beginning(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let writer = Writer::new(app, &olga);
        let mut with_id = account("hawks");
        with_id["twitter_account"]["twitter_token"] = json!(token());
        assert_eq!(olga.post(WORKSPACE, &with_id).0, 201);
        assert_eq!(digests(app), ["none"]);
        writer.write(None, "falcons-fans", &token());
        assert_eq!(digests(app), ["none", "64"]);
        assert_eq!(olga.post(WORKSPACE, &body(&grant(&olga, &peer, "workspace"))).0, 200);
        assert_eq!(digests(app), ["none", "none"], "the account is known by its id now");
    }

    fn accounts_of_an_earlier_build_are_found_after_the_migration(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let writer = Writer::new(app, &olga);
        let id = writer.write(None, "formerly", &token());
        writer.write(None, "others", "8-secret");
        let damaged = writer.write(None, "damaged", &token());
        let change = |sql: &str| diesel::sql_query(sql).execute(&mut database::connect(&app.database)).expect("a change");
        change(&format!("UPDATE social_accounts SET access_token = substr(access_token, 1, 60) WHERE id = {damaged}"));
        change("UPDATE social_accounts SET token_id_digest = NULL");
        change("DROP INDEX social_accounts_workspace_id_provider_token_id_digest");
        change("ALTER TABLE social_accounts DROP COLUMN token_id_digest");
        change("DELETE FROM __diesel_schema_migrations WHERE version = '20261129000053'");
        app.restart_with(|_| ());
        assert_eq!(digests(app), ["64", "64", "none"]);
        let olga = olga.at(app);
        assert_eq!(connected(olga.post(WORKSPACE, &body(&grant(&olga, &peer, "workspace")))), (200, id));
    }

    fn the_candidates_name_who_has_a_row_with_a_token_of_the_account(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        let writer = Writer::new(app, &olga);
        let connected = |person: &Person| {
            let consent = grant(person, &peer, "personal");
            person.get(&format!("consents/{consent}")).1["consent"]["candidates"][0]["connected"].clone()
        };
        writer.write(Some(&mia), "hers", &token());
        assert_eq!((connected(&olga), connected(&mia)), (Value::Null, json!("yours")));
        writer.write(None, "ours", &token());
        assert_eq!(connected(&olga), "workspace");
    }

    fn a_colleague_may_hold_it_personally_too(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        Writer::new(app, &olga).write(Some(&mia), "hers", &token());
        assert_eq!(olga.post(PERSONAL, &body(&grant(&olga, &peer, "personal"))).0, 201);
        assert_eq!(rows(app), ["h hers", "u falcons"]);
    }

    fn other_tokens_and_accounts_with_an_id_of_their_own_are_others(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let writer = Writer::new(app, &olga);
        for (handle, token) in [("longer", format!("{FALCONS}0-x")), ("alone", FALCONS.to_owned()), ("inside", format!("x{FALCONS}-"))] {
            writer.write(None, handle, &token);
        }
        let damaged = writer.write(None, "damaged", &token());
        let sql = format!("UPDATE social_accounts SET access_token = substr(access_token, 1, 60) WHERE id = {damaged}");
        diesel::sql_query(sql).execute(&mut database::connect(&app.database)).expect("a change");
        let mut other = account("hawks");
        other["twitter_account"]["twitter_token"] = json!(token());
        assert_eq!(olga.post(WORKSPACE, &other).0, 201);
        assert_eq!(olga.post(WORKSPACE, &body(&grant(&olga, &peer, "workspace"))).0, 201);
        assert_eq!(rows(app), ["h longer", "h alone", "h inside", "h damaged", "u hawks", "u falcons"]);
    }

    fn of_several_consents_at_once_one_row_takes_the_id(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let adam = olga.admin("adam");
        let writer = Writer::new(app, &olga);
        for round in 0..5 {
            peer.sign_in(&(100 + round).to_string(), &format!("team{round}"));
            let id = writer.write(None, &format!("former{round}"), &format!("{}-token", 100 + round));
            let consents = [&olga, &adam].map(|person| (person, grant(person, &peer, "workspace")));
            let ids: Vec<_> = thread::scope(|scope| {
                let connect = |(person, consent): &(&Person, String)| connected(person.post(WORKSPACE, &body(consent)));
                let connecting: Vec<_> = consents.iter().map(|one| scope.spawn(move || connect(one))).collect();
                connecting.into_iter().map(|one| one.join().expect("an answer")).collect()
            });
            assert_eq!(ids, [(200, id.clone()), (200, id)]);
        }
        assert_eq!(rows(app).len(), 5);
    }
}
