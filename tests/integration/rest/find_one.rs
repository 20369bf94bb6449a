//! `GET /rest/{plural}/{id}`

use serde_json::json;

use crate::{
    on_both_databases,
    rest::{
        caller::bad_request,
        company::{COMPANY, People, id_at},
    },
};

on_both_databases! {
    fn finds_by_id_as_deep_as_is_asked(app: &mut TestApp) {
        let people = People::at_work(app);
        let one = |depth: &str| {
            let (status, answer) = people.program.get(&format!("people/{}{depth}", id_at(2)));
            assert_eq!(status, 200, "{answer}");
            answer["data"]["person"].clone()
        };
        let flat = one("");
        assert_eq!(
            (&flat["id"], &flat["city"], &flat["companyId"]),
            (&json!(id_at(2)), &json!("City 2"), &json!(COMPANY))
        );
        assert_eq!((flat.get("company"), &flat["deletedAt"]), (None, &json!(null)));
        assert_eq!(one("?depth=0"), flat);
        assert_eq!(one("?depth="), flat);
        assert_eq!(one("?depth=1")["company"]["name"], json!("Lions"));
        assert_eq!(one("?depth=1")["company"].get("people"), None);
        assert_eq!(one("?depth=2")["company"]["people"][2], flat);
        let (status, _) = people.program.get(&format!("people/{}", id_at(2).to_uppercase()));
        assert_eq!(status, 200);
    }

    fn says_what_is_no_record(app: &mut TestApp) {
        let people = People::at_work(app);
        for (id, message) in [
            ("20202020-0000-4000-8000-0000000000ff", "Record not found"),
            ("00000000-0000-0000-0000-000000000000", "Record not found"),
            (COMPANY, "Record not found"),
            ("malformed-uuid", "'malformed-uuid' is not a valid UUID"),
        ] {
            assert_eq!(people.program.get(&format!("people/{id}")), bad_request(message));
        }
        let depth = people.program.get(&format!("people/{}?depth=x", id_at(0)));
        assert_eq!(depth, bad_request("'depth=x' parameter invalid. Allowed values are 0, 1, 2"));
    }
}
