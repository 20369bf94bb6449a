//! The account in X's answer to the question whose a token is.

use serde_json::Value;
use url::Url;

use crate::networks::consent::{Profile, verdict::Failure};

const MAX_NAME_CHARS: usize = 255;
const MAX_URL_BYTES: usize = 2_048;

/// The account; an answer without an id or a handle is none of X's.
pub fn parse(data: &Value) -> Result<Profile, Failure> {
    let text = |name: &str| printable(data[name].as_str().unwrap_or_default());
    let (id, handle, name) = (text("id"), text("username"), text("name"));
    let is_id = !id.is_empty() && id.len() <= 32 && id.bytes().all(|byte| byte.is_ascii_digit());
    if !is_id || handle.is_empty() {
        return Err(Failure::wait("an account without an id or a handle"));
    }
    Ok(Profile {
        external_id: id,
        name: if name.is_empty() { handle.clone() } else { name },
        handle,
        logo_url: large_picture(data["profile_image_url"].as_str().unwrap_or_default()),
        is_verified: data["verified"].as_bool().unwrap_or(false),
    })
}

/// As much as V4 takes of a name, without the characters that PostgreSQL or a page would not take.
fn printable(text: &str) -> String {
    text.trim().chars().filter(|letter| !letter.is_control()).take(MAX_NAME_CHARS).collect()
}

/// X names a picture of 48 pixels; the same of 400 pixels differs in the end of its name. Empty if it is no https URL.
fn large_picture(url: &str) -> String {
    if !Url::parse(url).is_ok_and(|parsed| parsed.scheme() == "https") || url.len() > MAX_URL_BYTES {
        return String::new();
    }
    match url.rsplit_once("_normal.") {
        Some((begin, extension)) if !extension.contains('/') => format!("{begin}_400x400.{extension}"),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_account_is_read_as_x_describes_it() {
        let answered = json!({
            "id": "2244994945", "name": " X\u{0}Dev ", "username": "XDevelopers", "verified": true,
            "profile_image_url": "https://pbs.twimg.com/profile_images/1/pic_normal.jpg",
        });
        let read = parse(&answered).unwrap();
        let expected = Profile {
            external_id: "2244994945".into(),
            name: "XDev".into(),
            handle: "XDevelopers".into(),
            logo_url: "https://pbs.twimg.com/profile_images/1/pic_400x400.jpg".into(),
            is_verified: true,
        };
        assert_eq!(read, expected);
        assert_eq!(parse(&json!({"id": "1", "username": "x"})).unwrap().name, "x");
        for broken in [
            json!({}),
            json!({"id": "x1", "username": "x"}),
            json!({"id": "1", "username": " "}),
            json!({"id": 1}),
        ] {
            assert!(parse(&broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn only_the_end_of_a_picture_s_name_changes() {
        for (url, expected) in [
            ("https://pbs.twimg.com/a_normal.b/pic.png", "https://pbs.twimg.com/a_normal.b/pic.png"),
            ("https://pbs.twimg.com/pic_normal.png", "https://pbs.twimg.com/pic_400x400.png"),
            ("https://pbs.twimg.com/pic.png", "https://pbs.twimg.com/pic.png"),
            ("javascript:alert(1)", ""),
            ("", ""),
        ] {
            assert_eq!(large_picture(url), expected);
        }
    }
}
