//! A run: the pass with the rules of single records, then the rules between records, then what the
//! settings of the dataset make of the findings.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use rayon::prelude::*;
use treatise_dataset::{Counts, Dataset, Findings, LoadOptions, MANIFEST, RecordKey, load};
use treatise_report::{Diagnostic, Place, Rule, Skipped, fingerprints};
use treatise_source::{LineIndex, Pointer, Tree};

use crate::check::Check;
use crate::finding::{Finding, Found, Site, Spot, Whereabouts};
use crate::notices::identifiers;
use crate::options::{Linted, Options, Part};
use crate::plan::{Levels, Plan};
use crate::registry::LINTS;
use crate::schemas::Schemas;
use crate::timing::{Clock, Timings};
use crate::view::{Claim, Node, Record, Records, Source};
use crate::visit::{Inspector, Kept, Seen};
use crate::{Error, settings};

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
    let trees = trees_of(&inspected.seen.kept);
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

/// Rules by number, and what keeps others from running.
#[derive(Default)]
struct Route {
    numbers: Vec<usize>,
    missing: Missing,
}

/// Rules that can't run, by what they lack.
#[derive(Default)]
struct Missing {
    /// Records that can be read.
    whole: Vec<&'static str>,
    documents: Vec<&'static str>,
    notices: Vec<&'static str>,
    /// A revision to compare with.
    change: Vec<&'static str>,
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
                observer: options.observer,
                visitor: &inspector,
                texts: None,
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
        let is_of_all = matches!(
            LINTS[number].check,
            Check::Record(_) | Check::Prose(_) | Check::Schemas(_) | Check::Exercise(_)
        );
        self.plans
            .iter()
            .any(|plan| plan.looks_for(number) && (is_of_all || plan.kind.is_some()))
    }

    /// Runs the rules between records.
    fn between(mut self, before: Option<&Self>, options: &Options<'_>) -> Judged {
        let Route { numbers, missing } = self.route(before, options);
        let mut timings = std::mem::take(&mut self.seen.timings);
        let trees = trees_of(&self.seen.kept);
        let records = self.records(&trees);
        let old_trees = before.map(|before| trees_of(&before.seen.kept));
        let old = before
            .zip(old_trees.as_deref())
            .map(|(before, trees)| before.records(trees));
        let schemas = OnceLock::new();
        let schemas = || {
            let schemas = schemas.get_or_init(|| Schemas::of(&self.dataset));
            schemas.as_ref()
        };
        let of_all = || -> Vec<_> {
            let numbers = numbers.par_iter();
            let judge = |&number: &usize| {
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
                        (Check::Notices(check), ..) => {
                            if let Some(notices) = options.notices {
                                check(&records, notices, &mut found);
                            }
                        }
                        (Check::Schemas(check), ..) => {
                            if let Some(schemas) = schemas() {
                                check(schemas, &mut found);
                            }
                        }
                        (Check::Exercise(check), ..) => {
                            if let Some(schemas) = schemas() {
                                check(schemas, &self.seen.exercised, &mut found);
                            }
                        }
                        _ => {}
                    }
                });
                (timings, vec![(number, found)])
            };
            numbers.map(judge).collect()
        };
        let (of_each, of_all) = rayon::join(|| each(&records, &numbers, options.clock), of_all);
        let mut found = Vec::new();
        for (spent, results) in of_each.into_iter().chain(of_all) {
            timings.add(&spent);
            found.extend(results);
        }
        let of_rule = |(number, found): (usize, Found)| {
            let findings = found.0.into_iter();
            let diagnostics: Vec<_> = findings
                .filter_map(|finding| {
                    // What is wrong with the schemas counts whatever is asked for, as in loading.
                    let is_of_schema = matches!(finding.place, Whereabouts::InSchema { .. });
                    let diagnostic = self.conclude(finding, number, options, &trees)?;
                    let name = self.dataset.files().name(diagnostic.place.file);
                    let is_wanted =
                        is_of_schema || treatise_dataset::is_wanted(Path::new(name), options.only);
                    is_wanted.then_some(diagnostic)
                })
                .collect();
            diagnostics
        };
        let diagnostics: Vec<_> = found.into_par_iter().flat_map_iter(of_rule).collect();
        let skipped = self.skipped(&records, missing, options);
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

    /// Which rules between records run, and which can't.
    fn route(&self, before: Option<&Self>, options: &Options<'_>) -> Route {
        let mut route = Route::default();
        for (number, lint) in LINTS.iter().enumerate() {
            if !self.looks_for(number) {
                continue;
            }
            let missing = &mut route.missing;
            let missing = match lint.check {
                Check::Whole(_) | Check::Exercise(_) if self.broken() > 0 => {
                    Some(&mut missing.whole)
                }
                Check::Notices(_) if options.notices.is_none() => Some(&mut missing.notices),
                Check::Documents(_) if options.documents.is_none() => Some(&mut missing.documents),
                Check::Change(_) if before.is_none() => Some(&mut missing.change),
                _ => None,
            };
            match missing {
                Some(missing) => missing.push(lint.rule.name),
                None => route.numbers.push(number),
            }
        }
        route
    }

    /// What was not looked for, and why.
    fn skipped(
        &self,
        records: &Records<'_>,
        mut missing: Missing,
        options: &Options<'_>,
    ) -> Vec<Skipped> {
        let mut skipped = Vec::new();
        if !missing.documents.is_empty() {
            skipped.push(Skipped {
                what: missing.documents.join(", "),
                count: Some(passages(records)),
                why:
                    "the texts of the documents are not at hand; name their folder with --documents"
                        .into(),
            });
        } else if let Some(documents) = options.documents {
            let unknown = documents.unknown_passages(records);
            if unknown > 0 {
                skipped.push(Skipped {
                    what: "passages of documents that are not among those given".into(),
                    count: Some(unknown),
                    why: "no file in the folder has the hash of the snapshot".into(),
                });
            }
        }
        if !missing.notices.is_empty() {
            let is_listed = |source: &&Source<'_>| identifiers(**source).next().is_some();
            skipped.push(Skipped {
                what: missing.notices.join(", "),
                count: Some(records.sources.iter().filter(is_listed).count() as u64),
                why: "there is no table of notices at hand; name one with --notices".into(),
            });
        }
        if !missing.change.is_empty() {
            skipped.push(Skipped {
                what: missing.change.join(", "),
                count: None,
                why: "there is nothing to compare with; name a revision with --since".into(),
            });
        }
        if self.broken() > 0 {
            missing
                .whole
                .insert(0, "all rules about the content of broken records");
            skipped.push(Skipped {
                what: missing.whole.join(", "),
                count: Some(self.broken()),
                why: "these records can't be read or are not as their schema says".into(),
            });
        }
        skipped
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
                known: kept.known,
                prose: None,
            };
            Some((plan.kind?, record))
        });
        Records::new(&self.dataset, records)
    }

    /// The diagnostic for what a rule between records has found; `None` where the rule is off at
    /// this place.
    fn conclude(
        &self,
        finding: Finding,
        number: usize,
        options: &Options<'_>,
        trees: &[Tree<'_>],
    ) -> Option<Diagnostic> {
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
            Whereabouts::InSchema { place, pointer } => {
                let (place, pointer) = (place.clone(), pointer.clone());
                let name = self.dataset.files().name(place.file);
                // A schema may be that of several collections, so that their levels don't count.
                let levels = Levels::of(rule, "", self.dataset.manifest(), options.choice);
                let weight = levels.at(Path::new(name))?;
                let diagnostic = finding.into_diagnostic(rule, weight, place, related);
                Some(diagnostic.at_pointer(pointer))
            }
            Whereabouts::InManifest(pointer) => {
                let place = self.dataset.place_in_manifest(pointer)?;
                let pointer = Pointer::parse(pointer);
                // What the manifest names belongs to no collection.
                let levels = Levels::of(rule, "", self.dataset.manifest(), options.choice);
                let weight = levels.at(Path::new(MANIFEST))?;
                let diagnostic = finding.into_diagnostic(rule, weight, place, related);
                Some(match pointer {
                    Some(pointer) => diagnostic.at_pointer(pointer),
                    None => diagnostic,
                })
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

/// Records that a thread takes at a time.
const AT_A_TIME: usize = 256;

/// Runs the rules that look at each record with all others at hand. All of them look at a record
/// before any looks at the next: a record is far away in memory, and then it is near.
fn each<'r>(
    records: &Records<'r>,
    numbers: &[usize],
    clock: Option<Clock<'_>>,
) -> Vec<(Timings, Vec<(usize, Found)>)> {
    let is_of_each = |check: Check| matches!(check, Check::EachRecord(_) | Check::EachClaim(_));
    let wanted = numbers.iter().map(|&number| (number, LINTS[number].check));
    let rules: Vec<_> = wanted.filter(|&(_, check)| is_of_each(check)).collect();
    if rules.is_empty() {
        return Vec::new();
    }
    let all: Vec<Record<'r>> = records.all().collect();
    let claims = records.claims.len();
    let chunks = all.par_chunks(AT_A_TIME).enumerate();
    let judge = |(chunk, some): (usize, &[Record<'r>])| {
        let mut timings = Timings::default();
        let mut findings = Vec::new();
        for (position, &record) in some.iter().enumerate() {
            // Claims stand first.
            let is_claim = chunk * AT_A_TIME + position < claims;
            for &(number, check) in &rules {
                let mut found = Found::default();
                match check {
                    Check::EachRecord(check) => timings.measure(clock, number, || {
                        check(record, records, &mut found);
                    }),
                    Check::EachClaim(check) if is_claim => timings.measure(clock, number, || {
                        check(Claim(record), records, &mut found);
                    }),
                    _ => {}
                }
                if !found.0.is_empty() {
                    findings.push((number, found));
                }
            }
        }
        (timings, findings)
    };
    chunks.map(judge).collect()
}

fn trees_of(kept: &[Kept]) -> Vec<Tree<'_>> {
    kept.iter().map(|kept| kept.tree.tree()).collect()
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
