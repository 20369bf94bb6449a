//! Rows and what they are related to: one query for each relation and level, the ids of a level as one list.

use std::{
    collections::HashMap,
    rc::Rc,
    time::{Duration, Instant},
};

use secrecy::ExposeSecret as _;

use super::{
    permissions::Permissions,
    record::{self, Record, Related},
    token_readings::TokenReading,
};
use crate::{
    catalogue::{
        catalogue,
        column::Cell,
        object::{Object, ToMany, ToOne},
    },
    crypto::seal::{Place, Sealed},
    db::{
        Conn,
        statement::{Statement, Texts},
    },
    error::{Error, Result},
    models::vault::Vault,
};

/// What a list inside a record holds at most.
pub const MOST_NESTED: usize = 1_000;
/// What one answer is made of at most.
const MOST_ROWS: usize = 100_000;
/// What the making of one answer takes at most: others wait for the connection.
const LONGEST: Duration = Duration::from_secs(10);
const TOO_LONG: &str =
    "The answer takes too long to make. Ask for fewer records, with limit, depth or a smaller batch.";

/// Loads records for one caller, and remembers whose secrets it showed. Who may only write is shown ids.
pub struct Loader<'a> {
    pub conn: &'a mut Conn,
    pub permissions: &'a Permissions,
    vault: &'a Vault,
    since: Instant,
    rows_left: usize,
    bytes_left: usize,
    readings: Vec<TokenReading>,
    hides_secrets: bool,
}

impl<'a> Loader<'a> {
    pub fn new(conn: &'a mut Conn, permissions: &'a Permissions, vault: &'a Vault) -> Self {
        Self {
            conn,
            permissions,
            vault,
            since: Instant::now(),
            rows_left: MOST_ROWS,
            bytes_left: record::LARGEST,
            readings: Vec::new(),
            hides_secrets: false,
        }
    }

    /// For what is kept: it shows no secret to anybody.
    pub fn without_secrets(conn: &'a mut Conn, permissions: &'a Permissions, vault: &'a Vault) -> Self {
        Self { hides_secrets: true, ..Self::new(conn, permissions, vault) }
    }

    /// The records whose secrets were shown so far.
    pub fn into_readings(self) -> Vec<TokenReading> {
        self.readings
    }

    /// One record with its relations, or none that this caller sees.
    pub fn one(&mut self, object: &'static Object, id: &str, depth: u8) -> Result<Option<Record>> {
        Ok(self.by_ids(object, &[id.to_owned()], depth)?.pop())
    }

    /// The records with these ids that this caller sees, in the order of the ids.
    pub fn by_ids(&mut self, object: &'static Object, ids: &[String], depth: u8) -> Result<Vec<Record>> {
        let mut records = self.with_any(object, "id", ids)?;
        self.relate(object, &mut records, depth)?;
        let mut by_id: HashMap<String, Record> =
            records.into_iter().map(|record| (record.id().to_owned(), record)).collect();
        let mut found = Vec::with_capacity(ids.len());
        for (at, id) in ids.iter().enumerate() {
            // Asked for twice, given twice.
            let record = if ids[at + 1..].contains(id) { by_id.get(id).cloned() } else { by_id.remove(id) };
            found.extend(record);
        }
        Ok(found)
    }

    /// Rows of `t`, narrowed and ordered by what `rest` appends after the confinement.
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

    /// Loads what the records are related to, as deep as is asked.
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
        let mut targets = if ids.is_empty() { Vec::new() } else { self.with_any(target, "id", &ids)? };
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
        let mut targets = self.first_of_each(target, &relation.by, &ids)?;
        self.relate(target, &mut targets, depth - 1)?;
        let mut by_parent: HashMap<String, Vec<Rc<Record>>> = HashMap::new();
        for record in targets {
            if let Some(parent) = record.text(&relation.by).map(str::to_owned) {
                by_parent.entry(parent).or_default().push(Rc::new(record));
            }
        }
        for record in records {
            let many = by_parent.remove(record.id()).unwrap_or_default();
            record.related.push((&relation.name, Related::Many(many)));
        }
        Ok(())
    }

    fn with_any(&mut self, object: &'static Object, path: &str, values: &[String]) -> Result<Vec<Record>> {
        let column = object.column(path).ok_or_else(|| Error::ours("a column of the catalogue"))?;
        let most = self.most_rows();
        self.rows(object, |statement| {
            statement
                .push(" AND ")
                .is_any_of(column.cell, &format!("t.{}", column.name), values)
                .push(&format!(" ORDER BY t.id LIMIT {most}"));
        })
    }

    /// Of each parent the first of its records, by id.
    fn first_of_each(
        &mut self,
        object: &'static Object,
        by: &str,
        parents: &[String],
    ) -> Result<Vec<Record>> {
        let parent = &object.column(by).ok_or_else(|| Error::ours("a column of the catalogue"))?.name;
        let mut statement = self.select(object);
        statement.push(&format!(
            " FROM (SELECT t.*, row_number() OVER (PARTITION BY t.{parent} ORDER BY t.id) AS place FROM {} AS t WHERE ",
            object.table
        ));
        self.permissions.confine(object, &mut statement);
        statement.push(" AND ").is_any_of(Cell::Uuid, &format!("t.{parent}"), parents).push(&format!(
            ") AS t WHERE t.place <= {MOST_NESTED} ORDER BY t.{parent}, t.id LIMIT {}",
            self.most_rows()
        ));
        self.load(object, statement)
    }

    /// One more than there may be, to tell too many from enough.
    fn most_rows(&self) -> usize {
        self.rows_left + 1
    }

    fn select(&self, object: &Object) -> Statement {
        let mut statement = Statement::new(self.conn.dialect(), "SELECT ");
        let columns: Vec<(Cell, String)> =
            object.columns.iter().map(|column| (column.cell, format!("t.{}", column.name))).collect();
        statement.read(columns.iter().map(|(cell, column)| (*cell, column.as_str())));
        statement
    }

    fn load(&mut self, object: &'static Object, mut statement: Statement) -> Result<Vec<Record>> {
        if self.since.elapsed() > LONGEST {
            return Err(Error::Unreadable(TOO_LONG.to_owned()));
        }
        let (rows_left, bytes_left) = (&mut self.rows_left, &mut self.bytes_left);
        let mut rows = Vec::new();
        statement.each_row(self.conn, |row| {
            *rows_left = rows_left.checked_sub(1).ok_or_else(too_many)?;
            *bytes_left = bytes_left.checked_sub(row.weight()).ok_or_else(record::too_large)?;
            rows.push(row);
            Ok::<_, Error>(())
        })?;
        rows.into_iter().map(|row| self.record(object, row)).collect()
    }

    fn record(&mut self, object: &'static Object, Texts(cells): Texts) -> Result<Record> {
        let mut record = Record { object, cells, related: Vec::new() };
        if !self.permissions.caller.may_read() {
            record.cells.truncate(1);
        } else if object.columns.iter().any(|column| column.is_secret) {
            self.reveal(&mut record)?;
        }
        Ok(record)
    }

    /// Opens the secrets this caller may read, and empties the others.
    fn reveal(&mut self, record: &mut Record) -> Result<()> {
        let object = record.object;
        let may_read =
            !self.hides_secrets && self.permissions.may_read_secrets(object, record.text("accountOwnerId"));
        let mut shown = Vec::new();
        for (at, column) in object.columns.iter().enumerate().filter(|(_, column)| column.is_secret) {
            let Some(sealed) = record.cells[at].take().filter(|_| may_read) else { continue };
            let place = Place {
                table: object.sealed_in(),
                column: &column.name,
                row: record.id().parse().map_err(Error::ours)?,
                workspace: self.permissions.workspace_id(),
            };
            let sealed = Sealed::parse(&sealed).map_err(Error::ours)?;
            let open = self.vault.ring().open(&place, &sealed).map_err(Error::ours)?;
            shown.push(column.field.clone());
            record.cells[at] = Some(open.expose_secret().to_owned());
        }
        if !shown.is_empty() {
            self.readings.push(TokenReading { object, record_id: record.id().to_owned(), fields: shown });
        }
        Ok(())
    }
}

fn too_many() -> Error {
    Error::Unreadable(format!(
        "The answer is made of more than {MOST_ROWS} records. Ask for fewer with limit, or for less with depth."
    ))
}
