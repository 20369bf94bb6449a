//! Tokens that nobody needs any more end at the network, once, and never in place of newer ones.

use std::{thread, time::Duration};

use reqwest::Method;
use serde_json::json;

use super::{Falcons, advance, connect, eventually, states};
use crate::{
    api::v4::consents::{grant, storing::sweep, visit, with_x},
    jobs::lines,
    on_both_databases,
    support::{
        peer::{ME, REVOKE, TOKEN},
        people::{PASSWORD, Person},
        server::TestApp,
    },
};

fn revocations(app: &TestApp) -> usize {
    lines(&app.database, "SELECT kind AS line FROM jobs WHERE kind = 'revocation'").len()
}

on_both_databases! {
    fn the_last_account_of_an_identity_ends_its_grant(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        let mia = falcons.olga.colleague("mia");
        falcons.olga.must(Method::DELETE, &format!("workspaces/twitter_accounts/{}", falcons.id), None);
        eventually("a revocation", || falcons.peer.families() == (1, 1));
        assert!(states(app).is_empty());
        eventually("the end of the job", || revocations(app) == 0);
        assert_eq!(falcons.peer.count(REVOKE), 1);
        let hers = connect(&falcons.olga, &falcons.peer, "personal");
        let theirs = connect(&mia, &falcons.peer, "personal");
        falcons.olga.must(Method::DELETE, &format!("twitter_accounts/{hers}"), None);
        assert_eq!((states(app), revocations(app)), (vec!["ok ".to_owned()], 0), "mia needs it");
        mia.must(Method::DELETE, &format!("twitter_accounts/{theirs}"), None);
        eventually("a revocation", || falcons.peer.families() == (3, 3));
        assert_eq!(falcons.peer.count(REVOKE), 2);
    }

    fn an_identity_that_is_connected_again_is_left_alone(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        falcons.peer.answer(REVOKE, 503, "");
        falcons.olga.must(Method::DELETE, &format!("workspaces/twitter_accounts/{}", falcons.id), None);
        eventually("an attempt", || falcons.peer.count(REVOKE) == 1);
        connect(&falcons.olga, &falcons.peer, "workspace");
        advance(app, 2);
        eventually("the end of the job", || revocations(app) == 0);
        assert_eq!((falcons.peer.count(REVOKE), falcons.peer.families()), (1, (1, 2)));
        assert!(falcons.peer.is_current(&falcons.listed()[0]));
    }

    fn an_abandoned_attempt_ends_when_it_expires(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        falcons.peer.sign_in("7", "Hawks");
        grant(&falcons.olga, &falcons.peer, "personal");
        falcons.peer.sign_in("8", "Owls");
        let (id, callback) = visit(&falcons.olga, &falcons.peer, "personal");
        falcons.peer.answer(ME, 500, "");
        assert_eq!(falcons.olga.put(&format!("consents/{id}"), &callback.body()).0, 503);
        sweep(app, 29);
        assert_eq!((states(app).len(), falcons.peer.families()), (2, (0, 3)));
        sweep(app, 31);
        advance(app, 31);
        eventually("two revocations", || falcons.peer.families() == (2, 3));
        assert_eq!(states(app), ["ok "], "the one of an account stays");
    }

    fn an_attempt_ends_with_its_person(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let people = [olga.colleague("mia"), olga.colleague("max"), olga];
        for (person, id) in people.iter().zip(["7", "8", "9"]) {
            peer.sign_in(id, &person.name);
            let (id, callback) = visit(person, &peer, "personal");
            peer.answer(ME, 500, "");
            assert_eq!(person.put(&format!("consents/{id}"), &callback.body()).0, 503);
        }
        let [mia, max, olga] = people;
        let body = json!({"user": {"current_password": PASSWORD}});
        mia.must(Method::DELETE, &format!("workspace_users/{}", mia.id), None);
        eventually("a revocation", || peer.families() == (1, 3));
        max.must(Method::DELETE, "users", Some(&body));
        eventually("a revocation", || peer.families() == (2, 3));
        olga.must(Method::DELETE, "users", Some(&body));
        eventually("a revocation", || peer.families() == (3, 3));
    }

    fn what_a_person_was_granted_and_did_not_take_ends_with_them(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        let mia = falcons.olga.colleague("mia");
        grant(&mia, &falcons.peer, "personal");
        falcons.peer.sign_in("7", "Hawks");
        grant(&mia, &falcons.peer, "personal");
        falcons.olga.must(Method::DELETE, &format!("workspace_users/{}", mia.id), None);
        assert_eq!(states(app), ["ok "], "the workspace's account needs one");
        eventually("a revocation", || falcons.peer.families() == (2, 3));
        assert!(falcons.peer.is_current(&falcons.token()));
    }

    fn what_comes_for_an_attempt_that_is_gone_is_revoked(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        let (id, callback) = visit(&mia, &peer, "personal");
        peer.delay(Duration::from_millis(700), TOKEN);
        thread::scope(|scope| {
            let answer = scope.spawn(|| mia.put(&format!("consents/{id}"), &callback.body()).0);
            eventually("a redemption", || peer.count(TOKEN) == 1);
            olga.must(Method::DELETE, &format!("workspace_users/{}", mia.id), None);
            assert_eq!(answer.join().expect("an answer"), 404);
        });
        eventually("a revocation", || peer.families() == (1, 1));
    }

    fn a_workspace_that_is_deleted_ends_its_grants(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        let body = json!({"user": {"current_password": PASSWORD}});
        falcons.olga.must(Method::DELETE, "users", Some(&body));
        eventually("a revocation", || falcons.peer.families() == (1, 1));
    }
}
