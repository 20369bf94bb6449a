//! Reconnecting: a consent for one account connects exactly that one, or says that X has named another.

use serde_json::{Value, json};

use super::{
    PERSONAL, WORKSPACE, body, code,
    connecting::{connect, record},
    storing, with_x,
};
use crate::{
    jobs::lines,
    on_both_databases,
    support::{
        peer::{FALCONS, Peer},
        people::{Person, account},
        server::TestApp,
    },
};

const HAWKS: &str = "7";

fn reconnection(side: &str, id: &Value) -> Value {
    json!({"consent": {"network": "twitter", "side": side, "account_id": id}})
}

/// Begins a consent for this account, and visits X; returns its id and the answer to what the browser brings back.
pub fn consent_again(person: &Person, peer: &Peer, side: &str, id: &Value) -> (String, u16, Value) {
    let (status, answer) = person.post("consents", &reconnection(side, id));
    assert_eq!(status, 201, "{answer}");
    let callback = peer.visit(&answer["consent"]["authorize_url"]);
    let consent = answer["consent"]["id"].as_str().expect("an id").to_owned();
    let (status, answer) = person.put(&format!("consents/{consent}"), &callback.body());
    (consent, status, answer)
}

/// Connects an account again, and returns the answer.
fn reconnect(person: &Person, peer: &Peer, side: &str, id: &Value) -> (u16, Value) {
    let (consent, status, answer) = consent_again(person, peer, side, id);
    assert_eq!(status, 200, "{answer}");
    person.post(if side == "workspace" { WORKSPACE } else { PERSONAL }, &body(&consent))
}

fn expect_different(person: &Person, peer: &Peer, side: &str, id: &Value, handles: [&str; 2]) {
    let (consent, status, answer) = consent_again(person, peer, side, id);
    assert_eq!((status, code(&answer)), (422, &json!("different_account")));
    let [named, expected] = handles;
    let sentence = format!(
        "X has named @{named}, but this account is @{expected}. Sign in at X as @{expected} and start again."
    );
    assert_eq!(answer["message"], json!([sentence]));
    let path = if side == "workspace" { WORKSPACE } else { PERSONAL };
    let (status, refused) = person.post(path, &body(&consent));
    assert_eq!((status, &refused["message"]), (422, &answer["message"]), "it connects nothing");
}

/// An account whose external id is wrong, with this handle and this token.
fn pasted(handle: &str, token: &str) -> Value {
    let mut account = account("wrong");
    account["twitter_account"]["twitter_nickname"] = json!(handle);
    account["twitter_account"]["twitter_token"] = json!(token);
    account
}

fn paste(person: &Person, path: &str, handle: &str, token: &str) -> Value {
    let (status, answer) = person.post(path, &pasted(handle, token));
    assert_eq!(status, 201, "{answer}");
    answer["twitter_account"]["id"].clone()
}

/// All that is stored of the accounts, with their claims.
fn stored(app: &TestApp) -> Vec<String> {
    lines(
        &app.database,
        "SELECT a.key || ' ' || a.handle || ' ' || a.screen_name || ' ' || coalesce(a.access_token, '') || ' ' || c.scope AS line \
         FROM social_accounts a JOIN social_claims c ON c.workspace_id = a.workspace_id AND c.key = a.key ORDER BY a.id",
    )
}

on_both_databases! {
    fn everything_stays_but_the_token_and_the_profile(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let adam = olga.admin("adam");
        let id = connect(&adam, &peer, "workspace");
        let team = olga.post("teams", &json!({"team": {"name": "Coaches"}})).1["team"]["id"].clone();
        let one = format!("{WORKSPACE}/{id}");
        assert_eq!(olga.put(&one, &json!({"twitter_account": {"nickname": "Home", "team_ids": [team]}})).0, 200);
        let before = olga.get(&one).1["twitter_account"].clone();
        peer.sign_in(FALCONS, "Eagles");
        assert_eq!(reconnect(&olga, &peer, "workspace", &id).0, 200);
        let mut after = olga.get(&one).1["twitter_account"].clone();
        assert_eq!((&after["screen_name"], &after["twitter_nickname"]), (&json!("The Eagles"), &json!("Eagles")), "a handle may change");
        for profile_or_token in ["screen_name", "twitter_nickname", "connection"] {
            after[profile_or_token] = before[profile_or_token].clone();
        }
        assert_eq!(after, before);
        assert!(record(&olga, "Eagles")["accessToken"].as_str().expect("a token").starts_with("canary-access-5-"));
    }

    fn another_account_is_refused_and_changes_nothing(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let id = connect(&olga, &peer, "personal");
        let before = stored(app);
        peer.sign_in(HAWKS, "Hawks");
        expect_different(&olga, &peer, "personal", &id, ["Hawks", "Falcons"]);
        assert_eq!(stored(app), before);
    }

    fn a_handle_that_another_id_has_taken_over_is_another_account(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let id = connect(&olga, &peer, "personal");
        peer.sign_in(HAWKS, "Falcons");
        expect_different(&olga, &peer, "personal", &id, ["Falcons", "Falcons"]);
        // A pasted token takes the account out of its grant, but X has named its id.
        let mut again = account(FALCONS);
        again["twitter_account"]["twitter_token"] = json!(format!("{HAWKS}-token"));
        assert_eq!(olga.post(PERSONAL, &again).0, 200);
        peer.sign_in(HAWKS, FALCONS);
        expect_different(&olga, &peer, "personal", &id, [FALCONS, FALCONS]);
    }

    fn a_pasted_account_is_known_by_its_handle_or_by_its_token(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let by_handle = paste(&olga, WORKSPACE, "@falcons", "token");
        assert_eq!(reconnect(&olga, &peer, "workspace", &by_handle).0, 200);
        let (status, answer) = olga.post(WORKSPACE, &account(FALCONS));
        assert_eq!((status, &answer["twitter_account"]["id"]), (200, &by_handle), "its key is X's id now");
        peer.sign_in(HAWKS, "Hawks");
        let by_token = paste(&olga, PERSONAL, "formerly", &format!("{HAWKS}-token"));
        assert_eq!(reconnect(&olga, &peer, "personal", &by_token).0, 200);
        let (status, answer) = olga.post(PERSONAL, &account(HAWKS));
        assert_eq!((status, &answer["twitter_account"]["id"]), (200, &by_token));
        let neither = paste(&olga, PERSONAL, "lions", &format!("{HAWKS}7-token"));
        expect_different(&olga, &peer, "personal", &neither, ["Hawks", "lions"]);
    }

    fn the_pair_of_an_attempt_that_failed_is_kept(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        let falcons = connect(&olga, &peer, "personal");
        peer.sign_in(HAWKS, "Hawks");
        connect(&mia, &peer, "personal");
        expect_different(&olga, &peer, "personal", &falcons, ["Hawks", "Falcons"]);
        assert_eq!(storing::pairs(app), ["canary-access-2 canary-refresh-3", "canary-access-8 canary-refresh-9"]);
    }

    fn rights_are_those_for_changing_the_account(app: &mut TestApp) {
        let _peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (mia, stranger) = (olga.colleague("mia"), Person::owner(app, "stranger"));
        let ours = json!(olga.connect(WORKSPACE, "ours"));
        let hers = json!(mia.connect(PERSONAL, "hers"));
        for (person, side, id, status) in [
            (&olga, "workspace", &ours, 201), (&mia, "personal", &hers, 201), (&mia, "workspace", &ours, 403),
            (&mia, "personal", &ours, 404), (&olga, "personal", &ours, 404), (&olga, "workspace", &hers, 404),
            (&olga, "personal", &hers, 404), (&stranger, "workspace", &ours, 404), (&stranger, "personal", &json!(0), 404),
        ] {
            assert_eq!(person.post("consents", &reconnection(side, id)).0, status, "{} {side} {id}", person.name);
        }
    }

    fn an_account_that_has_gone_or_moved_meanwhile_is_not_connected(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let gone = json!(olga.connect(WORKSPACE, FALCONS));
        let (consent, status, _) = consent_again(&olga, &peer, "workspace", &gone);
        assert_eq!(status, 200);
        assert_eq!(olga.delete(&format!("{WORKSPACE}/{gone}")).0, 200);
        assert_eq!(code(&olga.post(WORKSPACE, &body(&consent)).1), &json!("account_gone"));
        let moved = json!(olga.connect(WORKSPACE, FALCONS));
        let (consent, status, _) = consent_again(&olga, &peer, "workspace", &moved);
        assert_eq!(status, 200);
        let transfer = json!({"account_transfer": {"social_account_id": moved, "to": "personal"}});
        assert_eq!(olga.post("account_transfers", &transfer).0, 200);
        assert_eq!(code(&olga.post(WORKSPACE, &body(&consent)).1), &json!("account_gone"));
    }

    fn an_account_that_goes_while_the_browser_is_away_is_told_to_have_gone(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let gone = json!(olga.connect(WORKSPACE, FALCONS));
        let (_, started) = olga.post("consents", &reconnection("workspace", &gone));
        let callback = peer.visit(&started["consent"]["authorize_url"]);
        let consent = started["consent"]["id"].as_str().expect("an id");
        assert_eq!(olga.delete(&format!("{WORKSPACE}/{gone}")).0, 200);
        let finish = || olga.put(&format!("consents/{consent}"), &callback.body());
        let (status, answer) = finish();
        assert_eq!((status, code(&answer)), (422, &json!("account_gone")));
        assert_eq!(finish(), (status, answer.clone()), "a repeat answers the same");
        assert_eq!(olga.post(WORKSPACE, &body(consent)).1["message"], answer["message"]);
        assert_eq!(storing::grants(app), ["ok 1"], "the pair is kept until nobody can need it");
    }

    fn an_account_that_colleagues_hold_is_a_conflict(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        let ours = paste(&olga, WORKSPACE, "falcons", "token");
        let hers = mia.connect(PERSONAL, FALCONS);
        let (consent, status, _) = consent_again(&olga, &peer, "workspace", &ours);
        assert_eq!(status, 200);
        let before = stored(app);
        let (status, answer) = olga.post(WORKSPACE, &body(&consent));
        assert_eq!((status, code(&answer)), (422, &json!("held_by_members")));
        assert_eq!(stored(app), before);
        assert_eq!(mia.delete(&format!("{PERSONAL}/{hers}")).0, 200);
        let (status, answer) = olga.post(WORKSPACE, &body(&consent));
        assert_eq!((status, &answer["twitter_account"]["id"]), (200, &ours));
        assert_eq!(olga.post(WORKSPACE, &body(&consent)), (200, answer), "a repeat answers the same");
    }

    fn an_account_that_is_held_twice_is_a_conflict(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let wrong = paste(&olga, WORKSPACE, "falcons", "token");
        let right = olga.connect(WORKSPACE, FALCONS);
        let (consent, status, _) = consent_again(&olga, &peer, "workspace", &wrong);
        assert_eq!(status, 200);
        let (status, answer) = olga.post(WORKSPACE, &body(&consent));
        assert_eq!((status, code(&answer)), (422, &json!("taken")));
        assert_eq!(olga.delete(&format!("{WORKSPACE}/{right}")).0, 200);
        assert_eq!(olga.post(WORKSPACE, &body(&consent)).0, 200);
    }

    fn a_reconnected_account_works_again(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let id = connect(&olga, &peer, "personal");
        let failed = diesel::sql_query("UPDATE social_accounts SET auth_failed_at = created_at");
        diesel::RunQueryDsl::execute(failed, &mut crate::database::connect(&app.database)).expect("a change");
        let shown = || olga.get(&format!("{PERSONAL}/{id}")).1["twitter_account"]["auth_failed_at"].clone();
        assert!(shown().is_string());
        assert_eq!(reconnect(&olga, &peer, "personal", &id).0, 200);
        assert_eq!(shown(), Value::Null);
    }
}
