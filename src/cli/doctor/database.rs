//! Checks the database, with one connection.

use super::{Finding, Verdict, addresses, clocks, consents, jobs, keys, restored, schema, secrets, webhooks};
use crate::{
    db::{Conn, Pooling, Target, damage, inspection, waiting::Locked},
    settings::{Pooler, Settings},
};

const SUBJECT: &str = "database";
const MIB: u64 = 1024 * 1024;
/// The check of a smaller file takes less than a second.
const ANNOUNCE_FROM: u64 = 64 * MIB;

pub fn findings(settings: &Settings, target: &Target) -> Vec<Finding> {
    if !target.exists() {
        let sentence =
            format!("there is none yet ({target:?}); `roster migrate` makes it, and so does a start");
        return vec![Finding::warn(SUBJECT, sentence), keys::of_file(&settings.key_file())];
    }
    let mut findings = Vec::from_iter(restored::finding(target));
    findings.extend(target.inspect(|conn| run_checks(settings, target, conn)).unwrap_or_else(|error| {
        let sentence = if error.is::<Locked>() {
            format!("{error}, then run this again")
        } else if damage::is_damage(&error) {
            describe_damage(target, &format!("{error:#}"))
        } else {
            format!("it cannot be read ({target:?}): {error:#}. Check that it runs, its address and its permissions")
        };
        vec![Finding::fail(SUBJECT, sentence), keys::of_file(&settings.key_file())]
    }));
    findings
}

fn run_checks(settings: &Settings, target: &Target, conn: &mut Conn) -> anyhow::Result<Vec<Finding>> {
    let mut findings = vec![check_integrity(target, conn)?];
    if findings[0].verdict == Verdict::Fail {
        return Ok(findings);
    }
    findings.extend(check_pooler(settings, target)?);
    findings.extend(check_language(conn)?);
    findings.push(schema::finding(conn)?);
    findings.extend(keys::of_database(conn, &settings.key_file())?);
    findings.extend(secrets::finding(conn, &settings.key_file())?);
    findings.push(clocks::finding(conn)?);
    findings.extend(addresses::findings(conn)?);
    findings.extend(jobs::findings(conn)?);
    findings.extend(consents::refusals(conn)?);
    findings.extend(webhooks::of_database(conn)?);
    Ok(findings)
}

fn check_integrity(target: &Target, conn: &mut Conn) -> anyhow::Result<Finding> {
    if let Some(server) = inspection::server(conn)? {
        return Ok(match server.encoding_fault() {
            Some(fault) => Finding::fail(SUBJECT, fault),
            None => Finding::ok(SUBJECT, format!("PostgreSQL {}, {}", server.version, server.encoding)),
        });
    }
    announce_check(target);
    Ok(match inspection::damage(conn, true)?.first() {
        Some(damage) => Finding::fail(SUBJECT, describe_damage(target, damage)),
        None => Finding::ok(SUBJECT, format!("{target:?} is sound")),
    })
}

fn check_pooler(settings: &Settings, target: &Target) -> anyhow::Result<Option<Finding>> {
    let (found, subject) = (Pooling::find(target)?, "pooler");
    Ok(match (found, settings.database_pooler) {
        (Pooling::None, Some(Pooler::Transaction)) => {
            Some(Finding::ok(subject, "in transaction mode, as database_pooler says; there seems to be none"))
        }
        (Pooling::None, _) => None,
        (Pooling::Transaction, Some(Pooler::Session)) => {
            let sentence = "it is in transaction mode, and requests will fail; leave database_pooler unset, or set \
                 it to transaction";
            Some(Finding::fail(subject, sentence))
        }
        (Pooling::Transaction, _) => {
            Some(Finding::ok(subject, "in transaction mode, so nothing is kept in sessions"))
        }
    })
}

fn describe_damage(target: &Target, damage: &str) -> String {
    format!("{target:?} is damaged: {damage}. Stop the service and restore the latest backup")
}

/// Goes to standard error, because it is no finding.
fn announce_check(target: &Target) {
    if let Some(bytes @ ANNOUNCE_FROM..) = target.byte_len() {
        eprintln!("checking all {} MiB of the database, which may take a while …", bytes / MIB);
    }
}

/// Roster recognises some failures by the server's messages, which must therefore be in English.
fn check_language(conn: &mut Conn) -> anyhow::Result<Option<Finding>> {
    let Some(server) = inspection::server(conn)? else { return Ok(None) };
    let language = server.lc_messages;
    Ok(Some(if is_english(&language) {
        Finding::ok("lc_messages", format!("the server reports failures in English ({language:?})"))
    } else {
        Finding::warn(
            "lc_messages",
            format!(
                "the server reports failures in {language}, and Roster then takes a full disk or a deadlock for a \
                 defect of its own; run `ALTER ROLE … SET lc_messages = 'C'` for Roster's role"
            ),
        )
    }))
}

fn is_english(language: &str) -> bool {
    let language = language.split('.').next().unwrap_or_default();
    matches!(language, "" | "C" | "POSIX") || language == "en" || language.starts_with("en_")
}

#[cfg(test)]
mod tests {
    use super::is_english;

    #[test]
    fn english_has_many_names() {
        for language in ["C", "C.UTF-8", "POSIX", "", "en", "en_GB.utf8"] {
            assert!(is_english(language), "{language}");
        }
        for language in ["de_DE.UTF-8", "fr", "Catalan"] {
            assert!(!is_english(language), "{language}");
        }
    }
}
