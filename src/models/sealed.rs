//! All sealed values of a database, table by table, in a form that suits both a query and a dump.

use std::fmt;

use super::sealed_columns::{self, RowId, TABLES};
use crate::{
    crypto::{
        key_ring::KeyRing,
        seal::{OpenError, Place, Sealed},
    },
    db::{
        Cell, Conn,
        statement::{Statement, Texts},
    },
    error::{Error, Result},
    idempotency,
};

/// A table with sealed values.
#[derive(Debug, Clone)]
pub struct SealedTable {
    pub name: &'static str,
    secrets: Vec<&'static str>,
    row: Row,
}

/// What identifies a row in the place of its sealed values.
#[derive(Debug, Clone, Copy)]
enum Row {
    /// A uuid in this column; the second is the column of the workspace.
    Uuid(&'static str, Option<&'static str>),
    /// Workspace, caller and key of a stored response.
    StoredResponse,
    /// The proofs of the keys, which are the same for every row.
    Key,
}

/// How many sealed values open.
#[derive(Debug, Default)]
pub struct Count {
    pub open: u64,
    pub damaged: u64,
    /// Where the first damaged one is, and why it does not open.
    pub first_damaged: Option<String>,
}

/// Earlier builds stored it unsealed, and a backup may be as old. The answer beside it has the same place and key.
const UNSEALED_BEFORE: &str = "fingerprint";

/// All tables that have sealed values.
pub fn tables() -> Vec<SealedTable> {
    let proofs = SealedTable { name: "sealing_keys", secrets: vec!["proof"], row: Row::Key };
    TABLES.iter().map(SealedTable::from).chain([proofs]).collect()
}

impl From<&sealed_columns::SealedTable> for SealedTable {
    fn from(table: &sealed_columns::SealedTable) -> Self {
        let row = match table.row_id {
            RowId::Column(id) => Row::Uuid(id, table.workspace),
            RowId::CallerAndKey => Row::StoredResponse,
        };
        let mut secrets = table.columns.replaced.to_vec();
        secrets.retain(|column| *column != UNSEALED_BEFORE);
        Self { name: table.columns.table, secrets, row }
    }
}

/// Tries to open every sealed value. `present` are the tables of the database, which may be older than this build.
pub fn count(conn: &mut Conn, ring: &KeyRing, present: &[String]) -> Result<Count> {
    let mut count = Count::default();
    for table in tables().iter().filter(|table| present.iter().any(|name| name == table.name)) {
        let mut statement = Statement::new(conn.dialect(), "SELECT ");
        statement.select_as_text(table.columns()).push(&format!(" FROM {}", table.name));
        statement.each_row(conn, |Texts(cells): Texts| {
            count.add_row(ring, table, &cells);
            Ok::<_, Error>(())
        })?;
    }
    Ok(count)
}

impl SealedTable {
    /// The columns that [`Count::add_row`] needs, in this order.
    pub fn columns(&self) -> impl Iterator<Item = (Cell, &'static str)> {
        let of_row = match self.row {
            Row::Uuid(id, workspace) => vec![Some((Cell::Uuid, id)), workspace.map(|id| (Cell::Integer, id))],
            Row::StoredResponse => {
                ["workspace_id", "caller", "key"].map(|name| Some((cell_of(name), name))).into()
            }
            Row::Key => Vec::new(),
        };
        let secrets: Vec<_> = self.secrets.iter().map(|name| (Cell::Text, *name)).collect();
        of_row.into_iter().flatten().chain(secrets)
    }

    /// The place of the row's values, without the column; `None` if the row itself is damaged.
    fn place(&self, cells: &[Option<String>]) -> Option<Place> {
        let text = |at: usize| cells.get(at)?.as_deref();
        let place = |row, workspace| Place { table: self.name, column: "", row, workspace };
        Some(match self.row {
            Row::Uuid(_, None) => place(text(0)?.parse().ok()?, 0),
            Row::Uuid(_, Some(_)) => place(text(0)?.parse().ok()?, text(1).map_or(Ok(0), str::parse).ok()?),
            Row::StoredResponse => place(idempotency::row_id(text(1)?, text(2)?), text(0)?.parse().ok()?),
            Row::Key => place(uuid::Uuid::nil(), 0),
        })
    }
}

fn cell_of(name: &str) -> Cell {
    if name == "workspace_id" { Cell::Integer } else { Cell::Text }
}

impl Count {
    /// Opens the values of one row. `cells` are those of [`SealedTable::columns`].
    pub fn add_row(&mut self, ring: &KeyRing, table: &SealedTable, cells: &[Option<String>]) {
        let place = table.place(cells);
        let sealed = &cells[cells.len() - table.secrets.len()..];
        for (column, sealed) in table.secrets.iter().zip(sealed) {
            let Some(sealed) = sealed else { continue };
            match place {
                Some(place) => self.add(ring, &Place { column, ..place }, sealed),
                None => self.add_damaged(&format!("a row of {} that cannot be read", table.name)),
            }
        }
    }

    fn add(&mut self, ring: &KeyRing, place: &Place, sealed: &str) {
        match Sealed::parse(sealed).and_then(|sealed| ring.open(place, &sealed)) {
            Ok(_) => self.open += 1,
            Err(error) => self.add_damaged(&Damaged { place, error }),
        }
    }

    fn add_damaged(&mut self, damaged: &impl fmt::Display) {
        self.damaged += 1;
        self.first_damaged.get_or_insert_with(|| damaged.to_string());
    }
}

struct Damaged<'a> {
    place: &'a Place,
    error: OpenError,
}

impl fmt::Display for Damaged<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.error)
    }
}
