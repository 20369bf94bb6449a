//! The operator's settings, loaded once at start from flags, environment variables and a file.
//! [`key::KEYS`] describes every setting. An invalid value is an error that names the setting.

use std::{
    net::{IpAddr, SocketAddr},
    ops::RangeInclusive,
    path::PathBuf,
    time::Duration,
};

use anyhow::ensure;
use secrecy::SecretString;
use url::Url;

pub use self::{
    address_range::AddressRange,
    choice::{LogFormat, Pooler, SignUp},
    layers::{Texts, unknown_variables},
    shape::LASTING_SCOPE,
    webhook_host::WebhookHost,
};
use self::{given::Given, layers::Layers};

mod address_range;
mod choice;
pub mod environment;
mod given;
pub mod key;
mod layers;
mod shape;
mod webhook_host;

/// All settings, parsed and valid. [`key::KEYS`] says what each is for.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Host and port, such as `127.0.0.1:3000`.
    pub listen: String,
    pub data_dir: PathBuf,
    /// `None` means SQLite in the data directory.
    pub database_url: Option<SecretString>,
    /// `None` means `roster.key` in the data directory; use [`Settings::key_file`].
    pub key_file: Option<PathBuf>,
    /// An http or https URL without a slash at its end.
    pub public_url: Option<String>,
    pub sign_up: SignUp,
    pub trusted_proxies: Vec<AddressRange>,
    /// The name of the header in which trusted proxies name the client.
    pub client_header: String,
    /// As browsers send them in `Origin`: scheme, host, and the port unless it is the scheme's default.
    pub cors_origins: Vec<String>,
    pub database_connections: u32,
    /// `None` means that a start finds out whether there is one.
    pub database_pooler: Option<Pooler>,
    /// 0 means that the disk may become full.
    pub min_free_disk_percent: u32,
    /// 0 means one for each core.
    pub workers: usize,
    /// How long readiness is 503 before the service stops.
    pub drain_seconds: u64,
    /// How long a client may take nothing of its answer.
    pub answer_timeout: Duration,
    /// For the answers that clients have not taken yet, in MB.
    pub answer_memory_mb: u32,
    /// 0 turns the check off.
    pub min_free_memory_mb: u32,
    pub smtp_url: Option<SecretString>,
    pub mail_from: Option<String>,
    /// `None` means that accounts on X are connected by pasted tokens.
    pub x_client_id: Option<String>,
    /// `None` means a public client.
    pub x_client_secret: Option<SecretString>,
    /// With [`LASTING_SCOPE`].
    pub x_scopes: Vec<String>,
    /// Scheme, host and port in place of X's, without a slash at the end.
    pub x_base_url: Option<String>,
    /// Compared as texts.
    pub return_urls: Vec<String>,
    pub webhook_hosts: Vec<WebhookHost>,
    /// For how many days events are kept.
    pub events_days: u32,
    pub log: String,
    pub log_format: LogFormat,
    /// Attempts per minute.
    pub sign_in_per_account: u32,
    /// Attempts per minute.
    pub sign_in_per_account_in_all: u32,
    /// Attempts per minute.
    pub sign_in_per_address: u32,
    /// Registrations per hour.
    pub registrations_per_address: u32,
    pub argon2_memory_kib: u32,
    pub argon2_passes: u32,
}

impl Settings {
    /// `flags` by setting name, `environment` by variable name; either may name the settings file.
    /// The error names the invalid setting and where it was set.
    pub fn load(flags: &Texts, environment: &Texts) -> anyhow::Result<Self> {
        Self::from_layers(&Layers::load(flags, environment)?)
    }

    pub fn key_file(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.data_dir.join("roster.key"))
    }

    /// The URL of the service: the public URL, or else the bound address, or else the address to listen on.
    pub fn base_url(&self, bound: Option<SocketAddr>) -> String {
        let bound = || {
            bound.map_or_else(|| self.listen.clone(), |address| loopback_if_unspecified(address).to_string())
        };
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", bound()))
    }

    /// The URL of the service for programs on this machine.
    pub fn local_url(&self) -> String {
        let address = self.listen.parse().map(|address| loopback_if_unspecified(address).to_string());
        format!("http://{}", address.unwrap_or_else(|_| self.listen.clone()))
    }

    /// The path of the public URL, such as `/roster`, if a proxy serves us below a path of its host; otherwise `""`.
    pub fn base_path(&self) -> String {
        let url = self.public_url.as_deref().and_then(|url| Url::parse(url).ok());
        url.map(|url| url.path().trim_end_matches('/').to_owned()).unwrap_or_default()
    }

    /// The URL to which a network returns the browser, exactly as the network has to know it.
    pub fn callback_url(&self, network: &str) -> String {
        format!("{}/oauth/{network}/callback", self.base_url(self.listen.parse().ok()))
    }

    /// A link to one of our pages. Its secret is in the URL's fragment, which browsers do not send to servers.
    pub fn link(&self, fragment: &str) -> String {
        format!("{}/#/{fragment}", self.base_url(self.listen.parse().ok()))
    }

    /// Whether the peer is a trusted proxy, whose client header is used.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|range| range.contains(peer))
    }

    fn from_layers(layers: &Layers) -> anyhow::Result<Self> {
        const ATTEMPTS: RangeInclusive<u32> = 1..=1_000_000;
        let settings = Self {
            listen: layers.required("listen")?.text_if(shape::is_listener)?,
            data_dir: layers.required("data_dir")?.parse()?,
            database_url: layers.optional("database_url", Given::secret)?,
            key_file: layers.optional("key_file", Given::parse)?,
            public_url: layers
                .optional("public_url", |given| given.text_if(shape::is_web_url))?
                .map(|url| url.trim_end_matches('/').to_owned()),
            sign_up: layers.required("sign_up")?.parse()?,
            trusted_proxies: layers.optional("trusted_proxies", Given::list)?.unwrap_or_default(),
            client_header: layers.required("client_header")?.text_if(shape::is_header)?,
            cors_origins: layers
                .optional("cors_origins", |given| given.list_if(shape::is_origin))?
                .unwrap_or_default(),
            database_connections: layers.required("database_connections")?.number(1..=1000)?,
            database_pooler: layers.optional("database_pooler", Given::parse)?,
            min_free_disk_percent: layers.required("min_free_disk_percent")?.number(0..=100)?,
            workers: layers.required("workers")?.number(0..=1024)?,
            drain_seconds: layers.required("drain_seconds")?.number(0..=600)?,
            answer_timeout: Duration::from_secs(layers.required("answer_timeout")?.number(1..=3_600)?),
            answer_memory_mb: layers.required("answer_memory_mb")?.number(1..=65_536)?,
            min_free_memory_mb: layers.required("min_free_memory_mb")?.number(0..=65_536)?,
            smtp_url: layers.optional("smtp_url", |given| given.secret_if(shape::is_smtp_url))?,
            mail_from: layers.optional("mail_from", |given| given.text_if(shape::is_mailbox))?,
            x_client_id: layers.optional("x_client_id", |given| given.text_if(shape::is_client_id))?,
            x_client_secret: layers.optional("x_client_secret", Given::secret)?,
            x_scopes: layers
                .required("x_scopes")?
                .text_if(shape::are_lasting_scopes)?
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            x_base_url: layers
                .optional("x_base_url", |given| given.text_if(shape::is_host))?
                .map(|url| url.trim_end_matches('/').to_owned()),
            return_urls: layers
                .optional("return_urls", |given| given.list_if(shape::is_return_url))?
                .unwrap_or_default(),
            webhook_hosts: layers.optional("webhook_hosts", Given::list)?.unwrap_or_default(),
            events_days: layers.required("events_days")?.number(1..=36_500)?,
            log: layers.required("log")?.parse()?,
            log_format: layers.required("log_format")?.parse()?,
            sign_in_per_account: layers.required("sign_in_per_account")?.number(ATTEMPTS)?,
            sign_in_per_account_in_all: layers.required("sign_in_per_account_in_all")?.number(ATTEMPTS)?,
            sign_in_per_address: layers.required("sign_in_per_address")?.number(ATTEMPTS)?,
            registrations_per_address: layers.required("registrations_per_address")?.number(ATTEMPTS)?,
            argon2_memory_kib: layers.required("argon2_memory_kib")?.number(8..=262_144)?,
            argon2_passes: layers.required("argon2_passes")?.number(1..=16)?,
        };
        ensure!(
            settings.smtp_url.is_none() || settings.mail_from.is_some(),
            "smtp_url is set, so mail_from is needed too: the address our mail comes from"
        );
        ensure!(
            settings.x_client_secret.is_none() || settings.x_client_id.is_some(),
            "x_client_secret is set, so x_client_id is needed too: the client id of the same app"
        );
        Ok(settings)
    }
}

/// The defaults only, without variables or a file.
impl Default for Settings {
    fn default() -> Self {
        Self::load(&Texts::new(), &Texts::new()).expect("every default is a value its setting accepts")
    }
}

/// Replaces `0.0.0.0` and `::`, which a browser cannot open, by the loopback address.
fn loopback_if_unspecified(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => ([127, 0, 0, 1], v4.port()).into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => ([0, 0, 0, 0, 0, 0, 0, 1], v6.port()).into(),
        other => other,
    }
}

#[cfg(test)]
mod tests;
