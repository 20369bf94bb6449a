//! `/api/v4/team_users`

use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::people::{Person, email},
};

fn team(creator: &Person, emails: &[String]) -> Value {
    let (status, answer) =
        creator.post("teams", &json!({"team": {"name": "coaches"}, "user_emails": emails}));
    assert_eq!(status, 201, "{answer}");
    answer["team"]["id"].clone()
}

on_both_databases! {
    fn names_the_person_in_the_path_or_in_the_body(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        let team = team(&olga, &[email("mia")]);
        let both = json!({"team_id": team, "id": olga.id, "role": "admin"});
        assert_eq!(olga.put(&format!("team_users/{}", mia.id), &both).0, 200);
        assert_eq!(mia.get("teams").1[0]["admin_role_for_current_user"], true);
        assert_eq!(olga.put("team_users/mia", &both).0, 404);
        assert_eq!(mia.delete(&format!("team_users/{}?team_id={team}", olga.id)).0, 200);
        assert_eq!(mia.delete(&format!("team_users?team_id={team}&id={}", mia.id)).0, 200);
        assert_eq!(olga.get("teams?filter=workspace").1[0]["admin_roles_count"], 0);
    }

    fn keeps_the_role_of_the_last_admin(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        let team = team(&olga, &[email("mia")]);
        let demote = json!({"team_id": team, "id": olga.id, "role": "member"});
        let (status, refusal) = olga.put("team_users", &demote);
        assert_eq!((status, &refusal["errors"][0]["code"]), (422, &json!("last_admin")));
        assert_eq!(olga.get("teams").1[0]["admin_roles_count"], 1);
        assert_eq!(olga.put("team_users", &json!({"team_id": team, "id": mia.id, "role": "admin"})).0, 200);
        assert_eq!(olga.put("team_users", &demote).0, 200);
    }

    fn lets_an_invite_that_was_sent_before_lead_into_the_team(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let ticket = olga.invite("nina");
        team(&olga, &[email("nina")]);
        let nina = Person::invited(app, "nina", &ticket);
        assert_eq!(nina.get("teams").1[0]["name"], "coaches");
    }

    fn knows_no_team_of_an_invite_once_the_team_is_gone(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let team = team(&olga, &[email("nina")]);
        assert_eq!(olga.delete(&format!("teams/{team}")).0, 200);
        let nina = Person::invited(app, "nina", &olga.invite("nina"));
        assert_eq!(nina.get("teams").1, json!([]));
    }
}
