//! The people, accounts and records of `spec/world.yml`. People are created through the public routes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{names::Names, requests::Requests, support::people::Ticket};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    pub password: String,
    pub people: Map<String, Value>,
    pub accounts: Map<String, Value>,
    /// Records by the plural name of their object.
    pub records: BTreeMap<String, Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    email: String,
    first_name: String,
    last_name: String,
    owns: Option<String>,
    role: Option<String>,
}

impl World {
    /// The names that exist in every example: each account with its connect body, each record with its create body and
    /// its object `of`, and the common password.
    pub fn introduce(&self, names: &mut Names) {
        names.set("password", json!(self.password));
        for (name, account) in &self.accounts {
            names.introduce(name, account);
        }
        for (plural, records) in &self.records {
            for (name, record) in records {
                names.introduce(name, record);
                names.set(format!("{name}.id"), record["id"].clone());
                names.set(format!("{name}.of"), json!(plural));
            }
        }
    }

    /// Registers the people that the example mentions, and olga, on whom they depend.
    pub fn people(&self, mentioned: &[String], names: &mut Names, client: &Requests) -> Result<(), String> {
        let mut missing = Vec::new();
        for (name, person) in &self.people {
            let person: Person =
                serde_json::from_value(person.clone()).map_err(|error| format!("{name}: {error}"))?;
            missing.push((name, person));
        }
        let called = |name: &String| mentioned.contains(name);
        let joined = missing.iter().any(|(name, person)| person.role.is_some() && called(name));
        for (name, person) in missing {
            if called(name) || (joined && name == "olga") {
                self.register(name, &person, names, client)?;
            }
        }
        Ok(())
    }

    fn register(
        &self,
        name: &str,
        person: &Person,
        names: &mut Names,
        client: &Requests,
    ) -> Result<(), String> {
        let email = names.fill_text(&person.email)?;
        let mut body = json!({"user": {
            "email": email, "password": self.password,
            "first_name": person.first_name, "last_name": person.last_name,
        }});
        match &person.owns {
            Some(workspace) => body["user"]["workspace_name"] = json!(workspace),
            None => body["invite"] = invite(&email, names, client)?,
        }
        let answer = client.post("registrations", None, &body)?;
        let user = &answer["user"];
        names.set(format!("{name}.id"), user["id"].clone());
        names.set(format!("{name}.email"), user["email"].clone());
        names.set(format!("{name}.token"), user["auth_token"].clone());
        names.set(format!("{name}.workspace.id"), user["workspace"]["id"].clone());
        match person.role.as_deref() {
            Some("admin") => role(2, &user["id"], names, client),
            _ => Ok(()),
        }
    }
}

/// Invites an address as olga and returns `{id, token}`.
pub fn invite(email: &str, names: &Names, client: &Requests) -> Result<Value, String> {
    let answer =
        client.post("invites", Some(&names.text("olga.token")?), &json!({"user_emails": [email]}))?;
    let ticket = Ticket::in_link(&answer["links"][0]);
    let Ticket { id, token } = ticket.ok_or("an invite without a link: is mail set up?")?;
    Ok(json!({"id": id, "token": token}))
}

pub fn role(role: i64, person: &Value, names: &Names, client: &Requests) -> Result<(), String> {
    let path = format!("workspace_users/{person}");
    client.put(&path, Some(&names.text("olga.token")?), &json!({"workspace_role_id": role})).map(drop)
}
