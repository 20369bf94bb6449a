//! `sort_by` and `sort_to`: each list has its own words for the same few orders.

use crate::{
    models::workspace::roll::{By, Direction, Order},
    parameters::Choices,
};

/// A word that a parameter may be, and its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<T>(pub &'static str, pub T);

impl<T> AsRef<str> for Word<T> {
    fn as_ref(&self) -> &str {
        self.0
    }
}

/// `sort_to` of every list.
pub struct Directions;

impl Choices for Directions {
    type Value = Word<Direction>;
    const ALL: &'static [Self::Value] =
        &[Word("asc", Direction::Ascending), Word("desc", Direction::Descending)];
}

/// `sort_by` of the people in a team.
pub struct TeamUserOrders;

impl Choices for TeamUserOrders {
    type Value = Word<By>;
    const ALL: &'static [Self::Value] =
        &[Word("email", By::Email), Word("team_role", By::Role), Word("name", By::Name)];
}

/// `sort_by` of the people in a workspace.
pub struct WorkspaceUserOrders;

impl Choices for WorkspaceUserOrders {
    type Value = Word<By>;
    const ALL: &'static [Self::Value] =
        &[Word("name", By::Name), Word("email", By::Email), Word("workspace_role", By::Role)];
}

/// By name unless the request says otherwise.
pub fn order(sort_by: Option<Word<By>>, sort_to: Option<Word<Direction>>) -> Order {
    Order { by: sort_by.map_or(By::Name, |Word(_, by)| by), direction: direction(sort_to) }
}

/// Ascending unless the request says otherwise.
pub fn direction(sort_to: Option<Word<Direction>>) -> Direction {
    sort_to.map_or(Direction::Ascending, |Word(_, direction)| direction)
}
