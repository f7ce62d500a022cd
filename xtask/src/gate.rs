//! The gates: what is started for each, and what its output says was checked.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::arguments::Detail;
use crate::dependencies::{Judged, judge};
use crate::print::print;
use crate::process::{Finished, capture, cargo, has_subcommand};
use crate::program;
use crate::repository::{
    DOCUMENTS, Runner, documents, make_report_folder, read_report, root, rule_files, runner,
};

/// A condition that a change must meet.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) name: &'static str,
    /// What it asks for, in a few words.
    pub(crate) about: &'static str,
    pub(crate) run: fn(Detail) -> Result<Verdict>,
}

/// What became of a gate.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It was checked, and is so.
    Passed { checked: String },
    /// It is not so, or could not be checked.
    Failed { checked: String, output: String },
    /// It was not checked, for this reason.
    Skipped { reason: String },
}

/// All of them, what is quickest first.
pub(crate) const GATES: &[Gate] = &[
    Gate {
        name: "format",
        about: "Rust files look as rustfmt leaves them",
        run: format,
    },
    Gate {
        name: "dependencies",
        about: "crates of others are from the registry, and their licences allow what is done with them",
        run: dependencies,
    },
    Gate {
        name: "lint",
        about: "clippy has nothing to say",
        run: lint,
    },
    Gate {
        name: "test",
        about: "all tests pass",
        run: test,
    },
    Gate {
        name: "docs",
        about: "the documentation of the code builds without a warning",
        run: docs,
    },
    Gate {
        name: "data",
        about: "the dataset has no error",
        run: data,
    },
    Gate {
        name: "passages",
        about: "the dataset has no error by the texts of its sources, where these are at hand",
        run: passages,
    },
    Gate {
        name: "export",
        about: "a bundle of the dataset is written to dist/",
        run: export,
    },
];

/// Annotations in the log, and a file for code scanning.
const GITHUB_REPORTS: &[&str] = &[
    "--format",
    "github",
    "--format",
    "sarif",
    "--output",
    "target/treatise.sarif",
];

/// Text in the log, and a file for the merge request.
const GITLAB_REPORTS: &[&str] = &[
    "--format",
    "human",
    "--format",
    "junit",
    "--output",
    "target/junit.xml",
];

/// For the gate that has to know what was not checked.
const PASSAGES_REPORT: &str = "target/passages.json";

fn format(detail: Detail) -> Result<Verdict> {
    if !has_subcommand("fmt") {
        return Ok(skip_without("rustfmt"));
    }
    let mut command = cargo(["fmt", "--all", "--check", "--"]);
    // The rules are listed by a build script, which `cargo fmt` does not see.
    command.args(rule_files()?);
    let finished = capture(at_root(command), detail)?;
    Ok(verdict(finished, "every Rust file of the workspace".into()))
}

fn dependencies(detail: Detail) -> Result<Verdict> {
    let command = cargo(["metadata", "--quiet", "--locked", "--format-version", "1"]);
    // It prints megabytes on one line, which nobody reads.
    let finished = capture(at_root(command), Detail::Failures)?;
    if !finished.status.success() {
        return Ok(verdict(finished, "the dependencies are not known".into()));
    }
    let Judged { count, faults } = judge(&finished.output)?;
    let checked = format!("{count} crates of others");
    if faults.is_empty() {
        return Ok(Verdict::Passed { checked });
    }
    let output = faults.join("\n") + "\n";
    if detail == Detail::Everything {
        print(&output);
    }
    Ok(Verdict::Failed { checked, output })
}

fn lint(detail: Detail) -> Result<Verdict> {
    if !has_subcommand("clippy") {
        return Ok(skip_without("clippy"));
    }
    let command = cargo([
        "clippy",
        "--locked",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--keep-going",
        "--",
        "-D",
        "warnings",
    ]);
    let finished = capture(at_root(command), detail)?;
    Ok(verdict(finished, "every target of the workspace".into()))
}

fn test(detail: Detail) -> Result<Verdict> {
    let mut command = cargo(["test", "--locked", "--workspace", "--no-fail-fast"]);
    // A snapshot that differs is a failure; it is taken over by a person, in a run of their own.
    command.env("INSTA_UPDATE", "no");
    let Finished { status, output } = capture(at_root(command), detail)?;
    let counts = TestCounts::read(&output);
    let checked = counts.to_string();
    Ok(if status.success() && counts.passed > 0 {
        Verdict::Passed { checked }
    } else {
        Verdict::Failed { checked, output }
    })
}

fn docs(detail: Detail) -> Result<Verdict> {
    let mut command = cargo(["doc", "--locked", "--quiet", "--workspace", "--no-deps"]);
    // There are no examples, but asked for them, cargo takes the dependencies with the features that
    // tests need of them, and so as clippy has left them.
    command.args(["--lib", "--bins", "--examples"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    let finished = capture(at_root(command), detail)?;
    Ok(verdict(finished, "every crate of the workspace".into()))
}

fn data(detail: Detail) -> Result<Verdict> {
    let mut arguments = vec!["check"];
    arguments.extend_from_slice(match runner() {
        Runner::GitHub => GITHUB_REPORTS,
        Runner::GitLab => GITLAB_REPORTS,
        Runner::Person => &[],
    });
    make_report_folder()?;
    let finished = program::run(&arguments, detail)?;
    if runner() == Runner::GitHub && detail == Detail::Failures && finished.status.success() {
        // The runner makes annotations of what is printed, and there may be warnings.
        print(&finished.output);
    }
    Ok(verdict_of_program(finished))
}

fn passages(detail: Detail) -> Result<Verdict> {
    let Some(folder) = documents()? else {
        return Ok(Verdict::Skipped {
            reason: format!("{DOCUMENTS} names no folder with the texts of the sources"),
        });
    };
    let mut arguments = vec!["check".as_ref(), "--documents".as_ref(), folder.as_os_str()];
    let reports = ["--format", "human", "--format", "json", "--output"];
    arguments.extend(reports.map(OsStr::new));
    arguments.push(PASSAGES_REPORT.as_ref());
    make_report_folder()?;
    let finished = program::run(&arguments, detail)?;
    if finished.status.success() {
        if let Some(checked) = unchecked(&read_report(PASSAGES_REPORT)?)? {
            let output = finished.output;
            return Ok(Verdict::Failed { checked, output });
        }
    }
    Ok(verdict_of_program(finished))
}

/// What a report in JSON says was not checked, where no option would have it checked that the gate
/// leaves out on purpose. Whatever is not known for that counts, so that no other wording passes.
fn unchecked(report: &str) -> Result<Option<String>> {
    const LEFT_OUT: [&str; 2] = ["--since", "--notices"];
    let report: Report = serde_json::from_str(report).context("the report can't be understood")?;
    let mut skipped = report.summary.skipped.into_iter();
    let first = skipped.find(|skipped| {
        let mut words = skipped.why.split_whitespace();
        !words.any(|word| LEFT_OUT.contains(&word))
    });
    Ok(first.map(|Skipped { what, why }| format!("not checked: {what}: {why}")))
}

/// Of `schemas/output/findings.schema.json`, what a gate asks for.
#[derive(Deserialize)]
struct Report {
    summary: Summary,
}

#[derive(Deserialize)]
struct Summary {
    skipped: Vec<Skipped>,
}

#[derive(Deserialize)]
struct Skipped {
    what: String,
    why: String,
}

fn export(detail: Detail) -> Result<Verdict> {
    let finished = program::run(&["export", "--out", "dist"], detail)?;
    Ok(verdict_of_program(finished))
}

fn at_root(mut command: Command) -> Command {
    command.current_dir(root());
    command
}

fn verdict(finished: Finished, checked: String) -> Verdict {
    if finished.status.success() {
        Verdict::Passed { checked }
    } else {
        let output = finished.output;
        Verdict::Failed { checked, output }
    }
}

/// The program says itself what it checked.
fn verdict_of_program(finished: Finished) -> Verdict {
    let checked = last_line(&finished.output);
    verdict(finished, checked)
}

/// A person may do without a component; whoever checks what all others wrote may not.
fn skip_without(component: &str) -> Verdict {
    let reason = format!("{component} is not installed: `rustup component add {component}`");
    match runner() {
        Runner::Person => Verdict::Skipped { reason },
        // Nobody would notice there that it is missing.
        Runner::GitHub | Runner::GitLab => Verdict::Failed {
            checked: reason,
            output: String::new(),
        },
    }
}

/// Programs end with what they did.
fn last_line(output: &str) -> String {
    let mut lines = output.lines().rev();
    let line = lines.find(|line| !line.trim().is_empty());
    line.unwrap_or("it printed nothing").to_owned()
}

/// How many tests there were, of all test programs.
#[derive(Debug, Default, PartialEq, Eq)]
struct TestCounts {
    passed: u64,
    failed: u64,
    /// Programs that tests would have started, had they been there.
    missing: BTreeSet<String>,
}

impl TestCounts {
    fn read(output: &str) -> Self {
        /// What tests say that skip something; see `crates/exporter/tests/bundle/reader.rs`.
        const SKIPPED: &str = "skipped: there is no ";
        let missing = output
            .lines()
            .filter_map(|line| line.split_once(SKIPPED))
            .map(|(_, program)| program.to_owned());
        let mut counts = Self {
            missing: missing.collect(),
            ..Self::default()
        };
        for line in output
            .lines()
            .filter(|line| line.starts_with("test result:"))
        {
            let words: Vec<_> = line.split_whitespace().collect();
            for pair in words.windows(2) {
                let Ok(count) = pair[0].parse::<u64>() else {
                    continue;
                };
                match pair[1] {
                    "passed;" => counts.passed += count,
                    "failed;" => counts.failed += count,
                    _ => {}
                }
            }
        }
        counts
    }
}

impl std::fmt::Display for TestCounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.passed, self.failed) {
            (0, 0) => f.write_str("no test ran")?,
            (passed, 0) => write!(f, "{passed} tests passed")?,
            (passed, failed) => write!(f, "{passed} tests passed, {failed} failed")?,
        }
        if !self.missing.is_empty() {
            let missing: Vec<_> = self.missing.iter().map(String::as_str).collect();
            write!(f, "; skipped without {}", missing.join(", "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_counted_over_all_programs() {
        let output = "\
running 2 tests
test a ... ok
test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

test result: FAILED. 40 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s
";
        let counts = TestCounts::read(output);
        assert_eq!(counts.to_string(), "42 tests passed, 1 failed");
    }

    #[test]
    fn no_test_is_told_from_tests_that_pass() {
        let built_only = TestCounts::read("error: could not compile `source`\n");
        assert_eq!(built_only.to_string(), "no test ran");
    }

    #[test]
    fn what_tests_skip_is_said() {
        let output = "\
test a ... skipped: there is no tsc
skipped: there is no python3 with duckdb
skipped: there is no tsc
ok
test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";
        let counts = TestCounts::read(output);
        assert_eq!(
            counts.to_string(),
            "2 tests passed; skipped without python3 with duckdb, tsc"
        );
    }

    #[test]
    fn what_was_not_checked_is_seen_however_it_is_worded() {
        let report = |skipped: &str| format!(r#"{{"summary": {{"skipped": [{skipped}]}}}}"#);
        let change = r#"{"what": "reused-id", "count": null, "why": "name one with --since"}"#;
        let notices = r#"{"what": "retracted", "count": 3, "why": "name one with --notices"}"#;
        let left_out = format!("{change}, {notices}");
        for passing in ["", &left_out] {
            let unchecked = unchecked(&report(passing)).expect("it is a report");
            assert_eq!(unchecked, None);
        }
        for why in ["name their folder with --documents", "in whatever words"] {
            let passages = format!(r#"{{"what": "texts", "count": 2, "why": "{why}"}}"#);
            let report = report(&format!("{left_out}, {passages}"));
            let unchecked = unchecked(&report).expect("it is a report");
            assert_eq!(unchecked, Some(format!("not checked: texts: {why}")));
        }
        unchecked(r#"{"summary": {}}"#).expect_err("it does not say");
    }

    #[test]
    fn the_last_line_is_the_last_that_says_something() {
        assert_eq!(last_line("one\nchecked 2 records\n\n"), "checked 2 records");
        assert_eq!(last_line("\n"), "it printed nothing");
    }
}
