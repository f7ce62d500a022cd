//! A run: the pass with the rules of single records, then the rules between records, then what the
//! settings of the dataset make of the findings.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rayon::prelude::*;
use treatise_dataset::{
    Counts, Dataset, Findings, LoadOptions, MANIFEST, Observer, RecordKey, load,
};
use treatise_report::{Diagnostic, Place, Rule, Skipped, fingerprints};
use treatise_source::{LineIndex, Tree};

use crate::check::Check;
use crate::documents::Documents;
use crate::finding::{Finding, Found, Site, Spot, Whereabouts};
use crate::plan::{Choice, Plan};
use crate::registry::LINTS;
use crate::timing::{Clock, Timings};
use crate::view::{Node, Record, Records};
use crate::visit::{Inspector, Kept, Seen};
use crate::{Error, settings};

/// How to run.
pub struct Options<'a> {
    /// The manifest, if it is not where it usually is.
    pub manifest: Option<&'a Path>,
    /// The day for which rules about dates are decided, ISO 8601; absent, the manifest's.
    pub as_of: Option<&'a str>,
    /// How many findings to keep; all are counted.
    pub keep: usize,
    /// If given, only what is found in these files and folders counts; relative to the root.
    pub only: Option<&'a [PathBuf]>,
    /// Is told how far it is.
    pub observer: &'a dyn Observer,
    /// Which rules are looked for.
    pub choice: Choice<'a>,
    /// What is reported.
    pub part: Part,
    /// The texts of the documents, if they are at hand.
    pub documents: Option<&'a Documents>,
    /// The dataset before a change.
    pub base: Option<Base<'a>>,
    /// If given, how long each rule takes is measured with it.
    pub clock: Option<Clock<'a>>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            manifest: None,
            as_of: None,
            keep: 10_000,
            only: None,
            observer: &(),
            choice: Choice::default(),
            part: Part::All,
            documents: None,
            base: None,
            clock: None,
        }
    }
}

/// What is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Everything.
    All,
    /// What the rules about content find, and not what loading finds.
    Rules,
}

/// The dataset before a change.
#[derive(Clone, Copy, Debug)]
pub struct Base<'a> {
    /// Its root.
    pub root: &'a Path,
    /// What it is called in messages.
    pub name: &'a str,
}

/// What came of a run.
#[derive(Debug)]
pub struct Linted {
    /// The dataset.
    pub dataset: Dataset,
    /// What was found and is not accepted.
    pub findings: Findings,
    /// Of these, what was there before the change too; none where there is no "before".
    pub known: Counts,
    /// What was not looked for.
    pub skipped: Vec<Skipped>,
    /// How long each rule took, the slowest first; only those that were measured.
    pub timings: Vec<(&'static str, Duration)>,
}

/// Checks the dataset below `root`.
///
/// # Errors
/// A folder or file can't be read.
pub fn lint(root: &Path, options: &Options<'_>) -> Result<Linted, Error> {
    let before = options
        .base
        .map(|base| {
            let options = Options {
                base: None,
                keep: usize::MAX,
                only: None,
                observer: &(),
                clock: None,
                ..*options
            };
            let inspected = Inspected::of(base.root, &options)?;
            Ok::<_, Error>((inspected, options))
        })
        .transpose()?;
    let inspected = Inspected::of(root, options)?;
    let old = before.as_ref().map(|(inspected, _)| inspected);
    let mut linted = inspected.between(old, options).settle(options);
    if let (Some((inspected, old_options)), Some(base)) = (before, options.base) {
        let old = inspected.between(None, &old_options).settle(&old_options);
        linted.known = mark_known(&mut linted, &old, base.name);
    }
    linted.findings.sort(linted.dataset.files(), options.keep);
    Ok(linted)
}

/// Loads a dataset for what is made of its records and is no rule.
pub(crate) fn with_records<T>(
    root: &Path,
    use_them: impl FnOnce(&Records<'_>) -> T,
) -> Result<T, Error> {
    let inspected = Inspected::of(root, &Options::default())?;
    let trees = trees(&inspected.seen.kept);
    Ok(use_them(&inspected.records(&trees)))
}

/// Says of the findings which of them were there before, and counts these.
fn mark_known(linted: &mut Linted, old: &Linted, name: &str) -> Counts {
    let of = |linted: &Linted| fingerprints(linted.dataset.files(), &linted.findings.kept);
    let old: BTreeSet<String> = of(old).into_iter().collect();
    let here = of(linted);
    let mut known = Counts::default();
    for (finding, fingerprint) in linted.findings.kept.iter_mut().zip(here) {
        if old.contains(&fingerprint) {
            known += Counts::of([&*finding]);
            finding
                .notes
                .push(format!("it was already there in `{name}`"));
        }
    }
    known
}

/// A dataset after the pass.
struct Inspected {
    dataset: Dataset,
    findings: Findings,
    plans: Vec<Plan>,
    seen: Seen,
}

/// The same when all rules have run.
struct Judged {
    dataset: Dataset,
    findings: Findings,
    skipped: Vec<Skipped>,
    timings: Timings,
    /// Rules between records, and those of records, whose findings are all there.
    ran: BTreeSet<&'static str>,
}

impl Inspected {
    fn of(root: &Path, options: &Options<'_>) -> Result<Self, Error> {
        // What takes findings away has to see them.
        const ENOUGH: usize = 100_000;
        let is_selective = options.base.is_some()
            || options.part == Part::Rules
            || !options.choice.only.is_empty()
            || !options.choice.levels.is_empty();
        let inspector = Inspector::new(options.choice, options.clock);
        let (dataset, findings) = load(
            root,
            &LoadOptions {
                manifest: options.manifest,
                as_of: options.as_of,
                keep: if is_selective {
                    usize::MAX
                } else {
                    options.keep.max(ENOUGH)
                },
                only: options.only,
                texts: None,
                observer: options.observer,
                visitor: &inspector,
            },
        )?;
        let (plans, seen) = inspector.finish();
        Ok(Self {
            dataset,
            findings,
            plans,
            seen,
        })
    }

    /// How many records could not be looked at.
    fn broken(&self) -> u64 {
        (self.dataset.index().len() - self.seen.count) as u64
    }

    /// Whether there is anything that a rule could look at.
    fn looks_for(&self, number: usize) -> bool {
        let is_of_all = matches!(LINTS[number].check, Check::Record(_) | Check::Prose(_));
        self.plans
            .iter()
            .any(|plan| plan.looks_for(number) && (is_of_all || plan.kind.is_some()))
    }

    /// Runs the rules between records.
    fn between(mut self, before: Option<&Self>, options: &Options<'_>) -> Judged {
        let mut skipped = Vec::new();
        let mut numbers = Vec::new();
        let (mut of_whole, mut of_documents, mut of_change) = (vec![], vec![], vec![]);
        for (number, lint) in LINTS.iter().enumerate() {
            if !self.looks_for(number) {
                continue;
            }
            let missing = match lint.check {
                Check::Whole(_) if self.broken() > 0 => Some(&mut of_whole),
                Check::Documents(_) if options.documents.is_none() => Some(&mut of_documents),
                Check::Change(_) if before.is_none() => Some(&mut of_change),
                _ => None,
            };
            match missing {
                Some(missing) => missing.push(lint.rule.name),
                None => numbers.push(number),
            }
        }
        let mut timings = std::mem::take(&mut self.seen.timings);
        let trees = trees(&self.seen.kept);
        let records = self.records(&trees);
        let old_trees = before.map(|before| trees_of(before));
        let old = before
            .zip(old_trees.as_deref())
            .map(|(before, trees)| before.records(trees));
        let results: Vec<_> = numbers
            .par_iter()
            .map(|&number| {
                let mut found = Found::default();
                let mut timings = Timings::default();
                timings.measure(options.clock, number, || {
                    match (LINTS[number].check, options.documents, &old) {
                        (Check::Dataset(check) | Check::Whole(check), ..) => {
                            check(&records, &mut found);
                        }
                        (Check::Documents(check), Some(documents), _) => {
                            check(&records, documents, &mut found);
                        }
                        (Check::Change(check), _, Some(old)) => check(old, &records, &mut found),
                        _ => {}
                    }
                });
                (number, found, timings)
            })
            .collect();
        let mut diagnostics = Vec::new();
        for (number, found, spent) in results {
            timings.add(&spent);
            let finished = found.0.into_iter();
            diagnostics.extend(finished.filter_map(|finding| {
                let diagnostic = self.conclude(finding, number, &trees)?;
                let name = self.dataset.files().name(diagnostic.place.file);
                treatise_dataset::is_wanted(Path::new(name), options.only).then_some(diagnostic)
            }));
        }
        if !of_documents.is_empty() {
            skipped.push(Skipped {
                what: of_documents.join(", "),
                count: Some(passages(&records)),
                why:
                    "the texts of the documents are not at hand; name their folder with --documents"
                        .into(),
            });
        } else if let Some(documents) = options.documents {
            let unknown = documents.unknown_passages(&records);
            if unknown > 0 {
                skipped.push(Skipped {
                    what: "passages of documents that are not among those given".into(),
                    count: Some(unknown),
                    why: "no file in the folder has the hash of the snapshot".into(),
                });
            }
        }
        if !of_change.is_empty() {
            skipped.push(Skipped {
                what: of_change.join(", "),
                count: None,
                why: "there is nothing to compare with; name a revision with --since".into(),
            });
        }
        if self.broken() > 0 {
            of_whole.insert(0, "all rules about the content of broken records");
            skipped.push(Skipped {
                what: of_whole.join(", "),
                count: Some(self.broken()),
                why: "these records can't be read or are not as their schema says".into(),
            });
        }
        drop(records);
        drop(trees);
        self.findings.add(diagnostics);
        Judged {
            dataset: self.dataset,
            findings: self.findings,
            skipped,
            timings,
            ran: numbers
                .into_iter()
                .map(|number| LINTS[number].rule.name)
                .collect(),
        }
    }

    fn records<'r>(&'r self, trees: &'r [Tree<'r>]) -> Records<'r> {
        let records = self.seen.kept.iter().zip(trees).filter_map(|(kept, tree)| {
            let plan = &self.plans[kept.collection];
            let record = Record {
                id: &kept.id,
                collection: &self.dataset.collections()[kept.collection],
                manifest: self.dataset.manifest(),
                plan,
                root: Node {
                    key: kept.key,
                    value: tree.root(),
                },
            };
            Some((plan.kind?, record))
        });
        Records::new(&self.dataset, records)
    }

    /// The diagnostic for what a rule between records has found; `None` where the rule is off at
    /// this place.
    fn conclude(&self, finding: Finding, number: usize, trees: &[Tree<'_>]) -> Option<Diagnostic> {
        let rule = LINTS[number].rule;
        let related =
            |spot: Spot| -> Option<Place> { Some(self.site(spot.record, trees)?.place(spot.span)) };
        match &finding.place {
            &Whereabouts::At(spot) => {
                let site = self.site(spot.record, trees)?;
                let at = self.position(spot.record)?;
                let plan = &self.plans[self.seen.kept[at].collection];
                let name = self.dataset.files().name(site.origin.file);
                let weight = plan.weight(number, Path::new(name))?;
                Some(site.conclude(spot, finding, rule, weight, related))
            }
            Whereabouts::Gone { collection, id } => {
                let id = id.clone();
                let plan = self.plans.get(*collection)?;
                let pointer = format!("/collections/{collection}/name");
                let place = self.dataset.place_in_manifest(&pointer)?;
                let weight = plan.weight(number, Path::new(MANIFEST))?;
                let diagnostic = finding.into_diagnostic(rule, weight, place, related);
                Some(diagnostic.in_record(Some(&id)))
            }
        }
    }

    fn position(&self, key: RecordKey) -> Option<usize> {
        self.seen
            .kept
            .binary_search_by_key(&key, |kept| kept.key)
            .ok()
    }

    fn site<'s>(&'s self, key: RecordKey, trees: &'s [Tree<'s>]) -> Option<Site<'s>> {
        let at = self.position(key)?;
        let kept: &Kept = &self.seen.kept[at];
        let record = self.dataset.index().number_of(key)?;
        Some(Site {
            tree: &trees[at],
            lines: LineIndex::new(trees[at].text()),
            origin: self.dataset.origin(record),
            id: &kept.id,
            shape: &self.plans[kept.collection].shape,
        })
    }
}

fn trees(kept: &[Kept]) -> Vec<Tree<'_>> {
    kept.iter().map(|kept| kept.tree.tree()).collect()
}

fn trees_of(inspected: &Inspected) -> Vec<Tree<'_>> {
    trees(&inspected.seen.kept)
}

/// How many passages are cited by their hash.
fn passages(records: &Records<'_>) -> u64 {
    let citations = records.all().flat_map(Record::citations);
    citations
        .filter(|citation| citation.passage().is_some())
        .count() as u64
}

impl Judged {
    /// Applies levels and exceptions.
    fn settle(self, options: &Options<'_>) -> Linted {
        let Self {
            dataset,
            mut findings,
            skipped,
            timings,
            ran,
        } = self;
        let is_lint = |rule: &Rule| LINTS.iter().any(|lint| lint.rule.name == rule.name);
        let is_chosen = |name: &str| {
            options.choice.only.is_empty() || options.choice.only.iter().any(|only| only == name)
        };
        settings::apply_levels(&dataset, &mut findings, options.choice, is_lint);
        findings.add(settings::check_levels(&dataset));
        findings.sort(dataset.files(), usize::MAX);
        let is_complete =
            options.only.is_none() && findings.counts.total() == findings.kept.len() as u64;
        settings::apply_exceptions(&dataset, &mut findings, |name| {
            let has_run = ran.contains(name)
                || !LINTS.iter().any(|lint| lint.rule.name == name)
                    && options.part == Part::All
                    && is_chosen(name);
            is_complete && has_run
        });
        if options.part == Part::Rules || !options.choice.only.is_empty() {
            findings.kept.retain(|finding| {
                let is_settings = settings::RULES.contains(&finding.rule);
                let is_part = options.part == Part::All || is_settings || is_lint(finding.rule);
                is_part && is_chosen(finding.rule.name)
            });
            findings.counts = Counts::of(&findings.kept);
        }
        Linted {
            dataset,
            findings,
            known: Counts::default(),
            skipped,
            timings: timings.list(),
        }
    }
}
