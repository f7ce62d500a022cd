//! What is seen of the records while they are read.

use treatise_dataset::RecordKey;

use super::Inspector;
use crate::alike::{Keys, Many, Shared};
use crate::check::Check;
use crate::exercise::Exercised;
use crate::finding::Found;
use crate::registry::LINTS;
use crate::timing::Timings;
use crate::view::{Batch, Claim, Record, Records};

/// What the workers bring home.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// In no order.
    pub(crate) kept: Vec<Batch>,
    /// How many records were looked at.
    pub(crate) count: usize,
    /// Of how many others only the form was looked at.
    pub(crate) formal: usize,
    pub(crate) timings: Timings,
    /// For each collection, what its records exercise; empty where no rule asks.
    pub(crate) exercised: Vec<Exercised>,
    /// What rules found that look from a record at others.
    pub(crate) found: Vec<(usize, Found)>,
    /// For each rule, the records that it marked, with its marks.
    pub(crate) marked: Vec<Vec<(RecordKey, u8)>>,
    /// For each rule, the keys of records.
    pub(crate) keys: Vec<Many<Shared>>,
    /// How many passages are cited by their hash.
    pub(crate) passages: u64,
}

impl Seen {
    pub(super) fn of_rules() -> Self {
        Self {
            marked: vec![Vec::new(); LINTS.len()],
            keys: LINTS.iter().map(|_| Many::default()).collect(),
            ..Self::default()
        }
    }

    /// Runs the part of a rule between records that looks at each of them alone.
    pub(super) fn look_at_each<'g>(
        &mut self,
        records: impl Iterator<Item = Record<'g>>,
        number: usize,
        inspector: &Inspector<'_>,
    ) {
        self.timings
            .measure(inspector.clock, number, || match LINTS[number].check {
                Check::Marked(mark, _) => {
                    let marked = records.map(|record| (record.key, mark(record)));
                    self.marked[number].extend(marked.filter(|&(_, mark)| mark != 0));
                }
                Check::Alike(keys, _) => {
                    let found = &mut self.keys[number];
                    for record in records {
                        keys(record, &mut Keys::new(&inspector.hasher, record.key, found));
                    }
                }
                _ => {}
            });
    }

    /// Runs a rule that looks from a record at others.
    pub(super) fn look_at_others<'g>(
        &mut self,
        records: impl Iterator<Item = Record<'g>>,
        others: &Records<'_>,
        number: usize,
        inspector: &Inspector<'_>,
    ) {
        let mut found = Found::default();
        let clock = inspector.clock;
        self.timings
            .measure(clock, number, || match LINTS[number].check {
                Check::EachClaim(check) => {
                    records.for_each(|record| check(Claim(record), others, &mut found));
                }
                Check::EachRecord(check) => {
                    records.for_each(|record| check(record, others, &mut found));
                }
                Check::MarkedAmong(mark, _) => {
                    let marked = records.map(|record| (record.key, mark(record, others)));
                    self.marked[number].extend(marked.filter(|&(_, mark)| mark != 0));
                }
                _ => {}
            });
        if !found.0.is_empty() {
            self.found.push((number, found));
        }
    }

    /// Adds what another worker has seen.
    pub(super) fn add(&mut self, other: Self) {
        self.kept.extend(other.kept);
        self.count += other.count;
        self.formal += other.formal;
        self.passages += other.passages;
        self.found.extend(other.found);
        for (all, own) in self.marked.iter_mut().zip(other.marked) {
            all.extend(own);
        }
        for (all, own) in self.keys.iter_mut().zip(other.keys) {
            all.add(own);
        }
        self.timings.add(&other.timings);
        if self.exercised.is_empty() {
            self.exercised
                .resize_with(other.exercised.len(), Exercised::default);
        }
        for (all, own) in self.exercised.iter_mut().zip(other.exercised) {
            all.add(own);
        }
    }
}
