//! Parses the body of a write into the columns it sets, checked against the catalogue.
//! The n8n node sends every field on every write, so a blank value counts as absent: a create uses the default, an
//! update leaves the field unchanged. JSON `null` clears, `[]` is a value; numbers, booleans and enums are never blank.

use serde_json::{Map, Value, json};

use super::{
    composite,
    record::DAMAGED_SECRETS,
    value::{cleared_value, expect_items, expect_texts, is_blank, parse_cell, parse_literal, shortened},
};
use crate::{
    catalogue::{
        column::Column,
        object::{Field, Kind, Object, Part},
    },
    clock::{self, Moment},
    error::{Error, Refusal, Result},
};

const NO_SOFT_DELETE: &str =
    "deletedAt cannot be set, because there is no soft delete. DELETE deletes a record for good";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Create,
    Update,
}

/// The literals that a body sets, by column; `None` clears a column.
#[derive(Debug, Clone)]
pub struct Input {
    pub object: &'static Object,
    pub id: Option<String>,
    cells: Vec<Option<Option<String>>>,
}

impl Input {
    /// Refuses unknown fields, values of the wrong type and texts that are too long.
    pub fn parse(object: &'static Object, body: &Map<String, Value>, purpose: Purpose) -> Result<Self> {
        let mut input = Self { object, id: None, cells: vec![None; object.columns.len()] };
        for (name, value) in body {
            match object.field(name) {
                Some(field) => input.parse_field(field, value, purpose)?,
                // A client may send back a whole record.
                None if name == DAMAGED_SECRETS => {}
                None => input.parse_own_column(name, value, purpose)?,
            }
        }
        composite::normalise(&mut input);
        input.assignments().try_for_each(|(column, text)| column.expect_to_fit(text))?;
        Ok(input)
    }

    /// The literal at a path: `None` if it is not set, `Some(None)` if it is cleared.
    pub fn get(&self, path: &str) -> Option<Option<&str>> {
        self.cells[self.index_of(path)?].as_ref().map(Option::as_deref)
    }

    /// The literal at a path, unless it is absent, cleared or empty.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.get(path).flatten().filter(|text| !text.is_empty())
    }

    /// The moment at a path; `Some(None)` if it is cleared.
    pub fn moment(&self, path: &str) -> Option<Option<Moment>> {
        self.get(path).map(|at| at.and_then(clock::parse_from_database))
    }

    pub fn set(&mut self, path: &str, value: Option<String>) {
        if let Some(at) = self.index_of(path) {
            self.cells[at] = Some(value);
        }
    }

    /// Removes everything that the body sets in a field.
    pub fn unset(&mut self, field: &str) {
        for (column, cell) in self.object.columns.iter().zip(&mut self.cells) {
            if column.field == field {
                *cell = None;
            }
        }
    }

    /// Sets the defaults of the fields that the body does not set.
    pub fn fill_in_defaults(&mut self) {
        for field in &self.object.fields {
            if self.object.columns_of(&field.name).any(|column| self.get(&column.path()).is_some()) {
                continue;
            }
            match (&field.kind, &field.default) {
                (Kind::Composite(..), _) | (_, Value::Null) => {}
                (_, Value::String(text)) => self.set(&field.name, Some(text.clone())),
                (_, value) => self.set(&field.name, Some(value.to_string())),
            }
        }
    }

    /// The columns that are set, with their literals.
    pub fn assignments(&self) -> impl Iterator<Item = (&'static Column, Option<&str>)> {
        let columns: &'static [Column] = &self.object.columns;
        columns.iter().zip(&self.cells).filter_map(|(column, cell)| Some((column, cell.as_ref()?.as_deref())))
    }

    fn index_of(&self, path: &str) -> Option<usize> {
        self.object.columns.iter().position(|column| column.is_at(path))
    }

    /// Parses `id` and, on create, `createdAt` and `updatedAt`.
    fn parse_own_column(&mut self, name: &str, value: &Value, purpose: Purpose) -> Result<()> {
        let Some(column) =
            self.object.columns.iter().take(Object::OWN_COLUMNS).find(|column| column.field == name)
        else {
            return Err(unknown_field(self.object, name));
        };
        // A client may send back a whole record, whose `deletedAt` is null: an update ignores its other timestamps.
        if is_blank(value) || value.is_null() {
            return Ok(());
        }
        if name == "deletedAt" {
            return Err(Error::Unreadable(NO_SOFT_DELETE.to_owned()));
        }
        if purpose == Purpose::Update && name != "id" {
            return Ok(());
        }
        let literal = parse_literal(column, value)?;
        if name == "id" {
            self.id = Some(literal);
        } else {
            self.set(name, Some(literal));
        }
        Ok(())
    }

    /// Whether a value is blank and counts as absent. Exceptions: a create may set a text to `""` and a required JSON
    /// field to `{}`, and JSON may contain blanks.
    fn is_unset(&self, field: &Field, value: &Value, purpose: Purpose) -> bool {
        let is_new = purpose == Purpose::Create;
        match field.kind {
            Kind::Text => is_blank(value) && !is_new,
            Kind::Json if *value == json!({}) => !(is_new && self.object.required.contains(&field.name)),
            Kind::Json => [json!(""), json!([null])].contains(value),
            _ => is_blank(value),
        }
    }

    fn parse_field(&mut self, field: &'static Field, value: &Value, purpose: Purpose) -> Result<()> {
        if self.is_unset(field, value, purpose) {
            return Ok(());
        }
        match (&field.kind, value) {
            (Kind::Composite(..), Value::Null) => {
                for column in self.object.columns_of(&field.name) {
                    self.set(&column.path(), cleared_value(column));
                }
                Ok(())
            }
            (Kind::Composite(_, parts), Value::Object(sent)) => self.parse_parts(field, parts, sent),
            (Kind::Composite(_, parts), _) => Err(composite::not_an_object(field, parts)),
            (kind, value) => {
                let options: &[String] = if let Kind::Enum(options) = kind { options } else { &[] };
                if let Kind::Array | Kind::MultiSelect(_) = kind {
                    expect_texts(field, value)?;
                }
                let column = self
                    .object
                    .columns_of(&field.name)
                    .next()
                    .ok_or_else(|| Error::ours("a field's column"))?;
                let cell = parse_cell(column, options, value)?;
                self.set(&field.name, cell);
                Ok(())
            }
        }
    }

    fn parse_parts(
        &mut self,
        field: &'static Field,
        parts: &[Part],
        sent: &Map<String, Value>,
    ) -> Result<()> {
        for (name, value) in sent {
            let part = parts.iter().find(|part| part.name == *name);
            let column =
                self.object.columns_of(&field.name).find(|column| column.part.as_ref() == Some(name));
            let (Some(part), Some(column)) = (part, column) else {
                return Err(composite::unknown_part(field, name));
            };
            if !is_blank(value) {
                let cell = parse_cell(column, &part.options, value)?;
                expect_items(column, part.kind, cell.as_deref())?;
                self.set(&column.path(), cell);
            }
        }
        Ok(())
    }
}

fn unknown_field(object: &Object, name: &str) -> Error {
    let sentence = format!(
        "Field metadata for field \"{}\" is missing in object metadata {}",
        shortened(name),
        object.singular
    );
    Error::Refused(Refusal::UnknownField, sentence)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{
        ProptestConfig, Strategy as _, any, prop_assert_eq, prop_assume, prop_oneof, proptest,
    };

    use super::{Input, Purpose};
    use crate::{
        catalogue::{catalogue, column::Cell},
        records::literal,
    };

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

        #[test]
        fn a_number_has_the_same_literal_in_a_body_and_in_a_filter(
            text in prop_oneof![
                any::<f64>().prop_map(|number| format!("{number:?}")),
                "-?[1-9][0-9]{0,17}\\.[0-9]{1,20}(e-?[1-9][0-9]?)?",
            ],
        ) {
            let body = serde_json::from_str(&format!("{{\"position\":{text}}}"));
            prop_assume!(body.is_ok());
            let person = catalogue().by_singular("person").expect("people");
            let input = Input::parse(person, &body.unwrap(), Purpose::Create).expect("a number");
            prop_assert_eq!(input.text("position").map(str::to_owned), literal::parse(Cell::Number, &text));
        }
    }
}
