//! `README.txt`: what somebody who opens the folder has to know first.
//!
//! Plain text, so that no sentence of the manifest can be taken for markup.

use std::collections::BTreeMap;
use std::fmt::Write;

use treatise_dataset::Manifest;

use super::records::{EXCEPTIONS, MANIFEST};
use super::{Facts, GENERATOR, GENERATOR_VERSION, code_terms, in_languages};
use crate::Format;
use crate::bundle::Written;
use crate::format::sqlite::search_table;

/// The state of a record that a person has approved.
const REVIEWED: &str = "reviewed";

/// `written` are the files of the bundle so far.
pub(super) fn write(facts: &Facts<'_, '_>, written: &BTreeMap<String, Written>) -> String {
    let mut text = String::new();
    head(facts, &mut text);
    disclaimer(facts.manifest, &mut text);
    codes(facts.manifest, &mut text);
    review(facts, &mut text);
    contents(facts, &mut text);
    files(facts, written, &mut text);
    text
}

/// Writing to a string does not fail.
macro_rules! line {
    ($text:expr) => { $text.push('\n') };
    ($text:expr, $($arguments:tt)*) => { writeln!($text, $($arguments)*).expect("there is memory") };
}

fn head(facts: &Facts<'_, '_>, text: &mut String) {
    let manifest = facts.manifest;
    let title = in_languages(&manifest.title, manifest).next();
    line!(text, "{}", title.unwrap_or(&manifest.name));
    line!(text);
    line!(text, "Name:     {}", manifest.name);
    line!(text, "Version:  {}", manifest.version);
    line!(
        text,
        "Licence:  {}",
        manifest.licence.as_deref().unwrap_or("not stated")
    );
    line!(text, "As of:    {}", manifest.as_of);
    if let Some(homepage) = &manifest.homepage {
        line!(text, "Homepage: {homepage}");
    }
    for description in in_languages(&manifest.description, manifest) {
        line!(text);
        line!(text, "{description}");
    }
}

fn disclaimer(manifest: &Manifest, text: &mut String) {
    if manifest.disclaimer.is_empty() {
        return;
    }
    heading("Disclaimer", text);
    for disclaimer in in_languages(&manifest.disclaimer, manifest) {
        line!(text, "{disclaimer}");
    }
}

fn codes(manifest: &Manifest, text: &mut String) {
    if let Some(terms) = code_terms(manifest) {
        heading("Codes", text);
        line!(text, "{terms}");
    }
}

fn review(facts: &Facts<'_, '_>, text: &mut String) {
    let Some(states) = facts.review() else {
        return;
    };
    let known = facts.sections.iter().filter(|facts| facts.review.is_some());
    let total: u64 = known.map(|facts| facts.records).sum();
    let reviewed = states.get(REVIEWED).copied().unwrap_or_default();
    heading("Review", text);
    line!(
        text,
        "{reviewed} of {total} records are reviewed. The others are not: no person has approved them."
    );
    let others = facts.records() - total;
    if others > 0 {
        line!(
            text,
            "Beside these, {others} are of collections that know no review."
        );
    }
    line!(text, "The state of a record is its member `review.status`:");
    for (state, count) in &states {
        line!(text, "  {state}: {count}");
    }
}

fn contents(facts: &Facts<'_, '_>, text: &mut String) {
    heading("Contents", text);
    for collection in &facts.sections {
        let Some(entry) = collection.section.entry else {
            continue;
        };
        let description = in_languages(&entry.description, facts.manifest).next();
        let description = description.map_or_else(String::new, |text| format!(" - {text}"));
        let noun = if collection.records == 1 {
            "record"
        } else {
            "records"
        };
        line!(
            text,
            "  {}: {} {noun}{description}",
            entry.name,
            collection.records
        );
    }
    if let Some(part) = facts.part() {
        line!(text);
        line!(text, "{part}");
    }
}

fn files(facts: &Facts<'_, '_>, written: &BTreeMap<String, Written>, text: &mut String) {
    heading("Files", text);
    formats(facts, text);
    for view in &facts.views {
        line!(
            text,
            "  {}: a view in each format, with {} records made of the collections",
            view.section.name,
            view.records
        );
    }
    if !facts.works.is_empty() {
        line!(
            text,
            "  bibliography/: the works that the records rest on, as CSL-JSON, BibTeX, RIS and a list"
        );
    }
    if facts.has_records() {
        line!(
            text,
            "  types.d.ts: the records as TypeScript declares them"
        );
        line!(text, "  schemas/: the JSON Schemas of the records");
    }
    if written.contains_key(MANIFEST) {
        // The files that rules about content look into, such as tables of codes, are not here.
        line!(
            text,
            "  data/dataset.json: the manifest, so that this folder is itself a dataset, which"
        );
        line!(text, "    `treatise validate --root` checks");
    }
    if written.contains_key(EXCEPTIONS) {
        line!(text, "  data/exceptions.json: the accepted findings");
    }
    line!(
        text,
        "  redirects.json: the ids of records that are no longer to be used, and of those that took their place"
    );
    line!(
        text,
        "  datapackage.json: every file and every column (Data Package 2.0)"
    );
    line!(
        text,
        "  bundle.json: what this folder is, with the keys and numbers of rows of its tables"
    );
    line!(
        text,
        "  dictionary.md, dictionary.html: what each member of each record means"
    );
    line!(text, "  CITATION.cff: how to cite the dataset");
    for companion in facts.companions {
        line!(text, "  {}: {}", companion.name, companion.purpose);
    }
    line!(
        text,
        "  statement.intoto.json: which dataset all other files were made of (in-toto), to be signed"
    );
    line!(
        text,
        "  SHA256SUMS: hashes of all files; `sha256sum -c SHA256SUMS` checks them"
    );
    if facts.left_out() > 0 {
        line!(text);
        line!(
            text,
            "The tables lack {} values for want of a column; the JSON formats have them.",
            facts.left_out()
        );
    }
    line!(text);
    line!(text, "Made by {GENERATOR} {GENERATOR_VERSION}.");
}

/// The files of each format.
fn formats(facts: &Facts<'_, '_>, text: &mut String) {
    let search = search_table(facts.catalogue.names());
    let database = format!(
        "sqlite/: a database with the same tables and columns, and a table `{search}` for full-text search"
    );
    for format in facts.formats {
        let sentences: &[&str] = match format {
            Format::Json => &[
                "json/dataset.json: what the dataset is, and how many records it has",
                "json/<collection>.json: an array of the records, sorted by id",
                "json/all.json: all of these in one document",
            ],
            Format::Ndjson => &["ndjson/<collection>.ndjson: a record on each line, sorted by id"],
            Format::Csv => &[
                "csv/<collection>.csv: a row for each record, sorted by id; members of members have dotted names",
                "csv/<collection>.<member>.csv: a row for each element of an array, with the id of its record",
                "  and its position from 1, or for each entry of an object whose keys are data, with its key",
                "  (UTF-8, RFC 4180. What is absent or null is empty, and an empty text is \"\". All else is as in",
                "  the JSON, also texts that a spreadsheet would take for formulas.)",
            ],
            Format::CsvExcel => &[
                "csv-excel/: the same tables for spreadsheets; a text that one would take for a formula has an",
                "  apostrophe before it",
            ],
            Format::Sqlite => &[
                &database,
                "  (It has 1 and 0 for true and false, also in columns of values of several types.)",
            ],
            Format::Parquet => &[
                "parquet/: the same tables as typed columns; a column of values of several types has them as JSON",
            ],
        };
        for sentence in sentences {
            line!(text, "  {sentence}");
        }
    }
}

fn heading(title: &str, text: &mut String) {
    line!(text);
    line!(text, "{title}");
    line!(text, "{}", "-".repeat(title.len()));
}
