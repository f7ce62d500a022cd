//! What the validator would pass over in silence, or choke on: unknown keywords and formats,
//! patterns that are not linear, schemas that multiply without bound.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::Draft;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;
use treatise_report::{Diagnostic, Severity};
use treatise_source::{Pointer, Step};

use crate::compile::{Schemas, Scope};
use crate::keyword::{Target, is_known, known};
use crate::library::{Document, walk};
use crate::nearest::nearest;
use crate::rules::{INVALID_SCHEMA, UNKNOWN_FORMAT, UNKNOWN_KEYWORD};

/// How many schemas may apply to one and the same value, counted with every repetition. The
/// largest that people write by hand (all resources of FHIR in one `oneOf`) stay below 200.
const MOST_AT_ONE_VALUE: u64 = 10_000;

/// What all compiled patterns of a run may take, in bytes, and one of them.
const PATTERNS_BYTES: usize = 256 << 20;
pub(crate) const PATTERN_BYTES: usize = 1 << 20;

/// The size limit for each of `count` patterns.
pub(crate) fn pattern_limit(count: usize) -> usize {
    (PATTERNS_BYTES / count.max(1)).min(PATTERN_BYTES)
}

/// Keywords and formats that nothing reads. In a dataset they are errors; a schema that comes from
/// elsewhere may have keywords of its own, so that there they are worth a warning.
pub(crate) fn unknown_words(document: &Document, draft: Draft, is_strict: bool) -> Vec<Diagnostic> {
    let formats = jsonschema::options();
    let mut findings = Vec::new();
    walk(document, &mut |schema, pointer, _| {
        let Some(keywords) = schema.as_object() else {
            return;
        };
        // Before 2019-09, what stands beside `$ref` is not looked at.
        if draft < Draft::Draft201909 && keywords.contains_key("$ref") {
            return;
        }
        for name in keywords.keys().filter(|name| !is_known(draft, name)) {
            let at = pointer.join(Step::Member(name));
            let mut finding = Diagnostic::new(
                &UNKNOWN_KEYWORD,
                format!("the keyword `{name}` is neither in JSON Schema nor in our vocabulary"),
                document.place(at.as_str(), true),
            )
            .at_pointer(at);
            finding = match nearest(name, known(draft)) {
                Some(meant) => finding.with_help(format!("did you mean `{meant}`?")),
                None => finding.with_help("delete it, or say it in `$comment`"),
            };
            findings.push(finding);
        }
        if let Some(format) = keywords.get("format").and_then(Value::as_str) {
            if !formats.is_known_format(draft, format) {
                let at = pointer.join(Step::Member("format"));
                findings.push(
                    Diagnostic::new(
                        &UNKNOWN_FORMAT,
                        format!("the format `{format}` is not one that can be checked"),
                        document.place(at.as_str(), false),
                    )
                    .at_pointer(at)
                    .with_help("use a `pattern`, or a format that the draft defines"),
                );
            }
        }
    });
    if !is_strict {
        for finding in &mut findings {
            finding.severity = Severity::Warning;
        }
    }
    findings
}

/// The distinct patterns of the documents.
pub(crate) fn pattern_count<'d>(documents: impl Iterator<Item = &'d Document>) -> usize {
    let mut patterns = BTreeSet::new();
    for document in documents {
        each_pattern(document, |pattern, _| {
            patterns.insert(pattern.to_owned());
        });
    }
    patterns.len()
}

/// Patterns that the linear-time engine does not take.
pub(crate) fn bad_patterns(document: &Document, limit: usize) -> Vec<Diagnostic> {
    let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut findings = Vec::new();
    each_pattern(document, |pattern, at| {
        let fault = known
            .entry(pattern.to_owned())
            .or_insert_with(|| pattern_fault(pattern, limit));
        if let Some(fault) = fault {
            let is_name = !at.as_str().ends_with("/pattern");
            findings.push(
                Diagnostic::new(
                    &INVALID_SCHEMA,
                    format!("this regular expression can't be used: {fault}"),
                    document.place(at.as_str(), is_name),
                )
                .at_pointer(at)
                .with_note("patterns run in linear time, so that no text can stall a check"),
            );
        }
    });
    findings
}

fn each_pattern(document: &Document, mut visit: impl FnMut(&str, Pointer)) {
    walk(document, &mut |schema, pointer, _| {
        if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
            visit(pattern, pointer.join(Step::Member("pattern")));
        }
        if let Some(patterns) = schema.get("patternProperties").and_then(Value::as_object) {
            for pattern in patterns.keys() {
                let at = pointer
                    .join(Step::Member("patternProperties"))
                    .join(Step::Member(pattern));
                visit(pattern, at);
            }
        }
    });
}

fn pattern_fault(pattern: &str, limit: usize) -> Option<String> {
    let Ok(translated) = jsonschema_regex::to_rust_regex(pattern) else {
        return Some("it is not valid, or looks around or back".into());
    };
    match regex::RegexBuilder::new(&translated)
        .size_limit(limit)
        .build()
    {
        Ok(_) => None,
        Err(regex::Error::CompiledTooBig(limit)) => {
            Some(format!("it takes more than {limit} bytes when compiled"))
        }
        Err(_) => Some("it is not valid, or looks around or back".into()),
    }
}

/// Schemas that apply to one value more often than any schema needs: validation would never end.
pub(crate) fn multiplying_schema(schemas: &Schemas, document: &Document) -> Option<Diagnostic> {
    let mut count = Multiplicity {
        of: FxHashMap::default(),
        open: FxHashSet::default(),
    };
    let mut seen = FxHashSet::default();
    let mut todo = vec![schemas.scope_of(document)];
    while let Some(scope) = todo.pop() {
        if !seen.insert(scope.address()) {
            continue;
        }
        if count.at_one_value(&scope) > MOST_AT_ONE_VALUE {
            return Some(
                Diagnostic::new(
                    &INVALID_SCHEMA,
                    format!(
                        "the schema multiplies: more than {MOST_AT_ONE_VALUE} schemas apply to one value"
                    ),
                    document.place("", false),
                )
                .with_note("references that double at every level make validation exponential"),
            );
        }
        todo.extend(scope.referred());
        todo.extend(scope.children().map(|(_, scope)| scope));
    }
    None
}

struct Multiplicity {
    of: FxHashMap<usize, u64>,
    open: FxHashSet<usize>,
}

impl Multiplicity {
    /// How many schemas apply to the value that this one applies to.
    fn at_one_value(&mut self, scope: &Scope<'_>) -> u64 {
        let address = scope.address();
        if let Some(&count) = self.of.get(&address) {
            return count;
        }
        // A schema that comes back to itself at the same value is cut off by the validator.
        if !self.open.insert(address) {
            return 0;
        }
        let mut count: u64 = 1;
        for referred in scope.referred() {
            count = count.saturating_add(self.at_one_value(&referred));
        }
        for (target, child) in scope.children() {
            if target == Target::Same {
                count = count.saturating_add(self.at_one_value(&child));
            }
        }
        self.open.remove(&address);
        self.of.insert(address, count);
        count
    }
}
