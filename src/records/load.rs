//! Loads records with their relations: one query per relation and level, for all records of that level.

use std::{
    collections::HashMap,
    rc::Rc,
    time::{Duration, Instant},
};

use secrecy::ExposeSecret as _;

use super::{
    granted_tokens::{self, GrantedTokens},
    permissions::Permissions,
    record::{self, Record, Related},
    token_readings::TokenReading,
};
use crate::{
    answer_budget::{AnswerBudget, AnswerBytes, AnswerReservation},
    catalogue::{
        catalogue,
        column::Cell,
        object::{Model, Object, ToMany, ToOne},
    },
    crypto::seal::Place,
    db::{
        Conn,
        packed_rows::{PackedRows, ReadRow},
        statement::{Statement, Texts},
    },
    error::{Error, Result},
    large_buffer::pieces::Pieces,
    models::vault::Vault,
};

pub const MAX_NESTED_RECORDS: usize = 1_000;
/// The most rows that are loaded for one response.
const MAX_ROWS: usize = 100_000;
/// The time limit for one response, because it occupies a connection.
const MAX_DURATION: Duration = Duration::from_secs(10);
const TOO_LONG: &str =
    "The answer takes too long to make. Ask for fewer records, with limit, depth or a smaller batch.";

/// The tokens that an answer shows.
#[derive(Debug)]
pub struct ShownTokens {
    pub readings: Vec<TokenReading>,
    pub granted: GrantedTokens,
}

/// Loads records for one caller into the memory reserved for the answer, and collects the token readings. A caller that may not read gets only ids.
pub struct Loader<'a> {
    pub conn: &'a mut Conn,
    pub permissions: &'a Permissions,
    vault: &'a Vault,
    started_at: Instant,
    rows_left: usize,
    bytes_left: usize,
    memory: AnswerReservation,
    readings: Vec<TokenReading>,
    granted: GrantedTokens,
    hides_secrets: bool,
    /// Whether tokens that end soon have been refreshed, as far as that was possible.
    pub has_refreshed: bool,
    /// Rows that were just written, which [`Self::by_ids`] takes instead of loading them.
    pub fresh: Option<(&'static Object, Vec<Texts>)>,
}

impl<'a> Loader<'a> {
    pub fn new(
        conn: &'a mut Conn,
        permissions: &'a Permissions,
        vault: &'a Vault,
        answers: &AnswerBudget,
    ) -> Self {
        Self {
            conn,
            permissions,
            vault,
            started_at: Instant::now(),
            rows_left: MAX_ROWS,
            bytes_left: record::MAX_RESPONSE_BYTES,
            memory: answers.reservation(permissions.caller.memory_holder()),
            readings: Vec::new(),
            granted: GrantedTokens::default(),
            hides_secrets: false,
            has_refreshed: false,
            fresh: None,
        }
    }

    /// A loader that empties all secrets, for responses that are stored.
    pub fn without_secrets(
        conn: &'a mut Conn,
        permissions: &'a Permissions,
        vault: &'a Vault,
        answers: &AnswerBudget,
    ) -> Self {
        Self { hides_secrets: true, ..Self::new(conn, permissions, vault, answers) }
    }

    /// The rendered answer, which now holds the memory, and the tokens that it shows.
    pub fn finish(self, bytes: Pieces) -> Result<(AnswerBytes, ShownTokens)> {
        let shown = ShownTokens { readings: self.readings, granted: self.granted };
        Ok((self.memory.hold(bytes)?, shown))
    }

    /// The record with its relations; `None` if the caller cannot see it. 503 if its token has ended, and could not be
    /// refreshed.
    pub fn find(&mut self, object: &'static Object, id: &str, depth: u8) -> Result<Option<Record>> {
        let found = self.by_ids(object, &[id.to_owned()], depth)?.pop();
        if let Some(record) = found.as_ref().filter(|_| self.has_refreshed) {
            self.granted.expect_living(record)?;
        }
        Ok(found)
    }

    /// The records with these ids that the caller sees, in the order of the ids; a repeated id repeats its record.
    pub fn by_ids(&mut self, object: &'static Object, ids: &[String], depth: u8) -> Result<Vec<Record>> {
        let mut records = match self.fresh.take_if(|(written, _)| std::ptr::eq(*written, object)) {
            Some((_, rows)) => self.build_written(object, rows)?,
            None => self.load_where_any(object, "id", ids)?,
        };
        self.relate(object, &mut records, depth)?;
        let mut by_id: HashMap<String, Record> =
            records.into_iter().map(|record| (record.id().to_owned(), record)).collect();
        let mut found = Vec::with_capacity(ids.len());
        for (at, id) in ids.iter().enumerate() {
            let record = if ids[at + 1..].contains(id) { by_id.get(id).cloned() } else { by_id.remove(id) };
            found.extend(record);
        }
        Ok(found)
    }

    /// The rows of the table `t` that the caller sees; `rest` appends conditions and the order.
    pub fn rows(
        &mut self,
        object: &'static Object,
        rest: impl FnOnce(&mut Statement),
    ) -> Result<Vec<Record>> {
        let mut statement = self.select(object);
        statement.push(&format!(" FROM {} AS t WHERE ", object.table));
        self.permissions.confine(object, &mut statement);
        rest(&mut statement);
        self.load(object, statement)
    }

    /// Loads the relations of the records, `depth` levels deep.
    pub fn relate(&mut self, object: &'static Object, records: &mut [Record], depth: u8) -> Result<()> {
        if depth == 0 || records.is_empty() || !self.permissions.caller.may_read() {
            return Ok(());
        }
        for relation in object.to_one() {
            self.relate_to_one(relation, records, depth)?;
        }
        for relation in &object.to_many {
            self.relate_to_many(relation, records, depth)?;
        }
        Ok(())
    }

    fn relate_to_one(&mut self, relation: &'static ToOne, records: &mut [Record], depth: u8) -> Result<()> {
        let target = catalogue().target(&relation.target);
        let mut ids: Vec<String> =
            records.iter().filter_map(|record| record.text(&relation.field).map(str::to_owned)).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut targets = if ids.is_empty() { Vec::new() } else { self.load_where_any(target, "id", &ids)? };
        self.relate(target, &mut targets, depth - 1)?;
        let by_id: HashMap<String, Rc<Record>> =
            targets.into_iter().map(|record| (record.id().to_owned(), Rc::new(record))).collect();
        for record in records {
            let one = record.text(&relation.field).and_then(|id| by_id.get(id)).map(Rc::clone);
            record.related.push((&relation.name, Related::One(one)));
        }
        Ok(())
    }

    fn relate_to_many(&mut self, relation: &'static ToMany, records: &mut [Record], depth: u8) -> Result<()> {
        let target = catalogue().target(&relation.target);
        let ids: Vec<String> = records.iter().map(|record| record.id().to_owned()).collect();
        let mut targets = self.load_first_of_each(target, &relation.field, &ids)?;
        self.relate(target, &mut targets, depth - 1)?;
        let mut by_parent: HashMap<String, Vec<Rc<Record>>> = HashMap::new();
        for record in targets {
            if let Some(parent) = record.text(&relation.field).map(str::to_owned) {
                by_parent.entry(parent).or_default().push(Rc::new(record));
            }
        }
        for record in records {
            let many = by_parent.remove(record.id()).unwrap_or_default();
            record.related.push((&relation.name, Related::Many(many)));
        }
        Ok(())
    }

    fn load_where_any(
        &mut self,
        object: &'static Object,
        path: &str,
        values: &[String],
    ) -> Result<Vec<Record>> {
        let column = object.column(path).ok_or_else(|| Error::ours("a column of the catalogue"))?;
        let limit = self.row_limit();
        self.rows(object, |statement| {
            statement
                .push(" AND ")
                .is_any_of(column.cell, &format!("t.{}", column.name), values)
                .push(" ORDER BY t.id LIMIT ")
                .bind(Cell::Integer, Some(limit.to_string()))
                .prepare();
        })
    }

    /// The first records of each parent, by id.
    fn load_first_of_each(
        &mut self,
        object: &'static Object,
        parent_field: &str,
        parent_ids: &[String],
    ) -> Result<Vec<Record>> {
        let parent =
            &object.column(parent_field).ok_or_else(|| Error::ours("a column of the catalogue"))?.name;
        let mut statement = self.select(object);
        statement.push(&format!(
            " FROM (SELECT t.*, row_number() OVER (PARTITION BY t.{parent} ORDER BY t.id) AS place FROM {} AS t WHERE ",
            object.table
        ));
        self.permissions.confine(object, &mut statement);
        statement.push(" AND ").is_any_of(Cell::Uuid, &format!("t.{parent}"), parent_ids).push(&format!(
            ") AS t WHERE t.place <= {MAX_NESTED_RECORDS} ORDER BY t.{parent}, t.id LIMIT {}",
            self.row_limit()
        ));
        self.load(object, statement)
    }

    /// One row more than allowed, to detect that there are too many.
    fn row_limit(&self) -> usize {
        self.rows_left + 1
    }

    fn select(&self, object: &Object) -> Statement {
        let mut statement = Statement::new(self.conn.dialect(), "SELECT ");
        let columns: Vec<(Cell, String)> =
            object.columns.iter().map(|column| (column.cell, format!("t.{}", column.name))).collect();
        let columns = columns.iter().map(|(cell, column)| (*cell, column.as_str()));
        let of_grant: &[_] =
            if object.model == Some(Model::Account) { &granted_tokens::COLUMNS } else { &[] };
        statement.select_as_text(columns.chain(of_grant.iter().copied()));
        statement
    }

    fn load(&mut self, object: &'static Object, mut statement: Statement) -> Result<Vec<Record>> {
        if self.started_at.elapsed() > MAX_DURATION {
            return Err(Error::Unreadable(TOO_LONG.to_owned()));
        }
        let (rows_left, bytes_left, memory) = (&mut self.rows_left, &mut self.bytes_left, &mut self.memory);
        let (mut rows, mut found) = (PackedRows::default(), Vec::new());
        statement.each_row(self.conn, |row: ReadRow| {
            *rows_left = rows_left.checked_sub(1).ok_or_else(too_many_rows)?;
            *bytes_left = bytes_left.checked_sub(row.byte_len()).ok_or_else(record::too_large)?;
            memory.grow_to(record::MAX_RESPONSE_BYTES - *bytes_left)?;
            found.push(rows.push(&row).map_err(Error::unavailable)?);
            Ok::<_, Error>(())
        })?;
        let rows = Rc::new(rows);
        found.into_iter().map(|row| self.build_record(Record::new(object, &rows, row))).collect()
    }

    fn build_written(&mut self, object: &'static Object, written: Vec<Texts>) -> Result<Vec<Record>> {
        let (mut rows, mut found) = (PackedRows::default(), Vec::with_capacity(written.len()));
        for Texts(cells) in written {
            let row: ReadRow = cells.iter().map(Option::as_deref).collect();
            self.rows_left = self.rows_left.checked_sub(1).ok_or_else(too_many_rows)?;
            self.bytes_left = self.bytes_left.checked_sub(row.byte_len()).ok_or_else(record::too_large)?;
            self.memory.grow_to(record::MAX_RESPONSE_BYTES - self.bytes_left)?;
            found.push(rows.push(&row).map_err(Error::unavailable)?);
        }
        let rows = Rc::new(rows);
        found.into_iter().map(|row| self.build_record(Record::new(object, &rows, row))).collect()
    }

    fn build_record(&mut self, mut record: Record) -> Result<Record> {
        if !self.permissions.caller.may_read() {
            record.hide_fields();
        } else if record.object.columns.iter().any(|column| column.is_secret) {
            self.reveal(&mut record)?;
        }
        Ok(record)
    }

    /// Opens the secrets that the caller may read, and empties the others. One that does not open is empty too, and
    /// the record says so.
    fn reveal(&mut self, record: &mut Record) -> Result<()> {
        let object = record.object;
        let (workspace_id, now) = (self.permissions.workspace_id(), self.permissions.caller.now());
        let may_read = !self.hides_secrets
            && self.permissions.may_read_secrets(object, record.text("accountOwnerId"))
            && self.granted.may_show(record, workspace_id, now);
        let mut revealed = Vec::new();
        for (at, column) in object.columns.iter().enumerate().filter(|(_, column)| column.is_secret) {
            let sealed = record.stored(at).filter(|_| may_read).map(str::to_owned);
            let Some(sealed) = sealed else {
                record.show_secret(at, None);
                continue;
            };
            let place = Place {
                table: object.sealed_in(),
                column: &column.name,
                row: record.id().parse().map_err(Error::ours)?,
                workspace: workspace_id,
            };
            let open = self.vault.open(&place, &sealed).ok();
            match &open {
                Some(_) => revealed.push(column.field.clone()),
                None => record.damaged.push(&column.field),
            }
            record.show_secret(at, open.map(|open| open.expose_secret().to_owned()));
        }
        if !revealed.is_empty() {
            self.readings.push(TokenReading { object, record_id: record.id().to_owned(), fields: revealed });
        }
        Ok(())
    }
}

fn too_many_rows() -> Error {
    Error::Unreadable(format!(
        "The answer is made of more than {MAX_ROWS} records. Ask for fewer with limit, or for less with depth."
    ))
}
