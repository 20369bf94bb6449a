//! Refreshes that no reader waits for.

use chrono::TimeDelta;

use super::{Falcons, advance, connect, eventually, states};
use crate::{
    jobs::lines,
    on_both_databases,
    support::{peer::FALCONS, server::TestApp},
};

/// How often the tokens of each grant were stored.
fn versions(app: &TestApp) -> Vec<String> {
    lines(&app.database, "SELECT CAST(version AS text) AS line FROM grants")
}

on_both_databases! {
    fn a_token_that_is_being_read_is_refreshed_before_its_end(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        falcons.peer.sign_in("7", "Hawks");
        connect(&falcons.olga, &falcons.peer, "personal");
        advance(app, 106);
        eventually("a refresh", || versions(app).contains(&"2".to_owned()));
        assert!(falcons.peer.is_current(&falcons.token()));
        assert_eq!(falcons.peer.refreshes(), 1, "the one that is not read waits");
    }

    fn a_reading_at_v4_counts_as_one(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        falcons.peer.sign_in("7", "Hawks");
        connect(&falcons.olga, &falcons.peer, "personal");
        assert_eq!(falcons.olga.get("verify_social_accounts?type=twitter&page=1").0, 200);
        advance(app, 106);
        eventually("a refresh of both", || falcons.peer.refreshes() == 2);
    }

    fn a_reading_at_v4_of_a_token_that_has_ended_refreshes_it(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        advance(app, 121);
        let read = || falcons.olga.get("verify_social_accounts?type=twitter&page=1").1["accounts"][0]["twitter_token"].clone();
        assert_eq!(read(), "");
        eventually("a refresh", || versions(app) == ["2"]);
        assert!(falcons.peer.is_current(read().as_str().expect("a token")));
    }

    fn a_grant_that_nobody_reads_is_kept_alive(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        falcons.peer.sign_in("7", "Hawks");
        connect(&falcons.olga, &falcons.peer, "personal");
        for version in ["2", "3"] {
            app.clock.advance(TimeDelta::days(8));
            eventually("a refresh of both", || versions(app) == [version, version]);
        }
        falcons.peer.end_families(FALCONS);
        app.clock.advance(TimeDelta::days(8));
        eventually("a refusal", || states(app).contains(&"needs_reconnect refused".to_owned()));
        assert_eq!(falcons.token(), "");
    }
}
