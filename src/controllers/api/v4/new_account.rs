//! The request that connects an account, personal or the workspace's. Parameters have general names; a network has its
//! own names for some of them.

use secrecy::ExposeSecret as _;
use serde_json::Value;

use crate::{
    models::{
        location::Location,
        social_account::{NewAccount, Profile, Progress, identity::Handle},
    },
    networks::Network,
    parameters::{Choices, Field, Kind, OneOf, Rule, Secret, Text, parameters},
};

parameters! {
    /// The body that connects a Network account.
    pub struct NewNetworkAccount {
        account: NetworkAccountParams,
    }

    pub struct NetworkAccountParams {
        /// The access token. Stored encrypted, never returned.
        #[schema(example = "NETWORK_TOKEN")]
        token: Secret<4096>,
        /// The id of the account at Network, by which it is recognised. Stored encrypted, never returned.
        #[schema(example = "NETWORK_UID")]
        external_id: Secret<4096>,
        /// The display name.
        #[schema(example = "NAME")]
        screen_name: Text<255>,
        /// Returned as it was sent, never fetched.
        #[schema(example = "LOGO_URL")]
        logo_url: Text<2048>,
        #[schema(example = true)]
        account_verified: Option<bool>,
        /// The handle.
        #[schema(example = "SCREEN_NAME")]
        handle: EnteredHandle,
        /// The screen from which it is connected. Stored, never returned.
        location: Option<OneOf<Location>>,
    }
}

impl Choices for Location {
    type Value = Self;
    const ALL: &'static [Self] = &Self::ALL;
}

/// A handle as entered and in its normalised form, by which accounts are compared.
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

impl NetworkAccountParams {
    /// The account to connect on this network.
    pub fn into_new_account(self, network: &Network) -> NewAccount {
        NewAccount {
            uuid: None,
            provider: network.name.to_owned(),
            // As pasted, it may have white space around it.
            external_id: Some(self.external_id.expose_secret().trim().into()),
            handle: self.handle.handle,
            twitter_nickname: self.handle.text,
            profile: Some(Profile { screen_name: self.screen_name, logo_url: self.logo_url }),
            access_token: Some(self.token),
            refresh_token: None,
            progress: Progress::default(),
            account_verified: self.account_verified,
            location: self.location,
            parameter: format!("{}.{}", network.account, network.external_id),
        }
    }
}
