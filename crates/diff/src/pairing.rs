//! Which item of the older version of an array is which of the newer one.
//!
//! What is equal is the same. What is not is matched by key, and where a key is missing or there
//! twice, nothing is matched: a guess could say that one drug became another.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The items of two versions, by position.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Pairing {
    /// The same item in both, in the order of the newer version.
    pub(crate) pairs: Vec<(usize, usize)>,
    /// Only in the older version.
    pub(crate) removed: Vec<usize>,
    /// Only in the newer version.
    pub(crate) added: Vec<usize>,
}

/// Items that can't be told apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Several items have this key.
    Repeated(String),
    /// An item has no key.
    Missing,
}

impl Pairing {
    /// Pairs what is equal, each item once.
    pub(crate) fn of_equals(old: &[String], new: &[String]) -> Self {
        let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (position, text) in old.iter().enumerate().rev() {
            places.entry(text).or_default().push(position);
        }
        let mut pairing = Self::default();
        for (position, text) in new.iter().enumerate() {
            match places.get_mut(text.as_str()).and_then(Vec::pop) {
                Some(before) => pairing.pairs.push((before, position)),
                None => pairing.added.push(position),
            }
        }
        pairing.removed = places.into_values().flatten().collect();
        pairing.removed.sort_unstable();
        pairing
    }

    /// Pairs what is left by key. Keys are those of all items, `None` where one has none.
    ///
    /// # Errors
    /// Items are left that can't be told apart.
    pub(crate) fn by_keys(
        &mut self,
        old: &[Option<String>],
        new: &[Option<String>],
    ) -> Result<(), Fault> {
        let (old_places, new_places) = (places(old), places(new));
        let all = [(&self.removed, old), (&self.added, new)];
        for (left, keys) in all {
            for &position in left {
                let key = keys[position].as_deref().ok_or(Fault::Missing)?;
                let is_repeated = |places: &BTreeMap<&str, Vec<usize>>| {
                    places.get(key).is_some_and(|places| places.len() > 1)
                };
                if is_repeated(&old_places) || is_repeated(&new_places) {
                    return Err(Fault::Repeated(key.to_owned()));
                }
            }
        }
        self.pair_alike(
            |before| old[before].clone(),
            |position| new[position].clone(),
        );
        Ok(())
    }

    /// Pairs what is left where one item of each version, and no other, has the same mark.
    pub(crate) fn pair_alike(
        &mut self,
        old: impl Fn(usize) -> Option<String>,
        new: impl Fn(usize) -> Option<String>,
    ) {
        let mut marks: BTreeMap<String, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for &before in &self.removed {
            if let Some(mark) = old(before) {
                marks.entry(mark).or_default().0.push(before);
            }
        }
        for &position in &self.added {
            if let Some(mark) = new(position) {
                marks.entry(mark).or_default().1.push(position);
            }
        }
        for (removed, added) in marks.into_values() {
            if let ([before], [position]) = (&removed[..], &added[..]) {
                self.pairs.push((*before, *position));
            }
        }
        let paired: (BTreeSet<_>, BTreeSet<_>) = self.pairs.iter().copied().unzip();
        self.removed.retain(|before| !paired.0.contains(before));
        self.added.retain(|position| !paired.1.contains(position));
        self.pairs.sort_unstable_by_key(|&(_, position)| position);
    }

    /// The pairs that moved: all but a longest run of those that kept their order, and of such runs
    /// the one that is least shifted. What is left in its place while others changed sides around
    /// it did not move.
    pub(crate) fn moved(&self) -> Vec<(usize, usize)> {
        let kept = self.kept();
        // A place counts among the pairs: what came and went around an item does not move it.
        let mut order: Vec<_> = self.pairs.iter().map(|&(before, _)| before).collect();
        order.sort_unstable();
        let pairs = self.pairs.iter().enumerate().zip(kept);
        pairs
            .filter(|&((rank, &(before, _)), is_kept)| !is_kept && order[rank] != before)
            .map(|((_, &pair), _)| pair)
            .collect()
    }

    /// Which pairs are in that run: the heaviest increasing subsequence.
    fn kept(&self) -> Vec<bool> {
        let mut best = Heaviest::new(self.pairs.iter().map(|&(before, _)| before));
        let mut back: Vec<Option<usize>> = Vec::with_capacity(self.pairs.len());
        for (at, &(before, position)) in self.pairs.iter().enumerate() {
            let (Weight(pairs, Reverse(shift)), last) = best.below(before);
            back.push(last);
            let shift = Reverse(shift + before.abs_diff(position));
            best.note(before, Weight(pairs + 1, shift), at);
        }
        let mut kept = vec![false; self.pairs.len()];
        let (_, mut at) = best.below(usize::MAX);
        while let Some(here) = at {
            kept[here] = true;
            at = back[here];
        }
        kept
    }
}

/// How many pairs are in a run, and how far these are shifted together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Weight(usize, Reverse<usize>);

impl Weight {
    const NONE: Self = Self(0, Reverse(0));
}

/// The heaviest run that ends below a position: a Fenwick tree over the positions.
struct Heaviest {
    /// Weights, each with where its run ends.
    nodes: Vec<(Weight, Option<usize>)>,
}

impl Heaviest {
    fn new(positions: impl Iterator<Item = usize>) -> Self {
        let size = positions.max().map_or(0, |last| last + 1);
        Self {
            nodes: vec![(Weight::NONE, None); size],
        }
    }

    fn below(&self, position: usize) -> (Weight, Option<usize>) {
        let mut end = position.min(self.nodes.len());
        let mut found = (Weight::NONE, None);
        while end > 0 {
            let node = self.nodes[end - 1];
            if node.0 > found.0 {
                found = node;
            }
            end &= end - 1;
        }
        found
    }

    fn note(&mut self, position: usize, weight: Weight, at: usize) {
        let mut end = position + 1;
        while let Some(node) = self.nodes.get_mut(end - 1) {
            if weight > node.0 {
                *node = (weight, Some(at));
            }
            end += end & end.wrapping_neg();
        }
    }
}

fn places(keys: &[Option<String>]) -> BTreeMap<&str, Vec<usize>> {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (position, key) in keys.iter().enumerate() {
        if let Some(key) = key {
            places.entry(key).or_default().push(position);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_move_is_one_move() {
        let pairing = Pairing::of_equals(&texts("a b c d e"), &texts("b c d e a"));
        assert_eq!(pairing.moved(), [(0, 4)]);
        let pairing = Pairing::of_equals(&texts("a b c"), &texts("a b c"));
        assert_eq!(pairing.moved(), []);
    }

    #[test]
    fn what_stays_in_its_place_does_not_move() {
        let moved = |old: &str, new: &str| Pairing::of_equals(&texts(old), &texts(new)).moved();
        assert_eq!(moved("a b c", "c b a"), [(2, 0), (0, 2)]);
        assert_eq!(moved("a b c d e", "e d c b a").len(), 4);
        // Here a longer run leaves it out.
        assert_eq!(moved("a b c d e", "d e c a b"), [(0, 3), (1, 4)]);
        assert_eq!(moved("x a b", "b a"), [(2, 0)]);
    }

    #[test]
    fn another_order_is_told_whatever_came_or_went() {
        let moved = |old: &str, new: &str| Pairing::of_equals(&texts(old), &texts(new)).moved();
        assert_eq!(moved("x y a b c", "b c a"), [(2, 2)]);
        assert_eq!(moved("b c a", "x y a b c"), [(2, 2)]);
        assert_eq!(moved("x a b", "a y b"), []);
    }

    #[test]
    fn runs_are_the_longest_that_there_are() {
        // All orders of up to six items, against trying each run.
        fn orders(rest: Vec<usize>, order: &mut Vec<usize>, use_it: &mut impl FnMut(&[usize])) {
            if rest.is_empty() {
                return use_it(order);
            }
            for at in 0..rest.len() {
                let mut rest = rest.clone();
                order.push(rest.remove(at));
                orders(rest, order, use_it);
                order.pop();
            }
        }
        orders((0..6).collect(), &mut Vec::new(), &mut |order| {
            let pairing = Pairing {
                pairs: order.iter().copied().zip(0..).collect(),
                ..Pairing::default()
            };
            let kept = pairing.kept();
            let run: Vec<_> = order.iter().zip(&kept).filter(|(_, kept)| **kept).collect();
            assert!(run.is_sorted(), "{order:?}");
            let longest = (0_u32..1 << order.len()).filter_map(|chosen| {
                let run = (0..order.len()).filter(|at| chosen >> at & 1 == 1);
                let run: Vec<_> = run.map(|at| order[at]).collect();
                run.is_sorted().then_some(run.len())
            });
            assert_eq!(Some(run.len()), longest.max(), "{order:?}");
        });
    }

    #[test]
    fn equal_items_are_paired_once_each() {
        let pairing = Pairing::of_equals(&texts("a a b"), &texts("a c a a"));
        assert_eq!(pairing.pairs, [(0, 0), (1, 2)]);
        assert_eq!(pairing.removed, [2]);
        assert_eq!(pairing.added, [1, 3]);
    }

    #[test]
    fn keys_that_are_there_twice_pair_nothing() {
        let keys = |text: &str| -> Vec<_> { texts(text).into_iter().map(Some).collect() };
        let mut pairing = Pairing::of_equals(&texts("k1 k2"), &texts("k3 k2"));
        let fault = pairing.by_keys(&keys("k k"), &keys("k k"));
        assert_eq!(fault, Err(Fault::Repeated("k".into())));
        let mut pairing = Pairing::of_equals(&texts("x1 y2"), &texts("y3 x1"));
        pairing
            .by_keys(&keys("x y"), &keys("y x"))
            .expect("they differ");
        assert_eq!(pairing.pairs, [(1, 0), (0, 1)]);
    }
}
