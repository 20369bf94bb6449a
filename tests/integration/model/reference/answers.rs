//! The reference's answers: statuses, bodies and messages of the contract. Ids are names such as `account 3`; `<so>` is
//! a value that differs from run to run.

use serde_json::{Value, json};

use super::{Account, pages::screen_name};

pub type Answer = (u16, Value);

const NAMES: [&str; 4] = ["Ann", "Bob", "Cal", "Dee"];

pub fn account(id: usize) -> String {
    format!("account {id}")
}

pub fn person(who: usize) -> String {
    format!("person {who}")
}

pub fn name(who: usize) -> &'static str {
    NAMES[who]
}

pub fn email(who: usize) -> String {
    format!("{}@example.test", NAMES[who].to_lowercase())
}

pub fn workspace(founder: usize) -> String {
    format!("{} Workspace", NAMES[founder])
}

pub fn ok(body: Value) -> Answer {
    (200, body)
}

pub fn created(body: Value) -> Answer {
    (201, body)
}

pub fn done() -> Answer {
    ok(json!({"success": true}))
}

pub fn refused(field: &str, code: &str, sentence: &str, account_id: Option<usize>) -> Answer {
    problems(&[problem(field, code, sentence, account_id)])
}

fn problem(field: &str, code: &str, sentence: &str, account_id: Option<usize>) -> Value {
    let mut problem = json!({"field": field, "code": code, "message": sentence});
    if let Some(id) = account_id {
        problem["account_id"] = json!(account(id));
    }
    problem
}

fn problems(errors: &[Value]) -> Answer {
    let message: Vec<_> = errors.iter().map(|error| error["message"].clone()).collect();
    (422, json!({"success": false, "message": message, "errors": errors}))
}

fn failed(status: u16, sentence: &str) -> Answer {
    (status, json!({"success": false, "message": [sentence]}))
}

pub fn ended() -> Answer {
    failed(401, "Your session has ended. Please sign in again.")
}

pub fn forbidden(sentence: &str) -> Answer {
    failed(403, sentence)
}

pub fn not_found() -> Answer {
    failed(404, "Not found")
}

pub fn user_not_found() -> Answer {
    (404, json!({"user": ["not found"], "message": "user not found"}))
}

pub fn held_by_you(field: &str, id: usize) -> Answer {
    let sentence = "To connect this social media account to your Workspace, you must first remove it from your \
                    Personal accounts";
    refused(field, "held_by_you", sentence, Some(id))
}

pub fn held_by_members(field: &str, members: impl Iterator<Item = usize>) -> Answer {
    let emails = members.map(email).collect::<Vec<_>>().join(", ");
    let sentence = format!(
        "This social account is already connected to {emails} Gipper account(s). If you'd like to use this as a \
         workspace account, please ask them to remove in their Profile first"
    );
    refused(field, "held_by_members", &sentence, None)
}

pub fn held_by_your_workspace(field: &str, id: usize) -> Answer {
    let sentence = "To connect this social media account to your Personal, you must first remove it from your \
                    Workspace accounts";
    refused(field, "held_by_workspace", sentence, Some(id))
}

pub fn held_by_workspace(field: &str, ask: usize, id: Option<usize>) -> Answer {
    let ask = email(ask);
    let sentence =
        format!("This social account is already connected to your Workspace! Please ask {ask} for access");
    refused(field, "held_by_workspace", &sentence, id)
}

pub fn held_there(founder: usize, held: &[(usize, &Account)]) -> Answer {
    let name = workspace(founder);
    let each = held.iter().map(|(id, held)| {
        let (title, handle) = (screen_name(held.uid), held.handle.trim_start_matches('@').to_lowercase());
        let sentence =
            format!("The workspace \"{name}\" already holds {title} (@{handle}). Disconnect it first.");
        problem("invite.token", "held_by_workspace", &sentence, Some(*id))
    });
    problems(&each.collect::<Vec<_>>())
}

pub fn not_empty(founder: usize, count: usize) -> Answer {
    let (accounts, them) =
        if count == 1 { ("1 account".to_owned(), "it") } else { (format!("{count} accounts"), "them") };
    let name = workspace(founder);
    let sentence =
        format!("Your workspace \"{name}\" still holds {accounts}. Disconnect or move {them} first.");
    refused("workspace", "not_empty", &sentence, None)
}

pub fn only_owner(founder: usize) -> Answer {
    let sentence = format!("Make someone else an owner of \"{}\" first.", workspace(founder));
    refused("workspace", "only_owner", &sentence, None)
}

pub fn no_such_team() -> Answer {
    let sentence = "Invalid parameter 'team_ids' value <team>: Must be a team of this workspace";
    refused("twitter_account.team_ids[0]", "invalid", sentence, None)
}

pub fn on_workspace(who: usize) -> Answer {
    sent(&[], &[], &[who])
}

pub fn invited(who: usize, again: bool) -> Answer {
    if again { sent(&[], &[who], &[]) } else { sent(&[who], &[], &[]) }
}

/// A pending invite that the host may not renew: no link is shown.
pub fn invited_by_another(who: usize) -> Answer {
    let (status, mut body) = sent(&[], &[who], &[]);
    body["links"] = json!([]);
    (status, body)
}

fn sent(new: &[usize], again: &[usize], here: &[usize]) -> Answer {
    let emails = |people: &[usize]| people.iter().map(|who| email(*who)).collect::<Vec<_>>();
    let links =
        emails(&[new, again].concat()).into_iter().map(|email| json!({"email": email, "url": "<url>"}));
    created(json!({
        "successfully_invited_users": emails(new),
        "already_invited_users": emails(again),
        "already_on_workspace": emails(here),
        "invalid_emails": [],
        "links": links.collect::<Vec<_>>(),
    }))
}
