//! Deliveries with processes that are killed, and with two processes on one database.

use std::{collections::BTreeSet, thread};

use diesel::RunQueryDsl as _;

use super::{all_are, company, eventually, subscribe};
use crate::{
    database::connect,
    support::{
        database::{Database, Kind},
        people::Person,
        process::{self, Server},
        receiver::{Manner, Receiver},
    },
};

fn on_each_database(check: impl Fn(&Database) + Sync) {
    thread::scope(|scope| {
        for kind in Kind::available() {
            let check = &check;
            scope.spawn(move || check(&Database::new(kind)));
        }
    });
}

fn start(database: &Database, receiver: &Receiver) -> Server {
    let mut command = process::serving(database.folder.path(), database.url().as_deref());
    command.env("ROSTER_WEBHOOK_HOSTS", receiver.host());
    Server::start(command)
}

/// For a process whose clock cannot be moved.
fn end_leases(database: &Database) {
    diesel::sql_query("UPDATE webhook_deliveries SET due_at = created_at WHERE lease IS NOT NULL")
        .execute(&mut connect(database))
        .expect("an update");
}

#[test]
fn a_delivery_survives_a_kill() {
    on_each_database(|database| {
        let receiver = Receiver::open(Manner::Hang);
        let mut server = start(database, &receiver);
        let olga = Person::owner(&server, "olga");
        let webhook = subscribe(&olga, &receiver, &["company.*"]);
        company(&olga, "Falcons");
        receiver.received(1);
        server.kill();
        end_leases(database);
        receiver.change(Manner::Answer(200));
        server.start_again();
        let requests = receiver.received(2);
        assert_eq!(requests[0].headers["webhook-id"], requests[1].headers["webhook-id"]);
        eventually(&olga, &webhook, |deliveries| all_are(deliveries, "delivered"));
    });
}

#[test]
fn two_processes_send_each_delivery_once_and_two_at_a_time() {
    on_each_database(|database| {
        let receiver = Receiver::open(Manner::Answer(200));
        let servers = [start(database, &receiver), start(database, &receiver)];
        let olga = Person::owner(&servers[0], "olga");
        let webhook = subscribe(&olga, &receiver, &["company.*"]);
        for (number, server) in servers.iter().enumerate() {
            for one in 0..10 {
                company(&olga.at(server), &format!("Team {number}-{one}"));
            }
        }
        eventually(&olga, &webhook, |settled| settled.len() == 20 && all_are(settled, "delivered"));
        let requests = receiver.received(20);
        let ids: BTreeSet<_> = requests.iter().map(|requests| &requests.headers["webhook-id"]).collect();
        assert_eq!((requests.len(), ids.len()), (20, 20));
        assert!(receiver.most_flying() <= 2, "{}", receiver.most_flying());
    });
}
