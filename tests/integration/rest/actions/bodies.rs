//! Bodies made from an object's description: the node's defaults, and one value of every kind.

use roster::catalogue::{
    composite::Composite,
    object::{Field, Kind, Object, Part, PartKind},
};
use serde_json::{Map, Value, json};

pub const WORDS: &str = "Zoë's \"q\"\\\n漢字 🦁 %_";
const SOME_ID: &str = "0190f3f2-0687-7c41-b707-ed1bfca972a7";

/// The node's defaults: blanks, zeros, `true`, and the first option.
pub fn untouched(object: &Object) -> Map<String, Value> {
    object.fields.iter().map(|field| (field.name.clone(), default_of(field))).collect()
}

fn default_of(field: &Field) -> Value {
    match &field.kind {
        Kind::Text | Kind::Uuid | Kind::DateTime | Kind::Relation(_) => json!(""),
        Kind::Integer | Kind::Number => json!(0),
        Kind::Boolean => json!(true),
        Kind::Enum(options) => json!(options[0]),
        Kind::Array | Kind::MultiSelect(_) => json!([null]),
        Kind::Composite(Composite::Links, _) => json!({"secondaryLinks": [{}]}),
        Kind::Composite(Composite::Emails, _) => json!({"additionalEmails": [null]}),
        Kind::Composite(Composite::Phones, _) => json!({"additionalPhones": [null]}),
        Kind::Json | Kind::Composite(..) => json!({}),
    }
}

/// The required fields.
pub fn required(object: &Object) -> Map<String, Value> {
    object
        .required
        .iter()
        .map(|name| (name.clone(), value(object.field(name).expect("a field"), 0)))
        .collect()
}

/// Every field except relations, each with a value different from its default.
pub fn filled(object: &Object, seed: usize) -> Map<String, Value> {
    let own = object.fields.iter().filter(|field| !matches!(field.kind, Kind::Relation(_)));
    own.map(|field| (field.name.clone(), value(field, seed))).collect()
}

pub fn value(field: &Field, seed: usize) -> Value {
    match &field.kind {
        // Without surrounding white space, which handles do not keep.
        Kind::Text => json!(format!("{WORDS}{} {seed}", field.name)),
        Kind::Uuid | Kind::Relation(_) => json!(SOME_ID),
        Kind::DateTime => json!(format!("20{:02}-01-31T08:09:10.0{:02}Z", 30 + seed % 10, 7 + seed)),
        Kind::Boolean => json!(seed.is_multiple_of(2) && field.default != json!(true)),
        Kind::Integer => json!([9_007_199_254_740_991_i64, -7][seed % 2]),
        Kind::Number => json!([0.1 + 0.2, -1.5e-7, 1e300][seed % 3]),
        Kind::Enum(options) => json!(options[(options.len() - 1).saturating_sub(seed)]),
        Kind::Array => json!(["a", "", "漢", WORDS, seed.to_string()]),
        Kind::MultiSelect(options) => json!([options[seed % options.len()], options[0]]),
        Kind::Json => {
            json!({"b": [1, 2.5, null, true, {"ä": WORDS}], "a": {}, "9": seed, "big": 9_007_199_254_740_991_i64})
        }
        Kind::Composite(composite, parts) => parts
            .iter()
            .map(|part| (part.name.clone(), value_of_part(*composite, part, seed)))
            .collect::<Map<_, _>>()
            .into(),
    }
}

fn value_of_part(composite: Composite, part: &Part, seed: usize) -> Value {
    match (composite, part.kind) {
        (_, PartKind::Texts) => json!([format!("other{seed}@lions.example")]),
        (Composite::Emails, _) => json!(format!("mia{seed}@lions.example")),
        (_, PartKind::Links) => json!([{"label": WORDS, "url": format!("https://{seed}.example/A")}]),
        (Composite::Links, _) => json!(format!("https://lions{seed}.example/{WORDS}")),
        (_, PartKind::Phones) => json!([{"number": "123", "countryCode": "CH", "callingCode": "+41"}]),
        (_, PartKind::Text) => json!(format!("{WORDS}{} {seed}", part.name)),
        (_, PartKind::Enum) => json!(part.options[part.options.len() - 1 - seed % 3]),
        (_, PartKind::Uuid) => json!(SOME_ID),
        (_, PartKind::Integer) => json!([9_007_199_254_740_991_i64, -3_500_000][seed % 2]),
        (_, PartKind::Number) => json!([47.376_886_5, -0.1][seed % 2]),
        (_, PartKind::Json) => json!({"k": [seed, {}]}),
    }
}

#[test]
fn are_equal_to_the_recorded_bodies() {
    use roster::catalogue::catalogue;
    for (plural, seen) in [
        (
            "connectedAccounts",
            r#"{"handle":"","provider":"","accessToken":"","refreshToken":"","lastSyncHistoryId":"","authFailedAt":"","handleAliases":"","scopes":[null],"accountOwnerId":""}"#,
        ),
        (
            "people",
            r#"{"name":{},"companyId":"","createdBy":{},"position":0,"avatarUrl":"","city":"","phones":{"additionalPhones":[null]},"jobTitle":"","xLink":{"secondaryLinks":[{}]},"linkedinLink":{"secondaryLinks":[{}]},"emails":{"additionalEmails":[null]}}"#,
        ),
        (
            "messageChannels",
            r#"{"syncedAt":"","connectedAccountId":"","throttleFailureCount":0,"syncStageStartedAt":"","syncStage":"FULL_MESSAGE_LIST_FETCH_PENDING","syncStatus":"ONGOING","syncCursor":"","isSyncEnabled":true,"excludeGroupEmails":true,"excludeNonProfessionalEmails":true,"contactAutoCreationPolicy":"SENT_AND_RECEIVED","isContactAutoCreationEnabled":true,"type":"email","handle":"","visibility":"METADATA"}"#,
        ),
        (
            "workflowVersions",
            r#"{"position":0,"status":"DRAFT","steps":{},"trigger":{},"name":"","workflowId":""}"#,
        ),
        ("webhooks", r#"{"targetUrl":"","description":"","secret":"","operations":[null]}"#),
        ("messageThreads", "{}"),
    ] {
        let object = catalogue().by_plural(plural).expect("an object");
        assert_eq!(Value::from(untouched(object)).to_string(), seen);
    }
}
