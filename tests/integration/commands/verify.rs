//! `roster verify`: a backup that can be restored, and every way in which one cannot.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::{
    commands::run_beside,
    on_both_databases,
    support::{
        database::Kind,
        people::{Person, email},
        process::{self, Ran},
        server::TestApp,
    },
};

/// A backup of one workspace with two accounts and an invite.
fn backed_up(app: &TestApp, folder: &Path) -> PathBuf {
    let olga = Person::owner_of(app, "olga", "Northside \\ \t\u{1F3C8}");
    for uid in ["hawks", "lions"] {
        olga.connect("workspaces/twitter_accounts", uid);
    }
    assert_eq!(olga.post("invites", &json!({"user_emails": [email("guest")]})).0, 201);
    run_beside(app, &["backup", folder.to_str().unwrap()]).expect_success();
    folder.join(if app.database.kind == Kind::Sqlite { "roster.sqlite3" } else { "roster.dump" })
}

fn verify(app: &TestApp, folder: &Path) -> Ran {
    run_beside(app, &["verify", folder.to_str().unwrap()])
}

fn change_manifest(folder: &Path, change: impl FnOnce(&mut Value)) {
    let path = folder.join("manifest.json");
    let mut manifest = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    change(&mut manifest);
    fs::write(path, manifest.to_string()).unwrap();
}

on_both_databases! {
    fn opens_every_secret(app: &mut TestApp) {
        let folder = tempfile::tempdir().unwrap();
        let file = backed_up(app, folder.path());
        let before = fs::read(&file).unwrap();
        let ran = verify(app, folder.path()).expect_success();
        assert!(ran.out.contains(" rows, and all ") && ran.out.contains("secrets open with "), "{ran:#?}");
        let opened: u64 = ran.out.split(" all ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        // Two accounts with a token and an id each, the invite, the identity key, the key's proof, and the jobs.
        assert!(opened >= 7, "{ran:#?}");
        assert!(before == fs::read(&file).unwrap(), "the backup has changed");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "something is left in the backup");
    }

    fn finds_any_changed_byte(app: &mut TestApp) {
        let folder = tempfile::tempdir().unwrap();
        let file = backed_up(app, folder.path());
        let sound = fs::read(&file).unwrap();
        for share in 1..=5 {
            let mut bytes = sound.clone();
            let at = bytes.len() * share / 6;
            bytes[at] ^= 1;
            fs::write(&file, bytes).unwrap();
            verify(app, folder.path()).expect_refusal("is not the file that the backup of ");
        }
        fs::write(&file, &sound[..sound.len() - 1]).unwrap();
        verify(app, folder.path()).expect_refusal("Use another backup");
    }

    fn needs_the_key_file_and_the_manifest(app: &mut TestApp) {
        let folder = tempfile::tempdir().unwrap();
        backed_up(app, folder.path());
        let key_file = folder.path().join("other.key");
        let with_key = |text: &str| {
            fs::write(&key_file, text).unwrap();
            fs::set_permissions(&key_file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
            let arguments = ["verify", folder.path().to_str().unwrap(), "--key-file", key_file.to_str().unwrap()];
            process::run(app.database.command().args(arguments))
        };
        with_key("bmV3IGtleSBmb3IgdGhlIHNwZWMncyByaW5nLCAzMiE=\n").expect_refusal("lacks key");
        fs::rename(folder.path().join("manifest.json"), folder.path().join("elsewhere")).unwrap();
        verify(app, folder.path()).expect_refusal("is no complete backup");
    }

    fn compares_the_rows_with_the_manifest(app: &mut TestApp) {
        let folder = tempfile::tempdir().unwrap();
        backed_up(app, folder.path());
        change_manifest(folder.path(), |manifest| manifest["rows"]["social_accounts"] = json!(3));
        verify(app, folder.path()).expect_refusal("holds 2 rows of social_accounts, and its manifest says 3");
    }

    fn reads_a_manifest_of_an_older_version(app: &mut TestApp) {
        let folder = tempfile::tempdir().unwrap();
        backed_up(app, folder.path());
        change_manifest(folder.path(), |manifest| { manifest.as_object_mut().unwrap().remove("sha256"); });
        assert!(verify(app, folder.path()).expect_success().out.contains("without a SHA-256"));
    }

    fn finds_a_secret_that_does_not_open(app: &mut TestApp) {
        let olga = Person::owner_of(app, "olga", "Northside");
        olga.connect("workspaces/twitter_accounts", "hawks");
        crate::damage::execute(&app.database, "UPDATE social_accounts SET access_token = substr(access_token, 1, 60)");
        let folder = tempfile::tempdir().unwrap();
        run_beside(app, &["backup", folder.path().to_str().unwrap()]).expect_success();
        verify(app, folder.path()).expect_refusal("do not open, the first is social_accounts.access_token");
    }
}

#[test]
fn a_restored_file_is_compared_with_its_manifest_once() {
    let app = TestApp::start(Kind::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let restored = folder.path().join("restored");
    let file = backed_up(&app, &restored);
    fs::copy(app.database.folder.path().join("roster.key"), restored.join("roster.key")).unwrap();
    let sound = fs::read(&file).unwrap();
    let mut bytes = sound.clone();
    let at = bytes.windows(9).position(|window| window == b"Northside").expect("the name");
    bytes[at] ^= 1;
    fs::write(&file, bytes).unwrap();
    let command = || process::command(&restored, None);
    process::run(command().arg("migrate")).expect_refusal("is not the file that the backup of ");
    process::run(command().arg("doctor")).line("FAIL backup: ");

    fs::write(&file, sound).unwrap();
    process::run(command().arg("doctor")).expect_success().line("ok   backup: ");
    fs::rename(restored.join("roster.key"), restored.join("key")).unwrap();
    process::run(command().arg("migrate")).expect_refusal("The key file");
    fs::rename(restored.join("key"), restored.join("roster.key")).unwrap();
    process::run(command().arg("migrate")).expect_success();
    assert!(!restored.join("manifest.json").exists());
    fs::write(restored.join("roster.key.copy"), "").unwrap();
    process::run(command().arg("migrate")).expect_success();
}
