//! The one form in which a record is written: members in the order of the schema, those that it
//! does not name behind them by name, two spaces, and no escape that is not needed.

use std::fmt::Write as _;

use treatise_source::{Kind, Span, Value};

use crate::shape::Shape;

/// A record as it should stand in a file of its own.
pub(crate) fn write_file(record: Value<'_>, shape: &Shape) -> String {
    let mut text = String::with_capacity(record.tree().text().len() + 64);
    Writer {
        text: &mut text,
        indent: Some(0),
    }
    .value(record, Some(shape));
    text.push('\n');
    text
}

/// A record as it should stand in a line of a file, without the line end.
pub(crate) fn write_line(record: Value<'_>, shape: &Shape) -> String {
    let mut text = String::with_capacity(record.tree().text().len());
    Writer {
        text: &mut text,
        indent: None,
    }
    .value(record, Some(shape));
    text
}

/// Whether a record stands in its text as [`write_file`] or [`write_line`] would write it. Nearly
/// all do, and then nothing need be written to see it: scalars stand as they would be written, so
/// that only what lies between them is compared.
pub(crate) fn is_written(record: Value<'_>, shape: &Shape, is_line: bool) -> bool {
    let text = record.tree().text();
    let mut reader = Reader {
        text: text.as_bytes(),
        at: 0,
        indent: (!is_line).then_some(0),
    };
    let is_same = reader.value(record, Some(shape)) && (is_line || reader.passes(b"\n"));
    is_same && reader.at == text.len()
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    /// As for [`Writer`].
    indent: Option<usize>,
}

impl Reader<'_> {
    fn value(&mut self, value: Value<'_>, shape: Option<&Shape>) -> bool {
        match value.kind() {
            Kind::Object => self.object(value, shape),
            Kind::Array => {
                let shape = shape.and_then(Shape::element);
                self.list(b"[", b"]", value.elements(), |reader, element| {
                    reader.value(element, shape)
                })
            }
            Kind::String => self.string(value.span(), value.as_str()),
            Kind::Null | Kind::Boolean | Kind::Number => self.stands(value.span()),
        }
    }

    fn object(&mut self, value: Value<'_>, shape: Option<&Shape>) -> bool {
        let ordered = shape.filter(|shape| !shape.is_open_ended());
        // Where the next known member may stand in the order, and the last one that is not known.
        let mut next = 0;
        let mut unknown: Option<&str> = None;
        self.list(b"{", b"}", value.members(), |reader, member| {
            let name = member.name();
            let known = ordered.and_then(|shape| {
                let rest = shape.members.get(next..)?;
                let position = rest.iter().position(|(key, _)| key.name() == name)?;
                Some(next + position)
            });
            let below = match (known, ordered) {
                (Some(position), Some(shape)) if unknown.is_none() => {
                    next = position + 1;
                    Some(&shape.members[position].1)
                }
                (None, Some(shape)) => {
                    let is_known = shape.members.iter().any(|(key, _)| key.name() == name);
                    if is_known || unknown.is_some_and(|before| before > name) {
                        return false;
                    }
                    unknown = Some(name);
                    shape.member(name)
                }
                (Some(_), Some(_)) => return false,
                (_, None) => shape.and_then(|shape| shape.member(name)),
            };
            reader.string(member.name_span(), Some(name))
                && reader.passes(if reader.indent.is_some() { b": " } else { b":" })
                && reader.value(member.value, below)
        })
    }

    fn list<T>(
        &mut self,
        open: &[u8],
        close: &[u8],
        items: impl Iterator<Item = T>,
        mut read: impl FnMut(&mut Self, T) -> bool,
    ) -> bool {
        let outer = self.indent;
        let mut is_first = true;
        let mut is_same = self.passes(open);
        self.indent = outer.map(|depth| depth + 1);
        for item in items {
            is_same = is_same
                && (is_first || self.passes(b","))
                && self.breaks_line()
                && read(self, item);
            if !is_same {
                return false;
            }
            is_first = false;
        }
        self.indent = outer;
        is_same && (is_first || self.breaks_line()) && self.passes(close)
    }

    fn breaks_line(&mut self) -> bool {
        let Some(depth) = self.indent else {
            return true;
        };
        self.passes(b"\n") && (0..depth).all(|_| self.passes(b"  "))
    }

    /// A string without escapes stands as it would be written, but for one character.
    fn string(&mut self, span: Span, text: Option<&str>) -> bool {
        let text = text.unwrap_or_default();
        if span.len() as usize == text.len() + 2 && !text.as_bytes().contains(&0x7f) {
            return self.stands(span);
        }
        let mut written = String::new();
        Writer {
            text: &mut written,
            indent: None,
        }
        .string(text);
        self.at == span.start as usize && self.passes(written.as_bytes())
    }

    /// Whether a span begins here; then what is behind it is next.
    fn stands(&mut self, span: Span) -> bool {
        let is_here = self.at == span.start as usize;
        self.at = span.end as usize;
        is_here
    }

    fn passes(&mut self, expected: &[u8]) -> bool {
        let is_same = self.text[self.at..].starts_with(expected);
        self.at += expected.len();
        is_same
    }
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
            Kind::String => self.string(value.as_str().unwrap_or_default()),
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
            writer.string(member.name());
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

    fn string(&mut self, string: &str) {
        self.text.push('"');
        let mut rest = string;
        while let Some(at) = rest.find(|character: char| {
            matches!(character, '"' | '\\') || character < ' ' || character == '\u{7f}'
        }) {
            self.text.push_str(&rest[..at]);
            let mut characters = rest[at..].chars();
            match characters.next().unwrap_or_default() {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                other => {
                    write!(self.text, "\\u{:04x}", u32::from(other))
                        .expect("a string takes all text");
                }
            }
            rest = characters.as_str();
        }
        self.text.push_str(rest);
        self.text.push('"');
    }
}
