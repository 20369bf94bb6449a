//! What commands change is delivered by the service.

use std::fs;

use serde_json::json;

use super::{deliveries, subscribe, switching::switch_off, with_receiver};
use crate::{
    on_both_databases,
    support::{
        people::email,
        process::{command, run},
        receiver::Manner,
    },
};

on_both_databases! {
    fn are_heard(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(200));
        let webhook = subscribe(&olga, &receiver, &["apiKey.created"]);
        let create = || {
            let mut create = command(app.database.folder.path(), app.database.url().as_deref());
            create.args(["api-key", "create", "--workspace", &email("olga"), "--name", "n8n", "--scope", "read"]);
            create
        };
        run(&mut create()).expect_success();
        let body = receiver.received(1).remove(0).json();
        assert_eq!((&body["eventName"], &body["record"]["name"]), (&json!("apiKey.created"), &json!("n8n")));

        let key_file = app.database.folder.path().join("roster.key");
        let keys = fs::read(&key_file).expect("the key file");
        fs::remove_file(&key_file).expect("no key file");
        run(&mut create()).expect_refusal("roster.key is missing");
        fs::write(&key_file, keys).expect("the key file");
        assert_eq!(deliveries(&olga, &webhook).len(), 1);
        assert_eq!(olga.get("api_keys").1["meta"]["total_count"], 1, "what cannot be told is not done");
    }

    fn say_which_are_off_and_what_they_may_reach(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(200));
        let webhook = subscribe(&olga, &receiver, &["company.*"]);
        let doctor = || {
            let mut doctor = command(app.database.folder.path(), app.database.url().as_deref());
            run(doctor.arg("doctor").env("ROSTER_WEBHOOK_HOSTS", "n8n:5678,hooks.example.com")).out
        };
        let healthy = doctor();
        assert!(healthy.contains("the admins of every workspace can send requests to n8n:5678,"), "{healthy}");
        assert!(healthy.contains("none is off"), "{healthy}");
        switch_off(app);
        let found = doctor();
        assert!(found.contains(&format!("{webhook} in workspace")), "{found}");
        assert!(found.contains("it was stored before webhooks were called"), "{found}");
    }
}
