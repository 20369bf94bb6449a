//! What exists at one door only, and where the doors differ by decision.

use super::{
    pairs::Pair,
    world::{Actor, What},
};

/// A difference that is meant: these callers succeed at one door and are refused at the other.
pub struct Decided {
    pub rest: &'static str,
    targets: &'static [What],
    actors: &'static [Actor],
    allowed_at_rest: bool,
    pub reason: &'static str,
}

impl Decided {
    pub fn cells(&self) -> impl Iterator<Item = (What, Actor)> {
        self.targets.iter().flat_map(|what| self.actors.iter().map(move |actor| (*what, *actor)))
    }

    pub fn is_about(&self, pair: &Pair, what: What, actor: Actor, at_rest: bool) -> bool {
        pair.rest.starts_with(self.rest)
            && self.targets.contains(&what)
            && self.actors.contains(&actor)
            && self.allowed_at_rest == at_rest
    }
}

use Actor::{Admin, KeyOfAdmin, KeyOfAll, KeyToRead, KeyToReadTokens, KeyToWrite, Owner};
use What::{
    AdminsAccount, AnOwner, MatesAccount, MembersAccount, Nothing, OwnersAccount, SharedAccount,
    WorkspaceAccount,
};

/// The personal accounts of others than the admin, with whose authority keys are compared.
const OF_OTHERS: &[What] = &[OwnersAccount, MembersAccount, MatesAccount];
const REGISTER: &str =
    "`/rest` is the register of the workspace: admins and keys see which accounts its people hold";
const ON_BEHALF: &str =
    "a key with `write` keeps members' accounts up to date; decision 0014 says what it hands over";
const NO_KEYS_BY_KEYS: &str = "keys create no keys";

const fn more_at_rest(
    rest: &'static str,
    targets: &'static [What],
    actors: &'static [Actor],
    reason: &'static str,
) -> Decided {
    Decided { rest, targets, actors, allowed_at_rest: true, reason }
}

const fn less_at_rest(rest: &'static str, actors: &'static [Actor], reason: &'static str) -> Decided {
    Decided { rest, targets: &[Nothing], actors, allowed_at_rest: false, reason }
}

pub const DECIDED: &[Decided] = &[
    more_at_rest(
        "GET /rest/connectedAccounts",
        OF_OTHERS,
        &[Admin, KeyToRead, KeyToReadTokens, KeyOfAll],
        REGISTER,
    ),
    more_at_rest(
        "GET /rest/connectedAccounts",
        &[AdminsAccount, MembersAccount, MatesAccount],
        &[Owner],
        REGISTER,
    ),
    more_at_rest("PATCH /rest/connectedAccounts/{id}", OF_OTHERS, &[KeyToWrite, KeyOfAll], ON_BEHALF),
    more_at_rest("DELETE /rest/connectedAccounts/{id}", OF_OTHERS, &[KeyToWrite, KeyOfAll], ON_BEHALF),
    more_at_rest(
        "PATCH /rest/workspaceMembers/{id}",
        &[AnOwner],
        &[KeyOfAdmin, KeyOfAll],
        "a key that an owner created changes the profiles of owners",
    ),
    less_at_rest("POST /rest/apiKeys", &[KeyOfAdmin, KeyOfAll], NO_KEYS_BY_KEYS),
    less_at_rest("POST /rest/batch/apiKeys", &[KeyOfAdmin, KeyOfAll], NO_KEYS_BY_KEYS),
];

/// Whether `/rest` shows the caller the tokens of an account; V4 shows them to the same people, where they are verified.
pub fn reads_tokens(actor: Actor, what: What) -> bool {
    match what {
        WorkspaceAccount | SharedAccount => matches!(actor, Owner | Admin | KeyToReadTokens | KeyOfAll),
        OwnersAccount => actor == Owner,
        AdminsAccount => actor == Admin,
        MembersAccount => actor == Actor::Member,
        _ => false,
    }
}

/// Routes of V4, or the start of their paths, that have no counterpart at `/rest`.
pub const ONLY_AT_V4: &[(&str, &str)] = &[
    ("/api/v4/registrations", "signing up is for people"),
    ("/api/v4/sessions", "signing in is for people"),
    ("/api/v4/passwords", "passwords are for people"),
    ("GET /api/v4/users", "one's own profile with the session's token"),
    ("DELETE /api/v4/users", "erasing oneself takes the password"),
    ("/api/v4/consents", "a browser goes to the network and returns to its session"),
    ("PUT /api/v4/current_social_accounts/{id}/refresh_avatar", "`/rest` has no pictures"),
    ("/api/v4/account_checks", "the network of an account is asked"),
    ("/api/v4/networks", "what the pages of this service offer"),
    ("/api/v4/walkthrough", "a page's own state"),
    ("PUT /api/v4/workspaces", "`/rest` has no object for the workspace"),
    ("/api/v4/events", "`/rest` has no object for events"),
    ("/api/v4/invites", "people join by invite, at V4 only"),
    ("/api/v4/teams", "`/rest` has no object for teams"),
    ("/api/v4/team_users", "`/rest` has no object for teams"),
    ("/api/v4/webhooks", "whether webhooks work; they are written at `/rest`"),
    ("/health/", "the service"),
    ("/openapi.json", "the service"),
];

/// Routes of `/rest`, or plural names of objects, that have no counterpart at V4.
pub const ONLY_AT_REST: &[(&str, &str)] = &[
    ("POST /rest/connectedAccounts/duplicates", "searches what find many shows"),
    ("POST /rest/apiKeys/duplicates", "searches what find many shows"),
    ("POST /rest/workspaceMembers/duplicates", "searches what find many shows"),
    ("POST /rest/workspaceMembers", "always refused: people join by invite"),
    ("POST /rest/batch/workspaceMembers", "always refused: people join by invite"),
    ("GET /open-api/core", "the description"),
    ("attachments", "not at V4"),
    ("blocklists", "not at V4"),
    ("calendarChannelEventAssociations", "not at V4"),
    ("calendarChannels", "not at V4"),
    ("calendarEventParticipants", "not at V4"),
    ("calendarEvents", "not at V4"),
    ("companies", "not at V4"),
    ("favoriteFolders", "not at V4"),
    ("favorites", "not at V4"),
    ("messageChannelMessageAssociations", "not at V4"),
    ("messageChannels", "not at V4"),
    ("messageFolders", "not at V4"),
    ("messageParticipants", "not at V4"),
    ("messages", "not at V4"),
    ("messageThreads", "not at V4"),
    ("notes", "not at V4"),
    ("noteTargets", "not at V4"),
    ("opportunities", "not at V4"),
    ("people", "not at V4"),
    ("tasks", "not at V4"),
    ("taskTargets", "not at V4"),
    ("timelineActivities", "not at V4"),
    ("viewFields", "not at V4"),
    ("viewFilterGroups", "not at V4"),
    ("viewFilters", "not at V4"),
    ("viewGroups", "not at V4"),
    ("views", "not at V4"),
    ("viewSorts", "not at V4"),
    ("webhooks", "V4 says whether they work"),
    ("workflowAutomatedTriggers", "not at V4"),
    ("workflowRuns", "not at V4"),
    ("workflows", "not at V4"),
    ("workflowVersions", "not at V4"),
];

/// The fields of a noun at both doors.
pub struct Fields {
    pub what: What,
    /// The route and the pointer to its list.
    pub v4: (&'static str, &'static str),
    pub rest: (&'static str, &'static str),
    /// Pointers to the same value at V4 and at `/rest`.
    pub same: &'static [(&'static str, &'static str)],
    /// Names that one door shows.
    pub only_at_one: &'static [&'static str],
}

pub const FIELDS: &[Fields] = &[
    Fields {
        what: What::WorkspaceAccount,
        v4: ("GET /api/v4/workspaces/twitter_accounts", "/twitter_accounts"),
        rest: ("GET /rest/connectedAccounts", "/data/connectedAccounts"),
        same: &[
            ("/twitter_nickname", "/handle"),
            ("/connected_at", "/createdAt"),
            ("/auth_failed_at", "/authFailedAt"),
        ],
        only_at_one: &[
            "id",
            "screen_name",
            "logo_url",
            "nickname",
            "teams_count",
            "account_verified",
            "teams",
            "connected_by",
            "connection",
            "updatedAt",
            "deletedAt",
            "provider",
            "accessToken",
            "refreshToken",
            "lastSyncHistoryId",
            "handleAliases",
            "scopes",
            "accountOwnerId",
        ],
    },
    Fields {
        what: What::AMate,
        v4: ("GET /api/v4/workspaces", "/workspace_users"),
        rest: ("GET /rest/workspaceMembers", "/data/workspaceMembers"),
        same: &[("/email", "/userEmail"), ("/user_full_name", "/name/firstName")],
        only_at_one: &[
            "id",
            "invited",
            "invite_id",
            "workspace_role_name",
            "avatar_image",
            "touch_admin",
            "createdAt",
            "updatedAt",
            "deletedAt",
            "timeFormat",
            "dateFormat",
            "timeZone",
            "userId",
            "position",
            "colorScheme",
            "locale",
            "avatarUrl",
        ],
    },
    Fields {
        what: What::AKey,
        v4: ("GET /api/v4/api_keys", "/api_keys"),
        rest: ("GET /rest/apiKeys", "/data/apiKeys"),
        same: &[
            ("/id", "/id"),
            ("/name", "/name"),
            ("/expires_at", "/expiresAt"),
            ("/created_at", "/createdAt"),
        ],
        only_at_one: &[
            "scopes",
            "last_used_at",
            "created_by",
            "usable",
            "updatedAt",
            "deletedAt",
            "revokedAt",
        ],
    },
];
