//! The names of the objects of events. What `/rest` has too has the name that it has there; other objects are named as in V4.

pub const ACCOUNT: &str = "connectedAccount";
pub const API_KEY: &str = "apiKey";
pub const INVITE: &str = "invite";
pub const MEMBER: &str = "workspaceMember";
pub const SESSION: &str = "session";
pub const TEAM: &str = "team";
/// A person in a team; the id is that of the team, a slash, and the user id.
pub const TEAM_USER: &str = "team_user";
pub const WALKTHROUGH: &str = "walkthrough";
pub const WORKSPACE: &str = "workspace";
