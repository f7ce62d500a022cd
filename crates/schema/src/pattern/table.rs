//! A small automaton as one table, for short texts.
//!
//! The general search of a dense automaton looks at each state for whether it is special. Here the
//! two ends are states that lead back to themselves, so that nothing has to be asked before the end
//! of the text. Each step waits for the one before, so small tables take two bytes in one.

use std::collections::BTreeMap;

use regex_automata::dfa::Automaton;
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, Input};

/// The automaton.
#[derive(Debug)]
pub(super) struct Table {
    /// Bytes that no state tells apart have the same column.
    columns: Box<[u8; 256]>,
    /// For each state its columns; states are known by where their columns start. The last column
    /// is that of the end of the text.
    next: Box<[u16]>,
    width: usize,
    start: u16,
    /// The same for two bytes at once, where that is small: for each state a row for the column of
    /// the first byte, with a column for that of the second.
    pairs: Option<Box<[u16]>>,
}

/// Whether the text matches is decided, and it does not.
const REFUSED: u16 = 0;

/// More states would take more room than the automaton itself.
const MOST_STATES: usize = 250;

/// As many places has a table for pairs of bytes.
const MOST_PAIRS: usize = 8 << 10;

/// Bytes after which it is looked whether the text is decided.
const STRETCH: usize = 128;

impl Table {
    /// The table of an automaton that starts at the beginning of a text; `None` where that is not
    /// small, or might give up.
    pub(super) fn new<A: Automaton>(automaton: &A) -> Option<Self> {
        let start = automaton
            .start_state_forward(&Input::new("").anchored(Anchored::No))
            .ok()?;
        let mut states = vec![start];
        let mut numbers = BTreeMap::from([(start, 0)]);
        // For each state, where it goes with each byte and at the end.
        let mut rows: Vec<Vec<Goal>> = Vec::new();
        while let Some(&state) = states.get(rows.len()) {
            let bytes = (0..=u8::MAX).map(|byte| automaton.next_state(state, byte));
            let mut row = Vec::with_capacity(257);
            // Neighbouring bytes mostly lead to the same state.
            let mut last = None;
            for next in bytes.chain([automaton.next_eoi_state(state)]) {
                let goal = match last {
                    Some((same, goal)) if same == next => goal,
                    _ => Goal::of(automaton, next, &mut states, &mut numbers)?,
                };
                last = Some((next, goal));
                row.push(goal);
            }
            rows.push(row);
        }
        Self::from_rows(&rows)
    }

    fn from_rows(rows: &[Vec<Goal>]) -> Option<Self> {
        let mut columns = Box::new([0; 256]);
        let mut distinct: BTreeMap<Vec<Goal>, usize> = BTreeMap::new();
        for byte in 0..256 {
            let is_like_the_last = byte > 0 && rows.iter().all(|row| row[byte] == row[byte - 1]);
            columns[byte] = if is_like_the_last {
                columns[byte - 1]
            } else {
                let goals = rows.iter().map(|row| row[byte]).collect();
                let number = distinct.len();
                u8::try_from(*distinct.entry(goals).or_insert(number)).ok()?
            };
        }
        // One more for the end.
        let width = distinct.len() + 1;
        let place = |state: usize| u16::try_from(state * width).ok();
        let place_of = |goal: Goal| match goal {
            Goal::Refused => Some(REFUSED),
            Goal::Matched => place(1),
            Goal::State(number) => place(number + 2),
        };
        let mut next = vec![REFUSED; width];
        next.resize(2 * width, place(1)?);
        for row in rows {
            let from = next.len();
            next.resize(from + width, REFUSED);
            for (byte, &column) in columns.iter().enumerate() {
                next[from + usize::from(column)] = place_of(row[byte])?;
            }
            next[from + width - 1] = place_of(row[256])?;
        }
        let pairs = pairs_of(&next, width);
        Some(Self {
            columns,
            next: next.into(),
            width,
            start: place(2)?,
            pairs,
        })
    }

    /// What it takes, in bytes.
    pub(super) fn size(&self) -> usize {
        let pairs = self.pairs.as_deref().map_or(0, size_of_val);
        size_of_val(&*self.columns) + size_of_val(&*self.next) + pairs
    }

    /// Whether the pattern occurs in a text.
    pub(super) fn is_match(&self, text: &str) -> bool {
        let mut state = usize::from(self.start);
        for stretch in text.as_bytes().chunks(STRETCH) {
            let mut single = stretch;
            if let Some(pairs) = &self.pairs {
                let (two, rest) = stretch.as_chunks::<2>();
                for &[first, second] in two {
                    let pair = self.column(first) * self.width + self.column(second);
                    state = usize::from(pairs[state * self.width + pair]);
                }
                single = rest;
            }
            for &byte in single {
                state = usize::from(self.next[state + self.column(byte)]);
            }
            if state < 2 * self.width {
                return state != usize::from(REFUSED);
            }
        }
        self.next[state + self.width - 1] != REFUSED
    }

    fn column(&self, byte: u8) -> usize {
        usize::from(self.columns[usize::from(byte)])
    }
}

/// Where each state goes with two bytes; `None` where that is a lot.
fn pairs_of(next: &[u16], width: usize) -> Option<Box<[u16]>> {
    if next.len() * width > MOST_PAIRS {
        return None;
    }
    let row = |state: u16| &next[usize::from(state)..][..width];
    let behind = next.iter().flat_map(|&state| row(state));
    Some(behind.copied().collect())
}

/// Where a state goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Goal {
    Refused,
    Matched,
    State(usize),
}

impl Goal {
    fn of<A: Automaton>(
        automaton: &A,
        state: StateID,
        states: &mut Vec<StateID>,
        numbers: &mut BTreeMap<StateID, usize>,
    ) -> Option<Self> {
        if automaton.is_dead_state(state) {
            return Some(Self::Refused);
        }
        if automaton.is_match_state(state) {
            return Some(Self::Matched);
        }
        if automaton.is_quit_state(state) || states.len() > MOST_STATES {
            return None;
        }
        let number = *numbers.entry(state).or_insert_with(|| {
            states.push(state);
            states.len() - 1
        });
        Some(Self::State(number))
    }
}
