//! People of the workspace: their roles, and their leaving.

use actix_web::{Either, web::Data};
use serde::Serialize;
use utoipa::ToSchema;

use super::success::Success;
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        api::id::Id,
    },
    error::{Error, Result},
    models::{membership::roles::ADMINS_ONLY, role::Role, session::Session},
    parameters::Parameters,
};

const ROLE_ID: &str = "workspace_role_id";

/// The body that gives a role.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct RoleParams {
    /// 1 owner, 2 admin, 3 member. Absent: as it was.
    #[schema(example = 3, minimum = 1, maximum = 3)]
    workspace_role_id: Option<i64>,
}

fn read(params: &Parameters) -> Result<Option<Role>> {
    params.read(|root| {
        let id = root.optional_integer(ROLE_ID)?;
        let role = Role::with_id(id);
        if role.is_none() {
            root.object_to(ROLE_ID, "invalid", no_role(id));
        }
        role
    })
}

/// Change somebody's role
#[utoipa::path(put, path = "/api/v4/workspace_users/{id}", tag = "workspace", params(("id" = i64, Path)),
    request_body = RoleParams,
    responses((status = 200, body = Success), (status = 404, body = UserNotFound)))]
pub async fn update(
    session: Session,
    app: Data<App>,
    Id(id): Id,
    params: Parameters,
) -> Result<Either<Answer<Success>, Answer<UserNotFound>>> {
    let role = read(&params)?;
    let given = app
        .db
        .write(move |conn| {
            let admin = session.member(conn)?.admin(ADMINS_ONLY)?;
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

/// Remove somebody, or leave
///
/// Whoever leaves goes on in a new workspace of their own and takes their personal accounts along.
#[utoipa::path(delete, path = "/api/v4/workspace_users/{id}", tag = "workspace", params(("id" = i64, Path)),
    responses((status = 200, body = Success)))]
pub async fn destroy(session: Session, app: Data<App>, Id(id): Id) -> Result<Answer<Success>> {
    let vault = app.vault.clone();
    app.db
        .write(move |conn| {
            let member = session.member(conn)?;
            if id == member.user_id {
                member.leave(conn, &vault)?;
            } else {
                member.admin(ADMINS_ONLY)?.remove(conn, &vault, id)?;
            }
            Ok(answer::ok(Success::TRUE))
        })
        .await
}

fn no_role(id: i64) -> String {
    format!("Invalid parameter '{ROLE_ID}' value {id}: Must be one of: 1, 2, 3.")
}
