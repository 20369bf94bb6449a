//! Finds duplicates by the criteria of an object, each a list of paths whose values must all be equal. A criterion
//! applies only if each of its texts has at least three characters; an object without criteria has no duplicates.

use std::collections::HashMap;

use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::{Map, Value};

use super::{
    input::{Input, Purpose},
    load::Loader,
    page::{PageInfo, RecordPage},
    query::{
        PageQuery,
        filter::{Comparison, Filter},
    },
    record::Record,
    spelling::Spelling,
};
use crate::{catalogue::object::Object, error::Result, spelling::host::Text};

const MIN_TEXT_CHARS: usize = 3;

/// The record whose duplicates are wanted.
#[derive(Debug)]
pub enum Original {
    /// A stored record; it is not a duplicate of itself.
    Id(String),
    /// The fields of a record that need not be stored.
    Data(Map<String, Value>),
}

impl Original {
    fn id(&self) -> Option<&String> {
        match self {
            Self::Id(id) => Some(id),
            Self::Data(_) => None,
        }
    }
}

/// One page per original, in their order; an id without a record is skipped.
pub fn find(
    loader: &mut Loader,
    object: &'static Object,
    originals: &[Original],
    query: &PageQuery<'static>,
) -> Result<Vec<RecordPage>> {
    let stored = load_originals(loader, object, originals)?;
    let mut pages = Vec::with_capacity(originals.len());
    for original in originals {
        let (criteria, own_id) = match original {
            Original::Id(id) => {
                let Some(record) = stored.get(id) else { continue };
                (criteria_filters(object, |path| record.text(path).map(str::to_owned)), Some(id))
            }
            Original::Data(data) => {
                let input = parse_criteria_fields(object, data)?;
                (criteria_filters(object, |path| input.text(path).map(str::to_owned)), None)
            }
        };
        pages.push(find_page(loader, object, criteria, own_id, query.clone())?);
    }
    Ok(pages)
}

/// The stored originals by id, loaded in one query.
fn load_originals(
    loader: &mut Loader,
    object: &'static Object,
    originals: &[Original],
) -> Result<HashMap<String, Record>> {
    let ids: Vec<String> = originals.iter().filter_map(Original::id).cloned().collect();
    let records = if ids.is_empty() { Vec::new() } else { loader.by_ids(object, &ids, 0)? };
    Ok(records.into_iter().map(|record| (record.id().to_owned(), record)).collect())
}

fn find_page(
    loader: &mut Loader,
    object: &'static Object,
    criteria: Vec<Filter<'static>>,
    own_id: Option<&String>,
    mut query: PageQuery<'static>,
) -> Result<RecordPage> {
    if criteria.is_empty() {
        return Ok(RecordPage::empty());
    }
    query.either = criteria;
    if let (Some(id), Some(column)) = (own_id, object.column("id")) {
        let not_itself = Filter::Test(column, Comparison::NotEqual(id.clone()));
        query.filter = Some(Filter::All(query.filter.into_iter().chain([not_itself]).collect()));
    }
    loader.page(object, &query)
}

fn criteria_filters(object: &'static Object, text: impl Fn(&str) -> Option<String>) -> Vec<Filter<'static>> {
    let equal = |path: &String| {
        let value = text(path).filter(|value| value.chars().count() >= MIN_TEXT_CHARS)?;
        let column = object.column(path)?;
        let comparison = match Spelling::of(column) {
            Spelling::Host(Text::Url) => {
                Comparison::In(Text::Url.spellings(&value).iter().flat_map(|url| same_page(url)).collect())
            }
            _ => Comparison::Equal(value),
        };
        Some(Filter::Test(column, comparison))
    };
    let criterion =
        |paths: &Vec<String>| paths.iter().map(equal).collect::<Option<Vec<_>>>().map(Filter::All);
    object.duplicate_criteria.iter().filter_map(criterion).collect()
}

/// The spellings of a URL that lead to the same page: with and without scheme, `www.` and a slash at the end.
fn same_page(url: &str) -> Vec<String> {
    let bare = ["https://", "http://"].iter().find_map(|scheme| url.strip_prefix(scheme)).unwrap_or(url);
    let bare = bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches('/');
    let mut all = vec![url.to_owned()];
    if bare.chars().count() < MIN_TEXT_CHARS {
        return all;
    }
    for scheme in ["", "http://", "https://"] {
        for www in ["", "www."] {
            all.extend(["", "/"].map(|slash| format!("{scheme}{www}{bare}{slash}")));
        }
    }
    all
}

/// Parses only the fields of the criteria: `data` may have fields that the object does not have.
fn parse_criteria_fields(object: &'static Object, data: &Map<String, Value>) -> Result<Input> {
    let mut sent = Map::new();
    for path in object.duplicate_criteria.iter().flatten() {
        match path.split_once('.') {
            Some((field, part)) => {
                if let Some(value) = data.get(field).and_then(|value| value.get(part)) {
                    let parts = sent.entry(field).or_insert_with(|| Value::Object(Map::new()));
                    parts[part] = value.clone();
                }
            }
            None => {
                if let Some(value) = data.get(path) {
                    sent.insert(path.clone(), value.clone());
                }
            }
        }
    }
    Input::parse(object, &sent, Purpose::Create)
}

impl RecordPage {
    fn empty() -> Self {
        let page_info =
            PageInfo { has_next_page: false, has_previous_page: false, start_cursor: None, end_cursor: None };
        Self { records: Vec::new(), page_info, total_count: 0 }
    }
}

/// `{"data": [{"personDuplicates": […], "pageInfo": {…}, "totalCount": 1}]}`
#[derive(Serialize)]
pub struct Response<'a> {
    data: Vec<DuplicateList<'a>>,
}

struct DuplicateList<'a> {
    key: &'a str,
    page: &'a RecordPage,
}

impl<'a> Response<'a> {
    /// `key` is the name of each list, such as `personDuplicates`.
    pub fn new(key: &'a str, pages: &'a [RecordPage]) -> Self {
        Self { data: pages.iter().map(|page| DuplicateList { key, page }).collect() }
    }
}

impl Serialize for DuplicateList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let records: &[Record] = &self.page.records;
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry(self.key, records)?;
        map.serialize_entry("pageInfo", &self.page.page_info)?;
        map.serialize_entry("totalCount", &self.page.total_count)?;
        map.end()
    }
}
