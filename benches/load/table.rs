//! The table: each contestant's medians as ratios to the reference, with the targets of Roster.

use super::{
    contestant::{Contestant, Database, Role},
    measurement::Measurement,
    results::Results,
    workload::Workload,
};

struct Row {
    name: &'static str,
    workload: Workload,
    figure: fn(&Measurement) -> Option<f64>,
    decimals: usize,
    /// The targets of the ratios.
    postgres: Target,
    sqlite: Target,
}

#[derive(Clone, Copy)]
enum Target {
    AtLeast(f64),
    AtMost(f64),
    None,
}

use Target::{AtLeast, AtMost};

const ROWS: [Row; 9] = [
    Row::new("mix, requests/s", Workload::Mix, |one| Some(one.rate), 0, AtLeast(1.6), AtLeast(1.8)),
    Row::new("create, requests/s", Workload::Create, |one| Some(one.rate), 0, AtLeast(1.4), AtLeast(1.8)),
    Row::new("list of 25, requests/s", Workload::List, |one| Some(one.rate), 0, AtLeast(1.3), AtLeast(1.5)),
    Row::new("server CPU, mix, ms", Workload::Mix, |one| one.server_cpu, 3, AtMost(0.35), AtMost(0.60)),
    Row::new("PostgreSQL CPU, mix, ms", Workload::Mix, |one| one.postgres_cpu, 3, AtMost(1.0), Target::None),
    Row::new("p50, mix, ms", Workload::Mix, |one| Some(one.p50), 2, Target::None, Target::None),
    Row::new("p99, mix, ms", Workload::Mix, |one| Some(one.p99), 2, AtMost(0.8), AtMost(1.0)),
    Row::new("memory (PSS), MB", Workload::Mix, |one| one.memory, 1, AtMost(1.0 / 8.0), AtMost(1.0 / 6.0)),
    Row::new(
        "create, 1 connection",
        Workload::CreateAlone,
        |one| Some(one.rate),
        0,
        AtLeast(1.0),
        AtLeast(1.2),
    ),
];

const IDLE_MEMORY_MB: Target = AtMost(25.0);
const FIRST_ANSWER_MS: Target = AtMost(60.0);
/// Of creates on SQLite to the raw loop.
const RAW_RATIO: Target = AtLeast(1.0);

impl Row {
    const fn new(
        name: &'static str,
        workload: Workload,
        figure: fn(&Measurement) -> Option<f64>,
        decimals: usize,
        postgres: Target,
        sqlite: Target,
    ) -> Self {
        Self { name, workload, figure, decimals, postgres, sqlite }
    }

    fn target(&self, role: Role) -> Target {
        match role {
            Role::Roster(Database::PostgreSql) => self.postgres,
            Role::Roster(Database::Sqlite) => self.sqlite,
            Role::Fastify | Role::Grown(_) | Role::Baseline(_) | Role::Url => Target::None,
        }
    }

    /// How much slower creates and lists may be with many accounts in each workspace.
    fn growth_target(&self, role: Role) -> Target {
        match (self.workload, role) {
            (Workload::Create | Workload::List, Role::Grown(Database::PostgreSql)) => AtLeast(1.0 / 1.3),
            (Workload::Create | Workload::List, Role::Grown(Database::Sqlite)) => AtLeast(1.0 / 1.5),
            _ => Target::None,
        }
    }

    /// `0.73 (1,226)`: the ratio to the reference, and the figure itself.
    fn cell(&self, results: &Results, place: usize, reference: Option<usize>, target: Target) -> String {
        let figure = |place| (self.figure)(&results.medians(place, self.workload)?);
        let Some(own) = figure(place) else { return "–".to_owned() };
        match reference.and_then(figure) {
            Some(other) => {
                let ratio = own / other;
                format!("{ratio:.2} ({own:.*}){}", self.decimals, target.verdict(ratio))
            }
            None => format!("{own:.*}", self.decimals),
        }
    }
}

impl Target {
    /// ` ≥ 1.6 FAIL`; empty without a target.
    fn verdict(self, figure: f64) -> String {
        let (sign, limit, reached) = match self {
            AtLeast(limit) => ('≥', limit, figure >= limit),
            AtMost(limit) => ('≤', limit, figure <= limit),
            Self::None => return String::new(),
        };
        let limit = (limit * 1e3).round() / 1e3;
        format!(" {sign} {limit} {}", if reached { "PASS" } else { "FAIL" })
    }
}

/// All contestants; Fastify is 1.
pub fn print(results: &Results) {
    let fastify = results.place(Role::Fastify);
    match fastify {
        Some(_) => println!("\nRatios to Fastify + pg = 1, with the medians in brackets"),
        None => println!("\nMedians; without Fastify there is nothing to compare them with"),
    }
    results.print_absent();
    print_line("", results.contestants.iter().map(|contestant| contestant.name.clone()));
    for row in &ROWS {
        print_line(
            row.name,
            results
                .contestants
                .iter()
                .enumerate()
                .map(|(place, contestant)| row.cell(results, place, fastify, row.target(contestant.role))),
        );
    }
    print_absolute("idle memory (PSS), MB", results, IDLE_MEMORY_MB, |one| one.idle);
    print_absolute("first answer, ms", results, FIRST_ANSWER_MS, |one| {
        Some(one.first_answer?.as_secs_f64() * 1e3)
    });
    print_raw(results);
}

/// Roster compared with its baseline, if there is one.
pub fn print_baselines(results: &Results) {
    let pairs = results.pairs(Role::Roster, Role::Baseline);
    print_pairs("Ratios to the baseline = 1", results, &pairs, |_, _| Target::None);
}

/// Roster with many accounts compared with itself with few.
pub fn print_growth(results: &Results) {
    let pairs = results.pairs(Role::Grown, Role::Roster);
    print_pairs("Ratios to workspaces of one page = 1", results, &pairs, Row::growth_target);
}

fn print_pairs(title: &str, results: &Results, pairs: &[(usize, usize)], target: fn(&Row, Role) -> Target) {
    if pairs.is_empty() {
        return;
    }
    println!("\n{title}, with the medians in brackets");
    print_line("", pairs.iter().map(|(place, _)| results.contestants[*place].name.clone()));
    for row in &ROWS {
        let cell = |(place, reference): &(usize, usize)| {
            let target = target(row, results.contestants[*place].role);
            row.cell(results, *place, Some(*reference), target)
        };
        print_line(row.name, pairs.iter().map(cell));
    }
}

fn print_absolute(name: &str, results: &Results, target: Target, figure: fn(&Contestant) -> Option<f64>) {
    print_line(
        name,
        results.contestants.iter().map(|contestant| {
            let Some(figure) = figure(contestant) else { return "–".to_owned() };
            let is_ours = matches!(contestant.role, Role::Roster(_));
            let verdict = if is_ours { target.verdict(figure) } else { String::new() };
            format!("{figure:.1}{verdict}")
        }),
    );
}

/// The creates on SQLite as ratios to the raw loop.
fn print_raw(results: &Results) {
    let Some(raw) = results.raw_median() else { return };
    for (name, workload, target) in [
        ("create / raw loop", Workload::Create, RAW_RATIO),
        ("64 connections / raw loop", Workload::CreateWith64, Target::None),
    ] {
        print_line(
            name,
            results.contestants.iter().enumerate().map(|(place, contestant)| {
                let create = results.medians(place, workload).filter(|_| contestant.file.is_some());
                let Some(create) = create else { return "–".to_owned() };
                let ratio = create.rate / raw;
                let verdict =
                    if contestant.role == Role::Roster(Database::Sqlite) { target } else { Target::None };
                format!("{ratio:.2} ({:.0} / {raw:.0}){}", create.rate, verdict.verdict(ratio))
            }),
        );
    }
}

fn print_line(name: &str, cells: impl Iterator<Item = String>) {
    let cells: Vec<_> = cells.map(|cell| format!("{cell:<32}")).collect();
    println!("{}", format!("{name:<27}{}", cells.concat()).trim_end());
}
