//! The schema documents of a run, and the references between them.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::{Draft, Uri};
use serde_json::Value;
use treatise_report::fault::{Origin, diagnose};
use treatise_report::{Diagnostic, FileId, Place};
use treatise_source::{Limits, LineIndex, Parser, Pointer, Span, Text};

use crate::instance::to_value;
use crate::keyword::subschemas;
use crate::rules::UNRESOLVED_SCHEMA_REFERENCE;

/// One file that holds a schema.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) file: FileId,
    /// What relative references in it are resolved against.
    pub(crate) uri: String,
    pub(crate) text: String,
    pub(crate) value: Value,
}

impl Document {
    /// Where the value that `pointer` leads to is written; with `at_name`, the name of the member
    /// instead. The whole file if there is no such value.
    pub(crate) fn place(&self, pointer: &str, at_name: bool) -> Place {
        let mut parser = Parser::new();
        let parsed = parser.parse(&self.text, Limits::default());
        let lines = LineIndex::new(&self.text);
        let root = parsed.tree.root();
        let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", ""));
        let span = Pointer::parse(pointer)
            .and_then(|target| root.find(&target))
            .map(|value| {
                let member = Pointer::parse(parent)
                    .and_then(|parent| root.find(&parent))
                    .and_then(|parent| parent.member(&name.replace("~1", "/").replace("~0", "~")));
                match member {
                    Some(member) if at_name => member.name_span(),
                    _ => value.span(),
                }
            });
        match span {
            Some(span) => Place::new(self.file, &lines, first_line_of(&self.text, span)),
            None => Place::whole_file(self.file),
        }
    }
}

/// A span cut to its first line: nobody wants half a schema underlined.
fn first_line_of(text: &str, span: Span) -> Span {
    let content = &text[span.range()];
    let length = content.find('\n').unwrap_or(content.len());
    Span::new(span.start, span.start + length as u32)
}

/// All schema documents that a run may use. What is not in here does not exist: nothing is ever
/// fetched.
#[derive(Debug)]
pub struct Library {
    pub(crate) documents: Vec<Document>,
    by_uri: BTreeMap<String, usize>,
    /// URIs that schemas inside the documents give themselves.
    embedded: BTreeSet<String>,
    pub(crate) default_draft: Draft,
}

/// A reference from one document to another, where it is written.
struct Link {
    uri: String,
    pointer: String,
}

impl Library {
    /// An empty library. Schemas that don't name their draft are taken for `default_draft`.
    pub fn new(default_draft: Draft) -> Self {
        Self {
            documents: Vec::new(),
            by_uri: BTreeMap::new(),
            embedded: BTreeSet::new(),
            default_draft,
        }
    }

    /// The URI under which a file is known whose path, relative to the root of the dataset and
    /// with `/` between folders, is `path`.
    pub fn uri_of_path(path: &str) -> String {
        let mut uri = String::from(SCHEME);
        for byte in path.trim_start_matches('/').bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                    uri.push(char::from(byte));
                }
                _ => uri.push_str(&format!("%{byte:02X}")),
            }
        }
        uri
    }

    /// The path behind a URI that [`Library::uri_of_path`] made.
    pub fn path_of_uri(uri: &str) -> Option<String> {
        let mut path = Vec::new();
        let mut rest = uri.strip_prefix(SCHEME)?.bytes();
        while let Some(byte) = rest.next() {
            path.push(match byte {
                b'%' => {
                    let digits = [rest.next()?, rest.next()?];
                    u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
                }
                _ => byte,
            });
        }
        String::from_utf8(path).ok()
    }

    /// Adds a document; returns what is wrong with its text. One whose text can't be read whole is
    /// not added.
    pub fn add(&mut self, file: FileId, uri: &str, bytes: &[u8]) -> Vec<Diagnostic> {
        let text = Text::from_bytes(bytes);
        let content = text.as_str();
        let mut parser = Parser::new();
        let parsed = parser.parse(content, Limits::default());
        let lines = LineIndex::new(content);
        let findings: Vec<_> = text
            .faults()
            .iter()
            .chain(parsed.faults)
            .map(|fault| diagnose(fault, &lines, content, Origin::whole(file), true))
            .collect();
        if parsed.is_complete() && text.faults().is_empty() {
            let uri = uri.trim_end_matches('#').to_owned();
            let document = Document {
                file,
                uri: uri.clone(),
                text: content.to_owned(),
                value: to_value(parsed.tree.root()),
            };
            self.embedded.extend(embedded_uris(&document));
            self.by_uri.insert(uri, self.documents.len());
            self.documents.push(document);
        }
        findings
    }

    /// The document with this URI.
    pub(crate) fn document(&self, uri: &str) -> Option<&Document> {
        self.by_uri
            .get(uri.trim_end_matches('#'))
            .map(|&index| &self.documents[index])
    }

    /// Whether the document was added.
    pub fn contains(&self, uri: &str) -> bool {
        self.document(uri).is_some()
    }

    /// URIs without fragment that documents refer to and that are not there; sorted.
    pub fn missing(&self) -> Vec<String> {
        let missing: BTreeSet<_> = self
            .documents
            .iter()
            .flat_map(links)
            .map(|link| link.uri)
            .filter(|uri| !self.knows(uri))
            .collect();
        missing.into_iter().collect()
    }

    /// A finding for each reference to a document that is not there.
    pub(crate) fn unresolved(&self) -> Vec<Diagnostic> {
        let unresolved = |document| {
            links(document)
                .into_iter()
                .filter(|link| !self.knows(&link.uri))
                .map(|link| {
                    let shown = Self::path_of_uri(&link.uri).unwrap_or(link.uri);
                    Diagnostic::new(
                        &UNRESOLVED_SCHEMA_REFERENCE,
                        format!("there is no schema `{shown}`"),
                        document.place(&link.pointer, false),
                    )
                    .with_note(
                        "references are resolved among the schemas at hand; nothing is fetched",
                    )
                    .at_pointer(Pointer::parse(&link.pointer).unwrap_or_default())
                })
                .collect::<Vec<_>>()
        };
        self.documents.iter().flat_map(unresolved).collect()
    }

    fn knows(&self, uri: &str) -> bool {
        self.contains(uri) || self.embedded.contains(uri) || is_built_in(uri)
    }
}

const SCHEME: &str = "dataset:///";

/// Whether the URI names a meta-schema or vocabulary that comes with the validator.
fn is_built_in(uri: &str) -> bool {
    [
        "http://json-schema.org/draft-",
        "https://json-schema.org/draft/",
    ]
    .iter()
    .any(|prefix| uri.starts_with(prefix))
}

/// Calls `visit` with every schema in a document, its pointer, and its base URI.
pub(crate) fn walk<'d>(document: &'d Document, visit: &mut dyn FnMut(&'d Value, &Pointer, &str)) {
    walk_from(&document.value, &Pointer::root(), &document.uri, visit);
}

fn walk_from<'d>(
    schema: &'d Value,
    pointer: &Pointer,
    base: &str,
    visit: &mut dyn FnMut(&'d Value, &Pointer, &str),
) {
    let Some(keywords) = schema.as_object() else {
        visit(schema, pointer, base);
        return;
    };
    let id = ["$id", "id"]
        .iter()
        .find_map(|name| keywords.get(*name)?.as_str())
        .filter(|id| !id.starts_with('#'))
        .and_then(|id| resolve(base, id));
    let base = id.as_deref().unwrap_or(base);
    visit(schema, pointer, base);
    for subschema in subschemas(keywords) {
        let mut below = pointer.join(treatise_source::Step::Member(subschema.keyword));
        if let Some(step) = &subschema.step {
            below.push(treatise_source::Step::Member(step));
        }
        walk_from(subschema.schema, &below, base, visit);
    }
}

fn embedded_uris(document: &Document) -> Vec<String> {
    let mut uris = Vec::new();
    walk(document, &mut |_, _, base| {
        if uris.last().is_none_or(|last| last != base) {
            uris.push(base.to_owned());
        }
    });
    uris
}

fn links(document: &Document) -> Vec<Link> {
    let mut links = Vec::new();
    walk(document, &mut |schema, pointer, base| {
        for keyword in ["$ref", "$dynamicRef", "$recursiveRef"] {
            let Some(reference) = schema.get(keyword).and_then(Value::as_str) else {
                continue;
            };
            if let Some(uri) = resolve(base, reference) {
                links.push(Link {
                    uri,
                    pointer: pointer
                        .join(treatise_source::Step::Member(keyword))
                        .as_str()
                        .to_owned(),
                });
            }
        }
    });
    links
}

/// The absolute URI of a reference, without its fragment.
fn resolve(base: &str, reference: &str) -> Option<String> {
    let base: Uri<&str> = Uri::parse(base).ok()?;
    let resolved = jsonschema::uri::resolve_against(&base, reference).ok()?;
    let uri = resolved.as_str();
    Some(uri.split('#').next().unwrap_or(uri).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use treatise_report::Files;

    fn library(documents: &[(&str, &str)]) -> Library {
        let mut files = Files::new();
        let mut library = Library::new(Draft::Draft202012);
        for (path, text) in documents {
            let file = files.add(path.as_ref());
            let findings = library.add(file, &Library::uri_of_path(path), text.as_bytes());
            assert!(findings.is_empty(), "{findings:?}");
        }
        library
    }

    #[test]
    fn paths_become_uris_and_back() {
        let uri = Library::uri_of_path("schemas/a b%.json");
        assert_eq!(uri, "dataset:///schemas/a%20b%25.json");
        assert_eq!(
            Library::path_of_uri(&uri).as_deref(),
            Some("schemas/a b%.json")
        );
        assert_eq!(Library::path_of_uri("https://example.com/a"), None);
    }

    #[test]
    fn references_to_other_files_are_followed_and_embedded_ids_known() {
        let library = library(&[(
            "schemas/a.json",
            r##"{"$ref": "b.json#/$defs/x", "items": {"$ref": "urn:example:c"},
               "$defs": {"c": {"$id": "urn:example:c", "$ref": "#"},
                         "d": {"$ref": "https://json-schema.org/draft/2020-12/schema"}},
               "enum": [{"$ref": "not-a-reference.json"}]}"##,
        )]);
        assert_eq!(library.missing(), ["dataset:///schemas/b.json"]);
        let findings = library.unresolved();
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "there is no schema `schemas/b.json`");
        assert_eq!(findings[0].place.from.column, 10);
    }
}
