//! A counter on the terminal for runs that take a while.

#![expect(
    clippy::disallowed_methods,
    reason = "how long a run takes is shown, and decides nothing"
)]

use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use treatise_dataset::Observer;

/// Shows itself once a run has taken longer than people wait without asking.
pub(crate) struct Progress {
    started: Instant,
    is_wanted: bool,
    count: std::sync::atomic::AtomicU64,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    const PATIENCE: Duration = Duration::from_millis(500);

    /// Counts; on a terminal, and unless it is to be quiet, it will be seen.
    pub(crate) fn new(is_quiet: bool) -> Self {
        Self {
            started: Instant::now(),
            is_wanted: !is_quiet && std::io::stderr().is_terminal(),
            count: std::sync::atomic::AtomicU64::new(0),
            bar: OnceLock::new(),
        }
    }

    /// Takes the counter away; returns how long the run took.
    pub(crate) fn finish(&self) -> Duration {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
        self.started.elapsed()
    }
}

impl Observer for Progress {
    fn advance(&self, count: u64) {
        let before = self
            .count
            .fetch_add(count, std::sync::atomic::Ordering::Relaxed);
        if !self.is_wanted || self.started.elapsed() < Self::PATIENCE {
            return;
        }
        let bar = self.bar.get_or_init(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{spinner} {human_pos} records, {per_sec}");
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        bar.set_position(before + count);
    }
}
