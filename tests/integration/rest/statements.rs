//! A read sends one statement for each relation and level, independent of the number of records.

use roster::{
    catalogue::{catalogue, object::Object},
    models::api_key::Scope,
};
use serde_json::{Value, json};

use crate::{
    rest::{caller::Caller, full_workspace::Full},
    support::{
        database::{Database, Kind},
        people::Person,
        recorded_statements,
    },
};

/// The number of relations of an object and of all objects they lead to, up to this depth.
fn relations(object: &Object, depth: u8) -> usize {
    if depth == 0 {
        return 0;
    }
    let to_one = object.to_one().map(|relation| relation.target.as_str());
    let targets = to_one.chain(object.to_many.iter().map(|many| many.target.as_str()));
    targets.map(|name| 1 + relations(catalogue().by_singular(name).expect("a target"), depth - 1)).sum()
}

/// The number of statements since the last call.
fn selects(database: &Database) -> usize {
    recorded_statements::take_all(database).iter().filter(|statement| statement.starts_with("SELECT")).count()
}

#[test]
fn one_for_each_relation_and_level() {
    for kind in Kind::available() {
        let app = recorded_statements::start(kind);
        let program = Caller::key(&app, &Person::owner(&app, "olga"), &Scope::ALL);
        for _ in 0..3 {
            Full::workspace(&program);
        }
        let mut worst = (0, "");
        for object in catalogue().objects() {
            recorded_statements::take_all(&app.database);
            let (status, answer): (u16, Value) = program.find(&object.plural, &[("depth", "2")]);
            assert_eq!(status, 200, "{answer}");
            let selects = selects(&app.database);
            // One more for the caller, and one for the list itself.
            let most = 2 + relations(object, 2);
            assert!((2..=most).contains(&selects), "{kind} {}: {selects} > {most}", object.plural);
            worst = worst.max((selects, &object.plural));
        }
        println!("{kind}: {worst:?}");
    }
}

#[test]
fn one_for_all_whose_duplicates_are_asked_for() {
    for kind in Kind::available() {
        let app = recorded_statements::start(kind);
        let program = Caller::key(&app, &Person::owner(&app, "olga"), &Scope::ALL);
        let ids = ["one", "two", "three"]
            .map(|title| program.create("tasks", &json!({"title": title}))["id"].clone());
        recorded_statements::take_all(&app.database);
        let (status, answer) = program.post("tasks/duplicates", &json!({"ids": ids}));
        assert_eq!((status, answer["data"].as_array().map(Vec::len)), (200, Some(3)), "{answer}");
        // One for the caller, one for the records.
        assert_eq!(selects(&app.database), 2, "{kind}");
    }
}
