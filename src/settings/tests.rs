//! Every source of settings, and the messages about invalid values.

use std::fs;

use rstest::rstest;
use secrecy::ExposeSecret;
use tempfile::TempDir;

use super::*;

fn texts<const N: usize>(pairs: [(&str, &str); N]) -> Texts {
    pairs.map(|(name, text)| (name.to_owned(), text.to_owned())).into()
}

/// The settings from a file with this content, and the file's path.
fn from_file(content: &str) -> (anyhow::Result<Settings>, String) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("roster.toml").display().to_string();
    fs::write(&path, content).unwrap();
    (Settings::load(&Texts::new(), &texts([("ROSTER_CONFIG", &path)])), path)
}

fn refusal(settings: anyhow::Result<Settings>) -> String {
    format!("{:#}", settings.expect_err("invalid settings"))
}

#[test]
fn defaults_are_the_documented_ones() {
    let settings = Settings::default();
    assert_eq!(settings.listen, "127.0.0.1:3000");
    assert_eq!(settings.key_file(), PathBuf::from("data/roster.key"));
    assert!(settings.database_url.is_none() && settings.public_url.is_none() && settings.smtp_url.is_none());
    assert_eq!((settings.sign_up, settings.log_format), (SignUp::Open, LogFormat::Text));
    assert_eq!((settings.database_connections, settings.workers), (10, 0));
    let throttles = (
        settings.sign_in_per_account_in_all,
        settings.sign_in_per_address,
        settings.registrations_per_address,
    );
    assert_eq!(throttles, (600, 60, 20));
    assert_eq!(settings.sign_in_per_account, 10);
    assert_eq!((settings.argon2_memory_kib, settings.argon2_passes), (19456, 2));
}

#[test]
fn flags_override_variables_override_the_file_overrides_defaults() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("roster.toml");
    fs::write(&path, "workers = 1\nargon2_passes = 1\nsign_in_per_account_in_all = 1\n").unwrap();
    let path = path.display().to_string();
    let environment =
        texts([("ROSTER_CONFIG", &path), ("ROSTER_WORKERS", "2"), ("ROSTER_ARGON2_PASSES", "2")]);
    let settings = Settings::load(&texts([("workers", "3")]), &environment).unwrap();
    assert_eq!((settings.workers, settings.argon2_passes), (3, 2));
    assert_eq!((settings.sign_in_per_account_in_all, settings.sign_in_per_address), (1, 60));
}

#[test]
fn loads_every_key_of_a_file() {
    let (settings, _) = from_file(
        r#"
        listen = "[::]:80"
        data_dir = "/var/lib/roster"
        database_url = "postgres://roster:hunter2@db/roster"
        key_file = "/etc/roster.key"
        public_url = "https://roster.example.com/"
        sign_up = "invited"
        trusted_proxies = ["10.0.0.0/8", "::1"]
        client_header = "X-Real-IP"
        cors_origins = "https://a.example.com, http://localhost:8080"
        database_connections = 3
        database_pooler = "transaction"
        min_free_disk_percent = 13
        workers = 4
        drain_seconds = 10
        answer_timeout = 11
        answer_memory_mb = 12
        min_free_memory_mb = 14
        smtp_url = "smtps://mail:hunter2@mail.example.com"
        mail_from = "Roster <roster@example.com>"
        x_client_id = "client"
        x_client_secret = "hunter2"
        x_scopes = "users.read offline.access"
        x_base_url = "http://127.0.0.1:4000/"
        return_urls = ["https://app.example.com/connected"]
        webhook_hosts = ["n8n:5678", "hooks.example.com"]
        events_days = 15
        log = "debug"
        log_format = "json"
        sign_in_per_account = 4
        sign_in_per_account_in_all = 5
        sign_in_per_address = 6
        registrations_per_address = 7
        argon2_memory_kib = 8
        argon2_passes = 9
        "#,
    );
    let settings = settings.unwrap();
    assert_eq!(
        settings.database_url.as_ref().unwrap().expose_secret(),
        "postgres://roster:hunter2@db/roster"
    );
    assert_eq!(settings.key_file(), PathBuf::from("/etc/roster.key"));
    assert_eq!(format!("{settings:#?}"), SETTINGS_OF_THE_FILE);
}

#[test]
fn accepts_the_usual_name_of_the_database_url() {
    let url = |environment| {
        let settings = Settings::load(&Texts::new(), &environment).unwrap();
        settings.database_url.unwrap().expose_secret().to_owned()
    };
    assert_eq!(url(texts([("DATABASE_URL", "postgres:///usual")])), "postgres:///usual");
    let both = texts([("DATABASE_URL", "postgres:///usual"), ("ROSTER_DATABASE_URL", "postgres:///ours")]);
    assert_eq!(url(both), "postgres:///ours");
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let settings =
        Settings::load(&Texts::new(), &texts([("ROSTER_WORKERS", ""), ("ROSTER_SMTP_URL", "")])).unwrap();
    assert_eq!(settings.workers, 0);
    assert!(settings.smtp_url.is_none());
}

#[rstest]
#[case("listen", "3000")]
#[case("listen", "127.0.0.1:http")]
#[case("public_url", "roster.example.com")]
#[case("public_url", "ftp://example.com")]
#[case("sign_up", "Open")]
#[case("trusted_proxies", "10.0.0.0/8, proxy")]
#[case("client_header", "X-Forwarded-For, X-Real-IP")]
#[case("cors_origins", "*")]
#[case("cors_origins", "https://app.example.com/")]
#[case("cors_origins", "https://app.example.com:443")]
#[case("database_connections", "0")]
#[case("database_connections", "ten")]
#[case("database_pooler", "statement")]
#[case("workers", "-1")]
#[case("mail_from", "nobody")]
#[case("x_client_id", "a b")]
#[case("x_scopes", "users.read tweet.read")]
#[case("return_urls", "http://app.example.com/")]
#[case("return_urls", "https://app.example.com/#connected")]
#[case("return_urls", "https://me:hunter2@app.example.com/")]
#[case("webhook_hosts", "http://n8n:5678")]
#[case("webhook_hosts", "n8n:0")]
#[case("events_days", "0")]
#[case("log_format", "xml")]
#[case("sign_in_per_account_in_all", "0")]
#[case("argon2_memory_kib", "7")]
#[case("argon2_passes", "101")]
fn refuses_invalid_values(#[case] name: &str, #[case] text: &str) {
    let key = key::KEYS.iter().find(|key| key.name == name).unwrap();
    let sentence = |origin: &str| format!("{origin} is {text:?}; it takes {}", key.accepts);
    let by_flag = Settings::load(&texts([(name, text)]), &Texts::new());
    assert_eq!(refusal(by_flag), sentence(&format!("--{}", key.flag())));
    let by_variable = Settings::load(&Texts::new(), &texts([(&key.variable(), text)]));
    assert_eq!(refusal(by_variable), sentence(&key.variable()));
    let (by_file, path) = from_file(&format!("{name} = {text:?}"));
    assert_eq!(refusal(by_file), sentence(&format!("{name} in {path}")));
}

#[test]
fn a_refusal_quotes_no_password() {
    let settings = Settings::load(&Texts::new(), &texts([("ROSTER_SMTP_URL", "imap://me:hunter2@mail")]));
    let refusal = refusal(settings);
    assert!(
        refusal.starts_with("ROSTER_SMTP_URL is not accepted; it takes an smtp:// or smtps:// URL"),
        "{refusal}"
    );
}

#[test]
fn hosts_in_place_of_a_network_are_private() {
    let refused = |text: &str| Settings::load(&texts([("x_base_url", text)]), &Texts::new()).is_err();
    for url in [
        "http://x.example.com",
        "http://10.0.0.1",
        "https://me:hunter2@x.example.com",
        "https://x.example.com/2",
    ] {
        assert!(refused(url), "{url}");
    }
    for url in
        ["https://x.example.com", "http://127.0.0.1:4000/", "http://localhost:4000", "http://[::1]:4000"]
    {
        assert!(!refused(url), "{url}");
    }
}

#[test]
fn a_secret_needs_its_app() {
    let settings = Settings::load(&Texts::new(), &texts([("ROSTER_X_CLIENT_SECRET", "hunter2")]));
    assert!(refusal(settings).contains("x_client_id is needed too"));
}

#[test]
fn mail_needs_a_sender() {
    let settings = Settings::load(&Texts::new(), &texts([("ROSTER_SMTP_URL", "smtp://mail")]));
    assert_eq!(
        refusal(settings),
        "smtp_url is set, so mail_from is needed too: the address our mail comes from"
    );
}

#[test]
fn refuses_an_unknown_key() {
    let (settings, path) = from_file("lisen = \"0.0.0.0:80\"");
    let refusal = refusal(settings);
    assert!(
        refusal.starts_with(&format!("{path} has an unknown key \"lisen\"; the keys are listen, ")),
        "{refusal}"
    );
}

#[test]
fn refuses_an_unreadable_file() {
    let missing = Settings::load(&texts([("config", "/no/such.toml")]), &Texts::new());
    assert!(refusal(missing).starts_with("cannot read the settings file /no/such.toml: "));
    let (broken, path) = from_file("listen = ");
    assert!(refusal(broken).starts_with(&format!("in {path}: ")));
    let (unquoted, _) = from_file("database_url = postgres://ada:s3cret@db/roster");
    assert!(!refusal(unquoted).contains("s3cret"));
}

#[test]
fn finds_misspelt_variables() {
    let environment =
        texts([("ROSTER_LISEN", ""), ("ROSTER_LISTEN", ""), ("ROSTER_CONFIG", ""), ("PATH", "")]);
    assert_eq!(unknown_variables(&environment).collect::<Vec<_>>(), ["ROSTER_LISEN"]);
}

const SETTINGS_OF_THE_FILE: &str = r#"Settings {
    listen: "[::]:80",
    data_dir: "/var/lib/roster",
    database_url: Some(
        SecretBox<str>([REDACTED]),
    ),
    key_file: Some(
        "/etc/roster.key",
    ),
    public_url: Some(
        "https://roster.example.com",
    ),
    sign_up: Invited,
    trusted_proxies: [
        10.0.0.0/8,
        ::1/128,
    ],
    client_header: "X-Real-IP",
    cors_origins: [
        "https://a.example.com",
        "http://localhost:8080",
    ],
    database_connections: 3,
    database_pooler: Some(
        Transaction,
    ),
    min_free_disk_percent: 13,
    workers: 4,
    drain_seconds: 10,
    answer_timeout: 11s,
    answer_memory_mb: 12,
    min_free_memory_mb: 14,
    smtp_url: Some(
        SecretBox<str>([REDACTED]),
    ),
    mail_from: Some(
        "Roster <roster@example.com>",
    ),
    x_client_id: Some(
        "client",
    ),
    x_client_secret: Some(
        SecretBox<str>([REDACTED]),
    ),
    x_scopes: [
        "users.read",
        "offline.access",
    ],
    x_base_url: Some(
        "http://127.0.0.1:4000",
    ),
    return_urls: [
        "https://app.example.com/connected",
    ],
    webhook_hosts: [
        n8n:5678,
        hooks.example.com,
    ],
    events_days: 15,
    log: "debug",
    log_format: Json,
    sign_in_per_account: 4,
    sign_in_per_account_in_all: 5,
    sign_in_per_address: 6,
    registrations_per_address: 7,
    argon2_memory_kib: 8,
    argon2_passes: 9,
}"#;
