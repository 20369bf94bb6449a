//! Slow and unreachable receivers delay nobody else.

use chrono::TimeDelta;
use diesel::{RunQueryDsl as _, sql_query};
use serde_json::json;

use super::{
    all_are, company, deliveries, eventually, subscribe, subscribe_with, waits_after, with_receiver,
};
use crate::{
    database::connect,
    on_both_databases,
    support::receiver::{Manner, Receiver},
};

on_both_databases! {
    fn a_receiver_that_hangs_has_two_requests_and_delays_no_other(app: &mut TestApp) {
        let (slow, olga) = with_receiver(app, Manner::Hang);
        let quick = Receiver::open(Manner::Answer(200));
        app.restart_with(|settings| quick.set_up(settings));
        let olga = olga.at(app);
        subscribe(&olga, &slow, &["company.*"]);
        subscribe(&olga, &quick, &["company.*"]);
        for number in 0..8 {
            company(&olga, &format!("Team {number}"));
        }
        quick.received(8);
        assert_eq!((slow.received(2).len(), slow.most_flying()), (2, 2));
        slow.change(Manner::Answer(200));
        slow.received(8);
        assert_eq!(slow.most_flying(), 2);
    }

    fn a_receiver_that_fails_delays_no_other(app: &mut TestApp) {
        let in_an_hour = Manner::AnswerWith(500, "Retry-After: 3600\r\n".to_owned());
        let (failing, olga) = with_receiver(app, in_an_hour);
        let quick = Receiver::open(Manner::Answer(200));
        app.restart_with(|settings| quick.set_up(settings));
        let olga = olga.at(app);
        let webhook = subscribe(&olga, &failing, &["company.*"]);
        subscribe(&olga, &quick, &["company.*"]);
        for number in 0..8 {
            company(&olga, &format!("Team {number}"));
        }
        quick.received(8);
        assert!(all_are(&deliveries(&olga, &webhook), "waiting"));
    }

    fn a_receiver_that_is_gone_delays_no_other(app: &mut TestApp) {
        let (gone, olga) = with_receiver(app, Manner::Hang);
        let quick = Receiver::open(Manner::Answer(200));
        app.restart_with(|settings| quick.set_up(settings));
        let olga = olga.at(app);
        let webhook = subscribe(&olga, &gone, &["company.*"]);
        subscribe(&olga, &quick, &["company.*"]);
        for number in 0..8 {
            company(&olga, &format!("Team {number}"));
        }
        gone.received(2);
        gone.change(Manner::Answer(410));
        eventually(&olga, &webhook, |settled| all_are(settled, "switched_off"));
        quick.received(8);
        company(&olga, "Eagles");
        quick.received(9);
        assert_eq!(gone.received(2).len(), 2, "it is called no more");
    }

    fn webhooks_that_fail_have_eight_requests_together(app: &mut TestApp) {
        let (failing, olga) = with_receiver(app, Manner::Answer(500));
        let quick = Receiver::open(Manner::Answer(200));
        app.restart_with(|settings| quick.set_up(settings));
        let olga = olga.at(app);
        let webhooks: Vec<_> = (0..10).map(|_| subscribe(&olga, &failing, &["company.*"])).collect();
        subscribe(&olga, &quick, &["company.*"]);
        company(&olga, "Falcons");
        for webhook in &webhooks {
            eventually(&olga, webhook, waits_after(1));
        }
        failing.change(Manner::Hang);
        app.clock.advance(TimeDelta::seconds(10));
        failing.received(10 + 8);
        company(&olga, "Eagles");
        quick.received(2);
        assert_eq!(failing.received(18).len(), 18);
        failing.change(Manner::Answer(200));
    }

    fn a_webhook_that_fails_again_is_paused(app: &mut TestApp) {
        let (failing, olga) = with_receiver(app, Manner::Answer(500));
        let quick = Receiver::open(Manner::Answer(200));
        app.restart_with(|settings| quick.set_up(settings));
        let olga = olga.at(app);
        let webhook = subscribe(&olga, &failing, &["company.*"]);
        subscribe(&olga, &quick, &["company.*"]);
        for number in 0..2 {
            company(&olga, &format!("Team {number}"));
            eventually(&olga, &webhook, waits_after(1));
        }
        for number in 2..6 {
            company(&olga, &format!("Team {number}"));
        }
        quick.received(6);
        assert_eq!(failing.received(2).len(), 2);
        let newest = deliveries(&olga, &webhook).remove(0);
        assert!(newest["next_attempt_at"].as_str() > newest["created_at"].as_str(), "{newest}");
        app.clock.advance(TimeDelta::seconds(5));
        failing.received(3);
        company(&olga, "Eagles");
        quick.received(7);
        assert_eq!(failing.received(3).len(), 3);
        // Nobody has to wait for a test.
        assert_eq!(olga.post(&format!("webhooks/{webhook}/deliveries"), &json!({})).0, 201);
        assert_eq!(failing.received(4)[3].json()["eventName"], "webhook.test");
    }

    fn what_a_bundle_has_not_tried_is_sent_by_the_next(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Hang);
        let webhook = subscribe(&olga, &receiver, &["company.*"]);
        for number in 0..2 {
            company(&olga, &format!("Team {number}"));
            receiver.received(number + 1);
        }
        let waiting: Vec<_> = (2..8).map(|number| company(&olga, &format!("Team {number}"))).collect();
        sql_query(format!("UPDATE webhook_deliveries SET record = 'enc:v1:' WHERE record_id = '{}'", waiting[1]))
            .execute(&mut connect(&app.database))
            .expect("a damaged record");
        receiver.change(Manner::Answer(200));
        let tried = eventually(&olga, &webhook, |tried| tried.iter().all(|one| one["attempts"] == 1));
        let states: Vec<_> = tried.iter().map(|one| (one["state"].as_str(), one["record_id"].as_str())).collect();
        assert_eq!(states[4], (Some("waiting"), Some(waiting[1].as_str())));
        assert_eq!(states.iter().filter(|(state, _)| *state == Some("delivered")).count(), 7);
        assert_eq!(receiver.received(7).len(), 7);
    }

    fn a_receiver_that_fails_has_one_request(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(500));
        let webhook = subscribe(&olga, &receiver, &["company.*"]);
        company(&olga, "Falcons");
        eventually(&olga, &webhook, waits_after(1));
        receiver.change(Manner::Hang);
        for number in 0..4 {
            company(&olga, &format!("Team {number}"));
        }
        app.clock.advance(TimeDelta::seconds(10));
        receiver.received(2);
        // The deliveries of two other webhooks have come and gone meanwhile.
        let quick = Receiver::open(Manner::Answer(200));
        app.restart_with(|settings| quick.set_up(settings));
        let olga = olga.at(app);
        subscribe(&olga, &quick, &["person.*"]);
        assert_eq!(receiver.received(2).len(), 2);
        receiver.change(Manner::Answer(200));
    }

    fn a_target_that_may_not_be_reached_is_not_connected_to(app: &mut TestApp) {
        let (_, olga) = with_receiver(app, Manner::Answer(200));
        let listener = Receiver::open(Manner::Answer(200));
        let port = listener.address.port();
        let sentences = [
            (format!("http://127.0.0.1:{port}/"), "ROSTER_WEBHOOK_HOSTS does not name its host"),
            (format!("https://127.0.0.1:{port}/"), "the target has no public address"),
            (format!("https://localhost:{port}/"), "the target has no public address"),
            (format!("https://a:b@127.0.0.1:{port}/"), "a user name or password"),
            ("nonsense".to_owned(), "no http or https URL"),
            ("https://nowhere.invalid/".to_owned(), "does not resolve"),
        ];
        for (url, sentence) in sentences {
            let webhook = subscribe_with(&olga, &json!({"targetUrl": url, "operations": ["company.created"]}));
            company(&olga, "Falcons");
            let waiting = eventually(&olga, &webhook, waits_after(1));
            let error = waiting[0]["error"].as_str().unwrap_or_default();
            assert!(error.contains(sentence), "{url}: {error}");
        }
        assert_eq!(listener.connections(), 0);
    }
}
