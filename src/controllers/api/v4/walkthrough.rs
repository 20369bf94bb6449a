//! `/walkthrough`: the caller's progress through the first steps, and the steps that they skip.

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

/// The caller's progress through the steps.
#[derive(Debug, Serialize, ToSchema)]
pub struct Walkthrough {
    /// In the recommended order.
    steps: Vec<WalkthroughStep>,
    /// The number of steps that are done; skipped steps do not count.
    #[schema(example = 2)]
    done: usize,
    #[schema(example = 4)]
    total: usize,
    /// Whether the caller has hidden the walkthrough.
    hidden: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WalkthroughStep {
    /// `connect_account`, `invite_colleagues`, `share_with_team` or `check_personal`.
    #[schema(example = "connect_account")]
    name: &'static str,
    /// `open`, `done` or `skipped`; a step that is both done and skipped is `done`.
    #[schema(example = "open")]
    state: &'static str,
}

pub async fn show(session: Session, app: Data<App>) -> Result<Answer<WalkthroughAnswer>> {
    app.view(session, |conn, viewer| Ok(answer::ok(viewer.walkthrough(conn)?.into()))).await
}

parameters! {
    /// The body that changes the walkthrough; absent fields stay as they are.
    pub struct WalkthroughParams {
        walkthrough: WalkthroughChange,
    }

    pub struct WalkthroughChange {
        /// The name of a step to skip.
        skip: Option<OneOf<Step>>,
        /// The name of a step to reopen.
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
        .in_workspace(session.first_lock())
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
