//! A counter on the terminal for runs that take a while.

#![expect(
    clippy::disallowed_methods,
    reason = "how long a run takes is shown, and decides nothing"
)]

use std::io::IsTerminal;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use treatise_dataset::Observer;

/// Shows itself once a run has taken longer than people wait without asking.
pub(crate) struct Progress {
    started: Instant,
    is_wanted: bool,
    /// Records of this round.
    count: AtomicU64,
    /// When the round began, in milliseconds from the start.
    round: AtomicU64,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    const PATIENCE: Duration = Duration::from_millis(500);

    /// Counts; on a terminal, and unless it is to be quiet, it will be seen.
    pub(crate) fn new(is_quiet: bool) -> Self {
        Self {
            started: Instant::now(),
            is_wanted: !is_quiet && std::io::stderr().is_terminal(),
            count: AtomicU64::new(0),
            round: AtomicU64::new(0),
            bar: OnceLock::new(),
        }
    }

    /// Counts from nothing again, where a run goes through the same records another time.
    pub(crate) fn begin_round(&self) {
        self.count.store(0, Ordering::Relaxed);
        self.round.store(self.elapsed(), Ordering::Relaxed);
    }

    /// Takes the counter away; returns how long the run took.
    pub(crate) fn finish(&self) -> Duration {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
        self.started.elapsed()
    }

    /// In milliseconds.
    fn elapsed(&self) -> u64 {
        self.started.elapsed().as_millis() as u64
    }
}

impl Observer for Progress {
    fn advance(&self, count: u64) {
        let count = self.count.fetch_add(count, Ordering::Relaxed) + count;
        if !self.is_wanted || self.started.elapsed() < Self::PATIENCE {
            return;
        }
        let bar = self.bar.get_or_init(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{spinner} {msg}");
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        let time = self.elapsed() - self.round.load(Ordering::Relaxed).min(self.elapsed());
        bar.set_message(shown(count, time));
        bar.tick();
    }
}

/// How many records there were in so many milliseconds.
fn shown(count: u64, time: u64) -> String {
    let rate = count.saturating_mul(1000) / time.max(1);
    format!("{} records, {}/s", HumanCount(count), HumanCount(rate))
}

#[cfg(test)]
mod tests {
    use treatise_dataset::Observer;

    use super::{Ordering, Progress, shown};

    #[test]
    fn counts_and_rates_are_whole() {
        assert_eq!(shown(851, 600), "851 records, 1,418/s");
        assert_eq!(shown(1_234_567, 0), "1,234,567 records, 1,234,567,000/s");
    }

    #[test]
    fn records_that_come_again_count_once() {
        let progress = Progress::new(true);
        for _ in 0..3 {
            progress.begin_round();
            progress.advance(800);
            progress.advance(51);
        }
        assert_eq!(progress.count.load(Ordering::Relaxed), 851);
    }
}
