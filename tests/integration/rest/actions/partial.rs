//! Updates of single parts of composites.

use roster::catalogue::{composite::Composite, object::Kind as FieldKind};
use serde_json::{Value, json};

use super::{Callers, bodies, objects};
use crate::{
    on_both_databases,
    rest::caller::{Caller, id},
};

on_both_databases! {
    fn a_part_changes_alone(app: &mut TestApp) {
        let callers = Callers::create(app);
        for object in objects().filter(|object| object.model.is_none()) {
            // `createdBy` never changes.
            for field in object.fields.iter().filter(|field| !field.is_actor()) {
                let FieldKind::Composite(composite, parts) = &field.kind else { continue };
                // Rich text stores the same content in two formats.
                if *composite == Composite::RichTextV2 {
                    continue;
                }
                let path = callers.plain(object);
                let mut expected = bodies::value(field, 0);
                callers.program.update(&path, &json!({field.name.clone(): expected}));
                let other = bodies::value(field, 1);
                for part in parts {
                    expected[&part.name] = other[&part.name].clone();
                    let body = json!({field.name.clone(): {part.name.clone(): other[&part.name]}});
                    let record = callers.program.update(&path, &body);
                    assert_eq!(record[&field.name], expected, "{}.{}", object.plural, field.name);
                }
            }
        }
    }

    fn addresses_and_hosts_are_lower_case(app: &mut TestApp) {
        let program = Caller::program(app);
        let person = program.create("people", &json!({
            "emails": {"primaryEmail": " Mia@Lions.Example ", "additionalEmails": ["A@B.example"]},
            "xLink": {"primaryLinkUrl": "HTTPS://X.com/Mia", "secondaryLinks": [{"label": "L", "url": "Mia.Example/A"}]},
        }));
        assert_eq!(
            person["emails"],
            json!({"primaryEmail": "mia@lions.example", "additionalEmails": ["a@b.example"]})
        );
        assert_eq!(person["xLink"]["primaryLinkUrl"], json!("https://x.com/Mia"));
        assert_eq!(person["xLink"]["secondaryLinks"], json!([{"label": "L", "url": "mia.example/A"}]));
    }

    fn rich_text_is_there_in_both_forms(app: &mut TestApp) {
        let program = Caller::program(app);
        let note = program.create("notes", &json!({"bodyV2": {"markdown": "# Plan\n\nWin"}}));
        let blocks: Value = serde_json::from_str(note["bodyV2"]["blocknote"].as_str().unwrap()).unwrap();
        assert_eq!(
            (&blocks[0]["type"], &blocks[1]["content"][0]["text"]),
            (&json!("heading"), &json!("Win"))
        );
        let path = format!("notes/{}", id(&note));
        let blocks =
            json!([{"type": "paragraph", "content": [{"type": "text", "text": "Lose"}]}]).to_string();
        let changed = program.update(&path, &json!({"bodyV2": {"blocknote": blocks}}));
        assert_eq!(changed["bodyV2"], json!({"blocknote": blocks, "markdown": "Lose"}));
        let cleared = program.update(&path, &json!({"bodyV2": {"markdown": null}}));
        assert_eq!(cleared["bodyV2"], json!({"blocknote": null, "markdown": null}));
    }

    fn json_keeps_what_is_in_it(app: &mut TestApp) {
        let program = Caller::program(app);
        let path = format!("workflowVersions/{}", id(&program.create("workflowVersions", &json!({}))));
        for steps in [
            json!([{"id": 1, "name": ""}, {"id": 2}]),
            json!({"name": "", "on": false}),
            json!({"name": ""}),
            json!([{"name": ""}]),
            json!([[], [null]]),
            json!("text"),
            json!(12.5),
            json!(false),
        ] {
            let sent = if steps.is_string() { json!(steps.to_string()) } else { steps.clone() };
            let record = program.update(&path, &json!({"steps": sent}));
            assert_eq!(record["steps"].to_string(), steps.to_string());
        }
        let parsed = program.update(&path, &json!({"steps": "{\"b\": 1, \"a\": [2]}"}));
        assert_eq!(parsed["steps"].to_string(), r#"{"b":1,"a":[2]}"#);
    }
}
