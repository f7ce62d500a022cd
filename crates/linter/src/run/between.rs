//! The rules between records, when all of them have been seen: which of them run, what they find, and
//! where in the files that is.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::mem::forget;
use std::path::Path;
use std::rc::Rc;
use std::sync::OnceLock;

use rayon::prelude::*;
use treatise_dataset::{Dataset, MANIFEST, RecordKey};
use treatise_report::{Diagnostic, Place, Skipped};
use treatise_source::Pointer;

use crate::alike::alike;
use crate::check::Check;
use crate::finding::{Finding, Found, Site, Spot, Whereabouts};
use crate::marked::Marked;
use crate::notices::identifiers;
use crate::options::Options;
use crate::plan::{Levels, Plan};
use crate::registry::LINTS;
use crate::schemas::Schemas;
use crate::timing::Timings;
use crate::view::{Records, Source};
use crate::visit::Seen;

/// A dataset after the pass, with its records.
pub(super) struct Inspected<'i, 'r> {
    pub(super) dataset: &'r Dataset,
    pub(super) plans: &'r [Plan],
    pub(super) seen: Seen,
    pub(super) records: &'i Records<'r>,
}

/// What the rules between records say.
pub(super) struct Verdict {
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) skipped: Vec<Skipped>,
    /// How many records no rule could look at.
    pub(super) unseen: u64,
    pub(super) timings: Timings,
    /// Rules about content that have seen all that they look at, so that their findings are all there.
    pub(super) ran: BTreeSet<&'static str>,
}

/// Rules by number, and what keeps others from running.
#[derive(Default)]
struct Runnable {
    numbers: Vec<usize>,
    missing: Missing,
}

/// Rules that can't run, by what they lack.
#[derive(Default)]
struct Missing {
    /// A dataset that can be read whole.
    whole: Vec<&'static str>,
    documents: Vec<&'static str>,
    notices: Vec<&'static str>,
    /// A revision to compare with.
    change: Vec<&'static str>,
}

impl<'r> Inspected<'_, 'r> {
    /// How many records could not be looked at.
    pub(super) fn broken(&self) -> u64 {
        (self.dataset.index().len() - self.seen.count) as u64 + self.dataset.unread()
    }

    /// The same without those of which the form was looked at.
    fn unseen(&self) -> u64 {
        self.broken() - self.seen.formal as u64
    }

    /// Whether all records could be looked at, and those of all collections.
    fn is_whole(&self) -> bool {
        let mut collections = self.dataset.collections().iter();
        self.broken() == 0 && collections.all(|one| one.is_there() && one.schema().is_some())
    }

    /// Whether there is anything that a rule could look at.
    fn looks_for(&self, number: usize) -> bool {
        let is_of_all = matches!(
            LINTS[number].check,
            Check::Record(_)
                | Check::Form(_)
                | Check::Prose(_)
                | Check::Schemas(_)
                | Check::Exercise(_)
        );
        self.plans
            .iter()
            .any(|plan| plan.looks_for(number) && (is_of_all || plan.kind.is_some()))
    }

    /// Runs the rules between records; `old` are the records before a change.
    pub(super) fn between(mut self, old: Option<&Records<'_>>, options: &Options<'_>) -> Verdict {
        let Runnable { numbers, missing } = self.runnable(old.is_some(), options);
        let mut of_each = std::mem::take(&mut self.seen.found);
        // Until the last record was read, nobody knew that something can't be.
        let is_whole = self.is_whole();
        of_each.retain(|(number, _)| is_whole || !LINTS[*number].needs_whole);
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
            Check::MarkedAmong(..) => !self.seen.marked[*number].is_empty(),
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
            is_whole && (unread == 0 || !needs_documents)
        };
        let ran = numbers.into_iter().filter(has_seen_all);
        let ran = ran.map(|number| LINTS[number].rule.name).collect();
        let skipped = self.skipped(missing, unread, options);
        let unseen = self.unseen();
        if options.is_last {
            forget(self.seen);
        }
        Verdict {
            diagnostics,
            skipped,
            unseen,
            timings,
            ran,
        }
    }

    /// The diagnostics for what a rule has found, as far as they are wanted.
    fn conclude_all(&self, number: usize, found: Found, options: &Options<'_>) -> Vec<Diagnostic> {
        let findings = found.0.into_iter();
        let (here, there) = (Sites::new(self), Sites::new(self));
        let approved = options.base.map_or(&[][..], |base| base.approved);
        let approved = approved.iter();
        let of_rule = approved.filter(|one| one.rule.name == LINTS[number].rule.name);
        let approved: HashSet<&str> = of_rule.map(|one| &*one.record).collect();
        let diagnostics = findings.filter_map(|finding| {
            // What is wrong with the schemas counts whatever is asked for, as in loading.
            let is_of_schema = matches!(finding.place, Whereabouts::InSchema { .. });
            let diagnostic = self.conclude(finding, number, options, &here, &there)?;
            let record = diagnostic.record.as_deref();
            if record.is_some_and(|record| approved.contains(record)) {
                return None;
            }
            let name = self.dataset.files().name(diagnostic.place.file);
            let is_wanted =
                is_of_schema || treatise_dataset::is_wanted(Path::new(name), options.only);
            is_wanted.then_some(diagnostic)
        });
        diagnostics.collect()
    }

    /// Which rules between records run, and which can't.
    fn runnable(&self, has_old: bool, options: &Options<'_>) -> Runnable {
        let mut runnable = Runnable::default();
        let is_whole = self.is_whole();
        for (number, lint) in LINTS.iter().enumerate() {
            if !self.looks_for(number) {
                continue;
            }
            let missing = &mut runnable.missing;
            let missing = match lint.check {
                Check::Notices(_) if options.notices.is_none() => Some(&mut missing.notices),
                Check::Documents(_) if options.documents.is_none() => Some(&mut missing.documents),
                Check::Change(_) if !has_old => Some(&mut missing.change),
                _ if lint.needs_whole && !is_whole => Some(&mut missing.whole),
                _ => None,
            };
            match missing {
                Some(missing) => missing.push(lint.rule.name),
                None => runnable.numbers.push(number),
            }
        }
        runnable
    }

    /// What was not looked for, and why.
    fn skipped(&self, missing: Missing, unread: u64, options: &Options<'_>) -> Vec<Skipped> {
        let mut skipped = Vec::new();
        let off = LINTS.iter().enumerate().filter(|(number, lint)| {
            let is_named = options
                .choice
                .only
                .iter()
                .any(|name| name == lint.rule.name);
            is_named && !self.looks_for(*number)
        });
        let off: Vec<_> = off.map(|(_, lint)| lint.rule.name).collect();
        if !off.is_empty() {
            skipped.push(Skipped {
                what: off.join(", "),
                count: None,
                why: "off in the manifest, and on with --warn or --error".into(),
            });
        }
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
        if !self.is_whole() {
            let broken = self.unseen();
            let mut what = missing.whole;
            if broken > 0 {
                what.insert(0, "all rules about the content of broken records");
            }
            if !what.is_empty() {
                skipped.push(Skipped {
                    what: what.join(", "),
                    count: Some(broken).filter(|&broken| broken > 0),
                    why: self.unreadable(),
                });
            }
        }
        skipped
    }

    /// What of the dataset can't be read, as a clause.
    fn unreadable(&self) -> String {
        let broken = "these records can't be read or are not as their schema says".to_owned();
        let mut clauses: Vec<_> = (self.unseen() > 0).then_some(broken).into_iter().collect();
        for collection in self.dataset.collections() {
            let name = collection.name();
            if !collection.is_there() {
                clauses.push(format!("the records of `{name}` can't be found"));
            } else if collection.schema().is_none() {
                clauses.push(format!("the schema of `{name}` can't be used"));
            }
        }
        clauses.join("; ")
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
            Whereabouts::At(part) => {
                let part = part.clone();
                let site = here.at(part.spot.record)?;
                let plan = self.records.at_key(part.spot.record)?.plan;
                let name = self.dataset.files().name(site.origin.file);
                let weight = plan.weight(number, Path::new(name))?;
                Some(site.conclude(part, finding, rule, weight, related))
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
            Check::Dataset(check) => check(records, found),
            Check::Marked(_, check) | Check::MarkedAmong(_, check) => {
                let marked = Marked::new(&self.inspected.seen.marked[number], records);
                if !marked.is_empty() {
                    check(&marked, records, found);
                }
            }
            Check::Alike(_, check) => {
                let alike = alike(&self.inspected.seen.keys[number]).into_iter();
                let mut alike: Vec<_> = alike.filter_map(|key| records.at_key(key)).collect();
                // That an id is there twice is a fault of its own, and no record is like itself.
                let mut ids = BTreeSet::new();
                alike.retain(|record| ids.insert((record.collection.position(), record.id)));
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
