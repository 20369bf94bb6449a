//! The seven operations of an object, in the order in which clients list them. `Idempotency-Key` is mentioned in the
//! descriptions only: as a parameter it would become an input of n8n's forms.

use actix_web::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    bodies, failures,
    failures::Operation,
    parameters,
    words::{to_words, with_article},
};
use crate::catalogue::object::{Object, capitalised};

/// The paths of an object with their operations.
pub fn paths_of(object: &Object) -> [(String, Value); 4] {
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

/// The operation that returns this description; it needs no credentials.
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
        "summary": format!("Find many {}", to_words(&object.plural)),
        "description": "A page of the records that meet the filter, in the order asked for.",
        "operationId": format!("findMany{}", capitalised(&object.plural)),
        "parameters": parameters::references(&["orderBy", "filter", "limit", "depth", "startingAfter", "endingBefore"]),
        "responses": responses("200", bodies::success("A page", bodies::page(object)), Operation::Read),
    })
}

fn create_one(object: &Object) -> Value {
    let created =
        bodies::success("Made", bodies::record(&Object::response_key("create", &object.singular), object));
    json!({
        "tags": [object.plural],
        "summary": format!("Create {}", with_article(&object.singular)),
        "description": "Fields that are left out take their defaults. With the header `Idempotency-Key` a repeated request makes nothing twice.",
        "operationId": format!("createOne{}", capitalised(&object.singular)),
        "parameters": parameters::references(&["depth"]),
        "requestBody": bodies::request(&capitalised(&object.singular), !object.required.is_empty()),
        "responses": responses("201", created, Operation::Create),
    })
}

fn create_many(object: &Object) -> Value {
    let created = bodies::success(
        "Made, in the order sent",
        bodies::records(&Object::response_key("create", &object.plural), object),
    );
    json!({
        "tags": [object.plural],
        "summary": format!("Create many {}", to_words(&object.plural)),
        "description": "All of them or none: a list of 1 to 1,000 records, 10 MB at most. In a form, put the records into `[` and `]`. With the header `Idempotency-Key` a repeated request makes nothing twice.",
        "operationId": format!("createMany{}", capitalised(&object.plural)),
        "parameters": parameters::references(&["depth"]),
        "requestBody": bodies::batch(object),
        "responses": responses("201", created, Operation::Create),
    })
}

fn find_one(object: &Object) -> Value {
    json!({
        "tags": [object.plural],
        "summary": format!("Find {}", with_article(&object.singular)),
        "description": "One record, by its id.",
        "operationId": format!("findOne{}", capitalised(&object.singular)),
        "parameters": parameters::references(&["idPath", "depth"]),
        "responses": responses("200", bodies::success("The record", bodies::record(&object.singular, object)), Operation::Read),
    })
}

fn delete_one(object: &Object) -> Value {
    let deleted = bodies::deleted(&Object::response_key("delete", &object.singular));
    json!({
        "tags": [object.plural],
        "summary": format!("Delete {}", with_article(&object.singular)),
        "description": "For good, together with what cannot be without it; other records only forget it. There is no soft delete, and a query parameter is refused.",
        "operationId": format!("deleteOne{}", capitalised(&object.singular)),
        "parameters": parameters::references(&["idPath"]),
        "responses": responses("200", bodies::success("The id of what is gone", deleted), Operation::Delete),
    })
}

fn update_one(object: &Object) -> Value {
    let updated = bodies::success(
        "The record as it is now",
        bodies::record(&Object::response_key("update", &object.singular), object),
    );
    json!({
        "tags": [object.plural],
        "summary": format!("Update {}", with_article(&object.singular)),
        "description": "Changes the fields that are sent; a blank leaves its field as it is, and `null` clears it. Numbers, booleans and enums are always taken as sent: to leave one alone in n8n, set it to `{{ undefined }}`. PUT does the same.",
        "operationId": format!("UpdateOne{}", capitalised(&object.singular)),
        "parameters": parameters::references(&["idPath", "depth"]),
        "requestBody": bodies::request(&format!("{}ForUpdate", capitalised(&object.singular)), false),
        "responses": responses("200", updated, Operation::Update),
    })
}

fn find_duplicates(object: &Object) -> Value {
    json!({
        "tags": [object.plural],
        "summary": format!("Find duplicates of {}", to_words(&object.plural)),
        "description": bodies::duplicate_rule(object),
        "operationId": format!("find{}Duplicates", capitalised(&object.singular)),
        "parameters": parameters::references(&["depth"]),
        "requestBody": bodies::duplicates_request(object),
        "responses": responses("200", bodies::success("One entry per record asked about", bodies::duplicates(object)), Operation::FindDuplicates),
    })
}

fn responses(status: &str, success: Value, operation: Operation) -> Value {
    let mut responses = Map::from_iter([(status.to_owned(), success)]);
    responses.extend(failures::references_for(operation));
    responses.into()
}
