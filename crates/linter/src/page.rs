//! What there is to read about the rules: a page for each, and lists of all.

use std::fmt::Write as _;

use serde_json::json;
use treatise_report::{Rule, Severity, Status};

use crate::registry::{examples, needs_whole};

/// The page of a rule, in Markdown.
pub fn page(rule: &Rule) -> String {
    let mut page = format!("# {}\n\n{}.\n\n", rule.name, first_upper(rule.summary));
    let severity = rule.severity.name();
    let _ = write!(
        page,
        "Level: {severity} · scope: {} · since {}{}\n\n",
        rule.scope.name(),
        rule.since,
        rule.fix
            .map_or(String::new(), |fix| format!(" · has {} fixes", fix.name()))
    );
    if needs_whole(rule) {
        page.push_str("The rule is skipped while something of the dataset can't be read.\n\n");
    }
    match rule.status {
        Status::Stable => {}
        Status::Deprecated { reason } => {
            let _ = write!(page, "**Deprecated**: {reason}\n\n");
        }
        Status::Removed { reason } => {
            let _ = write!(page, "**Removed**: {reason}\n\n");
        }
    }
    for line in rule.page.trim().lines() {
        // The name of the rule is the only heading of the first level.
        if line.starts_with('#') {
            page.push('#');
        }
        page.push_str(line);
        page.push('\n');
    }
    let examples = examples(rule);
    if !examples.is_empty() {
        page.push_str("\n## Examples\n\n");
        page.push_str(
            "What is changed in a small dataset without a finding, and what is found then.\n",
        );
    }
    for example in examples {
        let _ = write!(
            page,
            "\n`{}`:\n\n```json\n{}\n```\n\n",
            example.name,
            example.changes.trim()
        );
        match example.found.trim() {
            "" => page.push_str("Nothing is found.\n"),
            found => {
                let _ = write!(page, "```text\n{found}\n```\n");
            }
        }
    }
    page
}

/// The pages of rules and an index, as files of a folder.
pub fn book(rules: &[&Rule]) -> Vec<(String, String)> {
    let mut index = String::from(
        "# Rules\n\nWhat `treatise check` finds in a dataset, and `treatise verify` in a bundle; `treatise explain RULE` shows a page in the terminal.\nThis folder is written by `treatise rules --write docs/rules` and is not edited by hand.\n\n| rule | level | scope | fix | finds |\n|---|---|---|---|---|\n",
    );
    for rule in rules {
        let _ = writeln!(
            index,
            "| [`{0}`]({0}.md) | {1} | {2} | {3} | {4} |",
            rule.name,
            rule.severity.name(),
            rule.scope.name(),
            rule.fix.map_or("", |fix| fix.name()),
            rule.summary.replace('|', "\\|"),
        );
    }
    let mut files = vec![("README.md".to_owned(), index)];
    files.extend(
        rules
            .iter()
            .map(|rule| (format!("{}.md", rule.name), page(rule))),
    );
    files
}

/// Rules as a table for a terminal.
pub fn listing_table(rules: &[&Rule]) -> String {
    let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    rules.iter().fold(String::new(), |text, rule| {
        let level = match rule.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information => "info",
        };
        let fix = if rule.fix.is_some() { "fix" } else { "" };
        text + &format!(
            "{:width$}  {level:7}  {:7}  {fix:3}  {}\n",
            rule.name,
            rule.scope.name(),
            rule.summary
        )
    })
}

/// Rules as a JSON document; `schemas/output/rules.schema.json` describes it.
pub fn listing_json(rules: &[&Rule]) -> String {
    let rules: Vec<_> = rules
        .iter()
        .map(|rule| {
            let (status, reason) = match rule.status {
                Status::Stable => ("stable", None),
                Status::Deprecated { reason } => ("deprecated", Some(reason)),
                Status::Removed { reason } => ("removed", Some(reason)),
            };
            json!({
                "name": rule.name,
                "severity": rule.severity.name(),
                "scope": rule.scope.name(),
                "summary": rule.summary,
                "since": rule.since,
                "status": status,
                "reason": reason,
                "fix": rule.fix.map(treatise_report::Applicability::name),
                "page": rule.page.trim(),
            })
        })
        .collect();
    let mut text = serde_json::to_string_pretty(&json!({ "rules": rules }))
        .expect("a JSON value can be written");
    text.push('\n');
    text
}

fn first_upper(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next();
    first
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(characters)
        .collect()
}
