//! Loads a page of records with its cursors and the total count, and renders it.

use serde::Serialize;

use super::{
    literal,
    load::Loader,
    permissions::Permissions,
    query::{PageQuery, PageStart, cursor::Cursor, order::Order},
    record::{self, Record},
    sql,
};
use crate::{
    catalogue::{
        column::Cell,
        object::{Model, Object},
    },
    db::statement::{Statement, Texts},
    error::{Error, Result},
    large_buffer::pieces::Pieces,
    models::social_account::counting,
};

/// The records of one page, and the cursors to the pages around it.
pub struct RecordPage {
    pub records: Vec<Record>,
    pub page_info: PageInfo,
    /// All records that match, on all pages.
    pub total_count: u64,
}

/// `pageInfo` of a response; the cursors are null if the page is empty.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PageInfo {
    pub has_next_page: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub has_previous_page: bool,
    pub start_cursor: Option<String>,
    pub end_cursor: Option<String>,
}

impl Loader<'_> {
    /// The total is counted only for the first page; cursors carry it to the others.
    pub fn page(&mut self, object: &'static Object, query: &PageQuery<'static>) -> Result<RecordPage> {
        let (cursor, backward) = match &query.start {
            PageStart::First => (None, false),
            PageStart::After(cursor) => (Some(cursor), false),
            PageStart::Before(cursor) => (Some(cursor), true),
        };
        let permissions = self.permissions;
        let mut records = self.rows(object, |statement| {
            push_conditions(statement, object, permissions, query);
            if let Some(cursor) = cursor {
                sql::push_beyond_cursor(statement, &query.order, cursor, backward);
            }
            sql::push_order(statement, &query.order, backward);
            statement.push(" LIMIT ").bind(Cell::Integer, Some((query.limit + 1).to_string()));
            if query.is_plain() {
                statement.prepare();
            }
        })?;
        let has_more = records.len() > query.limit;
        records.truncate(query.limit);
        if backward {
            records.reverse();
        }
        let total_count = match cursor {
            Some(cursor) => cursor.total_count,
            // The first page is the only one, so its length is the total.
            None if !has_more => records.len() as u64,
            None => self.count(object, query)?,
        };
        let cursor_of = |record: Option<&Record>| {
            record.map(|record| encode_cursor(&query.order, record, total_count)).transpose()
        };
        let page_info = PageInfo {
            has_next_page: backward || has_more,
            has_previous_page: backward && has_more,
            start_cursor: cursor_of(records.first())?,
            end_cursor: cursor_of(records.last())?,
        };
        self.relate(object, &mut records, query.depth.levels())?;
        Ok(RecordPage { records, page_info, total_count })
    }

    fn count(&mut self, object: &'static Object, query: &PageQuery<'static>) -> Result<u64> {
        let is_whole = query.filter.is_none() && query.either.is_empty();
        if is_whole && object.model == Some(Model::Account) && self.permissions.sees_all_accounts() {
            let count = counting::in_workspace(self.conn, self.permissions.workspace_id())?;
            return u64::try_from(count).map_err(Error::ours);
        }
        let mut statement = Statement::new(self.conn.dialect(), "SELECT ");
        statement
            .select_as_text([(Cell::Integer, "count(*)")])
            .push(&format!(" FROM {} AS t WHERE ", object.table));
        self.permissions.confine(object, &mut statement);
        push_conditions(&mut statement, object, self.permissions, query);
        let rows = statement.rows(self.conn)?;
        let count = rows.into_iter().next().and_then(|Texts(cells)| cells.into_iter().next().flatten());
        count.and_then(|count| count.parse().ok()).ok_or_else(|| Error::ours("a count that is no number"))
    }
}

/// Appends the conditions of a query. Deleted records never match.
fn push_conditions(
    statement: &mut Statement,
    object: &Object,
    permissions: &Permissions,
    query: &PageQuery<'static>,
) {
    statement.push(" AND t.deleted_at IS NULL");
    for (at, filter) in query.either.iter().enumerate() {
        statement
            .push(if at == 0 { " AND t.id IN (" } else { " UNION " })
            .push(&format!("SELECT t.id FROM {} AS t WHERE t.workspace_id = ", object.table))
            .bind(Cell::Integer, Some(permissions.workspace_id().to_string()))
            .push(" AND ");
        sql::push_filter(statement, (object, permissions), filter);
    }
    if !query.either.is_empty() {
        statement.push(")");
    }
    if let Some(filter) = &query.filter {
        statement.push(" AND ");
        sql::push_filter(statement, (object, permissions), filter);
    }
}

fn encode_cursor(order: &Order, record: &Record, total_count: u64) -> Result<String> {
    let values = order.0.iter().map(|term| {
        record
            .text(&term.column.path())
            .map(|text| {
                literal::parse(term.column.cell, text).ok_or_else(|| Error::ours("a cell that reads back"))
            })
            .transpose()
    });
    Ok(Cursor { values: values.collect::<Result<_>>()?, total_count }.encode(order))
}

/// `{"data": {"people": […]}, "pageInfo": {…}, "totalCount": 2}`
pub fn to_json(object: &Object, page: &RecordPage) -> Result<Pieces> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Envelope<'a> {
        data: std::collections::BTreeMap<&'a str, &'a [Record]>,
        page_info: &'a PageInfo,
        total_count: u64,
    }
    record::to_json(&Envelope {
        data: [(object.plural.as_str(), page.records.as_slice())].into(),
        page_info: &page.page_info,
        total_count: page.total_count,
    })
}
