//! The bound on the work of a run, so that no schema can make it endless.

use std::cell::Cell;

use treatise_source::Tree;

use crate::pattern::with_long_matches;

/// A bound on the work that one stretch of a run may take, record after record.
///
/// A schema can make validation exponential: alternatives that refer to themselves, references
/// that double at every level. Each look into an object or array costs one unit. A document
/// brings a generous allowance for its size; what goes beyond it is drawn from a pool for the
/// whole stretch. When that is dry, objects and arrays seem to be none and those that are open seem
/// to end, so that validation ends at once, and its verdict is thrown away.
///
/// Stretches are worked on in any order and at the same time; each has a pool of its own, so that
/// what is given up does not depend on which thread was faster.
#[derive(Debug)]
pub struct WorkLimit {
    pool: Cell<u64>,
}

impl Default for WorkLimit {
    fn default() -> Self {
        Self::of_stretch(0)
    }
}

impl WorkLimit {
    /// Units of the first stretch for all its documents beyond their allowances: a second or two
    /// of work.
    const POOL: u64 = 20_000_000;
    /// Units that a document brings for each of its nodes. Real schemas need fewer than ten.
    const PER_NODE: u64 = 100;
    /// Units that any document brings.
    const PER_DOCUMENT: u64 = 2_000;
    /// Units drawn from the pool at a time.
    const DRAUGHT: u64 = 10_000;
    /// Units that a document brings for each of its nodes to have what fails explained.
    const PER_EXPLAINED_NODE: u64 = 20;
    /// Units for each failing keyword: it holds paths and texts, and each alternative of each
    /// alternative has failures of its own.
    const PER_FAILURE: u64 = 100;
    /// Units for each match of a pattern that is not found in a few steps: some ten milliseconds.
    const PER_LONG_MATCH: u64 = 400_000;
    /// Draughts that one document may take to have what fails explained, so that its failures
    /// fit in memory.
    const MOST_DRAUGHTS: u32 = 200;
    /// The same to have annotations found, which take about a kilobyte for each unit.
    const MOST_DRAUGHTS_OF_ANNOTATIONS: u32 = 10;

    /// The bound for the stretch with this number, from 0: the more there were before, the smaller
    /// is its pool, so that all of them together grow with the logarithm of their number.
    pub fn of_stretch(number: u64) -> Self {
        Self {
            pool: Cell::new(Self::POOL / number.saturating_add(1)),
        }
    }

    /// Fuel for a verdict.
    pub(crate) fn fuel_for(&self, tree: &Tree<'_>) -> Fuel<'_> {
        Fuel {
            is_for_explaining: false,
            left: Cell::new(Self::PER_DOCUMENT + Self::PER_NODE * tree.node_count() as u64),
            pool: Some(&self.pool),
            draughts_left: Cell::new(u32::MAX),
            is_dry: Cell::new(false),
        }
    }

    /// Runs a validator whose patterns draw from the pool as well; `None` where one of them was given up.
    pub(crate) fn with_patterns<T>(&self, validate: impl FnOnce() -> T) -> Option<T> {
        let most = self.pool.get() / Self::PER_LONG_MATCH;
        let (result, spent) = with_long_matches(most, validate);
        let units = spent.long_matches * Self::PER_LONG_MATCH;
        self.pool.set(self.pool.get().saturating_sub(units));
        (!spent.gave_up).then_some(result)
    }

    /// Fuel for finding what holding branches say of a document.
    pub(crate) fn fuel_to_annotate(&self, tree: &Tree<'_>) -> Fuel<'_> {
        Fuel {
            draughts_left: Cell::new(Self::MOST_DRAUGHTS_OF_ANNOTATIONS),
            ..self.fuel_to_explain(tree)
        }
    }

    /// Fuel for finding every failing keyword.
    pub(crate) fn fuel_to_explain(&self, tree: &Tree<'_>) -> Fuel<'_> {
        let allowance = Self::PER_DOCUMENT + Self::PER_EXPLAINED_NODE * tree.node_count() as u64;
        Fuel {
            is_for_explaining: true,
            left: Cell::new(allowance),
            draughts_left: Cell::new(Self::MOST_DRAUGHTS),
            ..self.fuel_for(tree)
        }
    }
}

/// The units left for one document.
#[derive(Debug)]
pub(crate) struct Fuel<'p> {
    left: Cell<u64>,
    pool: Option<&'p Cell<u64>>,
    draughts_left: Cell<u32>,
    is_dry: Cell<bool>,
    is_for_explaining: bool,
}

impl Fuel<'_> {
    /// Whether there was not enough, so that the verdict means nothing.
    pub(crate) fn ran_dry(&self) -> bool {
        self.is_dry.get()
    }

    /// Fuel that never ends, for a value that has nothing below it.
    pub(crate) fn unlimited() -> Self {
        Self {
            left: Cell::new(0),
            pool: None,
            draughts_left: Cell::new(0),
            is_dry: Cell::new(false),
            is_for_explaining: false,
        }
    }

    /// Whether failures are collected, and not only a verdict found.
    pub(crate) fn is_for_explaining(&self) -> bool {
        self.is_for_explaining
    }

    /// Takes one unit.
    pub(crate) fn take(&self) -> bool {
        match self.left.get().checked_sub(1) {
            Some(left) => {
                self.left.set(left);
                true
            }
            None => self.draw(),
        }
    }

    /// Takes the units of one failing keyword.
    #[cold]
    pub(crate) fn take_failure(&self) {
        match self.left.get().checked_sub(WorkLimit::PER_FAILURE) {
            Some(left) => self.left.set(left),
            None => {
                self.draw();
            }
        }
    }

    #[cold]
    fn draw(&self) -> bool {
        let Some(pool) = self.pool else {
            return true;
        };
        let Some(draughts_left) = self.draughts_left.get().checked_sub(1) else {
            self.is_dry.set(true);
            return false;
        };
        self.draughts_left.set(draughts_left);
        match pool.get().checked_sub(WorkLimit::DRAUGHT) {
            Some(rest) if !self.is_dry.get() => {
                pool.set(rest);
                self.left.set(WorkLimit::DRAUGHT);
                true
            }
            _ => {
                self.is_dry.set(true);
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::Instance;
    use treatise_source::{Limits, Parser};

    #[test]
    fn fuel_runs_dry_when_the_pool_is_empty() {
        let mut parser = Parser::new();
        let parsed = parser.parse("[]", Limits::default());
        let work = WorkLimit::default();
        let empty = |fuel: &Fuel<'_>| {
            let mut taken = 0_u64;
            while fuel.take() {
                taken += 1;
            }
            taken
        };
        let first = work.fuel_for(&parsed.tree);
        assert!(empty(&first) > WorkLimit::POOL);
        assert!(first.ran_dry());
        // Values are opaque then, and what was found is not to be trusted.
        let root = Instance::new(parsed.tree.root(), &first);
        assert!(jsonschema::json::Node::as_array(&root).is_none());
        // The next document has its own allowance and no more.
        let second = work.fuel_for(&parsed.tree);
        assert_eq!(
            empty(&second),
            WorkLimit::PER_DOCUMENT + WorkLimit::PER_NODE
        );
    }

    #[test]
    fn failures_cost_more_than_looks_and_no_document_takes_the_whole_pool() {
        let mut parser = Parser::new();
        let parsed = parser.parse("1", Limits::default());
        let work = WorkLimit::default();
        let fuel = work.fuel_to_explain(&parsed.tree);
        let mut failures = 0_u64;
        while !fuel.ran_dry() {
            fuel.take_failure();
            failures += 1;
        }
        assert!(failures < 200_000, "{failures} failures are held");
        assert!(work.pool.get() > WorkLimit::POOL / 2);
    }
    #[test]
    fn all_stretches_together_grow_slowly() {
        let all: u64 = (0..100_000)
            .map(|number| WorkLimit::of_stretch(number).pool.get())
            .sum();
        assert!(all < 13 * WorkLimit::POOL, "{all}");
    }
}
