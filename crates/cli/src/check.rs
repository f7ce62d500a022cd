//! `check` and `lint`.

#![expect(
    clippy::disallowed_methods,
    reason = "how long rules take is shown where somebody asks, and decides nothing"
)]

use std::collections::BTreeSet;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use treatise_dataset::{APPROVALS, Dataset, Level, SchemaCache};
use treatise_diff::{Kind, Side, Source};
use treatise_linter::{
    Approved, Base, Choice, Clock, DELETED_RECORD, Documents, Fixed, Linted, Notices, Options,
    Part, REUSED_ID, apply, difference, fixes, is_about_content, is_about_soundness, lint, rule,
    rules,
};
use treatise_report::{Applicability, Counts, Diagnostic, grouped};

use crate::arguments::{CheckOptions, Denied, RuleOptions};
use crate::compared::Compared;
use crate::findings::{counted, report_linted};
use crate::place::{find_root, read_as_of, relative_to};
use crate::progress::Progress;
use crate::rules::rule_of_bundles;
use crate::{Outcome, output};

/// Fixes that make room for others are applied again, so often at most.
const MOST_ROUNDS: usize = 8;

/// Checks the dataset, and mends it where that is wanted.
pub(crate) fn run(options: &CheckOptions, part: Part) -> Result<Outcome> {
    let root = find_root(&options.dataset.place)?;
    let as_of = read_as_of(&options.dataset)?;
    let only = relative_to(&root, &options.paths)?;
    let levels = levels(&options.rules)?;
    ensure_looks_for_something(&options.rules, &levels, part)?;
    let documents = read_documents(options.rules.documents.as_deref())?;
    let notices = options.rules.notices.as_deref();
    let notices = notices.map(Notices::read).transpose()?;
    let revision = open_revision(options.rules.since.as_deref(), &root)?;
    let approved = match &revision {
        // What `diff` compares has its manifest where it is looked for.
        Some(side) if options.dataset.place.manifest.is_none() => approved(side, &root)?,
        _ => Vec::new(),
    };
    let progress = Progress::new(options.report.quiet);
    let started = Instant::now();
    let clock = || started.elapsed();
    let schemas = SchemaCache::default();
    let settings = Options {
        schemas: Some(&schemas),
        manifest: options.dataset.place.manifest.as_deref(),
        as_of: as_of.as_deref(),
        keep: options.report.max_findings,
        only: (!only.is_empty()).then_some(&only),
        observer: &progress,
        choice: Choice {
            levels: &levels,
            only: &options.rules.rule,
        },
        part,
        documents: documents.as_ref(),
        notices: notices.as_ref(),
        base: revision.as_ref().map(|side| base_of(side, &approved)),
        drafts: None,
        clock: options.rules.timings.then_some(&clock as Clock<'_>),
        is_last: false,
        forms_of_all: false,
    };
    let mut count = 0;
    if options.fixes.fix {
        let mended = mend(&root, &settings, &progress, allowed(options))?;
        if options.fixes.diff {
            progress.finish();
            return show_fixes(&mended, options);
        }
        apply(&root, &mended.fixed)?;
        count = mended.fixed.count;
    }
    // As in `validate`, the process ends sooner than this could be taken apart.
    let settings = Options {
        is_last: true,
        ..settings
    };
    let linted = ManuallyDrop::new(lint(&root, &settings)?);
    let took = progress.finish();
    ensure_looked_at(&linted, &options.paths, &only)?;
    report(&linted, options, count, took)
}

/// What of the change since a revision was approved. Both versions are compared for that, and so only
/// where there is an approval at all.
pub(crate) fn approved(since: &Side, root: &Path) -> Result<Vec<Approved>> {
    if !root.join(APPROVALS).is_file() {
        return Ok(Vec::new());
    }
    let now = Source::folder(root).open(None)?;
    // What can't be compared can't be approved; the check says what is wrong with it.
    let Ok(compared) = Compared::of(since, &now, &()) else {
        return Ok(Vec::new());
    };
    let judged = compared.verdict.judged.into_iter();
    let approved = judged.filter(|judged| judged.approval.is_some());
    let approved = approved.filter_map(|judged| {
        let rule = match judged.change.kind {
            Kind::RecordRemoved | Kind::RecordRenamedWithoutRedirect => DELETED_RECORD,
            Kind::IdReused | Kind::IdMeaningChanged => REUSED_ID,
            _ => return None,
        };
        let record = judged.change.place.record?;
        Some(Approved { rule, record })
    });
    Ok(approved.collect())
}

/// Reads the texts of the documents, where a folder is named.
pub(crate) fn read_documents(folder: Option<&Path>) -> Result<Option<Documents>> {
    Ok(folder.map(Documents::read).transpose()?)
}

/// Opens the revision to compare with, where one is named.
pub(crate) fn open_revision(name: Option<&str>, root: &Path) -> Result<Option<Side>> {
    name.map(|name| Source::revision(name, root)?.open(None))
        .transpose()
        .context("--since")
}

/// A revision as what was before a change.
pub(crate) fn base_of<'b>(revision: &'b Side, approved: &'b [Approved]) -> Base<'b> {
    Base {
        root: revision.root(),
        name: revision.given(),
        approved,
    }
}

fn allowed(options: &CheckOptions) -> Applicability {
    if options.fixes.unsafe_fixes {
        Applicability::Unsafe
    } else {
        Applicability::Safe
    }
}

/// What is mended.
#[derive(Default)]
pub(crate) struct Mended {
    pub(crate) fixed: Fixed,
    pub(crate) records: BTreeSet<RecordPlace>,
}

/// Where a record is: its file, and the line where records are lines.
pub(crate) type RecordPlace = (String, Option<u32>);

/// The record of a finding.
pub(crate) fn place_of(finding: &Diagnostic, dataset: &Dataset) -> Option<RecordPlace> {
    let name = dataset.files().name(finding.place.file);
    let mut collections = dataset.collections().iter();
    let home = collections.find(|home| Path::new(name).starts_with(&home.entry().path))?;
    let line = home.has_lines().then_some(finding.place.from.line);
    Some((name.to_owned(), line))
}

/// Fixes until there is nothing left to fix. Nothing is written yet: what the fixes of a round lead to is
/// read from memory in the next one.
pub(crate) fn mend(
    root: &Path,
    settings: &Options<'_>,
    progress: &Progress,
    allowed: Applicability,
) -> Result<Mended> {
    let mut mended = Mended::default();
    for _ in 0..MOST_ROUNDS {
        let drafts = mended.fixed.drafts();
        let settings = Options {
            keep: usize::MAX,
            base: None,
            clock: None,
            drafts: Some(&drafts),
            ..*settings
        };
        let linted = lint(root, &settings)?;
        let fixed = fixes(&linted, allowed)?;
        if fixed.is_empty() {
            break;
        }
        mended.fixed.add(fixed);
        // What has to wait in this round is mended in a later one.
        let fixable = linted.findings.kept.iter().filter(|finding| {
            let fix = finding.fix.as_ref();
            fix.is_some_and(|fix| fix.applicability <= allowed)
        });
        let places = fixable.filter_map(|finding| place_of(finding, &linted.dataset));
        mended.records.extend(places);
        progress.begin_round();
    }
    progress.begin_round();
    Ok(mended)
}

fn show_fixes(mended: &Mended, options: &CheckOptions) -> Result<Outcome> {
    let fixed = &mended.fixed;
    output::write_patch(&difference(fixed))?;
    if !options.report.quiet {
        output::say(&format!(
            "{} would be mended",
            counted(fixed.count as u64, "finding")
        ));
    }
    Ok(if fixed.is_empty() {
        Outcome::Sound
    } else {
        Outcome::Findings
    })
}

/// A check that has looked at nothing promises nothing; where it shows findings, they say why.
pub(crate) fn ensure_looked_at(linted: &Linted, paths: &[PathBuf], only: &[PathBuf]) -> Result<()> {
    ensure!(
        !linted.dataset.index().is_empty() || linted.findings.counts.errors > 0,
        "no record could be looked at: `treatise validate` shows why"
    );
    for (path, relative) in paths.iter().zip(only) {
        ensure!(
            linted.dataset.reads_from(relative) || linted.findings.counts.total() > 0,
            "{}: there is no file of the dataset, so nothing was checked",
            path.display()
        );
    }
    Ok(())
}

fn report(
    linted: &Linted,
    options: &CheckOptions,
    mended: usize,
    took: Duration,
) -> Result<Outcome> {
    report_linted(
        linted,
        linted.known.errors + linted.known.warnings,
        &options.report,
        took,
    )?;
    if !options.report.quiet && options.fixes.fix {
        output::say(&format!("{} mended", counted(mended as u64, "finding")));
    }
    if !options.report.quiet
        && let Some(mendable) = mendable(&linted.findings.counts, options.fixes.fix)
    {
        output::say(&mendable);
    }
    if options.rules.timings {
        for (name, time) in &linted.timings {
            output::say(&format!("{:>10.3} ms  {name}", time.as_secs_f64() * 1000.0));
        }
    }
    let (all, known) = (&linted.findings.counts, &linted.known);
    if options.rules.since.is_some() && !options.report.quiet {
        let new = all.total() - known.total();
        output::say(&format!("{} not there before", counted(new, "finding")));
    }
    let denied = match options.rules.deny {
        Some(Denied::Warnings) => all.warnings - known.warnings,
        None => 0,
    };
    Ok(if all.errors - known.errors + denied > 0 {
        Outcome::Findings
    } else {
        Outcome::Sound
    })
}

/// How many of the findings have a fix that was not applied, if any, and how to apply them.
fn mendable(counts: &Counts, has_fixed: bool) -> Option<String> {
    let (safe, other) = (counts.safe_fixes, counts.unsafe_fixes);
    let with = match has_fixed {
        true => "--unsafe-fixes",
        false => "--fix --unsafe-fixes",
    };
    let findings = |count| counted(count, "finding");
    match (safe, other) {
        (0, 0) => None,
        (0, _) => Some(format!("{} can be mended with {with}", findings(other))),
        (_, 0) => Some(format!("{} can be mended with --fix", findings(safe))),
        _ => Some(format!(
            "{} can be mended with --fix, {} more with {with}",
            findings(safe),
            grouped(other)
        )),
    }
}

/// The levels of the command line, the strictest last.
fn levels(options: &RuleOptions) -> Result<Vec<(String, Level)>> {
    let named = [
        ("--allow", &options.allow, Level::Off),
        ("--warn", &options.warn, Level::Warning),
        ("--error", &options.error, Level::Error),
    ];
    options.rule.iter().try_for_each(|name| known(name))?;
    let mut levels = Vec::new();
    for (option, names, level) in named {
        for name in names {
            known(name)?;
            ensure!(
                level == Level::Error || !is_about_soundness(name),
                "{option}: `{name}` always holds: a dataset in which it finds something can't be \
                 exported or released"
            );
            levels.push((name.clone(), level));
        }
    }
    Ok(levels)
}

/// Refuses to look for nothing: rules that were named and switched off, or that another command looks
/// for.
fn ensure_looks_for_something(
    options: &RuleOptions,
    levels: &[(String, Level)],
    part: Part,
) -> Result<()> {
    for name in &options.rule {
        let level = levels.iter().rev().find(|(set, _)| set == name);
        ensure!(
            level.is_none_or(|(_, level)| *level != Level::Off),
            "--rule looks for `{name}`, and --allow does not"
        );
        ensure!(
            part == Part::All || is_about_content(name),
            "`{name}` is no rule about content, and `lint` looks for no others; `check` does"
        );
    }
    Ok(())
}

/// Refuses a name that no rule has, or one that `check` does not look for.
pub(crate) fn known(name: &str) -> Result<()> {
    ensure!(
        rule_of_bundles(name).is_none(),
        "`{name}` is a rule about bundles, which `verify` looks for"
    );
    match rule(name) {
        Ok(_) => Ok(()),
        Err(Some(meant)) => bail!("there is no rule `{name}`; did you mean `{meant}`?"),
        Err(None) => {
            // Who remembers a word of it.
            let names = rules().into_iter().map(|rule| rule.name);
            let alike = names.filter(|rule| rule.split('-').any(|word| word == name));
            let alike: Vec<_> = alike.map(|rule| format!("`{rule}`")).collect();
            match alike.is_empty() {
                true => bail!("there is no rule `{name}`; `treatise rules` lists them"),
                false => bail!(
                    "there is no rule `{name}`; did you mean {}?",
                    alike.join(" or ")
                ),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixes_are_offered_with_the_option_that_applies_them() {
        let said = |safe_fixes, unsafe_fixes, has_fixed| {
            let counts = Counts {
                safe_fixes,
                unsafe_fixes,
                ..Counts::default()
            };
            mendable(&counts, has_fixed).unwrap_or_default()
        };
        assert_eq!(said(0, 0, false), "");
        assert_eq!(said(1, 0, false), "1 finding can be mended with --fix");
        assert_eq!(
            said(0, 2, false),
            "2 findings can be mended with --fix --unsafe-fixes"
        );
        assert_eq!(
            said(3, 1, false),
            "3 findings can be mended with --fix, 1 more with --fix --unsafe-fixes"
        );
        assert_eq!(
            said(0, 2, true),
            "2 findings can be mended with --unsafe-fixes"
        );
    }
}
