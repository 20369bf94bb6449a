//! `roster doctor`: prints one line for each check, with what to do if it fails.
//! It only reads: it creates, migrates and sends nothing, and no line contains a secret.

use std::io::{self, Write as _};

use anyhow::bail;

use self::finding::{Finding, Verdict};
use super::existing;
use crate::settings::{Settings, Texts};

mod addresses;
mod clocks;
mod configuration;
mod consents;
mod database;
mod disk;
mod finding;
mod jobs;
mod keys;
mod mail;
mod restored;
mod schema;
mod secrets;
mod webhooks;

/// `environment` is an error if one of our variables cannot be read.
pub fn run(flags: &Texts, environment: anyhow::Result<Texts>) -> anyhow::Result<()> {
    let mut report = Report::default();
    match environment {
        Ok(environment) => run_with(flags, &environment, &mut report)?,
        Err(error) => report.print([Finding::fail("variables", format!("{error:#}"))])?,
    }
    match report.failures {
        0 => Ok(()),
        1 => bail!("one thing is wrong; do what its line says, then run this again"),
        many => bail!("{many} things are wrong; do what their lines say, then run this again"),
    }
}

fn run_with(flags: &Texts, environment: &Texts, report: &mut Report) -> io::Result<()> {
    report.print(configuration::of_variables(environment))?;
    match Settings::load(flags, environment) {
        Ok(settings) => run_checks(&settings, report),
        Err(error) => report.print([Finding::fail("settings", format!("{error:#}"))]),
    }
}

fn run_checks(settings: &Settings, report: &mut Report) -> io::Result<()> {
    report.print(configuration::of_settings(settings))?;
    report.print(consents::findings(settings))?;
    report.print([webhooks::of_settings(settings)])?;
    match existing::named(settings) {
        Ok(target) => {
            report.print(database::findings(settings, &target))?;
            report.print(disk::findings(&target))?;
        }
        Err(error) => report.print([Finding::fail("database", format!("{error:#}"))])?,
    }
    report.print([mail::finding(settings)])
}

/// Counts failures. Prints each finding before the next check, which may take a while.
#[derive(Default)]
struct Report {
    failures: usize,
}

impl Report {
    fn print(&mut self, findings: impl IntoIterator<Item = Finding>) -> io::Result<()> {
        let mut out = io::stdout().lock();
        for finding in findings {
            self.failures += usize::from(finding.verdict == Verdict::Fail);
            writeln!(out, "{finding}")?;
        }
        Ok(())
    }
}
