//! How long each rule takes, where somebody wants to know.

use std::time::Duration;

use crate::registry::LINTS;

/// Tells how much time has passed since some moment. The library has no clock of its own.
pub type Clock<'a> = &'a (dyn Fn() -> Duration + Sync);

/// Time by rule, summed over the workers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timings(Vec<Duration>);

impl Timings {
    /// Runs something for a rule, and notes how long it took.
    pub(crate) fn measure(&mut self, clock: Option<Clock<'_>>, rule: usize, run: impl FnOnce()) {
        let Some(clock) = clock else {
            run();
            return;
        };
        let before = clock();
        run();
        self.note(rule, clock().saturating_sub(before));
    }

    fn note(&mut self, rule: usize, time: Duration) {
        self.0.resize(LINTS.len(), Duration::ZERO);
        self.0[rule] += time;
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (rule, &time) in other.0.iter().enumerate() {
            self.note(rule, time);
        }
    }

    /// The rules that ran and their times, the slowest first.
    pub(crate) fn list(&self) -> Vec<(&'static str, Duration)> {
        let times = LINTS.iter().zip(&self.0);
        let mut list: Vec<_> = times
            .filter(|(_, time)| !time.is_zero())
            .map(|(lint, &time)| (lint.rule.name, time))
            .collect();
        list.sort_by_key(|&(name, time)| (std::cmp::Reverse(time), name));
        list
    }
}
