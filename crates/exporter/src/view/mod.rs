//! Views: records that applications want ready-made, put together from several collections.
//!
//! A view has a schema like a collection, so that every format has it in its own way. What views
//! there are depends on the dataset: one that lacks what a view is made of has no such view.

mod bibliography;
mod treatments;

use std::collections::BTreeMap;
use std::sync::Arc;

use treatise_dataset::{Dataset, Reader, RecordNumber};
use treatise_schema::{Draft, Library, Options, Schema, Schemas};
use treatise_source::{Limits, Parser};

use crate::Error;
use crate::bibliography::Work;
use crate::bundle::Bundle;
use crate::encoder::Encoder;
use crate::in_order::in_order;
use crate::run::Run;
use crate::section::Section;

/// Makes the records of a view from the collections and the works in them.
type Write = fn(&Sources<'_, '_>, &[Work], &mut Out<'_, '_, '_, '_>) -> Result<(), Error>;

/// A view that the dataset can have.
pub(crate) struct View {
    pub(crate) name: &'static str,
    /// The published schema of its records.
    pub(crate) schema_text: &'static str,
    pub(crate) schema: Schema,
    write: Write,
}

/// What a view is made of.
pub(crate) struct Sources<'a, 'd> {
    pub(crate) dataset: &'d Dataset,
    /// The collections of the bundle.
    pub(crate) sections: &'a [&'a Section<'d>],
    /// Their records, sorted by id.
    pub(crate) records: BTreeMap<&'a str, &'a [RecordNumber]>,
}

impl<'d> Sources<'_, 'd> {
    fn section(&self, name: &str) -> Option<&Section<'d>> {
        let mut sections = self.sections.iter().copied();
        sections.find(|section| section.name == name)
    }

    /// Whether there is a collection whose records have these members, one in the other.
    fn has(&self, collection: &str, members: &[&str]) -> bool {
        self.section(collection)
            .is_some_and(|section| section.shape.find(members).is_some())
    }

    fn records(&self, collection: &str) -> &[RecordNumber] {
        self.records.get(collection).copied().unwrap_or_default()
    }
}

/// Takes the records of a view, in the order of their ids.
struct Out<'o, 's, 'd, 'w> {
    run: &'o mut Run<'s, 'd, 'w>,
    dataset: &'d Dataset,
}

/// What makes some of the records.
struct Maker<'s, 'd> {
    reader: Reader<'d>,
    encoder: Encoder<'s, 'd>,
    parser: Parser,
}

/// Records of a view that are made at a time.
const AT_A_TIME: usize = 32;

impl Out<'_, '_, '_, '_> {
    /// Has each of `count` records made, on all cores.
    fn each(
        &mut self,
        count: usize,
        make: impl Fn(&mut Maker<'_, '_>, usize) -> Result<(), Error> + Sync,
    ) -> Result<(), Error> {
        let encoders = self.run.encoders();
        let starts = (0..count).step_by(AT_A_TIME);
        in_order(
            starts.map(|start| start..count.min(start + AT_A_TIME)),
            || Maker {
                reader: Reader::new(self.dataset),
                encoder: encoders(),
                parser: Parser::new(),
            },
            |maker, mut stretch| {
                stretch.try_for_each(|number| make(maker, number))?;
                Ok(maker.encoder.take())
            },
            |block| self.run.take(block),
        )
    }
}

impl Maker<'_, '_> {
    fn record(&mut self, id: &str, record: &impl serde::Serialize) -> Result<(), Error> {
        let text = serde_json::to_string(record)
            .expect("a record of strings, numbers and lists can be written");
        let parsed = self.parser.parse(&text, Limits::default());
        assert!(parsed.is_complete(), "what serde writes is JSON");
        self.encoder.record(id, parsed.tree.root())
    }
}

impl View {
    /// The views that can be made.
    pub(crate) fn all(sources: &Sources<'_, '_>) -> Vec<Self> {
        let mut views = Vec::new();
        let mut add = |name, schema_text, write: Write, is_possible| {
            if is_possible && sources.section(name).is_none() {
                views.push(Self {
                    name,
                    schema_text,
                    schema: compiled(schema_text),
                    write,
                });
            }
        };
        add(
            bibliography::NAME,
            bibliography::SCHEMA,
            bibliography::write,
            bibliography::is_possible(sources),
        );
        add(
            treatments::NAME,
            treatments::SCHEMA,
            treatments::write,
            treatments::is_possible(sources),
        );
        views
    }

    /// Where the schema of the view with this name is in a bundle.
    pub(crate) fn schema_file(name: &str) -> String {
        format!("schemas/{name}.view.schema.json")
    }

    /// Adds its schema to a bundle.
    pub(crate) fn add_schema(&self, bundle: &mut Bundle) -> Result<(), Error> {
        bundle.add_text(&Self::schema_file(self.name), self.schema_text)
    }

    /// Makes its records.
    pub(crate) fn write<'d>(
        &self,
        sources: &Sources<'_, 'd>,
        works: &[Work],
        run: &mut Run<'_, 'd, '_>,
    ) -> Result<(), Error> {
        let dataset = sources.dataset;
        (self.write)(sources, works, &mut Out { run, dataset })
    }
}

fn compiled(schema: &str) -> Schema {
    let mut files = treatise_report::Files::new();
    let mut library = Library::new(Draft::Draft202012);
    let uri = Library::uri_of_path("view.schema.json");
    library.add(
        files.add("view.schema.json".as_ref()),
        &uri,
        schema.as_bytes(),
    );
    let options = Options {
        asserts_formats: true,
        is_strict: true,
    };
    let (schemas, _) = Schemas::link(library, options).expect("the schema of a view links");
    Arc::new(schemas)
        .compile(&uri)
        .expect("the schema of a view compiles")
}
