//! `DELETE /rest/{plural}/{id}`

use serde_json::{Value, json};

use crate::{
    on_both_databases,
    rest::{
        caller::{bad_request, id, no_entity},
        company::{COMPANY, People, id_at},
    },
};

on_both_databases! {
    fn answers_the_id_and_nothing_else(app: &mut TestApp) {
        let people = People::at_work(app);
        let path = format!("people/{}", id_at(0));
        let favorite = people.program.create("favorites", &json!({"personId": id_at(0)}));
        let answer = people.program.delete(&path);
        assert_eq!(answer, (200, json!({"data": {"deletePerson": {"id": id_at(0)}}})));
        assert_eq!(people.program.get(&path), bad_request("Record not found"));
        assert_eq!(people.program.get(&format!("favorites/{}", id(&favorite))).0, 400);
        assert_eq!(people.program.delete(&path), no_entity("person", &id_at(0)));
        assert_eq!(
            people.program.delete("people/malformed-uuid"),
            bad_request("'malformed-uuid' is not a valid UUID")
        );
        assert_eq!(people.find(&[]).0.len(), 3);
        people.program.create("people", &json!({"id": id_at(0)}));
    }

    fn relations_to_a_deleted_record_are_deleted_or_cleared(app: &mut TestApp) {
        let people = People::at_work(app);
        let program = &people.program;
        let note = program.create("notes", &json!({"title": "Kick-off"}));
        let target = program.create("noteTargets", &json!({"noteId": note["id"], "companyId": COMPANY}));
        let task =
            program.create("opportunities", &json!({"companyId": COMPANY, "pointOfContactId": id_at(0)}));
        assert_eq!(program.delete(&format!("companies/{COMPANY}")).0, 200);
        assert_eq!(program.get(&format!("noteTargets/{}", id(&target))).0, 400);
        assert_eq!(program.get(&format!("notes/{}", id(&note))).0, 200);
        let (_, left) = program.get(&format!("opportunities/{}", id(&task)));
        assert_eq!(
            (&left["data"]["opportunity"]["companyId"], &left["data"]["opportunity"]["pointOfContactId"]),
            (&Value::Null, &json!(id_at(0)))
        );
        assert!(program.found("people", &[]).iter().all(|person| person["companyId"].is_null()));
    }
}
