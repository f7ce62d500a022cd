//! The text of a record: its values exactly as they are written, its members in the order of the
//! schema, and no space between.

use treatise_source::{Kind, Value};

use crate::shape::Shape;

/// Appends the text of a record. `id` is the member that holds its id where the record itself
/// does not: its name and its value.
pub(crate) fn write(
    record: Value<'_>,
    shape: &Shape<'_>,
    id: Option<(&str, &str)>,
    out: &mut Vec<u8>,
) {
    match id {
        None => write_value(record, Some(shape), out),
        Some((name, id)) => {
            out.push(b'{');
            write_string(name, out);
            out.push(b':');
            write_string(id, out);
            write_members(record, Some(shape), true, out);
            out.push(b'}');
        }
    }
}

/// Appends what a shape that was shortened keeps of a record; of texts by language those in these
/// languages, if any are given.
pub(crate) fn write_kept(
    record: Value<'_>,
    shape: &Shape<'_>,
    languages: &[String],
    out: &mut Vec<u8>,
) {
    if !shape.is_shortened {
        return write_value(record, Some(shape), out);
    }
    match record.kind() {
        Kind::Array => {
            out.push(b'[');
            let element = shape.element.as_deref();
            let elements = element.into_iter().flat_map(|shape| {
                let items = record.elements();
                items.map(move |item| (item, shape))
            });
            for (position, (item, shape)) in elements.enumerate() {
                if position > 0 {
                    out.push(b',');
                }
                write_kept(item, shape, languages, out);
            }
            out.push(b']');
        }
        Kind::Object => {
            out.push(b'{');
            let start = out.len();
            let is_language_map = shape.field.is_some_and(|field| field.is_language_map);
            for member in record.members() {
                let name = member.name();
                let below = shape.below_name(name);
                let is_kept = !is_language_map
                    || languages.is_empty()
                    || languages.iter().any(|language| language == name);
                let Some(below) = below.filter(|below| {
                    is_kept && !is_without_languages(member.value, below, languages)
                }) else {
                    continue;
                };
                if out.len() > start {
                    out.push(b',');
                }
                write_string(name, out);
                out.push(b':');
                write_kept(member.value, below, languages, out);
            }
            out.push(b'}');
        }
        _ => out.extend_from_slice(record.source().as_bytes()),
    }
}

/// Whether nothing is left of a text by language.
fn is_without_languages(value: Value<'_>, shape: &Shape<'_>, languages: &[String]) -> bool {
    !languages.is_empty()
        && value.kind() == Kind::Object
        && shape.field.is_some_and(|field| field.is_language_map)
        && !languages
            .iter()
            .any(|language| value.get(language).is_some())
}

/// A value as JSON, its members in the order in which they are written.
pub(crate) fn json_text(value: Value<'_>) -> String {
    let mut text = Vec::new();
    write_value(value, None, &mut text);
    String::from_utf8(text).expect("parts of UTF-8 text between whole tokens are UTF-8")
}

fn write_value(value: Value<'_>, shape: Option<&Shape<'_>>, out: &mut Vec<u8>) {
    match value.kind() {
        Kind::Array => {
            let element = shape.and_then(|shape| shape.element.as_deref());
            out.push(b'[');
            for (position, item) in value.elements().enumerate() {
                if position > 0 {
                    out.push(b',');
                }
                write_value(item, element, out);
            }
            out.push(b']');
        }
        Kind::Object => {
            out.push(b'{');
            write_members(value, shape, false, out);
            out.push(b'}');
        }
        _ => out.extend_from_slice(value.source().as_bytes()),
    }
}

fn write_members(
    value: Value<'_>,
    shape: Option<&Shape<'_>>,
    mut is_behind_another: bool,
    out: &mut Vec<u8>,
) {
    let mut write = |name: &str, value: Value<'_>, shape: Option<&Shape<'_>>| {
        if is_behind_another {
            out.push(b',');
        }
        is_behind_another = true;
        write_string(name, out);
        out.push(b':');
        write_value(value, shape, out);
    };
    let described = shape.map_or(&[][..], |shape| &shape.members);
    let mut written = 0;
    for (key, shape) in described {
        if let Some(member) = value.get_key(key) {
            write(key.name(), member, Some(shape));
            written += 1;
        }
    }
    if written == value.len() {
        return;
    }
    let entry = shape.and_then(|shape| shape.entry.as_deref());
    for member in value.members() {
        if shape.is_none_or(|shape| shape.member(member.name()).is_none()) {
            write(member.name(), member.value, entry);
        }
    }
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    // As the names of members are. It takes a number to look at many bytes at a time.
    let has_special = text.bytes().fold(0, |found, byte| {
        found | u8::from(byte < b' ' || matches!(byte, b'"' | b'\\'))
    });
    if has_special == 0 {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
        return;
    }
    serde_json::to_writer(out, text).expect("a string can be written to memory");
}
