//! `fmt`.

use anyhow::Result;
use std::collections::BTreeSet;
use treatise_dataset::{Level, SchemaCache};
use treatise_linter::{CARRIAGE_RETURN, Choice, Linted, Options, Part, UNFORMATTED, apply, lint};
use treatise_report::fault::{DUPLICATE_KEY, INVALID_JSON, INVALID_UTF8, LONE_SURROGATE, TOO_DEEP};
use treatise_report::{Applicability, Rule};

use crate::arguments::{FmtOptions, ReportOptions};
use crate::check::{ensure_looked_at, mend, place_of};
use crate::findings::{counted, report_linted};
use crate::place::{find_root, relative_to};
use crate::progress::Progress;
use crate::{Outcome, output};

/// The rules whose fixes are the canonical form.
static RULES: [&Rule; 2] = [UNFORMATTED, CARRIAGE_RETURN];

/// The rules of texts that are not written anew: some of what they hold would be lost.
const LEFT: [&Rule; 5] = [
    &INVALID_UTF8,
    &INVALID_JSON,
    &DUPLICATE_KEY,
    &LONE_SURROGATE,
    &TOO_DEEP,
];

/// Writes the records in their canonical form, or reports those that are not in it.
pub(crate) fn fmt(options: &FmtOptions) -> Result<Outcome> {
    let root = find_root(&options.dataset)?;
    let only = relative_to(&root, &options.paths)?;
    let progress = Progress::new(options.quiet);
    // Whatever level the manifest gives it: who asks wants to know.
    let levels = RULES.map(|rule| (rule.name.to_owned(), Level::Error));
    let chosen = LEFT.iter().chain(&RULES);
    let chosen: Vec<_> = chosen.map(|rule| rule.name.to_owned()).collect();
    let schemas = SchemaCache::default();
    let settings = Options {
        schemas: Some(&schemas),
        manifest: options.dataset.manifest.as_deref(),
        only: (!only.is_empty()).then_some(&only),
        observer: &progress,
        choice: Choice {
            levels: &levels,
            only: &chosen,
        },
        part: Part::All,
        forms_of_all: true,
        ..Options::default()
    };
    let mended = if options.check {
        0
    } else {
        let mended = mend(&root, &settings, &progress, Applicability::Safe)?;
        apply(&root, &mended.fixed)?;
        mended.records.len()
    };
    let linted = lint(&root, &settings)?;
    let took = progress.finish();
    ensure_looked_at(&linted, &options.paths, &only)?;
    let report = ReportOptions::human(options.quiet);
    let outcome = report_linted(&linted, 0, &report, took)?;
    if !options.quiet {
        if !options.check {
            output::say(&format!("{} rewritten", counted(mended as u64, "record")));
        }
        say_what_is_left(&linted);
    }
    Ok(match linted.unseen {
        0 => outcome,
        // Whether they are in their form is not known.
        _ => Outcome::Findings,
    })
}

/// Says how many of the records were not written anew, and why.
fn say_what_is_left(linted: &Linted) {
    let faults = linted.findings.kept.iter();
    let faults = faults.filter(|fault| LEFT.iter().any(|rule| rule.name == fault.rule.name));
    let left: BTreeSet<_> = faults
        .filter_map(|fault| place_of(fault, &linted.dataset))
        .collect();
    let others = linted.unseen.saturating_sub(left.len() as u64);
    if others > 0 {
        output::say(&format!(
            "{} left alone: `treatise validate` shows why",
            counted(others, "record")
        ));
    }
    if !left.is_empty() {
        output::say(&format!(
            "{} left alone: the canonical form would lose some of what is in the text, and hide the \
             faults above; mend them first",
            counted(left.len() as u64, "record")
        ));
    }
}
