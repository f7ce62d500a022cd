//! Finds texts that share a run of words with a document: an error from eight words, a warning from
//! six, however they are punctuated.
//!
//! # Why it matters
//!
//! Facts are free, wording is not: the documents belong to their authors, and the dataset is given
//! away under a licence of its own. And who finds own words for a statement has understood it.
//!
//! # How to mend it
//!
//! Say it in other words and in another order. Swapping single words is not enough.
//!
//! # What it leaves alone
//!
//! It needs the texts of the documents (`--documents`). Names of entities, terms, agents and titles of
//! sources don't count as words of a run, since there is no other way to say them.

use std::ops::Range;

use treatise_report::Severity;

use crate::check::rule;
use crate::documents::{Documents, Run};
use crate::finding::{Finding, Found};
use crate::view::{Prose, Record, Records};

rule! {
    name: "copied-wording",
    severity: Error,
    summary: "a run of words that a document has too",
    since: "0.1.0",
    check: Documents(check),
    needs: WholeDataset,
}

/// From so many words on, a run is questionable.
const WARNING: usize = 6;
/// From so many words on, a run is too long.
const ERROR: usize = 8;

fn check(records: &Records<'_>, documents: &Documents, found: &mut Found) {
    let sequences = documents.sequences(WARNING);
    for prose in records.all().flat_map(Record::prose) {
        let runs = sequences.shared(&prose.text);
        if runs.is_empty() {
            continue;
        }
        let names: Vec<_> = records
            .names()
            .find(&prose.text)
            .into_iter()
            .map(|mention| mention.range)
            .collect();
        for run in runs {
            report(prose, &run, &names, found);
        }
    }
}

fn report(prose: &Prose<'_>, run: &Run, names: &[Range<usize>], found: &mut Found) {
    // Names are found in order, and none lies in another one.
    let is_own = |word: &&Range<usize>| {
        let around = names.partition_point(|name| name.end < word.end);
        names.get(around).is_none_or(|name| word.start < name.start)
    };
    let count = run.words.iter().filter(is_own).count();
    if count < WARNING {
        return;
    }
    let (Some(first), Some(last)) = (run.words.first(), run.words.last()) else {
        return;
    };
    let severity = if count < ERROR {
        Severity::Warning
    } else {
        Severity::Error
    };
    found.add(
        Finding::new(
            prose.text.part(first.start..last.end),
            format!("{count} words in a row stand in a document too"),
        )
        .with_severity(severity)
        .with_help("say it in your own words"),
    );
}
