//! SQL types that diesel lacks, for the tables of `schema.rs`.

use diesel::sql_types::SqlType;

/// The SQL type of a UUID column: native in PostgreSQL, text in SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Guid;
