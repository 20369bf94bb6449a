use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Read as _},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::Stdio,
};

use reqwest::Method;
use roster::{crypto::key_ring::KeyRing, models::api_key::Scope};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::{
    commands::run_beside,
    database::{connect, sealed_columns::with_sealed_values},
    on_both_databases,
    rest::caller::Caller,
    support::{
        database::Kind,
        people::{PASSWORD, Person, account, email, sign_in},
        process::Server,
        server::TestApp,
    },
};

/// A workspace in which every sealed column has a value.
struct Full {
    olga: Person,
    program: Caller,
    account_id: i64,
    webhook_id: String,
}

impl Full {
    fn new(app: &TestApp) -> Self {
        let olga = Person::owner(app, "olga");
        let program = Caller::key(app, &olga, &Scope::ALL);
        let account_id = olga.connect("workspaces/twitter_accounts", "lions");
        olga.must(Method::POST, "invites", Some(&json!({"user_emails": [email("mia")]})));
        let webhook = json!({"targetUrl": "https://example.com/hook", "secret": "hush"});
        let (status, answer) = program.post_once("webhooks", "once", &webhook);
        assert_eq!(status, 201, "{answer}");
        let webhook_id = answer["data"]["createWebhook"]["id"].as_str().expect("an id").to_owned();
        let all = program.found("connectedAccounts", &[]);
        let body = json!({"refreshToken": "canary-refresh"});
        let path = format!("connectedAccounts/{}", all[0]["id"].as_str().expect("an id"));
        assert_eq!(program.patch(&path, &body).0, 200);
        Self { olga, program, account_id, webhook_id }
    }

    /// Reads every kind of secret.
    fn expect_readable(&self) {
        let (status, answer) = self.program.get("connectedAccounts");
        let account = &answer["data"]["connectedAccounts"][0];
        assert_eq!((status, &account["accessToken"]), (200, &json!("canary-token")), "{answer}");
        assert_eq!(account["refreshToken"], json!("canary-refresh"));
        let (status, answer) = self.program.get(&format!("webhooks/{}", self.webhook_id));
        assert_eq!((status, &answer["data"]["webhook"]["secret"]), (200, &json!("hush")), "{answer}");
        let webhook = json!({"targetUrl": "https://example.com/hook", "secret": "hush"});
        let (status, again) = self.program.post_once("webhooks", "once", &webhook);
        assert_eq!((status, again["data"]["createWebhook"]["id"].as_str()), (201, Some(&*self.webhook_id)));
        let other = json!({"targetUrl": "https://example.com/other"});
        assert_eq!(self.program.post_once("webhooks", "once", &other).0, 422, "another request");
        let (status, known) = self.olga.post("workspaces/twitter_accounts", &account_of("lions"));
        let id = known["twitter_account"]["id"].as_i64();
        assert_eq!((status, id), (200, Some(self.account_id)), "the identity key stays");
    }
}

fn account_of(uid: &str) -> Value {
    let mut body = account(uid);
    body["twitter_account"]["refresh_token"] = json!("canary-refresh");
    body
}

fn key_file(app: &TestApp) -> PathBuf {
    app.database.folder.path().join("roster.key")
}

fn ring(app: &TestApp) -> KeyRing {
    KeyRing::parse(&fs::read_to_string(key_file(app)).unwrap()).unwrap()
}

/// State and the rest of the line that `roster keys` prints for a key.
fn state(app: &TestApp, id: &str) -> String {
    run_beside(app, &["keys"]).expect_success().line(id)[10..].to_owned()
}

on_both_databases! {
    fn a_rotation_beside_the_service_seals_everything_anew(app: &mut TestApp) {
        let full = Full::new(app);
        full.expect_readable();
        let beside = app.beside();
        let old = ring(app).current_id().to_owned();
        assert!(state(app, &old).starts_with("current  seals and signs; used by "), "{}", state(app, &old));

        let ran = run_beside(app, &["keys", "rotate"]).expect_success();
        let new = ring(app).current_id().to_owned();
        assert_ne!(old, new);
        ran.line(&format!("Put the new key {new} into "));
        ran.line("Sealed ");
        assert_eq!(with_sealed_values(&app.database, &old), ["sealing_keys.proof"]);
        assert!(with_sealed_values(&app.database, &new).len() >= 9);
        full.expect_readable();
        assert_eq!(full.olga.get("users").0, 200, "the old key still signs in");
        assert_eq!(fs::metadata(key_file(app)).unwrap().permissions().mode() & 0o777, 0o600);

        let again = run_beside(app, &["keys", "rotate"]).expect_success();
        again.line("Nothing was sealed anew.");
        assert_eq!(ring(app).current_id(), new, "no further key");
        assert!(state(app, &old).starts_with("unused"), "{}", state(app, &old));
        full.expect_readable();
        drop(beside);
    }

    fn a_retired_key_signs_nobody_in_from_that_moment(app: &mut TestApp) {
        let full = Full::new(app);
        let old = ring(app).current_id().to_owned();
        run_beside(app, &["keys", "retire", &old]).expect_refusal("run `roster keys rotate` first");
        run_beside(app, &["keys", "rotate"]).expect_success();
        let signed_in = sign_in(app, &email("olga"), PASSWORD).1;
        assert_eq!(full.olga.get("users").0, 200);
        let ran = run_beside(app, &["keys", "retire", &old]).expect_success();
        assert_eq!(full.olga.get("users").0, 401, "at once");
        assert_eq!(Caller::session(app, &full.olga).get("people").0, 401);
        let token = signed_in["user"]["auth_token"].as_str().expect("a token");
        let olga = Person { client: full.olga.client.with_token(token), ..full.olga.clone() };
        assert_eq!(olga.get("users").0, 200, "the new key signs");

        ran.line("Delete line 2 of ");
        assert!(state(app, &old).starts_with("retired"), "{}", state(app, &old));
        run_beside(app, &["keys", "retire", &old]).expect_success().line("Key ");
        let doctor = run_beside(app, &["doctor"]).expect_success();
        assert!(doctor.out.contains(&format!("ok   keys: key {old} is retired")), "{doctor:#?}");
        let text = fs::read_to_string(key_file(app)).unwrap();
        fs::write(key_file(app), format!("{}\n", text.lines().next().unwrap())).unwrap();
        app.restart_with(|_| ());
        let full = Full { olga: olga.at(app), program: full.program, ..full };
        full.expect_readable();
        run_beside(app, &["keys", "rotate"]).expect_success().line("Put the new key ");
    }

    fn a_key_that_rows_need_cannot_be_retired(app: &mut TestApp) {
        let full = Full::new(app);
        let old = ring(app).current_id().to_owned();
        let text = fs::read_to_string(key_file(app)).unwrap();
        let new = KeyRing::generate();
        fs::write(key_file(app), format!("{}{text}", new.text().expose_secret())).unwrap();
        app.restart_with(|_| ());
        assert!(state(app, new.current_id()).starts_with("current"));
        run_beside(app, &["keys", "retire", &old])
            .expect_refusal("social_accounts 1, webhooks 1, invites 1, idempotency_keys 1");
        let doctor = run_beside(app, &["doctor"]).expect_success();
        assert!(doctor.out.contains(&format!("rows need the old key {old}; run `roster keys rotate`")), "{doctor:#?}");
        run_beside(app, &["keys", "rotate"]).expect_success().line("Sealed ");
        assert_eq!(ring(app).ids().count(), 2, "no further key");
        run_beside(app, &["keys", "retire", &old]).expect_success();
        run_beside(app, &["keys", "retire", "0000"]).expect_refusal("knows no key");
        full.program.get("connectedAccounts");
    }

    fn a_value_that_nobody_can_open_stays_and_is_named(app: &mut TestApp) {
        Full::new(app);
        let old = ring(app).current_id().to_owned();
        let spoil = format!("UPDATE webhooks SET secret = 'enc:v1:{old}:' || '{}'", "A".repeat(80));
        diesel::RunQueryDsl::execute(diesel::sql_query(spoil), &mut connect(&app.database)).unwrap();
        let ran = run_beside(app, &["keys", "rotate"]);
        assert_eq!(ran.code, Some(1), "{ran:#?}");
        assert!(ran.err.contains("1 rows are not sealed") && ran.err.contains("(webhooks "), "{ran:#?}");
        run_beside(app, &["keys", "retire", &old]).expect_refusal("webhooks 1");
        assert_eq!(with_sealed_values(&app.database, &old), ["sealing_keys.proof", "webhooks.secret"]);
    }
}

/// Two machines, each with a copy of the key file: nothing is sealed before the new key is on both.
#[test]
fn a_rotation_waits_for_a_process_with_another_copy_of_the_key_file() {
    for kind in Kind::available() {
        let app = TestApp::start(kind);
        let full = Full::new(&app);
        let old = ring(&app).current_id().to_owned();
        let elsewhere = tempfile::tempdir().unwrap();
        let copy = elsewhere.path().join("roster.key");
        fs::copy(key_file(&app), &copy).unwrap();
        let mut serving = app.database.serving();
        serving.env("ROSTER_KEY_FILE", &copy);
        let other = Server::start(serving);
        let olga = full.olga.at(&other);
        assert_eq!(olga.get("users").0, 200);
        wait_for_two_holders(&app);

        let mut command = app.database.command();
        command.args(["keys", "rotate"]).stderr(Stdio::piped()).stdout(Stdio::piped());
        let mut rotation = command.spawn().unwrap();
        let mut errors = BufReader::new(rotation.stderr.take().unwrap()).lines();
        let waiting = errors.next().unwrap().unwrap();
        assert!(waiting.starts_with("Waiting until process ") && waiting.contains("copy "), "{waiting}");
        let new = ring(&app).current_id().to_owned();
        assert_eq!(with_sealed_values(&app.database, &new), [""; 0], "nothing is sealed with it yet");
        fs::copy(key_file(&app), &copy).unwrap();
        let mut out = String::new();
        rotation.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        assert!(rotation.wait().unwrap().success(), "{out}");
        assert_eq!(with_sealed_values(&app.database, &old), ["sealing_keys.proof"]);
        full.expect_readable();
        assert_eq!(olga.get("users").0, 200);
    }
}

fn wait_for_two_holders(app: &TestApp) {
    let sql = "SELECT name AS line FROM key_holders";
    while crate::database::catalogue::lines(&mut connect(&app.database), sql).len() < 2 {
        std::thread::yield_now();
    }
}

#[test]
fn only_one_rotation_runs_at_a_time_on_a_machine() {
    let app = TestApp::start(Kind::Sqlite);
    let folder = File::open(app.database.folder.path()).unwrap();
    folder.lock().unwrap();
    run_beside(&app, &["keys", "rotate"]).expect_refusal("Another command is changing the key file");
    assert_eq!(ring(&app).ids().count(), 1);
}
