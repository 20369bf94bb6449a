//! Letters in one process: sent, retried, given up and reported, ordered, sealed, withdrawn.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use super::{eventually, jobs, lines};
use crate::{
    commands::run_beside,
    on_both_databases,
    support::{
        mailbox::{Mailbox, Manner, Received},
        people::{Person, Ticket, email},
        server::TestApp,
    },
};

const LETTERS: &str = "kind = 'letter'";

/// A Roster that sends mail, with an owner.
fn with_mail(app: &mut TestApp, manner: Manner) -> (Mailbox, Person) {
    let mailbox = Mailbox::open(manner);
    app.restart_with(|settings| mailbox.set_up(settings));
    (mailbox, Person::owner(app, "olga"))
}

fn invite(owner: &Person, names: &[&str]) -> Value {
    let emails: Vec<String> = names.iter().map(|name| email(name)).collect();
    let (status, answer) = owner.post("invites", &json!({"user_emails": emails}));
    assert_eq!((status, answer["links"].is_null()), (201, true), "{answer}");
    answer
}

fn forget_password(app: &TestApp, name: &str) {
    let (status, answer) = Person::nobody(app).post("passwords", &json!({"user": {"email": email(name)}}));
    assert_eq!((status, answer), (200, json!({"success": true})));
}

fn listed(owner: &Person) -> Vec<Value> {
    let (status, answer) = owner.get("invites");
    assert_eq!(status, 200, "{answer}");
    answer["invites"].as_array().expect("a list").clone()
}

fn is_reset(letter: &Received) -> bool {
    letter.text.contains("/#/passwords/")
}

on_both_databases! {
    fn are_sent_and_then_gone(app: &mut TestApp) {
        let (mailbox, olga) = with_mail(app, Manner::Keep);
        invite(&olga, &["nina"]);
        let letter = mailbox.received(1).remove(0);
        assert_eq!(letter.to, email("nina"));
        let id = &listed(&olga)[0]["id"];
        assert_eq!(olga.get(&format!("invites/{id}?token={}", letter.token())).0, 200);
        eventually(&app.database, LETTERS, <[_]>::is_empty);
        forget_password(app, "olga");
        let letter = mailbox.received(2).remove(1);
        let user = json!({"reset_password_token": letter.token(), "password": "Fumble on 3rd and 9"});
        assert_eq!(Person::nobody(app).put("passwords", &json!({"user": user})).0, 200);
        eventually(&app.database, LETTERS, <[_]>::is_empty);
        assert_eq!(mailbox.tries(), 2);
    }

    fn are_tried_again_when_the_server_says_later(app: &mut TestApp) {
        let (mailbox, olga) = with_mail(app, Manner::Refuse(451));
        invite(&olga, &["nina"]);
        let failing = eventually(&app.database, "failing_since IS NOT NULL", |jobs| jobs.len() == 1);
        assert!(failing[0].ends_with(": 1 the mail server answers 451"), "{failing:?}");
        let ran = run_beside(app, &["doctor"]);
        assert!(ran.line("warn jobs: 1 failing").contains("451"), "{ran:#?}");
        ran.line("ok   jobs: the oldest letter");
        mailbox.change(Manner::Keep);
        app.clock.advance(TimeDelta::hours(1));
        mailbox.received(1);
        eventually(&app.database, LETTERS, <[_]>::is_empty);
        assert_eq!(listed(&olga)[0].get("delivery_failed_at"), None);
    }

    fn are_given_up_after_a_day(app: &mut TestApp) {
        let (mailbox, olga) = with_mail(app, Manner::Refuse(421));
        invite(&olga, &["nina"]);
        eventually(&app.database, "failing_since IS NOT NULL", |jobs| jobs.len() == 1);
        app.clock.advance(TimeDelta::hours(23));
        eventually(&app.database, "attempts = 2 AND lease IS NULL", |jobs| jobs.len() == 1);
        assert_eq!(jobs(&app.database, "given_up_at IS NOT NULL"), [""; 0]);
        app.clock.advance(TimeDelta::hours(2));
        eventually(&app.database, "given_up_at IS NOT NULL", |jobs| jobs.len() == 1);
        assert!(listed(&olga)[0]["delivery_failed_at"].is_string());
        assert_eq!(mailbox.tries(), 3);
    }

    fn that_are_refused_are_shown_where_the_sender_looks(app: &mut TestApp) {
        let (mailbox, olga) = with_mail(app, Manner::Refuse(550));
        invite(&olga, &["nina"]);
        let given_up = eventually(&app.database, "given_up_at IS NOT NULL", |jobs| jobs.len() == 1);
        assert!(given_up[0].ends_with(": 1 the mail server refuses it with 550, given up"), "{given_up:?}");
        assert!(listed(&olga)[0]["delivery_failed_at"].is_string());
        run_beside(app, &["invites"]).line("  Its letter could not be delivered");
        let ran = run_beside(app, &["doctor"]);
        assert!(ran.line("warn jobs: 1 given up").contains("550"), "{ran:#?}");
        mailbox.change(Manner::Keep);
        invite(&olga, &["nina"]);
        mailbox.received(1);
        assert_eq!(listed(&olga)[0].get("delivery_failed_at"), None);
        eventually(&app.database, LETTERS, <[_]>::is_empty);
    }

    fn for_a_forgotten_password_go_first(app: &mut TestApp) {
        let (mailbox, olga) = with_mail(app, Manner::Hold);
        let names: Vec<String> = (0..500).map(|number| format!("nina{number}")).collect();
        invite(&olga, &names.iter().map(String::as_str).collect::<Vec<_>>());
        mailbox.tried(2);
        forget_password(app, "olga");
        mailbox.change(Manner::Keep);
        let place = mailbox.received(5).iter().position(is_reset);
        // Two are being sent already, and one more may run beside them.
        assert!(place.is_some_and(|place| place <= 3), "{place:?}");
    }

    fn to_an_unknown_address_are_not_sent(app: &mut TestApp) {
        let (mailbox, _) = with_mail(app, Manner::Keep);
        forget_password(app, "nobody");
        forget_password(app, "olga");
        assert_eq!(mailbox.received(1)[0].to, email("olga"));
        eventually(&app.database, LETTERS, <[_]>::is_empty);
        assert_eq!(mailbox.tries(), 1);
    }

    fn hold_no_secret_in_clear(app: &mut TestApp) {
        let (mailbox, olga) = with_mail(app, Manner::Hold);
        invite(&olga, &["nina"]);
        forget_password(app, "olga");
        mailbox.tried(2);
        let sql = "SELECT id || kind || subject || payload || coalesce(last_error, '') AS line FROM jobs";
        let rows = lines(&app.database, sql).concat();
        assert!(rows.contains("enc:v1:"), "{rows}");
        mailbox.change(Manner::Keep);
        for letter in mailbox.received(2) {
            assert!(!rows.contains(letter.token()) && !rows.contains(&letter.to), "{rows}");
        }
        assert!(!rows.contains("example.test"), "{rows}");
    }

    fn are_deleted_with_their_subject(app: &mut TestApp) {
        let (mailbox, olga) = with_mail(app, Manner::Keep);
        invite(&olga, &["mia"]);
        let letter = mailbox.received(1).remove(0);
        let id = listed(&olga)[0]["id"].as_i64().expect("an id");
        let ticket = Ticket { id, token: letter.token().to_owned() };
        let mia = Person::invited(app, "mia", &ticket);
        mailbox.change(Manner::Refuse(451));
        forget_password(app, "mia");
        invite(&olga, &["nina", "stranger"]);
        eventually(&app.database, "failing_since IS NOT NULL", |jobs| jobs.len() == 3);
        let erasure = json!({"user": {"current_password": "Touchdown on 4th and 7"}});
        assert_eq!(mia.send(Method::DELETE, "users", Some(&erasure)).0, 200);
        assert_eq!(jobs(&app.database, LETTERS).len(), 2);
        assert_eq!(olga.delete(&format!("invites/{}", listed(&olga)[0]["id"])).0, 200);
        assert_eq!(jobs(&app.database, LETTERS).len(), 1);
        // Olga is the only person, so the workspace is deleted with its jobs.
        assert_eq!(olga.send(Method::DELETE, "users", Some(&erasure)).0, 200);
        assert_eq!(jobs(&app.database, LETTERS), [""; 0]);
    }

    fn are_not_written_where_no_mail_is_sent(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        olga.invite("nina");
        forget_password(app, "olga");
        assert_eq!(jobs(&app.database, LETTERS), [""; 0]);
    }
}
