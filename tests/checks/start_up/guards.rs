//! Eight wrong configurations, and the message for each.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

use roster::{app::App, clock::Clock, crypto::key_ring::KeyRing};
use secrecy::ExposeSecret as _;

use crate::support::database::Database;

/// A password in a URL, which must not be printed.
pub const SECRET: &str = "hunter2hunter2";

pub struct Guard {
    pub name: &'static str,
    pub prepare: fn(&Database, &mut Command),
    /// The part of the message that says what to do.
    pub says: &'static [&'static str],
}

pub const GUARDS: [Guard; 8] = [
    Guard {
        name: "no key",
        prepare: |database, _| fs::remove_file(key_file(database)).expect("a key file"),
        says: &["is missing", "Put the file back from your backup, or name it with ROSTER_KEY_FILE"],
    },
    Guard {
        name: "the key of another",
        prepare: |database, _| write_key(database, KeyRing::generate().text().expose_secret()),
        says: &["lacks key", "Put that key back, below the current one"],
    },
    Guard {
        name: "half a key",
        prepare: |database, _| write_key(database, "c2l4dGVlbiBieXRlcyEhIQ==\n"),
        says: &["line 1 holds 16 bytes", "openssl rand -base64 32"],
    },
    Guard {
        name: "a database that knows one key more",
        prepare: |database, _| {
            let own = fs::read_to_string(key_file(database)).expect("a key file");
            write_key(database, &format!("{}{own}", KeyRing::generate().text().expose_secret()));
            drop(App::open(database.settings(), Clock::default()).expect("an app that opens"));
            write_key(database, &own);
        },
        says: &["lacks key", "Put that key back, below the current one"],
    },
    Guard {
        name: "an unknown scheme",
        prepare: |_, command| set_url(command, &format!("mysql://roster:{SECRET}@localhost/roster")),
        says: &["\"mysql\"", "Use postgres://USER:PASSWORD@HOST/DATABASE or sqlite:///path/to/file"],
    },
    Guard {
        name: "a database that is not there",
        prepare: |database, command| {
            let url = match database.url() {
                Some(url) => url.replace("roster@", &format!("roster:{SECRET}@")) + "_not_there",
                None => format!("sqlite://{}", database.folder.path().join("not_there").display()),
            };
            set_url(command, &url);
        },
        says: &["not_there", "DATABASE_URL"],
    },
    Guard {
        name: "a key for everybody to read",
        prepare: |database, _| {
            fs::set_permissions(key_file(database), fs::Permissions::from_mode(0o644)).expect("a key file");
        },
        says: &["Others on this machine can read the key file", "chmod 600"],
    },
    Guard {
        name: "a key of zeros",
        prepare: |database, _| write_key(database, &format!("{}=\n", "A".repeat(43))),
        says: &["one byte over and over", "openssl rand -base64 32"],
    },
];

fn key_file(database: &Database) -> std::path::PathBuf {
    database.folder.path().join("roster.key")
}

/// Replaces the content and keeps the file's mode.
fn write_key(database: &Database, text: &str) {
    fs::write(key_file(database), text).expect("a key file");
}

fn set_url(command: &mut Command, url: &str) {
    command.env("ROSTER_DATABASE_URL", url);
}
