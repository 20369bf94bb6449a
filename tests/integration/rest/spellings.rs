//! Hosts and addresses are compared folded and answered as they were sent.

use serde_json::{Value, json};

use crate::{
    damage::execute,
    on_both_databases,
    rest::caller::{Caller, bad_request, id},
};

const WRITTEN: &str = "https://b\u{fc}cher.example";
const ASCII: &str = "https://xn--bcher-kva.example";

fn company(url: &str) -> Value {
    json!({"name": url, "domainName": {"primaryLinkUrl": url}})
}

fn url(record: &Value) -> &Value {
    &record["domainName"]["primaryLinkUrl"]
}

fn found(program: &Caller, filter: &str) -> Vec<Value> {
    let (status, answer) = program.find("companies", &[("filter", filter)]);
    assert_eq!(status, 200, "{filter}: {answer}");
    answer["data"]["companies"].as_array().unwrap().iter().map(|company| url(company).clone()).collect()
}

on_both_databases! {
    fn a_link_is_answered_as_it_was_sent(app: &mut TestApp) {
        let program = Caller::program(app);
        for (sent, answered) in [
            (WRITTEN, WRITTEN),
            ("https://XN--BCHER2-N2A.example/\u{dc}", "https://xn--bcher2-n2a.example/\u{dc}"),
            ("https://\u{c4}RZTE\u{3002}example", "https://\u{e4}rzte.example"),
            ("what is no link \u{dc}", "what is no link \u{fc}"),
        ] {
            assert_eq!(url(&program.create("companies", &company(sent))), answered);
        }
    }

    fn one_domain_is_one_company(app: &mut TestApp) {
        let program = Caller::program(app);
        let first = program.create("companies", &company(WRITTEN));
        for (sent, named) in [(ASCII, ASCII), ("https://B\u{dc}CHER\u{3002}example", WRITTEN)] {
            let sentence = format!(
                "duplicate key value violates unique constraint: domainName.primaryLinkUrl '{named}' belongs to another \
                 company already"
            );
            assert_eq!(program.post("companies", &company(sent)), bad_request(&sentence));
        }
        let (status, answer) = program.post("batch/companies", &json!([company("https://\u{e4}.example"), company("https://xn--4ca.example")]));
        assert_eq!(status, 400, "{answer}");
        let change = company(ASCII);
        let (status, answer) = program.patch(&format!("companies/{}", id(&first)), &change);
        assert_eq!((status, url(&answer["data"]["updateCompany"])), (200, &json!(ASCII)), "its own spelling may change");
    }

    fn what_an_earlier_build_let_in_can_be_saved(app: &mut TestApp) {
        let program = Caller::program(app);
        let first = program.create("companies", &company(WRITTEN));
        program.create("companies", &company("https://other.example"));
        execute(&app.database, &format!(
            "UPDATE companies SET domain_name_primary_link_url = '{ASCII}' WHERE name = 'https://other.example'"
        ));
        let (status, answer) = program.patch(&format!("companies/{}", id(&first)), &company(WRITTEN));
        assert_eq!(status, 200, "{answer}");
    }

    fn filters_and_duplicates_find_every_spelling(app: &mut TestApp) {
        let program = Caller::program(app);
        for sent in [WRITTEN, "https://www.xn--bcher-kva.example/", "https://lions.example"] {
            program.create("companies", &company(sent));
        }
        for spelling in [WRITTEN, ASCII, "https://B\u{dc}CHER\u{ff0e}example"] {
            let path = "domainName.primaryLinkUrl";
            assert_eq!(found(&program, &format!("{path}[eq]:\"{spelling}\"")), [WRITTEN]);
            assert_eq!(found(&program, &format!("{path}[in]:[\"{spelling}\",\"https://x.example\"]")), [WRITTEN]);
            assert_eq!(found(&program, &format!("{path}[neq]:\"{spelling}\"")).len(), 2);
        }
        for spelling in ["b\u{fc}cher.example", "http://xn--bcher-kva.example/", "www.B\u{dc}CHER\u{3002}example"] {
            let data = json!({"data": [{"domainName": {"primaryLinkUrl": spelling}}]});
            let (_, answer) = program.post("companies/duplicates", &data);
            assert_eq!(answer["data"][0]["totalCount"], 2, "{spelling}: {answer}");
        }
    }

    fn addresses_of_people_are_compared_by_their_domains(app: &mut TestApp) {
        let program = Caller::program(app);
        let person = |address: &str| json!({"emails": {"primaryEmail": address}});
        let stored = program.create("people", &person("Anna@b\u{fc}cher.example"));
        assert_eq!(stored["emails"]["primaryEmail"], "anna@b\u{fc}cher.example");
        let ascii = "anna@xn--bcher-kva.example";
        assert_eq!(program.post("people", &person(ascii)).0, 400);
        let (_, answer) = program.post("people/duplicates", &json!({"data": [person(ascii)]}));
        assert_eq!(answer["data"][0]["totalCount"], 1, "{answer}");
        let filter = format!("emails.primaryEmail[eq]:\"{ascii}\"");
        assert_eq!(program.find("people", &[("filter", &filter)]).1["totalCount"], 1);
    }

    fn a_member_is_shown_and_found_by_the_address_people_write(app: &mut TestApp) {
        let program = Caller::program(app);
        execute(&app.database, "UPDATE users SET email = 'user@xn--bcher-kva.example'");
        let written = "user@b\u{fc}cher.example";
        for spelling in [written, "USER@xn--bcher-kva.example"] {
            let filter = format!("userEmail[eq]:\"{spelling}\"");
            let (_, answer) = program.find("workspaceMembers", &[("filter", &filter), ("order_by", "userEmail")]);
            let member = &answer["data"]["workspaceMembers"][0];
            assert_eq!((&answer["totalCount"], &member["userEmail"]), (&json!(1), &json!(written)), "{answer}");
        }
    }
}
