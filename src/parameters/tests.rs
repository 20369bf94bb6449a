#![allow(dead_code, reason = "the tests only parse these structs")]

use actix_web::test::TestRequest;
use proptest::prelude::{ProptestConfig, prop_assert, proptest};
use serde_json::json;

use super::*;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

async fn extract(content_type: Option<&str>, body: impl Into<Bytes>) -> Result<Value> {
    let mut request = TestRequest::post().uri("/?a=query").set_payload(body);
    if let Some(content_type) = content_type {
        request = request.insert_header(("content-type", content_type));
    }
    let (request, mut payload) = request.to_http_parts();
    Parameters::from_request(&request, &mut payload).await.map(|parameters| parameters.0)
}

#[tokio::test]
async fn parses_three_content_types_alike() {
    let multipart = "--X\r\nContent-Disposition: form-data; name=\"a[b][]\"\r\n\r\n1\r\n--X--\r\n";
    for (content_type, body) in [
        (JSON, r#"{"a": {"b": ["1"]}}"#),
        ("application/json; charset=utf-8", r#"{"a": {"b": ["1"]}}"#),
        ("Application/JSON;x=y", r#"{"a": {"b": ["1"]}}"#),
        (FORM, "a[b][]=1"),
        ("application/x-www-form-urlencoded; charset=UTF-8", "a%5Bb%5D%5B%5D=1"),
        ("multipart/form-data; boundary=X", multipart),
    ] {
        let read = extract(Some(content_type), body).await.unwrap();
        assert_eq!(read, json!({ "a": { "b": ["1"] } }), "{content_type}");
    }
}

#[tokio::test]
async fn an_empty_body_has_no_parameters() {
    for content_type in [None, Some(JSON), Some(FORM), Some("multipart/form-data"), Some("text/plain")] {
        assert_eq!(extract(content_type, "").await.unwrap(), json!({}), "{content_type:?}");
    }
}

parameters! {
    struct Named {
        name: Text<255>,
    }

    struct MaybeNamed {
        name: Option<Text<255>>,
    }

    struct Numbered {
        team_id: i64,
        id: i64,
    }
}

#[test]
fn an_id_in_the_path_overrides_one_in_the_body() {
    for (sent, expected) in [(json!({ "team_id": 1 }), 7), (json!({ "team_id": 1, "id": "x" }), 7)] {
        let Numbered { team_id, id } = Parameters::from(sent).parse(Some(7), Moment::MIN).unwrap();
        assert_eq!((team_id, id), (1, expected));
    }
    let refused = Parameters::from(json!([1])).parse::<Numbered>(Some(7), Moment::MIN).map(drop).unwrap_err();
    assert_eq!(refused.to_string(), "Missing parameter team_id");
}

#[test]
fn recognises_a_body_without_known_parameters() {
    for (sent, names_any) in [
        (json!({}), false),
        (json!({ "other": 1 }), false),
        (json!({ "id": null, "team_id": "" }), false),
        (json!({ "id": 0 }), true),
        (json!([]), true),
    ] {
        assert_eq!(Parameters::from(sent.clone()).names_any::<Numbered>(), names_any, "{sent}");
    }
}

#[test]
fn refuses_roots_that_are_no_objects() {
    for root in [json!([1]), json!([]), json!("x"), json!(null), json!(5)] {
        let parameters = Parameters::from(root);
        let refused = parameters.parse::<Named>(None, Moment::MIN).map(drop).unwrap_err();
        assert_eq!(refused.to_string(), "Missing parameter name");
        let refused = parameters.parse::<MaybeNamed>(None, Moment::MIN).map(drop).unwrap_err();
        assert_eq!(refused.to_string(), "The request body must be a JSON object, such as {}");
    }
}

#[tokio::test]
async fn refuses_other_content_types_and_names_the_three() {
    for content_type in
        [None, Some("text/plain"), Some("foo"), Some("application/json+xml"), Some("multipart/mixed")]
    {
        match extract(content_type, "{}").await {
            Err(Error::UnsupportedType(sentence)) => {
                for name in [JSON, FORM, "multipart/form-data"] {
                    assert!(sentence.contains(name), "{sentence}");
                }
            }
            other => panic!("{content_type:?} {other:?}"),
        }
    }
}

#[tokio::test]
async fn refuses_unreadable_bodies() {
    for (content_type, body) in [
        (JSON, "{"),
        (JSON, "\u{feff}{}"),
        (JSON, r#"{"a": "\udc00"}"#),
        (FORM, "a=%zz"),
        (FORM, "a=x&a[b]=1"),
        ("multipart/form-data", "--X--\r\n"),
    ] {
        let refused = extract(Some(content_type), body).await;
        assert!(matches!(refused, Err(Error::Unreadable(_))), "{content_type} {body} {refused:?}");
    }
}

#[tokio::test]
async fn limits_the_size_of_a_body() {
    let text = |length: usize| format!("\"{}\"", "x".repeat(length - 2));
    assert!(extract(Some(JSON), text(Parameters::LIMIT)).await.unwrap().is_string());
    let refused = extract(Some(JSON), text(Parameters::LIMIT + 1)).await;
    assert!(matches!(refused, Err(Error::TooLarge(Parameters::LIMIT))));
}

#[tokio::test]
async fn accepts_a_multipart_body_up_to_the_limit() {
    let (head, tail) = ("--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n", "\r\n--X--\r\n");
    let text = "x".repeat(Parameters::LIMIT - head.len() - tail.len());
    let read = extract(Some("multipart/form-data; boundary=X"), format!("{head}{text}{tail}")).await.unwrap();
    assert_eq!(read, json!({ "a": text }));
}

#[test]
fn shows_no_values() {
    let parameters = Parameters::from(json!({ "twitter_token": "s3cret" }));
    assert_eq!(format!("{parameters:?}"), "Parameters(..)");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn no_input_makes_it_panic(text in r#"[{}\[\]:,"'\\\na-cé0-2u%=&+. -]{0,60}"#) {
        for read in [json::parse(text.as_bytes()), form::pairs(text.as_bytes()).and_then(rack::fold)] {
            prop_assert!(matches!(read, Ok(_) | Err(Error::Unreadable(_))));
        }
    }
}
