//! The page of the stand-in for X. It says first of all that it is not X.

use super::world::{self, Account, Asked};

const PAGE: &str = include_str!("page.html");
/// In place of the page, where X would show an error of its own.
pub const REFUSAL: &str = "<!doctype html><html lang=\"en\"><title>A stand-in for X</title>\
    <p>This is a stand-in for X, and it does not know what it is asked for. Start again in Roster.";

pub fn render(asked: &Asked) -> String {
    let accounts: String =
        world::accounts().iter().enumerate().map(|(at, one)| option(one, at == 0)).collect();
    let scopes: String = asked.scope.split(' ').map(item).collect();
    PAGE.replace("{accounts}", &accounts).replace("{scopes}", &scopes)
}

fn option(account: &Account, is_chosen: bool) -> String {
    let Account { id, username, name, .. } = account;
    let checked = if is_chosen { " checked" } else { "" };
    format!(
        "<label><input type=\"radio\" name=\"account\" value=\"{id}\"{checked}> \
         <span>{name} <small>@{username}</small></span></label>\n"
    )
}

/// A scope comes with the address of the page, so it may be any text.
fn item(scope: &str) -> String {
    format!("<li>{}</li>", scope.replace('&', "&amp;").replace('<', "&lt;"))
}
