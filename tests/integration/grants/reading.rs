//! Readers get a token that lives on, and cause the refresh that it needs.

use std::time::Duration;

use reqwest::Method;
use roster::models::api_key::Scope;
use serde_json::json;

use super::{Falcons, advance, connect, states};
use crate::{
    jobs::lines,
    on_both_databases,
    rest::caller::key_text,
    support::{
        client::Client,
        peer::{ME, TOKEN},
    },
};

on_both_databases! {
    fn a_token_that_ends_soon_is_refreshed_before_it_is_shown(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        let first = falcons.token();
        advance(app, 104);
        assert_eq!((falcons.token(), falcons.peer.refreshes()), (first.clone(), 0), "it lives for 16 minutes");
        advance(app, 7);
        let second = falcons.token();
        assert!(second != first && falcons.peer.is_current(&second));
        assert_eq!((falcons.token(), falcons.listed(), falcons.peer.refreshes()), (second.clone(), vec![second], 1));
        advance(app, 121);
        let third = falcons.listed().remove(0);
        assert!(falcons.peer.is_current(&third));
        assert_eq!((falcons.peer.refreshes(), falcons.peer.families()), (2, (0, 1)));
        assert_eq!(states(app), ["ok "]);
    }

    fn half_of_a_short_life_is_enough(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        falcons.peer.live_for(Duration::from_mins(10));
        advance(app, 111);
        let token = falcons.token();
        advance(app, 4);
        assert_eq!((falcons.token(), falcons.peer.refreshes()), (token.clone(), 1));
        advance(app, 1);
        assert_ne!(falcons.token(), token);
    }

    fn all_accounts_of_the_identity_get_the_new_token(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        let mia = falcons.olga.colleague("mia");
        falcons.olga.must(Method::DELETE, &format!("workspaces/twitter_accounts/{}", falcons.id), None);
        connect(&falcons.olga, &falcons.peer, "personal");
        connect(&mia, &falcons.peer, "personal");
        advance(app, 111);
        let read = |person: &crate::support::people::Person| {
            let list = person.client.send(Method::GET, "/rest/connectedAccounts", None).expect("an answer").json();
            list["data"]["connectedAccounts"].as_array().expect("a list").iter()
                .filter_map(|account| account["accessToken"].as_str().filter(|token| !token.is_empty()).map(str::to_owned))
                .collect::<Vec<_>>()
        };
        let tokens = [read(&falcons.olga), read(&mia)];
        assert_eq!(tokens[0], tokens[1]);
        assert_eq!((tokens[0].len(), falcons.peer.refreshes()), (1, 1));
        assert!(falcons.peer.is_current(&tokens[0][0]));
    }

    fn who_may_not_read_tokens_causes_nothing(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        advance(app, 111);
        let reader = Client::new(&falcons.olga).with_token(&key_text(&falcons.olga, &[Scope::Read]));
        let answer = reader.send(Method::GET, &falcons.path, None).expect("an answer").json();
        assert_eq!(answer["data"]["connectedAccount"]["accessToken"], "");
        let (status, _) = falcons.olga.get(&format!("workspaces/twitter_accounts/{}", falcons.id));
        assert_eq!((status, falcons.peer.refreshes()), (200, 0));
    }

    fn a_relation_shows_a_token_that_lives_too(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        connect(&falcons.olga, {
            falcons.peer.sign_in("7", "Hawks");
            &falcons.peer
        }, "personal");
        advance(app, 111);
        let path = "/rest/workspaceMembers?depth=1";
        let answer = falcons.olga.client.send(Method::GET, path, None).expect("an answer").json();
        let token = &answer["data"]["workspaceMembers"][0]["connectedAccounts"][0]["accessToken"];
        assert!(falcons.peer.is_current(token.as_str().expect("a token")), "{answer}");
        assert_eq!(falcons.peer.refreshes(), 1);
    }

    fn while_the_network_is_silent_the_old_token_is_shown_as_long_as_it_lives(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        let first = falcons.token();
        advance(app, 111);
        falcons.peer.answer(TOKEN, 500, "");
        assert_eq!((falcons.token(), falcons.listed()), (first.clone(), vec![first.clone()]));
        assert_eq!((falcons.peer.count(TOKEN), states(app)), (2, vec!["ok ".to_owned()]), "one request, then a pause");
        advance(app, 10);
        falcons.peer.answer(TOKEN, 503, "<html>");
        let answer = falcons.show();
        assert_eq!((answer.status, answer.headers["retry-after"].to_str().expect("a text")), (503, "30"));
        assert_eq!(answer.json(), json!({
            "statusCode": 503, "error": "ServiceUnavailableException",
            "messages": ["X cannot be reached at the moment"],
        }));
        assert_eq!((falcons.listed(), states(app)), (vec![String::new()], vec!["unknown network_unavailable".to_owned()]));
        advance(app, 60);
        let second = falcons.token();
        assert!(falcons.peer.is_current(&second) && second != first);
        assert_eq!((states(app), falcons.peer.count(ME)), (vec!["ok ".to_owned()], 1));
    }

    fn while_the_network_is_silent_v4_knows_when_the_token_has_ended(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        advance(app, 111);
        for _ in 0..20 {
            falcons.peer.answer(TOKEN, 500, "");
        }
        falcons.token();
        let path = format!("workspaces/twitter_accounts/{}", falcons.id);
        let state = || falcons.olga.get(&path).1["twitter_account"]["connection"]["state"].clone();
        assert_eq!(state(), "ok", "it lives for nine minutes");
        advance(app, 9);
        assert_eq!(state(), "unknown");
        let list = falcons.olga.get("workspaces/twitter_accounts").1["twitter_accounts"][0]["connection"].clone();
        assert_eq!((&list["state"], &list["reason"]), (&json!("unknown"), &json!("network_unavailable")));
    }

    fn a_token_that_nobody_needed_since_its_end_is_well(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        falcons.peer.sign_in("7", "Hawks");
        let id = connect(&falcons.olga, &falcons.peer, "personal");
        advance(app, 121);
        assert_eq!(falcons.olga.get(&format!("twitter_accounts/{id}")).1["twitter_account"]["connection"]["state"], "ok");
    }

    fn a_reading_is_noted_once_an_hour(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        let noted = || lines(&app.database, "SELECT CAST(last_read_at AS text) AS line FROM grants").concat();
        let first = noted();
        assert!(!first.is_empty(), "the list has shown it");
        advance(app, 59);
        falcons.token();
        assert_eq!(noted(), first);
        advance(app, 1);
        falcons.token();
        assert_ne!(noted(), first);
    }

    fn without_an_app_nothing_is_asked_and_a_token_that_has_ended_is_empty(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        app.restart_with(|settings| settings.x_client_id = None);
        let first = falcons.token();
        advance(app, 111);
        assert_eq!(falcons.token(), first);
        advance(app, 10);
        assert_eq!((falcons.token(), falcons.listed()), (String::new(), vec![String::new()]));
    }
}
