//! The sentences of `given`, each made true through public routes if possible. `tampering` writes what no route can
//! create; restarts and the clock belong to the test's own server.

use serde_json::json;

use crate::{example::Need, keys::READS_AND_WRITES, names::Names, place::Server, requests::Requests, world};

const SENTENCES: &str = "\
PERSON is here; PERSON holds ACCOUNT; PERSON holds N accounts; the workspace holds ACCOUNT[, connected by PERSON]; \
the workspace holds N accounts; PERSON created the team TEAM; PERSON is in the team TEAM; \
PERSON made the key KEY[ until TIME| with SCOPE+SCOPE]; PERSON made N keys; the key KEY was revoked; \
KEY created RECORD; PERSON is a workspaceMember; ACCOUNT is a connectedAccount; PERSON administers the team TEAM; ACCOUNT is shared with TEAM; olga invited NAME; PERSON is an owner; \
PERSON left; PERSON signed in again; PERSON asked for a new password; \
the address of PERSON is unconfirmed; PERSON invited N others; \
the access of ACCOUNT failed; the access token of ACCOUNT is damaged; the invite of NAME is damaged; \
the stored answers are damaged; the external id of ACCOUNT is unknown; N days|hours|minutes pass; \
X is set up; X grants it; X denies it; X grants nothing that lasts; X has suspended the account; X is down; \
X does not say who it is; HANDLE is signed in at X; PERSON began a consent [to reconnect ACCOUNT] for themselves|for the workspace; PERSON finished the consent; \
PERSON connected the account; PERSON disconnected the workspace's ACCOUNT; X refuses the token; X has ended the access; \
the server restarts; the server restarts with a new key first";

pub struct Given<'a> {
    pub names: &'a mut Names,
    pub server: &'a mut Server,
    pub needs: &'a [Need],
}

pub type Done = Result<(), String>;

impl Given<'_> {
    pub fn make_true(&mut self, sentence: &str) -> Done {
        let words: Vec<_> = sentence.split_whitespace().map(|word| word.trim_end_matches(',')).collect();
        match words[..] {
            ["the", "workspace", "holds", number, "accounts"] => self.several("olga", "workspaces/", number),
            ["the", "workspace", "holds", account] => self.connect("olga", "workspaces/", account),
            ["the", "workspace", "holds", account, "connected", "by", person] => {
                self.connect(person, "workspaces/", account)
            }
            [person, "is", "here"] => self.token(person).map(drop),
            [person, "holds", number, "accounts"] => self.several(person, "", number),
            [person, "holds", account] => self.connect(person, "", account),
            [person, "created", "the", "team", team] => self.create_team(person, team),
            [person, "is", "in", "the", "team", team] => self.join_team(person, team),
            [person, "administers", "the", "team", team] => self.administer_team(person, team),
            [account, "is", "shared", "with", team] => self.share(account, team),
            [person, "invited", number, "others"] => self.invite_others(person, number),
            [person, "made", "the", "key", name] => self.make_key(person, name, &READS_AND_WRITES, None),
            [person, "made", "the", "key", name, "until", end] => {
                self.make_key(person, name, &READS_AND_WRITES, Some(end))
            }
            [person, "made", "the", "key", name, "with", scopes] => {
                self.make_key(person, name, &scopes.split('+').collect::<Vec<_>>(), None)
            }
            [person, "made", number, "keys"] => self.make_keys(person, number),
            ["the", "key", name, "was", "revoked"] => self.revoke_key(name),
            [key, "created", record] => self.create_record(key, record),
            [person, "is", "a", "workspaceMember"] => self.know_member(person),
            [account, "is", "a", "connectedAccount"] => self.know_account(account),
            ["olga", "invited", name] => self.invite(name),
            [person, "is", "an", "owner"] => self.make_owner(person),
            [person, "left"] => self.leave(person),
            [person, "signed", "in", "again"] => self.sign_in_again(person),
            ["the", "address", "of", person, "is", "unconfirmed"] => self.forget_confirmation(person),
            [person, "asked", "for", "a", "new", "password"] => self.ask_for_reset(person),
            ["the", "access", "of", account, "failed"] => self.fail_access(account),
            ["the", "access", "token", "of", account, "is", "damaged"] => self.damage_access_token(account),
            ["the", "invite", "of", name, "is", "damaged"] => self.damage_invite(name),
            ["the", "stored", "answers", "are", "damaged"] => self.damage_stored_answers(),
            ["the", "external", "id", "of", account, "is", "unknown"] => self.forget_external_id(account),
            ["X", ref what @ ..] => self.x(&what.join(" ")),
            [person, "began", "a", "consent", "for", "themselves"] => {
                self.begin_consent(person, "personal", None)
            }
            [person, "began", "a", "consent", "for", "the", "workspace"] => {
                self.begin_consent(person, "workspace", None)
            }
            [person, "began", "a", "consent", "to", "reconnect", account, "for", "themselves"] => {
                self.begin_consent(person, "personal", Some(account))
            }
            [person, "began", "a", "consent", "to", "reconnect", account, "for", "the", "workspace"] => {
                self.begin_consent(person, "workspace", Some(account))
            }
            [person, "disconnected", "the", "workspace's", account] => self.disconnect(person, account),
            [handle, "is", "signed", "in", "at", "X"] => self.sign_in_at_x(handle),
            [person, "finished", "the", "consent"] => self.finish_consent(person),
            [person, "connected", "the", "account"] => self.connect_consented(person),
            [number, unit @ ("days" | "hours" | "minutes"), "pass"] => self.pass(number, unit),
            ["the", "server", "restarts"] => self.restart(false),
            ["the", "server", "restarts", "with", "a", "new", "key", "first"] => self.restart(true),
            _ => Err(format!("nobody knows how to make {sentence:?} true; known are: {SENTENCES}")),
        }
    }

    fn connect(&mut self, person: &str, scope: &str, account: &str) -> Done {
        let parameters = self.names.get(account)?.clone();
        let answer =
            self.post(person, &format!("{scope}twitter_accounts"), &json!({"twitter_account": parameters}))?;
        let id = answer["twitter_account"]["id"].clone();
        if !self.names.knows(&format!("{account}.id")) {
            self.names.set(format!("{account}.id"), id.clone());
        }
        self.names.set(format!("{person}.{account}.id"), id);
        Ok(())
    }

    fn disconnect(&self, person: &str, account: &str) -> Done {
        let path = format!("workspaces/twitter_accounts/{}", self.names.text(&format!("{account}.id"))?);
        self.client().delete(&path, Some(&self.token(person)?)).map(drop)
    }

    /// `fan1`, `fan2`, …: copies of lions, each with its own external id and handle.
    fn several(&mut self, person: &str, scope: &str, number: &str) -> Done {
        for count in 1..=number.parse().map_err(|_| format!("{number:?} is no number"))? {
            let name = format!("fan{count}");
            let mut account = self.names.get("lions")?.clone();
            account["twitter_uid"] = json!(name);
            account["twitter_nickname"] = json!(name);
            self.names.set(&name, account);
            self.connect(person, scope, &name)?;
        }
        Ok(())
    }

    fn create_team(&mut self, person: &str, team: &str) -> Done {
        let answer = self.post(person, "teams", &json!({"team": {"name": team}}))?;
        self.names.set(format!("{team}.id"), answer["team"]["id"].clone());
        Ok(())
    }

    fn join_team(&mut self, person: &str, team: &str) -> Done {
        let (team, email) =
            (self.names.get(&format!("{team}.id"))?, self.names.get(&format!("{person}.email"))?);
        self.post("olga", "team_users", &json!({"team_id": team, "user_emails": [email]})).map(drop)
    }

    fn administer_team(&mut self, person: &str, team: &str) -> Done {
        self.join_team(person, team)?;
        let (team, id) = (self.names.get(&format!("{team}.id"))?, self.names.get(&format!("{person}.id"))?);
        self.put("olga", "team_users", &json!({"team_id": team, "id": id, "role": "admin"}))
    }

    fn share(&mut self, account: &str, team: &str) -> Done {
        let path = format!("workspaces/twitter_accounts/{}", self.names.text(&format!("{account}.id"))?);
        let team = self.names.get(&format!("{team}.id"))?;
        self.put("olga", &path, &json!({"twitter_account": {"team_ids": [team]}}))
    }

    fn invite(&mut self, name: &str) -> Done {
        let email = self.names.fill_text(&format!("{name}@{}", super::names::DOMAIN))?;
        let invite = world::invite(&email, self.names, &self.client())?;
        self.names.set(format!("{name}.invite.id"), invite["id"].clone());
        self.names.set(format!("{name}.invite.token"), invite["token"].clone());
        Ok(())
    }

    fn invite_others(&mut self, person: &str, number: &str) -> Done {
        let number: usize = number.parse().map_err(|_| format!("{number:?} is no number"))?;
        let email = |count| self.names.fill_text(&format!("other{count}@{}", super::names::DOMAIN));
        let emails = (1..=number).map(email).collect::<Result<Vec<_>, _>>()?;
        self.post(person, "invites", &json!({"user_emails": emails})).map(drop)
    }

    fn make_owner(&mut self, person: &str) -> Done {
        let id = self.names.get(&format!("{person}.id"))?;
        world::role(1, id, self.names, &self.client())
    }

    fn leave(&mut self, person: &str) -> Done {
        let path = format!("workspace_users/{}", self.names.text(&format!("{person}.id"))?);
        self.client().delete(&path, Some(&self.token(person)?)).map(drop)
    }

    /// A second session; `person.token` remains the first token, `person.other_token` is the new one.
    fn sign_in_again(&mut self, person: &str) -> Done {
        let (email, password) = (self.names.get(&format!("{person}.email"))?, self.names.get("password")?);
        let answer =
            self.client().post("sessions", None, &json!({"user": {"email": email, "password": password}}))?;
        self.names.set(format!("{person}.other_token"), answer["user"]["auth_token"].clone());
        Ok(())
    }

    fn pass(&mut self, number: &str, unit: &str) -> Done {
        self.require(Need::Clock)?;
        let number = number.parse().map_err(|_| format!("{number:?} is no number"))?;
        self.server.own()?.clock.advance(match unit {
            "days" => chrono::TimeDelta::days(number),
            "hours" => chrono::TimeDelta::hours(number),
            _ => chrono::TimeDelta::minutes(number),
        });
        Ok(())
    }

    fn restart(&mut self, new_key: bool) -> Done {
        self.require(Need::Restart)?;
        self.server.restart(new_key)
    }

    pub fn require(&self, need: Need) -> Done {
        if self.needs.contains(&need) {
            Ok(())
        } else {
            Err(format!("this example must say needs: [{need:?}]"))
        }
    }

    pub fn client(&self) -> Requests {
        Requests::to(self.server.base_url())
    }

    pub fn token(&self, person: &str) -> Result<String, String> {
        self.names.text(&format!("{person}.token"))
    }

    pub fn post(
        &self,
        person: &str,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<serde_json::Value, String> {
        self.client().post(path, Some(&self.token(person)?), body)
    }

    pub fn put(&self, person: &str, path: &str, body: &serde_json::Value) -> Done {
        self.client().put(path, Some(&self.token(person)?), body).map(drop)
    }
}
