//! The one way in which these tests call the crate.

use std::fmt::Write as _;
use std::sync::Arc;

use treatise_report::{Diagnostic, Files, Place, Severity};
use treatise_schema::{Draft, Library, Options, Schema, Schemas, Verdict, WorkLimit};
use treatise_source::{Limits, LineIndex, Parser};

/// Schema documents by path or URI; the first is the one to compile.
pub(crate) type Documents<'a> = &'a [(&'a str, &'a str)];

/// How the schemas are read.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) draft: Draft,
    pub(crate) is_strict: bool,
    pub(crate) asserts_formats: bool,
}

impl Reading {
    /// Schemas from anywhere, formats asserted.
    pub(crate) const LENIENT: Self = Self {
        draft: Draft::Draft202012,
        is_strict: false,
        asserts_formats: true,
    };
    /// Schemas of a curated dataset.
    pub(crate) const STRICT: Self = Self {
        is_strict: true,
        ..Self::LENIENT
    };

    pub(crate) fn draft(draft: Draft) -> Self {
        Self {
            draft,
            ..Self::LENIENT
        }
    }
}

/// The compiled schema with its warnings, or the findings that stand against it.
pub(crate) fn compile(
    documents: Documents<'_>,
    reading: Reading,
) -> Result<(Schema, Vec<String>), Vec<String>> {
    let mut files = Files::new();
    let mut library = if reading.is_strict {
        Library::new(reading.draft)
    } else {
        Library::lenient(reading.draft)
    };
    let uris: Vec<String> = documents
        .iter()
        .map(|(name, _)| {
            if name.contains(':') {
                (*name).to_owned()
            } else {
                Library::uri_of_path(name)
            }
        })
        .collect();
    let mut findings = Vec::new();
    for ((name, text), uri) in documents.iter().zip(&uris) {
        findings.extend(library.add(files.add(name.as_ref()), uri, text.as_bytes()));
    }
    if findings.iter().any(is_error) {
        return Err(listed(&files, &findings));
    }
    let options = Options {
        asserts_formats: reading.asserts_formats,
        is_strict: reading.is_strict,
    };
    let (schemas, linked) =
        Schemas::link(library, options).map_err(|found| listed(&files, &found))?;
    findings.extend(linked);
    let schema = Arc::new(schemas)
        .compile(&uris[0])
        .map_err(|finding| listed(&files, &[finding]))?;
    Ok((schema, listed(&files, &findings)))
}

/// The schema of a text that must be sound.
pub(crate) fn schema(text: &str) -> Schema {
    schema_of(&[("schema.json", text)], Reading::LENIENT)
}

/// The schema of documents that must be sound.
pub(crate) fn schema_of(documents: Documents<'_>, reading: Reading) -> Schema {
    match compile(documents, reading) {
        Ok((schema, _)) => schema,
        Err(findings) => panic!("the schema is refused: {findings:#?}"),
    }
}

/// The findings against documents that must not be sound.
pub(crate) fn refusal(documents: Documents<'_>, reading: Reading) -> Vec<String> {
    match compile(documents, reading) {
        Ok(_) => panic!("the schema is accepted: {documents:?}"),
        Err(findings) => findings,
    }
}

/// The verdict on a text, after making sure that the explanations agree with it.
pub(crate) fn judge(schema: &Schema, text: &str) -> Verdict {
    let mut parser = Parser::new();
    let parsed = parser.parse(text, Limits::default());
    let verdict = schema.judge(&parsed.tree, &WorkLimit::default());
    let explained = schema.explain(&parsed.tree, &WorkLimit::default());
    match verdict {
        Verdict::GivenUp => {}
        Verdict::Valid => assert_eq!(explained, Some(Vec::new()), "{text}"),
        Verdict::Invalid => assert!(explained != Some(Vec::new()), "nothing is said of {text}"),
    }
    verdict
}

/// Asserts the verdict on each of some texts.
#[track_caller]
pub(crate) fn assert_verdicts(schema: &Schema, valid: &[&str], invalid: &[&str]) {
    for text in valid {
        assert_eq!(judge(schema, text), Verdict::Valid, "{text}");
    }
    for text in invalid {
        assert_eq!(judge(schema, text), Verdict::Invalid, "{text}");
    }
}

/// What is said of a document, as an editor would read it: a paragraph for each finding.
pub(crate) fn explain(schema: &Schema, text: &str) -> String {
    let mut parser = Parser::new();
    let parsed = parser.parse(text, Limits::default());
    let lines = LineIndex::new(text);
    let file = Files::new().add("record.json".as_ref());
    let violations = schema
        .explain(&parsed.tree, &WorkLimit::default())
        .expect("an ordinary document is explained");
    let mut told = String::new();
    for violation in violations {
        let rule = violation.rule;
        let finding = violation.into_diagnostic(rule, |span| Place::new(file, &lines, span));
        let from = finding.place.from;
        let marked = &text[finding.place.start as usize..finding.place.end as usize];
        let _ = write!(
            told,
            "{}:{} {marked}\n    {}\n",
            from.line, from.column, finding.message
        );
        if rule.name != "schema-violation" {
            let _ = writeln!(told, "    rule: {}", rule.name);
        }
        for label in &finding.labels {
            let from = label.place.from;
            let _ = writeln!(told, "    {}:{}: {}", from.line, from.column, label.text);
        }
        for note in &finding.notes {
            let _ = writeln!(told, "    note: {note}");
        }
        for help in &finding.help {
            let _ = writeln!(told, "    help: {help}");
        }
    }
    told
}

fn is_error(finding: &Diagnostic) -> bool {
    finding.severity == Severity::Error
}

/// One line for each finding.
fn listed(files: &Files, findings: &[Diagnostic]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| {
            let from = finding.place.from;
            let path = files.name(finding.place.file);
            format!(
                "{path}:{}:{} {} {}: {}",
                from.line,
                from.column,
                finding.severity.name(),
                finding.rule.name,
                finding.message
            )
        })
        .collect()
}
