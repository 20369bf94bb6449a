//! `PUT /users`: what a change of address or password ends, and other addresses, whose response tells whether somebody
//! has one.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use roster::models::user::signing_in::StoredPassword;
use serde_json::{Value, json};

use crate::{
    database::connect,
    on_both_databases,
    support::{
        people::{PASSWORD, Person, sign_in},
        process::HasAddress as _,
        server::TestApp,
    },
};

/// A request of which the last byte is missing.
struct Unfinished(TcpStream);

impl Unfinished {
    fn begin(app: &TestApp, token: &str, path: &str, body: &Value) -> Self {
        let url = app.base_url();
        let host = url.trim_start_matches("http://");
        let body = body.to_string();
        let mut stream = TcpStream::connect(host).expect("a connection");
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{}",
            body.len(),
            &body[..body.len() - 1]
        );
        stream.write_all(head.as_bytes()).expect("most of a request");
        Self(stream)
    }

    /// Sends the last byte, a brace, and returns the status of the answer.
    fn finish(mut self) -> u16 {
        self.0.write_all(b"}").expect("the last byte");
        let mut answer = String::new();
        self.0.read_to_string(&mut answer).expect("an answer");
        answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
    }
}

/// The token of a second session.
fn other_session(app: &TestApp, person: &Person) -> String {
    let (status, answer) = sign_in(app, &person.email, PASSWORD);
    assert_eq!(status, 200, "{answer}");
    answer["user"]["auth_token"].as_str().expect("a token").to_owned()
}

fn change(person: &Person, field: &str, value: &str) {
    let (status, answer) =
        person.put("users", &json!({"user": {field: value, "current_password": PASSWORD}}));
    assert_eq!(status, 200, "{answer}");
}

on_both_databases! {
    fn changes_of_address_are_counted_by_person_and_by_client(app: &mut TestApp) {
        app.restart_with(|settings| settings.registrations_per_address = 5);
        let (olga, max) = (Person::owner(app, "olga"), Person::owner(app, "max"));
        let change = |person: &Person, email: &str| {
            person.put("users", &json!({"user": {"email": email, "current_password": PASSWORD}})).0
        };
        assert_eq!(change(&olga, &max.email), 422);
        assert_eq!(change(&olga, &olga.email), 200, "the same address is no guess");
        assert_eq!(change(&olga, "somebody@elsewhere.test"), 200);
        assert_eq!(change(&max, &olga.email), 200);
        assert_eq!(change(&olga, &max.email), 429);
        assert_eq!(change(&max, &max.email), 429);
        app.clock.advance(chrono::TimeDelta::hours(1));
        assert_eq!(change(&max, "another@elsewhere.test"), 200);
    }

    fn a_change_refuses_what_another_session_has_begun(app: &mut TestApp) {
        for (name, field, value) in
            [("olga", "email", "olivia@example.test"), ("adam", "password", "Fumble on 3rd and 9")]
        {
            let person = Person::owner(app, name);
            let token = other_session(app, &person);
            let key = json!({"api_key": {"name": "n8n", "scopes": ["read", "write", "tokens", "admin"]}});
            let begun = Unfinished::begin(app, &token, "/api/v4/api_keys", &key);
            let invite = Unfinished::begin(app, &token, "/api/v4/invites", &json!({"user_emails": ["a@b.test"]}));
            change(&person, field, value);
            assert_eq!((begun.finish(), invite.finish()), (401, 401), "{field}");
            assert_eq!(person.get("api_keys").1["api_keys"], json!([]), "{field}");
            let sessions = person.get("sessions").1;
            assert_eq!(sessions["sessions"].as_array().map(Vec::len), Some(1), "{field}: {sessions}");
        }
    }

    fn a_change_refuses_a_sign_in_that_was_checked_before(app: &mut TestApp) {
        for (name, field, value) in
            [("olga", "email", "olivia@example.test"), ("adam", "password", "Fumble on 3rd and 9")]
        {
            let person = Person::owner(app, name);
            let mut conn = connect(&app.database);
            let checked = StoredPassword::find(&mut conn, person.id).expect("a person");
            assert!(checked.is_current(&mut conn).expect("a read"), "{field}");
            assert!(checked.current_person(&mut conn).expect("a read").is_some(), "{field}");
            change(&person, field, value);
            assert!(!checked.is_current(&mut conn).expect("a read"), "{field}");
            assert!(checked.current_person(&mut conn).expect("a read").is_none(), "{field}");
        }
    }

    fn guesses_at_the_current_password_are_few_and_stop_nobody_else(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let thief = Person { client: olga.client.with_token(&other_session(app, &olga)), ..olga.clone() };
        let guess = |person: &Person, password: &str| {
            let user = json!({"first_name": "Olga", "password": PASSWORD, "current_password": password});
            person.put("users", &json!({"user": user})).0
        };
        let guesses: Vec<u16> = (0..31).map(|_| guess(&thief, "a wrong password")).collect();
        assert_eq!((&guesses[..30], guesses[30]), (&[422; 30][..], 429));
        app.clock.advance(chrono::TimeDelta::minutes(30));
        assert_eq!(guess(&thief, PASSWORD), 429);
        assert_eq!(sign_in(app, &olga.email, PASSWORD).0, 200);
        assert_eq!(guess(&olga, PASSWORD), 200, "another session");
        assert_eq!(thief.get("users").0, 401, "and it ends the thief's");
    }
}
