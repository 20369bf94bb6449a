//! The settings as flags: one for each row of the table, accepted before and after the command.

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};

use crate::settings::{
    Texts,
    key::{CONFIG, KEYS, Key},
};

/// What was given on the command line, by the name of the setting.
#[derive(Clone, Debug, Default)]
pub struct Flags(pub Texts);

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        keys().fold(command, |command, key| command.arg(flag(key)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = |key: &Key| Some((key.name.to_owned(), matches.get_one::<String>(key.name)?.clone()));
        Ok(Self(keys().filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.extend(Self::from_arg_matches(matches)?.0);
        Ok(())
    }
}

fn keys() -> impl Iterator<Item = &'static Key> {
    [&CONFIG].into_iter().chain(KEYS)
}

fn flag(key: &'static Key) -> Arg {
    let default = key.default.map(|default| format!(" [default: {default}]")).unwrap_or_default();
    Arg::new(key.name)
        .long(key.flag())
        .value_name("VALUE")
        .help(format!("{}{default} [env: {}]", key.description(), key.variable()))
        .help_heading("Settings")
        .global(true)
}
