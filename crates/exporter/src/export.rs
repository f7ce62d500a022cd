//! From a sound dataset to a bundle: record after record, in the order of their ids.

use rayon::prelude::*;
use treatise_dataset::{Collection, Dataset, Observer, RecordNumber, Sound};
use treatise_schema::nearest;
use treatise_source::Pointer;

use crate::bibliography::Item;
use crate::bundle::Bundle;
use crate::description::{Facts, SectionFacts, about, pretty};
use crate::format::{Batch, Formats, Writers};
use crate::in_order::in_order;
use crate::profile::Profile;
use crate::reading::Reading;
use crate::redirect::{self, Redirects};
use crate::relation::Catalogue;
use crate::row::Cell;
use crate::run::Run;
use crate::section::Section;
use crate::view::{Sources, View};
use crate::{Companion, Error, Format, Target, bibliography};

/// What to export.
pub struct Options<'a> {
    /// In which formats; empty means all but the one that changes values.
    pub formats: &'a [Format],
    /// Which collections, by name; empty means those of the profile.
    pub collections: &'a [String],
    /// Which part of the dataset.
    pub profile: Profile,
    /// What the dataset was checked for, where the caller says so.
    pub checks: Option<Checks>,
    /// The revision of the dataset, where the caller knows it.
    pub commit: Option<&'a str>,
    /// The day on which this version is or was released (ISO 8601), where the caller knows it.
    pub released: Option<&'a str>,
    /// Files that go along with it.
    pub companions: &'a [Companion<'a>],
    /// Is told how far it is.
    pub observer: &'a dyn Observer,
}

/// What a dataset was checked for, and what was found that is no error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checks {
    /// Number of rules.
    pub rules: u64,
    /// Number of warnings.
    pub warnings: u64,
    /// Number of findings that are for information.
    pub informations: u64,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            formats: &[],
            collections: &[],
            profile: Profile::full(),
            checks: None,
            commit: None,
            released: None,
            companions: &[],
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
/// A collection that is not there was asked for; the target is among the files of the dataset, or
/// something is there that may not be replaced; a file can't be read or written. The target is then
/// as it was.
pub fn export(
    dataset: &Sound<Dataset>,
    target: &Target,
    options: &Options<'_>,
) -> Result<Summary, Error> {
    target.expect_outside(dataset)?;
    let formats = Formats::of(options.formats)?;
    let profile = &options.profile;
    profile.check(dataset)?;
    let languages = profile.languages(dataset.manifest());
    let all: Vec<_> = dataset
        .collections()
        .iter()
        .map(|collection| Section::of_collection(collection, profile, languages))
        .collect();
    let (chosen, records) = select(dataset, options, &all, &formats)?;
    let sections: Vec<&Section<'_>> = chosen.iter().map(|&number| &all[number]).collect();
    let firsts = sections.iter().filter_map(|section| {
        let entry = section.entry?;
        Some((entry, &section.tables.tables[0]))
    });
    let catalogue = Catalogue::of(firsts);
    let index = catalogue.index();
    let sources = Sources {
        dataset,
        sections: &sections,
        records: chosen
            .iter()
            .map(|&number| (all[number].name, records[number].as_slice()))
            .collect(),
    };
    // A part of the dataset may lack what a view is made of.
    let has_all = chosen.len() == dataset.collections().len();
    let views = if has_all && !profile.shortens() {
        View::all(&sources)
    } else {
        Vec::new()
    };
    let view_sections: Vec<_> = views
        .iter()
        .map(|view| Section::of_view(view.name, &view.schema, languages))
        .collect();

    let mut bundle = Bundle::create(target.clone())?;
    let part = [
        ("profile", profile.name().to_owned()),
        ("is_complete", has_all.to_string()),
    ];
    let mut writers = formats.start(
        &dataset.manifest().name,
        &about(dataset.manifest(), part),
        &catalogue,
        &bundle,
    )?;
    let mut facts = Facts {
        manifest: dataset.manifest(),
        profile,
        formats: formats.list(),
        catalogue: &catalogue,
        index: None,
        sections: Vec::new(),
        views: Vec::new(),
        works: Vec::new(),
        checks: options.checks,
        commit: options.commit,
        released: options.released,
        companions: options.companions,
    };
    let lists = chosen.iter().map(|&number| records[number].as_slice());
    let sections_with_records = sections.iter().copied().zip(lists.clone());
    let written = write_records(
        dataset,
        options,
        sections_with_records,
        &mut writers,
        &mut bundle,
    )?;
    facts.sections = written.sections;
    facts.works = bibliography::works(written.items);
    for (view, section) in views.iter().zip(&view_sections) {
        let mut run = Run::start(section, &mut writers, &bundle)?;
        view.write(&sources, &facts.works, &mut run)?;
        facts.views.push(run.finish(&mut bundle)?.0);
        view.add_schema(&mut bundle)?;
    }
    if let Some(table) = &index {
        let rows = write_index(dataset, table, lists, &mut writers, &mut bundle)?;
        facts.index = rows.map(|rows| (table, rows));
    }
    writers.finish(&mut bundle)?;
    if !facts.works.is_empty() {
        bibliography::write(&facts.works, &mut bundle)?;
    }
    bundle.add_text(redirect::FILE, &pretty(&written.redirects.resolve(&all)?))?;
    facts.write(dataset, &mut bundle)?;
    let size = bundle.size();
    bundle.complete()?;
    Ok(summary(&facts, size, written.first_left_out))
}

/// What the records of all collections come to.
struct Written<'s, 'd> {
    sections: Vec<SectionFacts<'s, 'd>>,
    redirects: Redirects<'d>,
    items: Vec<Item>,
    first_left_out: Option<LeftOut>,
}

/// Writes the records of each section.
fn write_records<'s, 'd: 's>(
    dataset: &'d Dataset,
    options: &Options<'_>,
    lists: impl Iterator<Item = (&'s Section<'d>, &'s [RecordNumber])>,
    writers: &mut Writers,
    bundle: &mut Bundle,
) -> Result<Written<'s, 'd>, Error> {
    let mut written = Written {
        sections: Vec::new(),
        redirects: Redirects::new(dataset),
        items: Vec::new(),
        first_left_out: None,
    };
    for (section, records) in lists {
        let mut run = Run::start(section, writers, bundle)?;
        let reading = Reading {
            dataset,
            profile: &options.profile,
            section,
            records,
        };
        let encoders = run.encoders();
        in_order(
            reading.stretches(),
            || reading.begin(encoders()),
            |worker, stretch| reading.read(worker, stretch),
            |outcome| {
                options.observer.advance(outcome.block.records);
                written.redirects.extend(outcome.deprecated);
                written.items.extend(outcome.items);
                run.take(outcome.block)
            },
        )?;
        let (facts, left_out) = run.finish(bundle)?;
        written.sections.push(facts);
        written.first_left_out = written.first_left_out.or(left_out);
    }
    Ok(written)
}

/// What became of an export: of how many files, and how large together.
fn summary(
    facts: &Facts<'_, '_>,
    (files, bytes): (u64, u64),
    first_left_out: Option<LeftOut>,
) -> Summary {
    Summary {
        collections: facts.sections.len() as u64,
        records: facts.records(),
        files,
        bytes,
        left_out: first_left_out.map(|first| LeftOut {
            count: facts.left_out(),
            ..first
        }),
    }
}

/// The positions of the collections that are to be in the bundle, and the records of each
/// collection that are to be.
fn select(
    dataset: &Dataset,
    options: &Options<'_>,
    sections: &[Section<'_>],
    formats: &Formats,
) -> Result<(Vec<usize>, Vec<Vec<RecordNumber>>), Error> {
    let profile = &options.profile;
    let mut records = sorted_records(dataset);
    if *profile != Profile::full() {
        let wanted = profile.choose(dataset, sections)?;
        for records in &mut records {
            records.retain(|record| wanted.contains(record));
        }
    }
    let mut chosen = choose(dataset, options.collections, formats)?;
    chosen.retain(|&number| profile.wants(sections[number].name) || !records[number].is_empty());
    Ok((chosen, records))
}

/// The positions of the collections that are to be exported.
fn choose(dataset: &Dataset, wanted: &[String], formats: &Formats) -> Result<Vec<usize>, Error> {
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
    for (name, purpose) in [
        ("dataset", "the description of the dataset"),
        ("all", "all collections in one document"),
    ] {
        if formats.has(Format::Json) && names.contains(&name) && is_wanted(name) {
            return Err(Error::refused(format!(
                "the collection `{name}` can't be exported as json: `json/{name}.json` is {purpose}"
            )));
        }
    }
    let chosen = names.iter().enumerate().filter(|(_, name)| is_wanted(name));
    Ok(chosen.map(|(position, _)| position).collect())
}

/// The records of each collection, sorted by id.
fn sorted_records(dataset: &Dataset) -> Vec<Vec<RecordNumber>> {
    let index = dataset.index();
    let mut sorted = vec![Vec::new(); dataset.collections().len()];
    for record in index.records() {
        sorted[index.collection(record)].push(record);
    }
    for records in &mut sorted {
        // Finding an id takes longer than comparing two of them.
        let named = records.par_iter().map(|&record| (index.id(record), record));
        let mut named: Vec<_> = named.collect();
        named.par_sort_unstable();
        records.clear();
        records.extend(named.into_iter().map(|(_, record)| record));
    }
    sorted
}

/// Writes the table of all ids; returns how many there are if any format has tables.
fn write_index<'r>(
    dataset: &Dataset,
    table: &crate::table::Table,
    records: impl Iterator<Item = &'r [RecordNumber]>,
    writers: &mut Writers,
    bundle: &mut Bundle,
) -> Result<Option<u64>, Error> {
    /// Rows that are handed on together.
    const ROWS: u64 = 4096;
    let demand = writers.demand();
    if !demand.has_rows() {
        return Ok(None);
    }
    let mut rows = 0;
    writers.begin_tables(std::slice::from_ref(table), bundle)?;
    let mut batch = Batch::new(&demand, 1);
    for &record in records.flatten() {
        let id = Cell::Text(dataset.index().id(record));
        let collection = Cell::Text(dataset.collection_of(record).name());
        batch.row(0, &[id, collection]);
        rows += 1;
        if rows % ROWS == 0 {
            writers.take(&std::mem::replace(&mut batch, Batch::new(&demand, 1)))?;
        }
    }
    writers.take(&batch)?;
    writers.end_tables(bundle)?;
    Ok(Some(rows))
}
