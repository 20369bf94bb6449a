//! Every column that holds sealed values, and how to seal them anew with the current key. A test compares the list with
//! the database's own constraints and values.

use diesel::QueryResult;
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use crate::{
    crypto::{
        key_ring::KeyRing,
        seal::{OpenError, Place, Sealed},
    },
    db::{
        Cell, Conn,
        exchange::{self, Columns, Exchange},
        statement::{Statement, Texts},
    },
    error::{Error, Result},
    idempotency,
};

/// A table with sealed columns.
#[derive(Debug)]
pub struct SealedTable {
    pub columns: Columns,
    pub(super) row_id: RowId,
    /// The column with the workspace in the place of its values; where it is NULL or missing, the place has 0.
    pub(super) workspace: Option<&'static str>,
    /// How many rows are sealed anew in one transaction.
    batch: usize,
}

/// What identifies a row in the place of its sealed values.
#[derive(Debug, Clone, Copy)]
pub(super) enum RowId {
    Column(&'static str),
    /// Of a stored response: caller and idempotency key.
    CallerAndKey,
}

pub const TABLES: [SealedTable; 9] = [
    SealedTable {
        columns: Columns {
            table: "installation",
            key: &[("id", Cell::Integer)],
            replaced: &["identity_key"],
        },
        row_id: RowId::Column("uuid"),
        workspace: None,
        batch: 1,
    },
    SealedTable {
        columns: Columns {
            table: "social_accounts",
            key: &[("workspace_id", Cell::Integer), ("id", Cell::Integer)],
            replaced: &["external_id", "access_token", "refresh_token"],
        },
        row_id: RowId::Column("uuid"),
        workspace: Some("workspace_id"),
        batch: 500,
    },
    SealedTable {
        columns: Columns {
            table: "webhooks",
            key: &[("workspace_id", Cell::Integer), ("id", Cell::Uuid)],
            replaced: &["secret"],
        },
        row_id: RowId::Column("id"),
        workspace: Some("workspace_id"),
        batch: 500,
    },
    SealedTable {
        columns: Columns {
            table: "invites",
            key: &[("workspace_id", Cell::Integer), ("id", Cell::Integer)],
            replaced: &["token"],
        },
        row_id: RowId::Column("uuid"),
        workspace: Some("workspace_id"),
        batch: 500,
    },
    SealedTable {
        columns: Columns {
            table: "idempotency_keys",
            key: &[("workspace_id", Cell::Integer), ("caller", Cell::Text), ("key", Cell::Text)],
            replaced: &["fingerprint", "answer"],
        },
        row_id: RowId::CallerAndKey,
        workspace: Some("workspace_id"),
        batch: 50, // An answer may have 64 KB.
    },
    SealedTable {
        columns: Columns {
            table: "consents",
            key: &[("workspace_id", Cell::Integer), ("id", Cell::Uuid)],
            replaced: &["verifier", "outcome"],
        },
        row_id: RowId::Column("id"),
        workspace: Some("workspace_id"),
        batch: 500,
    },
    SealedTable {
        columns: Columns {
            table: "grants",
            key: &[("workspace_id", Cell::Integer), ("id", Cell::Uuid)],
            replaced: &["access_token", "refresh_token"],
        },
        row_id: RowId::Column("id"),
        workspace: Some("workspace_id"),
        batch: 500,
    },
    SealedTable {
        columns: Columns {
            table: "webhook_deliveries",
            key: &[("workspace_id", Cell::Integer), ("webhook_id", Cell::Uuid), ("id", Cell::Uuid)],
            replaced: &["record"],
        },
        row_id: RowId::Column("id"),
        workspace: Some("workspace_id"),
        batch: 20, // A record may have a megabyte.
    },
    SealedTable {
        columns: Columns { table: "jobs", key: &[("id", Cell::Uuid)], replaced: &["payload"] },
        row_id: RowId::Column("id"),
        workspace: Some("workspace_id"),
        batch: 500,
    },
];

/// A row in which a value is not sealed with the current key.
#[derive(Debug)]
pub struct SealedRow {
    pub key: Vec<String>,
    row_id: Uuid,
    workspace: i64,
    values: Vec<Option<String>>,
}

/// How many rows of a table need a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowCount {
    pub table: &'static str,
    pub rows: u64,
}

/// The tables in which rows are sealed with the key.
pub fn rows_sealed_with(conn: &mut Conn, key_id: &str) -> QueryResult<Vec<RowCount>> {
    let count = |table: &SealedTable| {
        let rows = table.count_sealed_with(conn, key_id)?;
        Ok(RowCount { table: table.columns.table, rows })
    };
    let counts = TABLES.iter().map(count).collect::<QueryResult<Vec<_>>>()?;
    Ok(counts.into_iter().filter(|count| count.rows > 0).collect())
}

impl SealedRow {
    /// For messages.
    pub fn name(&self) -> String {
        self.key.join("/")
    }
}

impl SealedTable {
    /// How many rows hold a value that is sealed with the key.
    pub fn count_sealed_with(&self, conn: &mut Conn, key_id: &str) -> QueryResult<u64> {
        self.count(conn, key_id, "=")
    }

    /// How many rows hold a value that is sealed with any other key.
    pub fn count_not_sealed_with(&self, conn: &mut Conn, key_id: &str) -> QueryResult<u64> {
        self.count(conn, key_id, "<>")
    }

    fn count(&self, conn: &mut Conn, key_id: &str, operator: &str) -> QueryResult<u64> {
        let mut statement = Statement::new(conn.dialect(), "SELECT ");
        statement.select_as_text([(Cell::Integer, "count(*)")]).push(" FROM ").push(self.columns.table);
        self.push_condition(statement.push(" WHERE "), key_id, operator);
        let rows = statement.rows(conn)?;
        let count = rows.into_iter().next().and_then(|Texts(cells)| cells.into_iter().flatten().next());
        Ok(count.and_then(|count| count.parse().ok()).unwrap_or_default())
    }

    /// The next rows after the row with these key columns, in their order, in which another key has sealed a value.
    pub fn next_rows(
        &self,
        conn: &mut Conn,
        key_id: &str,
        after: Option<&[String]>,
    ) -> Result<Vec<SealedRow>> {
        let keys = self.columns.key;
        let names = keys.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let workspace =
            self.workspace.map_or_else(|| "0".to_owned(), |column| format!("coalesce({column}, 0)"));
        let place = match self.row_id {
            RowId::Column(column) => vec![(Cell::Integer, workspace.as_str()), (Cell::Uuid, column)],
            RowId::CallerAndKey => vec![(Cell::Integer, workspace.as_str())],
        };
        let selection = keys.iter().map(|(name, cell)| (*cell, *name)).chain(place);
        let selection = selection.chain(self.columns.replaced.iter().map(|name| (Cell::Text, *name)));
        let mut statement = Statement::new(conn.dialect(), "SELECT ");
        statement.select_as_text(selection).push(" FROM ").push(self.columns.table).push(" WHERE ");
        self.push_condition(&mut statement, key_id, "<>");
        if let Some(after) = after {
            let values = keys.iter().zip(after).map(|((_, cell), text)| (*cell, Some(text.clone())));
            statement.push(&format!(" AND ({names}) > (")).bind_all(values).push(")");
        }
        // With the table's name it is the column; without, PostgreSQL takes the text that was selected, which has
        // another order and no index.
        let order = keys.iter().map(|(name, _)| format!("{}.{name}", self.columns.table));
        let order = order.collect::<Vec<_>>().join(", ");
        statement.push(&format!(" ORDER BY {order} LIMIT {}", self.batch));
        statement.rows(conn)?.into_iter().map(|texts| self.parse(texts)).collect()
    }

    /// Seals the values of a row with the first key of the ring.
    pub fn reseal(&self, ring: &KeyRing, row: &SealedRow) -> Result<Exchange, OpenError> {
        let values = self.columns.replaced.iter().zip(&row.values).map(|(column, value)| {
            let Some(old) = value else { return Ok(None) };
            let place =
                Place { table: self.columns.table, column, row: row.row_id, workspace: row.workspace };
            let open = ring.open(&place, &Sealed::parse(old)?)?;
            Ok(Some((old.clone(), ring.seal(&place, open.expose_secret()).as_str().to_owned())))
        });
        Ok(Exchange { key: row.key.clone(), values: values.collect::<Result<_, OpenError>>()? })
    }

    /// Stores what [`SealedTable::reseal`] has made. Rows that were changed in the meantime stay as they are.
    pub fn store(&self, conn: &mut Conn, rows: &[Exchange]) -> QueryResult<usize> {
        if rows.is_empty() { Ok(0) } else { exchange::exchange(conn, &self.columns, rows) }
    }

    /// The id of the key follows `enc:v1:`. Comparing a column that is NULL gives NULL, which counts as false.
    fn push_condition(&self, statement: &mut Statement, key_id: &str, operator: &str) {
        for (at, column) in self.columns.replaced.iter().enumerate() {
            statement.push(if at == 0 { "(" } else { " OR " });
            statement.push(&format!("substr({column}, 8, 8) {operator} "));
            statement.bind(Cell::Text, Some(key_id.to_owned()));
        }
        statement.push(")");
    }

    fn parse(&self, Texts(mut cells): Texts) -> Result<SealedRow> {
        let key: Vec<String> = cells.drain(..self.columns.key.len()).flatten().collect();
        let mut take = || cells.remove(0).unwrap_or_default();
        let workspace = take().parse().map_err(Error::ours)?;
        let row_id = match self.row_id {
            RowId::Column(_) => take().parse().map_err(Error::ours)?,
            RowId::CallerAndKey => idempotency::row_id(&key[1], &key[2]),
        };
        Ok(SealedRow { key, row_id, workspace, values: cells })
    }
}

#[cfg(test)]
mod tests {
    use super::TABLES;
    use crate::catalogue::catalogue;

    #[test]
    fn names_every_secret_of_the_catalogue() {
        let secrets = catalogue().objects().iter().flat_map(|object| {
            let secrets = object.columns.iter().filter(|column| column.is_secret);
            secrets.map(|column| (object.sealed_in(), column.name.as_str()))
        });
        let secrets: Vec<_> = secrets.collect();
        assert!(secrets.len() >= 3);
        for (table, column) in secrets {
            let is_named = |sealed: &&super::SealedTable| sealed.columns.table == table;
            let sealed = TABLES.iter().find(is_named).unwrap_or_else(|| panic!("{table}"));
            assert!(sealed.columns.replaced.contains(&column), "{table}.{column}");
        }
    }
}
