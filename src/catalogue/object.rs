//! An object of the catalogue: its fields as clients see them, its columns in the database, and its relations.

pub mod definition;

use serde::Deserialize;
use serde_json::Value;

use super::{
    column::{Cell, Column},
    composite::Composite,
};

/// A kind of record: `person`, at `/rest/people`, in the table `people`.
#[derive(Debug)]
pub struct Object {
    pub singular: String,
    pub plural: String,
    /// The table or view from which its records are loaded.
    pub table: String,
    pub description: String,
    /// The model through which it is written; `None` if the engine writes its table directly.
    pub model: Option<Model>,
    /// Whether only admins may change it.
    pub is_governed: bool,
    /// In the order of `spec/objects.json`.
    pub fields: Vec<Field>,
    pub to_many: Vec<ToMany>,
    /// The fields that a create must set.
    pub required: Vec<String>,
    /// Paths (`emails.primaryEmail`) whose values are unique in a workspace, except empty ones.
    pub unique: Vec<String>,
    /// Lists of paths; two records are duplicates if all values of one list are equal.
    pub duplicate_criteria: Vec<Vec<String>>,
    /// `id`, `createdAt`, `updatedAt`, `deletedAt`, then the columns of the fields.
    pub columns: Vec<Column>,
}

/// The models that write objects by their own rules; see `records/hooks`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Model {
    Account,
    Member,
    Key,
}

/// A relation to a list of records, such as `people` of a company.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ToMany {
    pub name: String,
    /// The singular name of the related object.
    pub target: String,
    /// The field of the target that contains this object's id.
    #[serde(rename = "by")]
    pub field: String,
    pub description: String,
}

#[derive(Debug)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
    pub description: String,
    /// The value of a record that is created without it.
    pub default: Value,
    /// Whether it is sealed in the database, and empty for callers that may not read tokens.
    pub is_secret: bool,
}

/// The type of a field.
#[derive(Debug)]
pub enum Kind {
    Text,
    Uuid,
    DateTime,
    Boolean,
    Integer,
    Number,
    Json,
    /// A list of texts.
    Array,
    Enum(Vec<String>),
    /// A list of some of these options.
    MultiSelect(Vec<String>),
    /// An object whose parts are columns.
    Composite(Composite, Vec<Part>),
    Relation(ToOne),
}

/// A relation to one record, such as `company` of a person.
#[derive(Debug)]
pub struct ToOne {
    /// `company`
    pub name: String,
    /// `companyId`
    pub field: String,
    /// The singular name of the related object.
    pub target: String,
    /// The name of the target's to-many relation that leads back.
    pub inverse: String,
    pub on_delete: OnDelete,
}

/// What happens to a record when the target of its relation is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OnDelete {
    Delete,
    Clear,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub name: String,
    pub kind: PartKind,
    #[serde(default)]
    pub options: Vec<String>,
    #[serde(default)]
    pub nullable: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PartKind {
    Text,
    Enum,
    Uuid,
    Integer,
    Number,
    Json,
    /// A JSON list of texts.
    Texts,
    /// A JSON list of `{"label", "url"}`.
    Links,
    /// A JSON list of `{"number", "countryCode", "callingCode"}` or texts.
    Phones,
}

/// The fields that name a record, the best first.
const LABELS: [&str; 4] = ["name", "title", "subject", "handle"];

impl Object {
    /// The columns, in the order of a record's cells.
    pub fn cells_and_names(&self) -> Vec<(Cell, &str)> {
        self.columns.iter().map(|column| (column.cell, column.name.as_str())).collect()
    }

    /// The number of columns before those of the fields: `id`, `createdAt`, `updatedAt` and `deletedAt`.
    pub const OWN_COLUMNS: usize = 4;

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub fn to_one(&self) -> impl Iterator<Item = &ToOne> {
        self.fields.iter().filter_map(|field| match &field.kind {
            Kind::Relation(relation) => Some(relation),
            _ => None,
        })
    }

    /// The column at a path: `city`, `companyId`, `emails.primaryEmail`.
    pub fn column(&self, path: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.is_at(path))
    }

    /// The columns of a field, several if it is a composite.
    pub fn columns_of<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a Column> {
        self.columns.iter().filter(move |column| column.field == field)
    }

    /// The columns of what people call a record; none if it has no name of its own.
    pub fn label_columns(&self) -> impl Iterator<Item = &Column> {
        let field = LABELS.into_iter().find(|name| self.field(name).is_some());
        self.columns.iter().filter(move |column| Some(column.field.as_str()) == field)
    }

    /// What people call the record with these cells, which are in the order of the columns.
    pub fn label(&self, cells: &[Option<String>]) -> String {
        let names = self.label_columns().filter_map(|column| {
            let at = self.columns.iter().position(|other| other == column)?;
            cells.get(at)?.as_deref()
        });
        names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Whether a column contains ids of records: its own or those of a relation. Each has an index.
    pub fn holds_ids(&self, column: &Column) -> bool {
        column.field == "id" || self.to_one().any(|relation| relation.field == column.field)
    }

    /// The table in the place of its sealed values.
    pub fn sealed_in(&self) -> &str {
        if self.model == Some(Model::Account) { "social_accounts" } else { &self.table }
    }

    /// The key of a response, such as `createPerson`.
    pub fn response_key(verb: &str, name: &str) -> String {
        format!("{verb}{}", capitalised(name))
    }
}

impl Field {
    /// Whether it is an actor composite, such as `createdBy`.
    pub fn is_actor(&self) -> bool {
        matches!(self.kind, Kind::Composite(Composite::Actor, _))
    }
}

/// `connectedAccount` → `ConnectedAccount`
pub fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
