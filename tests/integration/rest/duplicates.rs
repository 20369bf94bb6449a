//! `POST /rest/{plural}/duplicates`

use serde_json::{Value, json};

use crate::{
    on_both_databases,
    rest::caller::{Answer, Caller, bad_request},
};

fn johns(program: &Caller) -> [String; 2] {
    let john = json!({"name": {"firstName": "John", "lastName": "Doe"}});
    let mut ids =
        [&john, &john].map(|john| program.create("people", john)["id"].as_str().unwrap().to_owned());
    program.create("people", &json!({"name": {"firstName": "Phil", "lastName": "Callin"}}));
    ids.sort();
    ids
}

fn ask(program: &Caller, body: &Value) -> Answer {
    program.post("people/duplicates", body)
}

/// The ids in each of the lists.
fn ids((status, answer): Answer) -> Vec<Vec<String>> {
    assert_eq!(status, 200, "{answer}");
    let lists = answer["data"].as_array().expect("lists");
    let id = |person: &Value| person["id"].as_str().unwrap().to_owned();
    let ids = |list: &Value| {
        let people = list["personDuplicates"].as_array().expect("people");
        assert_eq!(list["totalCount"], json!(people.len()));
        people.iter().map(id).collect()
    };
    lists.iter().map(ids).collect()
}

on_both_databases! {
    fn a_scheme_alone_is_no_domain(app: &mut TestApp) {
        let program = Caller::program(app);
        program.create("companies", &json!({"name": "Lions"}));
        for url in ["https://", "http://", "https://www.", "///"] {
            let company = json!({"domainName": {"primaryLinkUrl": url}});
            let (status, answer) = program.post("companies/duplicates", &json!({"data": [company]}));
            assert_eq!((status, &answer["data"][0]["totalCount"]), (200, &json!(0)), "{url}: {answer}");
        }
    }

    fn are_found_for_a_record_not_yet_created(app: &mut TestApp) {
        let program = Caller::program(app);
        let johns = johns(&program);
        let john = json!({"name": {"firstName": "John", "lastName": "Doe"}});
        assert_eq!(ids(ask(&program, &json!({"data": [john]}))), [johns.to_vec()]);
        let nobody = json!({"name": {"firstName": "Not", "lastName": "Existing"}});
        assert_eq!(
            ids(ask(&program, &json!({"data": [nobody, john], "ids": null}))),
            [vec![], johns.to_vec()]
        );
        let page_info = json!({"hasNextPage": false, "startCursor": null, "endCursor": null});
        let nothing = json!({"data": [{"personDuplicates": [], "pageInfo": page_info, "totalCount": 0}]});
        for like in [
            nobody,
            json!({}),
            json!({"name": {"firstName": "John"}}),
            json!({"name": {"firstName": "Jo", "lastName": "Doe"}}),
        ] {
            assert_eq!(ask(&program, &json!({"data": [like]})), (200, nothing.clone()), "{like}");
        }
        let example = json!({"name": {"firstName": "John", "lastName": "Doe"}, "emails": {"additionalEmails": null}, "xLink": {"additionalLinks": []}});
        assert_eq!(ids(ask(&program, &json!({"data": [example]}))), [johns.to_vec()]);
    }

    fn are_found_of_records_that_exist(app: &mut TestApp) {
        let program = Caller::program(app);
        let [one, other] = johns(&program);
        assert_eq!(ids(ask(&program, &json!({"ids": [one]}))), [[other.clone()]]);
        assert_eq!(ids(ask(&program, &json!({"ids": [one, other], "data": null}))), [[other], [one]]);
        assert_eq!(ask(&program, &json!({"ids": []})), (200, json!({"data": []})));
        let unknown = json!({"ids": ["20202020-0000-4000-8000-0000000000ff"]});
        assert_eq!(ask(&program, &unknown), (200, json!({"data": []})));
    }

    fn are_answered_to_the_requested_depth(app: &mut TestApp) {
        let program = Caller::program(app);
        let company = program.create("companies", &json!({"name": "Lions"}));
        let body = json!({"name": {"firstName": "John", "lastName": "Doe"}, "companyId": company["id"]});
        program.create("people", &body);
        let first = |query: &str| {
            let (status, answer) =
                program.post(&format!("people/duplicates{query}"), &json!({"data": [body]}));
            assert_eq!(status, 200, "{answer}");
            answer["data"][0]["personDuplicates"][0].clone()
        };
        assert_eq!(first("").get("company"), None);
        assert_eq!(first("?depth=1")["company"], company);
        assert_eq!(first("?depth=2")["company"]["people"][0]["id"], first("")["id"]);
        assert_eq!(
            program.post("companies/duplicates", &json!({"data": [{"name": "Lions"}]})).1["data"][0]["totalCount"],
            json!(1)
        );
    }

    fn are_found_by_every_spelling_of_a_link(app: &mut TestApp) {
        let program = Caller::program(app);
        let company = |url: &str| json!({"domainName": {"primaryLinkUrl": url}});
        let stored = ["lions.example", "https://tigers.example/", "http://www.bears.example"];
        for (number, url) in stored.into_iter().enumerate() {
            program.create("companies", &json!({"name": format!("Company {number}"), "domainName": {"primaryLinkUrl": url}}));
        }
        let count = |plural: &str, body: Value| {
            let (status, answer) = program.post(&format!("{plural}/duplicates"), &json!({"data": [body]}));
            assert_eq!(status, 200, "{answer}");
            answer["data"][0]["totalCount"].clone()
        };
        for name in ["lions", "tigers", "bears"] {
            for start in ["", "http://", "https://", "HTTPS://"] {
                for middle in ["", "www.", "WWW."] {
                    for end in ["", "/"] {
                        let url = format!("{start}{middle}{name}.example{end}");
                        assert_eq!(count("companies", company(&url)), json!(1), "{url}");
                    }
                }
            }
        }
        for url in ["lions.example/team", "www2.lions.example", "lions.example.org", "ftp://lions.example"] {
            assert_eq!(count("companies", company(url)), json!(0), "{url}");
        }
        program.create("people", &json!({"linkedinLink": {"primaryLinkUrl": "https://www.linkedin.com/in/Ann/"}}));
        let person = |url: &str| json!({"linkedinLink": {"primaryLinkUrl": url}});
        assert_eq!(count("people", person("linkedin.com/in/Ann")), json!(1));
        assert_eq!(count("people", person("linkedin.com/in/Bob")), json!(0));
    }

    fn are_asked_for_in_one_way(app: &mut TestApp) {
        let program = Caller::program(app);
        let both = "You cannot provide both \"data\" and \"ids\" arguments";
        for (body, message) in [
            (json!({}), "You have to provide either \"data\" or \"ids\" argument"),
            (json!({"data": [{}], "ids": [null]}), both),
            (json!({"data": [], "ids": []}), both),
            (json!({"data": []}), "The \"data\" condition can not be empty when \"ids\" input not provided"),
            (json!({"data": {}}), "\"data\" must be a list of objects"),
            (json!({"data": [1]}), "\"data\" must be a list of objects"),
            (json!({"ids": "x"}), "\"ids\" must be a list of ids"),
            (json!({"ids": [null]}), "\"ids\" must be a list of ids"),
        ] {
            assert_eq!(ask(&program, &body), bad_request(message), "{body}");
        }
    }
}
