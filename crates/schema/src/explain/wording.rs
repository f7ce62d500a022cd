//! Keywords, values and lists in words.

use jsonschema::error::{TypeKind, ValidationErrorKind as Failed};
use serde_json::Value as Json;
use treatise_source::{Kind, Value};

use super::Explainer;
use crate::nearest::nearest;

pub(crate) fn type_names(kind: &TypeKind) -> Vec<String> {
    match kind {
        TypeKind::Single(kind) => vec![kind.to_string()],
        TypeKind::Multiple(kinds) => kinds.iter().map(|kind| kind.to_string()).collect(),
    }
}

/// The failure as a sentence about `shown`.
pub(crate) fn phrase(kind: &Failed, shown: &str, value: Value<'_>) -> String {
    match kind {
        Failed::Type { kind } => {
            format!(
                "expected {}, found {}",
                either(type_names(kind)),
                found(value)
            )
        }
        Failed::Enum { options } => {
            // `3` and `"3"` look the same in backticks.
            let is_text = value.kind() == Kind::String;
            let looks_allowed = options.as_array().is_some_and(|options| {
                let mut others = options
                    .iter()
                    .filter(|option| option.is_string() != is_text);
                others.any(|option| quoted(option) == shown)
            });
            let subject = if looks_allowed {
                found(value)
            } else {
                shown.to_owned()
            };
            format!("{subject} is none of the allowed values")
        }
        Failed::Constant { expected_value } => constant(expected_value, shown, value),
        Failed::Custom {
            keyword,
            message: pattern,
        } if keyword == "pattern" => {
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
        Failed::MinItems { limit } => too_few(value, "item", *limit),
        Failed::MaxItems { limit: 0 } => "the array must be empty".into(),
        Failed::MaxItems { limit } => too_many(value, "item", *limit),
        Failed::MinProperties { limit: 1 } => "the object is empty".into(),
        Failed::MinProperties { limit } => too_few(value, "member", *limit),
        Failed::MaxProperties { limit: 0 } => "the object must be empty".into(),
        Failed::MaxProperties { limit } => too_many(value, "member", *limit),
        Failed::Minimum { limit } => format!("{shown} is less than {limit}"),
        Failed::Maximum { limit } => format!("{shown} is more than {limit}"),
        Failed::ExclusiveMinimum { limit } => format!("{shown} must be greater than {limit}"),
        Failed::ExclusiveMaximum { limit } => format!("{shown} must be less than {limit}"),
        Failed::MultipleOf { multiple_of } => format!("{shown} is not a multiple of {multiple_of}"),
        Failed::OneOfMultipleValid { .. } => {
            format!("{shown} fits several forms of which only one may fit")
        }
        Failed::UnevaluatedItems { unexpected } => match unexpected.len() {
            1 => "one item of this array is not allowed".into(),
            count => format!("{count} items of this array are not allowed"),
        },
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

/// The expected and the found value, told apart even where they are written alike.
fn constant(expected: &Json, shown: &str, value: Value<'_>) -> String {
    let is_alike = quoted(expected) == shown;
    let is_compound = matches!(value.kind(), Kind::Array | Kind::Object);
    match expected {
        // Of an array, "expected `array`" would tell nobody what is wrong.
        _ if is_compound || expected.is_array() || expected.is_object() => {
            format!("the only value allowed here is {}", quoted(expected))
        }
        Json::String(_) if is_alike => {
            format!("expected the string {shown}, found {}", found(value))
        }
        _ if is_alike => format!("expected {shown} without quotes, found {}", found(value)),
        _ => format!("expected {}, found {shown}", quoted(expected)),
    }
}

fn too_few(value: Value<'_>, noun: &str, limit: u64) -> String {
    let needed = if limit == 1 { "is" } else { "are" };
    format!(
        "{}, but at least {limit} {needed} needed",
        there_are(value, noun)
    )
}

fn too_many(value: Value<'_>, noun: &str, limit: u64) -> String {
    let allowed = if limit == 1 { "is" } else { "are" };
    format!(
        "{}, but at most {limit} {allowed} allowed",
        there_are(value, noun)
    )
}

fn there_are(value: Value<'_>, noun: &str) -> String {
    let verb = if value.len() == 1 { "is" } else { "are" };
    format!("there {verb} {}", counted(value.len() as u64, noun))
}

pub(crate) fn format_name(format: &str) -> String {
    let (name, example) = match format {
        "date" => ("a date of the calendar", "2026-11-22"),
        "time" => ("a time with its offset", "14:05:00Z"),
        "date-time" => ("a date and time with its offset", "2026-11-22T14:05:00Z"),
        "duration" => ("an ISO 8601 duration", "P3M"),
        "email" | "idn-email" => ("an e-mail address", "name@example.org"),
        "hostname" | "idn-hostname" => ("a host name", "www.example.org"),
        "ipv4" => ("an IPv4 address", "192.0.2.1"),
        "ipv6" => ("an IPv6 address", "2001:db8::1"),
        "uri" | "iri" => ("an absolute URI", "https://example.org/a"),
        "uri-reference" | "iri-reference" => ("a URI reference", "../a"),
        "uri-template" => ("a URI template", "/a/{id}"),
        "uuid" => ("a UUID", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
        "json-pointer" => ("a JSON pointer", "/a/0"),
        "relative-json-pointer" => ("a relative JSON pointer", "1/a"),
        "regex" => ("a regular expression", "^a+$"),
        other => return format!("of the format `{other}`"),
    };
    format!("{name}, as `{example}` is")
}

impl Explainer<'_, '_> {
    /// The allowed values, or the one that was most likely meant.
    pub(super) fn allowed(&self, options: &Json, word: Option<&str>) -> Option<String> {
        let options = options.as_array()?;
        let words = options.iter().filter_map(Json::as_str);
        let left = self.looks_left.get().checked_sub(options.len());
        self.looks_left.set(left.unwrap_or_default());
        let meant = left.and_then(|_| nearest(word.unwrap_or_default(), words));
        let shown = options.iter().take(MOST_LISTED).map(plain);
        let list = and_more(shown, options.len());
        Some(match meant {
            Some(meant) => format!("did you mean `{meant}`? Allowed are {list}"),
            None => format!("allowed are {list}"),
        })
    }
}

/// What the schema says about the value.
pub(crate) fn description(schema: Option<&Json>) -> Option<String> {
    let text = |name| schema?.get(name)?.as_str();
    text("description")
        .or_else(|| text("title"))
        .map(str::to_owned)
}

pub(crate) fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

pub(crate) fn found(value: Value<'_>) -> String {
    match value.kind() {
        Kind::Object => "an object".into(),
        Kind::Array => "an array".into(),
        Kind::Null => "`null`".into(),
        kind => format!("the {} {}", kind.name(), shown(value)),
    }
}

/// A value as it is written, in backticks and cut where it is long.
pub(crate) fn shown(value: Value<'_>) -> String {
    match value.kind() {
        Kind::Object => "this object".into(),
        Kind::Array => "this array".into(),
        Kind::String => format!("`{}`", cut(value.as_str().unwrap_or_default())),
        _ => format!("`{}`", cut(value.source())),
    }
}

pub(crate) fn cut(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut characters = text.chars();
    let shown: String = characters.by_ref().take(LONGEST).collect();
    match characters.next() {
        Some(_) => format!("{shown}…"),
        None => shown,
    }
}

/// Words in backticks with commas; a long list is cut.
pub(crate) fn listed<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> String {
    let words: Vec<T> = words.into_iter().collect();
    and_more(words.iter().take(MOST_LISTED), words.len())
}

/// How many words of a list are shown.
const MOST_LISTED: usize = 20;

/// The first words of a list, and how many there are beside them.
fn and_more<T: AsRef<str>>(shown: impl Iterator<Item = T>, all: usize) -> String {
    let shown: Vec<_> = shown.map(|word| name(word.as_ref())).collect();
    match all - shown.len() {
        0 => shown.join(", "),
        rest => format!("{} and {rest} more", shown.join(", ")),
    }
}

/// Types with their articles, joined by "or".
pub(crate) fn either(words: impl IntoIterator<Item = String>) -> String {
    let mut unique: Vec<String> = Vec::new();
    for word in words {
        let word = match word.as_str() {
            "null" => "`null`".into(),
            _ if word.starts_with(['a', 'i', 'o']) => format!("an {word}"),
            _ => format!("a {word}"),
        };
        if !unique.contains(&word) {
            unique.push(word);
        }
    }
    joined(&unique, "or")
}

/// A value in backticks.
pub(crate) fn quoted(value: &Json) -> String {
    format!("`{}`", cut(&plain(value)))
}

/// Words with commas, and `conjunction` before the last.
pub(crate) fn joined<T: AsRef<str>>(words: &[T], conjunction: &str) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} {conjunction} {last}", first.join(", ")),
    }
}

/// Names in backticks, joined.
pub(crate) fn names<T: AsRef<str>>(words: &[T], conjunction: &str) -> String {
    let quoted: Vec<_> = words.iter().map(|word| name(word.as_ref())).collect();
    joined(&quoted, conjunction)
}

/// A name in backticks; the empty one with its quotes, so that it shows.
pub(crate) fn name(word: &str) -> String {
    match word {
        "" => "`\"\"`".into(),
        _ => format!("`{}`", cut(word)),
    }
}

pub(crate) fn counted(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}
