//! Finishing a consent: by the session that began it, once, whatever is sent at the same time.

use std::{thread, time::Duration};

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{code, grant, visit, with_x};
use crate::{
    on_both_databases,
    support::{
        peer::{FALCONS, ME, TOKEN},
        people::Person,
    },
};

fn falcons(id: &str, connected: &Value) -> Value {
    json!({"success": true, "consent": {"id": id, "status": "granted", "candidates": [{
        "key": "1", "screen_name": "The Falcons", "twitter_nickname": "Falcons",
        "logo_url": format!("https://pbs.example.test/{FALCONS}_400x400.png"), "account_verified": true,
        "connected": connected,
    }]}})
}

on_both_databases! {
    fn the_answer_names_the_account_and_repeats(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (id, callback) = visit(&olga, &peer, "workspace");
        let path = format!("consents/{id}");
        for _ in 0..2 {
            assert_eq!(olga.put(&path, &callback.body()), (200, falcons(&id, &Value::Null)));
        }
        assert_eq!(olga.get(&path), (200, falcons(&id, &Value::Null)));
        assert_eq!((peer.count(TOKEN), peer.count(ME)), (1, 1));
    }

    fn only_the_session_that_began_it_finishes_it(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (mia, stranger) = (olga.colleague("mia"), Person::owner(app, "stranger"));
        let elsewhere = olga.again();
        let (id, callback) = visit(&olga, &peer, "workspace");
        let path = format!("consents/{id}");
        for other in [&mia, &stranger, &elsewhere] {
            assert_eq!(other.put(&path, &callback.body()).0, 404, "{}", other.name);
            assert_eq!(other.get(&path).0, 404, "{}", other.name);
        }
        assert_eq!(olga.get(&path).0, 404, "it is not granted yet");
        let mut wrong = callback.body();
        wrong["consent"]["state"] = json!(format!("{}x", callback.query["state"]));
        assert_eq!(olga.put(&path, &wrong).0, 404);
        assert_eq!(olga.put(&path, &callback.body()).0, 200);
        assert_eq!(elsewhere.get(&path), (200, falcons(&id, &Value::Null)), "once granted, in any session");
        assert_eq!(mia.get(&path).0, 404);
        assert_eq!(elsewhere.put(&path, &callback.body()).0, 404);
        assert_eq!(peer.count(TOKEN), 1);
    }

    fn a_state_that_was_used_redeems_nothing_again(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (id, callback) = visit(&olga, &peer, "personal");
        let (_, other) = visit(&olga, &peer, "personal");
        let mut replayed = callback.body();
        replayed["consent"]["code"] = json!(other.query["code"]);
        let path = format!("consents/{id}");
        assert_eq!(olga.put(&path, &callback.body()).0, 200);
        assert_eq!(olga.put(&path, &replayed), (200, falcons(&id, &Value::Null)));
        assert_eq!(olga.post("twitter_accounts", &json!({"twitter_account": {"consent_id": id}})).0, 201);
        let used = json!({"success": true, "consent": {"id": id, "status": "used", "candidates": []}});
        assert_eq!(olga.put(&path, &replayed), (200, used));
        assert_eq!(peer.count(TOKEN), 1);
    }

    fn of_several_at_once_one_redeems_and_the_others_get_its_outcome(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (id, callback) = visit(&olga, &peer, "personal");
        peer.delay(Duration::from_millis(300), TOKEN);
        peer.delay(Duration::from_millis(300), ME);
        let outcomes: Vec<_> = thread::scope(|scope| {
            let ask = || olga.put(&format!("consents/{id}"), &callback.body());
            let asking: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
            asking.into_iter().map(|one| one.join().expect("an answer")).collect()
        });
        for outcome in outcomes {
            assert_eq!(outcome, (200, falcons(&id, &Value::Null)));
        }
        assert_eq!((peer.count(TOKEN), peer.count(ME)), (1, 1));
    }

    fn a_redemption_goes_on_when_its_client_has_left(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (id, callback) = visit(&olga, &peer, "personal");
        peer.delay(Duration::from_millis(400), TOKEN);
        let request = olga.client.request(reqwest::Method::PUT, &format!("/api/v4/consents/{id}"));
        let left = request.json(&callback.body()).timeout(Duration::from_millis(150)).send();
        assert!(left.is_err_and(|error| error.is_timeout()));
        assert_eq!(olga.put(&format!("consents/{id}"), &callback.body()), (200, falcons(&id, &Value::Null)));
        assert_eq!(peer.count(TOKEN), 1);
    }

    fn says_who_has_the_account_but_not_what_colleagues_have_for_themselves(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        let connected = |person: &Person, id: &str| person.get(&format!("consents/{id}")).1["consent"]["candidates"][0]["connected"].clone();
        let id = grant(&olga, &peer, "workspace");
        let held = mia.connect("twitter_accounts", FALCONS);
        assert_eq!(connected(&olga, &id), Value::Null);
        let of_mia = grant(&mia, &peer, "personal");
        assert_eq!(connected(&mia, &of_mia), json!("yours"));
        assert_eq!(mia.delete(&format!("twitter_accounts/{held}")).0, 200);
        olga.connect("workspaces/twitter_accounts", FALCONS);
        assert_eq!(connected(&olga, &id), json!("workspace"));
        assert_eq!(connected(&mia, &of_mia), json!("workspace"));
    }

    fn an_outcome_lasts_for_half_an_hour(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let id = grant(&olga, &peer, "personal");
        app.clock.advance(TimeDelta::minutes(29));
        assert_eq!(olga.get(&format!("consents/{id}")).0, 200);
        app.clock.advance(TimeDelta::minutes(2));
        let (status, answer) = olga.get(&format!("consents/{id}"));
        assert_eq!((status, code(&answer)), (422, &json!("consent_expired")));
    }
}
