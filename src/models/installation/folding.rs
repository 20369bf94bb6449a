//! Folds the addresses and handles that earlier builds stored, once, in the transaction that migrates.
//!
//! Of two addresses that become one, the older keeps it, but one to which mail went before goes before one that only looked
//! like it. The other row gets or keeps a spelling that no address folds to: it can be looked up by nobody, and `roster
//! doctor` names it. Claim keys stay, because a claim is found by its account.

use diesel::{dsl::sql, expression::SqlLiteral, prelude::*, sql_types::Bool};

use crate::{
    clock::Moment,
    db::Conn,
    error::Result,
    models::{
        email::Email,
        event::{Event, Verb, object},
        membership::Membership,
        social_account::{SocialAccount, identity::Handle},
    },
    schema::{invites, social_accounts, users},
};

/// The migration with which everything is folded.
pub const MIGRATION: &str = "20261128000029";

/// So many rows are in memory at once.
const PIECE: i64 = 1_000;

/// A stored address.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Row {
    pub id: i64,
    pub workspace_id: i64,
    pub email: String,
    pub created_at: Moment,
}

/// A row whose address is not stored folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfolded {
    pub row: Row,
    pub folded: Email,
    /// The row that has the folded address. Without one, that row has gone since, or an earlier build has stored this one.
    pub holder: Option<Row>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// An address belongs to one person.
    Users,
    /// An address has one invite into a workspace.
    Invites,
}

/// Folds everything, and returns how many rows were set aside for an older one.
pub fn fold_all(conn: &mut Conn) -> Result<usize> {
    fold_handles(conn)?;
    let set_aside = fold_table(conn, Table::Users)? + fold_table(conn, Table::Invites)?;
    Ok(set_aside)
}

/// Calls `each` with every row that is not stored folded.
pub fn each_unfolded(
    conn: &mut Conn,
    table: Table,
    mut each: impl FnMut(&mut Conn, Unfolded) -> Result<()>,
) -> Result<()> {
    let mut after = 0;
    loop {
        let piece = table.load_not_ascii(conn, after)?;
        let Some(last) = piece.last() else { return Ok(()) };
        after = last.id;
        for row in piece {
            let Some(folded) = Email::parse(&row.email).filter(|folded| folded.as_str() != row.email) else {
                continue;
            };
            let holder = table.find(conn, row.workspace_id, &folded)?;
            each(conn, Unfolded { row, folded, holder })?;
        }
    }
}

/// Those come last that were another mailbox: an address that mail reached already is not taken from anybody.
fn fold_table(conn: &mut Conn, table: Table) -> Result<usize> {
    let mut set_aside = 0;
    for was_same_mailbox in [true, false] {
        each_unfolded(conn, table, |conn, Unfolded { row, folded, holder }| {
            if folded.is_mailbox_of(&row.email) != was_same_mailbox {
                return Ok(());
            }
            match holder {
                None => table.rename(conn, &row, &folded)?,
                Some(holder) if was_same_mailbox && row.is_older_than(&holder) => {
                    table.exchange(conn, &row, &holder, &folded)?;
                    set_aside += 1;
                }
                Some(_) => set_aside += 1,
            }
            Ok(())
        })?;
    }
    Ok(set_aside)
}

impl Row {
    fn is_older_than(&self, other: &Self) -> bool {
        (self.created_at, self.id) < (other.created_at, other.id)
    }
}

impl Table {
    fn load_not_ascii(self, conn: &mut Conn, after: i64) -> Result<Vec<Row>> {
        Ok(match self {
            Self::Users => users::table
                .filter(users::id.gt(after))
                .filter(is_not_ascii("users.email"))
                .order(users::id)
                .limit(PIECE)
                .select((users::id, users::workspace_id, users::email, users::created_at))
                .load(conn)?,
            Self::Invites => invites::table
                .filter(invites::id.gt(after))
                .filter(is_not_ascii("invites.email"))
                .order(invites::id)
                .limit(PIECE)
                .select((invites::id, invites::workspace_id, invites::email, invites::created_at))
                .load(conn)?,
        })
    }

    /// The row with a folded address; of invites, the one into this workspace.
    fn find(self, conn: &mut Conn, workspace_id: i64, folded: &Email) -> Result<Option<Row>> {
        Ok(match self {
            Self::Users => users::table
                .filter(users::email.eq(folded.as_str()))
                .select((users::id, users::workspace_id, users::email, users::created_at))
                .first(conn)
                .optional()?,
            Self::Invites => invites::table
                .filter(invites::workspace_id.eq(workspace_id))
                .filter(invites::email.eq(folded.as_str()))
                .select((invites::id, invites::workspace_id, invites::email, invites::created_at))
                .first(conn)
                .optional()?,
        })
    }

    /// The older row gets the folded address, and the newer one the spelling that the older one had.
    fn exchange(self, conn: &mut Conn, older: &Row, newer: &Row, folded: &Email) -> Result<()> {
        // No address has white space, so this one is free.
        self.write(conn, newer, &format!("{folded} {}", newer.id))?;
        self.rename(conn, older, folded)?;
        self.write(conn, newer, &older.email)
    }

    /// A link that arrived in another mailbox confirms nothing here.
    fn rename(self, conn: &mut Conn, row: &Row, to: &Email) -> Result<()> {
        if self == Self::Users && !to.is_mailbox_of(&row.email) {
            diesel::update(users::table.find(row.id))
                .set(users::email_confirmed_at.eq(None::<Moment>))
                .execute(conn)?;
        }
        self.write(conn, row, to.as_str())
    }

    fn write(self, conn: &mut Conn, row: &Row, email: &str) -> Result<()> {
        match self {
            Self::Users => {
                diesel::update(users::table.find(row.id)).set(users::email.eq(email)).execute(conn)?;
                let member = Membership::find(conn, row.workspace_id, row.id)?;
                member.event(Verb::Updated).fields(["userEmail"]).record(conn)
            }
            Self::Invites => {
                let invite = invites::table
                    .filter(invites::workspace_id.eq(row.workspace_id))
                    .filter(invites::id.eq(row.id));
                diesel::update(invite).set(invites::email.eq(email)).execute(conn)?;
                Event::new(Verb::Updated, object::INVITE, row.workspace_id, &row.id)
                    .label(email)
                    .fields(["email"])
                    .record(conn)
            }
        }
    }
}

fn fold_handles(conn: &mut Conn) -> Result<()> {
    let mut after = 0;
    loop {
        let piece: Vec<SocialAccount> = social_accounts::table
            .filter(social_accounts::id.gt(after))
            .filter(is_not_ascii("social_accounts.handle"))
            .order(social_accounts::id)
            .limit(PIECE)
            .select(SocialAccount::columns())
            .load(conn)?;
        let Some(last) = piece.last() else { return Ok(()) };
        after = last.id;
        for mut account in piece {
            // A handle in which nothing is visible stays as it is.
            let Some(folded) = Handle::parse(&account.handle) else { continue };
            if folded.as_str() != account.handle {
                diesel::update(social_accounts::table.filter(social_accounts::id.eq(account.id)))
                    .set(social_accounts::handle.eq(folded.as_str()))
                    .execute(conn)?;
                folded.as_str().clone_into(&mut account.handle);
                Event::of_account(Verb::Updated, &account).fields(["handle"]).record(conn)?;
            }
        }
    }
}

/// A text in ASCII is folded already: texts have always been stored in lower case.
fn is_not_ascii(column: &str) -> SqlLiteral<Bool> {
    sql(&format!("octet_length({column}) <> length({column})"))
}
