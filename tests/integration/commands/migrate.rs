use crate::support::{postgres::Postgres, process};

const NAMES: [&str; 3] = ["20261121000001", "20261121000002", "20261121000003"];

fn migrates_once(url: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    let migrate = || process::run(process::command(folder.path(), url).arg("migrate")).expect_success();
    let first = migrate();
    for name in NAMES {
        first.line(&format!("Applied migration {name}."));
    }
    first.line("Made the key file ");
    assert_eq!(first.out.contains("Made the database"), url.is_none(), "{first:#?}");
    assert!(folder.path().join("roster.key").exists());
    assert_eq!(migrate().out, "The database is up to date.\n");
}

#[test]
fn sqlite_is_made_and_migrated_once() {
    migrates_once(None);
}

#[test]
fn postgres_is_migrated_once() {
    let Some(postgres) = Postgres::for_this_test() else { return };
    let name = format!("roster_migrate_{}", std::process::id());
    postgres.create(&name);
    migrates_once(Some(&postgres.url(&name)));
    postgres.remove(&name);
}
