//! The request that connects an account, personal or the workspace's. Parameters have general names; a network has its
//! own names for some of them.

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::{
    db::{Conn, types::Uuid},
    error::Result,
    models::{
        consent::connecting::ConsentedAccount,
        location::Location,
        session::{Admin, Member},
        social_account::{
            NewAccount, Profile, Progress, TokenSource, connecting::Connected, identity::Handle,
        },
        vault::Vault,
    },
    networks::Network,
    parameters::{Choices, Field, Fields, Kind, OneOf, Rule, Secret, Text, kind::Schemas, parameters},
};

parameters! {
    /// The body that connects a Network account.
    pub struct NewNetworkAccount {
        account: NetworkConnection,
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

parameters! {
    /// An account that was granted on Network's own page.
    pub struct NetworkConsentParams {
        /// A finished consent of the same person for the same side. It takes the place of everything else.
        #[schema(example = "018f0c1e-7b7a-7c3e-8a53-0b5f6b1a2c3d")]
        consent_id: Text<255>,
        /// The screen from which it is connected; absent: the one of the consent.
        location: Option<OneOf<Location>>,
    }
}

/// An account to connect, by a token that is sent, or by a consent.
pub enum NetworkConnection {
    Pasted(NetworkAccountParams),
    Consented(NetworkConsentParams),
}

/// The parameters that no request sends beside a consent.
const NOT_WITH_CONSENT: [&str; 2] = ["token", "external_id"];

impl Kind for NetworkConnection {
    type Value = Self;

    fn parse(field: &Field<'_>) -> Option<Self> {
        let object = field.as_object()?;
        if object.field("consent_id").is_none_or(|sent| sent.is_empty()) {
            return <NetworkAccountParams as Fields>::parse(&object).map(Self::Pasted);
        }
        let parsed = <NetworkConsentParams as Fields>::parse(&object);
        let mut is_alone = true;
        for name in NOT_WITH_CONSENT {
            if let Some(sent) = object.field(name).filter(|sent| !sent.is_empty()) {
                sent.add_problem(
                    "not_with_consent",
                    sent.sentence("cannot be sent together with consent_id"),
                );
                is_alone = false;
            }
        }
        parsed.filter(|_| is_alone).map(Self::Consented)
    }

    fn schema() -> Value {
        json!({ "anyOf": [
            <NetworkAccountParams as Kind>::schema(),
            <NetworkConsentParams as Kind>::schema(),
        ] })
    }

    fn optional_schema() -> Value {
        Self::schema()
    }

    fn add_schemas(schemas: &mut Schemas) {
        <NetworkAccountParams as Kind>::add_schemas(schemas);
        <NetworkConsentParams as Kind>::add_schemas(schemas);
    }
}

impl NetworkConnection {
    /// The account to connect on this network.
    pub fn on(self, network: &'static Network) -> Connecting {
        match self {
            Self::Pasted(params) => Connecting::Pasted(Box::new(params.into_new_account(network))),
            Self::Consented(params) => Connecting::Consented(ConsentedAccount {
                // No consent has the id nil.
                id: Uuid(params.consent_id.parse().unwrap_or_default()),
                network,
                location: params.location,
            }),
        }
    }
}

/// What a request connects.
pub enum Connecting {
    Pasted(Box<NewAccount>),
    Consented(ConsentedAccount),
}

impl Connecting {
    /// The account, if its token was sent.
    pub fn pasted(&self) -> Option<&NewAccount> {
        match self {
            Self::Pasted(new) => Some(new.as_ref()),
            Self::Consented(_) => None,
        }
    }

    pub fn for_workspace(&self, conn: &mut Conn, vault: &Vault, admin: &Admin) -> Result<Connected> {
        match self {
            Self::Pasted(new) => admin.connect(conn, vault, new),
            Self::Consented(wanted) => admin.connect_consented(conn, vault, wanted),
        }
    }

    pub fn for_person(&self, conn: &mut Conn, vault: &Vault, member: &Member) -> Result<Connected> {
        match self {
            Self::Pasted(new) => member.connect_personally(conn, vault, new),
            Self::Consented(wanted) => member.connect_consented_personally(conn, vault, wanted),
        }
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
    fn into_new_account(self, network: &Network) -> NewAccount {
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
            source: TokenSource::Pasted,
            progress: Progress::default(),
            account_verified: self.account_verified,
            location: self.location,
            parameter: format!("{}.{}", network.account, network.external_id),
        }
    }
}
