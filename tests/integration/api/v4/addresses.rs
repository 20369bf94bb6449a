//! One mailbox is one address, in whatever spelling it comes.

use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{
        mailbox::{Mailbox, Manner, Received},
        people::{PASSWORD, Person, Ticket, sign_in},
        server::TestApp,
    },
};

const WRITTEN: &str = "user@b\u{fc}cher.example";
/// As Chromium sends what was typed into an e-mail field.
const CHROMIUM: &str = "user@xn--bcher-kva.example";
const SPELLINGS: [&str; 6] = [
    WRITTEN,
    CHROMIUM,
    "user@B\u{dc}CHER.example",
    "user@b\u{fc}cher\u{3002}example",
    "\u{ff35}ser\u{ff20}bu\u{308}cher\u{ff0e}example",
    "User@XN--BCHER-KVA.EXAMPLE",
];

fn register(app: &TestApp, address: &str) -> (u16, Value) {
    Person::nobody(app).post("registrations", &json!({"user": {"email": address, "password": PASSWORD}}))
}

on_both_databases! {
    fn every_spelling_signs_in_and_one_is_shown(app: &mut TestApp) {
        for (first, address) in [(WRITTEN, "a"), (CHROMIUM, "b")] {
            let spelled = |text: &str| text.to_lowercase().replace("\u{ff55}ser", address).replace("user", address);
            let (status, answer) = register(app, &spelled(first));
            assert_eq!((status, &answer["user"]["email"]), (201, &json!(spelled(WRITTEN))));
            for spelling in SPELLINGS.map(spelled) {
                let (status, answer) = sign_in(app, &spelling, PASSWORD);
                assert_eq!((status, &answer["user"]["email"]), (200, &json!(spelled(WRITTEN))), "{spelling}");
                let (status, answer) = register(app, &spelling);
                assert_eq!((status, &answer["errors"][0]["code"]), (422, &json!("taken")), "{spelling}: {answer}");
            }
        }
    }

    fn an_invite_is_accepted_in_another_spelling(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let (_, answer) = olga.post("invites", &json!({"user_emails": SPELLINGS}));
        assert_eq!(answer["successfully_invited_users"], json!([WRITTEN]), "{answer}");
        assert_eq!(answer["links"][0]["email"], WRITTEN);
        let Ticket { id, token } = Ticket::in_link(&answer["links"][0]).unwrap();
        assert_eq!(olga.post("invites", &json!({"user_emails": [CHROMIUM]})).1["already_invited_users"], json!([WRITTEN]));
        let listed = olga.get("invites").1;
        assert_eq!(listed["invites"][0]["email"], WRITTEN, "{listed}");
        let (_, renewed) = olga.post("invites", &json!({"user_emails": [WRITTEN]}));
        let renewed = Ticket::in_link(&renewed["links"][0]).unwrap();
        assert_eq!((renewed.id, renewed.token == token), (id, false));
        assert_eq!(Person::nobody(app).get(&renewed.path()).1["data"]["user"]["email"], WRITTEN);
        let user = json!({"email": CHROMIUM, "password": PASSWORD});
        let invite = json!({"id": renewed.id, "token": renewed.token});
        let (status, answer) = Person::nobody(app).post("registrations", &json!({"user": user, "invite": invite}));
        assert_eq!(status, 201, "{answer}");
        let (_, answer) = olga.post("invites", &json!({"user_emails": SPELLINGS}));
        assert_eq!(answer["already_on_workspace"], json!([WRITTEN]), "{answer}");
        let (_, people) = olga.get("workspaces");
        assert!(people.to_string().contains(WRITTEN) && !people.to_string().contains("xn--"), "{people}");
    }

    fn a_change_to_another_spelling_is_none(app: &mut TestApp) {
        register(app, WRITTEN);
        let (_, answer) = sign_in(app, CHROMIUM, PASSWORD);
        let client = Person::nobody(app).client.with_token(answer["user"]["auth_token"].as_str().unwrap());
        let user = Person { client, ..Person::nobody(app) };
        let (status, answer) = user.put("users", &json!({"user": {"email": CHROMIUM}}));
        assert_eq!((status, &answer["email"]), (200, &json!(WRITTEN)), "no password is asked for: {answer}");
        let olga = Person::owner(app, "olga");
        let change = json!({"user": {"email": "user@b\u{fc}cher\u{3002}example", "current_password": PASSWORD}});
        let (status, answer) = olga.put("users", &change);
        assert_eq!((status, &answer["errors"][0]["code"]), (422, &json!("taken")), "{answer}");
    }

    fn what_nobody_sees_makes_no_other_address(app: &mut TestApp) {
        assert_eq!(register(app, "anna@example.test").0, 201);
        for hidden in ["\u{2800}", "\u{3164}", "\u{ad}", "\u{200b}", "\u{115f}", "\u{fe0f}", "\u{ffa0}", "\u{e0041}"] {
            let local = format!("an{hidden}na@example.test");
            let (status, answer) = register(app, &local);
            assert_eq!((status, &answer["errors"][0]["message"]), (422, &json!("Email is invalid")), "{hidden:?}");
            let domain = format!("anna@exam{hidden}ple.test");
            let (status, answer) = register(app, &domain);
            assert_eq!((status, &answer["errors"][0]["code"]), (422, &json!("taken")), "{hidden:?}: {answer}");
            for spelling in [local, domain] {
                assert_eq!(sign_in(app, &spelling, PASSWORD).0, 200, "{spelling:?}");
            }
        }
    }

    fn what_is_no_domain_is_refused_but_its_person_signs_in(app: &mut TestApp) {
        let long = format!("a@{}example", "b\u{fc}.".repeat(30));
        let olga = Person::owner(app, "olga");
        for text in ["a@xn--zzzzzzz99999.example", "a@127.0.0.1", &long] {
            let (status, answer) = register(app, text);
            assert_eq!((status, &answer["errors"][0]["message"]), (422, &json!("Email is invalid")), "{text}");
            let (_, answer) = olga.post("invites", &json!({"user_emails": [text]}));
            assert_eq!(answer["invalid_emails"], json!([text]));
        }
        for stored in ["olga@xn--zzzzzzz99999.example", "olga@[127.0.0.1]", "\u{1f642}@example.test"] {
            let sql = format!("UPDATE users SET email = '{stored}' WHERE id = {}", olga.id);
            crate::damage::execute(&app.database, &sql);
            app.restart_with(|_| ());
            assert_eq!(sign_in(app, stored, PASSWORD).1["user"]["email"], stored);
        }
    }

    fn one_mailbox_gets_three_letters_an_hour_in_all_spellings(app: &mut TestApp) {
        let mailbox = Mailbox::open(Manner::Keep);
        app.restart_with(|settings| mailbox.set_up(settings));
        assert_eq!(register(app, WRITTEN).0, 201);
        for (at, spelling) in SPELLINGS.into_iter().enumerate() {
            assert_eq!(Person::nobody(app).post("passwords", &json!({"user": {"email": spelling}})).0, 200);
            mailbox.received((at + 1).min(3));
        }
        let olga = Person::owner(app, "olga");
        for (at, spelling) in SPELLINGS.into_iter().enumerate() {
            let (status, answer) = olga.post("invites", &json!({"user_emails": [spelling]}));
            assert_eq!(status, if at < 3 { 201 } else { 429 }, "{answer}");
            mailbox.received(3 + (at + 1).min(3));
        }
        let letters = mailbox.received(6);
        assert!(letters.iter().all(|letter| letter.to == CHROMIUM), "{letters:?}");
        let mut token = letters.iter().filter(|letter| letter.text.contains("password of user@b=C3=BCcher.example")).map(Received::token);
        let user = json!({"reset_password_token": token.next().unwrap(), "password": "Fumble on 3rd and 9"});
        assert_eq!(Person::nobody(app).put("passwords", &json!({"user": user})).0, 200);
        mailbox.received(7);
    }

    fn attempts_to_sign_in_are_counted_for_all_spellings(app: &mut TestApp) {
        app.restart_with(|settings| settings.sign_in_per_account = 5);
        register(app, WRITTEN);
        let answers = SPELLINGS.map(|spelling| sign_in(app, spelling, "wrong password").0);
        assert_eq!(answers, [401, 401, 401, 401, 401, 429]);
    }
}
