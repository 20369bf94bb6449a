//! The composites: fields of several parts, each stored in its own column.

use serde::Deserialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Composite {
    FullName,
    Emails,
    Phones,
    Links,
    Currency,
    Address,
    /// Who created a record.
    Actor,
    /// A text as blocks of an editor and as markdown.
    RichTextV2,
}

/// The names of the parts that have special rules.
pub mod part {
    pub const PRIMARY_EMAIL: &str = "primaryEmail";
    pub const ADDITIONAL_EMAILS: &str = "additionalEmails";
    pub const PRIMARY_LINK_URL: &str = "primaryLinkUrl";
    pub const SECONDARY_LINKS: &str = "secondaryLinks";
    pub const BLOCKNOTE: &str = "blocknote";
    pub const MARKDOWN: &str = "markdown";
    pub const SOURCE: &str = "source";
    pub const WORKSPACE_MEMBER_ID: &str = "workspaceMemberId";
    pub const NAME: &str = "name";
    pub const CONTEXT: &str = "context";
}
