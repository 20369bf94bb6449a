//! Reads the rows of a PostgreSQL dump, without a server: `pg_restore` prints them as text.

use std::{
    io::{self, BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, bail};

/// A table of the dump and the columns of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DumpedTable {
    schema: String,
    pub name: String,
    pub columns: Vec<String>,
}

/// Calls `take` with each row of the tables in a schema, or in all of them; a `None` cell is NULL. False if `pg_restore` is
/// not installed.
pub fn each_row(
    file: &Path,
    schema: Option<&str>,
    mut take: impl FnMut(&DumpedTable, Vec<Option<String>>),
) -> anyhow::Result<bool> {
    let mut command = Command::new("pg_restore");
    command.args(["--data-only", "--file=-"]).arg(file).stdout(Stdio::piped());
    let mut process = match command.stdin(Stdio::null()).spawn() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        outcome => outcome.context("pg_restore cannot be run")?,
    };
    let lines = BufReader::new(process.stdout.take().context("the output of pg_restore")?).lines();
    let mut table: Option<DumpedTable> = None;
    for line in lines {
        let line = line.context("the dump holds what is no text")?;
        match &table {
            None => table = parse_table(&line),
            Some(_) if line == r"\." => table = None,
            Some(other) if schema.is_some_and(|schema| other.schema != schema) => {}
            Some(known) => take(known, line.split('\t').map(parse_cell).collect()),
        }
    }
    if !process.wait()?.success() || table.is_some() {
        bail!("pg_restore cannot read all of {}; use another backup", file.display());
    }
    Ok(true)
}

/// `COPY public.users (id, "position") FROM stdin;`
fn parse_table(line: &str) -> Option<DumpedTable> {
    let (name, columns) = line.strip_prefix("COPY ")?.strip_suffix(") FROM stdin;")?.split_once(" (")?;
    let (schema, name) = name.rsplit_once('.')?;
    Some(DumpedTable {
        schema: schema.trim_matches('"').replace("\"\"", "\""),
        name: name.trim_matches('"').to_owned(),
        columns: columns.split(", ").map(|column| column.trim_matches('"').to_owned()).collect(),
    })
}

fn parse_cell(text: &str) -> Option<String> {
    if text == r"\N" {
        return None;
    }
    let mut cell = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        cell.push(match (letter, letter == '\\') {
            (_, true) => match letters.next()? {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'v' => '\u{b}',
                other => other,
            },
            (letter, false) => letter,
        });
    }
    Some(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_tables() {
        let table = parse_table("COPY public.walkthroughs (id, \"position\", \"key\") FROM stdin;").unwrap();
        let columns = ["id", "position", "key"].map(str::to_owned).into();
        let (schema, name) = ("public".to_owned(), "walkthroughs".to_owned());
        assert_eq!(table, DumpedTable { schema, name, columns });
        let table = parse_table("COPY \"the \"\"1.\"\" team\".users (id) FROM stdin;").unwrap();
        assert_eq!((&*table.schema, &*table.name), ("the \"1.\" team", "users"));
        for line in ["", "--", "SET lock_timeout = 0;", "SELECT pg_catalog.setval('public.a', 1, true);"] {
            assert_eq!(parse_table(line), None, "{line}");
        }
    }

    #[test]
    fn reads_cells_as_they_were() {
        for (text, cell) in
            [(r"\N", None), ("", Some("")), (r"a\tb\\N\nc", Some("a\tb\\N\nc")), ("ü", Some("ü"))]
        {
            assert_eq!(parse_cell(text).as_deref(), cell, "{text}");
        }
    }
}
