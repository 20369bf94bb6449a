//! `/workspace_users`: changes the roles of people in the workspace and removes them.

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
    /// The body that changes a role.
    pub struct RoleParams {
        /// 1 is owner, 2 admin, 3 member. Absent: unchanged.
        #[schema(example = 3)]
        workspace_role_id: Option<RoleId>,
    }
}

/// The id of a role, from 1 to 3.
pub struct RoleId;

impl Kind for RoleId {
    type Value = Role;

    fn parse(field: &Field<'_>) -> Option<Role> {
        let id = i64::parse(field)?;
        let role = Role::with_id(id);
        if role.is_none() {
            let sentence =
                format!("Invalid parameter 'workspace_role_id' value {id}: Must be one of: 1, 2, 3.");
            field.add_problem("invalid", sentence);
        }
        role
    }

    fn schema() -> Value {
        with_maximum(i64::schema())
    }

    fn optional_schema() -> Value {
        with_maximum(i64::optional_schema())
    }
}

fn with_maximum(mut schema: Value) -> Value {
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
    let result = app
        .db
        .in_workspace(session.first_lock())
        .write(move |conn| {
            let admin = session.member(conn)?.admin(ONLY_ADMINS_CHANGE_MEMBERS)?;
            match role {
                Some(role) => admin.give_role(conn, id, role),
                None => admin.expect_colleague(conn, id),
            }
        })
        .await;
    match result {
        Err(Error::NotFound) => Ok(Either::Right(answer::not_found(UserNotFound::BODY))),
        result => result.map(|()| Either::Left(answer::ok(Success::TRUE))),
    }
}

/// The only failure for which Gipper documents a different body.
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
    let vault = app.vault();
    app.db
        .in_workspace(session.first_lock())
        .write_long(move |conn| {
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
