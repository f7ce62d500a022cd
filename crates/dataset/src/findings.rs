//! The findings of a run: all counted, the first ones kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use treatise_report::{Counts, Diagnostic, Files};

/// Whether findings in a file are wanted, where only those in some files and folders are.
pub fn is_wanted(file: &Path, only: Option<&[PathBuf]>) -> bool {
    only.is_none_or(|only| only.iter().any(|wanted| file.starts_with(wanted)))
}

/// The findings of a run in their order.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Those that are kept: the first ones of the records in their order.
    pub kept: Vec<Diagnostic>,
    /// Of all of them.
    pub counts: Counts,
}

impl Findings {
    /// Adds findings; keeps them while there are fewer than `limit`.
    pub(crate) fn extend(&mut self, findings: Vec<Diagnostic>, counts: Counts, limit: usize) {
        self.counts += counts;
        let room = limit.saturating_sub(self.kept.len());
        self.kept.extend(findings.into_iter().take(room));
    }

    /// Adds findings that are all kept.
    pub fn add(&mut self, findings: Vec<Diagnostic>) {
        self.counts += Counts::of(&findings);
        self.kept.extend(findings);
    }

    /// Brings the kept findings into their order, and drops those behind the first `limit`.
    pub fn sort(&mut self, files: &Files, limit: usize) {
        self.kept.sort_by(|left, right| left.compare(right, files));
        self.kept.truncate(limit);
    }
}

/// Tells the workers which findings nobody will see: those behind enough earlier ones. So a
/// million faulty records need no more memory than a thousand, and which findings are kept does
/// not depend on who was first.
#[derive(Debug)]
pub(crate) struct Ledger {
    limit: usize,
    kept: Mutex<Kept>,
}

/// How many findings of each part are kept, and of all of them.
#[derive(Debug, Default)]
struct Kept {
    by_part: BTreeMap<(u32, u32), usize>,
    total: usize,
}

impl Ledger {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            kept: Mutex::default(),
        }
    }

    /// Drops what is not needed of the findings of the part with this order.
    pub(crate) fn settle(&self, order: (u32, u32), findings: &mut Vec<Diagnostic>) {
        if findings.is_empty() {
            return;
        }
        let mut kept = self
            .kept
            .lock()
            .expect("no worker panics holding the ledger");
        findings.truncate(self.limit);
        kept.by_part.insert(order, findings.len());
        kept.total += findings.len();
        while let Some((&last, &count)) = kept.by_part.last_key_value()
            && kept.total - count >= self.limit
        {
            kept.by_part.pop_last();
            kept.total -= count;
            if last == order {
                findings.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use treatise_report::Place;

    use super::*;
    use crate::rules::MISSING_ID;

    #[test]
    fn the_first_findings_are_kept_whoever_comes_first() {
        const LIMIT: usize = 10;
        let file = Files::new().add_text("plants.ndjson");
        // In an order that goes to and fro.
        let parts: Vec<u32> = (0..40).map(|part| part * 17 % 40).collect();
        let ledger = Ledger::new(LIMIT);
        let count = |part: u32| part as usize % 3;
        let settled = parts.iter().map(|&part| {
            let finding = Diagnostic::new(&MISSING_ID, "", Place::whole_file(file));
            let mut findings = vec![finding; count(part)];
            ledger.settle((0, part), &mut findings);
            (part, findings.len())
        });
        let settled: BTreeMap<_, _> = settled.collect();
        let mut before = 0;
        for (part, kept) in settled {
            assert!(before >= LIMIT || kept == count(part), "part {part}");
            before += count(part);
        }
        let kept = ledger.kept.lock().expect("nobody panicked");
        assert!(kept.total < LIMIT + 2 && kept.by_part.len() <= LIMIT);
    }
}
