//! The lists of people, teams and invites in pages: `/api/v4/workspaces`, `/api/v4/teams` and `/api/v4/invites`.

use std::cmp::Ordering;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::people::{Person, email},
};

const PER_PAGE: usize = 25;
const ORDERS: [(&str, &str); 6] = [
    ("name", "asc"),
    ("name", "desc"),
    ("email", "asc"),
    ("email", "desc"),
    ("workspace_role", "asc"),
    ("workspace_role", "desc"),
];

/// Names that fold, accented ones in both normal forms, and many that are equal.
const NAMES: [&str; 6] = ["bea", "Bea", "\u{c9}va", "e\u{301}vA", "ΣΊΣΥΦΟΣ", "Zoë 100%"];

/// The answer to a page, and its list, which is at `key` or the answer itself.
fn page(person: &Person, path: &str, key: Option<&str>, number: usize) -> (Value, Vec<Value>) {
    let separator = if path.contains('?') { '&' } else { '?' };
    let answer = person.must(Method::GET, &format!("{path}{separator}page={number}"), None);
    let list = key.map_or(&answer, |key| &answer[key]).as_array().expect("a list").clone();
    (answer, list)
}

/// All pages, one after another; each but the last is full, and each says how many entries there are.
fn walk(person: &Person, path: &str, key: Option<&str>) -> Vec<Value> {
    let (mut all, mut counts) = (Vec::new(), Vec::new());
    for number in 1.. {
        let (answer, list) = page(person, path, key, number);
        counts.extend(key.map(|_| answer["meta"]["total_count"].clone()));
        let is_last = list.len() < PER_PAGE;
        all.extend(list);
        if is_last {
            break;
        }
    }
    assert!(counts.iter().all(|count| *count == json!(all.len())), "{path}: {counts:?}");
    all
}

fn whole(person: &Person, path: &str, key: Option<&str>) -> Vec<Value> {
    let answer = person.must(Method::GET, path, None);
    if let Some(key) = key {
        assert_eq!(answer.get("meta"), None, "{path}");
        return answer[key].as_array().expect("a list").clone();
    }
    answer.as_array().expect("a list").clone()
}

/// The field of each entry.
fn texts(list: &[Value], field: &str) -> Vec<String> {
    list.iter().map(|entry| entry[field].as_str().expect("a text").to_owned()).collect()
}

fn emails(answer: &Value, key: &str) -> Vec<String> {
    texts(answer[key].as_array().expect("a list"), "email")
}

/// Olga's workspace of 60 people and three invites, and the 60 in order of their arrival.
fn crowd(app: &crate::support::server::TestApp) -> (Person, Vec<Person>) {
    let olga = Person::owner(app, "olga");
    let people: Vec<Person> = (1..60).map(|number| olga.colleague(&format!("mate{number}"))).collect();
    for (number, person) in people.iter().enumerate() {
        let name = json!({"user": {"first_name": NAMES[number % NAMES.len()], "last_name": null}});
        person.must(Method::PUT, "users", Some(&name));
        if number % 7 == 0 {
            let role = json!({"workspace_role_id": 2});
            olga.must(Method::PUT, &format!("workspace_users/{}", person.id), Some(&role));
        }
    }
    let invited = json!({"user_emails": [email("guest1"), email("guest2"), "anna@b\u{fc}cher.example"]});
    olga.must(Method::POST, "invites", Some(&invited));
    (olga, people)
}

/// What the contract promises: by the wanted field, then by name, then by address.
fn compare(one: &Value, other: &Value, (by, to): (&str, &str)) -> Ordering {
    let name = |entry: &Value| {
        let name = entry["user_full_name"].as_str().unwrap_or_default();
        name.replace("e\u{301}", "\u{e9}").to_lowercase()
    };
    let address = |entry: &Value| entry["email"].as_str().unwrap_or_default().to_owned();
    let role = |entry: &Value| {
        let role = entry["workspace_role_name"].as_str().or(entry["team_role_name"].as_str());
        ["owner", "admin", "member"].iter().position(|one| Some(*one) == role)
    };
    let wanted = match by {
        "name" => name(one).cmp(&name(other)),
        "email" => address(one).cmp(&address(other)),
        _ => role(one).cmp(&role(other)),
    };
    let wanted = if to == "desc" { wanted.reverse() } else { wanted };
    wanted.then_with(|| name(one).cmp(&name(other))).then_with(|| address(one).cmp(&address(other)))
}

fn assert_paged_in_each_order(person: &Person, path: &str, key: &str, count: usize) {
    for order in ORDERS {
        let (by, to) = order;
        let by =
            if path.starts_with("teams") { by.replace("workspace_role", "team_role") } else { by.into() };
        let path = format!("{path}?sort_by={by}&sort_to={to}");
        let paged = walk(person, &path, Some(key));
        assert_eq!(paged.len(), count, "{path}");
        assert_eq!(paged, whole(person, &path, Some(key)), "{path}");
        let mut sorted = paged.clone();
        sorted.sort_by(|one, other| compare(one, other, order));
        assert_eq!(texts(&paged, "email"), texts(&sorted, "email"), "{path}");
    }
    let (answer, list) = page(person, path, Some(key), 4);
    assert_eq!((list.len(), &answer["meta"]["total_count"]), (0, &json!(count)));
}

on_both_databases! {
    fn the_people_of_a_workspace_and_of_a_team(app: &mut TestApp) {
        let (olga, people) = crowd(app);
        assert_paged_in_each_order(&olga, "workspaces", "workspace_users", 63);

        let addresses: Vec<&str> = people.iter().map(|person| person.email.as_str()).collect();
        let team = json!({"team": {"name": "coaches"}, "user_emails": addresses});
        let team = olga.must(Method::POST, "teams", Some(&team))["team"]["id"].clone();
        let more = json!({"team_id": team, "user_emails": [email("guest2"), email("guest3")]});
        let filled = olga.must(Method::POST, "team_users", Some(&more));
        let admin = json!({"team_id": team, "id": people[3].id, "role": "admin"});
        olga.must(Method::PUT, "team_users", Some(&admin));
        let path = format!("teams/{team}");
        assert_paged_in_each_order(&olga, &path, "users", 62);
        assert_eq!(filled["team"]["users"].as_array().map(Vec::len), Some(62), "a team is filled with all its people");

        for (path, key) in [("workspaces", "workspace_users"), (path.as_str(), "users")] {
            let found = |name: &str| {
                let answer = olga.must(Method::GET, &format!("{path}?name={name}"), None);
                assert_eq!(answer["meta"]["total_count"], json!(answer[key].as_array().map(Vec::len)), "{name}");
                emails(&answer, key)
            };
            assert_eq!(found("MATE17"), [people[16].email.clone()], "{path}");
            assert_eq!(found("%20bea%20").len(), 20, "{path}");
            assert_eq!(found("%C3%89VA").len(), 20, "both spellings of an accent, {path}");
            assert_eq!(found("E%CC%81va").len(), 20, "{path}");
            assert_eq!(found("100%25").len(), 9, "{path}");
            assert_eq!(found("_").len(), 0, "{path}");
            assert_eq!(found("Guest2"), [email("guest2")], "{path}");
            assert_eq!(found("mate1%0Amate2").len(), 0, "{path}");
            let (_, everybody) = page(&olga, &format!("{path}?name=%40example"), Some(key), 1);
            assert_eq!(everybody.len(), PER_PAGE, "{path}");
        }
    }

    fn people_without_invites_and_invites_without_people(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        olga.must(Method::POST, "invites", Some(&json!({"user_emails": [email("guest")]})));
        let listed = |query: &str| {
            let answer = olga.must(Method::GET, &format!("workspaces?{query}"), None);
            (emails(&answer, "workspace_users"), answer["meta"]["total_count"].clone())
        };
        let people = || vec![mia.email.clone(), olga.email.clone()];
        assert_eq!(listed("invited=false"), (people(), Value::Null));
        assert_eq!(listed("invited=false&page=1"), (people(), json!(2)));
        assert_eq!(listed("invited=false&page=2"), (vec![], json!(2)));
        assert_eq!(listed("invited=true&page=1"), (vec![email("guest")], json!(1)));
        assert_eq!(listed("invited=true&name=mia"), (vec![], json!(0)));
        assert_eq!(listed("page=1").1, json!(3));
        app.clock.advance(chrono::TimeDelta::days(8));
        assert_eq!(listed("page=1").1, json!(2), "an invite that has ended is no entry");
    }

    fn a_person_and_an_invite_to_the_same_address(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        olga.must(Method::POST, "invites", Some(&json!({"user_emails": [email("second")]})));
        let changed = json!({"user": {"email": email("second"), "current_password": crate::support::people::PASSWORD}});
        mia.must(Method::PUT, "users", Some(&changed));
        let (_, listed) = page(&olga, "workspaces?sort_by=email", Some("workspace_users"), 1);
        let seconds: Vec<&Value> =
            listed.iter().filter(|entry| entry["email"] == email("second")).map(|entry| &entry["invited"]).collect();
        assert_eq!(seconds, [&json!(true), &json!(false)], "the one without a name is first");
    }

    fn domains_are_found_as_they_are_written(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let team = json!({"team": {"name": "coaches"}, "user_emails": ["anna@b\u{fc}cher.example", "bob@other.example"]});
        let team = olga.must(Method::POST, "teams", Some(&team))["team"]["id"].clone();
        for (path, key) in [
            ("workspaces".to_owned(), "workspace_users"),
            (format!("teams/{team}"), "users"),
            ("invites".to_owned(), "invites"),
        ] {
            for name in ["b%C3%BCcher", "B%C3%9CCHER.example", "A%40b%C3%BCcher.example", "xn--bcher"] {
                let answer = olga.must(Method::GET, &format!("{path}?name={name}"), None);
                assert_eq!(emails(&answer, key), ["anna@b\u{fc}cher.example"], "{path} {name}");
            }
        }
    }

    fn teams(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        for number in 0..60_usize {
            let creator = if number % 2 == 0 { &olga } else { &mia };
            let team = json!({"team": {"name": NAMES[number % NAMES.len()]}});
            creator.must(Method::POST, "teams", Some(&team));
        }
        let ids = |list: &[Value]| list.iter().map(|team| team["id"].as_i64().expect("an id")).collect::<Vec<_>>();
        for sort in ["created_at", "name"] {
            for to in ["asc", "desc"] {
                for (filter, count) in [("workspace", 60), ("user", 30)] {
                    let path = format!("teams?filter={filter}&sort_type={sort}&sort_to={to}");
                    let paged = walk(&olga, &path, None);
                    assert_eq!(paged.len(), count, "{path}");
                    assert_eq!(paged, whole(&olga, &path, None), "{path}");
                    let mut sorted = paged.clone();
                    sorted.sort_by(|one, other| {
                        let id = |team: &Value| team["id"].as_i64();
                        let name = |team: &Value| {
                            let name = team["name"].as_str().unwrap_or_default().replace("e\u{301}", "\u{e9}");
                            name.to_lowercase()
                        };
                        let wanted = if sort == "name" { name(one).cmp(&name(other)) } else { id(one).cmp(&id(other)) };
                        let wanted = if to == "desc" { wanted.reverse() } else { wanted };
                        wanted.then(id(one).cmp(&id(other)))
                    });
                    assert_eq!(ids(&paged), ids(&sorted), "{path}");
                }
            }
        }
        assert_eq!(page(&olga, "teams?filter=workspace", None, 4).1, Vec::<Value>::new());
        for (name, count) in [("BEA", 20), ("%C3%A9va", 20), ("E%CC%81VA", 20), ("_", 0), ("%20", 60), ("100%25", 10), ("%20100", 10)] {
            let path = format!("teams?filter=workspace&name={name}");
            assert_eq!(walk(&olga, &path, None).len(), count, "{path}");
            assert_eq!(whole(&olga, &path, None).len(), count, "{path}");
        }
        let counted: Vec<_> = whole(&mia, "teams?filter=workspace&page=1", None)
            .iter()
            .map(|team| (team["admin_roles_count"].clone(), team["user_in_team"].clone()))
            .collect();
        assert_eq!(counted[..2], [(json!(1), json!(false)), (json!(1), json!(true))]);
    }

    fn all_teams_that_have_a_name_without_a_page(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        for number in 0..30 {
            olga.must(Method::POST, "teams", Some(&json!({"team": {"name": format!("Team {number}")}})));
        }
        assert_eq!(whole(&olga, "teams?name=team", None).len(), 30);
        assert_eq!(walk(&olga, "teams?name=team", None).len(), 30);
    }

    fn invites(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let addresses: Vec<String> = (0..60).map(|number| email(&format!("guest{number}"))).collect();
        olga.must(Method::POST, "invites", Some(&json!({"user_emails": addresses})));
        let paged = walk(&olga, "invites", Some("invites"));
        assert_eq!(paged, whole(&olga, "invites", Some("invites")));
        assert_eq!(texts(&paged, "email"), addresses);
        let (answer, list) = page(&olga, "invites", Some("invites"), 4);
        assert_eq!((list.len(), &answer["meta"]["total_count"], &answer["my_invites"]), (0, &json!(60), &json!([])));
        assert_eq!(walk(&olga, "invites?name=GUEST5", Some("invites")).len(), 11);
        assert_eq!(walk(&olga, "invites?name=_uest", Some("invites")).len(), 0);
        let found = olga.must(Method::GET, "invites?name=guest", None);
        assert_eq!((found["invites"].as_array().map(Vec::len), &found["meta"]["total_count"]), (Some(25), &json!(60)));
    }

    fn refuses_what_is_no_page(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let team = olga.must(Method::POST, "teams", Some(&json!({"team": {"name": "coaches"}})))["team"]["id"].clone();
        for path in ["workspaces".to_owned(), "teams".to_owned(), format!("teams/{team}"), "invites".to_owned()] {
            for number in ["0", "-1", "x", "", "1.5", "01"] {
                let (status, answer) = olga.get(&format!("{path}?page={number}"));
                let sentence = format!("Invalid parameter 'page' value \"{number}\": Must be a positive Integer");
                assert_eq!((status, &answer["message"][0]), (422, &json!(sentence)), "{path}");
            }
            assert_eq!(olga.get(&format!("{path}?page=99999999999999999999")).0, 200, "{path}");
        }
    }
}
