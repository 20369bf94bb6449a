//! The way from an empty workspace to a shared account, in steps. How far somebody is shows in what is there,
//! so the API takes them along too; kept per person is only what they skip, and whether the way is hidden.

mod choices;
mod step;

use self::choices::Choices;
pub use self::step::Step;
use crate::{
    db::Conn,
    error::Result,
    models::session::{Member, Viewer},
};

/// One person's way, and how far they have come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walkthrough {
    pub steps: Vec<(Step, State)>,
    pub hidden: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    Done,
    Skipped,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Skipped => "skipped",
        }
    }
}

/// What is absent stays as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Change {
    pub skip: Option<Step>,
    pub unskip: Option<Step>,
    pub hidden: Option<bool>,
}

impl Walkthrough {
    pub fn done(&self) -> usize {
        self.steps.iter().filter(|(_, state)| *state == State::Done).count()
    }
}

impl Viewer {
    pub fn walkthrough(&self, conn: &mut Conn) -> Result<Walkthrough> {
        let choices = Choices::of(conn, self)?;
        let mut steps = Vec::new();
        for step in Step::ALL {
            let state = match step.is_done(conn, self)? {
                true => State::Done,
                false if choices.skips(step) => State::Skipped,
                false => State::Open,
            };
            steps.push((step, state));
        }
        Ok(Walkthrough { steps, hidden: choices.hidden })
    }
}

impl Member {
    /// Skips a step or takes it up again, hides the way or shows it.
    pub fn change_walkthrough(&self, conn: &mut Conn, change: Change) -> Result<Walkthrough> {
        Choices::of(conn, self)?.changed(change).save(conn, self)?;
        self.walkthrough(conn)
    }
}
