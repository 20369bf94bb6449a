//! Ids are never reused, not even the greatest one, nor after a restart.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::people::{PASSWORD, Person, account},
};

fn id_of((status, answer): &(u16, Value), path: &str) -> i64 {
    assert_eq!(*status, 201, "{answer}");
    answer.pointer(path).and_then(Value::as_i64).expect("an id")
}

on_both_databases! {
    fn an_account_connected_again_is_a_new_one(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let first = id_of(&olga.post("twitter_accounts", &account("1")), "/twitter_account/id");
        assert_eq!(olga.delete(&format!("twitter_accounts/{first}")).0, 200);
        app.restart_with(|_| ());
        let again = olga.post("twitter_accounts", &account("1"));
        assert!(id_of(&again, "/twitter_account/id") > first);
    }

    fn a_team_and_an_invite_made_again_are_new_ones(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let invite = || olga.invite("nina").id;
        let team = || id_of(&olga.post("teams", &json!({"team": {"name": "coaches"}})), "/team/id");
        let (first_team, first_invite) = (team(), invite());
        assert_eq!(olga.delete(&format!("teams/{first_team}")).0, 200);
        assert_eq!(olga.delete(&format!("invites/{first_invite}")).0, 200);
        assert!(team() > first_team);
        assert!(invite() > first_invite);
    }

    fn an_erased_person_who_registers_again_is_new(app: &mut TestApp) {
        let farewell = json!({"user": {"current_password": PASSWORD}});
        let before = Person::owner(app, "olga");
        assert_eq!(before.send(Method::DELETE, "users", Some(&farewell)).0, 200);
        let second = Person::owner(app, "olga");
        assert!(second.id > before.id && second.workspace_id > before.workspace_id, "{second:?}");
        assert_eq!(before.get("twitter_accounts").0, 401);
    }
}
