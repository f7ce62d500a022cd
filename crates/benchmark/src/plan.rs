//! What a dataset will hold, decided before anything is written: how many records of each
//! collection, and which of them are faulty.
//!
//! The id of a record follows from its collection and number, so a reference can be written
//! without a table of what exists.

use crate::collection::{COLLECTIONS, Collection};
use crate::fault::{FAULTS, Fault};
use crate::random::Random;
use crate::record::is_deprecated;
use crate::words;

/// What to generate.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// How many records in all, at least [`SMALLEST`].
    pub records: usize,
    /// Which share of the records is faulty, from 0 to 1.
    pub fault_share: f64,
    /// The same seed gives the same dataset.
    pub seed: u64,
}

/// The smallest dataset in which every collection has what the others refer to.
pub const SMALLEST: usize = 100;

/// As many records at the head of each collection are always sound, so that there is something
/// to refer to.
const SOUND_HEAD: usize = 3;

/// Every third agent is a person, so that reviewers are found by their number.
pub(crate) const PERSONS: (usize, usize) = (1, 3);

/// A dataset that could be written.
pub(crate) struct Plan {
    seed: u64,
    counts: [usize; COLLECTIONS.len()],
    /// By collection, sorted by number.
    faults: [Vec<(usize, Fault)>; COLLECTIONS.len()],
}

impl Plan {
    /// Decides on everything but the content of the records.
    pub(crate) fn new(order: &Order) -> Self {
        assert!(
            order.records >= SMALLEST,
            "promised: at least {SMALLEST} records"
        );
        let mut counts = COLLECTIONS.map(|collection| match collection {
            Collection::Claims => 0,
            _ => (order.records * collection.per_mille() / 1000).max(SOUND_HEAD),
        });
        counts[Collection::Claims.place()] = order.records - counts.iter().sum::<usize>();
        let faults = place_faults(order, &counts);
        Self {
            seed: order.seed,
            counts,
            faults,
        }
    }

    /// How many records a collection has.
    pub(crate) fn count(&self, collection: Collection) -> usize {
        self.counts[collection.place()]
    }

    /// The fault of a record, if it has one.
    pub(crate) fn fault(&self, collection: Collection, number: usize) -> Option<Fault> {
        let faults = &self.faults[collection.place()];
        let place = faults
            .binary_search_by_key(&number, |&(number, _)| number)
            .ok()?;
        Some(faults[place].1)
    }

    /// How many records have each fault.
    pub(crate) fn fault_counts(&self) -> Vec<(Fault, usize)> {
        let count = |fault| {
            self.faults
                .iter()
                .flatten()
                .filter(|&&(_, one)| one == fault)
                .count()
        };
        FAULTS.iter().map(|&fault| (fault, count(fault))).collect()
    }

    /// The stream of random numbers that belongs to a record.
    pub(crate) fn random(&self, collection: Collection, number: usize) -> Random {
        Random::of(&[self.seed, collection.place() as u64, number as u64])
    }

    /// The name of a record for people, in lower case.
    pub(crate) fn label(&self, collection: Collection, number: usize) -> String {
        let words = words::name(collection, &mut self.name_random(collection, number));
        format!("{words} {number}")
    }

    /// The id of a record.
    pub(crate) fn id(&self, collection: Collection, number: usize) -> String {
        let words = words::name(collection, &mut self.name_random(collection, number));
        let mut id = String::with_capacity(words.len() + 12);
        id.push_str(collection.prefix());
        id.push('-');
        id.extend(words.chars().map(|c| {
            if c == ' ' {
                '-'
            } else {
                c.to_ascii_lowercase()
            }
        }));
        id.push('-');
        id.push_str(&number.to_string());
        id
    }

    /// The number of a sound record.
    pub(crate) fn any(&self, random: &mut Random, collection: Collection) -> usize {
        self.any_below(random, collection, self.count(collection))
    }

    /// The number of a sound record below `bound`, which must not be zero.
    pub(crate) fn any_below(
        &self,
        random: &mut Random,
        collection: Collection,
        bound: usize,
    ) -> usize {
        self.sound_at_or_below(collection, random.below(bound))
    }

    /// The number itself, or the next one below that is of a sound record.
    pub(crate) fn sound_at_or_below(&self, collection: Collection, mut number: usize) -> usize {
        while self.fault(collection, number).is_some() || is_deprecated(collection, number) {
            number -= 1;
        }
        number
    }

    /// The id of a sound record.
    pub(crate) fn any_id(&self, random: &mut Random, collection: Collection) -> String {
        let number = self.any(random, collection);
        self.id(collection, number)
    }

    /// The ids of one or more sound records, each once.
    pub(crate) fn any_ids(
        &self,
        random: &mut Random,
        collection: Collection,
        at_most: usize,
    ) -> Vec<String> {
        let numbers = self.any_numbers(random, collection, at_most);
        let ids = numbers
            .into_iter()
            .map(|number| self.id(collection, number));
        ids.collect()
    }

    /// The numbers of one or more sound records, each once.
    pub(crate) fn any_numbers(
        &self,
        random: &mut Random,
        collection: Collection,
        at_most: usize,
    ) -> Vec<usize> {
        let mut numbers = Vec::with_capacity(at_most);
        for _ in 0..at_most {
            let number = self.any(random, collection);
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        numbers
    }

    /// The number of a sound record that leaves `rest` when divided by `every`: what a record is
    /// follows from its number, so that those of a kind are found. `rest` is one of the sound head.
    pub(crate) fn any_of_kind(
        &self,
        random: &mut Random,
        collection: Collection,
        (rest, every): (usize, usize),
    ) -> usize {
        assert!(rest < SOUND_HEAD, "promised: the kind has a sound record");
        let kin = (self.count(collection) - rest).div_ceil(every);
        let mut number = random.below(kin) * every + rest;
        while self.fault(collection, number).is_some() || is_deprecated(collection, number) {
            number -= every;
        }
        number
    }

    /// The number of a sound agent that is a person.
    pub(crate) fn any_person(&self, random: &mut Random) -> usize {
        self.any_of_kind(random, Collection::Agents, PERSONS)
    }

    /// The stream for what other records ask about a record.
    pub(crate) fn open_random(&self, collection: Collection, number: usize) -> Random {
        Random::of(&[self.seed, 200 + collection.place() as u64, number as u64])
    }

    fn name_random(&self, collection: Collection, number: usize) -> Random {
        Random::of(&[self.seed, 100 + collection.place() as u64, number as u64])
    }
}

/// Spreads the faults evenly over the records, one somewhere in each stretch of the same length,
/// and deals out their kinds evenly too.
fn place_faults(
    order: &Order,
    counts: &[usize; COLLECTIONS.len()],
) -> [Vec<(usize, Fault)>; COLLECTIONS.len()] {
    let candidates = order.records - SOUND_HEAD * COLLECTIONS.len();
    // The share is between 0 and 1, so the product is a count.
    #[allow(clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let wanted = (order.fault_share * order.records as f64).round() as usize;
    let total = wanted.min(candidates);
    let mut random = Random::of(&[order.seed, u64::MAX]);

    let start = |ordinal: usize| (ordinal as u128 * candidates as u128 / total as u128) as usize;
    let mut places: Vec<(Collection, usize)> = Vec::with_capacity(total);
    for ordinal in 0..total {
        let stretch = start(ordinal + 1) - start(ordinal);
        places.push(located(start(ordinal) + random.below(stretch), counts));
    }

    let mut left: Vec<usize> = (0..FAULTS.len())
        .map(|kind| (total + FAULTS.len() - 1 - kind) / FAULTS.len())
        .collect();
    let mut kinds: Vec<Option<Fault>> = vec![None; total];
    let mut next = 0;
    // Records that can't have every fault choose first.
    for choosy in [true, false] {
        for (kind, &(collection, _)) in kinds.iter_mut().zip(&places) {
            if FAULTS.iter().all(|fault| fault.is_possible_in(collection)) == choosy {
                continue;
            }
            let fits = |kind: &usize| left[*kind] > 0 && FAULTS[*kind].is_possible_in(collection);
            let turns = (0..FAULTS.len()).map(|turn| (next + turn) % FAULTS.len());
            let Some(chosen) = turns.clone().find(fits).or_else(|| {
                turns
                    .clone()
                    .find(|&kind| FAULTS[kind].is_possible_in(collection))
            }) else {
                unreachable!("promised: some fault is possible in every collection");
            };
            left[chosen] = left[chosen].saturating_sub(1);
            next = chosen + 1;
            *kind = Some(FAULTS[chosen]);
        }
    }

    let mut faults: [Vec<(usize, Fault)>; COLLECTIONS.len()] = Default::default();
    for (kind, (collection, number)) in kinds.into_iter().zip(places) {
        faults[collection.place()].extend(kind.map(|kind| (number, kind)));
    }
    faults
}

/// The record that is this far from the start when the sound heads are left out.
fn located(mut offset: usize, counts: &[usize; COLLECTIONS.len()]) -> (Collection, usize) {
    for collection in COLLECTIONS {
        let candidates = counts[collection.place()] - SOUND_HEAD;
        if offset < candidates {
            return (collection, SOUND_HEAD + offset);
        }
        offset -= candidates;
    }
    unreachable!("promised: the offset is below the number of candidates");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(records: usize, fault_share: f64) -> Plan {
        Plan::new(&Order {
            records,
            fault_share,
            seed: 7,
        })
    }

    #[test]
    fn counts_add_up() {
        for records in [SMALLEST, 101, 2000, 99_999] {
            let plan = plan(records, 0.0);
            assert_eq!(
                COLLECTIONS.iter().map(|&c| plan.count(c)).sum::<usize>(),
                records
            );
            assert!(COLLECTIONS.iter().all(|&c| plan.count(c) >= SOUND_HEAD));
        }
    }

    #[test]
    fn faults_are_as_many_as_asked_for_and_spread_evenly() {
        for (records, share, total) in [(2000, 0.0, 0), (2000, 0.01, 20), (10_000, 0.11, 1100)] {
            let counts = plan(records, share).fault_counts();
            assert_eq!(counts.iter().map(|&(_, count)| count).sum::<usize>(), total);
            let least = counts.iter().map(|&(_, count)| count).min().unwrap();
            let most = counts.iter().map(|&(_, count)| count).max().unwrap();
            assert!(most - least <= 1, "{counts:?}");
        }
    }

    #[test]
    fn heads_stay_sound_even_if_everything_else_is_faulty() {
        let plan = plan(500, 1.0);
        for collection in COLLECTIONS {
            for number in 0..plan.count(collection) {
                assert_eq!(
                    plan.fault(collection, number).is_none(),
                    number < SOUND_HEAD
                );
            }
        }
    }
}
