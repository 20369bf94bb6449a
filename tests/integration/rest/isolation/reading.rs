//! Finding, filtering, paging and searching for duplicates in another workspace.

use serde_json::json;

use super::Worlds;
use crate::{
    on_both_databases,
    rest::{caller::bad_request, full_workspace::objects},
};

on_both_databases! {
    fn foreign_records_are_not_found(app: &mut TestApp) {
        let worlds = Worlds::apart(app);
        for us in &worlds.us {
            for object in objects() {
                let plural = &object.plural;
                let (status, answer) = us.find(plural, &[("depth", "2")]);
                assert_eq!(status, 200, "{plural}: {answer}");
                assert_eq!(answer["totalCount"], json!(1), "{plural}");
                worlds.assert_ours(plural, &answer);
                let theirs = worlds.theirs.id(&object.singular);
                let mut filters = vec![
                    format!("id[eq]:{theirs}"),
                    format!("id[in]:[{theirs}]"),
                    format!("or(id[eq]:{theirs},id[eq]:{theirs})"),
                ];
                filters.extend(
                    object.to_one().map(|one| format!("{}[eq]:{}", one.field, worlds.theirs.id(&one.target))),
                );
                for filter in &filters {
                    let (status, answer) = us.find(plural, &[("filter", filter)]);
                    assert_eq!((status, &answer["totalCount"]), (200, &json!(0)), "{plural} {filter}");
                }
                assert_eq!(us.get(&worlds.theirs.path(object)), bad_request("Record not found"), "{plural}");
                let by_id = us.post(&format!("{plural}/duplicates?depth=2"), &json!({"ids": [theirs]}));
                assert_eq!(by_id, (200, json!({"data": []})), "{plural}");
            }
        }
    }

    fn foreign_cursors_show_no_foreign_records(app: &mut TestApp) {
        let worlds = Worlds::apart(app);
        for object in objects() {
            let plural = &object.plural;
            let (_, theirs) = worlds.they.find(plural, &[]);
            for (name, which) in [("starting_after", "startCursor"), ("ending_before", "endCursor")] {
                let cursor = theirs["pageInfo"][which].as_str().expect("a cursor");
                let (status, answer) = worlds.us[0].find(plural, &[(name, cursor), ("depth", "2")]);
                assert_eq!(status, 200, "{plural}: {answer}");
                worlds.assert_ours(plural, &answer["data"]);
            }
        }
    }

    fn their_records_are_no_duplicates(app: &mut TestApp) {
        let worlds = Worlds::apart(app);
        let person = json!({"name": {"firstName": "John", "lastName": "Doe"}, "emails": {"primaryEmail": "john@lions.example"}});
        let company = json!({"name": "Lions", "domainName": {"primaryLinkUrl": "https://lions.example"}});
        for (plural, body) in [("people", person), ("companies", company)] {
            worlds.they.create(plural, &body);
            let (_, answer) = worlds.us[0].post(&format!("{plural}/duplicates"), &json!({"data": [body]}));
            assert_eq!(answer["data"][0]["totalCount"], json!(0), "{plural}");
            // A unique value may exist once in each workspace.
            worlds.us[0].create(plural, &body);
            let (_, answer) = worlds.us[0].post(&format!("{plural}/duplicates"), &json!({"data": [body]}));
            assert_eq!(answer["data"][0]["totalCount"], json!(1), "{plural}");
        }
    }
}
