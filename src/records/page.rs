//! A page of records: find many, with its cursors and its count.

use serde::Serialize;

use super::{
    literal,
    load::Loader,
    query::{Find, Page, cursor::Cursor, order::Order},
    record::{self, Record},
    sql,
};
use crate::{
    catalogue::{column::Cell, object::Object},
    db::statement::{Statement, Texts},
    error::{Error, Result},
};

/// What was found, and how to go on from it.
#[derive(Debug)]
pub struct Found {
    pub records: Vec<Record>,
    pub page_info: PageInfo,
    pub total_count: u64,
}

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
    /// Everything is counted once, for the first page; the cursors carry the count on.
    pub fn page(&mut self, object: &'static Object, find: &Find<'static>) -> Result<Found> {
        let (cursor, backward) = match &find.page {
            Page::First => (None, false),
            Page::After(cursor) => (Some(cursor), false),
            Page::Before(cursor) => (Some(cursor), true),
        };
        let workspace_id = self.permissions.workspace_id();
        let mut records = self.rows(object, |statement| {
            narrow(statement, object, workspace_id, find);
            if let Some(cursor) = cursor {
                sql::beyond(statement, &find.order, cursor, backward);
            }
            sql::order(statement, &find.order, backward);
            statement.push(&format!(" LIMIT {}", find.limit + 1));
        })?;
        let there_is_more = records.len() > find.limit;
        records.truncate(find.limit);
        if backward {
            records.reverse();
        }
        let total_count = match cursor {
            Some(cursor) => cursor.total_count,
            // A first page that holds all has counted already.
            None if !there_is_more => records.len() as u64,
            None => self.count(object, find)?,
        };
        let at = |record: Option<&Record>| {
            record.map(|record| cursor_at(&find.order, record, total_count)).transpose()
        };
        let page_info = PageInfo {
            has_next_page: backward || there_is_more,
            has_previous_page: backward && there_is_more,
            start_cursor: at(records.first())?,
            end_cursor: at(records.last())?,
        };
        self.relate(object, &mut records, find.depth.levels())?;
        Ok(Found { records, page_info, total_count })
    }

    fn count(&mut self, object: &'static Object, find: &Find<'static>) -> Result<u64> {
        let mut statement = Statement::new(self.conn.dialect(), "SELECT ");
        statement.read([(Cell::Integer, "count(*)")]).push(&format!(" FROM {} AS t WHERE ", object.table));
        self.permissions.confine(object, &mut statement);
        narrow(&mut statement, object, self.permissions.workspace_id(), find);
        let rows = statement.rows(self.conn)?;
        let count = rows.into_iter().next().and_then(|Texts(cells)| cells.into_iter().next().flatten());
        count.and_then(|count| count.parse().ok()).ok_or_else(|| Error::ours("a count that is no number"))
    }
}

/// Deleted records are not there, whatever the filter says.
fn narrow(statement: &mut Statement, object: &Object, workspace_id: i64, find: &Find<'static>) {
    statement.push(" AND t.deleted_at IS NULL");
    for (at, filter) in find.either.iter().enumerate() {
        statement
            .push(if at == 0 { " AND t.id IN (" } else { " UNION " })
            .push(&format!("SELECT t.id FROM {} AS t WHERE t.workspace_id = ", object.table))
            .bind(Cell::Integer, Some(workspace_id.to_string()))
            .push(" AND ");
        sql::filter(statement, filter);
    }
    if !find.either.is_empty() {
        statement.push(")");
    }
    if let Some(filter) = &find.filter {
        statement.push(" AND ");
        sql::filter(statement, filter);
    }
}

fn cursor_at(order: &Order, record: &Record, total_count: u64) -> Result<String> {
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
pub fn to_json(object: &Object, found: &Found) -> Result<Vec<u8>> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Envelope<'a> {
        data: std::collections::BTreeMap<&'a str, &'a [Record]>,
        page_info: &'a PageInfo,
        total_count: u64,
    }
    record::to_json(&Envelope {
        data: [(object.plural.as_str(), found.records.as_slice())].into(),
        page_info: &found.page_info,
        total_count: found.total_count,
    })
}
