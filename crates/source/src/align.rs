//! How one sequence becomes another, found within bounds.

use std::collections::HashMap;
use std::hash::Hash;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Most comparisons for one pair of sequences: well below a second.
const MOST_STEPS: usize = 100_000_000;

/// How one sequence becomes another, with as little change as can be.
///
/// To find that takes quadratic time. Long sequences are cut where both have an item that each of them has
/// once, as Bram Cohen's patience diff does, and a part that is still too long counts as replaced.
pub fn align<T: Hash + Ord>(old: &[T], new: &[T]) -> Vec<DiffOp> {
    let head = count_equal(old.iter().zip(new));
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail = count_equal(old_rest.iter().rev().zip(new_rest.iter().rev()));
    let old_rest = &old_rest[..old_rest.len() - tail];
    let new_rest = &new_rest[..new_rest.len() - tail];
    let mut steps = Vec::new();
    if cost(old_rest, new_rest) <= MOST_STEPS {
        for step in capture_diff_slices(Algorithm::Myers, old, new) {
            push(&mut steps, step);
        }
        return steps;
    }
    push(&mut steps, equal(head));
    let mut steps_left = MOST_STEPS;
    let (mut old_at, mut new_at) = (0, 0);
    let end = (old_rest.len(), new_rest.len());
    for (before, after) in anchors(old_rest, new_rest).into_iter().chain([end]) {
        let (old_part, new_part) = (&old_rest[old_at..before], &new_rest[new_at..after]);
        let within = match steps_left.checked_sub(cost(old_part, new_part)) {
            Some(left) => {
                steps_left = left;
                capture_diff_slices(Algorithm::Myers, old_part, new_part)
            }
            None => vec![DiffOp::Replace {
                old_index: 0,
                old_len: old_part.len(),
                new_index: 0,
                new_len: new_part.len(),
            }],
        };
        for step in within {
            push(&mut steps, step);
        }
        if (before, after) != end {
            push(&mut steps, equal(1));
        }
        (old_at, new_at) = (before + 1, after + 1);
    }
    push(&mut steps, equal(tail));
    steps
}

/// How many steps Myers' algorithm may take: as many as the longer sequence squared, since it goes on
/// until it has left out all that the other one lacks.
fn cost<T>(old: &[T], new: &[T]) -> usize {
    match old.is_empty() || new.is_empty() {
        true => 0,
        false => old.len().max(new.len()).saturating_pow(2),
    }
}

/// How many pairs are equal before the first one that is not.
fn count_equal<'t, T: Eq + 't>(mut pairs: impl Iterator<Item = (&'t T, &'t T)>) -> usize {
    let mut count = 0;
    while pairs.next().is_some_and(|(one, other)| one == other) {
        count += 1;
    }
    count
}

/// Where items are that each sequence has once: the longest run of them that has the same order in both.
fn anchors<T: Hash + Eq>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    // How often each sequence has an item, and where the newer one has it.
    let mut items: HashMap<&T, (usize, usize, usize)> = HashMap::new();
    for item in old {
        items.entry(item).or_default().0 += 1;
    }
    for (at, item) in new.iter().enumerate() {
        if let Some((_, count, place)) = items.get_mut(item) {
            *count += 1;
            *place = at;
        }
    }
    let common = old.iter().enumerate().filter_map(|(at, item)| {
        let &(once, once_too, place) = items.get(item)?;
        (once == 1 && once_too == 1).then_some((at, place))
    });
    let common: Vec<_> = common.collect();
    // For each length, the run of that length that ends first, by its last pair; and for each pair, the
    // one before it in its run.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(common.len());
    for (pair, &(_, place)) in common.iter().enumerate() {
        let shorter = ends.partition_point(|&end| common[end].1 < place);
        before.push(shorter.checked_sub(1).map(|last| ends[last]));
        match ends.get_mut(shorter) {
            Some(end) => *end = pair,
            None => ends.push(pair),
        }
    }
    let last = ends.last().copied();
    let run = std::iter::successors(last, |&pair| before[pair]);
    let mut run: Vec<_> = run.map(|pair| common[pair]).collect();
    run.reverse();
    run
}

fn equal(len: usize) -> DiffOp {
    DiffOp::Equal {
        old_index: 0,
        new_index: 0,
        len,
    }
}

/// Adds a step behind the last one, or to it where both keep items; nothing where it is about nothing.
/// Only how long a step is counts: it is one of a part, and where `similar` says that it starts is off
/// where it has moved insertions along equal items.
fn push(steps: &mut Vec<DiffOp>, step: DiffOp) {
    let (old_len, new_len) = (step.old_range().len(), step.new_range().len());
    let last = steps.last_mut();
    let (old_index, new_index) = match &last {
        Some(last) => (last.old_range().end, last.new_range().end),
        None => (0, 0),
    };
    match (last, step) {
        (Some(DiffOp::Equal { len, .. }), DiffOp::Equal { len: more, .. }) => *len += more,
        _ if old_len + new_len == 0 => {}
        (_, DiffOp::Equal { len, .. }) => steps.push(DiffOp::Equal {
            old_index,
            new_index,
            len,
        }),
        (_, DiffOp::Delete { .. }) => steps.push(DiffOp::Delete {
            old_index,
            old_len,
            new_index,
        }),
        (_, DiffOp::Insert { .. }) => steps.push(DiffOp::Insert {
            old_index,
            new_index,
            new_len,
        }),
        (_, DiffOp::Replace { .. }) => steps.push(DiffOp::Replace {
            old_index,
            old_len,
            new_index,
            new_len,
        }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the steps make of the older sequence; they have to go through both of them.
    fn applied(old: &[usize], new: &[usize]) -> Vec<usize> {
        let (mut old_at, mut new_at) = (0, 0);
        let mut made = Vec::new();
        for step in align(old, new) {
            assert_eq!(
                (step.old_range().start, step.new_range().start),
                (old_at, new_at)
            );
            (old_at, new_at) = (step.old_range().end, step.new_range().end);
            made.extend_from_slice(match step {
                DiffOp::Equal { .. } => &old[step.old_range()],
                _ => &new[step.new_range()],
            });
        }
        assert_eq!((old_at, new_at), (old.len(), new.len()));
        made
    }

    fn kept(old: &[usize], new: &[usize]) -> Vec<usize> {
        let steps = align(old, new).into_iter();
        let kept = steps.filter(|step| matches!(step, DiffOp::Equal { .. }));
        kept.map(|step| step.old_range().len()).collect()
    }

    #[test]
    fn all_short_sequences_become_one_another() {
        let mut all: Vec<Vec<usize>> = vec![Vec::new()];
        for length in 0..4 {
            let shorter: Vec<_> = all
                .iter()
                .filter(|one| one.len() == length)
                .cloned()
                .collect();
            all.extend(
                shorter
                    .iter()
                    .flat_map(|one| (0..3).map(|last| one.iter().copied().chain([last]).collect())),
            );
        }
        for old in &all {
            for new in &all {
                assert_eq!(&applied(old, new), new, "{old:?}");
            }
        }
    }

    const MANY: usize = 20_000;

    #[test]
    fn little_changes_where_that_is_soon_found() {
        let (old, new) = ([1, 2, 3, 4, 5, 6], [1, 3, 4, 9, 6, 7]);
        assert_eq!(applied(&old, &new), new);
        assert_eq!(kept(&old, &new).iter().sum::<usize>(), 4);
    }

    #[test]
    fn a_long_sequence_and_a_short_one_take_no_longer() {
        let many = vec![1; 10 * MANY];
        assert_eq!(applied(&[2, 1, 3], &many), many);
        assert_eq!(applied(&many, &[2, 1, 3]), [2, 1, 3]);
        let mut with_more = vec![1; 5 * MANY];
        with_more.push(2);
        with_more.extend_from_slice(&many);
        assert_eq!(kept(&[3, 2, 4], &with_more), [1]);
    }

    #[test]
    fn little_changes_in_long_sequences_too() {
        let old: Vec<_> = (0..MANY).collect();
        let mut new = old.clone();
        new.insert(10, MANY);
        new[MANY / 2] = MANY + 1;
        new.remove(MANY - 10);
        assert_eq!(applied(&old, &new), new);
        assert_eq!(kept(&old, &new), [10, MANY / 2 - 11, MANY / 2 - 11, 10]);
    }

    #[test]
    fn what_is_too_long_is_replaced_between_what_is_the_same() {
        let old: Vec<_> = (0..MANY).collect();
        let is_kept = |number: usize| !(10..MANY - 5).contains(&number);
        let new = old.iter().map(|&number| match is_kept(number) {
            true => number,
            false => number + MANY,
        });
        let mut new: Vec<_> = new.collect();
        new.insert(MANY / 2, 1);
        assert_eq!(applied(&old, &new), new);
        assert_eq!(applied(&new, &old), old);
        assert_eq!(kept(&old, &new), [10, 5]);
        assert_eq!(applied(&old, &[]), [0_usize; 0]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn long_sequences_become_one_another(
            old in prop::collection::vec(0_usize..15_000, 10_000..12_000),
            new in prop::collection::vec(0_usize..15_000, 10_000..12_000),
        ) {
            prop_assert_eq!(applied(&old, &new), new);
        }
    }
}
