//! What is recorded of accounts whose grant is refused, given again, refreshed or checked.

use serde_json::{Value, json};

use super::{advance, connect, states};
use crate::{
    api::v4::consents::with_x,
    on_both_databases,
    support::{
        peer::{FALCONS, ME},
        people::Person,
    },
};

/// The actor's kind, the sentence and the fields of the latest events of accounts, the latest first.
fn latest(admin: &Person, count: usize) -> Vec<Value> {
    let (status, answer) = admin.get("events?object=connectedAccount");
    assert_eq!(status, 200, "{answer}");
    let events = answer["events"].as_array().expect("a list").iter().take(count);
    events.map(|event| json!([event["actor"]["kind"], event["summary"], event["fields"]])).collect()
}

fn count(admin: &Person) -> Value {
    admin.get("events?object=connectedAccount").1["meta"]["total_count"].clone()
}

fn check(person: &Person, id: i64) {
    let (status, answer) = person.post("account_checks", &json!({"account_check": {"account_id": id}}));
    assert_eq!(status, 200, "{answer}");
}

fn broke() -> Value {
    json!(["job", "Roster noted that @falcons has to be connected again", ["authFailedAt"]])
}

on_both_databases! {
    fn all_accounts_of_a_grant_break_and_are_reconnected(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        let id = connect(&olga, &peer, "personal");
        connect(&mia, &peer, "personal");
        assert_eq!(count(&olga), 2);
        peer.end_families(FALCONS);
        advance(app, 121);
        check(&olga, id);
        assert_eq!((latest(&olga, 2), count(&olga)), (vec![broke(), broke()], json!(4)));
        connect(&mia, &peer, "personal");
        let fields = ["authFailedAt", "accessToken", "scopes"];
        let works = json!(["person", "mia connected @falcons again, and it works", fields]);
        assert_eq!((latest(&olga, 3)[1..].to_vec(), count(&olga)), (vec![works.clone(), works], json!(7)));
        assert_eq!(latest(&olga, 1)[0][1], "mia connected @falcons again");
    }

    fn a_suspended_account_broke(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let id = connect(&olga, &peer, "workspace");
        peer.answer(ME, 403, r#"{"type":"https://api.x.com/2/problems/user-suspended","status":403}"#);
        check(&olga, id);
        assert_eq!((latest(&olga, 1), count(&olga)), (vec![broke()], json!(2)));
    }

    fn only_what_a_refresh_and_a_check_change_is_told(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let id = connect(&olga, &peer, "workspace");
        advance(app, 121);
        check(&olga, id);
        assert_eq!((states(app), count(&olga)), (vec!["ok ".to_owned()], json!(1)));
        let path = format!("current_social_accounts/{id}/refresh_avatar");
        assert_eq!(olga.put(&path, &json!({"type": "twitter"})).0, 200);
        assert_eq!(latest(&olga, 1), [json!(["person", "olga changed @falcons", ["logo_url"]])]);
    }
}
