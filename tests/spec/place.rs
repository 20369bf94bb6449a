//! The server that an example runs against: one of the test's own with its own database, or the shared one at
//! `ROSTER_SPEC_URL`.

use std::{env, fs};

use roster::settings::{Settings, SignUp};
use serde_json::{Map, Value};

use crate::support::{database::Kind, server::TestApp};

#[derive(Clone, Debug)]
pub enum Place {
    Own(Kind),
    Shared(String),
}

pub enum Server {
    Own(Box<TestApp>),
    Shared(String),
}

impl Place {
    /// All servers that each example runs against.
    pub fn all() -> Vec<Self> {
        match env::var("ROSTER_SPEC_URL") {
            Ok(url) => vec![Self::Shared(url.trim_end_matches('/').to_owned())],
            Err(_) => vec![Self::Own(Kind::Sqlite), Self::Own(Kind::Postgres)],
        }
    }

    pub fn name(&self) -> String {
        match self {
            Self::Own(kind) => kind.to_string(),
            Self::Shared(_) => "shared".to_owned(),
        }
    }

    pub fn server(&self) -> Server {
        match self {
            Self::Own(kind) => Server::Own(Box::new(TestApp::start(*kind))),
            Self::Shared(url) => Server::Shared(url.clone()),
        }
    }
}

impl Server {
    pub fn base_url(&self) -> &str {
        match self {
            Self::Own(app) => &app.base_url,
            Self::Shared(url) => url,
        }
    }

    pub fn own(&mut self) -> Result<&mut TestApp, String> {
        match self {
            Self::Own(app) => Ok(app),
            Self::Shared(_) => Err("this needs a server of the runner's own".to_owned()),
        }
    }

    /// Restarts on the same database; a new key becomes the first of the key file.
    pub fn restart(&mut self, new_key: bool) -> Result<(), String> {
        let app = self.own()?;
        if new_key {
            let path = app.database.folder.path().join("roster.key");
            let keys = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let key = "bmV3IGtleSBmb3IgdGhlIHNwZWMncyByaW5nLCAzMiE=";
            fs::write(&path, format!("{key}\n{keys}")).map_err(|error| error.to_string())?;
        }
        app.restart_with(|_| ());
        Ok(())
    }

    pub fn change_settings(&mut self, changes: &Map<String, Value>) -> Result<(), String> {
        let app = self.own()?;
        let mut settings = app.settings.clone();
        for (key, value) in changes {
            change(&mut settings, key, value)?;
        }
        app.restart_with(|current| *current = settings);
        Ok(())
    }
}

fn change(settings: &mut Settings, key: &str, value: &Value) -> Result<(), String> {
    let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
    match (key, value.as_str(), number) {
        ("sign_up", Some("open"), _) => settings.sign_up = SignUp::Open,
        ("sign_up", Some("invited"), _) => settings.sign_up = SignUp::Invited,
        ("sign_up", Some("closed"), _) => settings.sign_up = SignUp::Closed,
        ("x_client_id", Some(id), _) => settings.x_client_id = Some(id.to_owned()),
        ("cors_origins", Some(origin), _) => settings.cors_origins = vec![origin.to_owned()],
        ("public_url", Some(url), _) => settings.public_url = Some(url.to_owned()),
        ("smtp_url", Some(url), _) => {
            settings.smtp_url = Some(url.into());
            settings.mail_from = Some("roster@example.test".to_owned());
        }
        ("trusted_proxies", Some(address), _) => {
            settings.trusted_proxies = vec![address.parse().map_err(|_| format!("{address} is no range"))?];
        }
        ("answer_memory_mb", _, Some(number)) => settings.answer_memory_mb = number,
        ("client_header", Some(name), _) => name.clone_into(&mut settings.client_header),
        ("sign_in_per_account", _, Some(number)) => {
            settings.sign_in_per_account = number;
        }
        ("sign_in_per_account_in_all", _, Some(number)) => settings.sign_in_per_account_in_all = number,
        ("sign_in_per_address", _, Some(number)) => settings.sign_in_per_address = number,
        ("registrations_per_address", _, Some(number)) => settings.registrations_per_address = number,
        _ => return Err(format!("no example may set {key} to {value}")),
    }
    Ok(())
}
