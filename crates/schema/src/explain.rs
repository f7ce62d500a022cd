//! From failing keywords to sentences: each at the narrowest place, with what the schema itself
//! says about it as help.

mod alternative;
mod condition;
mod exclusion;
mod finder;
mod item;
mod member;
mod wording;

use std::cell::Cell;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Failed;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value as Json;
use treatise_report::{Diagnostic, Place, Rule};
use treatise_source::{Kind, Pointer, Span, Value};

pub(crate) use finder::Finder;

use crate::keyword::keywords_in;
use crate::rules::{SCHEMA_VIOLATION, WRONG_COLLECTION};
use wording::{cut, description, names, phrase, shown};

/// A failing keyword, worded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What it breaks.
    pub rule: &'static Rule,
    /// Where it shows.
    pub span: Span,
    /// The value that the keyword applies to.
    pub pointer: Pointer,
    /// What is wrong.
    pub message: String,
    /// A second place, with what is there.
    pub related: Option<(Span, String)>,
    /// Why.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Vec<String>,
    /// The member that the value lacks, where that is what is wrong.
    pub missing: Option<String>,
    /// Members whose values, not being what a condition asks, made the keyword apply.
    absent_values: Vec<Pointer>,
    /// How many collections the value may be an id of, where that is what it breaks.
    collections: Option<usize>,
}

impl Violation {
    fn new(span: Span, pointer: Pointer, message: impl Into<String>) -> Self {
        Self {
            rule: &SCHEMA_VIOLATION,
            span,
            pointer,
            message: message.into(),
            related: None,
            notes: Vec::new(),
            help: Vec::new(),
            missing: None,
            absent_values: Vec::new(),
            collections: None,
        }
    }

    /// The finding, under `rule` instead of its own where the document is itself a schema.
    pub fn into_diagnostic(self, rule: &'static Rule, place: impl Fn(Span) -> Place) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(rule, self.message, place(self.span));
        if let Some((span, text)) = self.related {
            diagnostic = diagnostic.with_related(place(span), text);
        }
        diagnostic.notes = self.notes;
        diagnostic.help = self.help;
        diagnostic.at_pointer(self.pointer)
    }
}

/// Finds the schema at an absolute location.
pub(crate) type SchemaAt<'s> = dyn Fn(&str) -> Option<&'s Json> + 's;

/// Words all failures of a document, in the order of the text.
///
/// `schema_uri` is the schema that they were validated against.
pub(crate) fn violations(
    errors: &[ValidationError<'_>],
    root: Value<'_>,
    schema_uri: &str,
    schema_at: &SchemaAt<'_>,
) -> Vec<Violation> {
    let explainer = Explainer {
        root,
        finder: Finder::new(root),
        schema_uri,
        schema_at,
        looks_left: Cell::new(MOST_LOOKS),
    };
    let said = Said::by(errors);
    let mut found: Vec<_> = errors
        .iter()
        .filter(|error| !is_implied(error, &said))
        .flat_map(|error| explainer.explain(error))
        .collect();
    drop_echoes(&mut found);
    drop_wider_choices(&mut found);
    found.sort_by(|left, right| {
        (left.span, &left.message, &left.pointer).cmp(&(right.span, &right.message, &right.pointer))
    });
    // Several branches of a schema may ask for the same thing.
    found.dedup_by(|later, earlier| later.span == earlier.span && later.message == earlier.message);
    found
}

/// What is said of a document that is not as its schema says, where finding out all that is wrong
/// takes too many steps.
pub(crate) fn unexplained(root: Value<'_>, is_alone: bool) -> Violation {
    let start = root.span().start;
    let message = "this is not as the schema says, but finding each reason takes too many steps";
    let mut violation = Violation::new(Span::new(start, start + 1), Pointer::root(), message);
    violation.notes.push(if is_alone {
        "many alternatives (`anyOf`, `oneOf`) within one another fail together here".into()
    } else {
        "the reasons that were found before that are listed as well".into()
    });
    violation
}

/// Whether a failure stands even where part of the document was not looked at any more: then
/// members and items seem to be missing, and more seems to fit than does.
pub(crate) fn is_certain(error: &ValidationError<'_>) -> bool {
    let depends = matches!(
        error.kind(),
        Failed::Not { .. }
            | Failed::AnyOf { .. }
            | Failed::OneOfNotValid { .. }
            | Failed::OneOfMultipleValid { .. }
            | Failed::Contains
            | Failed::Required { .. }
            | Failed::UnevaluatedItems { .. }
            | Failed::UnevaluatedProperties { .. }
    );
    let path = error.evaluation_path().as_str();
    !depends && !keywords_in(path).any(|(_, keyword)| matches!(keyword, "then" | "else"))
}

/// What a schema asks for only because a member has not this or that value is no finding where
/// that value is itself wrong: mending it takes the echo away.
fn drop_echoes(found: &mut Vec<Violation>) {
    let wrong: FxHashSet<Pointer> = found
        .iter()
        .filter(|violation| violation.absent_values.is_empty())
        .map(|violation| violation.pointer.clone())
        .collect();
    found.retain(|violation| {
        !violation
            .absent_values
            .iter()
            .any(|pointer| wrong.contains(pointer))
    });
}

/// Where simple things are wrong that make others wrong.
#[derive(Default)]
struct Said<'e> {
    wrong_types: FxHashSet<&'e str>,
    missing_members: FxHashSet<&'e str>,
}

impl<'e> Said<'e> {
    fn by(errors: &'e [ValidationError<'_>]) -> Self {
        let mut said = Self::default();
        for error in errors {
            let path = error.instance_path().as_str();
            match error.kind() {
                Failed::Type { .. } => said.wrong_types.insert(path),
                Failed::Required { .. } => said.missing_members.insert(path),
                _ => continue,
            };
        }
        said
    }
}

/// A value of the wrong type fits no form, or all of them; an object that lacks a member may well
/// be empty.
fn is_implied(error: &ValidationError<'_>, said: &Said<'_>) -> bool {
    let path = error.instance_path().as_str();
    match error.kind() {
        Failed::Not { .. }
        | Failed::AnyOf { .. }
        | Failed::OneOfNotValid { .. }
        | Failed::OneOfMultipleValid { .. } => said.wrong_types.contains(path),
        Failed::MinProperties { .. } => said.missing_members.contains(path),
        _ => false,
    }
}

/// Of several keywords that ask for an id, the one with the fewest collections says it all.
fn drop_wider_choices(found: &mut Vec<Violation>) {
    let mut fewest: FxHashMap<Span, usize> = FxHashMap::default();
    for violation in &*found {
        if let Some(collections) = violation.collections {
            let fewest = fewest.entry(violation.span).or_insert(collections);
            *fewest = collections.min(*fewest);
        }
    }
    found.retain(|violation| {
        violation
            .collections
            .is_none_or(|collections| fewest.get(&violation.span) == Some(&collections))
    });
}

struct Explainer<'r, 's> {
    root: Value<'r>,
    finder: Finder<'r>,
    schema_uri: &'r str,
    schema_at: &'r SchemaAt<'s>,
    /// With how many words others may still be compared to find out what was meant.
    looks_left: Cell<usize>,
}

/// So many words are compared for one record: some thousands of mistakes among a hundred values.
const MOST_LOOKS: usize = 300_000;

/// The value that a failure is about, and the schema object that has the failing keyword.
struct Subject<'r, 's> {
    value: Value<'r>,
    pointer: Pointer,
    schema: Option<&'s Json>,
    /// The absolute location of the keyword.
    location: String,
    /// Where the keyword is in the outermost schema, up to the first reference on the way to it.
    outermost: String,
}

impl<'s> Subject<'_, 's> {
    /// The value of another keyword of the same schema.
    fn beside(&self, keyword: &str) -> Option<&'s Json> {
        self.schema?.get(keyword)
    }

    /// The last step to the keyword.
    fn keyword(&self) -> &str {
        self.location.rsplit('/').next().unwrap_or_default()
    }
}

impl<'r, 's> Explainer<'r, 's> {
    fn explain(&self, error: &ValidationError<'_>) -> Vec<Violation> {
        let pointer = Pointer::parse(error.instance_path().as_str()).unwrap_or_default();
        let subject = Subject {
            value: self.finder.find(&pointer).unwrap_or(self.root),
            pointer,
            schema: self.schema_of(error),
            location: error
                .absolute_keyword_location()
                .map_or_else(String::new, ToString::to_string),
            outermost: condition::outermost_location(error, self.schema_uri),
        };
        let mut found = self.explain_kind(error.kind(), &subject);
        if let Some(condition) = condition::condition(error, self.schema_uri, self.schema_at) {
            for violation in &mut found {
                violation.notes.push(condition.sentence.clone());
                violation.absent_values.clone_from(&condition.absent_values);
            }
        }
        found
    }

    fn explain_kind(&self, kind: &Failed, subject: &Subject<'r, 's>) -> Vec<Violation> {
        match kind {
            Failed::Required { property } => self.required(property, subject),
            Failed::AdditionalProperties { unexpected }
            | Failed::UnevaluatedProperties { unexpected } => {
                self.unexpected_members(unexpected, subject)
            }
            Failed::AnyOf { context } | Failed::OneOfNotValid { context } => {
                self.alternatives(context, subject)
            }
            Failed::OneOfMultipleValid { .. } => vec![self.several_alternatives(subject)],
            Failed::PropertyNames { error } => self.member_name(error, subject),
            Failed::FalseSchema => self.forbidden(subject),
            Failed::Not { schema } => vec![self.excluded(schema, subject)],
            Failed::Contains => vec![self.without_item(subject)],
            Failed::UniqueItems => vec![self.repeated(subject)],
            Failed::AdditionalItems { limit } => {
                self.one_item_too_many(subject.value, &subject.pointer, *limit)
            }
            Failed::Custom { keyword, message } if keyword == "pattern" => {
                vec![self.pattern(message, subject)]
            }
            _ => vec![self.plain(kind, subject)],
        }
    }

    /// A failure that is about the value itself.
    fn plain(&self, kind: &Failed, subject: &Subject<'r, 's>) -> Violation {
        let message = phrase(kind, &shown(subject.value), subject.value);
        let mut violation = self.about(subject, message);
        if let Failed::Enum { options } = kind {
            violation
                .help
                .extend(self.allowed(options, subject.value.as_str()));
        }
        violation.help.extend(description(subject.schema));
        violation
    }

    fn about(&self, subject: &Subject<'r, 's>, message: impl Into<String>) -> Violation {
        let span = match subject.value.kind() {
            Kind::Array | Kind::Object => self.head(&subject.pointer, subject.value),
            _ => subject.value.span(),
        };
        Violation::new(span, subject.pointer.clone(), message)
    }

    /// What stands for an array or object as a whole: the name of the member that it is, or its
    /// opening bracket.
    fn head(&self, pointer: &Pointer, value: Value<'r>) -> Span {
        let start = value.span().start;
        self.name_of(pointer)
            .unwrap_or_else(|| Span::new(start, start + 1))
    }

    /// Where the name of the member that a pointer leads to is written.
    fn name_of(&self, pointer: &Pointer) -> Option<Span> {
        self.finder.name_of(pointer)
    }

    fn pattern(&self, pattern: &str, subject: &Subject<'r, 's>) -> Violation {
        let value = shown(subject.value);
        let collections: Vec<&str> = subject
            .schema
            .and_then(|schema| schema.get("x-references")?.as_array())
            .map(|names| names.iter().filter_map(Json::as_str).collect())
            .unwrap_or_default();
        let mut violation = if collections.is_empty() {
            self.about(
                subject,
                format!("{value} does not match the pattern `{}`", cut(pattern)),
            )
        } else {
            let collections = names(&collections, "or");
            self.about(subject, format!("{value} is no id of {collections}"))
        };
        if !collections.is_empty() {
            violation.collections = Some(collections.len());
            if looks_like_id(subject.value) {
                violation.rule = &WRONG_COLLECTION;
            }
        }
        violation.help.extend(description(subject.schema));
        violation
    }

    /// The schema object that has the failing keyword.
    fn schema_of(&self, error: &ValidationError<'_>) -> Option<&'s Json> {
        let location = error.absolute_keyword_location()?.as_str();
        let (schema, _) = location.rsplit_once('/')?;
        (self.schema_at)(schema)
    }
}

/// Whether a string has the form of an id, so that it most likely names a record.
fn looks_like_id(value: Value<'_>) -> bool {
    value.as_str().is_some_and(|text| {
        text.contains('-')
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    })
}
