//! A company with four people in a fixed order.

use serde_json::{Value, json};

use crate::{
    rest::caller::{Caller, id},
    support::server::TestApp,
};

pub const COMPANY: &str = "20202020-0000-4000-8000-00000000000c";

pub struct People {
    pub program: Caller,
}

pub fn id_at(position: usize) -> String {
    format!("20202020-0000-4000-8000-00000000000{position}")
}

pub fn ids<const N: usize>(positions: [usize; N]) -> [String; N] {
    positions.map(id_at)
}

impl People {
    pub fn at_work(app: &TestApp) -> Self {
        let program = Caller::program(app);
        let url = json!({"primaryLinkUrl": "https://lions.example"});
        program.create("companies", &json!({"id": COMPANY, "name": "Lions", "domainName": url}));
        let people: Vec<Value> = (0..4)
            .map(|position| {
                let city = format!("City {position}");
                json!({"id": id_at(position), "companyId": COMPANY, "position": position, "city": city})
            })
            .collect();
        let (status, answer) = program.post("batch/people", &json!(people));
        assert_eq!(status, 201, "{answer}");
        Self { program }
    }

    /// Finds people; returns their ids and the rest of the answer.
    pub fn find(&self, parameters: &[(&str, &str)]) -> (Vec<String>, Value) {
        let (status, answer) = self.program.find("people", parameters);
        assert_eq!(status, 200, "{parameters:?}: {answer}");
        let people = answer["data"]["people"].as_array().expect("people");
        (people.iter().map(|person| id(person).to_owned()).collect(), answer)
    }
}
