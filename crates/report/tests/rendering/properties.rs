//! What holds for every text that a file can put into a report.

use std::path::PathBuf;

use crate::sample::{HOSTILE, RULES, Sample};
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;
use treatise_report::{Diagnostic, Excerpt, FileId, Format, Label, Options, Place};
use treatise_source::{LineColumn, Pointer};

/// Short texts with more than their share of what is dangerous; short enough not to be cut.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => any::<char>().prop_map(String::from),
        4 => "[ -~]{0,8}",
        2 => proptest::sample::select(vec![
            "\u{1b}[31m", "\u{9b}", "\u{7f}", "\0", "\u{202e}", "\u{2067}", "\u{200b}", "\u{feff}",
            "\u{ad}", "\u{fe0f}", "\u{e0041}", "\u{2028}", "\n", "\r\n", "\t", "::error::x",
            "\n::warning file=a::", "##[group]", "##vso[a]", "###", "]]>", "<!--", "&amp;", "%0A",
            "%", ":", ",", "`", "\u{301}", "薬", "👩🏽", "{0}", "[a](1)", "\\", "\u{fffe}",
            "\u{ffff}",
        ]).prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn place(files: usize) -> impl Strategy<Value = (usize, Place)> {
    let excerpt = prop_oneof![
        1 => Just(None),
        4 => (text(), prop_oneof![Just(1), 1..400_u32], any::<bool>()).prop_map(
            |(text, first_column, is_cut)| Some(Excerpt { text, first_column, is_cut })
        ),
    ];
    let end = (0..3_u32, 0..40_u32);
    (0..files, 1..2000_u32, 1..450_u32, end, excerpt).prop_map(
        |(file, line, column, (lines, length), excerpt)| {
            let to = LineColumn {
                line: line + lines,
                column: if lines == 0 {
                    column + length
                } else {
                    1 + length
                },
            };
            let place = Place {
                file: any_file(),
                start: 0,
                end: 0,
                from: LineColumn { line, column },
                to,
                has_mark: false,
                excerpt,
            };
            (file, place)
        },
    )
}

/// Whether a terminal or a person could be deceived by `character`.
fn is_dangerous(character: char) -> bool {
    character != '\n' && (character.is_control() || treatise_source::is_unseen(character))
}

/// Stands for the file until there are files.
fn any_file() -> FileId {
    treatise_report::Files::new().add("x".as_ref())
}

fn sample() -> impl Strategy<Value = Sample> {
    let names = prop::collection::vec(text(), 3);
    let labels = prop::collection::vec((place(3), text()), 0..3);
    let texts = || prop::collection::vec(text(), 0..3);
    let record = prop::option::of(text());
    let label = prop::option::of(text());
    let finding = (
        (0..RULES.len(), text(), place(3)),
        (label, labels, texts(), texts(), record, text()),
    );
    (names, prop::collection::vec(finding, 0..16)).prop_map(|(names, findings)| {
        let mut sample = Sample::default();
        let files: Vec<_> = names
            .iter()
            .map(|name| sample.files.add(&PathBuf::from(name)))
            .collect();
        let at = |(file, place): (usize, Place)| Place {
            file: files[file],
            ..place
        };
        for ((rule, message, place), (label, labels, notes, help, record, token)) in findings {
            let labels = labels.into_iter().map(|(place, text)| Label {
                place: at(place),
                text,
            });
            let mut pointer = Pointer::root();
            pointer.push(treatise_source::Step::Member(&token));
            sample.add(Diagnostic {
                label,
                labels: labels.collect(),
                notes,
                help,
                record,
                pointer: Some(pointer),
                ..Diagnostic::new(RULES[rule], message, at(place))
            });
        }
        sample
    })
}

fn strings(values: &[String]) -> Vec<&str> {
    values.iter().map(String::as_str).collect()
}

/// Whether a value written as JSON is the finding, string for string.
fn assert_same(value: &Value, diagnostic: &Diagnostic, sample: &Sample) {
    let help = (!diagnostic.help.is_empty()).then(|| diagnostic.help.join("\n"));
    assert_eq!(value["message"], diagnostic.message.as_str());
    assert_eq!(value["file"], sample.files.name(diagnostic.place.file));
    assert_eq!(value["help"].as_str(), help.as_deref());
    assert_eq!(value["label"].as_str(), diagnostic.label.as_deref());
    assert_eq!(value["record"].as_str(), diagnostic.record.as_deref());
    assert_eq!(
        value["pointer"].as_str(),
        diagnostic.pointer.as_ref().map(Pointer::as_str)
    );
    let notes = value["notes"].as_array().expect("notes are an array");
    assert_eq!(
        notes.iter().filter_map(Value::as_str).collect::<Vec<_>>(),
        strings(&diagnostic.notes)
    );
    for (related, label) in value["related"]
        .as_array()
        .expect("related places are an array")
        .iter()
        .zip(&diagnostic.labels)
    {
        assert_eq!(related["label"], label.text.as_str());
        assert_eq!(related["file"], sample.files.name(label.place.file));
    }
}

/// A text without the signs that mean something in a message of SARIF, and what escapes them.
fn without_signs(text: &str) -> String {
    text.replace(['{', '}', '[', ']', '\\'], "")
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("the output is JSON")
}

/// The names of elements that were opened and are closed again.
fn elements(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let mut names = Vec::new();
    loop {
        let name = |name: &[u8]| String::from_utf8(name.to_vec()).expect("names are ASCII");
        match reader.read_event().expect("the output is well-formed") {
            Event::Start(start) | Event::Empty(start) => {
                for attribute in start.attributes() {
                    let attribute = attribute.expect("attributes are well-formed");
                    attribute
                        .normalized_value(quick_xml::XmlVersion::Explicit1_0)
                        .expect("entities are known");
                }
                names.push(name(start.name().as_ref()));
            }
            Event::Eof => return names,
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        // The tests write no files; a failure is shown, and kept as a sample by hand.
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_output_is_dangerous_and_the_same_report_gives_the_same_bytes(
        sample in sample(),
        width in 0..200_usize,
        max_bytes in prop::option::of(0..4000_usize),
    ) {
        let options = Options { width, max_bytes, ..Options::default() };
        for &format in Format::ALL {
            let output = sample.render(format, &options);
            prop_assert!(!output.contains(is_dangerous), "{}: {output:?}", format.name());
            prop_assert_eq!(&output, &sample.render(format, &options));
            if format == Format::Junit || output.is_empty() {
                continue;
            }
            prop_assert!(output.ends_with('\n'));
            prop_assert!(!output.contains("##"), "{}: {output:?}", format.name());
        }
    }

    #[test]
    fn colours_are_the_only_escapes(sample in sample()) {
        let options = Options { color: true, ..Options::default() };
        let output = sample.render(Format::Human, &options);
        for part in output.split('\u{1b}').skip(1) {
            let (code, text) = part.split_once('m').expect("only colours are set");
            let is_color = code.strip_prefix('[').is_some_and(|code| {
                code.bytes().all(|byte| byte.is_ascii_digit() || byte == b';')
            });
            prop_assert!(is_color);
            prop_assert!(!text.contains(is_dangerous));
        }
    }

    #[test]
    fn json_has_the_exact_strings(sample in sample()) {
        let document = parse(&sample.render(Format::Json, &Options::default()));
        let findings = document["findings"].as_array().expect("findings are an array");
        let ndjson = sample.render(Format::Ndjson, &Options::default());
        let lines: Vec<_> = ndjson.lines().map(parse).collect();
        prop_assert_eq!(findings.len(), sample.diagnostics.len());
        prop_assert_eq!(lines.len(), sample.diagnostics.len() + 1);
        for (index, diagnostic) in sample.diagnostics.iter().enumerate() {
            assert_same(&findings[index], diagnostic, &sample);
            assert_same(&lines[index], diagnostic, &sample);
        }
    }

    #[test]
    fn sarif_has_the_exact_strings(sample in sample()) {
        let log = parse(&sample.render(Format::Sarif, &Options::default()));
        let results = log["runs"][0]["results"].as_array().expect("results are an array");
        prop_assert_eq!(results.len(), sample.diagnostics.len());
        for (result, diagnostic) in results.iter().zip(&sample.diagnostics) {
            let text = result["message"]["text"].as_str().expect("a message has text");
            prop_assert!(without_signs(text).starts_with(&without_signs(&diagnostic.message)));
            let location = &result["locations"][0];
            let artifact = &location["physicalLocation"]["artifactLocation"];
            let uri = artifact["uri"].as_str().expect("a place has a file");
            let absolute = uri.strip_prefix("file:///");
            prop_assert_eq!(absolute.is_some(), artifact.get("uriBaseId").is_none());
            let path = absolute.unwrap_or(uri);
            prop_assert!(path.is_ascii() && !path.contains([':', '\\', '?', '#']));
            prop_assert!(!path.starts_with('/') && (absolute.is_some() || !path.is_empty()));
            let mut below = path.split('/').skip_while(|part| absolute.is_none() && *part == "..");
            prop_assert!(below.all(|part| part != ".."));
            let pointer = diagnostic.pointer.as_ref().map(Pointer::as_str);
            let names = location["logicalLocations"].as_array().expect("there is a pointer");
            let last = names.last().and_then(|name| name["fullyQualifiedName"].as_str());
            prop_assert_eq!(last, pointer);
        }
    }

    #[test]
    fn github_has_a_command_for_each_annotation(sample in sample()) {
        let output = sample.render(Format::Github, &Options::default());
        let of = |rule: usize| {
            let found = sample.diagnostics.iter();
            found.filter(|diagnostic| diagnostic.rule == RULES[rule]).count()
        };
        let expected: usize = (0..RULES.len()).map(|rule| of(rule).min(10)).sum();
        let is_command = |line: &&str| line.trim_start().starts_with("::");
        prop_assert_eq!(output.lines().filter(is_command).count(), expected);
        let others = usize::from(expected < sample.diagnostics.len());
        prop_assert_eq!(output.split(['\n', '\r']).count(), expected + others + 1);
        for line in output.lines().filter(is_command) {
            let (head, _) = line[2..].split_once("::").expect("the properties end");
            let (_, properties) = head.split_once(" file=").expect("there is a file");
            prop_assert_eq!(properties.matches("title=").count(), 1);
        }
    }

    #[test]
    fn lists_for_people_have_no_commands(sample in sample()) {
        for format in [Format::Human, Format::Short] {
            let output = sample.render(format, &Options::default());
            for line in output.lines().map(str::trim_start) {
                let is_arrow = format == Format::Human && line.starts_with("::: ");
                prop_assert!(is_arrow || !line.starts_with("::"), "{output}");
            }
            if format == Format::Short {
                prop_assert_eq!(output.lines().count(), sample.diagnostics.len());
            }
        }
    }

    #[test]
    fn junit_is_well_formed(sample in sample()) {
        let names = elements(&sample.render(Format::Junit, &Options::default()));
        let count = |wanted: &str| names.iter().filter(|name| *name == wanted).count();
        let failures = sample.summary.counts.errors + sample.summary.counts.warnings;
        prop_assert_eq!(names[0].as_str(), "testsuites");
        prop_assert_eq!(count("testcase"), sample.diagnostics.len().max(1));
        prop_assert_eq!(count("failure") as u64, failures);
        prop_assert_eq!(count("system-out") as u64, sample.summary.counts.informations);
    }
}

#[test]
fn the_check_for_danger_can_fail() {
    assert!(HOSTILE.contains(is_dangerous));
}
