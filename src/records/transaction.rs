//! Creating, updating and deleting records. The caller's workspace is locked, so what is checked here stays true until
//! the end of the transaction; the constraints have the last word all the same.

pub mod checks;
mod record_error;
mod rows;

use serde_json::{Map, Value};

use self::record_error::RecordError;
use super::{
    actor,
    hooks::{accounts, keys, members},
    input::{Input, Purpose},
    permissions::Permissions,
};
use crate::{
    catalogue::object::{Model, Object},
    db::Conn,
    error::{Error, Refusal, Result},
    models::{caller::LockedCaller, dependents, vault::Vault},
};

/// Someone who writes, and what writing takes.
pub struct Transaction<'a> {
    pub conn: &'a mut Conn,
    pub permissions: &'a Permissions,
    pub caller: &'a LockedCaller,
    pub vault: &'a Vault,
}

pub type Body = Map<String, Value>;

impl Transaction<'_> {
    /// Creates records and gives their ids, in the order of the bodies. All of them or none.
    pub fn create(&mut self, object: &'static Object, bodies: &[Body]) -> Result<Vec<String>> {
        self.permissions.expect_writing(object)?;
        let created = match object.model {
            Some(Model::Account) => {
                record_error::for_each(bodies, |body| accounts::create(self, object, body))
            }
            Some(Model::Member) => return Err(members::join_by_invite()),
            Some(Model::Key) => record_error::for_each(bodies, |body| keys::create(self, object, body)),
            None => self.create_rows(object, bodies),
        };
        created.map_err(|refused| refused.among(bodies))
    }

    /// Whether this caller may create such records, whatever became of them when they first did.
    pub fn expect_authority(&self, object: &'static Object, bodies: &[Body]) -> Result<()> {
        self.permissions.expect_writing(object)?;
        match object.model {
            Some(Model::Account) => {
                bodies.iter().try_for_each(|body| accounts::expect_authority(self, object, body))
            }
            _ => Ok(()),
        }
    }

    pub fn update(&mut self, object: &'static Object, id: &str, body: &Body) -> Result<()> {
        self.permissions.expect_writing(object)?;
        self.expect_record(object, id)?;
        let input = Input::parse(object, body, Purpose::Update)?;
        if input.id.as_deref().is_some_and(|sent| sent != id) {
            return Err(Error::Unreadable("id: a record keeps the id it has".to_owned()));
        }
        match object.model {
            Some(Model::Account) => accounts::update(self, id, &input),
            Some(Model::Member) => members::update(self, id, &input),
            Some(Model::Key) => keys::update(self, id, &input),
            None => {
                checks::expect_targets(self, std::slice::from_ref(&input), Some(id))?;
                checks::expect_unique(self, std::slice::from_ref(&input), Some(id))?;
                rows::update(self, id, &input)
            }
        }
    }

    pub fn delete(&mut self, object: &'static Object, id: &str) -> Result<()> {
        self.permissions.expect_writing(object)?;
        self.expect_record(object, id)?;
        match object.model {
            Some(Model::Account) => accounts::delete(self, id),
            Some(Model::Member) => members::delete(self, id),
            Some(Model::Key) => keys::delete(self, id),
            None => {
                dependents::release(self.conn, self.permissions.workspace_id(), object, &[id.to_owned()])?;
                rows::delete(self, object, id)
            }
        }
    }

    fn create_rows(&mut self, object: &'static Object, bodies: &[Body]) -> Result<Vec<String>, RecordError> {
        let inputs = record_error::for_each(bodies, |body| {
            let mut input = Input::parse(object, body, Purpose::Create)?;
            checks::expect_required(&input)?;
            input.fill_in_defaults();
            actor::sign(self, &mut input)?;
            Ok(input)
        })?;
        checks::expect_new(self, &inputs)?;
        checks::expect_targets(self, &inputs, None)?;
        checks::expect_unique(self, &inputs, None)?;
        Ok(inputs.iter().map(|input| rows::insert(self, input)).collect::<Result<_>>()?)
    }

    /// A record this caller sees, or the refusal that names it.
    fn expect_record(&mut self, object: &'static Object, id: &str) -> Result<()> {
        if checks::known(self, object, &[id.to_owned()])?.is_empty() {
            return Err(record_not_found(object, id));
        }
        Ok(())
    }
}

fn record_not_found(object: &Object, id: &str) -> Error {
    let sentence = format!(
        "Could not find any entity of type \"{}\" matching: {{\n    \"id\": \"{id}\"\n}}",
        object.singular
    );
    Error::Refused(Refusal::RecordNotFound, sentence)
}
