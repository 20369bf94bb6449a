//! The settings as flags, accepted before and after the command.

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};

use crate::settings::{
    Texts,
    key::{CONFIG, KEYS, Key},
};

/// The flags of this call, by setting name.
#[derive(Clone, Default)]
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
    Arg::new(key.name)
        .long(key.flag())
        .value_name("VALUE")
        .help(help(key))
        .help_heading("Settings")
        .global(true)
}

fn help(key: &Key) -> String {
    let otherwise = match (key.default, key.unset) {
        (Some(value), _) => format!(" [default: {value}]"),
        (None, Some(words)) => format!(" [unset: {words}]"),
        (None, None) => String::new(),
    };
    format!("{}{otherwise} [env: {}]", key.description(), key.variable())
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::cli::Cli;

    const README: &str = include_str!("../../README.md");

    #[test]
    fn are_accepted_before_and_after_the_command() {
        for words in [["roster", "--workers", "2", "serve"], ["roster", "serve", "--workers", "2"]] {
            let cli = Cli::try_parse_from(words).unwrap();
            assert_eq!(cli.flags.0.get("workers").map(String::as_str), Some("2"), "{words:?}");
        }
    }

    #[test]
    fn readme_and_help_agree() {
        let help = Cli::command().term_width(1000).render_long_help().to_string();
        for key in keys() {
            let otherwise = key.default.map(|default| format!("`{default}`"));
            let otherwise = otherwise.or(key.unset.map(str::to_owned)).unwrap_or_default();
            let row = format!("| `{}` | {otherwise} | {} |", key.variable(), key.description());
            assert!(README.contains(&row), "README.md lacks this row:\n{row}");
            let line = format!("--{} <VALUE>", key.flag());
            let words = super::help(key);
            assert!(help.contains(&line) && help.contains(&words), "--help lacks {line} {words}:\n{help}");
        }
        let rows = README.lines().filter(|line| line.starts_with("| `ROSTER_")).count();
        assert_eq!(rows, keys().count(), "README.md describes a setting that does not exist");
    }
}
