//! Runs every example of `spec/` as one test for each database, over a real socket.
//! `ROSTER_SPEC_URL=http://… cargo test --test spec` runs them against another server.

use std::{process::ExitCode, sync::Arc, time::SystemTime};

use libtest_mimic::{Arguments, Completion, Failed, Trial};

mod consents;
mod example;
mod files;
mod given;
mod keys;
mod matching;
mod meta;
mod names;
mod place;
mod records;
mod requests;
mod run;

#[path = "../support/support.rs"]
#[allow(dead_code, unused_macros, reason = "each test target uses its part of the support")]
mod support;
mod tampering;
mod world;

use files::File;
use place::Place;
use run::Context;
use support::{database::Kind, not_run, postgres::Postgres};
use world::World;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let world = Arc::new(files::world().expect("a readable spec/world.yml"));
    let places = Place::all();
    let mut trials = meta::trials(&world);
    for (name, file) in files::all(&world) {
        match file {
            Ok(file) => trials.extend(examples(&Arc::new(file), &world, &places)),
            Err(reason) => trials.push(Trial::test(name, move || Err(Failed::from(reason)))),
        }
    }
    tell_skipped(&trials);
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn examples(file: &Arc<File>, world: &Arc<World>, places: &[Place]) -> Vec<Trial> {
    let numbers = 0..file.endpoint.examples.len();
    let cases = numbers.flat_map(|number| places.iter().map(move |place| (number, place.clone())));
    cases.map(|(number, place)| trial(Arc::clone(file), Arc::clone(world), number, place)).collect()
}

fn trial(file: Arc<File>, world: Arc<World>, number: usize, place: Place) -> Trial {
    let example = &file.endpoint.examples[number];
    let name = format!("{}::{}::{}", file.name, example.name, place.name());
    let shared = matches!(place, Place::Shared(_));
    let skipped = shared && !example.needs.is_empty();
    let domain = shared.then(|| own_domain(&file.name, number));
    let needs_postgres = matches!(place, Place::Own(Kind::Postgres));
    let test = name.clone();
    let play = move || {
        if needs_postgres && Postgres::get().is_none() {
            not_run::note(&test);
            return Ok(Completion::ignored_with("PostgreSQL is not installed"));
        }
        let context = Context {
            world: &world,
            endpoint: &file.endpoint.default,
            sender: file.endpoint.sender.as_deref().unwrap_or("nobody"),
            mentioned: &file.mentioned[number],
        };
        let outcome = context.play(&file.endpoint.examples[number], &place, domain);
        outcome.map(|()| Completion::Completed).map_err(Failed::from)
    };
    Trial::ignorable_test(name, play).with_ignored_flag(skipped)
}

/// A mail domain that no other example and no earlier run has used.
fn own_domain(file: &str, number: usize) -> String {
    let run = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_millis());
    format!(
        "{}-{number}-{run}.{}",
        file.trim_start_matches("api/v4/").replace(['/', '_'], "-"),
        names::DOMAIN
    )
}

fn tell_skipped(trials: &[Trial]) {
    let skipped = trials.iter().filter(|trial| trial.has_ignored_flag()).count();
    if skipped > 0 {
        eprintln!(
            "{skipped} examples need the database, the clock, the settings or a restart: skipped here."
        );
    }
}
