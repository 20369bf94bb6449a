//! An account as the record that `/rest` has of it, without its tokens.

use diesel::{Queryable, Selectable, dsl::sql, expression::SqlLiteral, sql_types::Nullable};

use super::{events::Cells, types::Uuid};
use crate::{
    clock::{self, Moment},
    schema::social_accounts,
    sql_types::Guid,
};

const OWNER: &str = "(SELECT owner.uuid FROM memberships AS owner \
     WHERE owner.workspace_id = social_accounts.workspace_id AND owner.user_id = social_accounts.owner_id)";

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = social_accounts)]
pub struct AccountRecord {
    pub uuid: Uuid,
    pub created_at: Moment,
    pub updated_at: Moment,
    pub twitter_nickname: String,
    pub provider: String,
    pub last_sync_history_id: String,
    pub auth_failed_at: Option<Moment>,
    pub handle_aliases: String,
    pub scopes: String,
    /// The member to whom it belongs.
    #[diesel(select_expression = sql(OWNER), select_expression_type = SqlLiteral<Nullable<Guid>>)]
    pub owner: Option<Uuid>,
}

impl AccountRecord {
    pub fn into_cells(self) -> Cells {
        vec![
            Some(self.uuid.0.to_string()),
            Some(clock::iso8601(self.created_at)),
            Some(clock::iso8601(self.updated_at)),
            None,
            Some(self.twitter_nickname.trim_start_matches('@').to_owned()),
            Some(self.provider),
            None,
            None,
            Some(self.last_sync_history_id),
            self.auth_failed_at.map(clock::iso8601),
            Some(self.handle_aliases),
            Some(self.scopes),
            self.owner.map(|Uuid(id)| id.to_string()),
        ]
    }
}
