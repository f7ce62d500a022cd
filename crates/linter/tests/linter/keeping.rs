//! No fix makes an error disappear that it did not mend: whatever a text has that a tree has not, the
//! record stays byte for byte as it is. Held against texts with faults at random.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use tempfile::TempDir;
use treatise_linter::{Choice, Options, apply, fixes, lint};
use treatise_report::Applicability;
use treatise_report::fault::{BYTE_ORDER_MARK, TEXT_RULES};

/// As the program does it.
const MOST_ROUNDS: usize = 8;

const MANIFEST: &str = r#"{
  "name": "texts", "version": "0.1.0", "as_of": "2026-11-22", "default_language": "en",
  "collections": [
    { "name": "files", "path": "data/files", "schema": "schemas/texts.json" },
    { "name": "lines", "path": "data/lines.ndjson", "schema": "schemas/texts.json", "id": "/id" }
  ]
}
"#;

const SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "id": { "type": "string" },
    "b": { "x-prose": true },
    "a": { "items": { "x-prose": true }, "additionalProperties": { "x-prose": true } }
  }
}
"#;

/// The text of a value, with and without faults.
fn value() -> impl Strategy<Value = Vec<u8>> {
    let scalar = prop_oneof![
        6 => string(),
        2 => number(),
        1 => prop::sample::select(&["true", "null", "nul", "'a'", "", "/* a */ 1"][..])
            .prop_map(|word| word.as_bytes().to_vec()),
    ];
    scalar.prop_recursive(4, 24, 4, |inner| {
        let space = || prop::sample::select(&["", " ", "\n", "\t", "\r\n"][..]);
        let end = || prop::sample::select(&["", "", "", "", "", "", "", ","][..]);
        let member = (name(), space(), inner.clone())
            .prop_map(|(name, space, value)| [&name[..], b":", space.as_bytes(), &value].concat());
        let object = (prop::collection::vec(member, 0..5), space(), end());
        let array = (prop::collection::vec(inner, 0..4), space(), end());
        prop_oneof![
            3 => object.prop_map(|(members, space, end)| {
                let members = members.join(&[b",", space.as_bytes()].concat()[..]);
                [b"{", &members[..], end.as_bytes(), b"}"].concat()
            }),
            1 => array.prop_map(|(elements, space, end)| {
                let elements = elements.join(&[b",", space.as_bytes()].concat()[..]);
                [b"[", &elements[..], end.as_bytes(), b"]"].concat()
            }),
        ]
    })
}

fn name() -> impl Strategy<Value = Vec<u8>> {
    // Few names, so that some are repeated, also in other words.
    prop_oneof![
        4 => prop::sample::select(&[r#""a""#, r#""b""#, r#""\u0061""#, r#""c""#, r#""d""#][..])
            .prop_map(|name| name.as_bytes().to_vec()),
        1 => string(),
    ]
}

fn string() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &[&[u8]] = &[
        b"cure",
        b" ",
        b"  ",
        b"'",
        b"\\\"",
        b"\\/",
        b"\\u0065\\u0301",
        "e\u{301}".as_bytes(),
        b"\\ud83d\\ude00",
        b"\\ud800",
        b"\\udc00",
        b"\\ufffd",
        b"\\u0007",
        b"\\u007f",
        b"\x7f",
        b"\\u0085",
        b"\\u200b",
        "\u{200b}".as_bytes(),
        "\u{202e}".as_bytes(),
        b"\\u2028",
        b"\\ufeff",
        b"\x01",
        b"\\x",
        b"\xff",
        b"\xed\xa0\x80",
    ];
    // The last six or so are rare, as most texts should be readable.
    let piece = prop_oneof![
        16 => prop::sample::select(&PIECES[..9]),
        3 => prop::sample::select(&PIECES[9..21]),
        1 => prop::sample::select(&PIECES[21..]),
    ];
    prop::collection::vec(piece, 0..4)
        .prop_map(|pieces| [b"\"", &pieces.concat()[..], b"\""].concat())
}

fn number() -> impl Strategy<Value = Vec<u8>> {
    prop::sample::select(
        &[
            "0",
            "-0",
            "1.50",
            "1E3",
            "1e400",
            "1e-400",
            "9007199254740993",
            "0.1234567890123456789",
            "01",
            "1.",
        ][..],
    )
    .prop_map(|number| number.as_bytes().to_vec())
}

/// A dataset with one record in a file, and some in lines.
fn dataset(file: &[u8], lines: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let files: [(&str, &[u8]); 4] = [
        ("data/dataset.json", MANIFEST.as_bytes()),
        ("schemas/texts.json", SCHEMA.as_bytes()),
        ("data/files/one.json", file),
        ("data/lines.ndjson", lines),
    ];
    for (path, content) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("it lies in a folder"))
            .expect("a temporary folder can be written to");
        std::fs::write(path, content).expect("a temporary folder can be written to");
    }
    folder
}

/// How often each rule of texts is broken in each record: by file, and by line where lines are
/// records.
fn faults(root: &Path) -> BTreeMap<(String, u32, &'static str), usize> {
    let linted = lint(root, &Options::default()).expect("the dataset can be read");
    let mut faults = BTreeMap::new();
    for finding in &linted.findings.kept {
        let name = linted.dataset.files().name(finding.place.file).to_owned();
        let line = match Path::new(&name).extension() {
            Some(extension) if extension == "ndjson" => finding.place.from.line,
            _ => 0,
        };
        if TEXT_RULES.contains(&finding.rule) && finding.rule.name != BYTE_ORDER_MARK.name {
            *faults.entry((name, line, finding.rule.name)).or_default() += 1;
        }
    }
    faults
}

fn mend(root: &Path, only: &[String], allowed: Applicability) {
    let options = Options {
        choice: Choice {
            only,
            ..Choice::default()
        },
        ..Options::default()
    };
    for _ in 0..MOST_ROUNDS {
        let linted = lint(root, &options).expect("the dataset can be read");
        let fixed = fixes(&linted, allowed).expect("the dataset can be read");
        if fixed.is_empty() {
            return;
        }
        apply(root, &fixed).expect("a temporary folder can be written to");
    }
    panic!("the fixes come to no end");
}

/// What a text of JSON holds, in no order: strings as the units of UTF-16 that they stand for, and
/// everything else as it is written.
fn tokens(text: &[u8]) -> Vec<Vec<u16>> {
    let text = String::from_utf8(text.to_vec()).expect("only what is UTF-8 is written anew");
    let mut tokens = Vec::new();
    let mut rest = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(first) = rest.next() {
        match first {
            '"' => {
                let mut token = vec![u16::from(b'"')];
                while let Some(character) = rest.next().filter(|&character| character != '"') {
                    let escape = (character == '\\').then(|| rest.next().unwrap_or('\\'));
                    let unit = match escape {
                        Some('u') => {
                            let digits: String = rest.by_ref().take(4).collect();
                            u16::from_str_radix(&digits, 16).expect("an escape has four digits")
                        }
                        Some('n') => 10,
                        Some('r') => 13,
                        Some('t') => 9,
                        other => {
                            let mut units = [0; 2];
                            let units = other.unwrap_or(character).encode_utf16(&mut units);
                            token.extend_from_slice(units);
                            continue;
                        }
                    };
                    token.push(unit);
                }
                tokens.push(token);
            }
            '{' | '}' | '[' | ']' | ',' | ':' => tokens.push(vec![first as u16]),
            _ if first.is_ascii_whitespace() => {}
            _ => {
                let mut token = vec![first as u16];
                let goes_on = |next: &char| next.is_ascii_alphanumeric() || "+-.".contains(*next);
                while let Some(next) = rest.next_if(goes_on) {
                    token.push(next as u16);
                }
                tokens.push(token);
            }
        }
    }
    tokens.sort();
    tokens
}

/// The records, as they stand in their files.
fn records(root: &Path) -> Vec<((String, u32), Vec<u8>)> {
    let read = |path: &str| std::fs::read(root.join(path)).expect("it is there");
    let lines = read("data/lines.ndjson");
    let lines = lines.split(|&byte| byte == b'\n');
    let lines = (1..)
        .zip(lines)
        .map(|(number, line)| (("data/lines.ndjson".to_owned(), number), line.to_vec()));
    let file = ("data/files/one.json".to_owned(), 0);
    let mut records = vec![(file, read("data/files/one.json"))];
    records.extend(lines);
    records
}

fn hold(file: &[u8], lines: &[u8], only: &[String], allowed: Applicability) {
    // What these rules find has no fix, and what is written from a tree shows nothing of it.
    const LOST: &[&str] = &[
        "invalid-utf8",
        "invalid-json",
        "duplicate-key",
        "lone-surrogate",
        "too-deep",
    ];
    let folder = dataset(file, lines);
    let root = folder.path();
    let (faults_before, before) = (faults(root), records(root));
    mend(root, only, allowed);
    assert_eq!(faults(root), faults_before, "no error disappears");
    let after = records(root);
    assert_eq!(before.len(), after.len());
    for ((key, before), (_, after)) in before.iter().zip(&after) {
        let is_lost = |rule: &&str| faults_before.contains_key(&(key.0.clone(), key.1, *rule));
        if LOST.iter().any(is_lost) {
            assert_eq!(before, after, "the record stays as it is");
        } else if !only.is_empty() && before != after {
            assert_eq!(tokens(before), tokens(after), "what it holds stays");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_fix_hides_an_error_or_changes_what_a_text_holds(
        file in value(),
        lines in prop::collection::vec(value(), 0..4),
        has_mark in any::<bool>(),
    ) {
        let mark: &[u8] = if has_mark { "\u{feff}".as_bytes() } else { b"" };
        let file = [mark, b"{ \"b\" :\"x\", \"e\": ", &file[..], b"}"].concat();
        let lines = (0..).zip(lines).map(|(number, value): (u32, _)| {
            let value = value.split(|byte| b"\r\n".contains(byte)).collect::<Vec<_>>().concat();
            [format!(r#"{{"e":1, "id": "l{number}", "b":"#).as_bytes(), &value, b"}"].concat()
        });
        let lines: Vec<_> = lines.collect();
        let lines = lines.join(&b'\n');
        let form = ["unformatted".to_owned()];
        hold(&file, &lines, &form, Applicability::Safe);
        hold(&file, &lines, &[], Applicability::Safe);
        hold(&file, &lines, &[], Applicability::Unsafe);
    }
}

#[test]
fn faults_that_are_too_many_to_be_listed_count_as_well() {
    let numbers = "1e400, ".repeat(300);
    let file = format!(r#"{{ "e": [{numbers} "\ud800"], "a":1 }}"#);
    hold(
        file.as_bytes(),
        b"",
        &["unformatted".to_owned()],
        Applicability::Safe,
    );
    let folder = dataset(file.as_bytes(), b"");
    mend(folder.path(), &[], Applicability::Safe);
    assert_eq!(records(folder.path())[0].1, file.as_bytes());
}
