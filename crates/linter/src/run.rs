//! A run: the pass with the rules of single records, then the rules between records, then what the
//! settings of the dataset make of the findings.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use rayon::prelude::*;
use treatise_dataset::{
    Counts, Dataset, Findings, LoadOptions, MANIFEST, OVERSIZED_FILE, RecordKey, SeededHasher, load,
};
use treatise_report::{Diagnostic, Place, Rule, Skipped, fingerprints};
use treatise_source::{LineIndex, Pointer};

use crate::alike::{Shared, alike};
use crate::check::Check;
use crate::finding::{Finding, Found, Site, Spot, Whereabouts};
use crate::notices::identifiers;
use crate::options::{Linted, Options, Part};
use crate::plan::{Levels, Plan};
use crate::registry::LINTS;
use crate::schemas::Schemas;
use crate::timing::Timings;
use crate::view::{Again, Closed, Head, Record, Records, Source};
use crate::visit::{Inspector, Keep, Seen, closed, heads};
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
            let inspected = Inspected::of(base.root, &options, Keep::Texts)?;
            Ok::<_, Error>((inspected, options))
        })
        .transpose()?;
    // Who compares, and who looks for passages and notices, looks at all claims again.
    let needs_texts = before.is_some() || options.documents.is_some() || options.notices.is_some();
    let keep = match needs_texts {
        true => Keep::Texts,
        false => Keep::Notes,
    };
    let inspected = Inspected::of(root, options, keep)?;
    let old = before.as_ref().map(|(inspected, _)| inspected);
    let mut linted = inspected.between(old, options)?.settle(options);
    if let (Some((inspected, old_options)), Some(base)) = (before, options.base) {
        let old = inspected.between(None, &old_options)?;
        let old = old.settle(&old_options);
        linted.known = mark_known(&mut linted, &old, base.name);
    }
    linted.findings.sort(linted.dataset.files(), options.keep);
    Ok(linted)
}

/// Loads a dataset for what is made of its records and is no rule; also returns how many records
/// could not be looked at.
pub(crate) fn with_records<T>(
    root: &Path,
    use_them: impl FnOnce(&Records<'_>) -> T,
) -> Result<(T, u64), Error> {
    let inspected = Inspected::of(root, &Options::default(), Keep::Texts)?;
    let closed = closed(&inspected.seen.kept, None);
    let heads = inspected.heads(&closed);
    let made = use_them(&inspected.records(&heads));
    let kept = inspected.findings.kept.iter();
    // Too large a record is not even counted among the others.
    let oversized = kept.filter(|finding| finding.rule == &OVERSIZED_FILE);
    Ok((made, inspected.broken() + oversized.count() as u64))
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
    /// By what the texts of claims are known.
    hasher: SeededHasher,
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
    /// Rules about content that have seen all that they look at, so that their findings are all there.
    ran: BTreeSet<&'static str>,
    seen: Seen,
}

impl Inspected {
    fn of(root: &Path, options: &Options<'_>, keep: Keep) -> Result<Self, Error> {
        // What takes findings away has to see them.
        const ENOUGH: usize = 100_000;
        let is_selective = options.base.is_some()
            || options.part == Part::Rules
            || !options.choice.only.is_empty()
            || !options.choice.levels.is_empty();
        let inspector = Inspector::new(keep, options.choice, options.clock);
        inspector.prepare();
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
                schemas: options.schemas,
                texts: None,
            },
        )?;
        let (plans, seen, hasher) = inspector.finish();
        Ok(Self {
            dataset,
            findings,
            plans,
            seen,
            hasher,
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
    ///
    /// # Errors
    /// A record that was looked at again can't be read any more, or is not what it was.
    fn between(mut self, before: Option<&Self>, options: &Options<'_>) -> Result<Judged, Error> {
        let Route { numbers, missing } = self.route(before, options);
        let of_each = std::mem::take(&mut self.seen.found);
        let keys = std::mem::take(&mut self.seen.keys);
        let mut timings = std::mem::take(&mut self.seen.timings);
        let again = Again::new(&self.dataset, &self.hasher);
        let (diagnostics, skipped, unread) = {
            let bodies = closed(&self.seen.kept, Some(&again));
            let heads = self.heads(&bodies);
            let records = self.records(&heads);
            let old_bodies = before.map(|before| closed(&before.seen.kept, None));
            let old = before.zip(old_bodies.as_deref());
            let old_heads = old.map(|(before, bodies)| before.heads(bodies));
            let old = before.zip(old_heads.as_deref());
            let old = old.map(|(before, heads)| before.records(heads));
            let given = Given {
                inspected: &self,
                records: &records,
                old: old.as_ref(),
                schemas: OnceLock::new(),
                options,
            };
            let numbered = keys.into_iter().enumerate();
            let wanted = numbered.filter(|(number, _)| numbers.contains(number));
            let wanted: Vec<_> = wanted.collect();
            // Most rules that marked something with others at hand ask for the names of everything, as
            // do those that read documents. They are made on all cores, before a core has rules to judge.
            let asks_for_names = |(number, _): &(usize, _)| match LINTS[*number].check {
                Check::MarkedAmong(..) => !self.seen.marked[*number].is_empty(),
                Check::Documents(_) => true,
                _ => false,
            };
            if wanted.iter().any(asks_for_names) {
                records.names();
            }
            // A rule at a time: some take as long as many others.
            let judged = wanted.into_par_iter().with_max_len(1);
            let judged = judged.map(|(number, keys)| {
                let mut found = Found::default();
                let mut timings = Timings::default();
                timings.measure(options.clock, number, || {
                    given.judge(number, keys, &mut found);
                });
                (timings, (number, found))
            });
            let of_all: Vec<_> = judged.collect();
            let of_each = of_each.into_iter();
            let of_each = of_each.map(|(number, finding)| (number, Found(vec![finding])));
            let mut found: Vec<_> = of_each.collect();
            for (spent, of_rule) in of_all {
                timings.add(&spent);
                found.push(of_rule);
            }
            let of_rule = |(number, found)| self.conclude_all(number, found, options, &records);
            let diagnostics: Vec<_> = found.into_par_iter().flat_map_iter(of_rule).collect();
            let unread = options
                .documents
                .map_or(0, |documents| documents.unknown_passages(&records));
            let skipped = self.skipped(&records, missing, unread);
            (diagnostics, skipped, unread)
        };
        if let Some(failure) = again.failure() {
            return Err(failure.into());
        }
        self.findings.add(diagnostics);
        let has_seen_all = |number: &usize| {
            let needs_documents = matches!(LINTS[*number].check, Check::Documents(_));
            self.broken() == 0 && (unread == 0 || !needs_documents)
        };
        let ran = numbers.into_iter().filter(has_seen_all);
        let ran = ran.map(|number| LINTS[number].rule.name).collect();
        Ok(Judged {
            dataset: self.dataset,
            findings: self.findings,
            seen: self.seen,
            skipped,
            timings,
            ran,
        })
    }

    /// The diagnostics for what a rule has found, as far as they are wanted.
    fn conclude_all(
        &self,
        number: usize,
        found: Found,
        options: &Options<'_>,
        records: &Records<'_>,
    ) -> Vec<Diagnostic> {
        let findings = found.0.into_iter();
        let diagnostics = findings.filter_map(|finding| {
            // What is wrong with the schemas counts whatever is asked for, as in loading.
            let is_of_schema = matches!(finding.place, Whereabouts::InSchema { .. });
            let diagnostic = self.conclude(finding, number, options, records)?;
            let name = self.dataset.files().name(diagnostic.place.file);
            let is_wanted =
                is_of_schema || treatise_dataset::is_wanted(Path::new(name), options.only);
            is_wanted.then_some(diagnostic)
        });
        diagnostics.collect()
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
    fn skipped(&self, records: &Records<'_>, mut missing: Missing, unread: u64) -> Vec<Skipped> {
        let mut skipped = Vec::new();
        if !missing.documents.is_empty() {
            skipped.push(Skipped {
                what: missing.documents.join(", "),
                count: Some(self.seen.passages),
                why:
                    "the texts of the documents are not at hand; name their folder with --documents"
                        .into(),
            });
        } else if unread > 0 {
            skipped.push(Skipped {
                what: "passages of documents that are not among those given".into(),
                count: Some(unread),
                why: "no file in the folder has the hash of the snapshot".into(),
            });
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

    fn heads<'r>(&'r self, bodies: &'r [Closed<'r>]) -> Vec<Head<'r>> {
        let (manifest, collections) = (self.dataset.manifest(), self.dataset.collections());
        heads(bodies, &self.plans, manifest, collections)
    }

    fn records<'r>(&'r self, heads: &'r [Head<'r>]) -> Records<'r> {
        Records::new(self.dataset.manifest(), Some(&self.dataset), heads)
    }

    /// The records that a rule has marked, in order.
    fn marked<'r>(&self, number: usize, records: &Records<'r>) -> Vec<(Record<'r>, u8)> {
        let marked = self.seen.marked[number].iter();
        let marked = marked.filter_map(|&(key, mark)| Some((records.at_key(key)?, mark)));
        let mut marked: Vec<_> = marked.collect();
        marked.sort_unstable_by_key(|(record, _)| record.key);
        marked
    }

    /// The diagnostic for what a rule between records has found; `None` where the rule is off at
    /// this place.
    fn conclude(
        &self,
        finding: Finding,
        number: usize,
        options: &Options<'_>,
        records: &Records<'_>,
    ) -> Option<Diagnostic> {
        let rule = LINTS[number].rule;
        let related = |spot: Spot| -> Option<Place> {
            Some(self.site(spot.record, records)?.place(spot.span))
        };
        match &finding.place {
            &Whereabouts::At(spot) => {
                let site = self.site(spot.record, records)?;
                let plan = records.at_key(spot.record)?.plan;
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

    fn site<'s>(&self, key: RecordKey, records: &Records<'s>) -> Option<Site<'s>> {
        let record = records.at_key(key)?;
        let number = self.dataset.index().number_of(key)?;
        let tree = record.root().value.tree();
        Some(Site {
            tree,
            lines: LineIndex::new(tree.text()),
            origin: self.dataset.origin(number),
            id: record.id,
            shape: &record.plan.shape,
        })
    }
}

/// What rules between records may look at.
struct Given<'g, 'r, 'o> {
    inspected: &'g Inspected,
    records: &'g Records<'r>,
    /// The records before a change.
    old: Option<&'g Records<'o>>,
    schemas: OnceLock<Option<Schemas<'g>>>,
    options: &'g Options<'g>,
}

impl<'g> Given<'g, '_, '_> {
    /// Runs one rule; `keys` are those that it gave to records.
    fn judge(&self, number: usize, keys: Vec<Shared>, found: &mut Found) {
        let records = self.records;
        match LINTS[number].check {
            Check::Dataset(check) | Check::Whole(check) => check(records, found),
            Check::Marked(_, check) | Check::MarkedAmong(_, check) => {
                let marked = self.inspected.marked(number, records);
                if !marked.is_empty() {
                    check(&marked, records, found);
                }
            }
            Check::Alike(_, check) => {
                let alike = alike(keys).into_iter();
                let alike: Vec<_> = alike.filter_map(|key| records.at_key(key)).collect();
                if !alike.is_empty() {
                    check(&alike, records, found);
                }
            }
            Check::Documents(check) => {
                if let Some(documents) = self.options.documents {
                    check(records, documents, found);
                }
            }
            Check::Change(check) => {
                if let Some(old) = self.old {
                    check(old, records, found);
                }
            }
            Check::Notices(check) => {
                if let Some(notices) = self.options.notices {
                    check(records, notices, found);
                }
            }
            Check::Schemas(check) => {
                if let Some(schemas) = self.schemas() {
                    check(schemas, found);
                }
            }
            Check::Exercise(check) => {
                if let Some(schemas) = self.schemas() {
                    check(schemas, &self.inspected.seen.exercised, found);
                }
            }
            // The others have looked at each record.
            _ => {}
        }
    }

    fn schemas(&self) -> Option<&Schemas<'g>> {
        let schemas = self
            .schemas
            .get_or_init(|| Schemas::of(&self.inspected.dataset));
        schemas.as_ref()
    }
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
            seen,
        } = self;
        let is_lint = |rule: &Rule| LINTS.iter().any(|lint| lint.rule.name == rule.name);
        let is_chosen = |name: &str| {
            options.choice.only.is_empty() || options.choice.only.iter().any(|only| only == name)
        };
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
        settings::apply_levels(&dataset, &mut findings, options.choice);
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
            seen,
        }
    }
}
