//! Trees and faults as text for expectations, as JSON for properties, and what holds of any tree.

use std::fmt::Write;

use treatise_source::{Fault, Kind, Span, Tree, Value};

/// Longest piece of the text beside a fault, in characters.
const LONGEST_EXCERPT: usize = 40;

/// One line per fault, in the given order.
pub(crate) fn faults(text: &str, faults: &[Fault]) -> String {
    let excerpt = |span: Span| {
        let mut characters = text[span.range()].chars();
        let start: String = characters.by_ref().take(LONGEST_EXCERPT).collect();
        let rest = if characters.next().is_some() {
            "…"
        } else {
            ""
        };
        format!("{}..{} {start:?}{rest}", span.start, span.end)
    };
    faults.iter().fold(String::new(), |mut lines, fault| {
        write!(lines, "{:?} {}", fault.kind, excerpt(fault.span)).expect("a string takes all");
        if let Some(related) = fault.related {
            write!(lines, ", related {}", excerpt(related)).expect("a string takes all");
        }
        lines + "\n"
    })
}

/// The value as compact JSON, numbers as they are written. A printed tree has no repeated names.
pub(crate) fn json(value: Value<'_>) -> String {
    let mut printed = String::new();
    print(value, &mut printed);
    printed
}

fn print(value: Value<'_>, out: &mut String) {
    match value.kind() {
        Kind::Null => out.push_str("null"),
        Kind::Boolean => out.push_str(&value.as_bool().expect("a boolean has one").to_string()),
        Kind::Number => out.push_str(value.as_number().expect("a number has one").as_str()),
        Kind::String => string(value.as_str().expect("a string has one"), out),
        Kind::Array => {
            out.push('[');
            for (position, element) in value.elements().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                print(element, out);
            }
            out.push(']');
        }
        Kind::Object => {
            out.push('{');
            for (position, member) in value.members().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                string(member.name(), out);
                out.push(':');
                print(member.value, out);
            }
            out.push('}');
        }
    }
}

/// A JSON string in which everything but printable ASCII is escaped.
fn string(content: &str, out: &mut String) {
    out.push('"');
    for character in content.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            ' '..='~' => out.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}").expect("a string takes all");
                }
            }
        }
    }
    out.push('"');
}

/// What holds of every tree, sound or not: spans lie in the text and in one another, in order;
/// counts are right; strings and names can be read.
pub(crate) fn check_invariants(tree: &Tree<'_>) {
    check_below(tree, tree.root());
}

fn check_below(tree: &Tree<'_>, value: Value<'_>) {
    let span = value.span();
    assert!(tree.text().get(span.range()).is_some(), "{span:?} is text");
    assert_eq!(value.as_str().is_some(), value.kind() == Kind::String);
    let mut before = span.start;
    let mut check_inside = |inner: Span| {
        assert!(before <= inner.start && inner.end <= span.end, "{inner:?}");
        before = inner.end;
    };
    for member in value.members() {
        check_inside(member.name_span());
        check_inside(member.value.span());
        let found = value.get(member.name()).expect("a member is found");
        assert_eq!(found.index(), member.value.index());
        check_below(tree, member.value);
    }
    for element in value.elements() {
        check_inside(element.span());
        check_below(tree, element);
    }
    let count = value.members().count() + value.elements().count();
    assert_eq!(count, value.len(), "the count of {span:?}");
}
