//! `roster demo`: an example department, and how to sign in as each of its people. With a stand-in for X, it also serves.

use std::{
    io::{self, Write as _},
    net::TcpListener,
};

use anyhow::Context as _;
use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};

use super::serve;
use crate::{
    app,
    clock::Clock,
    crypto::{
        opaque::OpaqueToken,
        password::{self, Passwords},
    },
    db::{Intent, waiting},
    demo::{
        self, Demo,
        people::{GUEST, PEOPLE, WORKSPACE},
        stand_in,
    },
    models::{installation, user::candidate},
    settings::Settings,
};

const PASSWORD_LENGTH: usize = 16;
const WITH_X: &str = "To connect an account, the browser goes to a stand-in for X on this machine. Sign in";

#[derive(Debug, Args)]
pub struct Options {
    /// The password of each person [default: a random one]
    #[arg(long)]
    password: Option<SecretString>,
    /// Serve the example at once, with a stand-in for X on this machine: accounts are connected without an X app
    #[arg(long)]
    with_x: bool,
}

/// Uses one transaction, so that a database which people use already is not even migrated.
pub fn run(mut settings: Settings, options: Options) -> anyhow::Result<()> {
    if options.with_x {
        expect_free_port(&settings)?;
        stand_in::start(&mut settings)?;
    }
    let with_x = options.with_x;
    let password = options.password.unwrap_or_else(generate_password);
    candidate::password(&password, "password").context("Choose another --password")?;
    let digests = hash_for_each(&settings, &password)?;
    let now = Clock::default().now();
    let target = app::target(&settings)?;
    let demo = waiting::until_free(|| {
        target.transaction(Intent::Write, |conn| {
            let vault = installation::prepare(conn, &settings.key_file(), now)?;
            demo::fill(conn, &vault, &digests, now)
        })
    })?;
    io::stdout().write_all(render(&settings, &demo, &password, with_x).as_bytes())?;
    if with_x { serve::run(settings) } else { Ok(()) }
}

/// Otherwise the service could not start after the database is filled, and it is filled once.
fn expect_free_port(settings: &Settings) -> anyhow::Result<()> {
    TcpListener::bind(&settings.listen).with_context(|| format!("cannot listen on {}", settings.listen))?;
    Ok(())
}

fn generate_password() -> SecretString {
    OpaqueToken::generate().expose()[..PASSWORD_LENGTH].into()
}

fn hash_for_each(settings: &Settings, password: &SecretString) -> anyhow::Result<Vec<String>> {
    let threads = password::default_threads();
    let passwords =
        Passwords::new(settings.argon2_memory_kib, settings.argon2_passes, threads, password::QUEUE_LENGTH);
    actix_web::rt::System::new().block_on(async {
        let mut digests = Vec::with_capacity(PEOPLE.len());
        for _ in &PEOPLE {
            digests.push(passwords.hash(password.clone()).await?);
        }
        Ok(digests)
    })
}

fn render(settings: &Settings, demo: &Demo, password: &SecretString, with_x: bool) -> String {
    let start = if with_x { WITH_X } else { "Start the service with `roster` and sign in" };
    let people = PEOPLE.iter().map(|person| {
        let name = format!("{} {}", person.first_name, person.last_name);
        format!("  {:<26} {name}, {}\n", person.email, person.role.name())
    });
    format!(
        "{WORKSPACE}: {} people, {} teams, {} accounts.\n\n{}\nThe password of each is {}\n\
         {start} at {}\n\n{GUEST} is invited:\n  {}\n\n\
         A key to /rest, for n8n and scripts:\n  {}\n",
        PEOPLE.len(),
        demo.teams,
        demo.accounts,
        people.collect::<String>(),
        password.expose_secret(),
        settings.link(""),
        demo.pending.url(settings),
        demo.key.expose(),
    )
}
