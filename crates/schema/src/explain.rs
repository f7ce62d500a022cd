//! From failing keywords to sentences: each at the narrowest place, with what the schema itself
//! says about it as help.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Failed};
use serde_json::Value as Json;
use treatise_report::{Diagnostic, Place, Rule};
use treatise_source::{Kind, Pointer, Span, Value};

use crate::nearest::nearest;
use crate::rules::{SCHEMA_VIOLATION, WRONG_COLLECTION};
use crate::unique::first_repeated;

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
    /// Members whose values, not being what a condition asks, made the keyword apply.
    absent_values: Vec<Pointer>,
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
            absent_values: Vec::new(),
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
pub(crate) fn violations<'s>(
    errors: &[ValidationError<'_>],
    root: Value<'_>,
    schema_uri: &str,
    schema_at: &SchemaAt<'s>,
) -> Vec<Violation> {
    let explainer = Explainer {
        root,
        schema_uri,
        schema_at,
    };
    let mut found: Vec<_> = errors
        .iter()
        .flat_map(|error| explainer.explain(error))
        .collect();
    drop_echoes(&mut found);
    found.sort_by(|left, right| {
        (left.span, &left.message, &left.pointer).cmp(&(right.span, &right.message, &right.pointer))
    });
    // Several branches of a schema may ask for the same thing.
    found.dedup_by(|later, earlier| later.span == earlier.span && later.message == earlier.message);
    found
}

/// What a schema asks for only because a member has not this or that value is no finding where
/// that value is itself wrong: mending it takes the echo away.
fn drop_echoes(found: &mut Vec<Violation>) {
    let wrong: Vec<Pointer> = found
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

struct Explainer<'r, 's> {
    root: Value<'r>,
    schema_uri: &'r str,
    schema_at: &'r SchemaAt<'s>,
}

/// The value that a failure is about, and the schema object that has the failing keyword.
struct Subject<'r, 's> {
    value: Value<'r>,
    pointer: Pointer,
    schema: Option<&'s Json>,
}

impl<'r, 's> Explainer<'r, 's> {
    fn explain(&self, error: &ValidationError<'_>) -> Vec<Violation> {
        let pointer = Pointer::parse(error.instance_path().as_str()).unwrap_or_default();
        let subject = Subject {
            value: self.root.find(&pointer).unwrap_or(self.root),
            pointer,
            schema: self.schema_of(error),
        };
        let mut found = self.explain_kind(error.kind(), &subject);
        if let Some(condition) = self.condition(error) {
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
            Failed::PropertyNames { error } => self.member_name(error, subject),
            Failed::FalseSchema => vec![self.forbidden(subject)],
            Failed::UniqueItems => vec![self.repeated(subject)],
            Failed::AdditionalItems { limit } => subject
                .value
                .elements()
                .skip(*limit)
                .take(1)
                .map(|element| {
                    let message = format!(
                        "at most {} are allowed here",
                        counted(*limit as u64, "item")
                    );
                    Violation::new(element.span(), element.pointer(), message)
                })
                .collect(),
            Failed::Pattern { pattern } => vec![self.pattern(pattern, subject)],
            _ => vec![self.plain(kind, subject)],
        }
    }

    /// A failure that is about the value itself.
    fn plain(&self, kind: &Failed, subject: &Subject<'r, 's>) -> Violation {
        let message = phrase(kind, &shown(subject.value), subject.value);
        let mut violation = self.about(subject, message);
        if let Failed::Enum { options } = kind {
            violation.help.extend(allowed(options, subject.value));
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
        let (parent, name) = pointer.as_str().rsplit_once('/')?;
        let parent = self.root.find(&Pointer::parse(parent)?)?;
        let member = parent.member(&name.replace("~1", "/").replace("~0", "~"))?;
        Some(member.name_span())
    }

    fn required(&self, property: &Json, subject: &Subject<'r, 's>) -> Vec<Violation> {
        let name = property.as_str().unwrap_or_default();
        let span = self.head(&subject.pointer, subject.value);
        let mut violation = Violation::new(
            span,
            subject.pointer.clone(),
            format!("the member `{name}` is missing"),
        );
        let member = subject
            .schema
            .and_then(|schema| schema.get("properties")?.get(name));
        violation.help.push(match description(member) {
            Some(description) => format!("add `{name}`: {description}"),
            None => format!("add `{name}`"),
        });
        vec![violation]
    }

    fn unexpected_members(
        &self,
        unexpected: &[String],
        subject: &Subject<'r, 's>,
    ) -> Vec<Violation> {
        let names: Vec<&str> = subject
            .schema
            .and_then(|schema| schema.get("properties")?.as_object())
            .map(|properties| properties.keys().map(String::as_str).collect())
            .unwrap_or_default();
        let absent = names
            .iter()
            .copied()
            .filter(|name| subject.value.get(name).is_none());
        let explain = |name: &String| {
            let pointer = subject.pointer.join(treatise_source::Step::Member(name));
            let span = self
                .name_of(&pointer)
                .unwrap_or_else(|| self.head(&subject.pointer, subject.value));
            let mut violation = Violation::new(
                span,
                pointer,
                format!("the member `{}` is not allowed here", cut(name)),
            );
            match nearest(name, absent.clone()) {
                Some(meant) => violation.help.push(format!("did you mean `{meant}`?")),
                None if names.is_empty() => {}
                None => violation
                    .help
                    .push(format!("allowed are {}", listed(names.iter().copied()))),
            }
            violation
        };
        unexpected.iter().map(explain).collect()
    }

    fn forbidden(&self, subject: &Subject<'r, 's>) -> Violation {
        let name = subject.pointer.tokens().last();
        match (self.name_of(&subject.pointer), name) {
            (Some(span), Some(name)) => Violation::new(
                span,
                subject.pointer.clone(),
                format!("the member `{}` is not allowed here", cut(&name)),
            ),
            _ => Violation::new(
                subject.value.span(),
                subject.pointer.clone(),
                "no value is allowed here",
            ),
        }
    }

    fn repeated(&self, subject: &Subject<'r, 's>) -> Violation {
        match first_repeated(subject.value) {
            Some((earlier, later)) => {
                let mut violation = Violation::new(
                    later.span(),
                    later.pointer(),
                    format!("{} is there twice", shown(later)),
                );
                violation.related = Some((earlier.span(), "the first time".into()));
                violation.help.push("delete one of the two".into());
                violation
            }
            None => self.about(subject, "an item is there twice"),
        }
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
            let collections = listed(collections.iter().copied());
            self.about(subject, format!("{value} is no id of {collections}"))
        };
        if !collections.is_empty() && looks_like_id(subject.value) {
            violation.rule = &WRONG_COLLECTION;
        }
        violation.help.extend(description(subject.schema));
        violation
    }

    fn member_name(
        &self,
        error: &ValidationError<'_>,
        subject: &Subject<'r, 's>,
    ) -> Vec<Violation> {
        // The failure holds the name as its instance.
        let name = error.instance().as_str().unwrap_or_default().to_owned();
        let pointer = subject.pointer.join(treatise_source::Step::Member(&name));
        let span = self
            .name_of(&pointer)
            .unwrap_or_else(|| self.head(&subject.pointer, subject.value));
        let reason = phrase(error.kind(), &format!("`{}`", cut(&name)), subject.value);
        let mut violation = Violation::new(
            span,
            pointer,
            format!("this member name is not allowed: {reason}"),
        );
        if let Failed::Enum { options } = error.kind() {
            violation.help.extend(allowed_for(options, &name));
        }
        violation.help.extend(description(self.schema_of(error)));
        vec![violation]
    }

    /// Explains the alternative that the value most likely means to be.
    fn alternatives(
        &self,
        branches: &[Vec<ValidationError<'static>>],
        subject: &Subject<'r, 's>,
    ) -> Vec<Violation> {
        let depth = subject.pointer.tokens().count();
        let types: Vec<_> = branches
            .iter()
            .filter_map(|branch| branch.iter().find_map(|error| root_type(error, depth)))
            .collect();
        if types.len() == branches.len() {
            let expected = either(types.into_iter().flatten());
            let message = format!("expected {expected}, found {}", found(subject.value));
            let mut violation = self.about(subject, message);
            violation.help.extend(description(subject.schema));
            return vec![violation];
        }
        let distance = |branch: &Vec<ValidationError<'static>>| -> u64 {
            branch.iter().map(|error| weight(error, depth)).sum()
        };
        let Some(nearest) = branches.iter().min_by_key(|branch| distance(branch)) else {
            return vec![self.about(subject, "none of the allowed forms fits")];
        };
        let mut found: Vec<_> = nearest
            .iter()
            .flat_map(|error| self.explain(error))
            .collect();
        if branches.len() > 1 {
            for violation in &mut found {
                violation.notes.push(format!(
                    "the schema allows {} forms here; this is said of the nearest",
                    branches.len()
                ));
            }
        }
        found
    }

    /// The schema object that has the failing keyword.
    fn schema_of(&self, error: &ValidationError<'_>) -> Option<&'s Json> {
        let location = error.absolute_keyword_location()?.as_str();
        let (schema, _) = location.rsplit_once('/')?;
        (self.schema_at)(schema)
    }

    /// Why the keyword applies, where that depends on the value of another member.
    fn condition(&self, error: &ValidationError<'_>) -> Option<Condition> {
        let location = error.absolute_keyword_location()?.as_str();
        // Up to the first reference, the path of the evaluation is one in the outermost schema.
        let path = error.evaluation_path().as_str();
        let outermost = path.split("/$ref").next().unwrap_or(path);
        let outermost = format!("{}#{outermost}", self.schema_uri);
        let (schema, holds) = branch_of(location).or_else(|| branch_of(&outermost))?;
        let condition = (self.schema_at)(&format!("{schema}/if"))?;
        let properties = condition.get("properties")?.as_object()?;
        let mut parts = Vec::new();
        let mut absent_values = Vec::new();
        for (name, schema) in properties {
            let value = match (schema.get("const"), schema.get("enum")) {
                (Some(value), _) => format!("`{}`", plain(value)),
                (None, Some(Json::Array(values))) => either_quoted(values),
                _ => continue,
            };
            let verb = if holds { "is" } else { "is not" };
            parts.push(format!("`{name}` {verb} {value}"));
            if !holds {
                // The condition looks at siblings: at a member of an object on the way here.
                let pointer = error.instance_path().as_str();
                let objects = pointer.match_indices('/').map(|(at, _)| &pointer[..at]);
                absent_values.extend(
                    objects
                        .chain([pointer])
                        .filter_map(Pointer::parse)
                        .map(|object| object.join(treatise_source::Step::Member(name))),
                );
            }
        }
        (!parts.is_empty()).then(|| Condition {
            sentence: format!("this holds where {}", parts.join(" and ")),
            absent_values,
        })
    }
}

/// Why a keyword under `then` or `else` applies.
struct Condition {
    sentence: String,
    absent_values: Vec<Pointer>,
}

/// The schema whose `then` (true) or `else` (false) a location is in.
fn branch_of(location: &str) -> Option<(&str, bool)> {
    let then = location.rfind("/then/").map(|at| (at, true));
    let otherwise = location.rfind("/else/").map(|at| (at, false));
    let (at, holds) = then.max(otherwise)?;
    Some((&location[..at], holds))
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

/// The types that a failure asks for, if it is one about the type of the value itself.
fn root_type(error: &ValidationError<'_>, depth: usize) -> Option<Vec<String>> {
    let Failed::Type { kind } = error.kind() else {
        return None;
    };
    (steps(error) == depth).then(|| type_names(kind))
}

fn steps(error: &ValidationError<'_>) -> usize {
    error.instance_path().as_str().matches('/').count()
}

/// How much a failure speaks against the alternative that it belongs to.
fn weight(error: &ValidationError<'_>, depth: usize) -> u64 {
    let below = steps(error).saturating_sub(depth) as u64;
    match error.kind() {
        Failed::Type { .. } if below == 0 => 1000,
        // Members that tell alternatives apart are constants near the top.
        Failed::Constant { .. } | Failed::Enum { .. } if below <= 1 => 50,
        Failed::Required { .. } | Failed::AdditionalProperties { .. } if below == 0 => 10,
        _ => 8_u64.saturating_sub(below).max(1),
    }
}

fn type_names(kind: &TypeKind) -> Vec<String> {
    match kind {
        TypeKind::Single(kind) => vec![kind.to_string()],
        TypeKind::Multiple(kinds) => kinds.iter().map(|kind| kind.to_string()).collect(),
    }
}

/// The failure as a sentence about `shown`.
fn phrase(kind: &Failed, shown: &str, value: Value<'_>) -> String {
    match kind {
        Failed::Type { kind } => {
            format!(
                "expected {}, found {}",
                either(type_names(kind)),
                found(value)
            )
        }
        Failed::Enum { .. } => format!("{shown} is none of the allowed values"),
        Failed::Constant { expected_value } => {
            format!("expected `{}`, found {shown}", cut(&plain(expected_value)))
        }
        Failed::Pattern { pattern } => {
            format!("{shown} does not match the pattern `{}`", cut(pattern))
        }
        Failed::Format { format } => format!("{shown} is not {}", format_name(format)),
        Failed::MinLength { limit: 1 } => "the text is empty".into(),
        Failed::MinLength { limit } => {
            format!("{shown} is shorter than {}", counted(*limit, "character"))
        }
        Failed::MaxLength { limit } => {
            format!("{shown} is longer than {}", counted(*limit, "character"))
        }
        Failed::MinItems { limit: 1 } => "the array is empty".into(),
        Failed::MinItems { limit } => format!(
            "there are {}, but at least {limit} are needed",
            counted(value.len() as u64, "item")
        ),
        Failed::MaxItems { limit } => format!(
            "there are {}, but at most {limit} are allowed",
            counted(value.len() as u64, "item")
        ),
        Failed::MinProperties { limit: 1 } => "the object is empty".into(),
        Failed::MinProperties { limit } => format!(
            "there are {}, but at least {limit} are needed",
            counted(value.len() as u64, "member")
        ),
        Failed::MaxProperties { limit } => format!(
            "there are {}, but at most {limit} are allowed",
            counted(value.len() as u64, "member")
        ),
        Failed::Minimum { limit } => format!("{shown} is less than {limit}"),
        Failed::Maximum { limit } => format!("{shown} is more than {limit}"),
        Failed::ExclusiveMinimum { limit } => format!("{shown} is not more than {limit}"),
        Failed::ExclusiveMaximum { limit } => format!("{shown} is not less than {limit}"),
        Failed::MultipleOf { multiple_of } => format!("{shown} is not a multiple of {multiple_of}"),
        Failed::Contains => "no item, or the wrong number of items, is as `contains` asks".into(),
        Failed::OneOfMultipleValid { .. } => {
            format!("{shown} fits several forms of which only one may fit")
        }
        Failed::Not { .. } => format!("{shown} is what the schema excludes here"),
        Failed::UnevaluatedItems { .. } => "there are items that the schema does not allow".into(),
        Failed::FalseSchema => "nothing is allowed here".into(),
        Failed::ContentEncoding { content_encoding } => {
            format!("{shown} is not encoded as `{content_encoding}`")
        }
        Failed::ContentMediaType { content_media_type } => {
            format!("{shown} is not of the media type `{content_media_type}`")
        }
        other => format!("{shown} fails the keyword `{}`", other.keyword()),
    }
}

fn format_name(format: &str) -> String {
    let name = match format {
        "date" => "a date as in `2026-11-22`",
        "time" => "a time with its offset as in `14:05:00Z`",
        "date-time" => "a date and time as in `2026-11-22T14:05:00Z`",
        "duration" => "an ISO 8601 duration as in `P3M`",
        "email" | "idn-email" => "an e-mail address",
        "hostname" | "idn-hostname" => "a host name",
        "ipv4" => "an IPv4 address",
        "ipv6" => "an IPv6 address",
        "uri" | "iri" => "an absolute URI as in `https://example.org/a`",
        "uri-reference" | "iri-reference" => "a URI reference",
        "uri-template" => "a URI template",
        "uuid" => "a UUID",
        "json-pointer" => "a JSON pointer",
        "relative-json-pointer" => "a relative JSON pointer",
        "regex" => "a regular expression",
        other => return format!("of the format `{other}`"),
    };
    name.to_owned()
}

/// The allowed values, or the one that was most likely meant.
fn allowed(options: &Json, value: Value<'_>) -> Option<String> {
    allowed_for(options, value.as_str().unwrap_or_default())
}

fn allowed_for(options: &Json, word: &str) -> Option<String> {
    let options = options.as_array()?;
    let words = options.iter().filter_map(Json::as_str);
    let list = listed(options.iter().map(plain));
    Some(match nearest(word, words) {
        Some(meant) => format!("did you mean `{meant}`? Allowed are {list}"),
        None => format!("allowed are {list}"),
    })
}

/// What the schema says about the value.
fn description(schema: Option<&Json>) -> Option<String> {
    let text = |name| schema?.get(name)?.as_str();
    text("description")
        .or_else(|| text("title"))
        .map(str::to_owned)
}

fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn found(value: Value<'_>) -> String {
    match value.kind() {
        Kind::Object => "an object".into(),
        Kind::Array => "an array".into(),
        Kind::Null => "`null`".into(),
        kind => format!("the {} {}", kind.name(), shown(value)),
    }
}

/// A value as it is written, in backticks and cut where it is long.
fn shown(value: Value<'_>) -> String {
    match value.kind() {
        Kind::Object => "this object".into(),
        Kind::Array => "this array".into(),
        Kind::String => format!("`{}`", cut(value.as_str().unwrap_or_default())),
        _ => format!("`{}`", cut(value.source())),
    }
}

fn cut(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut characters = text.chars();
    let shown: String = characters.by_ref().take(LONGEST).collect();
    match characters.next() {
        Some(_) => format!("{shown}…"),
        None => shown,
    }
}

/// Words in backticks with commas; a long list is cut.
fn listed<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> String {
    const MOST: usize = 20;
    let words: Vec<_> = words
        .into_iter()
        .map(|word| format!("`{}`", cut(word.as_ref())))
        .collect();
    match words.len().checked_sub(MOST) {
        Some(rest @ 1..) => format!("{} and {rest} more", words[..MOST].join(", ")),
        _ => words.join(", "),
    }
}

fn either(words: impl IntoIterator<Item = String>) -> String {
    let mut unique: Vec<String> = Vec::new();
    for word in words {
        let article = if word.starts_with(['a', 'i', 'o']) {
            "an"
        } else {
            "a"
        };
        let word = if word == "null" {
            "`null`".into()
        } else {
            format!("{article} {word}")
        };
        if !unique.contains(&word) {
            unique.push(word);
        }
    }
    unique.join(" or ")
}

fn either_quoted(values: &[Json]) -> String {
    let quoted: Vec<_> = values
        .iter()
        .map(|value| format!("`{}`", plain(value)))
        .collect();
    quoted.join(" or ")
}

fn counted(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}
