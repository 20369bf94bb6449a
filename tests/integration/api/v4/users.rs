//! `PUT /users` with other addresses, whose response tells whether somebody has one.

use serde_json::json;

use crate::{
    on_both_databases,
    support::people::{PASSWORD, Person},
};

on_both_databases! {
    fn changes_of_address_are_counted_by_person_and_by_client(app: &mut TestApp) {
        app.restart_with(|settings| settings.registrations_per_address = 5);
        let (olga, max) = (Person::owner(app, "olga"), Person::owner(app, "max"));
        let change = |person: &Person, email: &str| {
            person.put("users", &json!({"user": {"email": email, "current_password": PASSWORD}})).0
        };
        assert_eq!(change(&olga, &max.email), 422);
        assert_eq!(change(&olga, &olga.email), 200, "the same address is no guess");
        assert_eq!(change(&olga, "somebody@elsewhere.test"), 200);
        assert_eq!(change(&max, &olga.email), 200);
        assert_eq!(change(&olga, &max.email), 429);
        assert_eq!(change(&max, &max.email), 429);
        app.clock.advance(chrono::TimeDelta::hours(1));
        assert_eq!(change(&max, "another@elsewhere.test"), 200);
    }
}
