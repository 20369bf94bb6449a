//! The documented request of both creates: eight parameters, the same on either side.

use utoipa::{ToSchema, openapi::Object};

use crate::{
    controllers::openapi,
    error::{Error, Result},
    models::{
        location::Location,
        social_account::{Connection, TWITTER, identity::Handle},
    },
    parameters::{Parameters, inspect::inspect},
};

const NAMED_BY: &str = "twitter_account.twitter_uid";

/// The body that connects a Twitter account.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct NewTwitterAccount {
    twitter_account: TwitterAccountParams,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct TwitterAccountParams {
    /// Sealed at rest, never shown again.
    #[schema(example = "TWITTER_TOKEN", max_length = 4096)]
    twitter_token: String,
    /// What the account is recognised by. Sealed at rest, never shown again.
    #[schema(example = "TWITTER_UID", max_length = 4096)]
    twitter_uid: String,
    /// The display name.
    #[schema(example = "NAME", max_length = 255)]
    screen_name: String,
    /// Given back as it came, never fetched.
    #[schema(example = "LOGO_URL", max_length = 2048)]
    logo_url: String,
    #[schema(example = true)]
    account_verified: Option<bool>,
    /// The handle.
    #[schema(example = "SCREEN_NAME", max_length = 255, pattern = r"^[^\u0000]*[^\s@\u0000][^\u0000]*$")]
    twitter_nickname: String,
    /// The screen it was connected from. Stored, never returned.
    #[schema(schema_with = locations)]
    location: Option<String>,
}

pub fn locations() -> Object {
    openapi::one_of(&Location::ALL)
}

pub fn read(params: &Parameters) -> Result<Connection> {
    let (connection, handle) = params.read(|root| {
        let account = root.hash("twitter_account");
        let access_token = account.secret("twitter_token", 4_096);
        let external_id = account.secret("twitter_uid", 4_096);
        let screen_name = account.string("screen_name", 255);
        let logo_url = account.string("logo_url", 2_048);
        let account_verified = account.optional_boolean("account_verified");
        let twitter_nickname = account.string("twitter_nickname", 255);
        let handle = Handle::parse(&twitter_nickname);
        if handle.is_none() {
            account.object_to("twitter_nickname", "blank", nothing_behind(&twitter_nickname));
        }
        let location = account.optional_one_of("location", &Location::ALL);
        let connection = move |handle| Connection {
            provider: TWITTER,
            external_id: Some(external_id),
            handle,
            access_token,
            screen_name,
            twitter_nickname,
            logo_url,
            account_verified,
            location,
            named_by: NAMED_BY,
        };
        (connection, handle)
    })?;
    handle.map(connection).ok_or_else(|| Error::ours("a handle without a name was let through"))
}

/// Every handle has something behind its sign.
fn nothing_behind(twitter_nickname: &str) -> String {
    format!(
        "Invalid parameter 'twitter_nickname' value {}: can't be blank",
        inspect(&twitter_nickname.into())
    )
}
