use std::net::TcpListener;

use crate::{commands::run_beside, on_both_databases, support::process};

on_both_databases! {
    fn is_that_of_the_service(app: &mut TestApp) {
        let address = app.base_url.trim_start_matches("http://").to_owned();
        let unspecified = address.replace("127.0.0.1", "0.0.0.0");
        for listen in [&address, &unspecified] {
            assert_eq!(run_beside(app, &["health", "--listen", listen]).expect_success().out, "ready\n");
        }
        crate::damage::execute(&app.database, "ALTER TABLE walkthroughs RENAME TO gone");
        run_beside(app, &["health", "--listen", &address]).expect_refusal("it answers 503");
    }
}

#[test]
fn is_bad_if_nothing_or_something_else_answers() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let health =
        || process::run(process::command(folder.path(), None).args(["health", "--listen", &address]));
    drop(listener);
    health().expect_refusal("does not answer");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "something was made");
}
