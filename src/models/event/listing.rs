//! The events of a workspace, newest first. An admin sees all of them, a member those of the accounts that they see.

use diesel::prelude::*;

use super::{object, summary};
use crate::{
    clock::Moment,
    db::{Conn, MultiBackend, types::Uuid},
    error::Result,
    models::{
        page::{Listed, Page},
        session::Viewer,
        social_account::is_of_visible_account,
    },
    schema::{events, social_accounts},
};

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = events)]
pub struct RecordedEvent {
    pub id: i64,
    pub at: Moment,
    pub actor_kind: String,
    pub actor_id: Option<i64>,
    /// `None` once the person is erased; a job has the name of its kind, the operator has none.
    pub actor_name: Option<String>,
    pub verb: String,
    pub object: String,
    pub record_id: String,
    pub label: Option<String>,
    /// What happened to an account.
    pub change: Option<String>,
    fields: String,
}

/// Which events are wanted. `None` means all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub object: Option<String>,
    /// Of an account also its id in V4, while it exists.
    pub record_id: Option<String>,
    /// The person who acted.
    pub user_id: Option<i64>,
    pub since: Option<Moment>,
}

type Columns = <RecordedEvent as Selectable<MultiBackend>>::SelectExpression;

impl RecordedEvent {
    pub fn columns() -> Columns {
        <Self as Selectable<MultiBackend>>::construct_selection()
    }

    /// The names of the changed fields.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.split(',').filter(|name| !name.is_empty())
    }

    /// A sentence for people.
    pub fn summary(&self) -> String {
        summary::of(self)
    }
}

impl Viewer {
    pub fn events(&self, conn: &mut Conn, filter: &Filter, page: Page) -> Result<Listed<RecordedEvent>> {
        let record_id = self.record_id(conn, filter)?;
        let query = || {
            let mut query =
                events::table.filter(events::workspace_id.eq(self.workspace_id)).into_boxed::<MultiBackend>();
            if !self.is_admin() {
                query = query.filter(is_of_visible_account(self));
            }
            if let Some(object) = &filter.object {
                query = query.filter(events::object.eq(object));
            }
            if let Some(record_id) = &record_id {
                query = query.filter(events::record_id.eq(record_id));
            }
            if let Some(user_id) = filter.user_id {
                query = query.filter(events::actor_id.eq(Some(user_id)));
            }
            if let Some(since) = filter.since {
                query = query.filter(events::at.ge(since));
            }
            query
        };
        let rows: Vec<(RecordedEvent, Option<i64>)> = query()
            .order(events::id.desc())
            .limit(page.limit())
            .offset(page.offset())
            .select((RecordedEvent::columns(), query().count().single_value()))
            .load(conn)?;
        let counted = rows.first().map(|(_, counted)| *counted);
        let total_count = page.total_count(counted, || query().count().get_result(conn))?;
        Ok(Listed { rows: rows.into_iter().map(|(event, _)| event).collect(), total_count })
    }

    /// The id under which events of the wanted record are stored.
    fn record_id(&self, conn: &mut Conn, filter: &Filter) -> Result<Option<String>> {
        let account_id = match (&filter.object, &filter.record_id) {
            (Some(object), Some(id)) if object == object::ACCOUNT => id.parse::<i64>().ok(),
            _ => None,
        };
        let Some(account_id) = account_id else { return Ok(filter.record_id.clone()) };
        let uuid: Option<Uuid> = social_accounts::table
            .filter(social_accounts::workspace_id.eq(self.workspace_id))
            .filter(social_accounts::id.eq(account_id))
            .select(social_accounts::uuid)
            .first(conn)
            .optional()?;
        Ok(uuid.map_or_else(|| filter.record_id.clone(), |uuid| Some(uuid.0.to_string())))
    }
}

/// The latest events of a workspace, for the operator.
pub fn latest(conn: &mut Conn, workspace_id: i64, most: i64) -> Result<Vec<RecordedEvent>> {
    let latest = events::table
        .filter(events::workspace_id.eq(workspace_id))
        .order(events::id.desc())
        .limit(most)
        .select(RecordedEvent::columns())
        .load(conn)?;
    Ok(latest)
}
