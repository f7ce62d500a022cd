//! Any strings in findings, in every format: nothing that a reader can't see gets through, and what
//! should be JSON is.

#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use treatise_report::fault::TEXT_RULES;
use treatise_report::{
    Counts, Diagnostic, Files, Format, Options, Place, Report, Skipped, Summary, render,
};
use treatise_source::{LineIndex, Pointer, Span, is_unseen};

#[derive(Debug, Arbitrary)]
struct Finding<'a> {
    rule: usize,
    message: &'a str,
    text: &'a str,
    place: (u32, u32),
    label: Option<&'a str>,
    related: Option<&'a str>,
    note: Option<&'a str>,
    help: Option<&'a str>,
    record: Option<&'a str>,
    pointer: Option<&'a str>,
}

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    file: &'a str,
    findings: Vec<Finding<'a>>,
    skipped: Option<(&'a str, &'a str)>,
    color: bool,
    width: u8,
    max_bytes: Option<u16>,
}

fn diagnostic(finding: &Finding<'_>, files: &mut Files, name: &str) -> Diagnostic {
    let file = files.add(name.as_ref());
    let lines = LineIndex::new(finding.text);
    let length = finding.text.len() as u32 + 1;
    let place = Place::new(
        file,
        &lines,
        Span::new(finding.place.0 % length, finding.place.1 % length),
    );
    let rule = TEXT_RULES[finding.rule % TEXT_RULES.len()];
    let mut diagnostic =
        Diagnostic::new(rule, finding.message, place.clone()).in_record(finding.record);
    if let Some(label) = finding.label {
        diagnostic = diagnostic.with_label(label);
    }
    if let Some(related) = finding.related {
        diagnostic = diagnostic.with_related(place, related);
    }
    if let Some(note) = finding.note {
        diagnostic = diagnostic.with_note(note);
    }
    if let Some(help) = finding.help {
        diagnostic = diagnostic.with_help(help);
    }
    if let Some(pointer) = finding.pointer.and_then(Pointer::parse) {
        diagnostic = diagnostic.at_pointer(pointer);
    }
    diagnostic
}

fuzz_target!(|input: Input<'_>| {
    let mut files = Files::new();
    let mut diagnostics: Vec<_> = input
        .findings
        .iter()
        .map(|finding| diagnostic(finding, &mut files, input.file))
        .collect();
    diagnostics.sort_by(|left, right| left.compare(right, &files));
    let mut summary = Summary::default();
    summary.counts = Counts::of(&diagnostics);
    summary.listed = diagnostics.len() as u64;
    summary.skipped.extend(input.skipped.map(|(what, why)| Skipped {
        what: what.to_owned(),
        count: None,
        why: why.to_owned(),
    }));
    let report = Report {
        files: &files,
        diagnostics: &diagnostics,
        summary: &summary,
        rules: TEXT_RULES,
        tool_version: "0.0.0",
    };
    let options = Options {
        color: input.color,
        width: input.width.into(),
        max_bytes: input.max_bytes.map(usize::from),
    };
    for &format in Format::ALL {
        let mut bytes = Vec::new();
        render(&report, format, &options, &mut bytes).expect("memory takes all bytes");
        let output = String::from_utf8(bytes).expect("every format is UTF-8");
        let is_colored = input.color && format == Format::Human;
        let unseen = output.chars().find(|&character| {
            is_unseen(character) && !(is_colored && character == '\u{1b}')
        });
        assert_eq!(unseen, None, "{format:?}");
        match format {
            Format::Json | Format::Sarif => {
                serde_json::from_str::<serde_json::Value>(&output).expect("it is JSON");
            }
            Format::Ndjson => {
                for line in output.lines() {
                    serde_json::from_str::<serde_json::Value>(line).expect("each line is JSON");
                }
            }
            _ => {}
        }
    }
});
