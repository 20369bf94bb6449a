//! Extracts the object and the record id of a path, and the query parameters.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use crate::{
    catalogue::{catalogue, object::Object},
    error::{Error, Result},
    records::{
        literal,
        query::{PageQuery, depth::Depth},
        value::shortened,
    },
};

/// The object in a path, by its plural name.
#[derive(Debug, Clone, Copy)]
pub struct PathObject(pub &'static Object);

/// The normalised id in a path.
#[derive(Debug, Clone)]
pub struct RecordId(pub String);

/// The query parameters, decoded, in the order of the URL.
#[derive(Debug, Clone)]
pub struct QueryPairs(Vec<(String, String)>);

impl FromRequest for PathObject {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(find_object(request.match_info().query("plural")).map(Self))
    }
}

fn find_object(name: &str) -> Result<&'static Object> {
    if let Some(object) = catalogue().by_plural(name) {
        return Ok(object);
    }
    let name = shortened(name);
    Err(Error::Unreadable(match catalogue().by_singular(&name) {
        Some(object) => format!("object '{name}' not found. Did you mean '{}'?", object.plural),
        None => format!("object '{name}' not found. eg: companies"),
    }))
}

impl FromRequest for RecordId {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().query("id");
        ready(
            literal::parse(crate::catalogue::column::Cell::Uuid, id)
                .map(Self)
                .ok_or_else(|| Error::Unreadable(format!("'{}' is not a valid UUID", shortened(id)))),
        )
    }
}

impl FromRequest for QueryPairs {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = url::form_urlencoded::parse(request.query_string().as_bytes());
        ready(Ok(Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())))
    }
}

impl QueryPairs {
    pub fn page_query(&self, object: &'static Object) -> Result<PageQuery<'static>> {
        PageQuery::from_pairs(object, &self.0)
    }

    pub fn depth(&self) -> Result<Depth> {
        Depth::from_pairs(&self.0)
    }
}
