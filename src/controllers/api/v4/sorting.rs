//! The parameters `sort_by` and `sort_to`, whose values differ between lists.

use crate::{
    models::workspace::directory::{Direction, Order, SortBy},
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
    type Value = Choice<SortBy>;
    const ALL: &'static [Self::Value] =
        &[Choice("email", SortBy::Email), Choice("team_role", SortBy::Role), Choice("name", SortBy::Name)];
}

/// The values of `sort_by` for the people in a workspace.
pub struct WorkspaceUserOrders;

impl Choices for WorkspaceUserOrders {
    type Value = Choice<SortBy>;
    const ALL: &'static [Self::Value] = &[
        Choice("name", SortBy::Name),
        Choice("email", SortBy::Email),
        Choice("workspace_role", SortBy::Role),
    ];
}

/// By name if the request has no `sort_by`.
pub fn order(sort_by: Option<Choice<SortBy>>, sort_to: Option<Choice<Direction>>) -> Order {
    Order { by: sort_by.map_or(SortBy::Name, |Choice(_, by)| by), direction: direction(sort_to) }
}

/// Ascending if the request has no `sort_to`.
pub fn direction(sort_to: Option<Choice<Direction>>) -> Direction {
    sort_to.map_or(Direction::Ascending, |Choice(_, direction)| direction)
}
