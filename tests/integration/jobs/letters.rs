//! Letters in one process: sent, retried, given up and reported, ordered, sealed, withdrawn.

use chrono::TimeDelta;
use diesel::RunQueryDsl as _;
use reqwest::Method;
use serde_json::{Value, json};

use super::{eventually, jobs, lines};
use crate::{
    commands::run_beside,
    database::connect,
    on_both_databases,
    support::{
        mailbox::{Mailbox, Manner, Received},
        people::{PASSWORD, Person, Ticket, email},
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

fn change(person: &Person, user: &Value) {
    let mut user = user.clone();
    user["current_password"] = json!(PASSWORD);
    let (status, answer) = person.put("users", &json!({"user": user}));
    assert_eq!(status, 200, "{answer}");
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
        assert_eq!(mailbox.tries(), 3, "the third says that the password was changed");
    }

    fn reach_every_address_that_is_invited(app: &mut TestApp) {
        let (mailbox, olga) = with_mail(app, Manner::Keep);
        let emails = ["a..b@example.test", ".a@example.test", "nina@b\u{fc}cher.example", "nina@[127.0.0.1]"];
        let (status, answer) = olga.post("invites", &json!({"user_emails": emails}));
        assert_eq!((status, &answer["invalid_emails"]), (201, &json!(["nina@[127.0.0.1]"])));
        let mut reached: Vec<String> = mailbox.received(3).into_iter().map(|letter| letter.to).collect();
        reached.sort();
        assert_eq!(reached, ["\".a\"@example.test", "\"a..b\"@example.test", "nina@xn--bcher-kva.example"]);
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
        let names: Vec<String> = (0..200).map(|number| format!("nina{number}")).collect();
        invite(&olga, &names.iter().map(String::as_str).collect::<Vec<_>>());
        mailbox.tried(2);
        forget_password(app, "olga");
        mailbox.change(Manner::Keep);
        let place = mailbox.received(5).iter().position(is_reset);
        // Two are being sent already, and one more may run beside them.
        assert!(place.is_some_and(|place| place <= 3), "{place:?}");
    }

    // 6,000 invites wait, more than the throttles let anybody queue in an hour.
    fn for_a_forgotten_password_are_not_drowned(app: &mut TestApp) {
        let (mailbox, olga) = with_mail(app, Manner::Hold);
        invite(&olga, &["nina0", "nina1"]);
        mailbox.tried(2);
        let id = match app.database.kind {
            Kind::Sqlite => "substr(id, 1, 24) || printf('%012x', i)",
            Kind::Postgres => "CAST(left(CAST(id AS text), 24) || lpad(to_hex(i), 12, '0') AS uuid)",
        };
        let queue = format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) \
             INSERT INTO jobs (id, workspace_id, kind, subject, priority, payload, due_at, attempts, created_at) \
             SELECT {id}, workspace_id, kind, 'invite/x' || i, priority, payload, created_at, 0, created_at \
             FROM jobs CROSS JOIN n WHERE subject = (SELECT min(subject) FROM jobs WHERE kind = 'letter')"
        );
        diesel::sql_query(queue).execute(&mut connect(&app.database)).expect("6,000 letters");
        assert_eq!(jobs(&app.database, LETTERS).len(), 6_002);
        forget_password(app, "olga");
        mailbox.change(Manner::Keep);
        assert!(mailbox.received(3).iter().any(is_reset));
        // The copies cannot be opened, so each fails when its turn comes.
        let waiting = jobs(&app.database, "kind = 'letter' AND attempts = 0").len();
        assert!(waiting > 3_000, "only {waiting} still wait");
    }

    fn go_to_one_address_three_times_an_hour_for_one_reason(app: &mut TestApp) {
        let (mailbox, olga) = with_mail(app, Manner::Keep);
        let statuses: Vec<u16> = (0..50)
            .map(|_| olga.post("invites", &json!({"user_emails": [email("nina")]})).0)
            .collect();
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 3);
        assert!(statuses[3..].iter().all(|status| *status == 429), "{statuses:?}");
        // Other workspaces count, too.
        let adam = Person::owner(app, "adam");
        let (status, refusal) = adam.post("teams", &json!({"team": {"name": "x"}, "user_emails": [email("nina")]}));
        assert_eq!((status, adam.get("teams").1), (429, json!([])), "{refusal}");
        // Another reason is counted by itself.
        let sent = mailbox.received(1).len();
        for _ in 0..10 {
            forget_password(app, "olga");
            eventually(&app.database, LETTERS, <[_]>::is_empty);
        }
        let letters = mailbox.received(sent);
        assert_eq!(letters.iter().filter(|letter| is_reset(letter)).count(), 3);
        assert!(letters.iter().filter(|letter| letter.to == email("nina")).count() <= 3);
        let first = letters.iter().find(|letter| is_reset(letter)).expect("a letter with a link");
        let user = json!({"reset_password_token": first.token(), "password": "Fumble on 3rd and 9"});
        assert_eq!(Person::nobody(app).put("passwords", &json!({"user": user})).0, 200, "it is still valid");
        app.clock.advance(TimeDelta::hours(1));
        let (status, answer) = adam.post("invites", &json!({"user_emails": [email("nina")]}));
        assert_eq!(status, 201, "{answer}");
    }

    fn that_are_too_many_are_refused_with_their_addresses(app: &mut TestApp) {
        let (_mailbox, olga) = with_mail(app, Manner::Keep);
        for _ in 0..3 {
            invite(&olga, &["nina", "max"]);
        }
        let emails = json!({"user_emails": [email("nina"), email("new"), email("max")]});
        let (status, refusal) = olga.post("invites", &emails);
        let reason = format!(
            "Nobody was invited. These addresses had 3 invites within an hour: {}, {}",
            email("max"),
            email("nina")
        );
        assert_eq!((status, &refusal["message"][1]), (429, &json!(reason)));
        assert_eq!(listed(&olga).len(), 2);
        invite(&olga, &["new"]);
    }

    fn of_one_sender_and_of_one_workspace_are_counted(app: &mut TestApp) {
        let (_mailbox, olga) = with_mail(app, Manner::Keep);
        let body = |from: i32, count: i32| {
            let emails: Vec<String> = (from..from + count).map(|number| email(&format!("fan{number}"))).collect();
            json!({"user_emails": emails})
        };
        assert_eq!(olga.post("invites", &body(0, 201)).0, 422);
        assert_eq!(olga.post("invites", &body(0, 199)).0, 201);
        let (status, refusal) = olga.post("invites", &body(199, 2));
        let reason = "Nobody was invited. A person can send 200 invites an hour.";
        assert_eq!((status, &refusal["message"][1]), (429, &json!(reason)));
        assert_eq!(olga.get("invites").1["invites"].as_array().map(Vec::len), Some(199), "all or nothing");
        assert_eq!(olga.post("invites", &body(199, 1)).0, 201);
    }

    fn of_one_workspace_are_500_an_hour(app: &mut TestApp) {
        let (mailbox, olga) = with_mail(app, Manner::Keep);
        let admins: Vec<Person> = ["adam", "anna"].iter().zip(1..).map(|(name, count)| {
            invite(&olga, &[name]);
            let letter = mailbox.received(count).remove(count - 1);
            let id = listed(&olga)[0]["id"].as_i64().expect("an id");
            let admin = Person::invited(app, name, &Ticket { id, token: letter.token().to_owned() });
            olga.must(Method::PUT, &format!("workspace_users/{}", admin.id), Some(&json!({"workspace_role_id": 2})));
            admin
        }).collect();
        mailbox.change(Manner::Hold);
        let send = |person: &Person, from: i32, count: i32| {
            let emails: Vec<String> = (from..from + count).map(|number| email(&format!("fan{number}"))).collect();
            person.post("invites", &json!({"user_emails": emails}))
        };
        // Olga has sent two already.
        assert_eq!((send(&olga, 0, 198).0, send(&admins[0], 198, 200).0), (201, 201));
        let (status, refusal) = send(&admins[1], 398, 101);
        let reason = "Nobody was invited. A workspace can send 500 invites an hour.";
        assert_eq!((status, &refusal["message"][1]), (429, &json!(reason)));
        assert_eq!(send(&admins[1], 398, 100).0, 201);
        let (status, refusal) = send(&admins[1], 498, 1);
        assert_eq!((status, refusal["message"].as_array().map(Vec::len)), (429, Some(1)), "of one there is nothing to say");
        assert_eq!(listed(&olga).len(), 498);
        app.clock.advance(TimeDelta::hours(1));
        assert_eq!(send(&admins[1], 498, 101).0, 201);
        mailbox.change(Manner::Keep);
    }

    fn with_a_link_are_worth_nothing_after_a_change_of_address(app: &mut TestApp) {
        let (mailbox, olga) = with_mail(app, Manner::Keep);
        forget_password(app, "olga");
        let link = mailbox.received(1).remove(0);
        change(&olga, &json!({"email": email("olivia")}));
        let user = json!({"reset_password_token": link.token(), "password": "Fumble on 3rd and 9"});
        let (status, answer) = Person::nobody(app).put("passwords", &json!({"user": user}));
        assert_eq!((status, &answer["errors"][0]["field"]), (422, &json!("user.reset_password_token")));
    }

    fn tell_the_old_address_without_a_link_what_was_changed(app: &mut TestApp) {
        let (mailbox, olga) = with_mail(app, Manner::Keep);
        change(&olga, &json!({"email": email("olivia")}));
        change(&olga, &json!({"password": "Fumble on 3rd and 9"}));
        let mut both = json!({"email": email("olena"), "password": PASSWORD});
        both["current_password"] = json!("Fumble on 3rd and 9");
        assert_eq!(olga.put("users", &json!({"user": both})).0, 200);
        let mut letters = mailbox.received(3);
        let received = |letters: &[Received], name: &str, subject: &str| {
            letters.iter().any(|letter| letter.to == email(name) && letter.text.contains(subject))
        };
        assert!(received(&letters, "olga", "Subject: Your e-mail address was changed"), "{letters:?}");
        assert!(received(&letters, "olivia", "Subject: Your password was changed"), "{letters:?}");
        let subject = "Subject: Your e-mail address and password were changed";
        assert!(received(&letters, "olivia", subject), "{letters:?}");
        forget_password(app, "olena");
        let link = mailbox.received(4).remove(3);
        let user = json!({"reset_password_token": link.token(), "password": "Fumble on 3rd and 9"});
        assert_eq!(Person::nobody(app).put("passwords", &json!({"user": user})).0, 200);
        letters.push(mailbox.received(5).remove(4));
        assert!(received(&letters[3..], "olena", "Subject: Your password was changed"), "{letters:?}");
        for letter in &letters {
            assert!(!letter.text.contains("://") && !letter.text.contains("/#/"), "{}", letter.text);
        }
        let olena = Person::owner(app, "another");
        assert_eq!(olena.put("users", &json!({"user": {"first_name": "Olena"}})).0, 200);
        eventually(&app.database, LETTERS, <[_]>::is_empty);
        assert_eq!(mailbox.tries(), 5, "a change of the name alone is not told");
    }

    fn show_a_name_on_one_line(app: &mut TestApp) {
        let mailbox = Mailbox::open(Manner::Keep);
        app.restart_with(|settings| mailbox.set_up(settings));
        let olga = Person::owner_of(app, "olga", "Falcons\r\nBcc: mia@example.test\r\n\r\nYou have won.");
        invite(&olga, &["nina"]);
        let letter = mailbox.received(1).remove(0);
        let line = "Falcons Bcc: mia@example.test You have won.";
        assert!(letter.text.contains(&format!("Subject: Join {line} on Roster")), "{}", letter.text);
        assert!(letter.text.contains(&format!("invites you to join \"{line}\". Open")), "{}", letter.text);
        assert!(!letter.text.lines().any(|line| line.starts_with("You have") || line.starts_with("Bcc")));
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

    fn of_an_erased_person_are_deleted_whatever_their_address_was(app: &mut TestApp) {
        let (mailbox, olga) = with_mail(app, Manner::Refuse(451));
        let adam = Person::owner(app, "adam");
        forget_password(app, "olga");
        change(&olga, &json!({"email": email("olivia")}));
        change(&olga, &json!({"email": email("olena")}));
        change(&olga, &json!({"password": "Fumble on 3rd and 9"}));
        change(&adam, &json!({"email": email("anton")}));
        forget_password(app, "olena");
        eventually(&app.database, "failing_since IS NOT NULL", |jobs| jobs.len() == 5);
        let erasure = json!({"user": {"current_password": "Fumble on 3rd and 9"}});
        assert_eq!(olga.send(Method::DELETE, "users", Some(&erasure)).0, 200);
        assert_eq!(jobs(&app.database, LETTERS).len(), 1, "adam's");
        mailbox.change(Manner::Keep);
        app.clock.advance(TimeDelta::hours(1));
        assert_eq!(mailbox.received(1)[0].to, email("adam"));
        eventually(&app.database, LETTERS, <[_]>::is_empty);
    }

    fn are_not_written_where_no_mail_is_sent(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        olga.invite("nina");
        forget_password(app, "olga");
        assert_eq!(jobs(&app.database, LETTERS), [""; 0]);
    }
}
