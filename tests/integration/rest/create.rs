//! `POST /rest/{plural}` and `POST /rest/batch/{plural}`

use roster::models::api_key::Scope;
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    rest::{
        caller::{Caller, bad_request, id, refusal},
        company::{COMPANY, People, id_at},
    },
    support::people::Person,
};

const NEW: &str = "20202020-0000-4000-8000-000000000010";

on_both_databases! {
    fn answers_what_was_created(app: &mut TestApp) {
        let people = People::at_work(app);
        let body = json!({"id": NEW, "city": "Basel", "companyId": COMPANY, "name": {"firstName": "Mia"}});
        let (status, answer) = people.program.post("people?depth=1", &body);
        assert_eq!(status, 201);
        let person = &answer["data"]["createPerson"];
        assert_eq!((&person["id"], &person["city"]), (&json!(NEW), &json!("Basel")));
        assert_eq!(person["name"], json!({"firstName": "Mia", "lastName": ""}));
        assert_eq!(person["company"]["id"], json!(COMPANY));
        assert_eq!(person["company"].get("people"), None);
        let again = people.program.post("people", &body);
        assert_eq!(again, bad_request("Record already exists"));
        let empty = people.program.create("people?depth=2", &json!({"companyId": COMPANY}));
        assert_eq!(empty["company"]["people"].as_array().map(Vec::len), Some(6));
        assert_eq!((&empty["jobTitle"], &empty["position"]), (&json!(""), &json!(0)));
        assert_eq!(empty["emails"], json!({"primaryEmail": "", "additionalEmails": null}));
        assert_eq!(people.program.create("people", &json!({})).get("company"), None);
    }

    fn takes_any_version_of_an_id(app: &mut TestApp) {
        let program = Caller::program(app);
        for id in [
            "00000000-0000-0000-0000-000000000000",
            "01890a5d-ac96-774b-bcce-b302099a8057",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
        ] {
            assert_eq!(program.create("people", &json!({"id": id}))["id"], json!(id));
            assert_eq!(program.get(&format!("people/{id}")).0, 200);
        }
    }

    fn says_which_field_is_wrong(app: &mut TestApp) {
        let program = Caller::program(app);
        let stages = "'NEW', 'SCREENING', 'MEETING', 'PROPOSAL', 'CUSTOMER'";
        for (plural, body, expected) in [
            (
                "people",
                json!({"foo": 1}),
                refusal(
                    400,
                    "Error",
                    "Field metadata for field \"foo\" is missing in object metadata person",
                ),
            ),
            (
                "people",
                json!({"company": null}),
                refusal(
                    400,
                    "Error",
                    "Field metadata for field \"company\" is missing in object metadata person",
                ),
            ),
            (
                "people",
                json!({"companyId": "abc"}),
                bad_request("companyId: \"abc\" is not an id, like 20202020-0687-4c41-b707-ed1bfca972a7"),
            ),
            (
                "people",
                json!({"companyId": NEW}),
                bad_request(&format!("companyId: no company has the id '{NEW}'")),
            ),
            ("people", json!({"city": 12}), bad_request("city: 12 is not a text")),
            (
                "people",
                json!({"name": "Mia"}),
                bad_request("name: send an object with 'firstName', 'lastName'"),
            ),
            (
                "people",
                json!({"name": {"first": "Mia"}}),
                bad_request("name: there is no 'first' in it. It has 'firstName', 'lastName'"),
            ),
            (
                "opportunities",
                json!({"stage": "LOST"}),
                bad_request(&format!("stage: 'LOST' is none of {stages}")),
            ),
            (
                "opportunities",
                json!({"amount": {"amountMicros": "1"}}),
                bad_request("amount.amountMicros: \"1\" is not a whole number, like 10"),
            ),
            (
                "tasks",
                json!({"dueAt": "tomorrow"}),
                bad_request(
                    "dueAt: \"tomorrow\" is not a date or a date and time, like 2025-01-31T08:00:00.000Z",
                ),
            ),
            (
                "companies",
                json!({"idealCustomerProfile": "true"}),
                bad_request("idealCustomerProfile: \"true\" is not true or false"),
            ),
            ("people", json!({"city": "a\0b"}), bad_request("city: \"a\\u0000b\" has a NUL in it")),
            ("viewSorts", json!({"fieldMetadataId": ""}), bad_request("fieldMetadataId is required")),
            (
                "workflows",
                json!({"statuses": ["GONE"]}),
                bad_request("statuses: send a list of 'DRAFT', 'ACTIVE', 'DEACTIVATED'"),
            ),
            (
                "webhooks",
                json!({"operations": "all"}),
                bad_request("operations: send a list of texts, [\"…\"]"),
            ),
        ] {
            assert_eq!(program.post(plural, &body), expected, "{plural} {body}");
            assert_eq!(program.found(plural, &[]), [Value::Null; 0], "{plural} {body}");
        }
    }

    fn says_what_belongs_there_and_repeats_no_secret(app: &mut TestApp) {
        let program = Caller::program(app);
        for (plural, body, expected) in [
            (
                "connectedAccounts",
                json!({"handle": "lions", "provider": "google", "accessToken": {"t": "SECRET"}}),
                bad_request("accessToken: is not a text"),
            ),
            ("webhooks", json!({"secret": "SECRET\0"}), bad_request("secret: has a NUL in it")),
            (
                "people",
                json!({"xLink": {"secondaryLinks": "x"}}),
                bad_request("xLink.secondaryLinks: \"x\" is not JSON"),
            ),
            (
                "people",
                json!({"xLink": {"secondaryLinks": [null, 5]}}),
                bad_request(
                    "xLink.secondaryLinks: send a list of links, [{\"label\": \"…\", \"url\": \"…\"}]",
                ),
            ),
            (
                "people",
                json!({"xLink": {"secondaryLinks": [{"url": "", "label": false}]}}),
                bad_request(
                    "xLink.secondaryLinks: send a list of links, [{\"label\": \"…\", \"url\": \"…\"}]",
                ),
            ),
            (
                "people",
                json!({"phones": {"additionalPhones": [{"number": 5}]}}),
                bad_request(
                    "phones.additionalPhones: send a list of phones, [{\"number\": \"…\", \"countryCode\": \"…\", \"callingCode\": \"…\"}]",
                ),
            ),
            (
                "people",
                json!({"emails": {"additionalEmails": {"a": 1}}}),
                bad_request("emails.additionalEmails: send a list of texts, [\"…\"]"),
            ),
            (
                "people",
                json!({"phones": {"additionalPhones": 5}}),
                bad_request(
                    "phones.additionalPhones: send a list of phones, [{\"number\": \"…\", \"countryCode\": \"…\", \"callingCode\": \"…\"}]",
                ),
            ),
        ] {
            assert_eq!(program.post(plural, &body), expected, "{plural} {body}");
            assert_eq!(program.found(plural, &[]), [Value::Null; 0], "{plural} {body}");
        }
    }

    fn a_value_only_one_may_have_is_had_once(app: &mut TestApp) {
        let program = Caller::program(app);
        let mia = json!({"emails": {"primaryEmail": " Mia@Lions.example"}});
        assert_eq!(program.create("people", &mia)["emails"]["primaryEmail"], json!("mia@lions.example"));
        let taken = bad_request(
            "duplicate key value violates unique constraint: emails.primaryEmail 'mia@lions.example' belongs to another person already",
        );
        assert_eq!(program.post("people", &mia), taken);
        let noah = json!({"emails": {"primaryEmail": "noah@lions.example"}});
        let (status, _) = program.post("batch/people", &json!([noah, noah]));
        assert_eq!(status, 400);
        let noah = program.create("people", &noah);
        assert_eq!(program.patch(&format!("people/{}", id(&noah)), &mia), taken);
        assert_eq!(
            program.patch(&format!("people/{}", id(&noah)), &json!({"emails": noah["emails"]})).0,
            200
        );
        assert_eq!(program.found("people", &[]).len(), 2);
        for _ in 0..2 {
            program.create("people", &json!({"emails": {"primaryEmail": ""}}));
        }
    }

    fn a_batch_is_created_in_order_or_not_at_all(app: &mut TestApp) {
        let people = People::at_work(app);
        let batch = json!([{"id": NEW, "city": "A", "companyId": COMPANY}, {"city": "B"}, {"city": "C"}]);
        let (status, answer) = people.program.post("batch/people?depth=1", &batch);
        assert_eq!(status, 201, "{answer}");
        let created = answer["data"]["createPeople"].as_array().expect("people");
        let cities: Vec<_> = created.iter().map(|person| person["city"].as_str().unwrap()).collect();
        assert_eq!(cities, ["A", "B", "C"]);
        assert_eq!((&created[0]["company"]["name"], &created[1]["company"]), (&json!("Lions"), &json!(null)));
        for (batch, message) in [
            (json!([{"city": "D"}, {"id": id_at(0)}]), "Record already exists"),
            (json!([{"id": COMPANY}, {"id": COMPANY}]), "Record already exists"),
            (json!([{"city": "D"}, {"city": 5}]), "Input [1]: city: 5 is not a text"),
            (json!([{"city": "D"}, 5]), "Input [1] must be an object"),
            (json!({"city": "D"}), "Body must be an array"),
            (json!([]), "Input must not be empty"),
        ] {
            assert_eq!(people.program.post("batch/people", &batch), bad_request(message), "{batch}");
        }
        assert_eq!(people.program.found("people", &[]).len(), 7);
        let (_, answer) = people.program.post("batch/people?depth=2", &json!([{"companyId": COMPANY}]));
        assert_eq!(answer["data"]["createPeople"][0]["company"]["people"].as_array().map(Vec::len), Some(6));
    }

    fn a_refusal_of_many_says_of_which(app: &mut TestApp) {
        let program = Caller::program(app);
        let mia = json!({"emails": {"primaryEmail": "mia@lions.example"}});
        let lions = |handle: &str| json!({"handle": handle, "provider": "google"});
        for (plural, batch, expected) in [
            (
                "people",
                json!([{}, {"foo": 1}]),
                refusal(
                    400,
                    "Error",
                    "Input [1]: Field metadata for field \"foo\" is missing in object metadata person",
                ),
            ),
            (
                "people",
                json!([{}, {}, {"companyId": NEW}]),
                bad_request(&format!("Input [2]: companyId: no company has the id '{NEW}'")),
            ),
            (
                "people",
                json!([mia, {}, mia]),
                bad_request(
                    "Input [2]: duplicate key value violates unique constraint: emails.primaryEmail 'mia@lions.example' belongs to another person already",
                ),
            ),
            ("viewSorts", json!([{}]), bad_request("fieldMetadataId is required")),
            ("viewSorts", json!([{}, {}]), bad_request("Input [0]: fieldMetadataId is required")),
            (
                "connectedAccounts",
                json!([lions("lions"), lions("@")]),
                bad_request("Input [1]: handle: there is no name in it"),
            ),
        ] {
            assert_eq!(program.post(&format!("batch/{plural}"), &batch), expected, "{plural} {batch}");
            assert_eq!(program.found(plural, &[]), [Value::Null; 0], "{plural} {batch}");
        }
    }

    fn says_who_made_it(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        olga.colleague("mia");
        let program = Caller::key(app, &olga, &[Scope::Read, Scope::Write]);
        let session = Caller::session(app, &olga);
        let me = session.found("workspaceMembers", &[("filter", "name.firstName[eq]:olga")])[0]["id"].clone();
        let by_key =
            |source: &str| json!({"source": source, "workspaceMemberId": null, "name": "n8n", "context": {}});
        let made_by = |caller: &Caller, body: &Value| caller.create("companies", body)["createdBy"].clone();
        assert_eq!(made_by(&program, &json!({})), by_key("API"));
        assert_eq!(made_by(&program, &json!({"createdBy": {}})), by_key("API"));
        assert_eq!(made_by(&program, &json!({"createdBy": {"source": "IMPORT"}})), by_key("IMPORT"));
        let by_olga =
            |source: &str| json!({"source": source, "workspaceMemberId": me, "name": "olga", "context": {}});
        let member_id = session.found("workspaceMembers", &[("filter", "name.firstName[eq]:mia")])[0]["id"].clone();
        for source in ["EMAIL", "CALENDAR", "WORKFLOW", "API", "MANUAL", "SYSTEM", "WEBHOOK", ""] {
            let foreign = json!({"createdBy":
                {"source": source, "workspaceMemberId": member_id, "name": "mia", "context": {"a": 1}}});
            assert_eq!(made_by(&program, &foreign), by_key("API"), "{source}");
            assert_eq!(made_by(&session, &foreign), by_olga("MANUAL"), "{source}");
        }
        let import = json!({"createdBy": {"source": "IMPORT", "workspaceMemberId": member_id, "name": "mia"}});
        assert_eq!(made_by(&program, &import), by_key("IMPORT"));
        assert_eq!(made_by(&session, &import), by_olga("IMPORT"));
        assert_eq!(made_by(&session, &json!({"createdBy": null})), by_olga("MANUAL"));
        let (_, many) = program.post("batch/companies", &json!([{}, import]));
        assert_eq!(many["data"]["createCompanies"][0]["createdBy"], by_key("API"));
        assert_eq!(many["data"]["createCompanies"][1]["createdBy"], by_key("IMPORT"));
    }
    fn says_who_made_it_after_updates_too(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let mia = Caller::session(app, &olga.colleague("mia"));
        let program = Caller::key(app, &olga, &[Scope::Read, Scope::Write]);
        let owner_id = mia.found("workspaceMembers", &[("filter", "name.firstName[eq]:olga")])[0]["id"].clone();
        let by_owner = json!({"source": "SYSTEM", "workspaceMemberId": owner_id, "name": "olga", "context": {"a": 1}});
        for (plural, name) in [
            ("companies", "Company"),
            ("notes", "Note"),
            ("opportunities", "Opportunity"),
            ("people", "Person"),
            ("tasks", "Task"),
            ("workflows", "Workflow"),
        ] {
            let made = mia.create(plural, &json!({"createdBy": by_owner}));
            assert_eq!(made["createdBy"]["name"], json!("mia"), "{plural}");
            for caller in [&mia, &program] {
                for sent in [&by_owner, &json!({"name": "olga"}), &json!({"source": "IMPORT"}), &Value::Null, &made["createdBy"]] {
                    let (status, answer) = caller.patch(&format!("{plural}/{}", id(&made)), &json!({"createdBy": sent}));
                    assert_eq!(status, 200, "{answer}");
                    assert_eq!(answer["data"][format!("update{name}")]["createdBy"], made["createdBy"], "{sent}");
                }
            }
        }
        let note = mia.create("notes", &json!({}));
        let (status, _) = mia.patch(&format!("notes/{}", id(&note)), &json!({"createdBy": {"by": "olga"}}));
        assert_eq!(status, 400);
    }
}
