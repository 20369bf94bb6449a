//! `roster doctor`: one line for each thing that may be wrong, and what to do about it.
//! It only looks: nothing is made, migrated or sent, and no line holds a secret.

use std::io::{self, Write as _};

use anyhow::bail;

use self::finding::{Finding, Verdict};
use super::existing;
use crate::settings::{Settings, Texts};

mod clocks;
mod configuration;
mod database;
mod disk;
mod finding;
mod keys;
mod mail;
mod schema;

pub fn run(flags: &Texts, environment: &Texts) -> anyhow::Result<()> {
    let mut report = Report::default();
    report.tell(configuration::of_variables(environment))?;
    match Settings::read(flags, environment) {
        Ok(settings) => examine(&settings, &mut report)?,
        Err(error) => report.tell([Finding::fail("settings", format!("{error:#}"))])?,
    }
    match report.failures {
        0 => Ok(()),
        1 => bail!("one thing is wrong; do what its line says, and ask again"),
        many => bail!("{many} things are wrong; do what their lines say, and ask again"),
    }
}

fn examine(settings: &Settings, report: &mut Report) -> io::Result<()> {
    report.tell(configuration::of_settings(settings))?;
    match existing::named(settings) {
        Ok(target) => {
            report.tell(database::findings(settings, &target))?;
            report.tell(disk::findings(&target))?;
        }
        Err(error) => report.tell([Finding::fail("database", format!("{error:#}"))])?,
    }
    report.tell([mail::finding(settings)])
}

/// What was found so far. Each line is shown before the next thing is looked for, which may take its time.
#[derive(Default)]
struct Report {
    failures: usize,
}

impl Report {
    fn tell(&mut self, findings: impl IntoIterator<Item = Finding>) -> io::Result<()> {
        let mut out = io::stdout().lock();
        for finding in findings {
            self.failures += usize::from(finding.verdict == Verdict::Fail);
            writeln!(out, "{finding}")?;
        }
        Ok(())
    }
}
