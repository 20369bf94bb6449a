//! `roster keys list`: prints one line for each key: its id, its state, and what needs it.

use std::io::{self, Write as _};

use crate::{
    cli::existing,
    clock,
    db::Conn,
    models::{
        installation,
        sealed_columns::{self, RowCount},
        sealing_key::{self, SealingKey},
    },
    settings::Settings,
};

pub fn run(settings: &Settings) -> anyhow::Result<()> {
    let target = existing::current_database(settings)?;
    let path = settings.key_file();
    let lines = target.inspect(|conn| {
        let ring = installation::verify(conn, &path)?;
        let known = sealing_key::load_all(conn)?;
        let mut lines = known.iter().map(|key| describe(conn, key, &known)).collect::<Result<Vec<_>, _>>()?;
        let is_unknown = |id: &&str| known.iter().all(|key| key.id != *id);
        let unknown = ring.ids().filter(is_unknown);
        lines.extend(
            unknown.map(|id| format!("{id}  new      not used yet; `roster keys rotate` puts it to use")),
        );
        Ok(lines)
    })?;
    let mut out = io::stdout().lock();
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
    Ok(())
}

fn describe(conn: &mut Conn, key: &SealingKey, known: &[SealingKey]) -> anyhow::Result<String> {
    let rows = sealed_columns::rows_sealed_with(conn, &key.id)?;
    let id = &key.id;
    let is_current = sealing_key::current(known).is_some_and(|current| current.id == *id);
    Ok(match key.retired_at {
        Some(moment) => format!("{id}  retired  {}{}", clock::iso8601(moment), lost(&rows)),
        None if is_current => format!("{id}  current  seals and signs; used by {}", sum(&rows)),
        None if rows.is_empty() => format!("{id}  unused   may be retired: roster keys retire {id}"),
        None => format!("{id}  old      used by {}; run `roster keys rotate`", sum(&rows)),
    })
}

/// Such as `12 rows (invites 2, social_accounts 10)`.
pub fn sum(rows: &[RowCount]) -> String {
    let all: u64 = rows.iter().map(|count| count.rows).sum();
    let tables: Vec<_> = rows.iter().map(|count| format!("{} {}", count.table, count.rows)).collect();
    let noun = if all == 1 { "row" } else { "rows" };
    if tables.is_empty() { format!("no {noun}") } else { format!("{all} {noun} ({})", tables.join(", ")) }
}

fn lost(rows: &[RowCount]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    format!(", but used by {}; put it back into the key file and run `roster keys rotate`", sum(rows))
}
