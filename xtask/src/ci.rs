//! Runs gates one after another, a line each, and never stops at the first that fails.
#![expect(
    clippy::disallowed_methods,
    reason = "how long a gate took is for the reader, and decides nothing"
)]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::arguments::{CiOptions, Detail};
use crate::gate::{GATES, Verdict};
use crate::print::print;

/// Runs the gates, and ends with a summary.
pub(crate) fn run(options: &CiOptions) -> ExitCode {
    let started = Instant::now();
    let mut tally = Tally::default();
    for gate in &options.gates {
        let started = Instant::now();
        // A gate that can't be started has failed; the next one may well start.
        let verdict = (gate.run)(options.detail).unwrap_or_else(|error| Verdict::Failed {
            checked: "it did not run".into(),
            output: format!("{error:#}\n"),
        });
        let took = started.elapsed();
        print(&format!("{}\n", line(gate.name, &verdict, took)));
        if let (Verdict::Failed { output, .. }, Detail::Failures) = (&verdict, options.detail) {
            print(output);
        }
        tally.add(gate.name, &verdict);
    }
    print(&format!("{}\n", tally.sentence(started.elapsed())));
    if tally.failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Name, result, how long, and what it checked.
fn line(name: &str, verdict: &Verdict, took: Duration) -> String {
    let (result, about) = match verdict {
        Verdict::Passed { checked } => ("ok", checked),
        Verdict::Failed { checked, .. } => ("FAILED", checked),
        Verdict::Skipped { reason } => ("skipped", reason),
    };
    let width = GATES.iter().map(|gate| gate.name.len()).max().unwrap_or(0);
    format!(
        "{name:width$}  {result:7}  {:6.1} s  {about}",
        took.as_secs_f64()
    )
}

/// How the gates went.
#[derive(Debug, Default)]
struct Tally {
    passed: usize,
    failed: Vec<&'static str>,
    skipped: Vec<&'static str>,
}

impl Tally {
    fn add(&mut self, name: &'static str, verdict: &Verdict) {
        match verdict {
            Verdict::Passed { .. } => self.passed += 1,
            Verdict::Failed { .. } => self.failed.push(name),
            Verdict::Skipped { .. } => self.skipped.push(name),
        }
    }

    fn sentence(&self, took: Duration) -> String {
        let mut parts = vec![format!("{} ok", self.passed)];
        for (word, names) in [("FAILED", &self.failed), ("skipped", &self.skipped)] {
            if !names.is_empty() {
                parts.push(format!("{} {word} ({})", names.len(), names.join(", ")));
            }
        }
        format!("gates: {}, {:.1} s", parts.join(", "), took.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed() -> Verdict {
        Verdict::Passed {
            checked: "3 records".into(),
        }
    }

    #[test]
    fn a_gate_is_a_line() {
        let took = Duration::from_millis(1540);
        assert_eq!(
            line("data", &passed(), took),
            "data          ok          1.5 s  3 records"
        );
    }

    #[test]
    fn the_summary_names_what_is_not_ok() {
        let mut tally = Tally::default();
        tally.add("format", &passed());
        let output = String::new();
        let checked = String::new();
        tally.add("lint", &Verdict::Failed { checked, output });
        let reason = String::new();
        tally.add("docs", &Verdict::Skipped { reason });
        assert_eq!(
            tally.sentence(Duration::from_secs(2)),
            "gates: 1 ok, 1 FAILED (lint), 1 skipped (docs), 2.0 s"
        );
    }
}
