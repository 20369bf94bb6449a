//! Who may begin a consent, and where the browser goes from there and back.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use super::{code, start, visit, with_x};
use crate::{
    on_both_databases,
    support::{peer::CLIENT_SECRET, people::Person, server::TestApp},
};

/// Status and `Location` of the answer to a browser.
fn location(app: &TestApp, path: &str) -> (u16, String) {
    let nobody = Person::nobody(app);
    let answer = nobody.client.send(Method::GET, path, None).expect("an answer");
    assert_eq!(
        (&answer.headers["referrer-policy"], &answer.headers["cache-control"]),
        (&"no-referrer".parse().unwrap(), &"no-store".parse().unwrap())
    );
    (answer.status, answer.headers["location"].to_str().expect("a URL").to_owned())
}

on_both_databases! {
    fn nothing_begins_where_no_app_is_set_up(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let (status, answer) = olga.post("consents", &start("personal"));
        assert_eq!((status, code(&answer)), (404, &json!("network_not_configured")), "{answer}");
        let _peer = with_x(app);
        let olga = olga.at(app);
        let (status, answer) = olga.post("consents", &json!({"consent": {"network": "pitch", "side": "personal"}}));
        assert_eq!((status, code(&answer)), (404, &json!("network_not_configured")), "{answer}");
    }

    fn members_begin_for_themselves_and_admins_for_the_workspace(app: &mut TestApp) {
        let _peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (mia, adam) = (olga.colleague("mia"), olga.admin("adam"));
        assert_eq!(mia.post("consents", &start("workspace")).0, 403);
        assert_eq!(mia.post("consents", &start("personal")).0, 201);
        assert_eq!(adam.post("consents", &start("workspace")).0, 201);
    }

    fn a_person_begins_twenty_an_hour(app: &mut TestApp) {
        let _peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        for _ in 0..20 {
            assert_eq!(olga.post("consents", &start("personal")).0, 201);
        }
        assert_eq!(olga.post("consents", &start("personal")).0, 429);
        assert_eq!(mia.post("consents", &start("personal")).0, 201);
        app.clock.advance(TimeDelta::hours(1));
        assert_eq!(olga.post("consents", &start("personal")).0, 201);
    }

    fn the_browser_returns_with_the_answer_in_the_fragment(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (id, callback) = visit(&olga, &peer, "personal");
        let (state, given) = (&callback.query["state"], &callback.query["code"]);
        let expected = format!("/#/consent/id={id}&code={given}&state={state}");
        assert_eq!(location(app, &callback.path), (303, expected));
        let denied = format!("/oauth/twitter/callback?error=access_denied&state={state}");
        assert_eq!(location(app, &denied), (303, format!("/#/consent/id={id}&error=access_denied&state={state}")));
        assert_eq!(olga.put(&format!("consents/{id}"), &callback.body()).0, 200, "the callback changed nothing");
    }

    fn another_front_end_gets_the_answer_if_the_operator_named_it(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let start = |url: &str| json!({"consent": {"network": "twitter", "side": "personal", "return_url": url}});
        for url in ["https://front.example.test/connected/", "https://front.example.test/", "https://evil.example.test/connected"] {
            let (status, answer) = olga.post("consents", &start(url));
            assert_eq!((status, &answer["errors"][0]["field"]), (422, &json!("consent.return_url")), "{answer}");
        }
        let (status, answer) = olga.post("consents", &start("https://front.example.test/connected"));
        assert_eq!(status, 201, "{answer}");
        let callback = peer.visit(&answer["consent"]["authorize_url"]);
        let (_, url) = location(app, &callback.path);
        assert!(url.starts_with("https://front.example.test/connected#id="), "{url}");
    }

    fn an_unknown_or_expired_state_leads_to_the_page_that_says_so(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (_, callback) = visit(&olga, &peer, "personal");
        let expired = (303, "/#/consent/error=consent_expired".to_owned());
        for path in [
            "/oauth/twitter/callback",
            "/oauth/twitter/callback?state=",
            "/oauth/twitter/callback?code=c&state=1-guessed",
            "/oauth/twitter/callback?code=c&state=9223372036854775807-guessed",
            &callback.path.replace("twitter", "pitch"),
        ] {
            assert_eq!(location(app, path), expired, "{path}");
        }
        app.clock.advance(TimeDelta::minutes(11));
        assert_eq!(location(app, &callback.path), expired);
    }

    fn the_page_names_no_secret_of_the_app(app: &mut TestApp) {
        let _peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let answer: Value = olga.post("consents", &start("personal")).1;
        let text = answer.to_string();
        assert!(!text.contains(CLIENT_SECRET) && text.contains("code_challenge="), "{text}");
        assert!(text.contains("redirect_uri=https%3A%2F%2Froster.example.test%2Foauth%2Ftwitter%2Fcallback"), "{text}");
    }
}
