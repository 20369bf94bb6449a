//! `POST /sessions` and `POST /passwords` while strangers try to use up a person's attempts.

use reqwest::{Method, blocking::RequestBuilder};
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{
        client::{self, Client},
        people::{PASSWORD, Person},
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
}
