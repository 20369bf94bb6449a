//! Ids never come back, not even the greatest one, nor after a restart.

use serde_json::{Value, json};

use crate::{
    database::caller::{Caller, PASSWORD, account},
    on_both_databases,
};

fn id_of((status, answer): &(u16, Value), path: &str) -> i64 {
    assert_eq!(*status, 201, "{answer}");
    answer.pointer(path).and_then(Value::as_i64).expect("an id")
}

on_both_databases! {
    fn an_account_connected_again_is_a_new_one(app: &mut TestApp) {
        let (olga, _) = Caller::register(app, "olga", &Value::Null);
        let first = id_of(&olga.post("twitter_accounts", &account("1")), "/twitter_account/id");
        assert_eq!(olga.delete(&format!("twitter_accounts/{first}"), &Value::Null), 200);
        app.restart_with(|_| ());
        let again = olga.at(app).post("twitter_accounts", &account("1"));
        assert!(id_of(&again, "/twitter_account/id") > first);
    }

    fn a_team_and_an_invite_made_again_are_new_ones(app: &mut TestApp) {
        let (olga, _) = Caller::register(app, "olga", &Value::Null);
        let invite = || olga.invite("nina")["id"].as_i64().expect("an id");
        let team = || id_of(&olga.post("teams", &json!({"team": {"name": "coaches"}})), "/team/id");
        let (first_team, first_invite) = (team(), invite());
        assert_eq!(olga.delete(&format!("teams/{first_team}"), &Value::Null), 200);
        assert_eq!(olga.delete(&format!("invites/{first_invite}"), &Value::Null), 200);
        assert!(team() > first_team);
        assert!(invite() > first_invite);
    }

    fn a_person_who_comes_back_is_a_new_one_in_a_new_workspace(app: &mut TestApp) {
        let (before, first) = Caller::register(app, "olga", &Value::Null);
        assert_eq!(before.delete("users", &json!({"user": {"current_password": PASSWORD}})), 200);
        let (_, second) = Caller::register(app, "olga", &Value::Null);
        for path in ["/user/id", "/user/workspace/id"] {
            assert!(second.pointer(path).unwrap().as_i64() > first.pointer(path).unwrap().as_i64(), "{path}");
        }
        assert_eq!(before.get("twitter_accounts").0, 401);
    }
}
