//! The one form in which a record is written: members in the order of the schema, those that it
//! does not name behind them by name, two spaces, and no escape that is not needed.

use std::fmt::Write as _;

use treatise_schema::FieldTable;
use treatise_source::{Kind, Layout, Limits, Parser, Value};

use crate::shape::Shape;
use crate::view::Record;

/// Whether a record can be written anew without a loss. A tree has no room for each fault of its
/// text, so the text is asked once more.
pub(crate) fn keeps_all(text: &str) -> bool {
    Parser::new().parse(text, Limits::default()).is_faithful()
}

/// A record as it should stand: in a file of its own, or in a line of a file, without the line end.
pub(crate) fn write(record: Value<'_>, shape: &Shape, layout: Layout) -> String {
    let mut text = String::with_capacity(record.tree().text().len() + 64);
    let indent = match layout {
        Layout::Lines => Some(0),
        Layout::Line => None,
    };
    Writer {
        text: &mut text,
        indent,
    }
    .value(record, Some(shape));
    if layout == Layout::Lines {
        text.push('\n');
    }
    text
}

/// A record in its canonical form: in a file of its own, or in a line of a file, without the line end.
/// `record` is its text, and what is wrong with that has to be known already.
pub fn formatted(record: &str, fields: &FieldTable, layout: Layout) -> String {
    let mut parser = Parser::new();
    let parsed = parser.parse(record, Limits::default());
    write(parsed.tree.root(), &Shape::of(fields), layout)
}

/// Whether a record stands in its text as [`write()`] would write it. Nearly all do, and then nothing
/// need be written to see it: but for strings with escapes, scalars stand as they would be written, so
/// that only how they are laid out and the order of members is looked at.
pub(crate) fn is_written(record: Record<'_>, shape: &Shape, layout: Layout) -> bool {
    // The one character that is escaped though JSON need not have it so.
    const DELETE: u8 = 0x7f;
    let tree = record.value.tree();
    let as_written = |(written, meant): (&str, &str)| {
        let mut anew = String::with_capacity(written.len());
        write_string(&mut anew, meant);
        anew == written
    };
    !record.has_rare_byte(DELETE)
        && tree.escaped_strings().all(as_written)
        && tree.is_laid_out(layout)
        && is_ordered(record.value, shape)
}

/// Whether the members of all objects stand in their order.
fn is_ordered(value: Value<'_>, shape: &Shape) -> bool {
    match value.kind() {
        Kind::Object => are_ordered(value, shape),
        Kind::Array => {
            let below = shape.element().filter(|below| below.has_order());
            below.is_none_or(|below| value.elements().all(|element| is_ordered(element, below)))
        }
        _ => true,
    }
}

fn are_ordered(object: Value<'_>, shape: &Shape) -> bool {
    // Most objects have the members that others had before them. Names that are made to seem like others
    // would pass here, which does no harm.
    let hash = object.sequence();
    if let Some(sequence) = shape.known_sequence(hash) {
        let mut below = shape.ordered_members(object, sequence);
        return below.all(|(member, below)| is_ordered(member, below));
    }
    let has_order = !shape.is_open_ended();
    // Where the next known member may stand in the order, and the last one that is not known.
    let mut next = 0;
    let mut unknown: Option<&str> = None;
    let mut positions = Vec::new();
    for member in object.members() {
        let known = match has_order {
            true => shape.position_behind(next, &member),
            false => None,
        };
        let below = match known {
            Some(position) if position >= next && unknown.is_none() => {
                next = position + 1;
                positions.push(position);
                Some(&shape.members[position].1)
            }
            Some(_) => return false,
            None => {
                let name = member.name();
                if has_order && unknown.is_some_and(|before| before > name) {
                    return false;
                }
                unknown = Some(name);
                shape.member(name)
            }
        };
        // Most are scalars or lists of these, which are not worth a call.
        if let Some(below) = below.filter(|below| below.has_order())
            && !is_ordered(member.value, below)
        {
            return false;
        }
    }
    if has_order && unknown.is_none() {
        shape.learn(hash, &positions);
    }
    true
}

struct Writer<'w> {
    text: &'w mut String,
    /// How deep it is; `None` where all goes on one line.
    indent: Option<usize>,
}

impl Writer<'_> {
    /// Values below what the schema describes keep their order.
    fn value(&mut self, value: Value<'_>, shape: Option<&Shape>) {
        match value.kind() {
            Kind::Object => self.object(value, shape),
            Kind::Array => {
                let element_shape = shape.and_then(Shape::element);
                self.list('[', ']', value.elements(), |writer, element| {
                    writer.value(element, element_shape);
                });
            }
            Kind::String => write_string(self.text, value.as_str().unwrap_or_default()),
            Kind::Null | Kind::Boolean | Kind::Number => self.text.push_str(value.source()),
        }
    }

    fn object(&mut self, value: Value<'_>, shape: Option<&Shape>) {
        let mut members: Vec<_> = value.members().collect();
        if let Some(shape) = shape.filter(|shape| !shape.is_open_ended()) {
            let position = |name: &str| {
                let known = shape.members.iter().position(|(key, _)| key.name() == name);
                known.unwrap_or(usize::MAX)
            };
            members
                .sort_by_cached_key(|member| (position(member.name()), member.name().to_owned()));
        }
        self.list('{', '}', members.into_iter(), |writer, member| {
            write_string(writer.text, member.name());
            writer.text.push(':');
            if writer.indent.is_some() {
                writer.text.push(' ');
            }
            let below = shape.and_then(|shape| shape.member(member.name()));
            writer.value(member.value, below);
        });
    }

    fn list<T>(
        &mut self,
        open: char,
        close: char,
        items: impl Iterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.text.push(open);
        let outer = self.indent;
        self.indent = outer.map(|depth| depth + 1);
        let mut is_first = true;
        for item in items {
            if !is_first {
                self.text.push(',');
            }
            is_first = false;
            self.break_line();
            write(self, item);
        }
        self.indent = outer;
        if !is_first {
            self.break_line();
        }
        self.text.push(close);
    }

    fn break_line(&mut self) {
        if let Some(depth) = self.indent {
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n("  ", depth));
        }
    }
}

/// Writes a string with those escapes that it needs.
pub(crate) fn write_string(text: &mut String, string: &str) {
    text.push('"');
    let mut rest = string;
    while let Some(at) = rest.find(|character: char| {
        matches!(character, '"' | '\\') || character < ' ' || character == '\u{7f}'
    }) {
        text.push_str(&rest[..at]);
        let mut characters = rest[at..].chars();
        match characters.next().unwrap_or_default() {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            other => {
                write!(text, "\\u{:04x}", u32::from(other)).expect("a string takes all text");
            }
        }
        rest = characters.as_str();
    }
    text.push_str(rest);
    text.push('"');
}
