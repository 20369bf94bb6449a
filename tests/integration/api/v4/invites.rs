//! `/api/v4/invites`

use std::thread;

use chrono::TimeDelta;
use serde_json::json;

use crate::{
    on_both_databases,
    support::people::{Person, Ticket, email},
};

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
