//! `PATCH /rest/{plural}/{id}`, and `PUT`, which does the same.

use reqwest::Method;
use serde_json::json;

use crate::{
    on_both_databases,
    rest::{
        caller::{Caller, bad_request, id, no_entity, refusal},
        company::{COMPANY, People, id_at},
    },
};

const GONE: &str = "20202020-0000-4000-8000-0000000000ff";

on_both_databases! {
    fn changes_what_is_sent_and_nothing_else(app: &mut TestApp) {
        let people = People::at_work(app);
        let path = format!("people/{}", id_at(1));
        let body = json!({
            "name": {"firstName": "Mia", "lastName": "Keller"},
            "emails": {"primaryEmail": "mia@lions.example", "additionalEmails": ["M@lions.example"]},
            "city": "Basel",
        });
        let (status, answer) = people.program.patch(&format!("{path}?depth=1"), &body);
        assert_eq!(status, 200, "{answer}");
        let mia = &answer["data"]["updatePerson"];
        assert_eq!(
            (&mia["name"], &mia["city"], &mia["jobTitle"]),
            (&body["name"], &json!("Basel"), &json!(""))
        );
        assert_eq!(
            mia["emails"],
            json!({"primaryEmail": "mia@lions.example", "additionalEmails": ["m@lions.example"]})
        );
        assert_eq!((&mia["companyId"], &mia["company"]["id"]), (&json!(COMPANY), &json!(COMPANY)));
        app.clock.advance(chrono::TimeDelta::seconds(2));
        let (status, answer) =
            people.program.send(Method::PUT, &path, Some(&json!({"name": {"lastName": "Meier"}})));
        assert_eq!(status, 200, "{answer}");
        let renamed = &answer["data"]["updatePerson"];
        assert_eq!(renamed["name"], json!({"firstName": "Mia", "lastName": "Meier"}));
        assert_eq!((&renamed["emails"], renamed.get("company")), (&mia["emails"], None));
        assert_eq!(renamed["createdAt"], mia["createdAt"]);
        assert!(renamed["updatedAt"].as_str() > mia["updatedAt"].as_str());
        assert_eq!(people.program.get(&path).1["data"]["person"], *renamed);
        let far = people.program.update(&format!("{path}?depth=2"), &json!({}));
        assert_eq!(far["company"]["people"].as_array().map(Vec::len), Some(4));
    }

    fn a_record_sent_back_whole_is_unchanged(app: &mut TestApp) {
        let people = People::at_work(app);
        let path = format!("people/{}", id_at(1));
        let before = people.program.get(&path).1["data"]["person"].clone();
        let mut after = people.program.update(&path, &before);
        after["updatedAt"] = before["updatedAt"].clone();
        assert_eq!(after, before);
        let other = people.program.patch(&path, &json!({"id": id_at(2)}));
        assert_eq!(other, bad_request("id: a record keeps the id it has"));
    }

    fn says_what_cannot_be_updated(app: &mut TestApp) {
        let program = Caller::program(app);
        assert_eq!(program.patch(&format!("people/{GONE}"), &json!({})), no_entity("person", GONE));
        assert_eq!(program.send(Method::PATCH, &format!("people/{GONE}"), None), no_entity("person", GONE));
        assert_eq!(program.patch("people/x", &json!({})), bad_request("'x' is not a valid UUID"));
        for method in [Method::PATCH, Method::PUT, Method::DELETE] {
            assert_eq!(program.send(method, "people", None), bad_request("Record ID not found"));
        }
        let person = program.create("people", &json!({}));
        let unknown = program.patch(&format!("people/{}", id(&person)), &json!({"foo": 1}));
        let message = "Field metadata for field \"foo\" is missing in object metadata person";
        assert_eq!(unknown, refusal(400, "Error", message));
        let nobody = program.patch(&format!("people/{}", id(&person)), &json!({"companyId": GONE}));
        assert_eq!(nobody, bad_request(&format!("companyId: no company has the id '{GONE}'")));
    }
}
