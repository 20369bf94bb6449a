//! Tokens that nobody needs any more end at the network, once, and never in place of newer ones.

use reqwest::Method;
use serde_json::json;

use super::{Falcons, advance, connect, eventually, states};
use crate::{
    api::v4::consents::{grant, storing::sweep, visit},
    jobs::lines,
    on_both_databases,
    support::{
        peer::{ME, REVOKE},
        people::PASSWORD,
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

    fn a_workspace_that_is_deleted_ends_its_grants(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        let body = json!({"user": {"current_password": PASSWORD}});
        falcons.olga.must(Method::DELETE, "users", Some(&body));
        eventually("a revocation", || falcons.peer.families() == (1, 1));
    }
}
