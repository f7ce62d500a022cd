//! The rules of single records, on some records at a time.

use std::cell::OnceCell;

use treatise_dataset::Visited;
use treatise_report::{Diagnostic, Place};

use super::Seen;
use crate::check::Check;
use crate::finding::{Found, Site, Spot, Whereabouts};
use crate::plan::Plan;
use crate::registry::LINTS;
use crate::route::Route;
use crate::timing::Clock;
use crate::view::{Agent, Claim, Entity, Head, Issue, Record, Source, Term};

/// Records of one collection at which one rule after the other looks.
pub(super) struct Group<'g> {
    visited: &'g [Visited<'g>],
    heads: &'g [Head<'g>],
    plan: &'g Plan,
    /// For each record, where it stands; made where something is found.
    sites: Vec<OnceCell<Site<'g>>>,
}

impl<'g> Group<'g> {
    pub(super) fn new(visited: &'g [Visited<'g>], heads: &'g [Head<'g>], plan: &'g Plan) -> Self {
        Self {
            visited,
            heads,
            plan,
            sites: visited.iter().map(|_| OnceCell::new()).collect(),
        }
    }

    /// The records in which a rule is looked for.
    pub(super) fn asked(&self, number: usize) -> impl Iterator<Item = Record<'g>> {
        let is_everywhere = self.plan.looks_everywhere_for(number);
        let both = self.visited.iter().zip(self.heads);
        let asked = both
            .filter(move |(one, _)| is_everywhere || self.plan.weight(number, one.path).is_some());
        asked.map(|(_, head)| Record(head))
    }

    /// The diagnostics for what a rule has found in the records.
    fn conclude(&self, number: usize, found: Found) -> impl Iterator<Item = Diagnostic> {
        let findings = found.0.into_iter();
        findings.filter_map(move |finding| {
            let Whereabouts::At(part) = finding.place.clone() else {
                return None;
            };
            let mut visited = self.visited.iter();
            let at = visited.position(|one| one.key == part.spot.record)?;
            let one = &self.visited[at];
            let site = self.sites[at]
                .get_or_init(|| Site::new(one.tree, one.origin, one.id, &self.plan.shape));
            let here = |spot: Spot| -> Option<Place> {
                (spot.record == one.key).then(|| site.place(spot.span))
            };
            let weight = self.plan.weight(number, one.path)?;
            Some(site.conclude(part, finding, LINTS[number].rule, weight, here))
        })
    }

    /// Runs the rules that look at one record.
    pub(super) fn look(
        &self,
        route: &Route,
        clock: Option<Clock<'_>>,
        seen: &mut Seen,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        self.run(&route.of_records, clock, seen, diagnostics);
        let citations = self.heads.iter().flat_map(|head| Record(head).citations());
        let of_passages = citations.filter(|citation| citation.passage().is_some());
        seen.passages += of_passages.count() as u64;
    }

    /// Runs some of them.
    pub(super) fn run(
        &self,
        numbers: &[usize],
        clock: Option<Clock<'_>>,
        seen: &mut Seen,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        for &number in numbers {
            let mut found = Found::default();
            seen.timings.measure(clock, number, || {
                let check = LINTS[number].check;
                look_at_all(self.asked(number), check, &mut found);
            });
            diagnostics.extend(self.conclude(number, found));
        }
    }
}

/// Runs a rule that looks at one record at a time. What it looks at is asked once for all of them.
fn look_at_all<'g>(records: impl Iterator<Item = Record<'g>>, check: Check, found: &mut Found) {
    match check {
        Check::Record(check) | Check::Form(check) => {
            records.for_each(|record| check(record, found));
        }
        Check::Prose(check) => {
            let prose = records.flat_map(Record::prose);
            prose.for_each(|prose| check(prose, found));
        }
        Check::Citation(check) => {
            let citations = records.flat_map(Record::citations);
            citations.for_each(|citation| check(citation, found));
        }
        Check::Claim(check) => records.for_each(|record| check(Claim(record), found)),
        Check::Source(check) => records.for_each(|record| check(Source(record), found)),
        Check::Term(check) => records.for_each(|record| check(Term(record), found)),
        Check::Entity(check) => records.for_each(|record| check(Entity(record), found)),
        Check::Issue(check) => records.for_each(|record| check(Issue(record), found)),
        Check::Agent(check) => records.for_each(|record| check(Agent(record), found)),
        Check::EachClaim(_)
        | Check::EachRecord(_)
        | Check::Marked(..)
        | Check::MarkedAmong(..)
        | Check::Alike(..)
        | Check::Dataset(_)
        | Check::Documents(_)
        | Check::Change(_)
        | Check::Notices(_)
        | Check::Schemas(_)
        | Check::Exercise(_) => {}
    }
}
