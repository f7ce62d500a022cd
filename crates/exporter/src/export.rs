//! From a sound dataset to a bundle: record after record, in the order of their ids.

use std::collections::BTreeMap;

use treatise_dataset::{Collection, Dataset, Observer, Reader, RecordNumber, Sound};
use treatise_schema::nearest;
use treatise_source::{Pointer, Value};

use crate::bundle::Bundle;
use crate::description::{CollectionFacts, Facts, TableFacts};
use crate::format::Writer;
use crate::row::Unplaced;
use crate::shape::Shape;
use crate::table::{IdPlace, Origin, Tables};
use crate::{Error, Format, Target, record};

/// What to export.
pub struct Options<'a> {
    /// In which formats; empty means all.
    pub formats: &'a [Format],
    /// Which collections, by name; empty means all.
    pub collections: &'a [String],
    /// Is told how far it is.
    pub observer: &'a dyn Observer,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            formats: &[],
            collections: &[],
            observer: &(),
        }
    }
}

/// What became of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Collections in the bundle.
    pub collections: u64,
    /// Records in the bundle.
    pub records: u64,
    /// Files of the bundle, without the checksums.
    pub files: u64,
    /// Their size.
    pub bytes: u64,
    /// What the tables lack, if they lack anything.
    pub left_out: Option<LeftOut>,
}

/// Values that are in no table, because no schema describes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// How many there are.
    pub count: u64,
    /// The collection of the first one.
    pub collection: String,
    /// The id of its record.
    pub record: String,
    /// Where it is in the record.
    pub pointer: Pointer,
}

/// Writes a bundle to `target`, where it is when this returns, and not before.
///
/// # Errors
/// A collection that is not there was asked for; something is at the target that may not be
/// replaced; a file can't be read or written. The target is then as it was.
pub fn export(
    dataset: &Sound<Dataset>,
    target: &Target,
    options: &Options<'_>,
) -> Result<Summary, Error> {
    let formats: Vec<_> = Format::ALL
        .into_iter()
        .filter(|format| options.formats.is_empty() || options.formats.contains(format))
        .collect();
    let chosen = choose(dataset, options.collections, &formats)?;
    let mut bundle = Bundle::create(target.clone())?;
    let mut facts = Facts {
        manifest: dataset.manifest(),
        formats: &formats,
        collections: Vec::with_capacity(chosen.len()),
    };
    let mut reader = Reader::new(dataset);
    let mut first_left_out = None;
    for (number, records) in sorted_records(dataset) {
        if !chosen.contains(&number) {
            continue;
        }
        let mut run = Run::start(dataset, &dataset.collections()[number], &formats, &bundle)?;
        for record in records {
            run.record(record, &mut reader)?;
            options.observer.advance(1);
        }
        if first_left_out.is_none() {
            first_left_out = run.first_left_out.take();
        }
        facts.collections.push(run.finish(&mut bundle)?);
    }
    facts.write(&mut bundle)?;
    let (files, bytes) = bundle.size();
    bundle.complete()?;
    Ok(Summary {
        collections: facts.collections.len() as u64,
        records: facts.records(),
        files,
        bytes,
        left_out: first_left_out.map(|first| LeftOut {
            count: facts.left_out(),
            ..first
        }),
    })
}

/// The positions of the collections that are to be exported.
fn choose(dataset: &Dataset, wanted: &[String], formats: &[Format]) -> Result<Vec<usize>, Error> {
    let names: Vec<_> = dataset.collections().iter().map(Collection::name).collect();
    for name in wanted {
        if !names.contains(&name.as_str()) {
            let hint = nearest(name, names.iter().copied()).map_or_else(String::new, |nearest| {
                format!("; did you mean `{nearest}`?")
            });
            return Err(Error::refused(format!(
                "there is no collection `{name}`{hint}"
            )));
        }
    }
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    if formats.contains(&Format::Json) && names.contains(&"dataset") && is_wanted("dataset") {
        return Err(Error::refused(
            "the collection `dataset` can't be exported as json: `json/dataset.json` is the \
             description of the dataset",
        ));
    }
    let chosen = names.iter().enumerate().filter(|(_, name)| is_wanted(name));
    Ok(chosen.map(|(position, _)| position).collect())
}

/// The records of each collection, by its position, sorted by id.
fn sorted_records(dataset: &Dataset) -> Vec<(usize, Vec<RecordNumber>)> {
    let index = dataset.index();
    let mut sorted: Vec<_> = (0..dataset.collections().len())
        .map(|collection| (collection, Vec::new()))
        .collect();
    for record in index.records() {
        sorted[index.collection(record)].1.push(record);
    }
    for (_, records) in &mut sorted {
        records.sort_by(|left, right| index.id(*left).cmp(index.id(*right)));
    }
    sorted
}

/// One collection on its way into the bundle.
struct Run<'d> {
    dataset: &'d Dataset,
    collection: &'d Collection,
    shape: Shape<'d>,
    tables: Tables,
    id: IdPlace,
    knows_review: bool,
    writers: Vec<Writer>,
    has_tables: bool,
    text: Vec<u8>,
    facts: CollectionFacts<'d>,
    rows: Vec<u64>,
    first_left_out: Option<LeftOut>,
}

impl<'d> Run<'d> {
    fn start(
        dataset: &'d Dataset,
        collection: &'d Collection,
        formats: &[Format],
        bundle: &Bundle,
    ) -> Result<Self, Error> {
        let manifest = dataset.manifest();
        let entry = collection.entry();
        let schema = collection
            .schema()
            .expect("the collections of a sound dataset have schemas");
        let shape = Shape::of(schema.fields());
        let id = match entry.id.as_deref().and_then(Pointer::parse) {
            Some(pointer) => IdPlace::Within(pointer),
            None => IdPlace::Beside(free_name(&shape)),
        };
        let languages = match (manifest.languages.as_slice(), &manifest.default_language) {
            ([], Some(language)) => std::slice::from_ref(language),
            (languages, _) => languages,
        };
        let tables = Tables::of(
            &shape,
            &Origin {
                collection: &entry.name,
                id: &id,
                languages,
            },
        );
        let writers: Vec<_> = formats
            .iter()
            .map(|format| format.start(&entry.name, &tables.tables, bundle))
            .collect::<Result<_, _>>()?;
        let has_tables = writers
            .iter()
            .any(|writer| matches!(writer, Writer::Rows(_)));
        let knows_review = shape.find(&["review", "status"]).is_some();
        Ok(Self {
            dataset,
            collection,
            id,
            rows: vec![0; tables.tables.len()],
            tables,
            knows_review,
            writers,
            has_tables,
            text: Vec::new(),
            facts: CollectionFacts {
                entry,
                records: 0,
                review: knows_review.then(BTreeMap::new),
                left_out: 0,
                tables: Vec::new(),
            },
            shape,
            first_left_out: None,
        })
    }

    fn record(&mut self, number: RecordNumber, reader: &mut Reader<'_>) -> Result<(), Error> {
        let dataset = self.dataset;
        let id = dataset.index().id(number);
        let file = || dataset.files().name(dataset.file_of(number));
        assert!(!id.is_empty(), "the records of a sound dataset have ids");
        reader.read_checked(number, |record| {
            if let IdPlace::Within(pointer) = &self.id
                && record.find(pointer).and_then(Value::as_str) != Some(id)
            {
                return Err(Error::refused(format!(
                    "{}: it was changed after it was checked",
                    file()
                )));
            }
            self.write(id, record)
        })?
    }

    fn write(&mut self, id: &str, record: Value<'_>) -> Result<(), Error> {
        self.facts.records += 1;
        if self.knows_review {
            let status = record.get("review").and_then(|review| review.get("status"));
            if let (Some(status), Some(review)) =
                (status.and_then(Value::as_str), &mut self.facts.review)
            {
                *review.entry(status.to_owned()).or_default() += 1;
            }
        }
        let id_member = match &self.id {
            IdPlace::Within(_) => None,
            IdPlace::Beside(name) => Some((name.as_str(), id)),
        };
        if let Some((name, _)) = id_member.filter(|(name, _)| record.get(name).is_some()) {
            return Err(Error::refused(format!(
                "the record `{id}` of `{0}` has a member `{name}` that its schema does not \
                 describe, and its id is the name of its file; describe the member, or say in the \
                 manifest that `{0}` have their ids at `/{name}`",
                self.collection.name()
            )));
        }
        self.text.clear();
        record::write(record, &self.shape, id_member, &mut self.text);
        for writer in &mut self.writers {
            if let Writer::Records(writer) = writer {
                writer.record(&self.text)?;
            }
        }
        if self.has_tables {
            let unplaced = self.write_rows(id, record)?;
            self.facts.left_out += unplaced.count;
            if let (Some(pointer), None) = (unplaced.first, &self.first_left_out) {
                self.first_left_out = Some(LeftOut {
                    count: 0,
                    collection: self.collection.name().to_owned(),
                    record: id.to_owned(),
                    pointer,
                });
            }
        }
        Ok(())
    }

    fn write_rows(&mut self, id: &str, record: Value<'_>) -> Result<Unplaced, Error> {
        let (writers, rows) = (&mut self.writers, &mut self.rows);
        self.tables.rows(id, record, &mut |table, cells| {
            rows[table] += 1;
            for writer in writers.iter_mut() {
                if let Writer::Rows(writer) = writer {
                    writer.row(table, cells)?;
                }
            }
            Ok(())
        })
    }

    fn finish(mut self, bundle: &mut Bundle) -> Result<CollectionFacts<'d>, Error> {
        for writer in self.writers {
            match writer {
                Writer::Records(writer) => writer.finish(bundle)?,
                Writer::Rows(writer) => writer.finish(bundle)?,
            }
        }
        if self.has_tables {
            let tables = &self.tables.tables;
            let facts = tables
                .iter()
                .zip(&self.rows)
                .map(|(table, &rows)| TableFacts {
                    name: table.name.clone(),
                    file: Format::Csv.file_of(&table.name),
                    parent: table.parent.map(|parent| tables[parent].name.clone()),
                    primary_key: table.columns[..table.keys].to_vec(),
                    rows,
                });
            self.facts.tables = facts.collect();
        }
        Ok(self.facts)
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
