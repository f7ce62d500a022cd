//! The findings of a run with all that a rendering needs, and nothing that changes between two
//! runs over the same files: no time, no folder, no machine.

use std::collections::HashMap;

use crate::{Counts, Diagnostic, Files, Rule};

/// What a run found, ready to be rendered.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The names of the files.
    pub files: &'a Files,
    /// The findings to list, in the order of [`Diagnostic::compare`]; perhaps only the first.
    pub diagnostics: &'a [Diagnostic],
    /// The counts, also of what is not listed.
    pub summary: &'a Summary,
    /// Every rule that the program knows, whether it found something or not.
    pub rules: &'a [&'static Rule],
    /// Version of the program, as Semantic Versioning has it.
    pub tool_version: &'a str,
}

impl Report<'_> {
    /// The name of the program in every output.
    pub const TOOL: &'static str = "treatise";

    /// How many findings there are beyond the first `shown` of those listed.
    pub(crate) fn beyond(&self, shown: usize) -> u64 {
        let listed = self.diagnostics.len() as u64;
        self.summary.counts.total().max(listed) - shown as u64
    }

    /// How many findings that are not listed are no mere remarks.
    pub(crate) fn failures_beyond(&self) -> u64 {
        let listed = self.diagnostics.iter().filter(|found| !found.is_remark());
        let counts = &self.summary.counts;
        let all = (counts.errors + counts.warnings).saturating_sub(self.summary.known);
        all.saturating_sub(listed.count() as u64)
    }
}

/// What a run looked at and found, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were read.
    pub files: u64,
    /// Records in them.
    pub records: u64,
    /// References between records that were checked.
    pub references: u64,
    /// Findings, listed or not.
    pub counts: Counts,
    /// Those of level error or warning that were there before a change, listed or not.
    pub known: u64,
    /// Findings that are listed.
    pub listed: u64,
    /// What was not checked.
    pub skipped: Vec<Skipped>,
    /// Why the run came to no result, where it came to none: no finding says nothing then.
    pub failure: Option<String>,
}

/// A number with commas between thousands.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Something that was not checked, so that nothing passes silently.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Skipped {
    /// The rule, or the kind of thing.
    pub what: String,
    /// How many, where that can be counted.
    pub count: Option<u64>,
    /// Why, as a clause that follows a colon.
    pub why: String,
}

/// The fingerprint of each of `diagnostics`, which are in the order of [`Diagnostic::compare`].
///
/// Findings that are equal in all that a fingerprint covers are told apart by how many of them
/// come before.
pub fn fingerprints(files: &Files, diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::with_capacity(diagnostics.len());
    diagnostics
        .iter()
        .map(|diagnostic| {
            let first = diagnostic.fingerprint(files, 0);
            let occurrence = seen.entry(first.clone()).or_insert(0);
            let fingerprint = match *occurrence {
                0 => first,
                before => diagnostic.fingerprint(files, before),
            };
            *occurrence += 1;
            fingerprint
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Place;
    use crate::Severity;

    static RULE: Rule = Rule {
        name: "some-rule",
        severity: Severity::Warning,
        summary: "something",
        page: "Something.",
        scope: crate::Scope::File,
        since: "0.1.0",
        status: crate::Status::Stable,
        fix: None,
    };

    #[test]
    fn equal_findings_have_different_fingerprints_in_order() {
        let mut files = Files::new();
        let place = Place::whole_file(files.add("a.json".as_ref()));
        let finding = |message: &str| Diagnostic::new(&RULE, message, place.clone());
        let found = [finding("x"), finding("y"), finding("x"), finding("x")];
        let fingerprints = fingerprints(&files, &found);
        assert_eq!(
            fingerprints,
            [
                found[0].fingerprint(&files, 0),
                found[1].fingerprint(&files, 0),
                found[0].fingerprint(&files, 1),
                found[0].fingerprint(&files, 2),
            ]
        );
    }

    #[test]
    fn a_record_is_told_from_one_with_the_same_id_elsewhere() {
        let mut files = Files::new();
        let mut of = |name: &str| {
            let place = Place::whole_file(files.add(name.as_ref()));
            let finding = Diagnostic::new(&RULE, "x", place).in_record(Some("east"));
            finding.fingerprint(&files, 0)
        };
        let (beds, plants) = (of("data/beds/east.json"), of("data/plants/east.json"));
        assert_ne!(beds, plants);
        assert_ne!(of("data/beds.ndjson"), of("data/plants.ndjson"));
        assert_eq!(beds, of("data/beds/west.json"), "the file has another name");
        assert_eq!(beds, of("data/beds.ndjson"), "records became lines");
        assert_ne!(of("east.json"), of("east"));
    }
}
