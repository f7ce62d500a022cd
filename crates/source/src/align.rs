//! How one sequence becomes another, found within bounds.

use std::hash::Hash;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Most comparisons for one pair of sequences: well below a second.
const MOST_STEPS: usize = 100_000_000;

/// How one sequence becomes another, with as little change as can be.
///
/// To find that takes quadratic time. Of long sequences with much between the first and the last
/// difference, items at the same place are compared there where there are as many of them as before, and
/// else all of that counts as replaced.
pub fn align<T: Hash + Ord>(old: &[T], new: &[T]) -> Vec<DiffOp> {
    let head = count_equal(old.iter().zip(new));
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail = count_equal(old_rest.iter().rev().zip(new_rest.iter().rev()));
    let (old_rest, new_rest) = (
        &old_rest[..old_rest.len() - tail],
        &new_rest[..new_rest.len() - tail],
    );
    if old_rest.len().saturating_mul(new_rest.len()) <= MOST_STEPS {
        return capture_diff_slices(Algorithm::Myers, old, new);
    }
    let mut steps = vec![equal(0, 0, head)];
    if old_rest.len() == new_rest.len() {
        let pairs: Vec<_> = old_rest.iter().zip(new_rest).collect();
        let mut at = head;
        for run in pairs.chunk_by(|one, other| (one.0 == one.1) == (other.0 == other.1)) {
            let is_equal = run.iter().all(|(before, after)| before == after);
            steps.push(match is_equal {
                true => equal(at, at, run.len()),
                false => replaced(at, run.len(), run.len()),
            });
            at += run.len();
        }
    } else {
        steps.push(replaced(head, old_rest.len(), new_rest.len()));
    }
    steps.push(equal(old.len() - tail, new.len() - tail, tail));
    steps.retain(|step| !step.old_range().is_empty());
    steps
}

fn count_equal<'t, T: Eq + 't>(mut pairs: impl Iterator<Item = (&'t T, &'t T)>) -> usize {
    let mut count = 0;
    while pairs.next().is_some_and(|(one, other)| one == other) {
        count += 1;
    }
    count
}

fn equal(old_index: usize, new_index: usize, len: usize) -> DiffOp {
    DiffOp::Equal {
        old_index,
        new_index,
        len,
    }
}

fn replaced(index: usize, old_len: usize, new_len: usize) -> DiffOp {
    DiffOp::Replace {
        old_index: index,
        old_len,
        new_index: index,
        new_len,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the steps make of the older sequence.
    fn applied(old: &[usize], new: &[usize]) -> Vec<usize> {
        let steps = align(old, new);
        let parts = steps.iter().flat_map(|step| match step {
            DiffOp::Equal { .. } => &old[step.old_range()],
            _ => &new[step.new_range()],
        });
        parts.copied().collect()
    }

    #[test]
    fn little_changes_where_that_is_soon_found() {
        let (old, new) = ([1, 2, 3, 4, 5, 6], [1, 3, 4, 9, 6, 7]);
        assert_eq!(applied(&old, &new), new);
        let kept = align(&old, &new).into_iter();
        let kept = kept.filter(|step| matches!(step, DiffOp::Equal { .. }));
        assert_eq!(kept.map(|step| step.old_range().len()).sum::<usize>(), 4);
    }

    #[test]
    fn long_sequences_are_replaced_between_what_is_the_same() {
        let count = 20_000;
        let old: Vec<_> = (0..count).collect();
        // One more in the middle, and all others there are different ones.
        let new = |number: usize| match number {
            0..10 | 19_995.. => vec![number],
            10_000 => vec![1, 1],
            _ => vec![number + count],
        };
        let new: Vec<_> = (0..count).flat_map(new).collect();
        assert_eq!(applied(&old, &new), new);
        assert_eq!(applied(&new, &old), old);
        let steps = align(&old, &new);
        let lengths: Vec<_> = steps.iter().map(|step| step.old_range().len()).collect();
        assert_eq!(lengths, [10, count - 15, 5]);
        assert_eq!(applied(&old, &[]), []);
    }

    #[test]
    fn of_as_many_items_those_at_the_same_place_are_compared() {
        let old: Vec<_> = (0..20_000).collect();
        let new: Vec<_> = old.iter().map(|number| number + number % 2).collect();
        assert_eq!(applied(&old, &new), new);
        let kept = align(&old, &new).into_iter();
        let kept = kept.filter(|step| matches!(step, DiffOp::Equal { .. }));
        assert_eq!(kept.count(), 10_000);
    }
}
