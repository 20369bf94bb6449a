//! The guided walkthrough and the progress meter: how far the caller has come, and what they leave out.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    controllers::answer::{self, Answer},
    error::Result,
    models::{
        session::Session,
        walkthrough::{self, Change, Step},
    },
    parameters::{Body, Choices, OneOf, parameters},
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

pub async fn show(session: Session, app: Data<App>) -> Result<Answer<WalkthroughAnswer>> {
    app.view(session, |conn, viewer| Ok(answer::ok(viewer.walkthrough(conn)?.into()))).await
}

parameters! {
    /// The body of a change to the walkthrough; what is absent stays.
    pub struct WalkthroughParams {
        walkthrough: WalkthroughChange,
    }

    pub struct WalkthroughChange {
        /// The name of a step to leave out.
        skip: Option<OneOf<Step>>,
        /// The name of a step to take up again.
        unskip: Option<OneOf<Step>>,
        hidden: Option<bool>,
    }
}

impl Choices for Step {
    type Value = Self;
    const ALL: &'static [Self] = &Self::ALL;
}

pub async fn update(
    session: Session,
    app: Data<App>,
    body: Body<WalkthroughParams>,
) -> Result<Answer<WalkthroughAnswer>> {
    let WalkthroughChange { skip, unskip, hidden } = body.parameters.walkthrough;
    let change = Change { skip, unskip, hidden };
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
