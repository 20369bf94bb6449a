//! The 36 objects behind `/rest` as data, read once from `spec/objects.json`.

pub mod column;
pub mod composite;
pub mod length_limit;
pub mod object;

use std::{collections::HashMap, sync::LazyLock};

use serde::Deserialize;

use self::{
    composite::Composite,
    object::{Object, Part, definition::ObjectDefinition},
};

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::parse(include_str!("../spec/objects.json")));

/// The objects in the order of the document, found by either of their names.
#[derive(Debug)]
pub struct Catalogue {
    objects: Vec<Object>,
    by_singular: HashMap<String, usize>,
    by_plural: HashMap<String, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    composites: HashMap<Composite, Vec<Part>>,
    objects: Vec<ObjectDefinition>,
}

pub fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

impl Catalogue {
    fn parse(document: &str) -> Self {
        let document: Document =
            serde_json::from_str(document).expect("spec/objects.json has the shape of a catalogue");
        let objects: Vec<Object> =
            document.objects.into_iter().map(|definition| definition.resolve(&document.composites)).collect();
        let index = |name: fn(&Object) -> &str| {
            objects.iter().enumerate().map(|(at, object)| (name(object).to_owned(), at)).collect()
        };
        let (by_singular, by_plural) = (index(|object| &object.singular), index(|object| &object.plural));
        Self { objects, by_singular, by_plural }
    }

    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// `companies`
    pub fn by_plural(&self, name: &str) -> Option<&Object> {
        self.by_plural.get(name).map(|at| &self.objects[*at])
    }

    /// `company`
    pub fn by_singular(&self, name: &str) -> Option<&Object> {
        self.by_singular.get(name).map(|at| &self.objects[*at])
    }

    /// The object a relation of the catalogue leads to.
    pub fn target(&self, name: &str) -> &Object {
        self.by_singular(name).expect("a test sees to it that every relation leads to an object")
    }

    /// Every to-one relation that leads to this object, and the object it leads from.
    pub fn leading_to<'a>(
        &'a self,
        object: &'a Object,
    ) -> impl Iterator<Item = (&'a Object, &'a object::ToOne)> {
        self.objects
            .iter()
            .flat_map(|from| from.to_one().map(move |relation| (from, relation)))
            .filter(move |(_, relation)| relation.target == object.singular)
    }
}

#[cfg(test)]
mod tests {
    use super::catalogue;

    #[test]
    fn the_named_parts_are_parts() {
        use super::composite::part;
        let parts: Vec<&str> = catalogue()
            .objects()
            .iter()
            .flat_map(|object| &object.columns)
            .filter_map(|column| column.part.as_deref())
            .collect();
        for name in [
            part::PRIMARY_EMAIL,
            part::ADDITIONAL_EMAILS,
            part::PRIMARY_LINK_URL,
            part::SECONDARY_LINKS,
            part::BLOCKNOTE,
            part::MARKDOWN,
            part::SOURCE,
            part::WORKSPACE_MEMBER_ID,
            part::NAME,
            part::CONTEXT,
        ] {
            assert!(parts.contains(&name), "{name}");
        }
    }

    #[test]
    fn every_relation_leads_somewhere_and_back() {
        let mut pairs = 0;
        for object in catalogue().objects() {
            for relation in object.to_one() {
                let target = catalogue().by_singular(&relation.target).expect(&relation.target);
                let back = target
                    .to_many
                    .iter()
                    .find(|many| many.name == relation.inverse)
                    .expect(&relation.inverse);
                assert_eq!(
                    (&back.target, &back.by),
                    (&object.singular, &relation.field),
                    "{}",
                    object.singular
                );
                pairs += 1;
            }
        }
        let many: usize = catalogue().objects().iter().map(|object| object.to_many.len()).sum();
        assert_eq!((catalogue().objects().len(), pairs, many), (36, 64, 64));
    }

    #[test]
    fn names_on_both_sides_of_the_database_are_one_to_one() {
        for object in catalogue().objects() {
            let mut names: Vec<_> = object.columns.iter().map(|column| &column.name).collect();
            names.sort_unstable();
            let all = names.len();
            names.dedup();
            assert_eq!(names.len(), all, "{}", object.singular);
        }
    }
    #[test]
    fn everything_is_described() {
        for object in catalogue().objects() {
            let fields = object.fields.iter().map(|field| (&field.name, &field.description));
            let to_many = object.to_many.iter().map(|many| (&many.name, &many.description));
            for (name, description) in fields.chain(to_many).chain([(&object.plural, &object.description)]) {
                let is_sentence = description.len() > 5 && description.ends_with('.');
                assert!(is_sentence, "{}.{name}: {description:?}", object.singular);
            }
        }
    }
}
