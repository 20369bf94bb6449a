//! What a person chose, one row each; no row is no choice. Writers hold the lock of the workspace.

use diesel::prelude::*;

use super::{Change, Step};
use crate::{
    db::Conn,
    error::Result,
    models::session::{Member, Viewer},
    schema::walkthroughs,
};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Choices {
    skipped: Vec<Step>,
    pub(super) hidden: bool,
}

impl Choices {
    pub(super) fn of(conn: &mut Conn, viewer: &Viewer) -> Result<Self> {
        let row: Option<(String, bool)> = walkthroughs::table
            .find((viewer.workspace_id, viewer.user_id))
            .select((walkthroughs::skipped, walkthroughs::hidden))
            .first(conn)
            .optional()?;
        Ok(row.map_or_else(Self::default, |(skipped, hidden)| Self { skipped: steps(&skipped), hidden }))
    }

    pub(super) fn skips(&self, step: Step) -> bool {
        self.skipped.contains(&step)
    }

    pub(super) fn changed(mut self, change: Change) -> Self {
        if let Some(step) = change.skip.filter(|step| !self.skips(*step)) {
            self.skipped.push(step);
        }
        self.skipped.retain(|step| Some(*step) != change.unskip);
        self.hidden = change.hidden.unwrap_or(self.hidden);
        self
    }

    pub(super) fn save(&self, conn: &mut Conn, member: &Member) -> Result<()> {
        let key = (member.workspace_id, member.user_id);
        let names: Vec<&str> = self.skipped.iter().map(|step| step.name()).collect();
        let values = (walkthroughs::skipped.eq(names.join(" ")), walkthroughs::hidden.eq(self.hidden));
        if diesel::update(walkthroughs::table.find(key)).set(values.clone()).execute(conn)? == 0 {
            let owner = (walkthroughs::workspace_id.eq(key.0), walkthroughs::user_id.eq(key.1));
            diesel::insert_into(walkthroughs::table).values((owner, values)).execute(conn)?;
        }
        Ok(())
    }
}

fn steps(names: &str) -> Vec<Step> {
    Step::ALL.into_iter().filter(|step| names.split(' ').any(|name| name == step.name())).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::Change, *};

    #[test]
    fn change_only_what_is_named() {
        let skip = |step| Change { skip: Some(step), ..Change::default() };
        let chosen = Choices::default().changed(skip(Step::ShareWithTeam)).changed(skip(Step::ShareWithTeam));
        assert_eq!(chosen.skipped, [Step::ShareWithTeam]);
        let hidden = chosen.changed(Change { hidden: Some(true), ..Change::default() });
        assert!(hidden.hidden && hidden.skips(Step::ShareWithTeam));
        let back = hidden.changed(Change { unskip: Some(Step::ShareWithTeam), ..Change::default() });
        assert_eq!(back, Choices { skipped: vec![], hidden: true });
    }

    #[test]
    fn know_every_step_again() {
        let names = Step::ALL.map(Step::name).join(" ");
        assert_eq!(steps(&names), Step::ALL);
        assert_eq!(steps(""), []);
    }
}
