//! Invites in JSON: for the workspace that sends them, and for a person with the token of one.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::{self, Moment},
    controllers::api::v4::{meta::Meta, person::Person},
    models::{
        email::{Email, written},
        invite::{IssuedInvite, inviting::Invited, listing::InviteInView, offer::Offer},
        user::User,
        workspace::Workspace,
    },
    settings::Settings,
};

/// The pending invites of the workspace, and those that this session has presented.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the contract names the fields")]
pub struct Invites {
    invites: Vec<ListedInvite>,
    my_invites: Vec<ListedInvite>,
    /// About the invites of the workspace, if they are answered in pages. Absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    meta: Option<Meta>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ListedInvite {
    id: i64,
    /// The name of the workspace.
    #[schema(example = "Falcons Athletics")]
    name: String,
    #[schema(example = "nina@example.com")]
    email: String,
    #[schema(example = "pending")]
    state: &'static str,
    #[serde(serialize_with = "clock::serialize")]
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    sender_email: Option<String>,
    sender_avatar_image_link: Option<String>,
    /// When the mail with its link was found to be undeliverable. Absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "clock::serialize_option")]
    #[schema(value_type = String, format = DateTime, required = false, nullable = false)]
    delivery_failed_at: Option<Moment>,
}

impl Invites {
    pub fn new(
        invites: Vec<InviteInView>,
        my_invites: Vec<InviteInView>,
        meta: Option<Meta>,
        now: Moment,
    ) -> Self {
        let mine = |invite| ListedInvite { delivery_failed_at: None, ..ListedInvite::new(invite, now) };
        Self {
            invites: invites.into_iter().map(|invite| ListedInvite::new(invite, now)).collect(),
            my_invites: my_invites.into_iter().map(mine).collect(),
            meta,
        }
    }
}

impl ListedInvite {
    fn new(listed: InviteInView, now: Moment) -> Self {
        Self {
            id: listed.invite.id,
            name: listed.workspace_name,
            state: listed.invite.state(now),
            email: written(&listed.invite.email),
            created_at: listed.invite.created_at,
            sender_email: listed.sender_email.as_deref().map(written),
            sender_avatar_image_link: listed.sender_avatar_image,
            delivery_failed_at: listed.invite.delivery_failed_at,
        }
    }
}

/// The addresses of a request to invite people, by what was done with them.
#[derive(Serialize, ToSchema)]
pub struct SentInvites {
    successfully_invited_users: Vec<String>,
    /// Addresses with a pending invite. It is renewed if the caller sent it or is an admin.
    already_invited_users: Vec<String>,
    already_on_workspace: Vec<String>,
    invalid_emails: Vec<String>,
    /// The links of the new and renewed invites, only if the service sends no mail. Absent in a repeat with the same
    /// `Idempotency-Key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    links: Option<Vec<Link>>,
}

/// An invite link for one address.
#[derive(Clone, Serialize, ToSchema)]
pub struct Link {
    #[schema(example = "nina@example.com")]
    pub(super) email: String,
    #[schema(example = "https://roster.example.com/#/invites/7/TOKEN")]
    pub(super) url: String,
}

impl SentInvites {
    pub fn new(invited: &Invited, invalid_emails: Vec<String>) -> Self {
        let texts = |emails: &[Email]| emails.iter().map(Email::to_string).collect();
        Self {
            successfully_invited_users: texts(&invited.invited),
            already_invited_users: texts(&invited.invited_before),
            already_on_workspace: texts(&invited.members),
            invalid_emails,
            links: None,
        }
    }

    pub fn with_links(self, links: Option<Vec<Link>>) -> Self {
        Self { links, ..self }
    }
}

impl Link {
    pub fn new(issued: &IssuedInvite, settings: &Settings) -> Self {
        Self { email: written(&issued.invite.email), url: issued.url(settings) }
    }
}

/// An invite as a person with its token sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PresentedInvite {
    #[schema(example = true)]
    success: bool,
    data: InviteDetails,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct InviteDetails {
    id: i64,
    #[schema(example = "pending")]
    state: &'static str,
    #[serde(serialize_with = "clock::serialize")]
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    user: InvitedUser,
    sender: Option<Sender>,
    workspace: OfferedWorkspace,
}

/// Never says whether the address belongs to a registered person: all fields but the address are null.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitedUser {
    id: Option<i64>,
    #[schema(example = "nina@example.com")]
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
}

/// The person who sent the invite.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sender {
    id: i64,
    #[schema(example = "olga@example.com")]
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
}

/// The workspace that the invite is for.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferedWorkspace {
    id: i64,
    #[schema(example = "Falcons Athletics")]
    name: String,
    organization_type: Option<String>,
    /// Always null: workspaces have no logo in Roster.
    workspace_logo: Option<String>,
    /// The owner who has been in the workspace longest.
    owner: Option<Person>,
}

impl From<Offer> for PresentedInvite {
    fn from(offer: Offer) -> Self {
        let data = InviteDetails {
            id: offer.invite.id,
            state: "pending",
            created_at: offer.invite.created_at,
            user: InvitedUser {
                id: None,
                email: written(&offer.invite.email),
                first_name: None,
                last_name: None,
            },
            sender: offer.sender.map(Sender::from),
            workspace: OfferedWorkspace::new(offer.workspace, offer.owner.as_ref()),
        };
        Self { success: true, data }
    }
}

impl From<User> for Sender {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            email: written(&user.email),
            first_name: user.first_name,
            last_name: user.last_name,
        }
    }
}

impl OfferedWorkspace {
    fn new(workspace: Workspace, owner: Option<&User>) -> Self {
        Self {
            id: workspace.id,
            name: workspace.name,
            organization_type: workspace.organization_type,
            workspace_logo: None,
            owner: owner.map(Person::from),
        }
    }
}
