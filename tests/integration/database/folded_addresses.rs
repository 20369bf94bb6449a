//! Addresses and handles that earlier builds stored are folded when they are migrated.

use std::thread;

use serde_json::json;

use super::{catalogue, connect};
use crate::{
    commands::run_beside,
    damage::execute,
    on_both_databases,
    support::{
        mailbox::{Mailbox, Manner},
        people::{PASSWORD, Person, account, email, sign_in},
        server::TestApp,
    },
};

const FOLDED: &str = "user@xn--bcher-kva.example";
const WRITTEN: &str = "user@b\u{fc}cher.example";
const ANNA: &str = "anna@example.test";
const LOOK_ALIKE: &str = "an\u{2800}na@example.test";

/// As an earlier build stored it.
fn store(app: &TestApp, person: &Person, address: &str) {
    execute(&app.database, &format!("UPDATE users SET email = '{address}' WHERE id = {}", person.id));
}

/// The next start migrates from the tables of an earlier build.
fn forget_folding(app: &TestApp) {
    execute(&app.database, "DELETE FROM __diesel_schema_migrations WHERE version = '20261128000029'");
}

/// As the first start of this build after an earlier one.
fn upgrade(app: &mut TestApp) {
    forget_folding(app);
    app.restart_with(|_| ());
}

fn lines(app: &TestApp, sql: &str) -> Vec<String> {
    catalogue::lines(&mut connect(&app.database), sql).concat()
}

fn id_of(app: &TestApp, address: &str) -> Option<i64> {
    sign_in(app, address, PASSWORD).1["user"]["id"].as_i64()
}

on_both_databases! {
    fn an_address_is_stored_folded_after_the_migration(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        store(app, &olga, WRITTEN);
        assert_eq!(id_of(app, FOLDED), None);
        upgrade(app);
        for spelling in [FOLDED, WRITTEN] {
            assert_eq!(id_of(app, spelling), Some(olga.id), "{spelling}");
        }
        assert_eq!(olga.at(app).get("users").1["email"], WRITTEN);
        assert_eq!(lines(app, "SELECT email AS line FROM users"), [FOLDED]);
        run_beside(app, &["doctor"]).expect_success().line("ok   addresses: ");
    }

    fn of_two_that_become_one_the_older_keeps_it(app: &mut TestApp) {
        let [older, newer, newest] = ["olga", "adam", "mia"].map(|name| Person::owner(app, name));
        store(app, &older, WRITTEN);
        store(app, &newer, FOLDED);
        store(app, &newest, "user@b\u{fc}cher\u{3002}example");
        for _ in 0..2 {
            upgrade(app);
            assert_eq!(id_of(app, FOLDED), Some(older.id));
            assert_eq!(id_of(app, WRITTEN), Some(older.id));
        }
        let ran = run_beside(app, &["doctor"]).expect_success();
        let line = ran.line(&format!("warn addresses: person {} ", newer.id));
        let remedy = format!("`roster change-address {} NEW`", newer.id);
        assert!(line.contains(&format!("{WRITTEN}, with which person {} ", older.id)) && line.contains(&remedy), "{line}");
        ran.line(&format!("warn addresses: person {} ", newest.id));
        assert_eq!(newer.at(app).get("users").0, 200, "an open session goes on");
        run_beside(app, &["change-address", &newer.id.to_string(), WRITTEN]).expect_refusal("already been taken");
        for person in [&newer, &newest] {
            let ran = run_beside(app, &["change-address", &person.id.to_string(), &email(&person.name)]);
            assert!(ran.expect_success().out.contains("now signs in with"));
            assert_eq!(id_of(app, &email(&person.name)), Some(person.id));
            assert_eq!(person.at(app).get("users").0, 401, "its sessions have ended");
        }
        run_beside(app, &["doctor"]).expect_success().line("ok   addresses: ");
    }

    fn a_look_alike_gives_way_to_the_older(app: &mut TestApp) {
        let [anna, look_alike] = ["anna", "adam"].map(|name| Person::owner(app, name));
        store(app, &look_alike, LOOK_ALIKE);
        upgrade(app);
        for spelling in [ANNA, LOOK_ALIKE] {
            assert_eq!(id_of(app, spelling), Some(anna.id));
        }
        run_beside(app, &["doctor"]).line(&format!("warn addresses: person {} ", look_alike.id)).contains("\\u{2800}");
    }

    fn an_older_look_alike_takes_the_address_from_nobody(app: &mut TestApp) {
        let [mallory, anna] = ["adam", "anna"].map(|name| Person::owner(app, name));
        store(app, &mallory, LOOK_ALIKE);
        upgrade(app);
        assert_eq!(id_of(app, ANNA), Some(anna.id));
        run_beside(app, &["doctor"]).line(&format!("warn addresses: person {} ", mallory.id));
    }

    fn a_later_start_gives_an_address_to_nobody(app: &mut TestApp) {
        let [older, newer] = ["olga", "adam"].map(|name| Person::owner(app, name));
        store(app, &older, FOLDED);
        store(app, &newer, WRITTEN);
        upgrade(app);
        store(app, &older, "olga@example.test");
        app.restart_with(|_| ());
        assert_eq!(id_of(app, WRITTEN), None);
        let ran = run_beside(app, &["doctor"]);
        let line = ran.line(&format!("warn addresses: person {} ", newer.id));
        assert!(line.contains(&format!("`roster change-address {} {WRITTEN}`", newer.id)), "{line}");
        let id = newer.id.to_string();
        run_beside(app, &["change-address", &id, WRITTEN]).expect_success();
        assert_eq!(id_of(app, FOLDED), Some(newer.id));
    }

    fn a_look_alike_alone_is_unconfirmed_from_then_on(app: &mut TestApp) {
        let people = ["adam", "olga"].map(|name| Person::owner(app, name));
        store(app, &people[0], LOOK_ALIKE);
        store(app, &people[1], WRITTEN);
        let mailbox = Mailbox::open(Manner::Keep);
        forget_folding(app);
        app.restart_with(|settings| mailbox.set_up(settings));
        assert_eq!(id_of(app, ANNA), Some(people[0].id));
        let confirmed = "SELECT email AS line FROM users WHERE email_confirmed_at IS NOT NULL";
        assert_eq!(lines(app, confirmed), [FOLDED]);
    }

    fn of_two_invites_both_links_work(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let [older, newer] = ["nina", "nora"].map(|name| olga.invite(name));
        for (invite, address) in [(&older, WRITTEN), (&newer, FOLDED)] {
            execute(&app.database, &format!("UPDATE invites SET email = '{address}' WHERE id = {}", invite.id));
        }
        upgrade(app);
        let stored = format!("SELECT email AS line FROM invites WHERE id = {}", older.id);
        assert_eq!(lines(app, &stored), [FOLDED]);
        run_beside(app, &["doctor"]).line(&format!("warn addresses: invite {} ", newer.id));
        let olga = olga.at(app);
        assert_eq!(olga.post("invites", &json!({"user_emails": [FOLDED]})).1["already_invited_users"], json!([WRITTEN]));
        let user = json!({"email": FOLDED, "password": PASSWORD});
        let invite = json!({"id": newer.id, "token": newer.token});
        let (status, answer) = Person::nobody(app).post("registrations", &json!({"user": user, "invite": invite}));
        assert_eq!(status, 201, "{answer}");
    }

    fn a_handle_is_folded_and_keeps_its_claim_key(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let id = olga.connect("workspaces/twitter_accounts", "lions");
        let hidden = "li\u{200b}ons";
        let claims = "SELECT key AS line FROM social_claims UNION ALL SELECT key FROM social_accounts";
        for sql in [
            "INSERT INTO social_claims SELECT workspace_id, provider, 'h:li\u{200b}ons', scope FROM social_claims".to_owned(),
            format!("UPDATE social_accounts SET handle = '{hidden}', key = 'h:{hidden}', external_id = NULL"),
            "DELETE FROM social_claims WHERE key LIKE 'u:%'".to_owned(),
        ] {
            execute(&app.database, &sql);
        }
        upgrade(app);
        assert_eq!(lines(app, "SELECT handle AS line FROM social_accounts"), ["lions"]);
        assert_eq!(lines(app, claims), [format!("h:{hidden}"), format!("h:{hidden}")]);
        let mut same = account("lions");
        same["twitter_account"]["twitter_nickname"] = json!("@LI\u{2800}ONS");
        let (status, answer) = olga.at(app).post("workspaces/twitter_accounts", &same);
        assert_eq!((status, &answer["twitter_account"]["id"]), (200, &json!(id)), "it is refreshed: {answer}");
        assert_eq!(lines(app, "SELECT key AS line FROM social_claims").len(), 1);
    }

    fn thousands_are_folded_by_two_services_that_start_at_once(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let (uuid, at) = match app.database.kind {
            Kind::Postgres => ("gen_random_uuid()", "now()::timestamp"),
            Kind::Sqlite => ("printf('20202020-0000-4000-8000-%012d', n)", "'2026-11-28 00:00:00'"),
        };
        execute(&app.database, &format!(
            "INSERT INTO invites (uuid, workspace_id, email, token, created_at, expires_at)
             WITH RECURSIVE list(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM list WHERE n < 2500)
             SELECT {uuid}, {}, 'user' || n || '@b\u{fc}cher.example', 'enc:v1:x', {at}, {at} FROM list",
            olga.workspace_id
        ));
        forget_folding(app);
        let serve = || app.database.serve();
        let services = thread::scope(|threads| {
            let both = [threads.spawn(serve), threads.spawn(serve)];
            both.map(|service| service.join().expect("a service that starts"))
        });
        for service in &services {
            assert_eq!(olga.at(service).get("users").0, 200);
        }
        assert_eq!(lines(app, "SELECT email AS line FROM invites WHERE email LIKE '%\u{fc}%'"), [""; 0]);
        assert_eq!(lines(app, "SELECT email AS line FROM invites WHERE email LIKE '%@xn--%'").len(), 2_500);
    }
}
