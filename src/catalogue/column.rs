//! A column of an object's table, and what its cells hold.

use heck::ToSnakeCase as _;

use super::length_limit::LengthLimit;
pub use crate::db::Cell;

/// One column: `emails.primaryEmail` is `emails_primary_email`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub field: String,
    /// The sub-field, in a composite.
    pub part: Option<String>,
    pub cell: Cell,
    pub is_secret: bool,
    /// A text that cannot be null is empty instead.
    pub is_nullable: bool,
    /// Of a text in an index.
    pub length_limit: Option<LengthLimit>,
}

impl Column {
    pub fn whole(field: &str, cell: Cell) -> Self {
        Self {
            name: field.to_snake_case(),
            field: field.to_owned(),
            part: None,
            cell,
            is_secret: false,
            is_nullable: true,
            length_limit: None,
        }
    }

    pub fn is_at(&self, path: &str) -> bool {
        match (&self.part, path.split_once('.')) {
            (Some(part), Some((field, sub))) => self.field == field && part == sub,
            (None, None) => self.field == path,
            _ => false,
        }
    }

    /// As filters and orders name it: `createdAt`, `emails.primaryEmail`.
    pub fn path(&self) -> String {
        match &self.part {
            Some(part) => format!("{}.{part}", self.field),
            None => self.field.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use heck::ToSnakeCase as _;

    #[test]
    fn names_turn_into_columns() {
        for (name, column) in [
            ("id", "id"),
            ("createdAt", "created_at"),
            ("iCalUID", "i_cal_uid"),
            ("addressStreet1", "address_street1"),
            ("xLink", "x_link"),
            ("bodyV2", "body_v2"),
        ] {
            assert_eq!(name.to_snake_case(), column);
        }
    }
}
