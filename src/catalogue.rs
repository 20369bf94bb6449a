//! The catalogue: the 36 objects of `/rest` as data, parsed once from `spec/objects.json`.

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

/// The objects in the order of `spec/objects.json`, indexed by both names.
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

    /// The object with a plural name, such as `companies`.
    pub fn by_plural(&self, name: &str) -> Option<&Object> {
        self.by_plural.get(name).map(|at| &self.objects[*at])
    }

    /// The object with a singular name, such as `company`.
    pub fn by_singular(&self, name: &str) -> Option<&Object> {
        self.by_singular.get(name).map(|at| &self.objects[*at])
    }

    /// The target of a relation in the catalogue, by its singular name.
    pub fn target(&self, name: &str) -> &Object {
        self.by_singular(name).expect("a relation of the catalogue leads to an object")
    }

    /// Every to-one relation to this object, with the object that has it.
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
    fn every_constant_of_a_part_names_one() {
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
    fn every_relation_has_a_target_and_an_inverse() {
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
                    (&back.target, &back.field),
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
    fn column_names_are_unique_within_an_object() {
        for object in catalogue().objects() {
            let mut names: Vec<_> = object.columns.iter().map(|column| &column.name).collect();
            names.sort_unstable();
            let count = names.len();
            names.dedup();
            assert_eq!(names.len(), count, "{}", object.singular);
        }
    }

    #[test]
    fn every_object_field_and_relation_has_a_description() {
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
