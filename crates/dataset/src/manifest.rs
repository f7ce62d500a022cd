//! The manifest: what a dataset is called, and which collections it has.

use std::sync::{Arc, LazyLock, OnceLock};

use serde::{Deserialize, Deserializer, de};
use treatise_report::fault::{Origin, Reading, diagnose};
use treatise_report::{Diagnostic, FileId, Place, Severity};
use treatise_schema::{
    COSTLY_VALIDATION, Draft, Library, Options, SCHEMA_VIOLATION, Schema, Schemas, WorkLimit,
};
use treatise_source::{
    KeptText, Limits, LineIndex, Number, Parser, Pointer, Span, Text, Tree, Value,
};

use crate::rules::{DUPLICATE_COLLECTION, OVERLAPPING_COLLECTIONS, PATH_OUTSIDE_DATASET};

/// The published schema of manifests.
pub const MANIFEST_SCHEMA: &str = include_str!("../../../schemas/dataset.schema.json");
/// The published schema of the list of accepted findings.
pub const EXCEPTIONS_SCHEMA: &str = include_str!("../../../schemas/exceptions.schema.json");
/// The published schema of the list of approved changes.
pub const APPROVALS_SCHEMA: &str = include_str!("../../../schemas/approvals.schema.json");
/// The definitions that they refer to.
const DEFINITIONS: &str = include_str!("../../../schemas/definitions.schema.json");

/// What a manifest says.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Manifest {
    /// Name of the dataset.
    pub name: String,
    /// Version of the dataset (semantic versioning).
    pub version: String,
    /// The day for which all rules about dates are decided, ISO 8601.
    pub as_of: String,
    /// A few words for people, by language.
    #[serde(default)]
    pub title: LanguageMap,
    /// What the dataset is, by language.
    #[serde(default)]
    pub description: LanguageMap,
    /// SPDX expression.
    #[serde(default)]
    pub licence: Option<String>,
    /// The language of texts that every record has, as a BCP 47 tag.
    #[serde(default)]
    pub default_language: Option<String>,
    /// All languages of the dataset, as BCP 47 tags.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Where the dataset is published.
    #[serde(default)]
    pub homepage: Option<String>,
    /// What readers must know, by language.
    #[serde(default)]
    pub disclaimer: LanguageMap,
    /// The collections.
    pub collections: Vec<CollectionEntry>,
    /// Files and folders beside the collections.
    #[serde(default)]
    pub other_files: Vec<OtherFile>,
    /// The systems in which codes were looked up, by name.
    #[serde(default)]
    pub code_systems: std::collections::BTreeMap<String, CodeSystem>,
    /// Bounds on records.
    #[serde(default)]
    pub limits: RecordLimits,
    /// The days after which a reviewed record is due again.
    #[serde(default, deserialize_with = "some_whole")]
    pub review_interval_days: Option<u32>,
    /// The levels of rules that differ from their own, by the name of the rule.
    #[serde(default)]
    pub rules: std::collections::BTreeMap<String, RuleLevel>,
}

/// The members of a manifest that say what the dataset is; whoever describes the dataset elsewhere has them
/// in the same words.
pub const DESCRIBED: [&str; 8] = [
    "name",
    "title",
    "description",
    "licence",
    "homepage",
    "default_language",
    "languages",
    "disclaimer",
];

/// A code system.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum CodeSystem {
    /// Its release.
    Release(String),
    /// Its release, and what else is known of it.
    Described {
        /// As the system names it.
        release: String,
        /// The terms under which its codes and names may be passed on.
        #[serde(default)]
        licence: Option<String>,
    },
}

impl CodeSystem {
    /// The terms under which its codes and names may be passed on.
    pub fn licence(&self) -> Option<&str> {
        match self {
            Self::Release(_) => None,
            Self::Described { licence, .. } => licence.as_deref(),
        }
    }
}

/// The level of a rule, or its levels by place.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum RuleLevel {
    /// Everywhere.
    Everywhere(Level),
    /// By place: of those that hold for a record, a path counts before a collection, and a longer
    /// path before a shorter one.
    ByPlace {
        /// Where nothing else is said; absent, the rule's own level.
        #[serde(default)]
        level: Option<Level>,
        /// By the name of the collection.
        #[serde(default)]
        collections: std::collections::BTreeMap<String, Level>,
        /// By file or folder, relative to the root.
        #[serde(default)]
        paths: std::collections::BTreeMap<String, Level>,
    },
}

/// A level, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Its findings are errors.
    Error,
    /// Its findings are warnings.
    Warning,
    /// Its findings are worth knowing.
    Information,
    /// It is not looked for.
    Off,
}

/// Text by language: keys are BCP 47 tags.
pub type LanguageMap = std::collections::BTreeMap<String, String>;

/// One collection.
#[derive(Clone, Debug, Deserialize)]
pub struct CollectionEntry {
    /// Its name, as `x-references` gives it.
    pub name: String,
    /// A folder with one file a record, or an NDJSON file; relative to the root.
    pub path: String,
    /// Its schema; relative to the root.
    pub schema: String,
    /// JSON pointer to the id of a record; absent, the stem of the file is the id.
    #[serde(default)]
    pub id: Option<String>,
    /// What ids start with, before a hyphen.
    #[serde(default)]
    pub prefix: Option<String>,
    /// A few words for people, by language.
    #[serde(default)]
    pub title: LanguageMap,
    /// What the collection holds, by language.
    #[serde(default)]
    pub description: LanguageMap,
}

impl CollectionEntry {
    /// What an id has behind the prefix of the collection and a hyphen; `None` where it begins otherwise, or
    /// the collection has no prefix.
    pub fn behind_prefix<'i>(&self, id: &'i str) -> Option<&'i str> {
        id.strip_prefix(self.prefix.as_deref()?)?.strip_prefix('-')
    }
}

/// A file or folder that belongs to the dataset but holds no records.
#[derive(Clone, Debug, Deserialize)]
pub struct OtherFile {
    /// Relative to the root.
    pub path: String,
}

/// A change that a second reader has approved.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Approval {
    /// The fingerprint of the change.
    pub fingerprint: String,
    /// Who approved it.
    pub by: String,
    /// Why it is right.
    pub reason: String,
}

/// Bounds on records.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default)]
pub struct RecordLimits {
    /// Size of a record: a file, or a line of NDJSON.
    #[serde(deserialize_with = "whole")]
    pub record_bytes: u64,
    /// How deep arrays and objects may nest.
    #[serde(deserialize_with = "whole")]
    pub depth: u32,
}

impl Default for RecordLimits {
    fn default() -> Self {
        Self {
            record_bytes: 1 << 20,
            depth: Limits::MAX_DEPTH,
        }
    }
}

/// A whole number, however it is written: to a schema, `365.0` and `3.65e2` are integers too.
///
/// # Errors
/// There is something else, or a number out of range.
pub fn whole<'de, D: Deserializer<'de>, N: TryFrom<u64>>(deserializer: D) -> Result<N, D::Error> {
    let written = serde_json::Number::deserialize(deserializer)?.to_string();
    let whole = Number::read(&written).and_then(Number::as_u64);
    let whole = whole.and_then(|whole| N::try_from(whole).ok());
    whole.ok_or_else(|| de::Error::custom(format!("{written} is no whole number in range")))
}

fn some_whole<'de, D: Deserializer<'de>, N: TryFrom<u64>>(
    deserializer: D,
) -> Result<Option<N>, D::Error> {
    whole(deserializer).map(Some)
}

/// A manifest with its text, for findings about it.
#[derive(Clone, Debug)]
pub(crate) struct ManifestFile {
    pub(crate) manifest: Manifest,
    pub(crate) file: FileId,
    text: KeptText,
}

impl Manifest {
    /// The language of the texts that every record has; English where the manifest names none.
    pub fn language(&self) -> &str {
        self.default_language.as_deref().unwrap_or("en")
    }
}

impl ManifestFile {
    /// Where the value that a pointer leads to is written.
    pub(crate) fn place(&self, pointer: &str) -> Place {
        let tree = self.text.tree();
        let value = Pointer::parse(pointer).and_then(|pointer| tree.root().find(&pointer));
        value.map_or_else(
            || Place::whole_file(self.file),
            |value| Place::new(self.file, self.text.lines(), value.span()),
        )
    }
}

/// Reads a manifest; `None` where it is not sound enough to go on.
pub(crate) fn read(file: FileId, bytes: &[u8]) -> (Option<ManifestFile>, Vec<Diagnostic>) {
    let text = Text::from_bytes(bytes);
    let mut findings = check(file, &text, OwnSchema::Manifest.get());
    let kept = KeptText::new(text.as_str());
    for finding in &mut findings {
        name_the_way_out(finding, kept.tree().root());
    }
    let is_error = |finding: &Diagnostic| finding.severity == Severity::Error;
    if findings.iter().any(is_error) {
        return (None, findings);
    }
    let mut manifest: Manifest = serde_json::from_str(text.as_str())
        .expect("the schema of manifests asks for what the type needs");
    // The language of the texts that every record has is one of the languages.
    if let Some(default) = &manifest.default_language
        && !manifest.languages.is_empty()
        && !manifest.languages.contains(default)
    {
        manifest.languages.insert(0, default.clone());
    }
    let manifest_file = ManifestFile {
        manifest,
        file,
        text: kept,
    };
    let clashes = clashes(&manifest_file);
    if !clashes.is_empty() {
        return (None, clashes);
    }
    (Some(manifest_file), findings)
}

/// Says of a path that leads out of the dataset that it does, and not that some pattern does not fit.
fn name_the_way_out(finding: &mut Diagnostic, manifest: Value<'_>) {
    let is_path = |pointer: &&Pointer| {
        let last = pointer.as_str().rsplit('/').next();
        last == Some("path") || last == Some("schema")
    };
    let Some(pointer) = finding.pointer.as_ref().filter(is_path) else {
        return;
    };
    let Some(path) = manifest.find(pointer).and_then(Value::as_str) else {
        return;
    };
    if path.starts_with('/') || path.split(['/', '\\']).any(|step| step == "..") {
        finding.rule = &PATH_OUTSIDE_DATASET;
        finding.message = format!("the path `{path}` leads out of the dataset");
        let help = "give a path from the root of the dataset that only goes down";
        finding.help = vec![help.to_owned()];
    }
}

/// Collections that can't be told apart, by name or on disk.
fn clashes(manifest_file: &ManifestFile) -> Vec<Diagnostic> {
    let entries = &manifest_file.manifest.collections;
    let mut findings = Vec::new();
    for (position, entry) in entries.iter().enumerate() {
        let place = |member: &str, position: usize| {
            manifest_file.place(&format!("/collections/{position}/{member}"))
        };
        let before = || entries[..position].iter().enumerate();
        if let Some((first, _)) = before().find(|(_, other)| other.name == entry.name) {
            findings.push(
                Diagnostic::new(
                    &DUPLICATE_COLLECTION,
                    format!("there are two collections named `{}`", entry.name),
                    place("name", position),
                )
                .with_related(place("name", first), "the first one")
                .with_help("give one of them another name"),
            );
        }
        // Case is no difference on Windows and macOS.
        let path = |entry: &CollectionEntry| std::path::PathBuf::from(entry.path.to_lowercase());
        let here = path(entry);
        let overlap = before().find(|(_, other)| {
            let there = path(other);
            here.starts_with(&there) || there.starts_with(&here)
        });
        if let Some((first, other)) = overlap {
            let relation = if here == path(other) {
                "are the same"
            } else {
                "lie one in the other"
            };
            findings.push(
                Diagnostic::new(
                    &OVERLAPPING_COLLECTIONS,
                    format!(
                        "the paths of the collections `{}` and `{}` {relation}",
                        other.name, entry.name
                    ),
                    place("path", position),
                )
                .with_related(place("path", first), "the other path")
                .with_help("give each collection a folder or file of its own"),
            );
        }
    }
    findings
}

/// Reads the list of approved changes; there is none where something is wrong with it.
pub(crate) fn read_approvals(file: FileId, bytes: &[u8]) -> (Vec<Approval>, Vec<Diagnostic>) {
    #[derive(Deserialize)]
    struct Approvals {
        approvals: Vec<Approval>,
    }
    let text = Text::from_bytes(bytes);
    let findings = check(file, &text, OwnSchema::Approvals.get());
    if !findings.is_empty() {
        return (Vec::new(), findings);
    }
    let read: Approvals = serde_json::from_str(text.as_str())
        .expect("the schema of approvals asks for what the type needs");
    (read.approvals, findings)
}

/// Checks a file of the dataset that is no record against one of our own schemas.
pub(crate) fn check(file: FileId, text: &Text<'_>, schema: &Schema) -> Vec<Diagnostic> {
    let mut parser = Parser::new();
    let parsed = parser.parse(text.as_str(), Limits::default());
    let lines = LineIndex::new(text.as_str());
    let reading = Reading {
        is_strict: true,
        is_line: false,
    };
    let mut findings: Vec<_> = text
        .faults_with(parsed.faults)
        .map(|fault| diagnose(fault, &lines, text.as_str(), Origin::whole(file), reading))
        .collect();
    if parsed.is_complete() && text.faults().is_empty() {
        findings.extend(violations(&parsed.tree, schema, |span| {
            Place::new(file, &lines, span)
        }));
    }
    findings
}

fn violations(tree: &Tree<'_>, schema: &Schema, place: impl Fn(Span) -> Place) -> Vec<Diagnostic> {
    let Some(violations) = schema.explain(tree, &WorkLimit::default()) else {
        let message = "checking this file against its schema takes too many steps";
        return vec![
            Diagnostic::new(&COSTLY_VALIDATION, message, place(Span::new(0, 1)))
                .with_note("it was given up; whether the file is as the schema says is not known"),
        ];
    };
    violations
        .into_iter()
        .map(|violation| {
            let rule = violation.rule;
            violation.into_diagnostic(rule, &place)
        })
        .map(|finding| Diagnostic {
            rule: &SCHEMA_VIOLATION,
            ..finding
        })
        .collect()
}

/// The schemas that the program brings along: each is compiled when it is first asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OwnSchema {
    Manifest,
    Exceptions,
    Approvals,
}

impl OwnSchema {
    const TEXTS: [(&str, &str); 4] = [
        ("dataset.schema.json", MANIFEST_SCHEMA),
        ("exceptions.schema.json", EXCEPTIONS_SCHEMA),
        ("approvals.schema.json", APPROVALS_SCHEMA),
        ("definitions.schema.json", DEFINITIONS),
    ];

    pub(crate) fn get(self) -> &'static Schema {
        static COMPILED: [OnceLock<Schema>; 3] = [const { OnceLock::new() }; 3];
        static LINKED: LazyLock<Arc<Schemas>> = LazyLock::new(|| {
            let options = OwnSchema::options();
            Arc::new(Schemas::link_unchecked(OwnSchema::library(), options))
        });
        let (name, _) = Self::TEXTS[self as usize];
        COMPILED[self as usize].get_or_init(|| {
            LINKED
                .compile(&Library::uri_of_path(name))
                .expect("our own schemas compile")
        })
    }

    fn library() -> Library {
        let mut files = treatise_report::Files::new();
        let mut library = Library::new(Draft::Draft202012);
        for (name, text) in Self::TEXTS {
            let file = files.add(name.as_ref());
            library.add(file, &Library::uri_of_path(name), text.as_bytes());
        }
        library
    }

    const fn options() -> Options {
        Options {
            asserts_formats: true,
            is_strict: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_wrong_with_the_schemas_that_are_not_checked_in_a_run() {
        let options = Options {
            is_strict: true,
            ..OwnSchema::options()
        };
        let (schemas, findings) =
            Schemas::link(OwnSchema::library(), options).expect("they can be linked");
        assert!(findings.is_empty(), "{findings:?}");
        let schemas = Arc::new(schemas);
        for (name, _) in OwnSchema::TEXTS {
            assert!(schemas.compile(&Library::uri_of_path(name)).is_ok());
        }
    }
}
