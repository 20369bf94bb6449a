//! `/open-api/core`: which caller gets which description, and that clients built from it do not change.

mod outline;

use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use self::outline::outline;
use crate::{
    on_both_databases,
    support::{client::Client, people::Person, server::TestApp},
};

/// The recorded outline: the parts that clients are built from, without texts for people.
const RECORDED: &str = include_str!("core/recorded.txt");
const OBJECTS: &str = include_str!("../../../spec/objects.json");

fn ask(app: &TestApp, path: &str, authorization: Option<&str>) -> (StatusCode, Value) {
    let mut request = Client::new(app).request(Method::GET, path);
    if let Some(authorization) = authorization {
        request = request.header("Authorization", authorization);
    }
    let answer = request.send().unwrap();
    (answer.status(), answer.json().unwrap())
}

fn full(app: &TestApp) -> Value {
    let token = Person::owner(app, "olga").token().to_owned();
    let (status, document) = ask(app, "/open-api/core", Some(&format!("Bearer {token}")));
    assert_eq!(status, 200, "{document}");
    document
}

fn paths(document: &Value) -> usize {
    document["paths"].as_object().unwrap().len()
}

on_both_databases! {
    fn shows_the_whole_description_to_valid_credentials(app: &mut TestApp) {
        let token = Person::owner(app, "olga").token().to_owned();
        for path in ["/open-api/core", "/rest/open-api/core"] {
            let (status, document) = ask(app, path, Some(&format!("Bearer {token}")));
            assert_eq!((status, paths(&document)), (StatusCode::OK, 145));
            let (status, document) = ask(app, &format!("{path}?token={token}"), None);
            assert_eq!((status, paths(&document)), (StatusCode::OK, 145));
        }
    }

    fn shows_the_whole_description_on_its_page(app: &mut TestApp) {
        let (status, shown) = ask(app, "/docs/rest.json", None);
        assert_eq!((status, &shown), (StatusCode::OK, &full(app)));
    }

    fn shows_every_caller_how_to_authenticate(app: &mut TestApp) {
        for path in ["/open-api/core", "/rest/open-api/core"] {
            let (status, document) = ask(app, path, None);
            assert_eq!((status, paths(&document)), (StatusCode::OK, 1));
            // A proxy in front may add credentials of its own.
            assert_eq!(ask(app, path, Some("Basic b2xnYTo=")).0, StatusCode::OK);
            assert_eq!(document["info"]["title"], "Roster");
            assert_eq!(document["components"].as_object().unwrap().keys().collect::<Vec<_>>(), ["securitySchemes"]);
        }
    }

    fn refuses_what_opens_nothing(app: &mut TestApp) {
        for wrong in ["Bearer ", "Bearer x", "Bearer roster_x"] {
            assert_eq!(ask(app, "/open-api/core", Some(wrong)).0, StatusCode::UNAUTHORIZED, "{wrong:?}");
        }
        assert_eq!(ask(app, "/open-api/core?token=x", None).0, StatusCode::UNAUTHORIZED);
    }

    fn refuses_a_session_that_has_ended(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        assert_eq!(olga.delete("sessions").0, 200);
        let ended = format!("Bearer {}", olga.token());
        assert_eq!(ask(app, "/open-api/core", Some(&ended)).0, StatusCode::UNAUTHORIZED);
    }

    fn refuses_a_key_that_has_expired_or_was_revoked(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let soon = app.clock.now() + TimeDelta::hours(1);
        for (expires_at, end) in [(json!(soon.and_utc().to_rfc3339()), "expiry"), (Value::Null, "revocation")] {
            let new = json!({"api_key": {"name": "n8n", "scopes": ["read"], "expires_at": expires_at}});
            let (status, answer) = olga.post("api_keys", &new);
            assert_eq!(status, 201, "{answer}");
            let bearer = format!("Bearer {}", answer["api_key"]["key"].as_str().unwrap());
            assert_eq!(ask(app, "/open-api/core", Some(&bearer)).0, StatusCode::OK, "{end}");
            if end == "expiry" {
                app.clock.advance(TimeDelta::hours(2));
            } else {
                let id = answer["api_key"]["id"].as_str().unwrap();
                assert_eq!(olga.delete(&format!("api_keys/{id}")).0, 200);
            }
            assert_eq!(ask(app, "/open-api/core", Some(&bearer)).0, StatusCode::UNAUTHORIZED, "{end}");
        }
    }

    fn equals_the_recorded_outline(app: &mut TestApp) {
        let outline = outline(&full(app));
        for (line, (ours, recorded)) in outline.lines().zip(RECORDED.lines()).enumerate() {
            assert_eq!(ours, recorded, "line {} of recorded.txt", line + 1);
        }
        assert_eq!(outline.lines().count(), RECORDED.lines().count());
    }

    fn says_what_the_catalogue_says(app: &mut TestApp) {
        let document = full(app);
        let catalogue: Value = serde_json::from_str(OBJECTS).unwrap();
        for object in catalogue["objects"].as_array().unwrap() {
            let name = object["singular"].as_str().unwrap();
            let schema = |suffix: &str| {
                let capital = name[..1].to_uppercase();
                &document["components"]["schemas"][format!("{capital}{}{suffix}", &name[1..])]
            };
            let fields = named(&object["fields"]);
            let written = |suffix| described(&schema(suffix)["properties"], "/anyOf/0/description");
            assert_eq!((written(""), written("ForUpdate")), (fields.clone(), fields.clone()), "{name}");
            let row = described(&schema("ForResponse")["properties"], "/description");
            assert_eq!(row[4..4 + fields.len()], fields, "{name}");
            assert_eq!(row[row.len() - named(&object["toMany"]).len()..], named(&object["toMany"]), "{name}");
            let required: Vec<_> = row[..4 + fields.len()].iter().map(|(name, _)| name).collect();
            assert_eq!(schema("ForResponse")["required"], json!(required), "{name}");
        }
    }
}

type Described = Vec<(String, String)>;

fn named(list: &Value) -> Described {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(|one| (text(&one["name"]), text(&one["description"]))).collect()
}

/// Of several alternatives, the first is used.
fn described(properties: &Value, place: &str) -> Described {
    let description = |schema: &Value| {
        let text = schema.pointer(place).or(schema.get("description"));
        text.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    properties.as_object().unwrap().iter().map(|(name, schema)| (name.clone(), description(schema))).collect()
}
