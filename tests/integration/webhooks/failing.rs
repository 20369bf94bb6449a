//! Receivers that hang, fail, ask for patience or are gone.

use chrono::TimeDelta;
use serde_json::json;

use super::{all_are, company, eventually, rename, state, subscribe, waits_after, with_receiver};
use crate::{
    on_both_databases,
    support::{
        mailbox::{self, Mailbox},
        people::email,
        receiver::{Manner, Receiver},
    },
};

on_both_databases! {
    fn get_the_same_message_again(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(500));
        let webhook = subscribe(&olga, &receiver, &["company.*"]);
        company(&olga, "Falcons");
        let waiting = eventually(&olga, &webhook, waits_after(1));
        assert_eq!((&waiting[0]["state"], &waiting[0]["status"]), (&json!("waiting"), &json!(500)));
        assert_eq!(state(&olga, &webhook)["state"], "failing");
        receiver.change(Manner::Answer(200));
        app.clock.advance(TimeDelta::seconds(10));
        let requests = receiver.received(2);
        assert_eq!(requests[0].text, requests[1].text);
        assert_eq!(requests[0].headers["webhook-id"], requests[1].headers["webhook-id"]);
        assert_ne!(requests[0].headers["webhook-timestamp"], requests[1].headers["webhook-timestamp"]);
        let settled = eventually(&olga, &webhook, |deliveries| all_are(deliveries, "delivered"));
        assert_eq!(settled[0]["attempts"], 2);
        let listed = state(&olga, &webhook);
        assert_eq!((&listed["state"], &listed["failing_since"]), (&json!("on"), &json!(null)));
    }

    fn may_ask_for_more_time(app: &mut TestApp) {
        let later = Manner::AnswerWith(429, "Retry-After: 3600\r\n".to_owned());
        let (receiver, olga) = with_receiver(app, later);
        let webhook = subscribe(&olga, &receiver, &["company.*"]);
        company(&olga, "Falcons");
        eventually(&olga, &webhook, waits_after(1));
        receiver.change(Manner::Answer(200));
        app.clock.advance(TimeDelta::minutes(50));
        company(&olga, "Eagles");
        receiver.received(2);
        assert_eq!(receiver.received(2)[1].json()["record"]["name"], "Eagles");
        app.clock.advance(TimeDelta::minutes(11));
        assert_eq!(receiver.received(3)[2].json()["record"]["name"], "Falcons");
    }

    fn are_switched_off_when_they_are_gone(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(410));
        let webhook = subscribe(&olga, &receiver, &["company.*"]);
        company(&olga, "Falcons");
        let settled = eventually(&olga, &webhook, |deliveries| {
            !deliveries.is_empty() && all_are(deliveries, "switched_off")
        });
        assert_eq!(settled[0]["status"], 410);
        let listed = state(&olga, &webhook);
        assert_eq!(listed["state"], "off");
        assert_eq!(listed["off_because"], "the receiver answered 410: it wants no more deliveries");
        company(&olga, "Eagles");
        assert_eq!(crate::webhooks::deliveries(&olga, &webhook).len(), 1, "it is called no more");
    }

    fn are_switched_off_after_three_days_and_the_admins_hear_of_it(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(500));
        let mailbox = Mailbox::open(mailbox::Manner::Keep);
        app.restart_with(|settings| mailbox.set_up(settings));
        let olga = olga.at(app);
        let webhook = subscribe(&olga, &receiver, &["company.*"]);
        company(&olga, "Falcons");
        eventually(&olga, &webhook, waits_after(1));
        app.clock.advance(TimeDelta::hours(73));
        let letter = mailbox.received(1).remove(0);
        assert_eq!(letter.to, email("olga"));
        assert!(letter.text.contains("nothing could be delivered for three days"), "{}", letter.text);
        let olga = olga.again();
        assert_eq!(state(&olga, &webhook)["off_because"], "nothing could be delivered for three days");
        assert!(all_are(&crate::webhooks::deliveries(&olga, &webhook), "switched_off"));
    }

    fn that_follow_no_redirect_see_the_status(app: &mut TestApp) {
        let (elsewhere, olga) = with_receiver(app, Manner::Answer(200));
        let manner = Manner::AnswerWith(307, format!("Location: {}\r\n", elsewhere.url()));
        let receiver = Receiver::open(manner);
        app.restart_with(|settings| receiver.set_up(settings));
        let olga = olga.at(app);
        let webhook = subscribe(&olga, &receiver, &["company.*"]);
        company(&olga, "Falcons");
        let waiting = eventually(&olga, &webhook, waits_after(1));
        assert_eq!((&waiting[0]["status"], elsewhere.connections()), (&json!(307), 0));
    }

    fn get_the_changes_of_a_record_in_order(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(500));
        let webhook = subscribe(&olga, &receiver, &["company.*"]);
        let first = company(&olga, "Falcons");
        eventually(&olga, &webhook, waits_after(1));
        rename(&olga, &first, "Eagles");
        receiver.change(Manner::Answer(200));
        company(&olga, "Hawks");
        let requests = receiver.received(2);
        assert_eq!(requests[1].json()["record"]["name"], "Hawks", "another record does not wait");
        app.clock.advance(TimeDelta::seconds(10));
        let names: Vec<_> =
            receiver.received(4)[2..].iter().map(|requests| requests.json()["eventName"].clone()).collect();
        assert_eq!(names, ["company.created", "company.updated"]);
    }
}
