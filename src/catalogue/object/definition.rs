//! The definition of an object in `spec/objects.json`, resolved into its table and its columns.

use std::collections::HashMap;

use heck::ToSnakeCase as _;
use serde::Deserialize;
use serde_json::Value;

use super::{Field, Kind, Model, Object, OnDelete, Part, PartKind, ToMany, ToOne};
use crate::catalogue::{
    column::{Cell, Column},
    composite::Composite,
    length_limit::LengthLimit,
};

/// One object of `spec/objects.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObjectDefinition {
    singular: String,
    plural: String,
    description: String,
    model: Option<Model>,
    #[serde(default)]
    governed: bool,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default)]
    unique: Vec<String>,
    #[serde(default)]
    duplicate_criteria: Vec<Vec<String>>,
    fields: Vec<FieldDefinition>,
    to_many: Vec<ToMany>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FieldDefinition {
    name: String,
    kind: String,
    description: String,
    #[serde(default)]
    options: Vec<String>,
    #[serde(default)]
    default: Value,
    #[serde(default)]
    secret: bool,
    relation: Option<String>,
    target: Option<String>,
    inverse: Option<String>,
    on_delete: Option<OnDelete>,
}

impl ObjectDefinition {
    /// Panics if the definition is invalid.
    pub fn resolve(self, composites: &HashMap<Composite, Vec<Part>>) -> Object {
        let fields: Vec<Field> = self.fields.into_iter().map(|field| field.resolve(composites)).collect();
        let own_columns = [
            ("id", Cell::Uuid),
            ("createdAt", Cell::Moment),
            ("updatedAt", Cell::Moment),
            ("deletedAt", Cell::Moment),
        ];
        let mut columns: Vec<Column> = own_columns
            .into_iter()
            .map(|(name, cell)| Column::for_field(name, cell))
            .chain(fields.iter().flat_map(Field::columns))
            .collect();
        let indexed_paths = self.unique.iter().chain(self.duplicate_criteria.iter().flatten());
        indexed_paths.for_each(|path| set_length_limit(&mut columns, &fields, path));
        Object {
            table: if self.model == Some(Model::Key) {
                "api_key_records".to_owned()
            } else {
                self.plural.to_snake_case()
            },
            singular: self.singular,
            plural: self.plural,
            description: self.description,
            model: self.model,
            is_governed: self.governed,
            fields,
            to_many: self.to_many,
            required: self.required,
            unique: self.unique,
            duplicate_criteria: self.duplicate_criteria,
            columns,
        }
    }
}

fn set_length_limit(columns: &mut [Column], fields: &[Field], path: &str) {
    if let Some(column) = columns.iter_mut().find(|column| column.is_at(path)) {
        let field = fields.iter().find(|field| field.name == column.field);
        column.length_limit = field.map(|field| LengthLimit::for_kind(&field.kind));
    }
}

impl FieldDefinition {
    fn resolve(self, composites: &HashMap<Composite, Vec<Part>>) -> Field {
        let kind = match self.kind.as_str() {
            "text" => Kind::Text,
            "uuid" => Kind::Uuid,
            "dateTime" => Kind::DateTime,
            "boolean" => Kind::Boolean,
            "integer" => Kind::Integer,
            "number" => Kind::Number,
            "json" => Kind::Json,
            "array" => Kind::Array,
            "enum" => Kind::Enum(self.options),
            "multiSelect" => Kind::MultiSelect(self.options),
            "relation" => Kind::Relation(ToOne {
                name: self.relation.expect("a relation has a name"),
                field: self.name.clone(),
                target: self.target.expect("a relation has a target"),
                inverse: self.inverse.expect("a relation has an inverse"),
                on_delete: self.on_delete.expect("a relation says what a deletion does"),
            }),
            name => {
                let composite = serde_json::from_value(name.into()).expect("a kind of field");
                Kind::Composite(composite, composites[&composite].clone())
            }
        };
        Field {
            name: self.name,
            kind,
            description: self.description,
            default: self.default,
            is_secret: self.secret,
        }
    }
}

impl Field {
    fn columns(&self) -> Vec<Column> {
        let cell = match &self.kind {
            Kind::Text | Kind::Enum(_) => Cell::Text,
            Kind::Uuid | Kind::Relation(_) => Cell::Uuid,
            Kind::DateTime => Cell::Moment,
            Kind::Boolean => Cell::Boolean,
            Kind::Integer => Cell::Integer,
            Kind::Number => Cell::Number,
            Kind::Json | Kind::Array | Kind::MultiSelect(_) => Cell::Json,
            Kind::Composite(_, parts) => {
                return parts.iter().map(|part| part.column(&self.name)).collect();
            }
        };
        let is_nullable = self.is_secret || !matches!(self.kind, Kind::Text);
        vec![Column { is_secret: self.is_secret, is_nullable, ..Column::for_field(&self.name, cell) }]
    }
}

impl Part {
    fn column(&self, field: &str) -> Column {
        let is_nullable = self.nullable || self.kind != PartKind::Text;
        Column {
            part: Some(self.name.clone()),
            name: format!("{}_{}", field.to_snake_case(), self.name.to_snake_case()),
            is_nullable,
            ..Column::for_field(field, self.kind.cell())
        }
    }
}

impl PartKind {
    fn cell(self) -> Cell {
        match self {
            Self::Text | Self::Enum => Cell::Text,
            Self::Uuid => Cell::Uuid,
            Self::Integer => Cell::Integer,
            Self::Number => Cell::Number,
            Self::Json | Self::Texts | Self::Links | Self::Phones => Cell::Json,
        }
    }
}
