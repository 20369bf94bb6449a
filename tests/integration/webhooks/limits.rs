//! Slow and unreachable receivers delay nobody else.

use chrono::TimeDelta;
use serde_json::json;

use super::{company, eventually, subscribe, subscribe_with, waits_after, with_receiver};
use crate::{
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
