//! The guided walkthrough and the progress meter: how far the caller has come, and what they leave out.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};

use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        openapi,
    },
    error::Result,
    models::{
        session::Session,
        walkthrough::{self, Change, Step},
    },
    parameters::Parameters,
};

#[derive(Debug, Serialize, ToSchema)]
pub struct WalkthroughAnswer {
    walkthrough: Walkthrough,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Walkthrough {
    /// In the order they are best taken.
    steps: Vec<WalkthroughStep>,
    /// How many steps are done; skipped ones are not.
    #[schema(example = 2)]
    done: usize,
    #[schema(example = 4)]
    total: usize,
    /// Whether the caller wants to see it no more.
    hidden: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WalkthroughStep {
    /// `connect_account`, `invite_colleagues`, `share_with_team` or `check_personal`.
    #[schema(example = "connect_account")]
    name: &'static str,
    /// `open`, `done` or `skipped`; what is done is done, skipped or not.
    #[schema(example = "open")]
    state: &'static str,
}

/// Show how far you have come
///
/// Computed from what is there: an account you see, a colleague or an invite, an account shared with a team, and
/// your name.
#[utoipa::path(get, path = "/api/v4/walkthrough", tag = "walkthrough",
    responses((status = 200, body = WalkthroughAnswer)))]
pub async fn show(session: Session, app: Data<App>) -> Result<Answer<WalkthroughAnswer>> {
    app.view(session, |conn, viewer| Ok(answer::ok(viewer.walkthrough(conn)?.into()))).await
}

/// The body of a change to the walkthrough; what is absent stays.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct WalkthroughParams {
    walkthrough: WalkthroughChange,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct WalkthroughChange {
    /// The name of a step to leave out.
    #[schema(schema_with = steps)]
    skip: Option<Step>,
    /// The name of a step to take up again.
    #[schema(schema_with = steps)]
    unskip: Option<Step>,
    hidden: Option<bool>,
}

fn steps() -> Object {
    openapi::one_of(&Step::ALL)
}

fn read(params: &Parameters) -> Result<Change> {
    params.read(|root| {
        let walkthrough = root.hash("walkthrough");
        Change {
            skip: walkthrough.optional_one_of("skip", &Step::ALL),
            unskip: walkthrough.optional_one_of("unskip", &Step::ALL),
            hidden: walkthrough.optional_boolean("hidden"),
        }
    })
}

/// Skip a step, take it up again, or hide the walkthrough
#[utoipa::path(put, path = "/api/v4/walkthrough", tag = "walkthrough", request_body = WalkthroughParams,
    responses((status = 200, body = WalkthroughAnswer)))]
pub async fn update(
    session: Session,
    app: Data<App>,
    params: Parameters,
) -> Result<Answer<WalkthroughAnswer>> {
    let change = read(&params)?;
    app.db
        .write(move |conn| Ok(answer::ok(session.member(conn)?.change_walkthrough(conn, change)?.into())))
        .await
}

impl From<walkthrough::Walkthrough> for WalkthroughAnswer {
    fn from(walkthrough: walkthrough::Walkthrough) -> Self {
        let steps = walkthrough.steps.iter();
        let walkthrough = Walkthrough {
            done: walkthrough.done(),
            total: walkthrough.steps.len(),
            hidden: walkthrough.hidden,
            steps: steps
                .map(|(step, state)| WalkthroughStep { name: step.name(), state: state.name() })
                .collect(),
        };
        Self { walkthrough }
    }
}
