//! `/invites`: invites into the caller's workspace. The token of an invite is enough to see or decline it.

mod responses;

use actix_web::web::Data;
use secrecy::SecretString;
use serde_json::Value;

pub use self::responses::Link;
use self::responses::{Invites, PresentedInvite, SentInvites};
use super::{
    meta::{meta_of_page, page_if_asked},
    success::Success,
};
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        api::id::Id,
        idempotency_key::{Created, IdempotencyKey, create_many_once},
        session::Visitor,
    },
    crypto::workspace_token::WorkspaceToken,
    db::Conn,
    error::{Error, Result},
    jobs::letters,
    models::{
        email::Email,
        event,
        invite::{Invite, IssuedInvite, offer::Offer},
        lane,
        location::Location,
        page::Page,
        session::{Session, Viewer},
        user::confirming,
    },
    parameters::{Body, Field, Kind, OneOf, Query, Secret, Text, parameters},
};

const ONLY_ADMINS_REVOKE_INVITES: &str = "Only workspace admins can revoke invites";

parameters! {
    /// Which pending invites of the workspace are listed.
    pub struct InviteSearch {
        /// The number of the page, from 1; a page has 25 invites. Absent: all invites, or the first page if there is a `name`.
        #[schema(example = 1)]
        page: Option<Page>,
        /// A part of the address, in any case.
        name: Option<Text<255>>,
    }
}

pub async fn index(
    session: Session,
    app: Data<App>,
    Query(InviteSearch { page, name }): Query<InviteSearch>,
) -> Result<Answer<Invites>> {
    let page = page_if_asked(page, name.as_ref());
    app.view(session, move |conn, viewer| {
        let pending = viewer.pending_invites(conn, name.as_deref(), page)?;
        let presented = viewer.presented_invites(conn)?;
        let meta = meta_of_page(page, pending.total_count);
        Ok(answer::ok(Invites::new(pending.rows, presented, meta, viewer.now)))
    })
    .await
}

parameters! {
    /// The body that invites people.
    pub struct NewInvites {
        #[schema(example = ["nina@example.com"])]
        user_emails: Vec<Text<255>>,
        /// The screen from which people are invited. Stored, never returned.
        location: Option<OneOf<Location>>,
    }
}

pub async fn create(
    session: Session,
    app: Data<App>,
    key: IdempotencyKey,
    body: Body<NewInvites>,
) -> Result<Created<SentInvites>> {
    let NewInvites { user_emails, location } = body.parameters;
    let (emails, invalid) = partition_emails(user_emails);
    let service = app.clone();
    let (created, links) = create_many_once(
        &app,
        &session,
        key,
        &body.sent,
        emails.len(),
        move |conn| session.member(conn),
        move |conn, member| {
            let invited = member.invite(conn, &service.vault(), &emails, location, "user_emails")?;
            let links = send(conn, &service, &member, &invited.issued)?;
            Ok((answer::created(SentInvites::new(&invited, invalid.clone())), links))
        },
    )
    .await?;
    Ok(created.map_new(|sent| sent.with_links(links)))
}

/// Separates valid addresses from invalid texts, which are listed without duplicates.
fn partition_emails(texts: Vec<String>) -> (Vec<Email>, Vec<String>) {
    let (mut emails, mut invalid) = (Vec::new(), Vec::new());
    for text in texts {
        match Email::parse_new(&text) {
            Some(email) => emails.push(email),
            None if !invalid.contains(&text) => invalid.push(text),
            None => {}
        }
    }
    (emails, invalid)
}

/// Queues a letter for each invite. If the service sends no mail, returns the links instead.
pub(super) fn send(
    conn: &mut Conn,
    app: &App,
    sender: &Viewer,
    issued: &[IssuedInvite],
) -> Result<Option<Vec<Link>>> {
    if !app.mail.is_configured() {
        return Ok(Some(issued.iter().map(|issued| Link::new(issued, &app.settings)).collect()));
    }
    letters::queue_invites(conn, &app.vault(), sender, issued, "user_emails")?;
    Ok(None)
}

/// The same for people who are added to a team. Returns only the links that replace valid ones, because those who have
/// the old link need the new one.
pub(super) fn send_for_team(
    conn: &mut Conn,
    app: &App,
    sender: &Viewer,
    issued: &[IssuedInvite],
) -> Result<Option<Vec<Link>>> {
    let links = send(conn, app, sender, issued)?;
    let renewed = links.into_iter().flatten().zip(issued).filter(|(_, issued)| issued.is_renewal);
    let renewed: Vec<Link> = renewed.map(|(link, _)| link).collect();
    Ok((!renewed.is_empty()).then_some(renewed))
}

parameters! {
    pub struct LinkToken {
        /// The token of the link.
        token: Secret<4096>,
    }
}

pub async fn show(
    visitor: Visitor,
    app: Data<App>,
    Id(id): Id,
    Query(LinkToken { token }): Query<LinkToken>,
) -> Result<Answer<PresentedInvite>> {
    let (vault, now) = (app.vault(), app.clock.now());
    let service = app.clone();
    let offer = match visitor.session() {
        None => {
            app.db
                .read(move |conn| {
                    let invite = Invite::find_by_token(conn, &vault, id, &token)?;
                    invite.expect_pending(now, "token")?;
                    Offer::load(conn, invite)
                })
                .await?
        }
        Some(session) => {
            expect_presented(&app, id, &token).await?;
            app.db
                .in_lane(lane::of_token(&token))
                .write(move |conn| {
                    let invite = Invite::find_locked_by_token(conn, &vault, id, &token)?;
                    invite.expect_pending(now, "token")?;
                    record_presented(conn, &service, session, &invite)?;
                    Offer::load(conn, invite)
                })
                .await?
        }
    };
    Ok(answer::ok(PresentedInvite::from(offer)))
}

/// Refuses a wrong token before taking a lock or the only writer of SQLite.
async fn expect_presented(app: &App, id: i64, token: &SecretString) -> Result<()> {
    let (vault, token) = (app.vault(), token.clone());
    app.db.read(move |conn| Invite::find_by_token(conn, &vault, id, &token).map(drop)).await
}

/// Records that the session has presented the token; a session that has ended is ignored.
fn record_presented(conn: &mut Conn, app: &App, session: Session, invite: &Invite) -> Result<()> {
    match session.viewer(conn) {
        Ok(viewer) => {
            confirm_addressee(conn, app, &viewer, invite)?;
            invite.record_presented(conn, viewer.session_id)
        }
        Err(Error::Unauthenticated(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Confirms the address of a person who has the token of an invite to it, because the token arrived by mail.
fn confirm_addressee(conn: &mut Conn, app: &App, viewer: &Viewer, invite: &Invite) -> Result<()> {
    if app.mail.is_configured() && invite.is_to(&viewer.email) {
        confirming::confirm(conn, viewer.user_id, &viewer.email, viewer.now)?;
    }
    Ok(())
}

parameters! {
    /// The body that accepts an invite.
    pub struct Acceptance {
        invite: AcceptedToken,
    }

    pub struct AcceptedToken {
        /// The token of the link.
        token: Secret<4096>,
    }
}

pub async fn update(
    session: Session,
    app: Data<App>,
    Id(id): Id,
    body: Body<Acceptance>,
) -> Result<Answer<Success>> {
    let token = body.parameters.invite.token;
    let service = app.clone();
    app.db
        .in_lane(lane::of_token(&token))
        .write_long(move |conn| {
            let member = match WorkspaceToken::parse(&token) {
                Some(token) => session.member_with(conn, token.workspace_id())?,
                None => session.member(conn)?,
            };
            let invite = Invite::find_by_token(conn, &service.vault(), id, &token)?;
            member.accept(conn, &service.vault(), &invite)?;
            confirm_addressee(conn, &service, &member, &invite)?;
            Ok(answer::ok(Success::TRUE))
        })
        .await
}

parameters! {
    /// The body that declines an invite.
    pub struct Decline {
        invite: Option<DeclineToken>,
        /// The token without the object `invite`.
        token: Option<BareToken>,
    }

    pub struct DeclineToken {
        /// The token of the link.
        token: Option<Secret<4096>>,
    }
}

/// A token outside `invite`, ignored if `invite` has one.
pub struct BareToken;

impl Kind for BareToken {
    type Value = SecretString;

    fn parse(field: &Field<'_>) -> Option<SecretString> {
        Secret::<4096>::parse(field)
    }

    fn parse_optional(field: &Field<'_>) -> Option<Option<SecretString>> {
        match field.object.peek::<Option<DeclineToken>>("invite") {
            Some(Some(DeclineToken { token: Some(_) })) => Some(None),
            _ => Secret::<4096>::parse_optional(field),
        }
    }

    fn schema() -> Value {
        Secret::<4096>::schema()
    }

    fn optional_schema() -> Value {
        Secret::<4096>::optional_schema()
    }
}

pub async fn destroy(
    visitor: Visitor,
    app: Data<App>,
    Id(id): Id,
    body: Body<Decline>,
) -> Result<Answer<Success>> {
    let Decline { invite, token } = body.parameters;
    if let Some(token) = invite.and_then(|invite| invite.token).or(token) {
        expect_presented(&app, id, &token).await?;
        let (vault, now) = (app.vault(), app.clock.now());
        app.db
            .in_lane(lane::of_token(&token))
            .write(move |conn| {
                event::act_as_invited_person(now);
                Invite::find_locked_by_token(conn, &vault, id, &token)?.withdraw(conn)
            })
            .await?;
    } else {
        let session = visitor.expect_session()?;
        app.db
            .in_workspace(session.first_lock())
            .write(move |conn| {
                session.member(conn)?.admin(ONLY_ADMINS_REVOKE_INVITES)?.revoke_invite(conn, id)
            })
            .await?;
    }
    Ok(answer::ok(Success::TRUE))
}
