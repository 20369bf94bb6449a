//! The documented request of both creates: eight parameters, the same on either side.

use serde_json::Value;

use crate::{
    models::{
        location::Location,
        social_account::{NewAccount, Profile, Progress, identity::Handle},
    },
    networks::TWITTER,
    parameters::{Choices, Field, Kind, OneOf, Rule, Secret, Text, parameters},
};

parameters! {
    /// The body that connects a Twitter account.
    pub struct NewTwitterAccount {
        twitter_account: TwitterAccountParams,
    }

    pub struct TwitterAccountParams {
        /// Sealed at rest, never shown again.
        #[schema(example = "TWITTER_TOKEN")]
        twitter_token: Secret<4096>,
        /// What the account is recognised by. Sealed at rest, never shown again.
        #[schema(example = "TWITTER_UID")]
        twitter_uid: Secret<4096>,
        /// The display name.
        #[schema(example = "NAME")]
        screen_name: Text<255>,
        /// Given back as it came, never fetched.
        #[schema(example = "LOGO_URL")]
        logo_url: Text<2048>,
        #[schema(example = true)]
        account_verified: Option<bool>,
        /// The handle.
        #[schema(example = "SCREEN_NAME")]
        twitter_nickname: EnteredHandle,
        /// The screen it was connected from. Stored, never returned.
        location: Option<OneOf<Location>>,
    }
}

impl Choices for Location {
    type Value = Self;
    const ALL: &'static [Self] = &Self::ALL;
}

/// A handle as entered, and what it is compared by.
pub struct EnteredHandle {
    pub text: String,
    pub handle: Handle,
}

impl Kind for EnteredHandle {
    type Value = Self;

    fn parse(field: &Field<'_>) -> Option<Self> {
        let text = Text::<255>::parse(field)?;
        let handle = field.checked(Handle::parse(&text).ok_or(Rule::NotBlank))?;
        Some(Self { text, handle })
    }

    fn schema() -> Value {
        let mut schema = Text::<255>::schema();
        schema["pattern"] = r"^[^\u0000]*[^\s@\u0000][^\u0000]*$".into();
        schema
    }

    fn optional_schema() -> Value {
        Text::<255>::optional_schema()
    }
}

impl From<TwitterAccountParams> for NewAccount {
    fn from(account: TwitterAccountParams) -> Self {
        Self {
            uuid: None,
            provider: TWITTER.name.to_owned(),
            external_id: Some(account.twitter_uid),
            handle: account.twitter_nickname.handle,
            twitter_nickname: account.twitter_nickname.text,
            profile: Some(Profile { screen_name: account.screen_name, logo_url: account.logo_url }),
            access_token: Some(account.twitter_token),
            refresh_token: None,
            progress: Progress::default(),
            account_verified: account.account_verified,
            location: account.location,
            named_by: TWITTER.external_id,
        }
    }
}
