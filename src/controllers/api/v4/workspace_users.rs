//! People of the workspace: their roles, and their leaving.

use actix_web::{Either, web::Data};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::success::Success;
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        api::id::Id,
    },
    error::{Error, Result},
    models::{membership::roles::ONLY_ADMINS_CHANGE_MEMBERS, role::Role, session::Session},
    parameters::{Body, Field, Kind, parameters},
};

parameters! {
    /// The body that gives a role.
    pub struct RoleParams {
        /// 1 owner, 2 admin, 3 member. Absent: as it was.
        #[schema(example = 3)]
        workspace_role_id: Option<RoleId>,
    }
}

/// The number of a role.
pub struct RoleId;

impl Kind for RoleId {
    type Value = Role;

    fn parse(field: &Field<'_>) -> Option<Role> {
        let id = i64::parse(field)?;
        let role = Role::with_id(id);
        if role.is_none() {
            let sentence =
                format!("Invalid parameter 'workspace_role_id' value {id}: Must be one of: 1, 2, 3.");
            field.note("invalid", sentence);
        }
        role
    }

    fn schema() -> Value {
        with_roles(i64::schema())
    }

    fn optional_schema() -> Value {
        with_roles(i64::optional_schema())
    }
}

fn with_roles(mut schema: Value) -> Value {
    schema["maximum"] = Role::ALL.len().into();
    schema
}

pub async fn update(
    session: Session,
    app: Data<App>,
    Id(id): Id,
    body: Body<RoleParams>,
) -> Result<Either<Answer<Success>, Answer<UserNotFound>>> {
    let role = body.workspace_role_id;
    let given = app
        .db
        .write(move |conn| {
            let admin = session.member(conn)?.admin(ONLY_ADMINS_CHANGE_MEMBERS)?;
            match role {
                Some(role) => admin.give_role(conn, id, role),
                None => admin.expect_colleague(conn, id),
            }
        })
        .await;
    match given {
        Err(Error::NotFound) => Ok(Either::Right(answer::not_found(UserNotFound::BODY))),
        given => given.map(|()| Either::Left(answer::ok(Success::TRUE))),
    }
}

/// The one failure that Gipper documents with a face of its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserNotFound {
    user: [&'static str; 1],
    #[schema(example = "user not found")]
    message: &'static str,
}

impl UserNotFound {
    const BODY: Self = Self { user: ["not found"], message: "user not found" };
}

pub async fn destroy(session: Session, app: Data<App>, Id(id): Id) -> Result<Answer<Success>> {
    let vault = app.vault.clone();
    app.db
        .write(move |conn| {
            let member = session.member(conn)?;
            if id == member.user_id {
                member.leave(conn, &vault)?;
            } else {
                member.admin(ONLY_ADMINS_CHANGE_MEMBERS)?.remove(conn, &vault, id)?;
            }
            Ok(answer::ok(Success::TRUE))
        })
        .await
}
