//! `GET /rest/{plural}`

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    on_both_databases,
    rest::{
        caller::{Caller, bad_request},
        company::{COMPANY, People, ids},
    },
};

fn cursor<'a>(answer: &'a Value, which: &str) -> &'a str {
    answer["pageInfo"][which].as_str().expect("a cursor")
}

on_both_databases! {
    fn counts_all_and_says_whether_more_come(app: &mut TestApp) {
        let people = People::at_work(app);
        for (parameters, expected, total, more) in [
            (vec![], &[0, 1, 2, 3][..], 4, false),
            (vec![("limit", "3")], &[0, 1, 2], 4, true),
            (vec![("limit", "4")], &[0, 1, 2, 3], 4, false),
            (vec![("filter", "position[lte]:1")], &[0, 1], 2, false),
            (vec![("filter", "position[lt]:2")], &[0, 1], 2, false),
            (
                vec![("filter", "position[gt]:0"), ("order_by", "position[DescNullsLast]"), ("limit", "2")],
                &[3, 2],
                3,
                true,
            ),
            (vec![("order_by", "position[AscNullsLast]")], &[0, 1, 2, 3], 4, false),
            (vec![("order_by", "position[DescNullsLast]")], &[3, 2, 1, 0], 4, false),
            (vec![("filter", "city[eq]:\"City 2\"")], &[2], 1, false),
            (
                vec![("filter", "companyId[in]:[\"20202020-0000-4000-8000-00000000000c\"]"), ("limit", "1")],
                &[0],
                4,
                true,
            ),
            (vec![("filter", "not(city[ilike]:\"%CITY 2%\"),position[gte]:1")], &[1, 3], 2, false),
        ] {
            let (found, answer) = people.find(&parameters);
            let expected: Vec<String> = expected.iter().map(|at| ids([*at])[0].clone()).collect();
            assert_eq!(found, expected, "{parameters:?}");
            assert_eq!(
                (&answer["totalCount"], &answer["pageInfo"]["hasNextPage"]),
                (&json!(total), &json!(more)),
                "{parameters:?}"
            );
            assert!(!cursor(&answer, "startCursor").is_empty() && !cursor(&answer, "endCursor").is_empty());
            assert_eq!(answer["pageInfo"].get("hasPreviousPage"), None);
        }
    }

    fn an_empty_list_has_no_cursors(app: &mut TestApp) {
        let people = People::at_work(app);
        let page_info = json!({"hasNextPage": false, "startCursor": null, "endCursor": null});
        for plural in ["people", "tasks"] {
            let answer = people.program.find(plural, &[("filter", "position[gt]:9")]);
            assert_eq!(answer, (200, json!({"data": {plural: []}, "pageInfo": page_info, "totalCount": 0})));
        }
    }

    fn cursors_lead_forward_and_back(app: &mut TestApp) {
        let people = People::at_work(app);
        let (_, first) = people.find(&[("limit", "2")]);
        let (found, _) = people.find(&[("starting_after", cursor(&first, "startCursor")), ("limit", "1")]);
        assert_eq!(found, ids([1]));

        let (_, all) = people.find(&[("limit", "4")]);
        let (found, back) = people.find(&[("ending_before", cursor(&all, "endCursor")), ("limit", "2")]);
        assert_eq!(found, ids([1, 2]));
        let page_info = &back["pageInfo"];
        assert_eq!((&page_info["hasNextPage"], &page_info["hasPreviousPage"]), (&json!(true), &json!(true)));
        assert_eq!(back["totalCount"], json!(4));
        // The start cursor is that of the first record of a page, on backward pages too.
        let (found, start) = people.find(&[("ending_before", cursor(&back, "startCursor")), ("limit", "2")]);
        assert_eq!(found, ids([0]));
        assert_eq!(start["pageInfo"].get("hasPreviousPage"), None);
        let (found, _) = people.find(&[("starting_after", cursor(&back, "endCursor"))]);
        assert_eq!(found, ids([3]));
    }

    fn cursors_keep_to_their_order(app: &mut TestApp) {
        let people = People::at_work(app);
        let order = ("order_by", "position[DescNullsLast]");
        let (found, first) = people.find(&[order, ("limit", "2")]);
        assert_eq!((found, &first["pageInfo"]["hasNextPage"]), (ids([3, 2]).to_vec(), &json!(true)));
        let after = ("starting_after", cursor(&first, "endCursor"));
        let (found, second) = people.find(&[order, after, ("limit", "2")]);
        assert_eq!((found, &second["pageInfo"]["hasNextPage"]), (ids([1, 0]).to_vec(), &json!(false)));
        assert_eq!(second["totalCount"], json!(4));
        let other_order = people.program.find("people", &[after]);
        assert_eq!(other_order, bad_request(&format!("Invalid cursor: {}", shortened(after.1))));
    }

    fn cursors_pass_what_is_empty(app: &mut TestApp) {
        let people = People::at_work(app);
        for at in [1, 2] {
            let due = json!({"title": "due", "dueAt": format!("2025-01-0{at}")});
            people.program.create("tasks", &due);
            people.program.create("tasks", &json!({"title": "some day"}));
        }
        for order in ["dueAt", "dueAt[AscNullsLast]", "dueAt[DescNullsFirst]", "dueAt[DescNullsLast]"] {
            let all = people.program.found("tasks", &[("order_by", order)]);
            let (mut walked, mut after) = (Vec::new(), String::new());
            loop {
                let page = [("order_by", order), ("limit", "1"), ("starting_after", after.as_str())];
                let (_, answer) = people.program.find("tasks", &page);
                walked.extend(answer["data"]["tasks"].as_array().expect("tasks").clone());
                if answer["pageInfo"]["hasNextPage"] == json!(false) {
                    break;
                }
                cursor(&answer, "endCursor").clone_into(&mut after);
            }
            assert_eq!(walked, all, "{order}");
            assert_eq!(walked.len(), 4);
        }
    }

    fn refuses_invalid_queries(app: &mut TestApp) {
        let people = People::at_work(app);
        let directions = "'AscNullsFirst', 'AscNullsLast', 'DescNullsFirst', 'DescNullsLast'";
        for (name, value, message) in [
            ("starting_after", "invalid-cursor", "Invalid cursor: invalid-cursor".to_owned()),
            ("starting_after", COMPANY, format!("Invalid cursor: {COMPANY}")),
            ("limit", "aaa", "limit 'aaa' is invalid. Should be an integer".to_owned()),
            ("limit", "-1", "limit '-1' is invalid. Should be an integer".to_owned()),
            ("limit", "0", "limit '0' is invalid. The minimum is 1".to_owned()),
            ("limit", "5000", "limit '5000' is invalid. The maximum is 1000".to_owned()),
            ("depth", "3", "'depth=3' parameter invalid. Allowed values are 0, 1, 2".to_owned()),
            ("filter", "company[eq]:1", "field 'company' does not exist in 'person' object".to_owned()),
            ("filter", "city[eq]:", "'filter' invalid for 'city[eq]:'. eg: price[gte]:10".to_owned()),
            ("order_by", "foo", "field 'foo' does not exist in 'person' object".to_owned()),
            (
                "order_by",
                "city[Up]",
                format!(
                    "'order_by' direction 'Up' invalid. Allowed values are {directions}. eg: ?order_by=field_1[AscNullsFirst],field_2[DescNullsLast],field_3"
                ),
            ),
        ] {
            assert_eq!(
                people.program.find("people", &[(name, value)]),
                bad_request(&message),
                "{name}={value}"
            );
        }
        let (status, answer) = people.program.find("people", &[("order_by", "name")]);
        assert_eq!((status, &answer["error"]), (400, &json!("BadRequestException")), "{answer}");
    }

    fn the_defaults_of_the_node_find_all_records(app: &mut TestApp) {
        let people = People::at_work(app);
        let (found, answer) = people.find(&[
            ("order_by", "id"),
            ("filter", "id[neq]:\"00000000-0000-0000-0000-000000000000\""),
            ("limit", "60"),
            ("depth", "1"),
            ("starting_after", ""),
            ("ending_before", ""),
        ]);
        assert_eq!(found, ids([0, 1, 2, 3]));
        assert_eq!(answer["data"]["people"][0]["company"]["id"], json!(COMPANY));
    }

    fn depth_leads_to_what_is_related(app: &mut TestApp) {
        let people = People::at_work(app);
        let one = |depth| people.find(&[("depth", depth), ("limit", "1")]).1["data"]["people"][0].clone();
        let [flat, near, far] = ["0", "1", "2"].map(one);
        assert_eq!(
            (&flat["companyId"], flat.get("company"), flat.get("noteTargets")),
            (&json!(COMPANY), None, None)
        );
        assert_eq!((&near["companyId"], &near["company"]["id"]), (&json!(COMPANY), &json!(COMPANY)));
        assert_eq!((near["company"].get("people"), &near["noteTargets"]), (None, &json!([])));
        let colleagues = far["company"]["people"].as_array().expect("people");
        assert_eq!(colleagues.len(), 4);
        assert_eq!(colleagues[0], flat);
    }

    fn an_object_is_named_in_the_plural(app: &mut TestApp) {
        let people = People::at_work(app);
        for (path, message) in [
            ("foos", "object 'foos' not found. eg: companies"),
            ("company", "object 'company' not found. Did you mean 'companies'?"),
            (
                "companies/a/b",
                "Query path '/rest/companies/a/b' invalid. Valid examples: /rest/companies/id or /rest/companies or /rest/batch/companies",
            ),
            (
                "",
                "Query path '/rest' invalid. Valid examples: /rest/companies/id or /rest/companies or /rest/batch/companies",
            ),
        ] {
            assert_eq!(people.program.get(path), bad_request(message), "{path}");
        }
    }

    fn a_null_list_matches_neither_contains_nor_its_negation(app: &mut TestApp) {
        let program = Caller::program(app);
        program.create("workflows", &json!({"name": "none", "statuses": null}));
        for statuses in [json!([]), json!(["DRAFT"]), json!(["ACTIVE", "DRAFT"]), json!(["ACTIVE"])] {
            program.create("workflows", &json!({"name": statuses.to_string(), "statuses": statuses}));
        }
        let (empty, draft, both, active) = ("[]", r#"["DRAFT"]"#, r#"["ACTIVE","DRAFT"]"#, r#"["ACTIVE"]"#);
        for (filter, expected) in [
            ("statuses[containsAny]:[DRAFT]", vec![draft, both]),
            ("not(statuses[containsAny]:[DRAFT])", vec![empty, active]),
            ("statuses[containsAny]:[]", vec![]),
            ("not(statuses[containsAny]:[])", vec![empty, draft, both, active]),
            ("or(statuses[is]:NULL,statuses[containsAny]:[ACTIVE,DEACTIVATED])", vec!["none", both, active]),
        ] {
            let found = program.found("workflows", &[("filter", filter)]);
            let names: BTreeSet<_> = found.iter().map(|flow| flow["name"].as_str().expect("a name")).collect();
            assert_eq!(names, BTreeSet::from_iter(expected), "{filter}");
        }
    }
}

fn shortened(text: &str) -> String {
    let ellipsis = if text.len() > 120 { "…" } else { "" };
    format!("{}{ellipsis}", text.chars().take(120).collect::<String>())
}
