//! Which issues bear on which records.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::{Issue, Records};

/// The issues by the records that they affect.
#[derive(Debug, Default)]
pub(crate) struct Doubts<'r> {
    by_record: FxHashMap<&'r str, Vec<Issue<'r>>>,
    /// The sources in which unsettled issues were found.
    faulty: BTreeSet<&'r str>,
}

impl<'r> Doubts<'r> {
    pub(crate) fn of(records: &Records<'r>) -> Self {
        let mut doubts = Self::default();
        let mut add = |id: &'r str, issue: Issue<'r>| {
            let issues = doubts.by_record.entry(id).or_default();
            if issues.iter().all(|known| known.id != issue.id) {
                issues.push(issue);
            }
        };
        for &issue in &records.issues {
            for id in issue.affects() {
                add(id.as_str(), issue);
            }
        }
        let unsettled = records.issues.iter().filter(|issue| issue.is_unsettled());
        let faulty = unsettled.filter_map(|issue| Some(issue.text("source")?.as_str()));
        let faulty = faulty.collect();
        doubts.faulty = faulty;
        doubts
    }

    /// Whether an unsettled issue was found in a source.
    pub(crate) fn is_faulty(&self, source: &str) -> bool {
        self.faulty.contains(source)
    }

    /// The issues that affect a record.
    pub(crate) fn about(&self, id: &str) -> &[Issue<'r>] {
        self.by_record.get(id).map_or(&[], Vec::as_slice)
    }
}
