//! The rules within the pass over the records: they run while a record is at hand, and what rules
//! between records need is kept.

use std::sync::{Mutex, OnceLock};

use treatise_dataset::{Collection, Manifest, RecordKey, RecordVisitor, Visited, Visitor};
use treatise_report::{Diagnostic, Place};
use treatise_schema::Schema;
use treatise_source::{KeptTree, LineIndex, Tree};

use crate::check::Check;
use crate::exercise::{Exercised, Pending};
use crate::finding::{Found, Site, Spot, Whereabouts};
use crate::plan::{Choice, Plan};
use crate::registry::LINTS;
use crate::timing::{Clock, Timings};
use crate::view::{
    Agent, Citation, Claim, Entity, Issue, Kind, Known, Node, Prose, Record, Source, Term,
};

/// A record that rules between records will want to see.
pub(crate) struct Kept {
    pub(crate) key: RecordKey,
    /// Position of the collection in the manifest.
    pub(crate) collection: usize,
    pub(crate) id: Box<str>,
    pub(crate) known: Known,
    pub(crate) tree: KeptTree,
}

/// Runs the rules of single records in the pass.
pub(crate) struct Inspector<'a> {
    choice: Choice<'a>,
    clock: Option<Clock<'a>>,
    plans: OnceLock<Vec<Plan>>,
    seen: Mutex<Seen>,
}

/// What the workers bring home.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) kept: Vec<Kept>,
    /// How many records were looked at.
    pub(crate) count: usize,
    pub(crate) timings: Timings,
    /// For each collection, what its records exercise; empty where no rule asks.
    pub(crate) exercised: Vec<Exercised>,
}

impl<'a> Inspector<'a> {
    pub(crate) fn new(choice: Choice<'a>, clock: Option<Clock<'a>>) -> Self {
        Self {
            choice,
            clock,
            plans: OnceLock::new(),
            seen: Mutex::default(),
        }
    }

    /// The plans of the collections, and what was seen, in the order of the records.
    pub(crate) fn finish(self) -> (Vec<Plan>, Seen) {
        let mut seen = self
            .seen
            .into_inner()
            .expect("no worker panics bringing home what it saw");
        seen.kept.sort_unstable_by_key(|kept| kept.key);
        (self.plans.into_inner().unwrap_or_default(), seen)
    }
}

impl Visitor for Inspector<'_> {
    fn begin<'v>(
        &'v self,
        manifest: &'v Manifest,
        collections: &'v [Collection],
    ) -> Box<dyn RecordVisitor + 'v> {
        let plans = self.plans.get_or_init(|| {
            let plan = |collection| Plan::of(collection, manifest, self.choice);
            collections.iter().map(plan).collect()
        });
        let routes = plans.iter().map(Route::of).collect();
        let pending = match plans.iter().any(Plan::asks_for_exercise) {
            true => collections.iter().map(pending).collect(),
            false => Vec::new(),
        };
        let exercised = vec![Exercised::default(); pending.len()];
        Box::new(Worker {
            inspector: self,
            manifest,
            collections,
            plans,
            routes,
            pending,
            seen: Seen {
                exercised,
                ..Seen::default()
            },
        })
    }
}

/// The rules that look at the records of one collection, by what they look at.
#[derive(Default)]
struct Route {
    of_records: Vec<usize>,
    of_prose: Vec<usize>,
    of_citations: Vec<usize>,
    /// Whether any of them looks at texts for people.
    wants_prose: bool,
    is_kept: bool,
}

impl Route {
    fn of(plan: &Plan) -> Self {
        let mut route = Self::default();
        for (number, lint) in LINTS.iter().enumerate() {
            if !plan.looks_for(number) {
                continue;
            }
            let kind = match lint.check {
                Check::Record(_) => {
                    route.of_records.push(number);
                    // Any of them may ask.
                    route.wants_prose = true;
                    continue;
                }
                Check::Prose(_) => {
                    route.of_prose.push(number);
                    route.wants_prose = true;
                    continue;
                }
                Check::Citation(_) => {
                    if matches!(plan.kind, Some(Kind::Claim | Kind::Term)) {
                        route.of_citations.push(number);
                    }
                    continue;
                }
                Check::EachClaim(_)
                | Check::EachRecord(_)
                | Check::Dataset(_)
                | Check::Whole(_)
                | Check::Documents(_)
                | Check::Notices(_)
                | Check::Change(_) => {
                    route.is_kept |= plan.kind.is_some();
                    continue;
                }
                Check::Schemas(_) | Check::Exercise(_) => continue,
                Check::Claim(_) => Kind::Claim,
                Check::Source(_) => Kind::Source,
                Check::Term(_) => Kind::Term,
                Check::Entity(_) => Kind::Entity,
                Check::Issue(_) => Kind::Issue,
                Check::Agent(_) => Kind::Agent,
            };
            if plan.kind == Some(kind) {
                route.of_records.push(number);
            }
        }
        route
    }
}

struct Worker<'v> {
    inspector: &'v Inspector<'v>,
    manifest: &'v Manifest,
    collections: &'v [Collection],
    plans: &'v [Plan],
    routes: Vec<Route>,
    /// For each collection, what nothing has exercised yet; empty where no rule asks.
    pending: Vec<Pending>,
    seen: Seen,
}

impl RecordVisitor for Worker<'_> {
    fn visit(&mut self, visited: &Visited<'_>, diagnostics: &mut Vec<Diagnostic>) {
        let position = visited.collection.position();
        let Some(plan) = self.plans.get(position) else {
            return;
        };
        self.seen.count += 1;
        if let Some(pending) = self.pending.get_mut(position) {
            pending.look(visited.tree.root(), &mut self.seen.exercised[position]);
        }
        let route = &self.routes[position];
        let tree: &Tree<'_> = visited.tree;
        let root = Node {
            key: visited.key,
            value: tree.root(),
        };
        let mut prose = Vec::new();
        if route.wants_prose {
            Prose::find(root, plan, &mut prose);
        }
        let record = Record {
            id: visited.id,
            collection: &self.collections[position],
            manifest: self.manifest,
            plan,
            root,
            known: Known::of(root.value, self.manifest.language()),
            prose: route.wants_prose.then_some(&prose),
        };
        let mut site = None;
        let clock = self.inspector.clock;
        let timings = &mut self.seen.timings;
        let mut run = |number: usize, look: &mut dyn FnMut(&mut Found)| {
            let Some(weight) = plan.weight(number, visited.path) else {
                return;
            };
            let mut found = Found::default();
            timings.measure(clock, number, || look(&mut found));
            for finding in found.0 {
                let Whereabouts::At(spot) = finding.place else {
                    continue;
                };
                let site: &Site<'_> = site.get_or_insert_with(|| Site {
                    tree,
                    lines: LineIndex::new(tree.text()),
                    origin: visited.origin,
                    id: visited.id,
                    shape: &plan.shape,
                });
                let here = |spot: Spot| -> Option<Place> {
                    (spot.record == visited.key).then(|| site.place(spot.span))
                };
                diagnostics.push(site.conclude(spot, finding, LINTS[number].rule, weight, here));
            }
        };
        for &number in &route.of_records {
            run(number, &mut |found| {
                of_record(record, LINTS[number].check, found);
            });
        }
        for &number in &route.of_prose {
            if let Check::Prose(check) = LINTS[number].check {
                run(number, &mut |found| {
                    for prose in &prose {
                        check(prose, found);
                    }
                });
            }
        }
        if !route.of_citations.is_empty() {
            let citations: Vec<Citation<'_>> = record.citations();
            for &number in &route.of_citations {
                if let Check::Citation(check) = LINTS[number].check {
                    run(number, &mut |found| {
                        for citation in &citations {
                            check(citation, found);
                        }
                    });
                }
            }
        }
        if route.is_kept {
            self.seen.kept.push(Kept {
                key: visited.key,
                collection: position,
                id: visited.id.into(),
                known: record.known,
                tree: KeptTree::new(tree),
            });
        }
    }

    fn end(&mut self) {
        let seen = std::mem::take(&mut self.seen);
        let mut all = self
            .inspector
            .seen
            .lock()
            .expect("no worker panics bringing home what it saw");
        all.kept.extend(seen.kept);
        all.count += seen.count;
        all.timings.add(&seen.timings);
        if all.exercised.is_empty() {
            all.exercised
                .resize_with(seen.exercised.len(), Exercised::default);
        }
        for (all, own) in all.exercised.iter_mut().zip(seen.exercised) {
            all.add(own);
        }
    }
}

/// Runs a rule that looks at a record as a whole.
fn of_record(record: Record<'_>, check: Check, found: &mut Found) {
    match check {
        Check::Record(check) => check(&record, found),
        Check::Claim(check) => check(&Claim(record), found),
        Check::Source(check) => check(&Source(record), found),
        Check::Term(check) => check(&Term(record), found),
        Check::Entity(check) => check(&Entity(record), found),
        Check::Issue(check) => check(&Issue(record), found),
        Check::Agent(check) => check(&Agent(record), found),
        Check::Prose(_)
        | Check::Citation(_)
        | Check::EachClaim(_)
        | Check::EachRecord(_)
        | Check::Dataset(_)
        | Check::Whole(_)
        | Check::Documents(_)
        | Check::Change(_)
        | Check::Notices(_)
        | Check::Schemas(_)
        | Check::Exercise(_) => {}
    }
}

/// All places of the records of a collection.
fn pending(collection: &Collection) -> Pending {
    let table = collection.schema().map(Schema::fields);
    table.map(Pending::of).unwrap_or_default()
}
