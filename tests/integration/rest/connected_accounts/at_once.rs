//! Concurrent creates, as n8n sends them, make one account.

use std::thread;

use serde_json::json;

use super::Team;
use crate::on_both_databases;

on_both_databases! {
    fn the_same_account_many_times_at_once_is_one(app: &mut TestApp) {
        let team = Team::create(app);
        let mia = team.member("mia");
        let body = |turn: usize| {
            let owner = if turn.is_multiple_of(2) { "" } else { mia.as_str() };
            json!({"handle": "lions", "provider": "google", "accountOwnerId": owner})
        };
        let answers: Vec<(u16, serde_json::Value)> = thread::scope(|scope| {
            let posts: Vec<_> = (0..12)
                .map(|turn| {
                    let (program, body) = (&team.program, body(turn));
                    scope.spawn(move || program.post("connectedAccounts", &body))
                })
                .collect();
            posts.into_iter().map(|post| post.join().expect("an answer")).collect()
        });
        let statuses: Vec<u16> = answers.iter().map(|(status, _)| *status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 6, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 6, "{statuses:?}");
        assert_eq!(team.accounts().len(), 1);
    }
}
