//! A table by hashes, made once and asked often.

use rayon::prelude::*;

/// Entries by their hashes. To look something up is to wait for memory, so that what is found lies in one
/// place and takes no more room than it must: in the order of the hashes, whose first bits say about
/// where.
#[derive(Debug)]
pub(crate) struct Directory<E> {
    all: Vec<E>,
    /// For each value of the first bits, where the entries begin whose hashes have it; and the end.
    starts: Vec<u32>,
    /// By how much a hash is shifted to leave its first bits.
    shift: u32,
}

impl<E: Send> Directory<E> {
    /// That of some entries with their hashes; of those with the same hash, the first ones stay, in their
    /// order, so many at `most`.
    pub(crate) fn new(mut all: Vec<(u64, E)>, most: usize) -> Self {
        all.par_sort_by_key(|(hash, _)| *hash);
        let (mut before, mut count) = (None, 0);
        all.retain(|(hash, _)| {
            count = match before.replace(*hash) {
                Some(before) if before == *hash => count + 1,
                _ => 1,
            };
            count <= most
        });
        // One place for one or two entries.
        let bits = all.len().max(2).ilog2();
        let shift = u64::BITS - bits;
        let mut starts = vec![0; (1 << bits) + 1];
        for (hash, _) in &all {
            starts[(hash >> shift) as usize + 1] += 1;
        }
        let mut start = 0;
        for count in &mut starts {
            start += *count;
            *count = start;
        }
        let all = all.into_iter().map(|(_, entry)| entry).collect();
        Self { all, starts, shift }
    }

    /// Where the entries are that have this hash, and maybe one or two others: an entry has to say itself
    /// whether it is meant. Whoever looks up several waits once for all of these places, and then once for
    /// all that is there.
    pub(crate) fn range(&self, hash: u64) -> [u32; 2] {
        let place = (hash >> self.shift) as usize;
        [self.starts[place], self.starts[place + 1]]
    }

    /// The entries of a range.
    pub(crate) fn within(&self, [start, end]: [u32; 2]) -> &[E] {
        &self.all[start as usize..end as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_near_their_hashes_in_their_order() {
        let hash_of = |number: u64| (number / 2).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for count in [0, 1, 2, 3, 1000] {
            let entries = (0..count).map(|number| (hash_of(number), number));
            let directory = Directory::new(entries.collect(), 2);
            for number in 0..count {
                let near = directory.within(directory.range(hash_of(number)));
                let same: Vec<_> = near.iter().filter(|near| *near / 2 == number / 2).collect();
                assert!(
                    same.contains(&&number) && same.is_sorted(),
                    "{count} {number}"
                );
            }
            assert!(directory.within(directory.range(u64::MAX)).len() <= count as usize);
            let entries = (0..count).map(|number| (hash_of(number), number));
            let of_firsts = Directory::new(entries.collect(), 1);
            for number in 0..count {
                let mut near = of_firsts.within(of_firsts.range(hash_of(number))).iter();
                let same = near.find(|near| *near / 2 == number / 2);
                assert_eq!(same, Some(&(number / 2 * 2)), "{count} {number}");
            }
        }
    }
}
