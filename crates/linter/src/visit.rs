//! The rules within the pass over the records: they run while a record is at hand, and what rules
//! between records need is kept.
//!
//! Claims are most of the records, and what they refer to is not many: they are read last, so that
//! the rules which look from a claim at others run in the pass too, and the trees of claims need not
//! be kept.

mod group;
mod seen;

use std::sync::{Mutex, MutexGuard, OnceLock};

use rayon::prelude::*;
use treatise_dataset::{
    Collection, Dataset, Manifest, RecordVisitor, SeededHasher, Visited, Visitor,
};
use treatise_report::Diagnostic;
use treatise_schema::Schema;

use self::group::Group;
pub(crate) use self::seen::Seen;
use crate::check::Check;
use crate::exercise::{Exercised, Pending};
use crate::options::Options;
use crate::plan::{Choice, Plan};
use crate::registry::LINTS;
use crate::route::Route;
use crate::timing::Clock;
use crate::view::{Again, Batch, Body, Claim, Closed, Head, Kind, Known, Opened, Record, Records};

/// Records that one rule after the other looks at: these are near in memory then, and so is the code
/// of the rule.
const GROUP: usize = 32;

/// What is kept of claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Their texts, where something looks at all of them again.
    Texts,
    /// What is noted of them: the few that are looked at again are read again.
    Notes,
}

/// Runs the rules of single records in the pass.
pub(crate) struct Inspector<'a> {
    keep: Keep,
    choice: Choice<'a>,
    /// Whether the form of records that are not as their schema says is looked at too.
    forms_of_all: bool,
    clock: Option<Clock<'a>>,
    plans: OnceLock<Vec<Plan>>,
    hasher: SeededHasher,
    seen: Mutex<Seen>,
}

/// The same for claims, when all other records have been seen.
pub(crate) struct ClaimInspector<'i, 'r> {
    pub(crate) inspector: &'i Inspector<'i>,
    pub(crate) others: &'i Records<'r>,
}

impl<'a> Inspector<'a> {
    pub(crate) fn new(keep: Keep, options: &Options<'a>) -> Self {
        Self {
            keep,
            choice: options.choice,
            forms_of_all: options.forms_of_all,
            clock: options.clock,
            plans: OnceLock::new(),
            hasher: SeededHasher::default(),
            seen: Mutex::new(Seen::of_rules()),
        }
    }

    /// Makes the tables of the rules that may be looked for, in the background: until the first record
    /// is there, cores wait for the disk and for one another.
    pub(crate) fn prepare(&self) {
        for lint in LINTS {
            let is_chosen = self.choice.only.is_empty()
                || self.choice.only.iter().any(|name| name == lint.rule.name);
            if is_chosen {
                rayon::spawn(lint.prepare);
            }
        }
    }

    /// The plans of the collections; there are none until the pass has begun.
    pub(crate) fn plans(&self) -> &[Plan] {
        self.plans.get().map_or(&[], Vec::as_slice)
    }

    /// By what texts are known.
    pub(crate) fn hasher(&self) -> &SeededHasher {
        &self.hasher
    }

    /// Hands over what was kept until now.
    pub(crate) fn take_kept(&self) -> Vec<Batch> {
        std::mem::take(&mut self.seen().kept)
    }

    /// Hands over what was seen until now.
    pub(crate) fn take_seen(&self) -> Seen {
        std::mem::replace(&mut self.seen(), Seen::of_rules())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        let seen = self.seen.lock();
        seen.expect("no worker panics bringing home what it saw")
    }

    fn worker<'v, 'r: 'v>(
        &'v self,
        manifest: &'v Manifest,
        collections: &'v [Collection],
        others: Option<&'v Records<'r>>,
    ) -> Box<dyn RecordVisitor + 'v> {
        let plans = self.plans();
        let pending = match plans.iter().any(Plan::asks_for_exercise) {
            true => collections.iter().map(pending).collect(),
            false => Vec::new(),
        };
        Box::new(Worker {
            inspector: self,
            manifest,
            plans,
            others,
            routes: plans.iter().map(Route::of).collect(),
            seen: Seen {
                exercised: vec![Exercised::default(); pending.len()],
                ..Seen::of_rules()
            },
            pending,
        })
    }

    /// Runs the rules that look at each record with the others at hand, on those that are no claims.
    pub(crate) fn look_at(&self, others: &Records<'_>) {
        let is_asked = |number: &usize| {
            let check = LINTS[*number].check;
            let looks_at_others = matches!(check, Check::EachRecord(_) | Check::MarkedAmong(..));
            looks_at_others && self.plans().iter().any(|plan| plan.looks_for(*number))
        };
        let numbers: Vec<_> = (0..LINTS.len()).filter(is_asked).collect();
        let all: Vec<_> = others.others().collect();
        let look = |mut seen: Seen, group: &[Record<'_>]| {
            // What is found in a record while it is looked at is of no use when others are.
            let trees: Vec<_> = group.iter().map(|record| record.body.tree()).collect();
            let opened = group.iter().zip(&trees);
            let opened = opened.map(|(record, tree)| Opened::new(record.key, tree));
            let opened: Vec<_> = opened.collect();
            let heads = group.iter().zip(&opened);
            let heads = heads.map(|(record, opened)| record.with_body(Body::Open(opened)));
            let heads: Vec<_> = heads.collect();
            for &number in &numbers {
                let group = heads.iter().map(Record);
                seen.look_at_others(group, others, number, self);
            }
            seen
        };
        let add = |mut seen: Seen, other| {
            seen.add(other);
            seen
        };
        let groups = all.par_chunks(GROUP).fold(Seen::of_rules, look);
        let found = groups.reduce(Seen::of_rules, add);
        self.seen().add(found);
    }
}

impl Visitor for Inspector<'_> {
    fn begin<'v>(
        &'v self,
        manifest: &'v Manifest,
        collections: &'v [Collection],
    ) -> Box<dyn RecordVisitor + 'v> {
        self.worker(manifest, collections, None)
    }

    fn waiting(&self, manifest: &Manifest, collections: &[Collection]) -> Vec<bool> {
        let plan = |collection| Plan::of(collection, manifest, self.choice);
        let plans = self
            .plans
            .get_or_init(|| collections.iter().map(plan).collect());
        let waits = |plan: &Plan| plan.kind == Some(Kind::Claim);
        plans.iter().map(waits).collect()
    }
}

impl Visitor for ClaimInspector<'_, '_> {
    fn begin<'v>(
        &'v self,
        manifest: &'v Manifest,
        collections: &'v [Collection],
    ) -> Box<dyn RecordVisitor + 'v> {
        self.inspector
            .worker(manifest, collections, Some(self.others))
    }
}

/// The bodies of what was kept of kinds that rules know, in the order of the records, to be opened when
/// they are asked for.
pub(crate) fn closed<'r>(
    kept: &'r [Batch],
    plans: &[Plan],
    again: Option<&'r Again<'r>>,
) -> Vec<Closed<'r>> {
    let is_known = |batch: &&Batch| plans[batch.collection()].kind.is_some();
    let mut batches: Vec<_> = kept.iter().filter(is_known).collect();
    // The records of a batch follow one another.
    batches.sort_unstable_by_key(|batch| batch.first());
    let shelved: Vec<_> = batches.into_iter().flat_map(Batch::shelved).collect();
    let closed = shelved.par_iter();
    let closed: Vec<_> = closed.map(|&place| Closed::new(place, again)).collect();
    debug_assert!(closed.is_sorted_by_key(Closed::key));
    closed
}

/// The same as rules see them.
pub(crate) fn heads<'r>(
    closed: &'r [Closed<'r>],
    plans: &'r [Plan],
    dataset: &'r Dataset,
) -> Vec<Head<'r>> {
    let collections = dataset.collections();
    let heads = closed.par_iter().map(|closed| Head {
        id: closed.id(),
        key: closed.key(),
        collection: &collections[closed.collection()],
        manifest: dataset.manifest(),
        plan: &plans[closed.collection()],
        known: closed.known(),
        body: Body::Closed(closed),
    });
    heads.collect()
}

struct Worker<'v, 'r> {
    inspector: &'v Inspector<'v>,
    manifest: &'v Manifest,
    plans: &'v [Plan],
    /// The records that are no claims, when all of them have been seen.
    others: Option<&'v Records<'r>>,
    routes: Vec<Route>,
    /// For each collection, what nothing has exercised yet; empty where no rule asks.
    pending: Vec<Pending>,
    seen: Seen,
}

/// Records with what is noted of them.
fn opened<'t>(
    visited: &[Visited<'t>],
    manifest: &Manifest,
    plan: &Plan,
) -> (Vec<Opened<'t>>, Vec<Known>) {
    let opened = visited.iter().map(|one| Opened::new(one.key, one.tree));
    let language = manifest.language();
    let known = visited
        .iter()
        .map(|one| Known::of(one.tree.root(), language, plan));
    (opened.collect(), known.collect())
}

/// The records as rules see them.
fn shown<'h>(
    visited: &'h [Visited<'h>],
    opened: &'h [Opened<'h>],
    known: &'h [Known],
    manifest: &'h Manifest,
    plan: &'h Plan,
) -> Vec<Head<'h>> {
    let heads = visited.iter().zip(opened.iter().zip(known));
    let heads = heads.map(|(one, (opened, known))| Head {
        id: one.id,
        key: one.key,
        collection: one.collection,
        manifest,
        plan,
        known,
        body: Body::Open(opened),
    });
    heads.collect()
}

impl RecordVisitor for Worker<'_, '_> {
    fn visit(&mut self, visited: &[Visited<'_>], diagnostics: &mut Vec<Diagnostic>) {
        let Some(position) = visited.first().map(|first| first.collection.position()) else {
            return;
        };
        let Some(plan) = self.plans.get(position) else {
            return;
        };
        self.seen.count += visited.len();
        if let Some(pending) = self.pending.get_mut(position) {
            for one in visited {
                pending.look(one.tree.root(), &mut self.seen.exercised[position]);
            }
        }
        let (opened, known) = opened(visited, self.manifest, plan);
        let heads = shown(visited, &opened, &known, self.manifest, plan);
        let group = Group::new(visited, &heads, plan);
        let route = &self.routes[position];
        let inspector = self.inspector;
        group.look(route, inspector.clock, &mut self.seen, diagnostics);
        for &number in &route.of_each {
            self.seen
                .look_at_each(group.asked(number), number, inspector);
        }
        if let Some(others) = self.others.filter(|_| !route.of_others.is_empty()) {
            let claims: Vec<_> = heads.iter().map(|head| Claim(Record(head))).collect();
            others.look_up(&claims);
            for &number in &route.of_others {
                let claims = group.asked(number);
                self.seen.look_at_others(claims, others, number, inspector);
            }
        }
        if route.is_kept {
            let batch = match (self.others, inspector.keep) {
                // Claims are looked at now; a few of them will be again.
                (Some(_), Keep::Notes) => Batch::of_notes(position, &heads, &inspector.hasher),
                (Some(_), Keep::Texts) => Batch::of_texts(position, &heads),
                (None, _) => Batch::of_trees(position, &heads),
            };
            self.seen.kept.push(batch);
        }
    }

    fn visit_broken(&mut self, visited: &[Visited<'_>], diagnostics: &mut Vec<Diagnostic>) {
        let Some(collection) = visited.first().map(|first| first.collection) else {
            return;
        };
        let position = collection.position();
        // Without a schema, nobody knows the order of members.
        let is_asked = self.inspector.forms_of_all && collection.schema().is_some();
        let Some(plan) = self.plans.get(position).filter(|_| is_asked) else {
            return;
        };
        self.seen.formal += visited.len();
        let (opened, known) = opened(visited, self.manifest, plan);
        let heads = shown(visited, &opened, &known, self.manifest, plan);
        let group = Group::new(visited, &heads, plan);
        let numbers = &self.routes[position].of_form;
        group.run(numbers, self.inspector.clock, &mut self.seen, diagnostics);
    }

    fn end(&mut self) {
        let seen = std::mem::take(&mut self.seen);
        let all = self.inspector.seen.lock();
        all.expect("no worker panics bringing home what it saw")
            .add(seen);
    }
}

/// All places of the records of a collection.
fn pending(collection: &Collection) -> Pending {
    let table = collection.schema().map(Schema::fields);
    table.map(Pending::of).unwrap_or_default()
}
