//! The schema documents of a run, and the references between them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jsonschema::Draft;
use serde_json::Value;
use treatise_report::fault::{Origin, Reading, diagnose};
use treatise_report::{Diagnostic, FileId};
use treatise_source::{Limits, LineIndex, Parser, Pointer, Step, Text};

use crate::compile::VOCABULARY;
use crate::document::{Document, Part, Unplaced};
use crate::instance::to_value;
use crate::nearest::nearest_id;
use crate::percent::{decoded, encoded};
use crate::rules::UNRESOLVED_SCHEMA_REFERENCE;
use crate::survey::{Link, Survey, meta_schema_of, resolve};

/// All schema documents that a run may use. What is not in here does not exist: nothing is ever
/// fetched.
#[derive(Debug)]
pub struct Library {
    pub(crate) documents: Vec<Document>,
    by_uri: BTreeMap<String, usize>,
    /// The URIs of documents that were not added because of their texts.
    unreadable: BTreeSet<String>,
    seen: Seen,
    pub(crate) default_draft: Draft,
    is_strict: bool,
}

/// What documents say when each is looked at alone, and so once: what lies between them may make
/// schemas of further places, but hardly ever does.
#[derive(Debug, Default)]
struct Seen {
    /// How many of the documents were looked at.
    count: usize,
    /// The URIs that their schemas have.
    own: BTreeSet<String>,
    /// The URIs that they refer to, until somebody asks which of them are missing.
    linked: BTreeSet<String>,
    /// The folder of the absolute URI that a document gives itself, and the one of its path.
    folders: Vec<(String, String)>,
}

impl Library {
    /// An empty library for the schemas of a curated dataset. Those that don't name their draft
    /// are taken for `default_draft`.
    pub fn new(default_draft: Draft) -> Self {
        Self {
            documents: Vec::new(),
            by_uri: BTreeMap::new(),
            unreadable: BTreeSet::new(),
            seen: Seen::default(),
            default_draft,
            is_strict: true,
        }
    }

    /// An empty library for schemas of any origin: what is legal JSON but unwise, as a number
    /// beyond the precision of doubles, is a warning.
    pub fn lenient(default_draft: Draft) -> Self {
        Self {
            is_strict: false,
            ..Self::new(default_draft)
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
                _ => {
                    let _ = write!(uri, "%{byte:02X}");
                }
            }
        }
        uri
    }

    /// The path behind a URI that [`Library::uri_of_path`] made.
    pub fn path_of_uri(uri: &str) -> Option<String> {
        decoded(uri.strip_prefix(SCHEME)?)
    }

    /// Adds a document; returns what is wrong with its text. One whose text can't be read whole is
    /// not added.
    pub fn add(&mut self, file: FileId, uri: &str, bytes: &[u8]) -> Vec<Diagnostic> {
        let text = Text::from_bytes(bytes);
        let content = text.as_str();
        let mut parser = Parser::new();
        let parsed = parser.parse(content, Limits::default());
        let lines = LineIndex::new(content);
        let reading = Reading {
            is_strict: self.is_strict,
            is_line: false,
        };
        let findings: Vec<_> = text
            .faults_with(parsed.faults)
            .map(|fault| diagnose(fault, &lines, content, Origin::whole(file), reading))
            .collect();
        let uri = uri.trim_end_matches('#').to_owned();
        if parsed.is_complete() && text.faults().is_empty() {
            self.unreadable.remove(&uri);
            let value = to_value(parsed.tree.root());
            let document = Document::new(file, uri.clone(), content.to_owned(), value);
            // Two documents with one URI: the later one counts, as for repeated options.
            if let Some(&index) = self.by_uri.get(&uri) {
                self.documents[index] = document;
                self.seen = Seen::default();
            } else {
                self.by_uri.insert(uri, self.documents.len());
                self.documents.push(document);
            }
        } else {
            self.unreadable.insert(uri);
        }
        findings
    }

    /// Whether another one has the same documents, so that the same follows from it.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let is_alike = self.default_draft == other.default_draft
            && self.is_strict == other.is_strict
            && self.documents.len() == other.documents.len();
        let mut pairs = self.documents.iter().zip(&other.documents);
        is_alike && pairs.all(|(document, other)| document.is_same(other))
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

    /// URIs without fragment that documents refer to, or name as their meta-schema, and that are
    /// not there; sorted.
    pub fn missing(&self) -> Vec<String> {
        let survey = self.survey();
        let links = survey.links.iter().filter_map(|link| link.uri.clone());
        let meta = self.documents.iter().filter_map(meta_schema_of);
        let missing: BTreeSet<_> = links
            .chain(meta.map(str::to_owned))
            .filter(|uri| !knows(&survey, uri) && !self.unreadable.contains(uri))
            .collect();
        missing.into_iter().collect()
    }

    fn look_at_new(&mut self) {
        for document in &self.documents[self.seen.count..] {
            let survey = Survey::of_one(document, &self.documents, self.default_draft);
            let links = survey.links.iter().filter_map(|link| link.uri.clone());
            self.seen.linked.extend(links);
            self.seen
                .linked
                .extend(meta_schema_of(document).map(str::to_owned));
            self.seen.own.extend(survey.uris().map(str::to_owned));
            if let Some(own) = folder_of_own_uri(document)
                && let Some(path) = Self::path_of_uri(&document.uri)
            {
                let end = path.rfind('/').map_or(0, |slash| slash + 1);
                let folders = (own.to_owned(), path[..end].to_owned());
                if !self.seen.folders.contains(&folders) {
                    self.seen.folders.push(folders);
                }
            }
        }
        self.seen.count = self.documents.len();
    }

    /// The URIs that documents refer to and that are not there, as far as each document alone tells;
    /// those that were returned before are not returned again.
    fn missing_of_new(&mut self) -> Vec<String> {
        self.look_at_new();
        let mut missing: Vec<_> = std::mem::take(&mut self.seen.linked).into_iter().collect();
        missing.retain(|uri| {
            let is_there = self.seen.own.contains(uri) || is_built_in(uri);
            !is_there && !self.unreadable.contains(uri)
        });
        missing
    }

    /// The URIs that are missing and were not `tried` before, with the paths where they would be; they
    /// are noted there, so that each is looked for once. Where a document with a path gives itself an
    /// `$id`, what is missing beside that is looked for beside the path.
    pub fn missing_paths(&mut self, tried: &mut BTreeSet<String>) -> Vec<(String, String)> {
        // To look at all documents again for each that another one brings would be quadratic.
        let new = self.missing_of_new();
        let paths = self.untried_paths(new, tried);
        match paths.is_empty() {
            true => {
                let all = self.missing();
                self.untried_paths(all, tried)
            }
            false => paths,
        }
    }

    fn untried_paths(
        &self,
        mut missing: Vec<String>,
        tried: &mut BTreeSet<String>,
    ) -> Vec<(String, String)> {
        missing.retain(|uri| tried.insert(uri.clone()));
        let beside = |uri: &str| {
            let mut found = self.seen.folders.iter().filter_map(|(own, folder)| {
                let rest = uri.strip_prefix(own)?;
                let is_path = !rest.is_empty() && !rest.contains('?');
                let rest = Self::path_of_uri(&format!("{SCHEME}{rest}"));
                rest.filter(|_| is_path)
                    .map(|rest| format!("{folder}{rest}"))
            });
            found.next()
        };
        let paths = missing.into_iter().filter_map(|uri| {
            let path = Self::path_of_uri(&uri).or_else(|| beside(&uri))?;
            Some((uri, path))
        });
        paths.collect()
    }

    /// Whether a document has this URI, or a schema gives it itself.
    pub fn knows(&mut self, uri: &str) -> bool {
        self.look_at_new();
        self.seen.own.contains(uri) || knows(&self.survey(), uri)
    }

    /// Drops the documents that the one with this URI does not lead to: what is wrong with them
    /// concerns nobody.
    pub fn keep_reachable_from(&mut self, uri: &str) {
        let Some(start) = self.document(uri) else {
            return;
        };
        let survey = self.survey();
        let mut reached = BTreeSet::new();
        let mut todo = vec![start];
        while let Some(document) = todo.pop() {
            if !reached.insert(document.uri.clone()) {
                continue;
            }
            let links = survey
                .links
                .iter()
                .filter(|link| link.document.uri == document.uri)
                .filter_map(|link| link.uri.as_deref());
            let targets = links
                .chain(meta_schema_of(document))
                .filter_map(|uri| survey.document_of(uri));
            todo.extend(targets);
        }
        self.documents
            .retain(|document| reached.contains(&document.uri));
        self.seen = Seen::default();
        self.by_uri = self
            .documents
            .iter()
            .enumerate()
            .map(|(index, document)| (document.uri.clone(), index))
            .collect();
    }

    pub(crate) fn survey(&self) -> Survey<'_> {
        Survey::of(&self.documents, self.default_draft)
    }

    /// Whether a document refers to one whose text can't be read.
    pub(crate) fn leads_to_unreadable(&self, survey: &Survey<'_>) -> bool {
        let links = survey.links.iter().filter_map(|link| link.uri.as_deref());
        let meta = self.documents.iter().filter_map(meta_schema_of);
        links.chain(meta).any(|uri| self.is_unreadable(uri))
    }

    /// Whether the document with this URI was not added because of its text.
    fn is_unreadable(&self, uri: &str) -> bool {
        self.unreadable.contains(uri) && !self.contains(uri)
    }

    /// A finding for each reference that leads to no document, or to no place in it. Where the text of
    /// the document can't be read, that was found when it was to be added.
    pub(crate) fn unresolved(&self, survey: &Survey<'_>) -> Vec<Diagnostic> {
        let mut findings = Unplaced::default();
        for link in &survey.links {
            let message = match &link.uri {
                None => {
                    let message = format!("`{}` is no URI reference", link.reference);
                    let pointer = link.pointer.clone();
                    let finding = push_unresolved(&mut findings, link.document, pointer, message);
                    let encoded = encoded(link.reference);
                    if resolve(&link.base, &encoded).is_some() {
                        finding.help.push(format!("write `{encoded}`"));
                    }
                    continue;
                }
                Some(uri) if self.is_unreadable(uri) => continue,
                Some(uri) if !knows(survey, uri) => {
                    let path = Self::path_of_uri(uri);
                    let message = format!("there is no schema `{}`", path.as_ref().unwrap_or(uri));
                    let finding = push_unresolved(
                        &mut findings,
                        link.document,
                        link.pointer.clone(),
                        message,
                    );
                    // A dataset has all its schemas in its folders.
                    if !self.is_strict && path.is_none() {
                        finding
                            .help
                            .push(format!("name its file with `--resource {uri}=FILE`"));
                    }
                    continue;
                }
                Some(_) if survey.leads_nowhere(link) => nowhere(link),
                Some(_) if survey.leads_to_no_schema(link) => {
                    format!("`{}` leads to a value that is no schema", link.reference)
                }
                Some(_) => continue,
            };
            push_unresolved(&mut findings, link.document, link.pointer.clone(), message);
        }
        for document in &self.documents {
            if let Some(uri) = meta_schema_of(document)
                .filter(|uri| !knows(survey, uri) && !self.is_unreadable(uri))
            {
                let pointer = Pointer::root().join(Step::Member("$schema"));
                let message = format!("there is no meta-schema `{uri}`");
                let finding = push_unresolved(&mut findings, document, pointer, message);
                let latest = match nearest_id(uri, DRAFTS) {
                    Some(meant) => meant,
                    None => LATEST,
                };
                let is_own = self.is_strict && VOCABULARY.contains(&format!("\"$id\": \"{uri}\""));
                finding.help.push(match self.is_strict {
                    true if is_own => {
                        format!("write `{LATEST}`: its own keywords are checked anyway")
                    }
                    true => format!(
                        "write `{latest}`, or put its file beside the schema and give both an `$id` in \
                         one folder"
                    ),
                    false => {
                        format!("name its file with `--resource {uri}=FILE`, or write `{latest}`")
                    }
                });
            }
        }
        findings.placed()
    }
}

/// What is said of a reference whose document is there, but not the place in it.
pub(crate) fn nowhere(link: &Link<'_>) -> String {
    format!("`{}` leads to no place in the schema", link.reference)
}

pub(crate) fn push_unresolved<'f, 'd>(
    findings: &'f mut Unplaced<'d>,
    document: &'d Document,
    pointer: Pointer,
    message: String,
) -> &'f mut Diagnostic {
    let rule = &UNRESOLVED_SCHEMA_REFERENCE;
    let finding = findings.push(document, pointer, Part::Value, rule, message);
    let note = "references are resolved among the schemas at hand; nothing is fetched";
    finding.notes.push(note.into());
    finding
}

/// The meta-schemas and vocabularies of the drafts that documents refer to, with all that these
/// refer to.
pub(crate) fn built_in(survey: &Survey<'_>) -> Vec<(String, Value)> {
    let mut found = BTreeMap::new();
    let mut todo: Vec<String> = survey
        .links
        .iter()
        .filter_map(|link| link.uri.clone())
        .filter(|uri| survey.document_of(uri).is_none())
        .collect();
    while let Some(uri) = todo.pop() {
        if found.contains_key(&uri) || !is_built_in(&uri) {
            continue;
        }
        let Ok(base) = jsonschema::uri::from_str(&uri) else {
            continue;
        };
        let specifications = referencing::SPECIFICATIONS.resolver(base);
        let Ok(resource) = specifications.lookup(&uri) else {
            continue;
        };
        let value = resource.contents().clone();
        let parts = value.get("allOf").and_then(Value::as_array);
        let references = parts
            .into_iter()
            .flatten()
            .filter_map(|part| part.get("$ref")?.as_str());
        todo.extend(references.filter_map(|reference| resolve(&uri, reference)));
        found.insert(uri, value);
    }
    found.into_iter().collect()
}

fn knows(survey: &Survey<'_>, uri: &str) -> bool {
    survey.document_of(uri).is_some() || is_built_in(uri)
}

/// Whether it is the URI of a meta-schema or vocabulary of the drafts.
fn is_built_in(uri: &str) -> bool {
    referencing::SPECIFICATIONS.contains_resource(uri)
}

/// The folder of the absolute URI that a document gives itself, with the slash at its end.
fn folder_of_own_uri(document: &Document) -> Option<&str> {
    // Draft 4 has it without the dollar sign.
    let own = ["$id", "id"].map(|name| document.value.get(name)?.as_str());
    let own = own.into_iter().flatten().next()?;
    let end = own.find(['?', '#']).unwrap_or(own.len());
    let path = own.find("://")? + "://".len();
    let slash = own[path..end].rfind('/')?;
    Some(&own[..=path + slash])
}

const SCHEME: &str = "dataset:///";
/// The meta-schema of the latest draft.
const LATEST: &str = "https://json-schema.org/draft/2020-12/schema";
/// Those of all drafts.
const DRAFTS: [&str; 5] = [
    "http://json-schema.org/draft-04/schema",
    "http://json-schema.org/draft-06/schema",
    "http://json-schema.org/draft-07/schema",
    "https://json-schema.org/draft/2019-09/schema",
    LATEST,
];

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
        let findings = library.unresolved(&library.survey());
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "there is no schema `schemas/b.json`");
        assert_eq!(findings[0].place.from.column, 10);
    }

    #[test]
    fn what_is_most_likely_meant_is_said() {
        let help = |text: &str| {
            let library = library(&[("a.json", text)]);
            let mut findings = library.unresolved(&library.survey());
            findings.pop().and_then(|mut finding| finding.help.pop())
        };
        let encoded = help(r##"{"$ref": "#/$defs/Map<a>"}"##);
        assert_eq!(encoded.as_deref(), Some("write `#/$defs/Map%3Ca%3E`"));
        assert_eq!(help(r#"{"$ref": "http://[broken"}"#), None);
        let misspelt = help(r#"{"$schema": "http://json-schema-org/draft-07/schema#"}"#);
        let misspelt = misspelt.expect("a draft is near");
        assert!(misspelt.starts_with("write `http://json-schema.org/draft-07/schema`,"));
        let unknown = help(r#"{"$schema": "http://json-schema.org/draft-03/schema#"}"#);
        assert!(
            unknown
                .expect("there is a latest")
                .starts_with(&format!("write `{LATEST}`,"))
        );
    }

    #[test]
    fn what_is_seen_from_elsewhere_only_is_looked_for_too() {
        let mut library = library(&[
            ("schemas/a.json", r#"{"$ref": "b.json#/x-extra/foo"}"#),
            (
                "schemas/b.json",
                r#"{"$ref": "https://example.org/none", "x-extra": {"foo": {"$ref": "c.json"}}}"#,
            ),
        ]);
        let found = library.missing_paths(&mut BTreeSet::new());
        let paths: Vec<_> = found.into_iter().map(|(_, path)| path).collect();
        assert_eq!(paths, ["schemas/c.json"]);
    }
}
