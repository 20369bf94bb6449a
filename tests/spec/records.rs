//! The `/rest` side of `given`: records created there, and the records of V4's people and accounts.

use serde_json::{Value, json};

use crate::given::{Done, Given};

impl Given<'_> {
    /// `record.record` is the answered record.
    pub fn create_record(&mut self, sender: &str, record: &str) -> Done {
        let plural = self.names.text(&format!("{record}.of"))?;
        let body = self.names.fill(&json!({"$like": record}))?;
        let answer = self.client().create_record(&plural, &self.token(sender)?, &body)?;
        let created = answer["data"].as_object().and_then(|data| data.values().next());
        let created = created.ok_or_else(|| format!("creating {record} answered {answer}"))?;
        self.names.set(format!("{record}.record"), created.clone());
        Ok(())
    }

    /// `person.member` is the record.
    pub fn know_member(&mut self, person: &str) -> Done {
        let email = self.names.text(&format!("{person}.email"))?;
        let member = self.find(person, "workspaceMembers", &format!("userEmail[eq]:\"{email}\""))?;
        self.names.set(format!("{person}.member.id"), member["id"].clone());
        self.names.set(format!("{person}.member"), member);
        Ok(())
    }

    /// `account.uuid` is the id of the record; olga finds it by the account's nickname.
    pub fn know_account(&mut self, account: &str) -> Done {
        let handle = self.names.get(account)?["twitter_nickname"].clone();
        let record = self.find("olga", "connectedAccounts", &format!("handle[eq]:{handle}"))?;
        self.names.set(format!("{account}.uuid"), record["id"].clone());
        Ok(())
    }

    fn find(&self, sender: &str, plural: &str, filter: &str) -> Result<Value, String> {
        let answer = self.client().find_records(plural, &self.token(sender)?, filter)?;
        match answer["data"][plural].as_array().map(Vec::as_slice) {
            Some([one]) => Ok(one.clone()),
            _ => Err(format!("{filter} does not find one of {plural}: {answer}")),
        }
    }
}
