//! `PUT /passwords`: what the reset of an address ends that somebody else may have registered.

use reqwest::Method;
use roster::{db::Intent, models::user::confirming};
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{
        mailbox::{Mailbox, Manner},
        people::{PASSWORD, Person, Ticket, email},
        server::TestApp,
    },
};

const NEW_PASSWORD: &str = "Fumble on 3rd and 9";

fn with_mail(app: &mut TestApp) -> Mailbox {
    let mailbox = Mailbox::open(Manner::Keep);
    app.restart_with(|settings| mailbox.set_up(settings));
    mailbox
}

fn make_key(person: &Person) -> String {
    let key = json!({"api_key": {"name": "n8n", "scopes": ["read", "write"]}});
    person.must(Method::POST, "api_keys", Some(&key))["api_key"]["key"].as_str().expect("a key").to_owned()
}

fn invite(person: &Person, name: &str) {
    person.must(Method::POST, "invites", Some(&json!({"user_emails": [email(name)]})));
}

/// The token of the newest link that was mailed to a person, once they have got so many letters with a link.
fn mailed_token(mailbox: &Mailbox, to: &str, count: usize) -> String {
    loop {
        let letters = mailbox.received(1);
        let links: Vec<_> =
            letters.iter().filter(|letter| letter.to == email(to) && letter.text.contains("/#/")).collect();
        if links.len() >= count {
            return links[count - 1].token().to_owned();
        }
        mailbox.received(letters.len() + 1);
    }
}

/// Follows a mailed link to reset the password; returns what the answer says was ended.
fn reset(app: &TestApp, mailbox: &Mailbox, name: &str, letters: usize) -> Value {
    let nobody = Person::nobody(app);
    nobody.must(Method::POST, "passwords", Some(&json!({"user": {"email": email(name)}})));
    let user =
        json!({"reset_password_token": mailed_token(mailbox, name, letters), "password": NEW_PASSWORD});
    let answer = nobody.must(Method::PUT, "passwords", Some(&json!({"user": user})));
    answer["ended"].clone()
}

fn rest_status(app: &TestApp, key: &str) -> u16 {
    let client = crate::support::client::Client::new(app).with_token(key);
    client.send(Method::GET, "/rest/people", None).expect("an answer").status
}

/// The same person after signing in with the new password.
fn signed_in(app: &TestApp, name: &str) -> Person {
    let (status, answer) = crate::support::people::sign_in(app, &email(name), NEW_PASSWORD);
    assert_eq!(status, 200, "{answer}");
    let client =
        Person::nobody(app).client.with_token(answer["user"]["auth_token"].as_str().expect("a token"));
    Person { name: name.to_owned(), email: email(name), client, ..Person::nobody(app) }
}

on_both_databases! {
    fn only_the_address_that_got_the_link_is_confirmed(app: &mut TestApp) {
        let _mailbox = with_mail(app);
        let nina = Person::owner(app, "nina");
        let id = nina.get("users").1["id"].as_i64().expect("an id");
        let (target, now) = (roster::app::target(&app.settings).expect("a database"), app.clock.now());
        let confirm = |address: &str| {
            target.transaction(Intent::Write, |conn| Ok(confirming::confirm(conn, id, address, now)?))
        };
        assert!(!confirm(&email("victor")).expect("an answer"), "another address");
        assert!(confirm(&email("nina")).expect("an answer"), "the address of the link");
    }

    fn of_an_unconfirmed_address_ends_its_invites_and_keys(app: &mut TestApp) {
        let mailbox = with_mail(app);
        let squatter = Person::owner(app, "nina");
        let key = make_key(&squatter);
        invite(&squatter, "accomplice");
        let planted = mailed_token(&mailbox, "accomplice", 1);
        let id = squatter.get("invites").1["invites"][0]["id"].clone();
        assert_eq!(rest_status(app, &key), 200);
        assert_eq!(reset(app, &mailbox, "nina", 1), json!({"invites": 1, "api_keys": 1}));
        assert_eq!((squatter.get("users").0, rest_status(app, &key)), (401, 401));
        assert_eq!(Person::nobody(app).get(&format!("invites/{id}?token={planted}")).0, 404);
        // From now on the address is confirmed, so what its person makes outlasts another reset.
        let nina = signed_in(app, "nina");
        let key = make_key(&nina);
        invite(&nina, "colleague");
        assert_eq!(reset(app, &mailbox, "nina", 2), Value::Null);
        assert_eq!(rest_status(app, &key), 200);
        let nina = signed_in(app, "nina");
        assert_eq!(nina.get("invites").1["invites"].as_array().map(Vec::len), Some(1));
    }

    fn ends_an_invite_whose_sender_has_left(app: &mut TestApp) {
        let mailbox = with_mail(app);
        let squatter = Person::owner(app, "nina");
        invite(&squatter, "accomplice");
        let id = squatter.get("invites").1["invites"][0]["id"].as_i64().expect("an id");
        let ticket = Ticket { id, token: mailed_token(&mailbox, "accomplice", 1) };
        let accomplice = Person::invited(app, "accomplice", &ticket);
        invite(&accomplice, "another");
        assert_eq!(accomplice.delete(&format!("workspace_users/{}", accomplice.id)).0, 200);
        assert_eq!(reset(app, &mailbox, "nina", 1), json!({"invites": 1, "api_keys": 0}));
    }

    fn leaves_the_keys_of_a_workspace_with_other_people(app: &mut TestApp) {
        let mailbox = with_mail(app);
        let olga = Person::owner(app, "olga");
        invite(&olga, "adam");
        let id = olga.get("invites").1["invites"][0]["id"].as_i64().expect("an id");
        let ticket = Ticket { id, token: mailed_token(&mailbox, "adam", 1) };
        let adam = Person::invited(app, "adam", &ticket);
        let (key, role) = (make_key(&olga), json!({"workspace_role_id": 1}));
        assert_eq!(olga.put(&format!("workspace_users/{}", adam.id), &role).0, 200);
        invite(&olga, "nina");
        invite(&adam, "max");
        assert_eq!(reset(app, &mailbox, "olga", 1), json!({"invites": 1, "api_keys": 0}));
        assert_eq!(rest_status(app, &key), 200);
        assert_eq!(adam.get("invites").1["invites"][0]["email"], email("max"));
        // Adam followed the link of his invite, so his address is confirmed.
        assert_eq!(reset(app, &mailbox, "adam", 2), Value::Null);
    }

    fn of_an_address_confirmed_by_an_invite_ends_sessions_alone(app: &mut TestApp) {
        let mailbox = with_mail(app);
        let (olga, nina) = (Person::owner(app, "olga"), Person::owner(app, "nina"));
        let key = make_key(&nina);
        invite(&olga, "nina");
        let id = olga.get("invites").1["invites"][0]["id"].clone();
        let token = mailed_token(&mailbox, "nina", 1);
        // Olga has not got the letter, so her session confirms nothing.
        assert_eq!(olga.get(&format!("invites/{id}?token={token}")).0, 200);
        assert_eq!(nina.get(&format!("invites/{id}?token={token}")).0, 200);
        assert_eq!(reset(app, &mailbox, "nina", 2), Value::Null);
        assert_eq!(rest_status(app, &key), 200);
    }

    fn of_a_changed_address_ends_invites_and_keys_again(app: &mut TestApp) {
        let mailbox = with_mail(app);
        let squatter = Person::owner(app, "mallory");
        assert_eq!(reset(app, &mailbox, "mallory", 1), Value::Null, "there was nothing to end");
        let squatter = Person { id: squatter.id, ..signed_in(app, "mallory") };
        let change = json!({"user": {"email": email("nina"), "current_password": NEW_PASSWORD}});
        let key = make_key(&squatter);
        assert_eq!(squatter.put("users", &change).0, 200);
        assert_eq!(reset(app, &mailbox, "nina", 1), json!({"invites": 0, "api_keys": 1}));
        assert_eq!(rest_status(app, &key), 401);
    }

    fn ends_no_keys_where_no_mail_was_set_up(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let key = make_key(&olga);
        let change = json!({"user": {"email": email("olivia"), "current_password": PASSWORD}});
        assert_eq!(olga.put("users", &change).0, 200);
        let mailbox = with_mail(app);
        assert_eq!(reset(app, &mailbox, "olivia", 1), Value::Null);
        assert_eq!(rest_status(app, &key), 200);
    }
}
