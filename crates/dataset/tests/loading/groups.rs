//! Records are taken through the pass in groups: none gets lost, and nothing that is found in one is
//! said of another.

use std::path::PathBuf;

use treatise_dataset::{Collection, LoadOptions, Manifest, RecordVisitor, Visited, Visitor, load};
use treatise_report::{Diagnostic, Rule, Scope, Severity, Status};
use treatise_source::{LineIndex, Span};

use crate::built::write;

const SCHEMA: &str =
    r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}"#;
const MANIFEST: &str = r#"{
  "name": "garden", "version": "0.1.0", "as_of": "2026-11-22",
  "limits": { "record_bytes": 100000 },
  "collections": [
    { "name": "plants", "path": "data/plants", "schema": "schemas/x.json", "id": "/id" },
    { "name": "lines", "path": "data/lines.ndjson", "schema": "schemas/x.json", "id": "/id" }
  ]
}"#;

static SEEN: Rule = Rule {
    name: "seen",
    severity: Severity::Information,
    summary: "a record was seen",
    page: "",
    scope: Scope::Record,
    since: "0.1.0",
    status: Status::Stable,
    fix: None,
};

/// Finds something in each sound record, which names it.
struct Finder;

impl Visitor for Finder {
    fn begin<'v>(&'v self, _: &'v Manifest, _: &'v [Collection]) -> Box<dyn RecordVisitor + 'v> {
        Box::new(Finder)
    }
}

impl RecordVisitor for Finder {
    fn visit(&mut self, records: &[Visited<'_>], found: &mut Vec<Diagnostic>) {
        for record in records {
            let id = record
                .tree
                .root()
                .get("id")
                .and_then(treatise_source::Value::as_str);
            let lines = LineIndex::new(record.tree.text());
            let place = record.origin.place(&lines, Span::new(0, 1));
            let finding = Diagnostic::new(&SEEN, id.expect("it has one"), place);
            found.push(finding.in_record(Some(record.id)));
        }
    }
}

/// What a record is like.
#[derive(Clone, Copy, PartialEq)]
enum Make {
    Small,
    /// Alone in its group.
    Large,
    Broken,
    /// Over the limit.
    Refused,
}

fn make(number: usize) -> Make {
    match number {
        _ if number % 7 == 3 => Make::Broken,
        _ if number % 11 == 10 => Make::Large,
        _ if number % 13 == 12 => Make::Refused,
        _ => Make::Small,
    }
}

fn text(id: &str, make: Make) -> String {
    let filler = |bytes: usize| "x".repeat(bytes);
    match make {
        Make::Small => format!(r#"{{"id": "{id}", "a": "{}"}}"#, filler(id.len() * 40)),
        Make::Large => format!(r#"{{"id": "{id}", "a": "{}"}}"#, filler(70_000)),
        Make::Broken => format!(r#"{{"id": "{id}", "a": }}"#),
        Make::Refused => format!(r#"{{"id": "{id}", "a": "{}"}}"#, filler(100_000)),
    }
}

#[test]
fn what_is_found_in_a_record_is_said_of_that_one() {
    const COUNT: usize = 150;
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    write(&folder, "data/dataset.json", MANIFEST);
    write(&folder, "schemas/x.json", SCHEMA);
    let mut lines = String::new();
    for number in 0..COUNT {
        let id = format!("n{number:03}");
        write(
            &folder,
            &format!("data/plants/{id}.json"),
            &text(&id, make(number)),
        );
        lines.push_str(&text(&id.replace('n', "m"), make(number)));
        lines.push('\n');
    }
    write(&folder, "data/lines.ndjson", &lines);

    let options = LoadOptions {
        visitor: &Finder,
        ..LoadOptions::default()
    };
    let (dataset, findings) = load(folder.path(), &options).expect("the files can be read");

    let read = (0..COUNT).filter(|&number| make(number) != Make::Refused);
    let read = ["n", "m"].map(|letter| read.clone().map(move |at| format!("{letter}{at:03}")));
    let index = dataset.index();
    let ids: Vec<_> = index.records().map(|record| index.id(record)).collect();
    assert_eq!(ids, read.into_iter().flatten().collect::<Vec<_>>());

    for number in 0..COUNT {
        let file = PathBuf::from(format!("data/plants/n{number:03}.json"));
        let (named, own) = (format!("n{number:03}"), format!("m{number:03}"));
        let of_file = findings.kept.iter().filter(|finding| {
            std::path::Path::new(dataset.files().name(finding.place.file)) == file
        });
        let of_line = findings.kept.iter().filter(|finding| {
            dataset.files().name(finding.place.file) == "data/lines.ndjson"
                && finding.place.from.line as usize == number + 1
        });
        for (found, id) in [
            (of_file.collect::<Vec<_>>(), &named),
            (of_line.collect(), &own),
        ] {
            let [finding] = found[..] else {
                panic!("one finding in `{id}`, but: {found:#?}");
            };
            let (rule, record) = (finding.rule.name, finding.record.as_deref());
            match make(number) {
                Make::Small | Make::Large => {
                    assert_eq!((rule, record), ("seen", Some(id.as_str())));
                    assert_eq!(finding.message, *id);
                }
                Make::Broken => assert_eq!((rule, record), ("invalid-json", Some(id.as_str()))),
                Make::Refused => assert_eq!((rule, record), ("oversized-file", None)),
            }
        }
    }
}
