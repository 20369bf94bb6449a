//! The walkthrough: the steps from an empty workspace to a shared account. Whether a step is done is computed from the
//! data, so steps done through the API count. Only the skipped steps and `hidden` are stored, for each person.

mod step;

use diesel::prelude::*;
use strum::IntoStaticStr;

pub use self::step::Step;
use crate::{
    db::Conn,
    error::Result,
    models::{
        event::{Event, Verb, object},
        session::{Member, Viewer},
    },
    prepared,
    schema::walkthroughs,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walkthrough {
    pub steps: Vec<(Step, State)>,
    pub hidden: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum State {
    Open,
    Done,
    Skipped,
}

impl State {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A change of a person's choices. `None` leaves a value as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Change {
    pub skip: Option<Step>,
    pub unskip: Option<Step>,
    pub hidden: Option<bool>,
}

impl Walkthrough {
    /// How many steps are done.
    pub fn done(&self) -> usize {
        self.steps.iter().filter(|(_, state)| *state == State::Done).count()
    }
}

impl Viewer {
    pub fn walkthrough(&self, conn: &mut Conn) -> Result<Walkthrough> {
        let choices = Choices::load(conn, self)?;
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
    pub fn change_walkthrough(&self, conn: &mut Conn, change: Change) -> Result<Walkthrough> {
        Choices::load(conn, self)?.changed(change).save(conn, self)?;
        self.walkthrough(conn)
    }
}

/// A person's stored choices. Saving them needs a [`Member`], because the workspace must be locked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Choices {
    skipped: Vec<Step>,
    hidden: bool,
}

impl Choices {
    fn load(conn: &mut Conn, viewer: &Viewer) -> Result<Self> {
        let row: Option<(String, bool)> = walkthroughs::table
            .find((viewer.workspace_id, viewer.user_id))
            .select((walkthroughs::skipped, walkthroughs::hidden))
            .first(conn)
            .optional()?;
        Ok(row
            .map_or_else(Self::default, |(skipped, hidden)| Self { skipped: parse_steps(&skipped), hidden }))
    }

    fn skips(&self, step: Step) -> bool {
        self.skipped.contains(&step)
    }

    fn changed(mut self, change: Change) -> Self {
        if let Some(step) = change.skip.filter(|step| !self.skips(*step)) {
            self.skipped.push(step);
        }
        self.skipped.retain(|step| Some(*step) != change.unskip);
        self.hidden = change.hidden.unwrap_or(self.hidden);
        self
    }

    fn save(&self, conn: &mut Conn, member: &Member) -> Result<()> {
        let key = (member.workspace_id, member.user_id);
        let names: Vec<&str> = self.skipped.iter().map(|step| step.name()).collect();
        let values = (walkthroughs::skipped.eq(names.join(" ")), walkthroughs::hidden.eq(self.hidden));
        if prepared!(diesel::update(walkthroughs::table.find(key)).set(values.clone())).execute(conn)? == 0 {
            let owner = (walkthroughs::workspace_id.eq(key.0), walkthroughs::user_id.eq(key.1));
            diesel::insert_into(walkthroughs::table).values((owner, values)).execute(conn)?;
        }
        Event::new(Verb::Updated, object::WALKTHROUGH, member.workspace_id, &member.user_id)
            .about(Some(member.user_id))
            .record(conn)
    }
}

fn parse_steps(names: &str) -> Vec<Step> {
    Step::ALL.into_iter().filter(|step| names.split(' ').any(|name| name == step.name())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_leaves_other_choices_as_they_are() {
        let skip = |step| Change { skip: Some(step), ..Change::default() };
        let chosen = Choices::default().changed(skip(Step::ShareWithTeam)).changed(skip(Step::ShareWithTeam));
        assert_eq!(chosen.skipped, [Step::ShareWithTeam]);
        let hidden = chosen.changed(Change { hidden: Some(true), ..Change::default() });
        assert!(hidden.hidden && hidden.skips(Step::ShareWithTeam));
        let back = hidden.changed(Change { unskip: Some(Step::ShareWithTeam), ..Change::default() });
        assert_eq!(back, Choices { skipped: vec![], hidden: true });
    }

    #[test]
    fn parses_the_names_of_all_steps() {
        let names = Step::ALL.map(Step::name).join(" ");
        assert_eq!(parse_steps(&names), Step::ALL);
        assert_eq!(parse_steps(""), []);
    }
}
