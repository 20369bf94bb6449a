//! The seven operations of an object, under the paths and in the order that clients list them in. Where a header can
//! be sent but is no input of a form, the text tells of it: a parameter would become one.

use actix_web::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    bodies, failures,
    failures::Doing,
    parameters,
    words::{one, spoken},
};
use crate::catalogue::object::{Object, capitalised};

pub fn of(object: &Object) -> [(String, Value); 4] {
    let plural = &object.plural;
    [
        (format!("/rest/{plural}"), json!({ "get": find_many(object), "post": create_one(object) })),
        (format!("/rest/batch/{plural}"), json!({ "post": create_many(object) })),
        (
            format!("/rest/{plural}/{{id}}"),
            json!({ "get": find_one(object), "delete": delete_one(object), "patch": update_one(object) }),
        ),
        (format!("/rest/{plural}/duplicates"), json!({ "post": find_duplicates(object) })),
    ]
}

/// Anybody may ask for this one.
pub fn description() -> Value {
    json!({ "get": {
        "tags": ["General"],
        "summary": "Describe this door",
        "description": "With a key, everything; without one, how to get in. Also at `/rest/open-api/core`.",
        "operationId": "GetOpenApiSchema",
        "security": [{}, { "bearerAuth": [] }],
        "responses": {
            "200": bodies::success("OpenAPI 3.1", json!({ "type": "object" })),
            "401": failures::reference(StatusCode::UNAUTHORIZED),
        },
    } })
}

fn find_many(object: &Object) -> Value {
    json!({
        "tags": [object.plural],
        "summary": format!("Find many {}", spoken(&object.plural)),
        "description": "A page of the records that meet the filter, in the order asked for.",
        "operationId": format!("findMany{}", capitalised(&object.plural)),
        "parameters": parameters::these(&["orderBy", "filter", "limit", "depth", "startingAfter", "endingBefore"]),
        "responses": responses("200", bodies::success("A page", bodies::page(object)), Doing::Reading),
    })
}

fn create_one(object: &Object) -> Value {
    let made = bodies::success("Made", bodies::one(&Object::key("create", &object.singular), object));
    json!({
        "tags": [object.plural],
        "summary": format!("Create {}", one(&object.singular)),
        "description": "Fields that are left out take their defaults. With the header `Idempotency-Key` a repeated request makes nothing twice.",
        "operationId": format!("createOne{}", capitalised(&object.singular)),
        "parameters": parameters::these(&["depth"]),
        "requestBody": bodies::request(&capitalised(&object.singular), !object.required.is_empty()),
        "responses": responses("201", made, Doing::Making),
    })
}

fn create_many(object: &Object) -> Value {
    let made = bodies::success(
        "Made, in the order sent",
        bodies::many(&Object::key("create", &object.plural), object),
    );
    json!({
        "tags": [object.plural],
        "summary": format!("Create many {}", spoken(&object.plural)),
        "description": "All of them or none: a list of 1 to 1,000 records, 10 MB at most. In a form, put the records into `[` and `]`. With the header `Idempotency-Key` a repeated request makes nothing twice.",
        "operationId": format!("createMany{}", capitalised(&object.plural)),
        "parameters": parameters::these(&["depth"]),
        "requestBody": bodies::batch(object),
        "responses": responses("201", made, Doing::Making),
    })
}

fn find_one(object: &Object) -> Value {
    json!({
        "tags": [object.plural],
        "summary": format!("Find {}", one(&object.singular)),
        "description": "One record, by its id.",
        "operationId": format!("findOne{}", capitalised(&object.singular)),
        "parameters": parameters::these(&["idPath", "depth"]),
        "responses": responses("200", bodies::success("The record", bodies::one(&object.singular, object)), Doing::Reading),
    })
}

fn delete_one(object: &Object) -> Value {
    let deleted = bodies::deleted(&Object::key("delete", &object.singular));
    json!({
        "tags": [object.plural],
        "summary": format!("Delete {}", one(&object.singular)),
        "description": "For good, together with what cannot be without it; other records only forget it.",
        "operationId": format!("deleteOne{}", capitalised(&object.singular)),
        "parameters": parameters::these(&["idPath"]),
        "responses": responses("200", bodies::success("The id of what is gone", deleted), Doing::Removing),
    })
}

fn update_one(object: &Object) -> Value {
    let updated = bodies::success(
        "The record as it is now",
        bodies::one(&Object::key("update", &object.singular), object),
    );
    json!({
        "tags": [object.plural],
        "summary": format!("Update {}", one(&object.singular)),
        "description": "Changes the fields that are sent; a blank leaves its field as it is, and `null` clears it. Numbers, booleans and enums are always taken as sent: to leave one alone in n8n, set it to `{{ undefined }}`. PUT does the same.",
        "operationId": format!("UpdateOne{}", capitalised(&object.singular)),
        "parameters": parameters::these(&["idPath", "depth"]),
        "requestBody": bodies::request(&format!("{}ForUpdate", capitalised(&object.singular)), false),
        "responses": responses("200", updated, Doing::Changing),
    })
}

fn find_duplicates(object: &Object) -> Value {
    json!({
        "tags": [object.plural],
        "summary": format!("Find duplicates of {}", spoken(&object.plural)),
        "description": bodies::duplicate_rule(object),
        "operationId": format!("find{}Duplicates", capitalised(&object.singular)),
        "parameters": parameters::these(&["depth"]),
        "requestBody": bodies::suspects(object),
        "responses": responses("200", bodies::success("One entry per record asked about", bodies::duplicates(object)), Doing::Asking),
    })
}

fn responses(status: &str, success: Value, doing: Doing) -> Value {
    let mut responses = Map::from_iter([(status.to_owned(), success)]);
    responses.extend(failures::of(doing));
    responses.into()
}
