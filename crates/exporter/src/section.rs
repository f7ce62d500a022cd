//! What a bundle has records of: a collection, or a view that is made of several.

use treatise_dataset::{Collection, CollectionEntry, Manifest};
use treatise_schema::Schema;
use treatise_source::Pointer;

use crate::profile::Profile;
use crate::shape::Shape;
use crate::table::{IdPlace, Origin, Tables};

/// A collection or view with the shape of its records and their tables.
#[derive(Debug)]
pub(crate) struct Section<'d> {
    pub(crate) name: &'d str,
    /// What the manifest says about it; absent for a view.
    pub(crate) entry: Option<&'d CollectionEntry>,
    pub(crate) shape: Shape<'d>,
    /// The places where records can say that they are no longer to be used, if there are any.
    pub(crate) deprecations: Option<Shape<'d>>,
    pub(crate) tables: Tables,
    pub(crate) id: IdPlace,
    /// Whether its records have a state of review.
    pub(crate) knows_review: bool,
}

impl<'d> Section<'d> {
    /// A collection of the dataset, as a profile has it, with columns for texts in these languages.
    pub(crate) fn of_collection(
        collection: &'d Collection,
        profile: &Profile,
        languages: &[String],
    ) -> Self {
        let entry = collection.entry();
        let schema = collection
            .schema()
            .expect("the collections of a sound dataset have schemas");
        let id = match entry.id.as_deref().and_then(Pointer::parse) {
            Some(pointer) => IdPlace::Within(pointer),
            None => IdPlace::Beside(free_name(&Shape::of(schema))),
        };
        let mut deprecations = Shape::of(schema);
        let has_deprecations = deprecations.keep_ways(&|field| field.is_deprecation);
        Self {
            entry: Some(entry),
            deprecations: has_deprecations.then_some(deprecations),
            ..Self::of_records(&entry.name, schema, id, profile, languages)
        }
    }

    /// Records that a schema describes, as a profile has them, with their ids at this place.
    pub(crate) fn of_records(
        name: &'d str,
        schema: &'d Schema,
        id: IdPlace,
        profile: &Profile,
        languages: &[String],
    ) -> Self {
        let mut shape = Shape::of(schema);
        if profile.shortens() {
            profile.shorten(name, &id, &mut shape);
            if let IdPlace::Within(pointer) = &id {
                shape.keep_member(pointer);
            }
        }
        Self::new(name, shape, id, languages)
    }

    /// A view with records of this shape, which have their ids at `/id`.
    pub(crate) fn of_view(name: &'d str, schema: &'d Schema, languages: &[String]) -> Self {
        let id = Pointer::parse("/id").expect("it is a pointer");
        Self::new(name, Shape::of(schema), IdPlace::Within(id), languages)
    }

    fn new(name: &'d str, shape: Shape<'d>, id: IdPlace, languages: &[String]) -> Self {
        let tables = Tables::of(
            &shape,
            &Origin {
                collection: name,
                id: &id,
                languages,
            },
        );
        Self {
            name,
            entry: None,
            knows_review: shape.find(&["review", "status"]).is_some(),
            shape,
            deprecations: None,
            tables,
            id,
        }
    }
}

/// The languages that texts have columns for.
pub(crate) fn languages(manifest: &Manifest) -> &[String] {
    match (manifest.languages.as_slice(), &manifest.default_language) {
        ([], Some(language)) => std::slice::from_ref(language),
        (languages, _) => languages,
    }
}

/// A name that no described member of a record has.
fn free_name(shape: &Shape<'_>) -> String {
    let mut name = "id".to_owned();
    while shape.member(&name).is_some() {
        name.insert(0, '_');
    }
    name
}
