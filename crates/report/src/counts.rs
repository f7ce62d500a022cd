//! How many findings there are, listed or not.

use std::collections::BTreeMap;
use std::ops::{AddAssign, SubAssign};

use crate::{Applicability, Diagnostic, Rule, Severity};

/// How many findings there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub errors: u64,
    /// Warnings.
    pub warnings: u64,
    /// Information.
    pub informations: u64,
    /// With a fix that is safe.
    pub safe_fixes: u64,
    /// With a fix that somebody has to look at.
    pub unsafe_fixes: u64,
    /// Of each rule that has any, by its name.
    pub by_rule: BTreeMap<&'static str, u64>,
}

impl Counts {
    /// Counts findings.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Diagnostic>) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            match finding.severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Information => counts.informations += 1,
            }
            match finding.fix.as_ref().map(|fix| fix.applicability) {
                Some(Applicability::Safe) => counts.safe_fixes += 1,
                Some(Applicability::Unsafe) => counts.unsafe_fixes += 1,
                None => {}
            }
            *counts.by_rule.entry(finding.rule.name).or_default() += 1;
        }
        counts
    }

    /// Counts errors, which have no fixes, by their rules.
    pub fn of_errors(rules: impl IntoIterator<Item = &'static Rule>) -> Self {
        let mut counts = Self::default();
        for rule in rules {
            counts.errors += 1;
            *counts.by_rule.entry(rule.name).or_default() += 1;
        }
        counts
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.errors + self.warnings + self.informations
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.informations += other.informations;
        self.safe_fixes += other.safe_fixes;
        self.unsafe_fixes += other.unsafe_fixes;
        for (rule, count) in other.by_rule {
            *self.by_rule.entry(rule).or_default() += count;
        }
    }
}

impl SubAssign for Counts {
    fn sub_assign(&mut self, other: Self) {
        self.errors -= other.errors;
        self.warnings -= other.warnings;
        self.informations -= other.informations;
        self.safe_fixes -= other.safe_fixes;
        self.unsafe_fixes -= other.unsafe_fixes;
        for (rule, count) in other.by_rule {
            *self.by_rule.entry(rule).or_default() -= count;
        }
        self.by_rule.retain(|_, count| *count > 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Files, Place, Scope, Status};

    static RULE: Rule = Rule {
        name: "wordy",
        severity: Severity::Warning,
        summary: "too many words",
        page: "Say less.",
        scope: Scope::File,
        since: "0.1.0",
        status: Status::Stable,
        fix: None,
    };

    #[test]
    fn the_counts_are_by_level_and_rule() {
        let mut files = Files::new();
        let place = Place::whole_file(files.add_text("a.json"));
        let mut finding = Diagnostic::new(&RULE, "x", place);
        let mut counts = Counts::of([&finding, &finding]);
        finding.severity = Severity::Error;
        counts += Counts::of([&finding]);
        assert_eq!(
            (counts.errors, counts.warnings, counts.informations),
            (1, 2, 0)
        );
        assert_eq!((counts.total(), counts.by_rule["wordy"]), (3, 3));
        counts -= Counts::of([&finding]);
        assert_eq!((counts.errors, counts.by_rule["wordy"]), (0, 2));
    }
}
