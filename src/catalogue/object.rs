//! An object of the catalogue: its fields as a caller writes them, its columns as a database holds them, and what
//! leads from it and to it.

pub mod definition;

use serde::Deserialize;
use serde_json::Value;

use super::{column::Column, composite::Composite};

/// A kind of record: `person`, at `/rest/people`, in the table `people`.
#[derive(Debug)]
pub struct Object {
    pub singular: String,
    pub plural: String,
    /// The table, or a view of the model's, that its records are read from.
    pub table: String,
    pub description: String,
    /// Whose rules its writing follows, where it has behaviour of its own.
    pub model: Option<Model>,
    /// Changed by admins alone.
    pub is_governed: bool,
    /// In the order of the document.
    pub fields: Vec<Field>,
    pub to_many: Vec<ToMany>,
    /// The fields a client must send to create one.
    pub required: Vec<String>,
    /// Paths (`emails.primaryEmail`) whose values, unless empty, one workspace holds once.
    pub unique: Vec<String>,
    /// Each a list of paths that make two records duplicates when all of them are equal.
    pub duplicate_criteria: Vec<Vec<String>>,
    /// `id`, `createdAt`, `updatedAt`, `deletedAt`, then those of the fields.
    pub columns: Vec<Column>,
}

/// The models behind the objects that have behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Model {
    Account,
    Member,
    Key,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ToMany {
    pub name: String,
    pub target: String,
    /// The field of the target that holds this object's id.
    pub by: String,
    pub description: String,
}

#[derive(Debug)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
    pub description: String,
    /// What a record created without it holds.
    pub default: Value,
    /// Sealed in the database, and shown only to those who may read it.
    pub is_secret: bool,
}

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
    /// A list out of these options.
    MultiSelect(Vec<String>),
    /// A small object of several columns.
    Composite(Composite, Vec<Part>),
    Relation(ToOne),
}

#[derive(Debug)]
pub struct ToOne {
    /// `company`
    pub name: String,
    /// `companyId`
    pub field: String,
    pub target: String,
    /// The to-many of the target that leads back.
    pub inverse: String,
    pub on_delete: OnDelete,
}

/// What becomes of a record when the one it leads to is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OnDelete {
    Delete,
    Clear,
}

/// One sub-field of a composite.
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
    /// Lists in JSON: of texts, of `{"label", "url"}`, of `{"number", "countryCode", "callingCode"}` or texts.
    Texts,
    Links,
    Phones,
}

impl Object {
    /// `id`, `createdAt`, `updatedAt` and `deletedAt`, which come first.
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

    /// The columns of one field, in order.
    pub fn columns_of<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a Column> {
        self.columns.iter().filter(move |column| column.field == field)
    }

    /// The table its secrets are sealed for.
    pub fn sealed_in(&self) -> &str {
        if self.model == Some(Model::Account) { "social_accounts" } else { &self.table }
    }

    /// `createPerson` and the like: the verb, and the name with a capital.
    pub fn key(verb: &str, name: &str) -> String {
        format!("{verb}{}", capitalised(name))
    }
}

impl Field {
    /// Whether it says who made a record: `createdBy`.
    pub fn is_actor(&self) -> bool {
        matches!(self.kind, Kind::Composite(Composite::Actor, _))
    }
}

/// `connectedAccount` → `ConnectedAccount`
pub fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
