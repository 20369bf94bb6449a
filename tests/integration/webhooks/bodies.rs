//! What a receiver gets: Twenty's keys in Twenty's order, the record as a key without `tokens` sees it, and nothing for
//! what was refused.

use reqwest::Method;
use serde_json::{Value, json};

use super::{all_are, company, eventually, rename, rest, subscribe, subscribe_with, with_receiver};
use crate::{
    on_both_databases,
    support::{people::Person, receiver::Manner},
};

fn keys(body: &Value) -> Vec<&str> {
    body.as_object().expect("an object").keys().map(String::as_str).collect()
}

on_both_databases! {
    fn have_the_keys_and_the_record_of_twenty(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(200));
        let webhook = subscribe(&olga, &receiver, &["company.*"]);
        let id = company(&olga, "Falcons");
        let created = receiver.received(1).remove(0);
        assert_eq!((created.path.as_str(), created.headers["content-type"].as_str()), ("/hook", "application/json"));
        let created = created.json();
        let mut expected =
            ["targetUrl", "eventName", "objectMetadata", "workspaceId", "webhookId", "eventDate", "record"].to_vec();
        assert_eq!(keys(&created), expected);
        assert_eq!(keys(&created["objectMetadata"]), ["id", "nameSingular"]);
        assert_eq!(created["targetUrl"], receiver.url());
        assert_eq!((&created["eventName"], &created["webhookId"]), (&json!("company.created"), &json!(webhook)));
        assert_eq!(created["objectMetadata"]["nameSingular"], "company");
        let (_, found) = crate::support::client::json(
            olga.client.request(Method::GET, &format!("/rest/companies/{id}?depth=0")),
        );
        assert_eq!(created["record"], found["data"]["company"]);

        rename(&olga, &id, "Eagles");
        let updated = receiver.received(2).remove(1).json();
        expected.push("updatedFields");
        assert_eq!(keys(&updated), expected);
        assert_eq!((&updated["eventName"], &updated["updatedFields"]), (&json!("company.updated"), &json!(["name"])));
        assert_eq!(updated["record"]["name"], "Eagles");

        rest(&olga, Method::DELETE, &format!("companies/{id}"), &json!({}));
        let deleted = receiver.received(3).remove(2).json();
        assert_eq!((&deleted["eventName"], &deleted["record"]["name"]), (&json!("company.deleted"), &json!("Eagles")));
        let settled = eventually(&olga, &webhook, |deliveries| all_are(deliveries, "delivered"));
        assert_eq!((settled.len(), &settled[0]["status"], &settled[0]["attempts"]), (3, &json!(200), &json!(1)));
        assert_eq!(settled[0]["record_id"], json!(id));
    }

    fn have_no_tokens_and_no_secret_of_a_webhook(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(204));
        subscribe_with(
            &olga,
            &json!({"targetUrl": receiver.url(), "operations": ["*.*"], "secret": "canary-hook"}),
        );
        let created = receiver.received(1).remove(0);
        assert_eq!(created.json()["eventName"], "webhook.created");
        assert!(created.json()["record"].get("secret").is_none());
        let id = olga.connect("twitter_accounts", "falcons");
        let connected = receiver.received(2).remove(1);
        let body = connected.json();
        assert_eq!(body["eventName"], "connectedAccount.created");
        assert_eq!((&body["record"]["accessToken"], &body["record"]["refreshToken"]), (&json!(""), &json!("")));
        assert_eq!(olga.delete(&format!("twitter_accounts/{id}")).0, 200);
        let disconnected = receiver.received(3).remove(2).json();
        assert_eq!(disconnected["eventName"], "connectedAccount.deleted");
        assert_eq!(disconnected["record"]["id"], body["record"]["id"]);
        assert_eq!(disconnected["record"]["handle"], body["record"]["handle"]);
        for requests in receiver.received(3) {
            assert!(!requests.text.contains("canary-hook") && !requests.text.contains("falcons-token"));
        }
    }

    fn are_sent_for_what_a_webhook_asks_for_alone(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(200));
        let asks = subscribe(&olga, &receiver, &["company.updated", "*.deleted"]);
        let other = subscribe(&olga, &receiver, &["person.*", "all", "companies.updated"]);
        let stranger = Person::owner(app, "sam");
        let strange = subscribe(&stranger, &receiver, &["*.*"]);
        let id = company(&olga, "Falcons");
        rename(&olga, &id, "Eagles");
        rest(&olga, Method::DELETE, &format!("companies/{id}"), &json!({}));
        let settled = eventually(&olga, &asks, |settled| settled.len() == 2 && all_are(settled, "delivered"));
        assert_eq!(settled[1]["event_name"], "company.updated");
        assert_eq!(crate::webhooks::deliveries(&olga, &other), [] as [Value; 0]);
        let strange = crate::webhooks::deliveries(&stranger, &strange);
        assert_eq!(strange.len(), 1, "its own creation: {strange:?}");
    }

    fn are_not_sent_for_what_is_refused(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(200));
        let webhook = subscribe(&olga, &receiver, &["company.*"]);
        let bodies = json!([{"name": "Falcons"}, {"name": "Eagles", "nonsense": 1}]);
        let (status, _) = crate::support::client::json(
            olga.client.request(Method::POST, "/rest/batch/companies").json(&bodies),
        );
        assert_eq!(status, 400);
        company(&olga, "Hawks");
        let settled = eventually(&olga, &webhook, |settled| settled.len() == 1 && all_are(settled, "delivered"));
        assert_eq!(settled.len(), 1);
        assert_eq!(receiver.received(1).remove(0).json()["record"]["name"], "Hawks");
    }
}
