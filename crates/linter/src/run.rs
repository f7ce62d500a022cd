//! A run: the pass with the rules of single records, then the rules between records, then what the
//! settings of the dataset make of the findings.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::mem::forget;
use std::path::Path;
use std::rc::Rc;
use std::sync::OnceLock;

use rayon::prelude::*;
use treatise_dataset::{
    Counts, Dataset, Findings, LoadOptions, MANIFEST, OVERSIZED_FILE, RecordKey, begin,
    on_all_cores,
};
use treatise_report::{Diagnostic, Place, Rule, Skipped, fingerprints};
use treatise_source::Pointer;

use crate::alike::alike;
use crate::check::Check;
use crate::finding::{Finding, Found, Site, Spot, Whereabouts};
use crate::marked::Marked;
use crate::notices::identifiers;
use crate::options::{Linted, Options, Part};
use crate::plan::{Levels, Plan};
use crate::registry::LINTS;
use crate::schemas::Schemas;
use crate::timing::Timings;
use crate::view::{Again, Closed, Head, Records, Source};
use crate::visit::{ClaimInspector, Inspector, Keep, Seen, closed, heads};
use crate::{Error, settings};

/// Checks the dataset below `root`.
///
/// # Errors
/// A folder or file can't be read.
pub fn lint(root: &Path, options: &Options<'_>) -> Result<Linted, Error> {
    on_all_cores(|| lint_here(root, options))
}

fn lint_here(root: &Path, options: &Options<'_>) -> Result<Linted, Error> {
    let mut linted = match options.base {
        None => lint_after(None, root, options)?,
        Some(base) => {
            let old_options = Options {
                base: None,
                keep: usize::MAX,
                only: None,
                observer: &(),
                clock: None,
                ..*options
            };
            let both = |old: Inspected<'_, '_>| {
                let linted = lint_after(Some(old.records), root, options)?;
                Ok::<_, Error>((linted, old.between(None, &old_options)))
            };
            let (both, old) = inspect(base.root, &old_options, Keep::Texts, both)?;
            let (mut linted, verdict) = both?;
            let old = old.settle(verdict, &old_options);
            linted.known = mark_known(&mut linted, &old, base.name);
            linted
        }
    };
    linted.findings.sort(linted.dataset.files(), options.keep);
    Ok(linted)
}

/// Checks a dataset; `old` are the records before a change.
fn lint_after(
    old: Option<&Records<'_>>,
    root: &Path,
    options: &Options<'_>,
) -> Result<Linted, Error> {
    // Who compares, and who looks for passages and notices, looks at all claims again.
    let needs_texts = old.is_some() || options.documents.is_some() || options.notices.is_some();
    let keep = match needs_texts {
        true => Keep::Texts,
        false => Keep::Notes,
    };
    let judge = |inspected: Inspected<'_, '_>| inspected.between(old, options);
    let (verdict, looked) = inspect(root, options, keep, judge)?;
    Ok(looked.settle(verdict, options))
}

/// Loads a dataset for what is made of its records and is no rule; also returns how many records
/// could not be looked at.
pub(crate) fn with_records<T: Send>(
    root: &Path,
    options: &Options<'_>,
    use_them: impl FnOnce(&Records<'_>) -> T + Send,
) -> Result<(T, u64), Error> {
    let use_them = |inspected: Inspected<'_, '_>| (use_them(inspected.records), inspected.broken());
    let inspect = || inspect(root, options, Keep::Texts, use_them);
    let ((made, broken), looked) = on_all_cores(inspect)?;
    let kept = looked.findings.kept.iter();
    // Too large a record is not even counted among the others.
    let oversized = kept.filter(|finding| finding.rule == &OVERSIZED_FILE);
    Ok((made, broken + oversized.count() as u64))
}

/// Loads a dataset, runs the rules within the pass, and hands over what was seen.
fn inspect<T>(
    root: &Path,
    options: &Options<'_>,
    keep: Keep,
    use_it: impl FnOnce(Inspected<'_, '_>) -> T,
) -> Result<(T, Looked), Error> {
    // What takes findings away has to see them.
    const ENOUGH: usize = 100_000;
    let is_selective = options.base.is_some()
        || options.part == Part::Rules
        || !options.choice.only.is_empty()
        || !options.choice.levels.is_empty();
    let inspector = Inspector::new(keep, options.choice, options.clock);
    inspector.prepare();
    let load_options = LoadOptions {
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
    };
    let (dataset, rest) = begin(root, &load_options)?;
    let plans = inspector.plans();
    let others = inspector.take_kept();
    let claims;
    let (made, findings) = {
        let again = Again::new(&dataset, inspector.hasher());
        let rooms = Rooms::default();
        let bodies = hold(&rooms.bodies, closed(&others, plans, None), options);
        let other_heads = hold(&rooms.heads, heads(bodies, plans, &dataset), options);
        let mut records = Records::without_claims(&dataset, other_heads);
        records.prepare();
        inspector.look_at(&records);
        let of_claims = LoadOptions {
            visitor: &ClaimInspector {
                inspector: &inspector,
                others: &records,
            },
            ..load_options
        };
        let findings = rest.read(&dataset, &of_claims)?;
        let mut seen = inspector.take_seen();
        claims = std::mem::take(&mut seen.kept);
        let bodies = closed(&claims, plans, Some(&again));
        let bodies = hold(&rooms.claim_bodies, bodies, options);
        let heads = heads(bodies, plans, &dataset);
        records.add_claims(hold(&rooms.claim_heads, heads, options));
        let made = use_it(Inspected {
            dataset: &dataset,
            plans,
            seen,
            records: &records,
        });
        if options.is_last {
            forget(records);
        }
        if let Some(failure) = again.failure() {
            return Err(failure.into());
        }
        (made, findings)
    };
    if options.is_last {
        forget((claims, others));
    }
    Ok((made, Looked { dataset, findings }))
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

/// Room for what records are made of, which has to be there longer than they.
#[derive(Default)]
struct Rooms<'r> {
    bodies: OnceCell<Vec<Closed<'r>>>,
    heads: OnceCell<Vec<Head<'r>>>,
    claim_bodies: OnceCell<Vec<Closed<'r>>>,
    claim_heads: OnceCell<Vec<Head<'r>>>,
}

/// Puts something where it can be borrowed; in the last run, where nobody takes it apart.
fn hold<'r, T>(room: &'r OnceCell<Vec<T>>, held: Vec<T>, options: &Options<'_>) -> &'r [T] {
    match options.is_last {
        true => held.leak(),
        false => room.get_or_init(|| held),
    }
}

/// A dataset after the pass, with its records.
struct Inspected<'i, 'r> {
    dataset: &'r Dataset,
    plans: &'r [Plan],
    seen: Seen,
    records: &'i Records<'r>,
}

/// What is left of it when nobody looks at the records any more.
struct Looked {
    dataset: Dataset,
    /// What loading and the rules within the pass have found.
    findings: Findings,
}

/// What the rules between records say.
struct Verdict {
    diagnostics: Vec<Diagnostic>,
    skipped: Vec<Skipped>,
    timings: Timings,
    /// Rules about content that have seen all that they look at, so that their findings are all there.
    ran: BTreeSet<&'static str>,
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

impl<'r> Inspected<'_, 'r> {
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

    /// Runs the rules between records; `old` are the records before a change.
    fn between(mut self, old: Option<&Records<'_>>, options: &Options<'_>) -> Verdict {
        let Route { numbers, missing } = self.route(old.is_some(), options);
        let of_each = std::mem::take(&mut self.seen.found);
        let mut timings = std::mem::take(&mut self.seen.timings);
        let given = Given {
            inspected: &self,
            old,
            schemas: OnceLock::new(),
            options,
        };
        // Most rules that marked something with others at hand ask for the names of everything, as
        // do those that read documents. They are made on all cores, before a core has rules to judge.
        let asks_for_names = |number: &usize| match LINTS[*number].check {
            Check::MarkedAmong(..) | Check::WholeMarked(..) => {
                !self.seen.marked[*number].is_empty()
            }
            Check::Documents(_) => true,
            _ => false,
        };
        if numbers.iter().any(asks_for_names) {
            self.records.names();
        }
        // A rule at a time: some take as long as many others.
        let judged = numbers.par_iter().with_max_len(1).map(|&number| {
            let mut found = Found::default();
            let mut timings = Timings::default();
            timings.measure(options.clock, number, || given.judge(number, &mut found));
            (timings, (number, found))
        });
        let of_all: Vec<_> = judged.collect();
        for (spent, _) in &of_all {
            timings.add(spent);
        }
        let of_all = of_all.into_par_iter().map(|(_, of_rule)| of_rule);
        let of_each = of_each.into_par_iter();
        let of_rule = |(number, found)| self.conclude_all(number, found, options);
        let diagnostics = of_each.chain(of_all).flat_map_iter(of_rule).collect();
        let unread = options
            .documents
            .map_or(0, |documents| documents.unknown_passages(self.records));
        let has_seen_all = |number: &usize| {
            let needs_documents = matches!(LINTS[*number].check, Check::Documents(_));
            self.broken() == 0 && (unread == 0 || !needs_documents)
        };
        let ran = numbers.into_iter().filter(has_seen_all);
        let ran = ran.map(|number| LINTS[number].rule.name).collect();
        let skipped = self.skipped(missing, unread);
        if options.is_last {
            forget(self.seen);
        }
        Verdict {
            diagnostics,
            skipped,
            timings,
            ran,
        }
    }

    /// The diagnostics for what a rule has found, as far as they are wanted.
    fn conclude_all(&self, number: usize, found: Found, options: &Options<'_>) -> Vec<Diagnostic> {
        let findings = found.0.into_iter();
        let (here, there) = (Sites::new(self), Sites::new(self));
        let diagnostics = findings.filter_map(|finding| {
            // What is wrong with the schemas counts whatever is asked for, as in loading.
            let is_of_schema = matches!(finding.place, Whereabouts::InSchema { .. });
            let diagnostic = self.conclude(finding, number, options, &here, &there)?;
            let name = self.dataset.files().name(diagnostic.place.file);
            let is_wanted =
                is_of_schema || treatise_dataset::is_wanted(Path::new(name), options.only);
            is_wanted.then_some(diagnostic)
        });
        diagnostics.collect()
    }

    /// Which rules between records run, and which can't.
    fn route(&self, has_old: bool, options: &Options<'_>) -> Route {
        let mut route = Route::default();
        for (number, lint) in LINTS.iter().enumerate() {
            if !self.looks_for(number) {
                continue;
            }
            let missing = &mut route.missing;
            let missing = match lint.check {
                Check::Whole(_) | Check::WholeMarked(..) | Check::Exercise(_)
                    if self.broken() > 0 =>
                {
                    Some(&mut missing.whole)
                }
                Check::Notices(_) if options.notices.is_none() => Some(&mut missing.notices),
                Check::Documents(_) if options.documents.is_none() => Some(&mut missing.documents),
                Check::Change(_) if !has_old => Some(&mut missing.change),
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
    fn skipped(&self, mut missing: Missing, unread: u64) -> Vec<Skipped> {
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
                count: Some(self.records.sources.par_iter().filter(is_listed).count() as u64),
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

    /// The diagnostic for what a rule between records has found; `None` where the rule is off at
    /// this place.
    fn conclude(
        &self,
        finding: Finding,
        number: usize,
        options: &Options<'_>,
        here: &Sites<'_, '_, 'r>,
        there: &Sites<'_, '_, 'r>,
    ) -> Option<Diagnostic> {
        let rule = LINTS[number].rule;
        let related =
            |spot: Spot| -> Option<Place> { Some(there.at(spot.record)?.place(spot.span)) };
        match &finding.place {
            &Whereabouts::At(spot) => {
                let site = here.at(spot.record)?;
                let plan = self.records.at_key(spot.record)?.plan;
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

    fn site(&self, key: RecordKey) -> Option<Site<'r>> {
        let record = self.records.at_key(key)?;
        let number = self.dataset.index().number_of(key)?;
        let tree = record.root().value.tree();
        let origin = self.dataset.origin(number);
        Some(Site::new(tree, origin, record.id, &record.plan.shape))
    }
}

/// The sites of records; the last one is kept, since findings come record by record.
struct Sites<'s, 'i, 'r> {
    inspected: &'s Inspected<'i, 'r>,
    last: RefCell<Option<(RecordKey, Rc<Site<'r>>)>>,
}

impl<'s, 'i, 'r> Sites<'s, 'i, 'r> {
    fn new(inspected: &'s Inspected<'i, 'r>) -> Self {
        Self {
            inspected,
            last: RefCell::default(),
        }
    }

    fn at(&self, key: RecordKey) -> Option<Rc<Site<'r>>> {
        let mut last = self.last.borrow_mut();
        if let Some((_, site)) = last.as_ref().filter(|(of, _)| *of == key) {
            return Some(Rc::clone(site));
        }
        let site = Rc::new(self.inspected.site(key)?);
        *last = Some((key, Rc::clone(&site)));
        Some(site)
    }
}

/// What rules between records may look at.
struct Given<'g, 'r, 'o> {
    inspected: &'g Inspected<'g, 'r>,
    /// The records before a change.
    old: Option<&'g Records<'o>>,
    schemas: OnceLock<Option<Schemas<'g>>>,
    options: &'g Options<'g>,
}

impl<'g> Given<'g, '_, '_> {
    /// Runs one rule.
    fn judge(&self, number: usize, found: &mut Found) {
        let records = self.inspected.records;
        match LINTS[number].check {
            Check::Dataset(check) | Check::Whole(check) => check(records, found),
            Check::Marked(_, check)
            | Check::MarkedAmong(_, check)
            | Check::WholeMarked(_, check) => {
                let marked = Marked::new(&self.inspected.seen.marked[number], records);
                if !marked.is_empty() {
                    check(&marked, records, found);
                }
            }
            Check::Alike(_, check) => {
                let alike = alike(&self.inspected.seen.keys[number]).into_iter();
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
            .get_or_init(|| Schemas::of(self.inspected.dataset));
        schemas.as_ref()
    }
}

impl Looked {
    /// Applies levels and exceptions.
    fn settle(self, verdict: Verdict, options: &Options<'_>) -> Linted {
        let Self {
            dataset,
            mut findings,
        } = self;
        let Verdict {
            diagnostics,
            skipped,
            timings,
            ran,
        } = verdict;
        findings.add(diagnostics);
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
        }
    }
}
