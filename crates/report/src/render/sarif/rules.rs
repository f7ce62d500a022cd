//! The rules of a SARIF log and their numbers, by which results refer to them.

use std::collections::BTreeMap;

use super::log::{Configuration, Help, RuleDescriptor, RuleProperties, Text};
use crate::{Report, Rule, Severity};

pub(super) struct Rules {
    list: Vec<&'static Rule>,
    index: BTreeMap<&'static str, usize>,
}

impl Rules {
    /// The rules that the program knows, then those of findings that are not among them.
    pub(super) fn new(report: &Report<'_>) -> Self {
        let mut rules = Self {
            list: Vec::new(),
            index: BTreeMap::new(),
        };
        let of_findings = report.diagnostics.iter().map(|found| found.rule);
        for rule in report.rules.iter().copied().chain(of_findings) {
            rules.index.entry(rule.name).or_insert_with(|| {
                rules.list.push(rule);
                rules.list.len() - 1
            });
        }
        rules
    }

    pub(super) fn index(&self, rule: &Rule) -> usize {
        self.index[rule.name]
    }

    pub(super) fn into_list(self) -> Vec<RuleDescriptor> {
        self.list.into_iter().map(descriptor).collect()
    }
}

/// What SARIF calls the level.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "note",
    }
}

fn descriptor(rule: &Rule) -> RuleDescriptor {
    let Rule { name, summary, .. } = rule;
    let explanation = rule.explanation();
    RuleDescriptor {
        id: rule.name,
        name: readable_name(name),
        short_description: Text {
            text: (*summary).to_owned(),
        },
        full_description: Text {
            text: explanation.to_owned(),
        },
        help: Help {
            text: format!("{explanation}\n\nMore: treatise explain {name}"),
            markdown: format!("{explanation}\n\nMore: `treatise explain {name}`"),
        },
        default_configuration: Configuration {
            level: level(rule.severity),
        },
        properties: RuleProperties {
            tags: ["dataset"],
            problem_severity: match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Information => "recommendation",
            },
        },
    }
}

/// `duplicate-key` becomes `DuplicateKey`. A single word has no name beside its id: they have to be
/// more different than by a capital (section 3.49.7, SARIF1001 of Microsoft's validator).
fn readable_name(id: &str) -> Option<String> {
    let capitalized = id.split('-').map(|word| {
        let mut characters = word.chars();
        let first = characters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(characters).collect::<String>()
    });
    id.contains('-').then(|| capitalized.collect())
}

#[cfg(test)]
mod tests {
    use super::readable_name;

    #[test]
    fn names_are_in_pascal_case() {
        assert_eq!(
            readable_name("invalid-utf8").as_deref(),
            Some("InvalidUtf8")
        );
        assert_eq!(readable_name("not-nfc").as_deref(), Some("NotNfc"));
        assert_eq!(readable_name("misnomer"), None);
    }
}
