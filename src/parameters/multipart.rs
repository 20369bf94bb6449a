//! Parses `multipart/form-data` into pairs, after the whole body has been received.
//! A file becomes an object, so that no parameter accepts it as a text.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{http::header::HeaderMap, web::Bytes};
use futures_util::{TryStreamExt, stream};
use serde_json::{Value, json};

use crate::error::{Error, Result};

/// Names and values in the order they were sent.
pub async fn pairs(headers: &HeaderMap, body: Bytes) -> Result<Vec<(String, Value)>> {
    let mut fields = Multipart::new(headers, stream::iter([Ok(body)]));
    let mut pairs = Vec::new();
    while let Some(field) = fields.try_next().await.map_err(unreadable)? {
        pairs.push(pair(field).await?);
    }
    Ok(pairs)
}

async fn pair(mut field: Field) -> Result<(String, Value)> {
    let mut content = Vec::new();
    while let Some(chunk) = field.try_next().await.map_err(unreadable)? {
        content.extend_from_slice(&chunk);
    }
    let name = field.name().unwrap_or_default().to_owned();
    let value = match field.content_disposition().and_then(|disposition| disposition.get_filename()) {
        Some(file) => json!({ "filename": file }),
        None => Value::String(String::from_utf8(content).map_err(|_| not_utf8())?),
    };
    Ok((name, value))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape map_err asks for")]
fn unreadable(error: MultipartError) -> Error {
    Error::Unreadable(format!(
        "The multipart body cannot be read: {error}. Check its boundary and its last line"
    ))
}

fn not_utf8() -> Error {
    Error::Unreadable("A part of the multipart body is not valid UTF-8; send texts in UTF-8".into())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{CONTENT_TYPE, HeaderValue};

    use super::*;

    const FORM: &str = "multipart/form-data; boundary=XX";

    async fn parse(content_type: &'static str, body: impl Into<Bytes>) -> Result<Value> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        pairs(&headers, body.into()).await.map(|pairs| json!(pairs))
    }

    fn part(disposition: &str, content: &str) -> String {
        format!("--XX\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{content}\r\n")
    }

    #[tokio::test]
    async fn parses_texts_and_files() {
        let body = part(r#"name="a[b]""#, "é\r\n1")
            + &part(r#"name="empty""#, "")
            + &part(r#"name="file"; filename="x.png""#, "PNG")
            + "--XX--\r\n";
        let expected = json!([["a[b]", "é\r\n1"], ["empty", ""], ["file", { "filename": "x.png" }]]);
        assert_eq!(parse(FORM, body).await.unwrap(), expected);
    }

    #[tokio::test]
    async fn refuses_what_is_not_multipart() {
        let cut = part(r#"name="a""#, "1");
        let whole = format!("{cut}--XX--\r\n");
        for (content_type, body) in [
            ("multipart/form-data", whole.as_str()),
            ("multipart/form-data; boundary=YY", &whole),
            (FORM, &cut[..cut.len() - 3]),
            (FORM, "x"),
            (FORM, &(part("x=1", "1") + "--XX--\r\n")),
        ] {
            let refused = parse(content_type, body.to_owned()).await;
            assert!(matches!(refused, Err(Error::Unreadable(_))), "{content_type} {body} {refused:?}");
        }
    }

    #[tokio::test]
    async fn refuses_texts_in_other_encodings() {
        let mut body = b"--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n".to_vec();
        body.extend_from_slice(b"\xff\r\n--XX--\r\n");
        assert!(matches!(parse(FORM, body).await, Err(Error::Unreadable(_))));
    }
}
