//! Two requests that end one session at the same time, as after a double click.

use std::net::Ipv4Addr;

use roster::{
    crypto::{key_file, token::SessionTokens},
    error::Error,
    models::session::{ENDED, Session},
};

use crate::{database::connect, on_both_databases, support::people::Person};

on_both_databases! {
    fn the_second_sign_out_of_a_session_finds_it_ended(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let mut conn = connect(&app.database);
        let ring = key_file::load(&app.settings.key_file()).expect("a key file");
        let now = app.clock.now();
        let claims = SessionTokens::new(&ring).verify(olga.token(), now).expect("a valid token");
        let session = Session::from_claims(&claims, Ipv4Addr::LOCALHOST.into(), now);
        let viewer = session.viewer(&mut conn).expect("a viewer");
        // Both requests have loaded the viewer before one of them ends the session.
        assert!(viewer.end_session(&mut conn, viewer.session_id).is_ok());
        let again = viewer.end_session(&mut conn, viewer.session_id);
        assert!(matches!(again, Err(Error::Unauthenticated(ENDED))), "{again:?}");
        let unknown = viewer.end_session(&mut conn, viewer.session_id + 1);
        assert!(matches!(unknown, Err(Error::NotFound)), "{unknown:?}");
    }
}
