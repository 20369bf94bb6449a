//! Checks whether the database has exactly this build's migrations.

use super::Finding;
use crate::db::{Conn, inspection};

const SUBJECT: &str = "schema";

pub fn finding(conn: &mut Conn) -> anyhow::Result<Finding> {
    let applied = inspection::applied_migrations(conn)?;
    let known = inspection::known_migrations()?;
    Ok(compare(&applied, &known))
}

fn compare(applied: &[String], known: &[String]) -> Finding {
    if let Some(newer) = applied.iter().find(|version| !known.contains(version)) {
        let sentence = format!(
            "a newer Roster has changed the tables (migration {newer}); run that one, or restore the backup made \
             before it"
        );
        return Finding::fail(SUBJECT, sentence);
    }
    let pending: Vec<&str> =
        known.iter().filter(|version| !applied.contains(version)).map(String::as_str).collect();
    if !pending.is_empty() {
        let sentence =
            format!("migrations are pending ({}); back up, then run `roster migrate`", pending.join(", "));
        return Finding::warn(SUBJECT, sentence);
    }
    Finding::ok(SUBJECT, format!("up to date, {}", known.last().map_or("empty", String::as_str)))
}

#[cfg(test)]
mod tests {
    use super::{super::Verdict, *};

    #[test]
    fn an_older_schema_is_a_warning_and_a_newer_one_a_failure() {
        let versions = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let known = versions(&["1", "2"]);
        assert_eq!(compare(&known, &known).verdict, Verdict::Ok);
        assert_eq!(compare(&versions(&["1"]), &known).verdict, Verdict::Warn);
        assert_eq!(compare(&versions(&["1", "2", "3"]), &known).verdict, Verdict::Fail);
    }
}
