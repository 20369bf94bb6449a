//! The main requests to `/rest`, of a program and of a person.

use reqwest::Method;
use roster::models::api_key::Scope;
use serde_json::{Value, json};

use super::Trips;
use crate::{
    rest::caller::{Caller, id},
    support::people::Person,
};

pub fn count(trips: &mut Trips) {
    let ada = Person::owner(&trips.app, "ada");
    trips.use_sessions(&[&ada]);
    let program = Caller::key(&trips.app, &ada, &Scope::ALL);
    assert_eq!(program.get("notes").0, 200);
    let person = Caller::session(&trips.app, &ada);
    one_object(trips, "a program", &program);
    one_object(trips, "a person", &person);
    batches(trips, &program);
    accounts(trips, &program);
}

fn one_object(trips: &mut Trips, who: &str, caller: &Caller) {
    let count = |what: &str| format!("{what}, by {who}");
    let company = trips.count(&count("POST /rest/companies"), || {
        caller.post("companies", &json!({"name": "Lions", "domainName": {"primaryLinkUrl": format!("https://{}.example", who.replace(' ', "-"))}}))
    });
    let company = company["data"]["createCompany"]["id"].clone();
    let created = trips.count(&count("POST /rest/people"), || {
        let mail = format!("{}@lions.example", who.replace(' ', "-"));
        caller.post(
            "people",
            &json!({"name": {"firstName": "Ann"}, "emails": {"primaryEmail": mail}, "companyId": company}),
        )
    });
    let person = created["data"]["createPerson"]["id"].as_str().expect("an id").to_owned();
    let one = format!("people/{person}");
    trips.count(&count("POST /rest/notes"), || caller.post("notes", &json!({"title": "x"})));
    trips.count(&count("PATCH /rest/people/{id}"), || caller.patch(&one, &json!({"city": "Basel"})));
    trips.count(&count("PATCH /rest/people/{id}, with a relation and a unique value"), || {
        caller.patch(&one, &json!({"companyId": company, "emails": {"primaryEmail": format!("new-{}@lions.example", who.replace(' ', "-"))}}))
    });
    trips.count(&count("GET /rest/people"), || caller.find("people", &[("depth", "0")]));
    trips.count(&count("GET /rest/people?filter="), || {
        caller.find("people", &[("depth", "0"), ("filter", "city[eq]:Basel")])
    });
    trips.count(&count("GET /rest/people?depth=1"), || caller.find("people", &[("depth", "1")]));
    trips.count(&count("GET /rest/people/{id}"), || caller.get(&format!("{one}?depth=0")));
    trips.count(&count("DELETE /rest/people/{id}"), || caller.delete(&one));
}

fn batches(trips: &mut Trips, program: &Caller) {
    for size in [1, 2, 1_000] {
        let people: Vec<Value> = (0..size)
            .map(|at| json!({"city": "Basel", "emails": {"primaryEmail": format!("{size}-{at}@lions.example")}}))
            .collect();
        trips.count(&format!("POST /rest/batch/people, {size} records"), || {
            program.post("batch/people", &json!(people))
        });
    }
    for size in [1, 2, 1_000] {
        let accounts: Vec<Value> = (0..size)
            .map(|at| json!({"handle": format!("batch-{size}-{at}"), "provider": "twitter"}))
            .collect();
        trips.count(&format!("POST /rest/batch/connectedAccounts, {size} records"), || {
            program.post("batch/connectedAccounts", &json!(accounts))
        });
    }
}

fn accounts(trips: &mut Trips, program: &Caller) {
    let body = json!({"handle": "lions", "provider": "twitter", "accessToken": "TOKEN"});
    let account = trips.count("POST /rest/connectedAccounts", || program.post("connectedAccounts", &body));
    let one = format!("connectedAccounts/{}", id(&account["data"]["createConnectedAccount"]));
    trips.count("PATCH /rest/connectedAccounts/{id}", || {
        program.patch(&one, &json!({"accessToken": "OTHER"}))
    });
    trips.count("GET /rest/connectedAccounts/{id}", || program.get(&format!("{one}?depth=0")));
    trips.count("DELETE /rest/connectedAccounts/{id}", || program.send(Method::DELETE, &one, None));
}
