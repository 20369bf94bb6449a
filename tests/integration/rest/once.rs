//! What is stored of a create with an `Idempotency-Key`, beyond the examples of `spec/rest/once.yml`.

use diesel::{QueryableByName, RunQueryDsl as _, sql_types::Text};
use roster::models::api_key::Scope;
use serde_json::json;

use crate::{
    database::connect,
    on_both_databases,
    rest::caller::{Caller, id},
    support::{people::Person, server::TestApp},
};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    fingerprint: String,
    #[diesel(sql_type = Text)]
    answer: String,
}

fn stored(app: &TestApp) -> Vec<Row> {
    let query = diesel::sql_query("SELECT fingerprint, answer FROM idempotency_keys");
    query.load(&mut connect(&app.database)).expect("rows")
}

on_both_databases! {
    fn a_large_answer_is_made_again_from_its_records(app: &mut TestApp) {
        let program = Caller::program(app);
        let company = program.create("companies", &json!({}));
        let attachment = json!({"companyId": company["id"], "name": "x".repeat(70_000)});
        let batch = json!([attachment, attachment]);
        let create = || program.post_once("batch/attachments?depth=1", "import", &batch);
        let (status, first) = create();
        assert_eq!(status, 201, "{first}");
        let stored = stored(app);
        assert!(stored.len() == 1 && stored[0].answer.len() < 1_000, "{}", stored[0].answer.len());
        assert_eq!(create(), (201, first.clone()));
        let ids: Vec<&str> =
            first["data"]["createAttachments"].as_array().expect("two").iter().map(id).collect();
        program.update(&format!("attachments/{}", ids[0]), &json!({"name": "short"}));
        assert_eq!(program.delete(&format!("attachments/{}", ids[1])).0, 200);
        let (status, again) = create();
        let left = again["data"]["createAttachments"].as_array().expect("one");
        assert_eq!((status, left.len(), &left[0]["name"]), (201, 1, &json!("short")));
        assert_eq!(program.found("attachments", &[]).len(), 1);
    }

    fn a_large_answer_shows_no_token_again(app: &mut TestApp) {
        let program = Caller::program(app);
        let account = |at: usize| {
            json!({"handle": format!("lions{at}"), "provider": "google", "accessToken": "T".repeat(16_000)})
        };
        let batch = (0..5).map(account).collect();
        let tokens = || {
            let (status, answer) = program.post_once("batch/connectedAccounts", "import", &batch);
            assert_eq!(status, 201, "{answer}");
            let made = answer["data"]["createConnectedAccounts"].as_array().expect("accounts").clone();
            made.iter().map(|made| made["accessToken"].as_str().expect("a text").len()).collect::<Vec<_>>()
        };
        assert_eq!(tokens(), [16_000; 5]);
        assert_eq!(tokens(), [0; 5]);
    }

    fn no_fingerprint_can_be_computed_from_the_request_alone(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        for _ in 0..2 {
            let program = Caller::key(app, &olga, &Scope::ALL);
            assert_eq!(program.post_once("webhooks", "import", &json!({"secret": "guess"})).0, 201);
        }
        let rows = stored(app);
        for Row { fingerprint, answer } in &rows {
            assert!(answer.starts_with("enc:v1:") && fingerprint.starts_with("enc:v1:"), "{fingerprint}");
        }
        assert_ne!(rows[0].fingerprint, rows[1].fingerprint, "each belongs to its sender");
    }
}
