//! The parameters of all operations. Clients show the defaults in their forms, and send them with every request.

use serde_json::{Value, json};

const ANY_ID: &str = "id[neq]:\"00000000-0000-0000-0000-000000000000\"";

const ORDER_BY: &str = "What comes first: `name` or `name[Direction]`, several with commas between them. The directions are `AscNullsFirst` (unless you say otherwise), `AscNullsLast`, `DescNullsFirst` and `DescNullsLast`. Of a value with parts, name the part, as in `name.lastName`. Records that are equal in all of it come in the order of their ids. Tokens and secrets cannot be sorted by.";

const FILTER: &str = "Which records to answer with: `field[comparator]:value`, several with commas between them when all must hold. The comparators are `eq`, `neq`, `gt`, `gte`, `lt`, `lte`, `in` and `containsAny` (with a list: `[a,b]`), `startsWith`, `like` and `ilike` (with `%` for any text; `ilike` ignores case; ten patterns at most, of 512 letters together), and `is` with `NULL` or `NOT_NULL`. Join conditions with `and(…)`, `or(…)` and `not(…)`, nested as you like. Of a value with parts, name the part, as in `emails.primaryEmail`. Put a value in quotes when it holds commas or brackets. Tokens and secrets can only be asked for with `is`.";

const DEPTH: &str = "How many levels of relations to include. 0: the record alone. 1: also the records it leads to and those that lead to it. 2: the same for each of these. A nested list holds at most 1,000 records. Left out, the service takes 0.";

const LIMIT: &str = "How many records to answer with at most: 1 to 1,000.";

const STARTING_AFTER: &str = "The `endCursor` of a page, to get the page after it. Send the same `order_by` and `filter` as for that page.";

const ENDING_BEFORE: &str = "The `startCursor` of a page, to get the page before it. Send the same `order_by` and `filter` as for that page; not together with `starting_after`.";

/// All parameters, by the name of their component.
pub fn all() -> Value {
    let text = || json!({ "type": "string" });
    json!({
        "idPath": { "name": "id", "in": "path", "description": "The id of the record.", "required": true, "schema": { "type": "string", "format": "uuid" } },
        "startingAfter": query("starting_after", STARTING_AFTER, &text()),
        "endingBefore": query("ending_before", ENDING_BEFORE, &text()),
        "filter": filter(),
        "depth": query("depth", DEPTH, &json!({ "type": "integer", "enum": [0, 1, 2], "default": 1 })),
        "orderBy": order_by(),
        "limit": query("limit", LIMIT, &json!({ "type": "integer", "minimum": 1, "maximum": 1000, "default": 60 })),
    })
}

/// References to parameters of [`all`], in the order in which a client shows them.
pub fn references(names: &[&str]) -> Value {
    names.iter().map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })).collect()
}

fn query(name: &str, description: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "required": false, "schema": schema })
}

fn filter() -> Value {
    let mut filter = query("filter", FILTER, &json!({ "type": "string", "default": ANY_ID }));
    filter["examples"] = json!({
        "recent": { "summary": "Changed this year", "value": "updatedAt[gte]:\"2026-01-01\"" },
        "failed": { "summary": "Connected accounts whose authentication failed", "value": "authFailedAt[is]:NOT_NULL" },
        "nested": { "summary": "Accounts on X, or connected before June", "value": "or(provider[eq]:\"twitter\",not(createdAt[gte]:\"2026-06-01\"))" },
        "part": { "summary": "People with an address at a club", "value": "emails.primaryEmail[ilike]:\"%@falcons.example\"" },
    });
    filter
}

fn order_by() -> Value {
    let mut order_by = query("order_by", ORDER_BY, &json!({ "type": "string", "default": "id" }));
    order_by["examples"] = json!({
        "newest": { "summary": "The latest first", "value": "createdAt[DescNullsLast]" },
        "two": { "summary": "By provider, then by handle", "value": "provider,handle[AscNullsLast]" },
    });
    order_by
}
