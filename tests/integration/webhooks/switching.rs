//! Webhooks are switched on and off, tested, and sent again; by admins alone.

use reqwest::Method;
use serde_json::{Value, json};

use super::{all_are, company, deliveries, eventually, rest, state, subscribe, with_receiver};
use crate::{
    database::connect,
    on_both_databases,
    support::{people::Person, receiver::Manner, server::TestApp},
};

pub fn switch_off(app: &TestApp) {
    use diesel::RunQueryDsl as _;
    diesel::sql_query("UPDATE webhooks SET off_because = 'not_confirmed'")
        .execute(&mut connect(&app.database))
        .expect("an update");
}

on_both_databases! {
    fn those_of_earlier_versions_are_off_until_they_are_changed(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(200));
        let webhook = subscribe(&olga, &receiver, &["company.*"]);
        switch_off(app);
        company(&olga, "Falcons");
        let listed = state(&olga, &webhook);
        assert_eq!(listed["state"], "off");
        assert!(listed["off_because"].as_str().unwrap_or_default().contains("stored before"), "{listed}");
        let (status, answer) = olga.post(&format!("webhooks/{webhook}/deliveries"), &json!({}));
        assert_eq!((status, &answer["message"][0]), (422, &json!("This webhook is switched off. Switch it on first")));
        rest(&olga, Method::PATCH, &format!("webhooks/{webhook}"), &json!({"description": "n8n"}));
        assert_eq!(state(&olga, &webhook)["state"], "on");
        company(&olga, "Eagles");
        let settled = eventually(&olga, &webhook, |settled| settled.len() == 1 && all_are(settled, "delivered"));
        assert_eq!(settled.len(), 1);
    }

    fn a_test_is_sent_once(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(500));
        let webhook = subscribe(&olga, &receiver, &["company.*"]);
        let (status, answer) = olga.post(&format!("webhooks/{webhook}/deliveries"), &json!({}));
        assert_eq!((status, &answer["delivery"]["event_name"]), (201, &json!("webhook.test")));
        let body = receiver.received(1).remove(0).json();
        assert_eq!((&body["eventName"], &body["record"]["id"]), (&json!("webhook.test"), &json!(webhook)));
        eventually(&olga, &webhook, |settled| all_are(settled, "given_up"));
        assert_eq!(state(&olga, &webhook)["state"], "on");
    }

    fn what_was_settled_is_sent_again_with_the_same_id(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(410));
        let webhook = subscribe(&olga, &receiver, &["company.*"]);
        company(&olga, "Falcons");
        let settled = eventually(&olga, &webhook, |deliveries| {
            !deliveries.is_empty() && all_are(deliveries, "switched_off")
        });
        receiver.change(Manner::Answer(200));
        rest(&olga, Method::PATCH, &format!("webhooks/{webhook}"), &json!({"description": "again"}));
        let id = settled[0]["id"].as_str().expect("an id");
        let (status, answer) =
            olga.post(&format!("webhooks/{webhook}/deliveries/{id}/attempts"), &json!({}));
        assert_eq!((status, &answer["delivery"]["id"]), (201, &json!(id)));
        let requests = receiver.received(2);
        assert_eq!(requests[0].headers["webhook-id"], requests[1].headers["webhook-id"]);
        eventually(&olga, &webhook, |settled| all_are(settled, "delivered"));
    }

    fn members_and_strangers_see_none(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(200));
        let webhook = subscribe(&olga, &receiver, &["company.*"]);
        company(&olga, "Falcons");
        let delivery = deliveries(&olga, &webhook)[0]["id"].clone();
        let delivery = delivery.as_str().expect("an id");
        let (mia, sam) = (olga.colleague("mia"), Person::owner(app, "sam"));
        let only_admins = json!("Only workspace admins can manage webhooks");
        let paths = [
            (Method::GET, "webhooks".to_owned()),
            (Method::GET, format!("webhooks/{webhook}/deliveries")),
            (Method::POST, format!("webhooks/{webhook}/deliveries")),
            (Method::POST, format!("webhooks/{webhook}/deliveries/{delivery}/attempts")),
        ];
        for (method, path) in &paths {
            let (status, answer) = mia.send(method.clone(), path, None);
            assert_eq!((status, &answer["message"][0]), (403, &only_admins), "{path}");
        }
        for (method, path) in &paths[1..] {
            assert_eq!(sam.send(method.clone(), path, None).0, 404, "{path}");
        }
        let (_, answer) = sam.get("webhooks");
        assert_eq!(answer["webhooks"], Value::from([] as [Value; 0]));
    }
}
