//! After an account or a person is deleted, no record refers to it.

use reqwest::Method;
use roster::models::api_key::Scope;
use serde_json::{Value, json};

use super::{Team, connected, path, twitter};
use crate::{
    on_both_databases,
    rest::caller::{Caller, id, only},
    support::people::Person,
};

/// A channel of an account, with two levels of records that refer to it.
struct Channel {
    paths: Vec<String>,
    folder: String,
}

impl Channel {
    fn create(team: &Team, account: &Value) -> Self {
        let make = |plural: &str, body: Value| {
            let record = team.program.create(plural, &body);
            (id(&record).to_owned(), format!("{plural}/{}", id(&record)))
        };
        let (mail, mail_path) =
            make("messageChannels", json!({"connectedAccountId": account["id"], "handle": "m"}));
        let (dates, dates_path) = make("calendarChannels", json!({"connectedAccountId": account["id"]}));
        let (message, message_path) = make("messages", json!({"subject": "Kick-off"}));
        let (_, association) = make(
            "messageChannelMessageAssociations",
            json!({"messageChannelId": mail, "messageId": message}),
        );
        let (_, event) = make("calendarChannelEventAssociations", json!({"calendarChannelId": dates}));
        let (_, folder) = make("messageFolders", json!({"messageChannelId": mail}));
        assert_eq!(team.program.get(&message_path).0, 200);
        Self { paths: vec![mail_path, dates_path, association, event], folder }
    }

    fn assert_gone(&self, team: &Team) {
        for path in &self.paths {
            assert_eq!(team.program.get(path).0, 400, "{path}");
        }
        let (_, left) = team.program.get(&self.folder);
        assert_eq!(left["data"]["messageFolder"]["messageChannelId"], json!(null));
    }
}

on_both_databases! {
    fn channels_go_with_their_account(app: &mut TestApp) {
        let team = Team::create(app);
        let account = team.connect(&json!({"handle": "lions", "provider": "google"}));
        let channel = Channel::create(&team, &account);
        let (_, near) = team.program.get(&format!("{}?depth=2", path(&account["id"])));
        assert_eq!(
            near["data"]["connectedAccount"]["messageChannels"][0]["messageFolders"].as_array().map(Vec::len),
            Some(1)
        );
        assert_eq!(team.program.delete(&path(&account["id"])).0, 200);
        channel.assert_gone(&team);
        assert_eq!(team.program.found("messages", &[]).len(), 1);
    }

    fn channels_go_when_v4_disconnects_or_a_member_leaves(app: &mut TestApp) {
        let team = Team::create(app);
        let lions = connected(team.olga.post("workspaces/twitter_accounts", &twitter("1", "lions")));
        let first = Channel::create(&team, &team.accounts()[0]);
        assert_eq!(team.olga.delete(&format!("workspaces/twitter_accounts/{}", lions["id"])).0, 200);
        first.assert_gone(&team);
        connected(team.mia.post("twitter_accounts", &twitter("2", "tigers")));
        let second = Channel::create(&team, &team.accounts()[0]);
        assert_eq!(team.mia.delete(&format!("workspace_users/{}", team.mia.id)).0, 200);
        second.assert_gone(&team);
        assert_eq!(team.accounts(), [Value::Null; 0]);
        assert_eq!(team.mia.get("twitter_accounts").1["meta"]["total_count"], json!(1), "it went along");
    }

    fn an_id_that_is_taken_there_keeps_nobody_from_joining(app: &mut TestApp) {
        let (team, bob) = (Team::create(app), Person::owner(app, "bob"));
        connected(team.mia.post("twitter_accounts", &twitter("1", "lions")));
        let id = team.accounts()[0]["id"].clone();
        let theirs = Caller::key(app, &bob, &Scope::ALL);
        theirs.create("connectedAccounts", &json!({"id": id, "handle": "bears", "provider": "google"}));
        let ticket = bob.invite("mia");
        let accepted = json!({"invite": {"token": ticket.token}});
        let (status, answer) = team.mia.put(&format!("invites/{}", ticket.id), &accepted);
        assert_eq!(status, 200, "{answer}");
        let accounts = theirs.found("connectedAccounts", &[]);
        let hers = accounts.iter().find(|account| account["handle"] == json!("lions")).expect("hers");
        assert_ne!(hers["id"], id);
        let mia = Caller::session(app, &team.mia);
        let own = mia.get(&path(&hers["id"])).1;
        assert_eq!(own["data"]["connectedAccount"]["accessToken"], json!("V4-TOKEN"));
        assert_eq!(team.accounts(), [Value::Null; 0]);
    }

    fn relations_to_a_removed_member_are_deleted_or_cleared(app: &mut TestApp) {
        let team = Team::create(app);
        let trail = Trail::create(&team);
        assert_eq!(team.olga.delete(&format!("workspace_users/{}", team.mia.id)).0, 200);
        trail.assert_gone(&team);
    }

    fn relations_to_an_erased_person_are_deleted_or_cleared(app: &mut TestApp) {
        let team = Team::create(app);
        let trail = Trail::create(&team);
        team.connect(&json!({"handle": "lions", "provider": "google", "accountOwnerId": team.member("mia")}));
        let channel = Channel::create(&team, &team.accounts()[0]);
        let mia = Caller::session(app, &team.mia);
        let sure = json!({"user": {"current_password": "Touchdown on 4th and 7"}});
        assert_eq!(mia.send(Method::DELETE, "../api/v4/users", Some(&sure)).0, 200);
        trail.assert_gone(&team);
        channel.assert_gone(&team);
        assert_eq!(team.accounts(), [Value::Null; 0]);
    }
}

/// One record of every kind that refers to mia.
struct Trail {
    deleted: Vec<String>,
    cleared: Vec<(String, &'static str)>,
}

impl Trail {
    fn create(team: &Team) -> Self {
        let mia = team.member("mia");
        let make = |(plural, field): (&str, &'static str)| {
            let record = team.program.create(plural, &json!({field: mia}));
            (format!("{plural}/{}", id(&record)), field)
        };
        let deleted = [
            ("attachments", "authorId"),
            ("blocklists", "workspaceMemberId"),
            ("favorites", "forWorkspaceMemberId"),
        ];
        let cleared = [
            ("companies", "accountOwnerId"),
            ("tasks", "assigneeId"),
            ("messageParticipants", "workspaceMemberId"),
            ("calendarEventParticipants", "workspaceMemberId"),
            ("timelineActivities", "workspaceMemberId"),
        ];
        Self {
            deleted: deleted.map(make).into_iter().map(|(path, _)| path).collect(),
            cleared: cleared.map(make).into(),
        }
    }

    fn assert_gone(&self, team: &Team) {
        for path in &self.deleted {
            assert_eq!(team.program.get(path).0, 400, "{path}");
        }
        for (path, field) in &self.cleared {
            let (status, answer) = team.program.get(path);
            assert_eq!((status, &only(&answer["data"])[*field]), (200, &json!(null)), "{path}");
        }
    }
}
