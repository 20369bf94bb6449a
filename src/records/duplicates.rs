//! Records that look like another: by the criteria of their object, each a list of paths that must all be equal. A
//! criterion counts when every text in it has at least three letters; an object without criteria has no duplicates.

use std::collections::HashMap;

use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::{Map, Value};

use super::{
    input::{Input, Purpose},
    load::Loader,
    page::{Found, PageInfo},
    query::{
        Find,
        filter::{Comparison, Filter},
    },
    record::Record,
};
use crate::{catalogue::object::Object, error::Result};

const SHORTEST: usize = 3;

/// What duplicates are looked for.
#[derive(Debug)]
pub enum Like {
    /// A record that exists, which is no duplicate of itself.
    Id(String),
    /// One about to be written.
    Data(Map<String, Value>),
}

impl Like {
    fn id(&self) -> Option<&String> {
        match self {
            Self::Id(id) => Some(id),
            Self::Data(_) => None,
        }
    }
}

/// One list for each record that was asked about; ids of nothing have none.
pub fn find(
    loader: &mut Loader,
    object: &'static Object,
    likes: &[Like],
    query: &Find<'static>,
) -> Result<Vec<Found>> {
    let known = known(loader, object, likes)?;
    let mut lists = Vec::with_capacity(likes.len());
    for like in likes {
        let (criteria, own_id) = match like {
            Like::Id(id) => {
                let Some(record) = known.get(id) else { continue };
                (criteria(object, |path| record.text(path).map(str::to_owned)), Some(id))
            }
            Like::Data(data) => {
                let input = input(object, data)?;
                (criteria(object, |path| input.text(path).map(str::to_owned)), None)
            }
        };
        lists.push(like_one(loader, object, criteria, own_id, query.clone())?);
    }
    Ok(lists)
}

/// The records asked about, in one query.
fn known(loader: &mut Loader, object: &'static Object, likes: &[Like]) -> Result<HashMap<String, Record>> {
    let ids: Vec<String> = likes.iter().filter_map(Like::id).cloned().collect();
    let records = if ids.is_empty() { Vec::new() } else { loader.by_ids(object, &ids, 0)? };
    Ok(records.into_iter().map(|record| (record.id().to_owned(), record)).collect())
}

fn like_one(
    loader: &mut Loader,
    object: &'static Object,
    criteria: Vec<Filter<'static>>,
    own_id: Option<&String>,
    mut find: Find<'static>,
) -> Result<Found> {
    if criteria.is_empty() {
        return Ok(Found::nothing());
    }
    find.either = criteria;
    if let (Some(id), Some(column)) = (own_id, object.column("id")) {
        let another = Filter::Test(column, Comparison::NotEqual(id.clone()));
        find.filter = Some(Filter::All(find.filter.into_iter().chain([another]).collect()));
    }
    loader.page(object, &find)
}

fn criteria(object: &'static Object, text: impl Fn(&str) -> Option<String>) -> Vec<Filter<'static>> {
    let equal = |path: &String| {
        let value = text(path).filter(|value| value.chars().count() >= SHORTEST)?;
        Some(Filter::Test(object.column(path)?, Comparison::Equal(value)))
    };
    let criterion =
        |paths: &Vec<String>| paths.iter().map(equal).collect::<Option<Vec<_>>>().map(Filter::All);
    object.duplicate_criteria.iter().filter_map(criterion).collect()
}

/// Only what the criteria look at: examples carry more than the object has.
fn input(object: &'static Object, data: &Map<String, Value>) -> Result<Input> {
    let mut looked_at = Map::new();
    for path in object.duplicate_criteria.iter().flatten() {
        match path.split_once('.') {
            Some((field, part)) => {
                if let Some(value) = data.get(field).and_then(|value| value.get(part)) {
                    let parts = looked_at.entry(field).or_insert_with(|| Value::Object(Map::new()));
                    parts[part] = value.clone();
                }
            }
            None => {
                if let Some(value) = data.get(path) {
                    looked_at.insert(path.clone(), value.clone());
                }
            }
        }
    }
    Input::parse(object, &looked_at, Purpose::Create)
}

impl Found {
    fn nothing() -> Self {
        let page_info =
            PageInfo { has_next_page: false, has_previous_page: false, start_cursor: None, end_cursor: None };
        Self { records: Vec::new(), page_info, total_count: 0 }
    }
}

/// `{"data": [{"personDuplicates": […], "pageInfo": {…}, "totalCount": 1}]}`
#[derive(Serialize)]
pub struct Answer<'a> {
    data: Vec<List<'a>>,
}

struct List<'a> {
    key: &'a str,
    found: &'a Found,
}

impl<'a> Answer<'a> {
    pub fn new(key: &'a str, lists: &'a [Found]) -> Self {
        Self { data: lists.iter().map(|found| List { key, found }).collect() }
    }
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let records: &[Record] = &self.found.records;
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry(self.key, records)?;
        map.serialize_entry("pageInfo", &self.found.page_info)?;
        map.serialize_entry("totalCount", &self.found.total_count)?;
        map.end()
    }
}
