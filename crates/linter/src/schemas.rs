//! The schemas of a dataset, for rules about them.

use treatise_dataset::{Collection, Dataset};

use treatise_schema::{Field, FieldTable, Outline, Part, Schema};

/// The schemas of the collections, and what stands where in their files.
pub(crate) struct Schemas<'r> {
    dataset: &'r Dataset,
    pub(crate) outline: Outline<'r>,
}

impl<'r> Schemas<'r> {
    /// Those of a dataset; `None` where none can be used.
    pub(crate) fn of(dataset: &'r Dataset) -> Option<Self> {
        let schema = dataset.collections().iter().find_map(Collection::schema)?;
        Some(Self {
            dataset,
            outline: Outline::of(schema),
        })
    }

    /// The collections, each with the places of its records.
    pub(crate) fn collections(&self) -> impl Iterator<Item = (&'r Collection, &'r FieldTable)> {
        let all = self.dataset.collections().iter();
        all.filter_map(|collection| Some((collection, collection.schema().map(Schema::fields)?)))
    }

    /// All places of the records of all collections.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'r Field> {
        self.collections().flat_map(|(_, table)| table.fields())
    }

    /// The schema that says of a place that it is of a type: the first one that does so without
    /// condition, or the first one of all.
    pub(crate) fn part_for<'s>(&'s self, field: &'s Field, keywords: &[&str]) -> Option<Part<'s>> {
        let mut parts: Vec<_> = self.outline.at(field).collect();
        parts.sort_by_key(|&(_, is_conditional)| is_conditional);
        parts
            .into_iter()
            .map(|(part, _)| part)
            .find(|part| keywords.iter().any(|keyword| part.get(keyword).is_some()))
    }
}
