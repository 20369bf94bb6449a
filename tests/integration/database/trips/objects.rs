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
    let by = |what: &str| format!("{what}, by {who}");
    let domain = format!("{}.example", who.replace(' ', "-"));
    let company = json!({"name": "Lions", "domainName": {"primaryLinkUrl": format!("https://{domain}")}});
    let company = trips.count(&by("POST /rest/companies"), || caller.post("companies", &company));
    let company = &company["data"]["createCompany"]["id"];
    let with_email =
        |name: &str| json!({"companyId": company, "emails": {"primaryEmail": format!("{name}@{domain}")}});
    let person = trips.count(&by("POST /rest/people"), || caller.post("people", &with_email("ann")));
    let one = format!("people/{}", id(&person["data"]["createPerson"]));
    trips.count(&by("POST /rest/notes"), || caller.post("notes", &json!({"title": "x"})));
    trips.count(&by("PATCH /rest/people/{id}"), || caller.patch(&one, &json!({"city": "Basel"})));
    let checked = "PATCH /rest/people/{id}, with a relation and a unique value";
    trips.count(&by(checked), || caller.patch(&one, &with_email("new")));
    let find = |parameters: &[(&str, &str)]| caller.find("people", parameters);
    trips.count(&by("GET /rest/people"), || find(&[("depth", "0")]));
    let filter = ("filter", "city[eq]:Basel");
    trips.count(&by("GET /rest/people?filter="), || find(&[("depth", "0"), filter]));
    trips.count(&by("GET /rest/people?depth=1"), || find(&[("depth", "1")]));
    trips.count(&by("GET /rest/people/{id}"), || caller.get(&format!("{one}?depth=0")));
    trips.count(&by("DELETE /rest/people/{id}"), || caller.delete(&one));
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
