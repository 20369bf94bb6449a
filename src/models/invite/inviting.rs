//! Inviting. There is one invite for each address and workspace. When its sender or an admin invites again, that renews
//! it: it keeps its id, gets a new token and expires after another seven days. The earlier link stops working. For
//! others a pending invite stays as it is, because its link opens teams that they may not be in.

use diesel::prelude::*;

use super::{Addressee, Invite, LIFETIME, load_addressees, token};
use crate::{
    clock::Moment,
    crypto::workspace_token::WorkspaceToken,
    db::{Conn, types::Uuid},
    error::Result,
    models::{
        email::Email, event::Verb, location::Location, membership::Membership, session::Member, vault::Vault,
        workspace::room::Room,
    },
    prepared,
    schema::{invites, presented_invites},
};

/// A new or renewed invite, with the token to send to its address.
#[derive(Debug, Clone)]
pub struct IssuedInvite {
    pub invite: Invite,
    pub token: WorkspaceToken,
    /// Whether it replaces a link that was valid until now.
    pub is_renewal: bool,
}

/// The outcome for each address, in the given order.
#[derive(Debug, Clone, Default)]
pub struct Invited {
    pub issued: Vec<IssuedInvite>,
    /// Addresses that had no pending invite.
    pub invited: Vec<Email>,
    /// Addresses with a pending invite. It was renewed if this member may renew it.
    pub invited_before: Vec<Email>,
    /// Addresses of people in the workspace, who were not invited.
    pub members: Vec<Email>,
}

impl Member {
    /// Invites addresses into the workspace. `parameter` is the parameter that listed them.
    pub fn invite(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        emails: &[Email],
        location: Option<Location>,
        parameter: &str,
    ) -> Result<Invited> {
        let addressees = load_addressees(conn, self, emails)?;
        expect_room(conn, self, &addressees, parameter)?;
        let mut outcome = Invited::default();
        for (email, addressee) in addressees {
            let (list, former) = match addressee {
                Addressee::Member(_) => {
                    outcome.members.push(email);
                    continue;
                }
                Addressee::Pending(invite) if !invite.may_be_renewed_by(self) => {
                    outcome.invited_before.push(email);
                    continue;
                }
                Addressee::Pending(invite) => (&mut outcome.invited_before, Some(invite)),
                Addressee::Outside(former) => (&mut outcome.invited, former),
            };
            outcome.issued.push(issue(conn, vault, self, &email, former.as_ref(), location)?);
            list.push(email);
        }
        Ok(outcome)
    }
}

/// Refuses more new invites than the workspace has room for.
pub fn expect_room(
    conn: &mut Conn,
    member: &Member,
    addressees: &[(Email, Addressee)],
    parameter: &str,
) -> Result<()> {
    let outside =
        addressees.iter().filter(|(_, addressee)| matches!(addressee, Addressee::Outside(_))).count();
    if outside == 0 {
        return Ok(());
    }
    Room::load(conn, member)?.expect(outside, parameter)
}

impl Invite {
    /// Whether this person may renew the invite while it is pending, and so see its link.
    fn may_be_renewed_by(&self, member: &Member) -> bool {
        member.is_admin() || self.sender_id == Some(member.user_id)
    }

    /// Whether adding a team renews the pending invite: this person is an admin, and its sender is not.
    pub fn is_taken_over_by(&self, conn: &mut Conn, member: &Member) -> Result<bool> {
        if !member.is_admin() {
            return Ok(false);
        }
        let Some(sender_id) = self.sender_id else { return Ok(true) };
        Ok(!Membership::find(conn, self.workspace_id, sender_id)?.role.is_admin())
    }
}

/// Inserts an invite, or renews `former`, the earlier invite to this address.
pub fn issue(
    conn: &mut Conn,
    vault: &Vault,
    sender: &Member,
    email: &Email,
    former: Option<&Invite>,
    location: Option<Location>,
) -> Result<IssuedInvite> {
    let token = WorkspaceToken::generate(sender.workspace_id);
    let invite = match former {
        Some(former) => renew(conn, vault, sender, former, &token, location)?,
        None => insert(conn, vault, sender, email, &token, location)?,
    };
    let is_renewal = former.is_some_and(|former| former.is_pending(sender.now));
    Ok(IssuedInvite { invite, token, is_renewal })
}

fn insert(
    conn: &mut Conn,
    vault: &Vault,
    sender: &Member,
    email: &Email,
    token: &WorkspaceToken,
    location: Option<Location>,
) -> Result<Invite> {
    let uuid = Uuid::random();
    let invite: Invite = diesel::insert_into(invites::table)
        .values((
            invites::uuid.eq(uuid),
            invites::workspace_id.eq(sender.workspace_id),
            invites::email.eq(email.as_str()),
            invites::token.eq(token::seal(token, vault, uuid).as_str()),
            invites::sender_id.eq(Some(sender.user_id)),
            invites::location.eq(location.map(Location::name)),
            invites::created_at.eq(sender.now),
            invites::expires_at.eq(sender.now + LIFETIME),
        ))
        .returning(Invite::columns())
        .get_result(conn)?;
    invite.event(Verb::Created).record(conn)?;
    Ok(invite)
}

fn renew(
    conn: &mut Conn,
    vault: &Vault,
    sender: &Member,
    former: &Invite,
    token: &WorkspaceToken,
    location: Option<Location>,
) -> Result<Invite> {
    delete_presentations(conn, former)?;
    if !former.is_pending(sender.now) {
        former.delete_teams(conn)?;
    }
    let sealed = token::seal(token, vault, former.uuid);
    let invite: Invite = prepared!(
        diesel::update(
            invites::table
                .filter(invites::workspace_id.eq(former.workspace_id))
                .filter(invites::id.eq(former.id)),
        )
        .set((
            invites::token.eq(sealed.as_str()),
            invites::sender_id.eq(Some(sender.user_id)),
            invites::location.eq(location.map(Location::name)),
            invites::created_at.eq(sender.now),
            invites::expires_at.eq(sender.now + LIFETIME),
            invites::delivery_failed_at.eq(None::<Moment>),
        ))
        .returning(Invite::columns())
    )
    .get_result(conn)?;
    invite.event(Verb::Updated).fields(["expires_at"]).record(conn)?;
    Ok(invite)
}

/// Deletes the records of sessions that presented the old token; they have to present the new one.
fn delete_presentations(conn: &mut Conn, invite: &Invite) -> Result<()> {
    diesel::delete(
        presented_invites::table
            .filter(presented_invites::workspace_id.eq(invite.workspace_id))
            .filter(presented_invites::invite_id.eq(invite.id)),
    )
    .execute(conn)?;
    Ok(())
}
