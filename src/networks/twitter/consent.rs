//! The consent of X: OAuth 2.0 with PKCE. X names no account in its token answer, so a second request asks who it is.

use std::{borrow::Cow, sync::Arc};

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use futures_util::future::BoxFuture;
use oauth2::{
    AccessToken, AsyncHttpClient, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RefreshToken, RequestTokenError, Scope, TokenResponse as _, TokenUrl, basic::BasicClient,
    basic::BasicTokenResponse, http,
};
use reqwest::{
    Method, Request, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use secrecy::{ExposeSecret as _, SecretString};
use url::form_urlencoded;

use super::{Network, TWITTER, profile};
use crate::{
    networks::consent::{
        Answer, Attempt, Consent, Identified, Pair,
        http::Http,
        verdict::{self, Failure, Presented},
    },
    settings::{LASTING_SCOPE, Settings},
};

const PAGE_HOST: &str = "https://x.com";
const API_HOST: &str = "https://api.x.com";
const AUTHORIZE_PATH: &str = "/i/oauth2/authorize";
const TOKEN_PATH: &str = "/2/oauth2/token";
const REVOCATION_PATH: &str = "/2/oauth2/revoke";
const PROFILE_PATH: &str = "/2/users/me?user.fields=profile_image_url,verified,verified_type";

type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

struct X {
    client: Client,
    scopes: Vec<Scope>,
    profile_url: Url,
    revocation_url: Url,
    credentials: Credentials,
    http: Http,
}

/// Of the app. A public client has no secret.
struct Credentials {
    client_id: String,
    client_secret: Option<SecretString>,
}

/// `None` if the operator has set up no app.
pub fn configured(settings: &Settings) -> anyhow::Result<Option<Arc<dyn Consent>>> {
    let Some(client_id) = &settings.x_client_id else { return Ok(None) };
    let base = settings.x_base_url.as_deref();
    let (page_host, api_host) = (base.unwrap_or(PAGE_HOST), base.unwrap_or(API_HOST));
    let mut client = oauth2::basic::BasicClient::new(ClientId::new(client_id.clone()))
        .set_auth_uri(AuthUrl::new(format!("{page_host}{AUTHORIZE_PATH}"))?)
        .set_token_uri(TokenUrl::new(format!("{api_host}{TOKEN_PATH}"))?);
    if let Some(secret) = &settings.x_client_secret {
        client = client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
    }
    let api_url = |path: &str| Url::parse(&format!("{api_host}{path}")).context("X's URL is invalid");
    Ok(Some(Arc::new(X {
        client,
        scopes: settings.x_scopes.iter().cloned().map(Scope::new).collect(),
        profile_url: api_url(PROFILE_PATH)?,
        revocation_url: api_url(REVOCATION_PATH)?,
        credentials: Credentials {
            client_id: client_id.clone(),
            client_secret: settings.x_client_secret.clone(),
        },
        http: Http::new()?,
    })))
}

impl Consent for X {
    fn network(&self) -> &'static Network {
        &TWITTER
    }

    fn authorize_url(&self, attempt: &Attempt, state: &SecretString) -> Result<SecretString, Failure> {
        let state = CsrfToken::new(state.expose_secret().to_owned());
        let (mut url, _) = self
            .client
            .authorize_url(|| state)
            .add_scopes(self.scopes.iter().cloned())
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier(attempt)))
            .set_redirect_uri(Cow::Owned(redirect_url(attempt)?))
            .url();
        // X documents spaces as `%20`; a plus that is meant is encoded already.
        let query = url.query().unwrap_or_default().replace('+', "%20");
        url.set_query(Some(&query));
        Ok(String::from(url).into())
    }

    fn redeem<'a>(&'a self, attempt: &'a Attempt, code: &'a SecretString) -> Answer<'a, Pair> {
        Box::pin(async move {
            let answer = self
                .client
                .exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()))
                .set_pkce_verifier(verifier(attempt))
                .set_redirect_uri(Cow::Owned(redirect_url(attempt)?))
                .request_async(&TokenEndpoint { http: self.http.clone(), presented: Presented::Code })
                .await
                .map_err(to_failure)?;
            lasting(pair(&answer))
        })
    }

    fn identify<'a>(&'a self, access_token: &'a SecretString) -> Answer<'a, Identified> {
        Box::pin(async move {
            let mut request = Request::new(Method::GET, self.profile_url.clone());
            request
                .headers_mut()
                .insert(AUTHORIZATION, authorization("Bearer", access_token.expose_secret())?);
            let body = verdict::sort(Presented::AccessToken, &self.http.send(request).await?)?;
            let profile = profile::parse(&body["data"])?;
            Ok(Identified { holder_id: profile.external_id.clone(), profiles: vec![profile] })
        })
    }

    fn refresh<'a>(&'a self, refresh_token: &'a SecretString) -> Answer<'a, Pair> {
        Box::pin(async move {
            let answer = self
                .client
                .exchange_refresh_token(&RefreshToken::new(refresh_token.expose_secret().to_owned()))
                .request_async(&TokenEndpoint { http: self.http.clone(), presented: Presented::RefreshToken })
                .await
                .map_err(to_failure)?;
            Ok(pair(&answer))
        })
    }

    fn revoke<'a>(&'a self, token: &'a SecretString) -> Answer<'a, ()> {
        Box::pin(async move {
            let reply = self.http.send(self.revocation(token)?).await?;
            match verdict::sort(Presented::Revocation, &reply) {
                Ok(_) | Err(Failure::Dead(_)) => Ok(()),
                Err(failure) => Err(failure),
            }
        })
    }
}

impl X {
    /// Built here, because `oauth2` sends no revocation over http, and a test peer has no TLS.
    fn revocation(&self, token: &SecretString) -> Result<Request, Failure> {
        let Credentials { client_id, client_secret } = &self.credentials;
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("token", token.expose_secret());
        let mut request = Request::new(Method::POST, self.revocation_url.clone());
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        match client_secret {
            Some(secret) => {
                let encode =
                    |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                let pair = format!("{}:{}", encode(client_id), encode(secret.expose_secret()));
                headers.insert(AUTHORIZATION, authorization("Basic", &STANDARD.encode(pair))?);
            }
            None => {
                form.append_pair("client_id", client_id);
            }
        }
        *request.body_mut() = Some(form.finish().into());
        Ok(request)
    }
}

/// Sends what the library has built. A reply that is no result becomes a failure here, because the library does not know
/// X's errors.
struct TokenEndpoint {
    http: Http,
    presented: Presented,
}

impl<'c> AsyncHttpClient<'c> for TokenEndpoint {
    type Error = Failure;
    type Future = BoxFuture<'c, Result<HttpResponse, Failure>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let request = Request::try_from(request).map_err(|_| ours("a request to X cannot be built"))?;
            let reply = self.http.send(request).await?;
            verdict::sort(self.presented, &reply)?;
            http::Response::builder()
                .status(reply.status)
                .body(reply.body)
                .map_err(|_| ours("an answer of X cannot be passed on"))
        })
    }
}

fn verifier(attempt: &Attempt) -> PkceCodeVerifier {
    PkceCodeVerifier::new(attempt.verifier.expose_secret().to_owned())
}

fn redirect_url(attempt: &Attempt) -> Result<RedirectUrl, Failure> {
    RedirectUrl::new(attempt.redirect_url.clone()).map_err(|_| ours("the callback address is no URL"))
}

fn authorization(scheme: &str, credentials: &str) -> Result<HeaderValue, Failure> {
    let value = HeaderValue::try_from(format!("{scheme} {credentials}"));
    let mut value = value.map_err(|_| Failure::wait("a token that no header can hold"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn to_failure<T: oauth2::ErrorResponse>(error: RequestTokenError<Failure, T>) -> Failure {
    match error {
        RequestTokenError::Request(failure) => failure,
        // Its texts quote the answer.
        _ => Failure::wait("a token answer without a token type"),
    }
}

fn pair(answer: &BasicTokenResponse) -> Pair {
    let refresh_token = answer.refresh_token().map(|token| token.secret().as_str());
    let scopes = answer.scopes().into_iter().flatten().map(|scope| scope.to_string());
    Pair {
        access_token: AccessToken::secret(answer.access_token()).as_str().into(),
        refresh_token: refresh_token.filter(|text| !text.is_empty()).map(SecretString::from),
        scopes: scopes.filter(|scope| !scope.is_empty()).collect(),
        lifetime: answer.expires_in().and_then(|lifetime| TimeDelta::from_std(lifetime).ok()),
    }
}

/// The pair of a consent, if it can be refreshed.
fn lasting(pair: Pair) -> Result<Pair, Failure> {
    let names_other_scopes =
        !pair.scopes.is_empty() && !pair.scopes.iter().any(|scope| scope == LASTING_SCOPE);
    if pair.refresh_token.is_none() || names_other_scopes { Err(Failure::NotLasting) } else { Ok(pair) }
}

fn ours(sentence: &str) -> Failure {
    Failure::Ours(sentence.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn x(secret: Option<&str>) -> Arc<dyn Consent> {
        let settings = Settings {
            x_client_id: Some("client".to_owned()),
            x_client_secret: secret.map(SecretString::from),
            ..Settings::default()
        };
        configured(&settings).unwrap().unwrap()
    }

    #[test]
    fn the_page_is_x_s_own_and_gets_no_secret() {
        let attempt = Attempt {
            redirect_url: "https://roster.example.com/oauth/twitter/callback".into(),
            verifier: "v".repeat(43).into(),
        };
        let url = x(Some("hunter2")).authorize_url(&attempt, &"7-state".into()).unwrap();
        let url = url.expose_secret();
        assert!(
            url.starts_with(
                "https://x.com/i/oauth2/authorize?response_type=code&client_id=client&state=7-state&"
            ),
            "{url}"
        );
        assert!(url.contains("&code_challenge_method=S256&"), "{url}");
        assert!(
            url.contains("redirect_uri=https%3A%2F%2Froster.example.com%2Foauth%2Ftwitter%2Fcallback"),
            "{url}"
        );
        assert!(
            url.contains("scope=users.read%20tweet.read%20tweet.write%20media.write%20offline.access"),
            "{url}"
        );
        assert!(!url.contains("hunter2") && !url.contains(&"v".repeat(43)), "{url}");
    }

    #[test]
    fn is_not_configured_without_an_app() {
        assert!(configured(&Settings::default()).unwrap().is_none());
    }
}
