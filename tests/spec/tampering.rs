//! States that no route can create, written into the database of a server that the test started.

use diesel::RunQueryDsl as _;
use roster::{
    app,
    db::Conn,
    models::{email::Email, user::resetting},
};
use serde_json::json;

use crate::{
    example::Need,
    given::{Done, Given},
};

const KNOWN_BY_HANDLE: [&str; 3] = [
    "INSERT INTO social_claims (workspace_id, provider, key, scope) \
     SELECT workspace_id, provider, 'h:' || handle, scope FROM social_accounts WHERE id = ID",
    "UPDATE social_accounts SET key = 'h:' || handle, external_id = NULL WHERE id = ID",
    "DELETE FROM social_claims WHERE NOT EXISTS (SELECT 1 FROM social_accounts AS held WHERE \
     held.workspace_id = social_claims.workspace_id AND held.provider = social_claims.provider AND \
     held.key = social_claims.key)",
];

impl Given<'_> {
    pub fn fail_access(&mut self, account: &str) -> Done {
        self.change(account, &["UPDATE social_accounts SET auth_failed_at = created_at WHERE id = ID"])
    }

    pub fn forget_external_id(&mut self, account: &str) -> Done {
        self.change(account, &KNOWN_BY_HANDLE)
    }

    pub fn damage_access_token(&mut self, account: &str) -> Done {
        self.change(
            account,
            &["UPDATE social_accounts SET access_token = substr(access_token, 1, 60) WHERE id = ID"],
        )
    }

    pub fn damage_invite(&mut self, name: &str) -> Done {
        self.change(
            &format!("{name}.invite"),
            &["UPDATE invites SET token = substr(token, 1, 60) WHERE id = ID"],
        )
    }

    pub fn damage_stored_answers(&mut self) -> Done {
        let sql = "UPDATE idempotency_keys SET answer = substr(answer, 1, 60)";
        diesel::sql_query(sql).execute(&mut self.database()?).map_err(|error| error.to_string()).map(drop)
    }

    /// `person.reset_token` is the token in the link of the mail.
    pub fn ask_for_reset(&mut self, person: &str) -> Done {
        let email = Email::parse(&self.names.text(&format!("{person}.email"))?).ok_or("an address")?;
        let now = self.server.own()?.clock.now();
        let token =
            resetting::create_token(&mut self.database()?, &email, now).map_err(|error| error.to_string())?;
        let token = token.ok_or_else(|| format!("{person} has an address that nobody has"))?;
        self.names.set(format!("{person}.reset_token"), json!(token.expose()));
        Ok(())
    }

    pub fn forget_confirmation(&mut self, person: &str) -> Done {
        self.change(person, &["UPDATE users SET email_confirmed_at = NULL WHERE id = ID"])
    }

    /// Runs statements in which `ID` is the account's or person's id; each must change a row.
    fn change(&mut self, name: &str, statements: &[&str]) -> Done {
        let id = self.names.text(&format!("{name}.id"))?;
        let mut conn = self.database()?;
        for statement in statements {
            let outcome = diesel::sql_query(statement.replace("ID", &id)).execute(&mut conn);
            if outcome.map_err(|error| format!("{statement}: {error}"))? == 0 {
                return Err(format!("{name}: nothing came of {statement}"));
            }
        }
        Ok(())
    }

    fn database(&mut self) -> Result<Conn, String> {
        self.require(Need::Database)?;
        let target = app::target(&self.server.own()?.settings).map_err(|error| error.to_string())?;
        target.connect().map_err(|error| error.to_string())
    }
}
