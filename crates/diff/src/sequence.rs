//! How one sequence becomes another, found within bounds.

use std::hash::Hash;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Most comparisons for one pair of sequences: well below a second.
const MOST_STEPS: usize = 100_000_000;

/// How one sequence becomes another, with as little change as can be. To find that takes quadratic time: of
/// long ones with much between the first and the last difference, all of that counts as replaced.
pub(crate) fn steps<T: Hash + Ord>(old: &[T], new: &[T]) -> Vec<DiffOp> {
    let mut both = old.iter().zip(new);
    let head = both.position(|(one, other)| one != other);
    let head = head.unwrap_or(old.len().min(new.len()));
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let mut both = old_rest.iter().rev().zip(new_rest.iter().rev());
    let tail = both.position(|(one, other)| one != other);
    let tail = tail.unwrap_or(old_rest.len().min(new_rest.len()));
    let (old_len, new_len) = (old_rest.len() - tail, new_rest.len() - tail);
    if old_len.saturating_mul(new_len) <= MOST_STEPS {
        return capture_diff_slices(Algorithm::Myers, old, new);
    }
    let equal = |old_index: usize, new_index: usize, len: usize| DiffOp::Equal {
        old_index,
        new_index,
        len,
    };
    let replaced = DiffOp::Replace {
        old_index: head,
        old_len,
        new_index: head,
        new_len,
    };
    let steps = [
        equal(0, 0, head),
        replaced,
        equal(old.len() - tail, new.len() - tail, tail),
    ];
    let is_any = |step: &DiffOp| !step.old_range().is_empty();
    steps.into_iter().filter(is_any).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the steps make of the older sequence.
    fn applied(old: &[usize], new: &[usize]) -> Vec<usize> {
        let steps = steps(old, new);
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
        let kept = steps(&old, &new).into_iter();
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
        let steps = steps(&old, &new);
        let lengths: Vec<_> = steps.iter().map(|step| step.old_range().len()).collect();
        assert_eq!(lengths, [10, count - 15, 5]);
        let (none, front) = (applied(&old, &[]), applied(&old, &new[..count]));
        assert_eq!((none, front), (Vec::new(), new[..count].to_vec()));
    }
}
