//! `POST /sessions` and `POST /passwords` while strangers try to use up a person's attempts.

use reqwest::{Method, blocking::RequestBuilder};
use roster::{
    app::App,
    models::{
        email::Email,
        throttle::{AccountAttempt, AccountLimits, Limit, WaitingAttempt},
        user::resetting,
    },
};
use serde_json::{Value, json};

use crate::{
    database::connect,
    jobs::lines,
    on_both_databases,
    support::{
        client::{self, Client},
        database::Kind,
        people::{PASSWORD, Person, email},
        server::TestApp,
    },
};

const HOME: &str = "198.51.100.7";

fn post(app: &TestApp, path: &str, address: &str, user: &Value) -> u16 {
    let request: RequestBuilder = Client::new(app).request(Method::POST, &format!("/api/v4/{path}"));
    client::json(request.header("X-Forwarded-For", address).json(&json!({"user": user}))).0
}

fn sign_in(app: &TestApp, address: &str, person: &Person, password: &str) -> u16 {
    post(app, "sessions", address, &json!({"email": person.email, "password": password}))
}

/// A person who has signed in from [`HOME`], where one account may be tried twice a minute and by strangers four times.
fn person_at_home(app: &mut TestApp) -> Person {
    app.restart_with(|settings| {
        settings.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
        settings.sign_in_per_account = 2;
        settings.sign_in_per_account_in_all = 4;
    });
    let olga = Person::owner(app, "olga");
    assert_eq!(sign_in(app, HOME, &olga, PASSWORD), 200);
    app.clock.advance(chrono::TimeDelta::minutes(1));
    olga
}

/// An attempt at the person's account from [`HOME`] that waits until it is dropped.
fn waiting(state: &App, person: &Person) -> WaitingAttempt {
    let limit = Limit { attempts: 1, per: chrono::TimeDelta::minutes(1) };
    let attempt = AccountAttempt {
        action: "sign-in",
        email: Email::parse(&person.email),
        client: HOME.parse().unwrap(),
        limits: AccountLimits { per_account_and_network: limit, per_account: limit, per_network: limit },
        now: state.clock.now(),
    };
    attempt.wait_among(&state.sign_ins)
}

#[test]
fn attempts_that_wait_count_but_refuse_nothing_for_good() {
    for kind in Kind::available() {
        let (app, state) = TestApp::start_and_share(kind, |settings| {
            settings.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
            settings.sign_in_per_account = 2;
        });
        let olga = Person::owner(&app, "olga");
        let (first, second) = (waiting(&state, &olga), waiting(&state, &olga));
        assert_eq!(sign_in(&app, HOME, &olga, PASSWORD), 503, "{kind}");
        assert_eq!(sign_in(&app, "203.0.113.1", &olga, PASSWORD), 200, "{kind}: another network");
        drop(first);
        assert_eq!(sign_in(&app, HOME, &olga, PASSWORD), 200, "{kind}");
        assert_eq!(sign_in(&app, HOME, &olga, PASSWORD), 503, "{kind}");
        drop(second);
        assert_eq!(sign_in(&app, HOME, &olga, PASSWORD), 200, "{kind}");
        assert_eq!(sign_in(&app, HOME, &olga, PASSWORD), 429, "{kind}");
    }
}

on_both_databases! {
    fn wrong_passwords_of_strangers_do_not_count_at_home(app: &mut TestApp) {
        let olga = person_at_home(app);
        let guesses: Vec<u16> = (1..=10)
            .map(|stranger| sign_in(app, &format!("203.0.113.{}", stranger / 2), &olga, "a wrong password"))
            .collect();
        assert_eq!(guesses, [401, 401, 401, 401, 429, 429, 429, 429, 429, 429]);
        assert_eq!(sign_in(app, "203.0.113.77", &olga, PASSWORD), 429, "a network that is not known");
        assert_eq!(sign_in(app, HOME, &olga, PASSWORD), 200);
        assert_eq!(sign_in(app, HOME, &olga, "a wrong password"), 401);
        assert_eq!(sign_in(app, HOME, &olga, "a wrong password"), 429, "the limit of one network");
    }

    fn a_network_is_known_for_thirty_days(app: &mut TestApp) {
        let olga = person_at_home(app);
        let use_up = |app: &TestApp| {
            for stranger in 1..=4 {
                sign_in(app, &format!("203.0.113.{stranger}"), &olga, "a wrong password");
            }
        };
        app.clock.advance(chrono::TimeDelta::days(29));
        use_up(app);
        assert_eq!(sign_in(app, HOME, &olga, PASSWORD), 200);
        app.clock.advance(chrono::TimeDelta::days(30));
        use_up(app);
        assert_eq!(sign_in(app, HOME, &olga, PASSWORD), 429);
    }

    fn requests_of_strangers_to_reset_a_password_do_not_count_at_home(app: &mut TestApp) {
        let olga = person_at_home(app);
        let ask = |address: &str| post(app, "passwords", address, &json!({"email": olga.email}));
        let strangers: Vec<u16> = (1..=5).map(|stranger| ask(&format!("203.0.113.{stranger}"))).collect();
        assert_eq!(strangers, [200, 200, 200, 200, 429]);
        assert_eq!(ask(HOME), 200);
    }

    fn a_known_network_has_a_limit_for_all_accounts_and_is_not_shown_as_known(app: &mut TestApp) {
        let olga = person_at_home(app);
        app.restart_with(|settings| settings.sign_in_per_address = 4);
        let stranger = |name: &str| {
            post(app, "sessions", HOME, &json!({"email": email(name), "password": "a wrong password"}))
        };
        let guesses: Vec<u16> = (0..5).map(|number| stranger(&format!("guess{number}"))).collect();
        assert_eq!(guesses, [401, 401, 401, 401, 429]);
        assert_eq!(sign_in(app, HOME, &olga, "a wrong password"), 429, "as at any other account");
        app.clock.advance(chrono::TimeDelta::minutes(1));
        let known: Vec<u16> = (0..3).map(|_| sign_in(app, HOME, &olga, "a wrong password")).collect();
        let unknown: Vec<u16> = (0..3).map(|_| stranger("nobody")).collect();
        assert_eq!((known, unknown), (vec![401, 401, 429], vec![401, 401, 429]));
        assert_eq!(stranger("another"), 429);
    }

    fn a_network_becomes_known_by_using_a_session(app: &mut TestApp) {
        let olga = person_at_home(app);
        let abroad = "192.0.2.1";
        let use_session = || {
            let request = olga.client.request(Method::GET, "/api/v4/users").header("X-Forwarded-For", abroad);
            assert_eq!(client::json(request).0, 200);
        };
        let use_up = |app: &TestApp| {
            for stranger in 1..=4 {
                sign_in(app, &format!("203.0.113.{stranger}"), &olga, "a wrong password");
            }
        };
        use_up(app);
        assert_eq!(sign_in(app, abroad, &olga, PASSWORD), 429);
        use_session();
        assert_eq!(sign_in(app, abroad, &olga, PASSWORD), 200);
        for hours in [1, 22, 24] {
            app.clock.advance(chrono::TimeDelta::hours(hours));
            use_session();
        }
        let sql = "SELECT CAST(count(*) AS text) AS line FROM known_networks";
        assert_eq!(lines(&app.database, sql), ["3"], "of the tests, home and abroad");
    }

    fn networks_are_forgotten_when_the_password_or_the_address_changes(app: &mut TestApp) {
        let olga = person_at_home(app);
        let known = |app: &TestApp| {
            lines(&app.database, "SELECT network AS line FROM known_networks ORDER BY network")
        };
        assert_eq!(known(app), ["127.0.0.1", HOME]);
        for change in [json!({"password": "Fumble on 3rd and 9"}), json!({"email": email("olivia")})] {
            let mut user = change.clone();
            user["current_password"] =
                json!(if change.get("email").is_some() { "Fumble on 3rd and 9" } else { PASSWORD });
            let request = olga.client.request(Method::PUT, "/api/v4/users");
            let request = request.header("X-Forwarded-For", "192.0.2.1").json(&json!({"user": user}));
            assert_eq!(client::json(request).0, 200);
            assert_eq!(known(app), ["192.0.2.1"], "{change}");
            assert_eq!(olga.get("users").0, 200);
            assert_eq!(known(app), ["127.0.0.1", "192.0.2.1"]);
        }
        let address = Email::parse(&email("olivia")).expect("an address");
        let token = resetting::create_token(&mut connect(&app.database), &address, app.clock.now());
        let token = token.expect("a link").expect("a person");
        let user = json!({"user": {"reset_password_token": token.expose(), "password": PASSWORD}});
        let request = Client::new(app).request(Method::PUT, "/api/v4/passwords").header("X-Forwarded-For", HOME);
        assert_eq!(client::json(request.json(&user)).0, 200);
        assert_eq!(known(app), [HOME]);
    }

    fn the_session_that_was_not_used_for_the_longest_time_makes_room(app: &mut TestApp) {
        let used = Person::owner(app, "olga");
        let unused = used.again();
        app.clock.advance(chrono::TimeDelta::hours(2));
        assert_eq!(used.get("users").0, 200);
        let others: Vec<Person> = (0..99).map(|_| used.again()).collect();
        assert_eq!(unused.get("users").0, 401);
        assert!(others.iter().chain([&used]).all(|person| person.get("users").0 == 200));
        assert_eq!(used.get("sessions").1["sessions"].as_array().map(Vec::len), Some(100));
    }

    fn a_session_used_in_its_first_hour_outlasts_many_sign_ins(app: &mut TestApp) {
        let used = Person::owner(app, "olga");
        app.clock.advance(chrono::TimeDelta::minutes(1));
        assert_eq!(used.get("users").0, 200);
        let first = used.again();
        let _others: Vec<Person> = (0..100).map(|_| used.again()).collect();
        assert_eq!((used.get("users").0, first.get("users").0), (200, 401));
    }

    fn a_session_in_use_outlasts_a_program_that_signs_in_again_and_again(app: &mut TestApp) {
        let used = Person::owner(app, "olga");
        app.clock.advance(chrono::TimeDelta::hours(2));
        assert_eq!(used.get("users").0, 200);
        app.clock.advance(chrono::TimeDelta::minutes(1));
        let first = used.again();
        let _others: Vec<Person> = (0..100).map(|_| used.again()).collect();
        assert_eq!((used.get("users").0, first.get("users").0), (200, 401));
    }
}
