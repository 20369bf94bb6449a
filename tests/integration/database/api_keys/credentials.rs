use actix_web::{FromRequest as _, rt::System, test::TestRequest, web::Data};
use chrono::TimeDelta;
use roster::{app::App, clock::Clock, crypto::api_key::KeyText, models::caller::Credentials};

use crate::support::database::{Database, Kind};

/// The result for a request with this header and this query: `key`, `session`, or the refusal.
fn credentials(app: &App, header: Option<&str>, query: &str) -> String {
    let mut request = TestRequest::with_uri(&format!("/rest/people{query}")).app_data(Data::new(app.clone()));
    if let Some(header) = header {
        request = request.insert_header(("Authorization", header));
    }
    match System::new().block_on(Credentials::extract(&request.to_http_request())) {
        Ok(Credentials::Key(_)) => "key".to_owned(),
        Ok(Credentials::Session(_)) => "session".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// No refusal needs a query: the database has been removed.
#[test]
fn a_bearer_is_read_without_the_database() {
    let database = Database::new(Kind::Sqlite);
    let app = App::open(database.settings(), Clock::default()).expect("an app");
    drop(database);
    let (text, now) = (KeyText::generate(7), app.clock.now());
    let token =
        |lasts| app.vault().tokens().issue(1, roster::db::types::Uuid::random().0, None, now, now + lasts);
    let (key, session, ended) = (text.expose(), token(TimeDelta::days(1)), token(TimeDelta::minutes(-1)));
    let bearer = |token: &str| format!("Bearer {token}");
    let typo = key.replace("roster_A", "roster_B");
    for (header, query, expected) in [
        (Some(bearer(key)), String::new(), "key"),
        (Some(format!("bearer  {key}")), String::new(), "key"),
        (Some(bearer(&session)), String::new(), "session"),
        (None, format!("?limit=1&token={key}"), "key"),
        (None, format!("?token={session}"), "session"),
        (None, String::new(), "Missing authentication token"),
        (None, "?token=".to_owned(), "Missing authentication token"),
        (Some(bearer("")), format!("?token={key}"), "Missing authentication token"),
        (Some(format!("Basic {key}")), String::new(), "Missing authentication token"),
        (Some(format!("Basic {key}")), format!("?token={key}"), "key"),
        (Some(bearer(&typo)), format!("?token={key}"), "Token invalid."),
        (Some(bearer("x")), String::new(), "Token invalid."),
        (None, format!("?token={session}x"), "Token invalid."),
        (Some(bearer(&ended)), String::new(), "Token has expired."),
    ] {
        assert_eq!(credentials(&app, header.as_deref(), &query), expected, "{header:?} {query}");
    }
}
