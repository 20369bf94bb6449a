//! `/api/v4/invites`

use std::thread;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::people::{Person, Ticket, email},
};

fn team(name: &str, person: &str) -> Value {
    json!({"team": {"name": name}, "user_emails": [email(person)]})
}

on_both_databases! {
    fn makes_one_invite_of_many_at_once(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let askers: Vec<_> = (0..8)
            .map(|_| {
                let olga = olga.clone();
                thread::spawn(move || olga.invite("nina"))
            })
            .collect();
        let tickets: Vec<Ticket> = askers.into_iter().map(|asker| asker.join().unwrap()).collect();
        assert!(tickets.iter().all(|ticket| ticket.id == tickets[0].id), "{tickets:?}");
        let nobody = Person::nobody(app);
        let good = tickets.iter().filter(|ticket| nobody.get(&ticket.path()).0 == 200).count();
        assert_eq!(good, 1, "only the last link opens it");
    }

    fn opens_a_team_only_through_a_link_that_an_admin_sent(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        let planted = mia.invite("nina");
        let nobody = Person::nobody(app);
        assert_eq!(olga.post("teams", &team("coaches", "nina")).0, 201);
        assert_eq!(nobody.get(&planted.path()).0, 404);
        assert_eq!(mia.post("invites", &json!({"user_emails": [email("nina")]})).1["links"], json!([]));
        let renewed = olga.invite("nina");
        assert_eq!((renewed.id, mia.post("teams", &team("parents", "nina")).0), (planted.id, 201));
        assert_eq!(mia.post("invites", &json!({"user_emails": [email("nina")]})).1["links"], json!([]));
        let nina = Person::invited(app, "nina", &renewed);
        let teams = nina.get("teams").1;
        assert_eq!((&teams[0]["name"], &teams[1]["name"]), (&json!("coaches"), &json!("parents")));
    }

    fn shows_the_admin_who_adds_a_team_the_link_that_replaces_the_members(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        let planted = mia.invite("nina");
        let made = olga.post("teams", &team("coaches", "nina")).1;
        let renewed = Ticket::in_link(&made["links"][0]).expect("a link");
        let nobody = Person::nobody(app);
        assert_eq!((nobody.get(&planted.path()).0, nobody.get(&renewed.path()).0), (404, 200));
        mia.invite("max");
        let added = json!({"team_id": made["team"]["id"], "user_emails": [email("nina"), email("max"), email("new")]});
        let added = olga.post("team_users", &added).1;
        let links = added["links"].as_array().expect("links");
        assert_eq!((links.len(), &links[0]["email"]), (1, &json!(email("max"))), "nina's link is still good");
        let ticket = Ticket::in_link(&links[0]).expect("a link");
        assert_eq!(Person::invited(app, "max", &ticket).get("teams").1[0]["name"], "coaches");
        let again = json!({"team_id": made["team"]["id"], "user_emails": [email("new")]});
        assert_eq!(olga.post("team_users", &again).1.get("links"), None);
    }

    fn of_an_admin_who_is_one_no_more_is_renewed_by_admins_alone(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let adam = olga.admin("adam");
        let ticket = adam.invite("nina");
        assert_eq!(olga.post("teams", &team("coaches", "nina")).0, 201);
        for role in [1, 2, 3] {
            let role = json!({"workspace_role_id": role});
            assert_eq!(olga.put(&format!("workspace_users/{}", adam.id), &role).0, 200);
            let is_sender = olga.get("invites").1["invites"][0]["sender_email"] == adam.email.as_str();
            assert_eq!(is_sender, role["workspace_role_id"] != 3, "{role}");
        }
        assert_eq!(adam.post("invites", &json!({"user_emails": [email("nina")]})).1["links"], json!([]));
        assert_eq!(Person::nobody(app).get(&ticket.path()).0, 200, "the link stays");
        assert_eq!(olga.invite("nina").id, ticket.id);
    }

    fn stays_as_it_is_when_another_member_adds_a_team(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let (mia, max) = (olga.colleague("mia"), olga.colleague("max"));
        let ticket = mia.invite("nina");
        assert_eq!(max.post("teams", &team("coaches", "nina")).0, 201);
        assert_eq!(olga.get("invites").1["invites"][0]["sender_email"], mia.email);
        let nina = Person::invited(app, "nina", &ticket);
        assert_eq!(nina.get("teams").1[0]["name"], "coaches");
    }

    fn of_a_sender_who_left_is_renewed_by_admins_alone(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let (mia, adam) = (olga.colleague("mia"), olga.admin("adam"));
        let old = mia.invite("nina");
        assert_eq!(mia.delete(&format!("workspace_users/{}", mia.id)).0, 200);
        let back = olga.invite("mia");
        assert_eq!(mia.put(&format!("invites/{}", back.id), &json!({"invite": {"token": back.token}})).0, 200);
        assert_eq!(mia.post("invites", &json!({"user_emails": [email("nina")]})).1["links"], json!([]));
        assert_eq!(adam.invite("nina").id, old.id);
        assert_eq!(Person::nobody(app).get(&old.path()).0, 404);
    }

    fn of_one_member_are_twenty_at_most(app: &mut TestApp) {
        let mia = Person::owner(app, "olga").colleague("mia");
        let askers: Vec<_> = (0..4)
            .map(|round| {
                let mia = mia.clone();
                let emails: Vec<String> = (0..15).map(|number| email(&format!("fan{round}x{number}"))).collect();
                thread::spawn(move || mia.post("invites", &json!({"user_emails": emails})).0)
            })
            .collect();
        let mut statuses: Vec<u16> = askers.into_iter().map(|asker| asker.join().unwrap()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422, 422, 422]);
        let workspace = mia.get("workspaces").1;
        assert_eq!(
            (&workspace["can_add_new_users"], &workspace["can_invite_users_count"]),
            (&json!(true), &json!(5))
        );
        app.clock.advance(TimeDelta::days(7));
        assert_eq!(mia.get("workspaces").1["can_invite_users_count"], 20, "expired ones do not count");
    }

    fn concurrent_accepts_join_once(app: &mut TestApp) {
        let ticket = Person::owner(app, "olga").invite("nina");
        let nobody = Person::nobody(app);
        let body = json!({
            "user": {"email": email("nina"), "password": "Touchdown on 4th and 7"},
            "invite": {"id": ticket.id, "token": ticket.token},
        });
        let askers: Vec<_> = (0..8)
            .map(|_| {
                let (nobody, body) = (nobody.clone(), body.clone());
                thread::spawn(move || nobody.post("registrations", &body).0)
            })
            .collect();
        let mut statuses: Vec<u16> = askers.into_iter().map(|asker| asker.join().unwrap()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 404, 404, 404, 404, 404, 404, 404]);
    }

    fn forgets_with_the_old_token_who_presented_it(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let stranger = Person::owner(app, "stranger");
        let old = olga.invite("stranger");
        stranger.get(&old.path());
        assert_eq!(stranger.get("invites").1["my_invites"][0]["id"], old.id);
        let new = olga.invite("stranger");
        assert_eq!(stranger.get("invites").1["my_invites"], json!([]));
        assert_eq!(stranger.get(&old.path()).0, 404);
        stranger.get(&new.path());
        assert_eq!(stranger.get("invites").1["my_invites"][0]["id"], old.id);
    }

    fn shows_an_expired_invite_as_such_only_to_whoever_presented_it(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let stranger = Person::owner(app, "stranger");
        let ticket = olga.invite("stranger");
        stranger.get(&ticket.path());
        app.clock.advance(TimeDelta::days(7));
        assert_eq!(olga.get("invites").1["invites"], json!([]));
        assert_eq!(stranger.get("invites").1["my_invites"][0]["state"], "expired");
        assert_eq!(olga.get("workspaces").1["can_invite_users_count"], 999);
        assert_eq!(olga.invite("stranger").id, ticket.id);
    }

    fn fills_a_workspace_to_the_last_place_and_no_further(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let body = |count| {
            let emails: Vec<String> = (0..count).map(|number| email(&format!("fan{number}"))).collect();
            json!({"user_emails": emails})
        };
        let (status, refusal) = olga.post("invites", &body(1000));
        assert_eq!((status, &refusal["errors"][0]["code"]), (422, &json!("full")));
        assert_eq!(olga.get("invites").1["invites"], json!([]));
        assert_eq!(olga.post("invites", &body(999)).0, 201);
        assert_eq!(olga.post("invites", &body(999)).0, 201, "renewing takes no place");
        let team = json!({"team": {"name": "late"}, "user_emails": [email("late")]});
        assert_eq!(olga.post("teams", &team).0, 422);
        assert_eq!(olga.get("teams").1, json!([]), "the team is not made either");
        let workspace = olga.get("workspaces").1;
        assert_eq!(
            (&workspace["can_add_new_users"], &workspace["can_invite_users_count"]),
            (&json!(false), &json!(0))
        );
    }
}
