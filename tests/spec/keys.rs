//! API keys for `/rest`, created and revoked through V4. A key's text is used as a sender's token.

use serde_json::json;

use crate::given::{Done, Given};

pub const READS_AND_WRITES: [&str; 2] = ["read", "write"];

impl Given<'_> {
    pub fn make_key(&mut self, person: &str, name: &str, scopes: &[&str], expires_at: Option<&str>) -> Done {
        let key = json!({"name": name, "scopes": scopes, "expires_at": expires_at});
        let answer = self.post(person, "api_keys", &json!({"api_key": key}))?;
        for (part, of) in [("id", "id"), ("key", "key"), ("token", "key")] {
            self.names.set(format!("{name}.{part}"), answer["api_key"][of].clone());
        }
        Ok(())
    }

    pub fn make_keys(&mut self, person: &str, number: &str) -> Done {
        let number: u32 = number.parse().map_err(|_| format!("{number:?} is no number"))?;
        (1..=number)
            .try_for_each(|count| self.make_key(person, &format!("key{count}"), &READS_AND_WRITES, None))
    }

    pub fn revoke_key(&self, name: &str) -> Done {
        let path = format!("api_keys/{}", self.names.text(&format!("{name}.id"))?);
        self.client().delete(&path, Some(&self.token("olga")?)).map(drop)
    }
}
