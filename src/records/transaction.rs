//! Creates, updates and deletes records. The caller's workspace is locked, so the checks stay true until the end of the
//! transaction; the constraints of the database enforce them as well.

pub mod checks;
pub mod record_error;
mod rows;

use serde_json::{Map, Value};

pub use self::record_error::RecordError;
use super::{
    actor,
    hooks::{accounts, keys, members, webhooks},
    input::{Input, Purpose},
    permissions::Permissions,
};
use crate::{
    catalogue::object::{Model, Object},
    db::{Conn, statement::Texts},
    error::{Error, Refusal, Result},
    models::{caller::LockedCaller, dependents, vault::Vault},
};

/// A transaction that writes for a caller whose workspace is locked.
pub struct Transaction<'a> {
    pub conn: &'a mut Conn,
    pub permissions: &'a Permissions,
    pub caller: &'a LockedCaller,
    pub vault: &'a Vault,
    /// The rows that were just written, as they are stored.
    pub fresh: Option<(&'static Object, Vec<Texts>)>,
}

/// The fields of one record in a request.
pub type Body = Map<String, Value>;

impl Transaction<'_> {
    /// Creates all records or none, and returns their ids in the order of the bodies.
    pub fn create(&mut self, object: &'static Object, bodies: &[Body]) -> Result<Vec<String>> {
        self.expect_creating(object)?;
        let created = match object.model {
            Some(Model::Account) => accounts::create_all(self, object, bodies),
            Some(Model::Member) => return Err(members::join_by_invite()),
            Some(Model::Key) => keys::create_all(self, object, bodies),
            None => self.create_rows(object, bodies),
        };
        created.map_err(|error| error.into_error(bodies))
    }

    /// Refuses a caller that may not create these records now, before a stored response is replayed.
    pub fn expect_authority(&self, object: &'static Object, bodies: &[Body]) -> Result<()> {
        self.expect_creating(object)?;
        match object.model {
            Some(Model::Account) => {
                bodies.iter().try_for_each(|body| accounts::expect_authority(self, object, body))
            }
            _ => Ok(()),
        }
    }

    pub fn update(&mut self, object: &'static Object, id: &str, body: &Body) -> Result<()> {
        self.permissions.expect_writing_to(object, id)?;
        webhooks::expect_reading(self.permissions, object)?;
        let Some(model) = object.model else { return self.update_row(object, id, body) };
        self.expect_record(object, id)?;
        let input = parse_update(object, id, body)?;
        match model {
            Model::Account => accounts::update(self, id, &input),
            Model::Member => members::update(self, id, &input),
            Model::Key => keys::update(self, id, &input),
        }
    }

    /// The statement that updates the row also tells whether there is one. That comes first among the errors.
    fn update_row(&mut self, object: &'static Object, id: &str, body: &Body) -> Result<()> {
        let checked = parse_update(object, id, body).and_then(|input| {
            checks::expect_valid(self, std::slice::from_ref(&input), Some(id))?;
            Ok(input)
        });
        match checked {
            Ok(input) if rows::update(self, id, &input)? => webhooks::after_update(self, object, id),
            Ok(_) => Err(record_not_found(object, id)),
            Err(Error::Database(failure)) => Err(failure.into()),
            Err(error) => self.expect_record(object, id).and(Err(error)),
        }
    }

    pub fn delete(&mut self, object: &'static Object, id: &str) -> Result<()> {
        self.permissions.expect_writing_to(object, id)?;
        self.expect_record(object, id)?;
        match object.model {
            Some(Model::Account) => accounts::delete(self, id),
            Some(Model::Member) => members::delete(self, id),
            Some(Model::Key) => keys::delete(self, id),
            None => {
                dependents::delete_or_clear(
                    self.conn,
                    self.permissions.workspace_id(),
                    object,
                    &[id.to_owned()],
                )?;
                rows::delete(self, object, id)
            }
        }
    }

    fn expect_creating(&self, object: &Object) -> Result<()> {
        self.permissions.expect_writing(object)?;
        webhooks::expect_reading(self.permissions, object)
    }

    fn create_rows(&mut self, object: &'static Object, bodies: &[Body]) -> Result<Vec<String>, RecordError> {
        let inputs = record_error::try_map(bodies, |body| {
            let mut input = Input::parse(object, body, Purpose::Create)?;
            checks::expect_required(&input)?;
            input.fill_in_defaults();
            actor::fill_in(self, &mut input)?;
            Ok(input)
        })?;
        checks::expect_valid(self, &inputs, None)?;
        Ok(rows::insert_all(self, object, inputs)?)
    }

    /// Refuses the id of a record that does not exist or that the caller cannot see.
    fn expect_record(&mut self, object: &'static Object, id: &str) -> Result<()> {
        if checks::visible_ids(self, object, &[id.to_owned()])?.is_empty() {
            return Err(record_not_found(object, id));
        }
        Ok(())
    }
}

fn parse_update(object: &'static Object, id: &str, body: &Body) -> Result<Input> {
    let mut input = Input::parse(object, body, Purpose::Update)?;
    actor::remove(&mut input);
    if input.id.as_deref().is_some_and(|sent| sent != id) {
        return Err(Error::Unreadable("id: a record keeps the id it has".to_owned()));
    }
    Ok(input)
}

fn record_not_found(object: &Object, id: &str) -> Error {
    let sentence = format!(
        "Could not find any entity of type \"{}\" matching: {{\n    \"id\": \"{id}\"\n}}",
        object.singular
    );
    Error::Refused(Refusal::RecordNotFound, sentence)
}
