//! Letters with processes that are killed or stopped, and with two processes on one database.

use std::{
    collections::BTreeSet,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::json;

use super::{end_leases, eventually, jobs};
use crate::support::{
    database::{Database, Kind},
    mailbox::{Mailbox, Manner},
    people::{Person, email},
    process::{self, HasAddress as _, Server},
};

const LETTERS: &str = "kind = 'letter'";

fn on_each_database(check: impl Fn(&Database) + Sync) {
    thread::scope(|scope| {
        for kind in Kind::available() {
            let check = &check;
            scope.spawn(move || check(&Database::new(kind)));
        }
    });
}

fn start(database: &Database, mailbox: &Mailbox) -> Server {
    let mut command = process::serving(database.folder.path(), database.url().as_deref());
    command.env("ROSTER_SMTP_URL", mailbox.url()).env("ROSTER_MAIL_FROM", "roster@example.test");
    Server::start(command)
}

fn invite(person: &Person, names: impl IntoIterator<Item = String>) {
    let emails: Vec<String> = names.into_iter().map(|name| email(&name)).collect();
    person.must(Method::POST, "invites", Some(&json!({"user_emails": emails})));
}

fn forget_password(server: &Server) {
    let body = json!({"user": {"email": email("olga")}});
    Person::nobody(server).must(Method::POST, "passwords", Some(&body));
}

#[test]
fn a_letter_survives_a_kill() {
    on_each_database(|database| {
        let mailbox = Mailbox::open(Manner::Hold);
        let mut server = start(database, &mailbox);
        Person::owner(&server, "olga");
        forget_password(&server);
        mailbox.tried(1);
        server.kill();
        end_leases(database);
        mailbox.change(Manner::Keep);
        server.start_again();
        assert_eq!(mailbox.received(1)[0].to, email("olga"));
        eventually(database, LETTERS, <[_]>::is_empty);
    });
}

#[test]
fn another_process_takes_over_when_the_lease_is_over() {
    on_each_database(|database| {
        let mailbox = Mailbox::open(Manner::Hold);
        let mut first = start(database, &mailbox);
        Person::owner(&first, "olga");
        forget_password(&first);
        mailbox.tried(1);
        let _second = start(database, &mailbox);
        first.kill();
        assert_eq!(jobs(database, "kind = 'letter' AND lease IS NOT NULL AND attempts = 1").len(), 1);
        mailbox.change(Manner::Keep);
        end_leases(database);
        mailbox.received(1);
        eventually(database, LETTERS, <[_]>::is_empty);
    });
}

#[test]
fn two_processes_send_each_letter_once() {
    on_each_database(|database| {
        let mailbox = Mailbox::open(Manner::Keep);
        let servers = [start(database, &mailbox), start(database, &mailbox)];
        let olga = Person::owner(&servers[0], "olga");
        for (number, server) in servers.iter().enumerate() {
            invite(&olga.at(server), (0..20).map(|letter| format!("nina{number}-{letter}")));
        }
        eventually(database, LETTERS, <[_]>::is_empty);
        let received = mailbox.received(40);
        let recipients: BTreeSet<_> = received.iter().map(|letter| letter.to.as_str()).collect();
        assert_eq!((received.len(), recipients.len()), (40, 40));
    });
}

#[test]
fn sigterm_lets_letters_on_their_way_finish_and_begins_no_other() {
    on_each_database(|database| {
        let mailbox = Mailbox::open(Manner::Hold);
        let mut server = start(database, &mailbox);
        let olga = Person::owner(&server, "olga");
        invite(&olga, (0..5).map(|number| format!("nina{number}")));
        mailbox.tried(2);
        server.terminate();
        // The port closes when the process handles the signal.
        let address = server.address().url("").trim_start_matches("http://").to_owned();
        let since = Instant::now();
        while TcpStream::connect(&address).is_ok() {
            assert!(since.elapsed() < Duration::from_secs(5), "the port stays open");
            thread::sleep(Duration::from_millis(5));
        }
        mailbox.change(Manner::Keep);
        assert_eq!(server.ended(), Some(0));
        assert_eq!(mailbox.received(2).len(), 2);
        assert_eq!(jobs(database, "kind = 'letter' AND lease IS NULL AND attempts = 0").len(), 3);
        assert_eq!(jobs(database, LETTERS).len(), 3);
        server.start_again();
        mailbox.received(5);
        eventually(database, LETTERS, <[_]>::is_empty);
        assert_eq!(mailbox.tries(), 5);
    });
}

#[test]
fn a_silent_mail_server_keeps_no_process_from_ending() {
    on_each_database(|database| {
        let mailbox = Mailbox::open(Manner::Hold);
        let mut server = start(database, &mailbox);
        Person::owner(&server, "olga");
        forget_password(&server);
        mailbox.tried(1);
        let since = Instant::now();
        server.terminate();
        assert_eq!(server.ended(), Some(0));
        assert!(since.elapsed() < Duration::from_secs(12), "{:?}", since.elapsed());
        assert_eq!(jobs(database, LETTERS).len(), 1);
    });
}
