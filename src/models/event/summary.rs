//! The sentence that tells people of an event.

use heck::ToTitleCase as _;

use super::{listing::RecordedEvent, object};
use crate::models::email::written;

pub(super) fn of(event: &RecordedEvent) -> String {
    let actor = actor(event);
    match event.object.as_str() {
        object::ACCOUNT => of_account(event, &actor),
        object::SESSION => format!("{actor} ended a session"),
        object::INVITE => of_invite(event, &actor),
        _ => {
            let label = event.label.as_deref().map(|label| format!(": {label}")).unwrap_or_default();
            format!("{actor} {}{label}", what(event))
        }
    }
}

fn actor(event: &RecordedEvent) -> String {
    match (event.actor_kind.as_str(), &event.actor_name) {
        ("operator", _) => "The operator".to_owned(),
        ("job", _) => "Roster".to_owned(),
        ("api_key", Some(name)) => format!("The API key {name}"),
        (_, Some(name)) => written(name),
        (_, None) if event.actor_id.is_none() => "The invited person".to_owned(),
        (_, None) => "A person who was erased".to_owned(),
    }
}

fn of_account(event: &RecordedEvent, actor: &str) -> String {
    let account =
        event.label.as_ref().map_or_else(|| "an erased account".to_owned(), |handle| format!("@{handle}"));
    match event.change.as_deref() {
        Some("connected") => format!("{actor} connected {account}"),
        Some("refreshed") => format!("{actor} connected {account} again"),
        Some("shared") => format!("{actor} changed the teams of {account}"),
        Some("moved") if event.verb == "deleted" => format!("{account} left the workspace with its owner"),
        Some("moved") if event.verb == "created" => {
            format!("{account} came into the workspace with its owner")
        }
        Some("moved") => format!("{actor} gave {account} another owner"),
        Some("reconnected") => format!("{actor} connected {account} again, and it works"),
        Some("broke") => format!("{actor} noted that {account} has to be connected again"),
        Some("recovered") => format!("{actor} noted that {account} works again"),
        Some("disconnected") => format!("{actor} disconnected {account}"),
        _ => format!("{actor} changed {account}"),
    }
}

fn of_invite(event: &RecordedEvent, actor: &str) -> String {
    let address = event.label.as_deref().map_or_else(|| "an erased person".to_owned(), written);
    let fields: Vec<&str> = event.fields().collect();
    match (event.verb.as_str(), fields.as_slice()) {
        ("created", _) => format!("{actor} invited {address}"),
        ("deleted", _) => format!("{actor} ended the invite of {address}"),
        (_, ["deliveryFailedAt"]) => format!("{actor} could not deliver the invite to {address}"),
        _ => format!("{actor} changed the invite of {address}"),
    }
}

fn what(event: &RecordedEvent) -> String {
    let fields: Vec<&str> = event.fields().collect();
    match (event.object.as_str(), event.verb.as_str(), fields.as_slice()) {
        (object::MEMBER, "created", _) => "added a person".to_owned(),
        (object::MEMBER, "updated", ["role"]) => "changed the role of a person".to_owned(),
        (object::MEMBER, "updated", ["password"]) => "changed the password of a person".to_owned(),
        (object::MEMBER, "updated", ["userEmail"]) => "changed the address of a person".to_owned(),
        (object::MEMBER, "updated", _) => "changed the profile of a person".to_owned(),
        (object::MEMBER, "deleted", _) => "removed a person".to_owned(),
        (object::TEAM_USER, "created", _) => "added a person to a team".to_owned(),
        (object::TEAM_USER, "updated", _) => "changed the role of a person in a team".to_owned(),
        (object::TEAM_USER, "deleted", _) => "removed a person from a team".to_owned(),
        (object::API_KEY, "updated", ["revokedAt"]) => "revoked an API key".to_owned(),
        (object::WALKTHROUGH, ..) => "changed the steps of their walkthrough".to_owned(),
        (object::WORKSPACE, verb, _) => format!("{} the workspace", past(verb)),
        (object::TEAM, verb, _) => format!("{} a team", past(verb)),
        (object::API_KEY, verb, _) => format!("{} an API key", past(verb)),
        (name, verb, _) => format!("{} a record ({})", past(verb), name.to_title_case().to_lowercase()),
    }
}

fn past(verb: &str) -> &str {
    if verb == "updated" { "changed" } else { verb }
}
