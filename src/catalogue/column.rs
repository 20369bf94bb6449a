//! A column of an object's table, and the type of its cells.

use heck::ToSnakeCase as _;

use super::length_limit::LengthLimit;
pub use crate::db::Cell;

/// A column, such as `emails_primary_email` for the path `emails.primaryEmail`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub field: String,
    /// The part, if the field is a composite.
    pub part: Option<String>,
    pub cell: Cell,
    pub is_secret: bool,
    /// If false, an absent text is stored as `""`.
    pub is_nullable: bool,
    /// Only for texts in an index.
    pub length_limit: Option<LengthLimit>,
}

impl Column {
    /// A nullable column that stores a whole field.
    pub fn for_field(field: &str, cell: Cell) -> Self {
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

    /// The name in filters, orders and errors: `createdAt`, `emails.primaryEmail`.
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
    fn column_names_are_field_names_in_snake_case() {
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
