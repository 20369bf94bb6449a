//! The parameters `sort_by` and `sort_to`, whose values differ between lists.

use crate::{
    models::workspace::roll::{By, Direction, Order},
    parameters::Choices,
};

/// A value that a parameter may have, and its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice<T>(pub &'static str, pub T);

impl<T> AsRef<str> for Choice<T> {
    fn as_ref(&self) -> &str {
        self.0
    }
}

/// The values of `sort_to`, for all lists.
pub struct Directions;

impl Choices for Directions {
    type Value = Choice<Direction>;
    const ALL: &'static [Self::Value] =
        &[Choice("asc", Direction::Ascending), Choice("desc", Direction::Descending)];
}

/// The values of `sort_by` for the people in a team.
pub struct TeamUserOrders;

impl Choices for TeamUserOrders {
    type Value = Choice<By>;
    const ALL: &'static [Self::Value] =
        &[Choice("email", By::Email), Choice("team_role", By::Role), Choice("name", By::Name)];
}

/// The values of `sort_by` for the people in a workspace.
pub struct WorkspaceUserOrders;

impl Choices for WorkspaceUserOrders {
    type Value = Choice<By>;
    const ALL: &'static [Self::Value] =
        &[Choice("name", By::Name), Choice("email", By::Email), Choice("workspace_role", By::Role)];
}

/// By name if the request has no `sort_by`.
pub fn order(sort_by: Option<Choice<By>>, sort_to: Option<Choice<Direction>>) -> Order {
    Order { by: sort_by.map_or(By::Name, |Choice(_, by)| by), direction: direction(sort_to) }
}

/// Ascending if the request has no `sort_to`.
pub fn direction(sort_to: Option<Choice<Direction>>) -> Direction {
    sort_to.map_or(Direction::Ascending, |Choice(_, direction)| direction)
}
