//! `/oauth/:network/callback`: the browser returns from a network. This changes nothing; it sends the browser on to the
//! page that began, with the answer of the network in the fragment, which no server and no referrer gets to see.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY},
    web::{Data, Path},
};
use secrecy::{ExposeSecret as _, SecretString};
use url::form_urlencoded::{Serializer, parse};

use crate::{
    app::App,
    error::Result,
    models::{
        consent::{
            Refusal,
            returning::{self, Destination},
        },
        lane,
    },
};

/// Neither a network nor this service makes a longer value.
const MAX_VALUE_BYTES: usize = 4_096;
const MAX_ERROR_BYTES: usize = 64;

/// The query of a callback.
#[derive(Default)]
struct Callback {
    state: Option<SecretString>,
    code: Option<SecretString>,
    error: Option<String>,
}

impl Callback {
    fn parse(query: &str) -> Self {
        let mut callback = Self::default();
        for (name, value) in parse(query.as_bytes()).filter(|(_, value)| value.len() <= MAX_VALUE_BYTES) {
            match &*name {
                "state" => callback.state = Some(value.into_owned().into()),
                "code" => callback.code = Some(value.into_owned().into()),
                "error" => callback.error = Some(known_error(&value).to_owned()),
                _ => {}
            }
        }
        callback
    }

    /// The answer of the network as pairs of a form. A code beside an error is left out; an answer with neither gets the
    /// error `invalid_response`.
    fn fragment(&self, id: &str) -> String {
        let mut form = Serializer::new(String::new());
        form.append_pair("id", id);
        match (&self.error, &self.code) {
            (None, Some(code)) => form.append_pair("code", code.expose_secret()),
            (error, _) => form.append_pair("error", error.as_deref().unwrap_or("invalid_response")),
        };
        if let Some(state) = &self.state {
            form.append_pair("state", state.expose_secret());
        }
        form.finish()
    }
}

/// Errors are words of RFC 6749; any other text is replaced.
fn known_error(text: &str) -> &str {
    let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if (1..=MAX_ERROR_BYTES).contains(&text.len()) && is_word(text) { text } else { "invalid_response" }
}

pub async fn show(request: HttpRequest, app: Data<App>, network: Path<String>) -> HttpResponse {
    let callback = Callback::parse(request.query_string());
    let destination = match &callback.state {
        Some(state) => find(&app, network.into_inner(), state.clone()).await,
        None => Ok(None),
    };
    let page = |fragment: &str| format!("{}/#/consent/{fragment}", app.settings.base_path());
    let location = match destination {
        Ok(Some(Destination { id, return_url })) => {
            let fragment = callback.fragment(&id.0.to_string());
            return_url.map_or_else(|| page(&fragment), |url| format!("{url}#{fragment}"))
        }
        Ok(None) => page(&format!("error={}", Refusal::Expired.code())),
        Err(error) => {
            log::warn!("a browser that returns from a network cannot be sent on: {}", error.causes());
            page("error=unavailable")
        }
    };
    HttpResponse::SeeOther()
        .insert_header((LOCATION, location))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish()
}

async fn find(app: &App, network: String, state: SecretString) -> Result<Option<Destination>> {
    let now = app.clock.now();
    let db = app.db.in_lane(lane::of_token(&state));
    db.read(move |conn| returning::destination(conn, &network, &state, now)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fragment_has_what_the_network_answered() {
        let fragment = |query: &str| Callback::parse(query).fragment("7");
        assert_eq!(fragment("state=1-a&code=b%2Fc&x=y"), "id=7&code=b%2Fc&state=1-a");
        assert_eq!(fragment("state=1-a&error=access_denied&code=b"), "id=7&error=access_denied&state=1-a");
        assert_eq!(fragment("state=1-a&error=%3Cscript%3E"), "id=7&error=invalid_response&state=1-a");
        assert_eq!(fragment("state=1-a"), "id=7&error=invalid_response&state=1-a");
        assert_eq!(fragment(&format!("code={}", "x".repeat(5_000))), "id=7&error=invalid_response");
    }
}
