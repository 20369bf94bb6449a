//! Two workspaces with a record of everything each: the one never sees, changes, counts, pages into, compares with
//! or leads to a record of the other.

mod reading;
mod writing;

use std::collections::BTreeSet;

use roster::models::api_key::Scope;
use serde_json::Value;

use crate::{
    rest::{caller::Caller, full_workspace::Full},
    support::{people::Person, server::TestApp},
};

struct Worlds {
    ours: Full,
    theirs: Full,
    /// Of our workspace: a program and the owner, who may do everything there.
    us: [Caller; 2],
    they: Caller,
}

impl Worlds {
    fn apart(app: &TestApp) -> Self {
        let [olga, zoe] = ["olga", "zoe"].map(|name| Person::owner(app, name));
        let [program, they] = [&olga, &zoe].map(|owner| Caller::key(app, owner, &Scope::ALL));
        let (ours, theirs) = (Full::workspace(&program), Full::workspace(&they));
        Self { ours, theirs, us: [program, Caller::session(app, &olga)], they }
    }

    /// It contains no id of theirs.
    fn assert_ours(&self, what: &str, answer: &Value) {
        let text = answer.to_string();
        let leaked: BTreeSet<_> = self
            .theirs
            .ids
            .iter()
            .filter(|(_, id)| text.contains(id.as_str()))
            .map(|(name, _)| name)
            .collect();
        assert!(leaked.is_empty(), "{what}: {leaked:?}");
    }

    /// Their record of every object, as they see it with all around it.
    fn snapshot(&self) -> Vec<Value> {
        let records = crate::rest::full_workspace::objects()
            .map(|object| self.they.get(&format!("{}?depth=1", self.theirs.path(object))));
        records
            .map(|(status, answer)| {
                assert_eq!(status, 200, "{answer}");
                answer
            })
            .collect()
    }
}
