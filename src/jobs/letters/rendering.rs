//! Rendering a letter just before it is sent, so that one whose invite was withdrawn in the meantime is not sent.

use url::Url;

use super::Letter;
use crate::{
    app::App,
    crypto::opaque::OpaqueToken,
    db::{Conn, types::Uuid},
    error::Result,
    mail,
    models::{
        invite::{Invite, IssuedInvite, offer::Offer},
        membership,
        social_account::{Owner, breaking::BrokenAccount},
        user::resetting,
        webhook::{self, OffReason},
    },
    networks,
};

pub(super) enum Rendered {
    Letter(mail::Letter),
    /// The link in the letter is no longer valid.
    Obsolete,
    /// The link's token does not open.
    Damaged,
}

impl Letter {
    pub(super) fn render(&self, conn: &mut Conn, app: &App) -> Result<Rendered> {
        match self {
            Self::Invite { workspace_id, invite_id } => render_invite(conn, app, *workspace_id, *invite_id),
            Self::PasswordReset { email, token } => {
                let digest = OpaqueToken::from(token.as_str()).digest();
                let is_valid = resetting::is_valid_for(conn, email, &digest, app.clock.now())?;
                let link = app.settings.link(&format!("passwords/{token}"));
                if !is_valid {
                    return Ok(Rendered::Obsolete);
                }
                Ok(Rendered::Letter(mail::Letter::password_reset(email, &link)))
            }
            Self::AccountChange { email, change, at, .. } => {
                Ok(Rendered::Letter(mail::Letter::account_change(email, *change, *at)))
            }
            Self::BrokenAccount { workspace_id, account_id, user_id } => {
                let broken = BrokenAccount { workspace_id: *workspace_id, account_id: *account_id };
                render_broken_account(conn, app, broken, *user_id)
            }
            Self::WebhookOff { workspace_id, webhook_id, user_id, reason } => {
                render_webhook_off(conn, app, *workspace_id, *webhook_id, *user_id, *reason)
            }
        }
    }
}

/// Nothing is sent if the webhook is on again, or to somebody who is no admin any more.
fn render_webhook_off(
    conn: &mut Conn,
    app: &App,
    workspace_id: i64,
    webhook_id: Uuid,
    user_id: i64,
    reason: OffReason,
) -> Result<Rendered> {
    let found = webhook::find_off(conn, workspace_id, webhook_id)?;
    let email = membership::admin_email(conn, workspace_id, user_id)?;
    let (Some((target_url, workspace)), Some(email)) = (found, email) else { return Ok(Rendered::Obsolete) };
    let host = Url::parse(&target_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let link = app.settings.link("workspace/webhooks");
    let letter = mail::Letter::webhook_off(&email, &workspace, host.as_deref(), reason.sentence(), &link);
    Ok(Rendered::Letter(letter))
}

fn render_invite(conn: &mut Conn, app: &App, workspace_id: i64, id: i64) -> Result<Rendered> {
    let Some(invite) = Invite::find(conn, workspace_id, id)? else { return Ok(Rendered::Obsolete) };
    if !invite.is_pending(app.clock.now()) {
        return Ok(Rendered::Obsolete);
    }
    let Some(token) = invite.token(conn, &app.vault())? else { return Ok(Rendered::Damaged) };
    let issued = IssuedInvite { invite, token, is_renewal: false };
    let link = issued.url(&app.settings);
    let offer = Offer::load(conn, issued.invite)?;
    let sender = offer.sender.as_ref().map(|sender| sender.email.as_str());
    Ok(Rendered::Letter(mail::Letter::invite(&offer.invite.email, &link, &offer.workspace.name, sender)))
}

/// To the address that the person has now, if they may still connect the account again.
fn render_broken_account(
    conn: &mut Conn,
    app: &App,
    broken: BrokenAccount,
    user_id: i64,
) -> Result<Rendered> {
    let Some(account) = broken.find(conn)? else { return Ok(Rendered::Obsolete) };
    let mut people = account.reconnectors(conn)?.into_iter();
    let Some((_, email)) = people.find(|(id, _)| *id == user_id) else { return Ok(Rendered::Obsolete) };
    let page = match account.owner() {
        Owner::Workspace => "workspace",
        Owner::Person(_) => "personal",
    };
    let brand = networks::find(&app.networks, &account.provider).map_or("its network", |known| known.brand);
    let link = app.settings.link(page);
    Ok(Rendered::Letter(mail::Letter::broken_account(&email, brand, &account.twitter_nickname, &link)))
}
