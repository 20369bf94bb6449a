//! The table of all settings: name, purpose, accepted values and default.
//! It defines the flags, the `ROSTER_*` variables, the keys of the file and `--help`; a test compares the README.

/// One setting. `data_dir` is `--data-dir`, `ROSTER_DATA_DIR` and `data_dir = …` in the file.
#[derive(Debug)]
pub struct Key {
    pub name: &'static str,
    pub purpose: &'static str,
    /// Completes "it takes …" in error messages.
    pub accepts: &'static str,
    pub default: Option<&'static str>,
    /// What happens without it, if there is no default; for `--help`.
    pub unset: Option<&'static str>,
}

impl Key {
    /// `ROSTER_DATA_DIR` for `data_dir`.
    pub fn variable(&self) -> String {
        format!("ROSTER_{}", self.name.to_ascii_uppercase())
    }

    /// `data-dir` for `data_dir`.
    pub fn flag(&self) -> String {
        self.name.replace('_', "-")
    }

    /// Whether the value may contain a password. Messages never quote such a value.
    pub fn is_secret(&self) -> bool {
        self.name.ends_with("_secret") || self.name.ends_with("_url") && self.name != "public_url"
    }

    /// One line for `--help` and for the README.
    pub fn description(&self) -> String {
        format!("{}: {}", self.purpose, self.accepts)
    }

    const fn new(name: &'static str, purpose: &'static str, accepts: &'static str) -> Self {
        Self { name, purpose, accepts, default: None, unset: None }
    }

    const fn with_default(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }

    const fn unset(self, instead: &'static str) -> Self {
        Self { unset: Some(instead), ..self }
    }
}

/// The path of the settings file; the only setting that cannot be in that file.
pub const CONFIG: Key =
    Key::new("config", "File that holds these settings", "the path of a TOML file").unset("no file is read");

/// All settings except [`CONFIG`].
#[rustfmt::skip]
pub const KEYS: &[Key] = &[
    Key::new("listen", "Where to listen", "an address and a port").with_default("127.0.0.1:3000"),
    Key::new("data_dir", "Where the database and the key are kept", "a directory, made if it is missing").with_default("data"),
    Key::new("database_url", "The database; DATABASE_URL is read too", "a URL, postgres://… or sqlite://…").unset("SQLite in the data directory"),
    Key::new("key_file", "The keys that seal tokens", "the path of a file").unset("roster.key in the data directory"),
    Key::new("public_url", "The address people reach the service at, for links in mails", "an http or https URL").unset("where it listens"),
    Key::new("sign_up", "Who may register", "open, invited or closed").with_default("open"),
    Key::new("trusted_proxies", "Proxies whose client header is believed", "addresses or CIDR ranges, separated by commas").unset("none"),
    Key::new("client_header", "The header in which those proxies name the client", "the name of one header").with_default("X-Forwarded-For"),
    Key::new("cors_origins", "Sites whose pages may call the API from a browser", "origins such as https://app.example.com, separated by commas").unset("none"),
    Key::new("database_connections", "Connections to the database, for each process", "a whole number from 1 to 1000").with_default("10"),
    Key::new("database_pooler", "For how long a pooler in front of PostgreSQL gives out its connections", "transaction, or session, which is also right without a pooler").unset("a start finds out"),
    Key::new("min_free_disk_percent", "Free space on SQLite's disk, in percent, below which `/health/ready` is 503", "a whole number from 0 to 100").with_default("5"),
    Key::new("workers", "Threads that answer requests", "a whole number from 0, which is one for each core, to 1024").with_default("0"),
    Key::new("drain_seconds", "Seconds for which it answers but is not ready, before it stops", "a whole number from 0 to 600").with_default("0"),
    Key::new("answer_timeout", "Seconds for which a client may take nothing of its answer", "a whole number from 1 to 3600").with_default("30"),
    Key::new("answer_memory_mb", "Memory for answers that clients have not taken yet, in MB; one caller may use a quarter", "a whole number from 1 to 65536").with_default("256"),
    Key::new("min_free_memory_mb", "Free memory of the machine or container (cgroup v2), in MB, below which large bodies and answers get 503", "a whole number from 0 to 65536").with_default("64"),
    Key::new("smtp_url", "The server that sends mail", "an smtp:// or smtps:// URL; ?tls=required, opportunistic or none says how smtp:// uses STARTTLS").unset("no mail is sent"),
    Key::new("mail_from", "The sender of the mail", "an e-mail address, with or without a name"),
    Key::new("x_client_id", "The X app through which people connect accounts", "the client id from X's developer portal").unset("tokens of X are pasted"),
    Key::new("x_client_secret", "The secret of that app", "the client secret from the portal").unset("a public client, which has none"),
    Key::new("x_scopes", "What that app asks for", "scopes separated by spaces, with offline.access among them").with_default("users.read tweet.read tweet.write media.write offline.access"),
    Key::new("x_base_url", "Another host in place of X's, to test with", "an https URL, or an http URL of this machine, without a path").unset("X"),
    Key::new("return_urls", "Pages of other front ends that people may return to from a network", "https URLs, or http URLs of this machine, without a fragment, separated by commas").unset("none"),
    Key::new("webhook_hosts", "Hosts to which webhooks may also be delivered unencrypted and, with a port, at private addresses", "hosts such as n8n:5678, separated by commas").unset("https and public addresses only"),
    Key::new("events_days", "Days for which events, the activity of a workspace, are kept", "a whole number from 1 to 36500").with_default("365"),
    Key::new("log", "What to log", "error, warn, info, debug or trace, or a filter such as warn,roster=debug").with_default("info"),
    Key::new("log_format", "The shape of a log line", "text or json").with_default("text"),
    Key::new("sign_in_per_account", "Sign-in attempts a minute for one account from one address", "a whole number from 1 to 1000000").with_default("10"),
    Key::new("sign_in_per_account_in_all", "Sign-in attempts a minute for one account, from all addresses it is not used at", "a whole number from 1 to 1000000").with_default("600"),
    Key::new("sign_in_per_address", "Sign-in attempts a minute from one address", "a whole number from 1 to 1000000").with_default("60"),
    Key::new("registrations_per_address", "Registrations an hour from one address", "a whole number from 1 to 1000000").with_default("20"),
    Key::new("argon2_memory_kib", "Memory to hash one password, in KiB", "a whole number from 8 to 262144").with_default("19456"),
    Key::new("argon2_passes", "Passes over that memory", "a whole number from 1 to 16").with_default("2"),
];
