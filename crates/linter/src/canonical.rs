//! The one form in which a record is written: members in the order of the schema, those that it
//! does not name behind them by name, two spaces, and no escape that is not needed.

use std::fmt::Write as _;

use treatise_source::{Kind, Limits, Member, Parser, Span, Value};

use crate::shape::Shape;

/// Whether a record can be written anew without a loss. A tree has no room for each fault of its
/// text, so the text is asked once more.
pub(crate) fn keeps_all(text: &str) -> bool {
    Parser::new().parse(text, Limits::default()).is_faithful()
}

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

/// The one character that is escaped though JSON need not have it so.
const DELETE: u8 = 0x7f;

/// Whether a record stands in its text as [`write_file`] or [`write_line`] would write it. Nearly
/// all do, and then nothing need be written to see it: scalars stand as they would be written, so
/// that only where they stand is compared.
pub(crate) fn is_written(record: Value<'_>, shape: &Shape, is_line: bool) -> bool {
    let text = record.tree().text().as_bytes();
    // Between values and signs there is nothing but white space, as the text is JSON. With no other
    // white space than spaces and line ends, and as many of these as are expected, whatever has the
    // right length is right.
    let is_odd = memchr::memchr3(b'\t', b'\r', DELETE, text).is_some();
    if is_odd && memchr::memchr2(b'\t', b'\r', text).is_some() {
        return false;
    }
    let mut reader = Reader {
        text,
        at: 0,
        indent: (!is_line).then_some(0),
        line_ends: 0,
        has_delete: is_odd,
    };
    let is_same = reader.value(record, Some(shape)) && (is_line || reader.ends_line(0));
    is_same
        && reader.at == text.len()
        && reader.line_ends == memchr::memchr_iter(b'\n', text).count()
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    /// As for [`Writer`].
    indent: Option<usize>,
    /// Line ends so far.
    line_ends: usize,
    /// Whether [`DELETE`] is there.
    has_delete: bool,
}

impl Reader<'_> {
    // Most values are scalars, which are not worth a call.
    #[inline]
    fn value(&mut self, value: Value<'_>, shape: Option<&Shape>) -> bool {
        match value.kind() {
            Kind::Object => self.object(value, shape),
            Kind::Array => self.array(value, shape.and_then(Shape::element)),
            Kind::String if value.has_escapes() || self.has_delete => {
                self.string(value.span(), value.as_str().unwrap_or_default())
            }
            Kind::String | Kind::Null | Kind::Boolean | Kind::Number => self.stands(value.span()),
        }
    }

    #[inline(never)]
    fn object(&mut self, value: Value<'_>, shape: Option<&Shape>) -> bool {
        let ordered = shape.filter(|shape| !shape.is_open_ended());
        // Where the next known member may stand in the order, and the last one that is not known.
        let mut next = 0;
        let mut unknown: Option<&str> = None;
        let mut is_first = true;
        if !self.opens(b'{') {
            return false;
        }
        for member in value.members() {
            let below = match ordered {
                Some(shape) => match shape.position_behind(next, &member) {
                    Some(position) if position >= next && unknown.is_none() => {
                        next = position + 1;
                        Some(&shape.members[position].1)
                    }
                    Some(_) => return false,
                    None => {
                        let name = member.name();
                        if unknown.is_some_and(|before| before > name) {
                            return false;
                        }
                        unknown = Some(name);
                        shape.member(name)
                    }
                },
                None => shape.and_then(|shape| shape.member(member.name())),
            };
            let is_same =
                self.begins_item(is_first) && self.name(&member) && self.value(member.value, below);
            if !is_same {
                return false;
            }
            is_first = false;
        }
        self.closes(b'}', is_first)
    }

    #[inline(never)]
    fn array(&mut self, value: Value<'_>, shape: Option<&Shape>) -> bool {
        let mut is_first = true;
        if !self.opens(b'[') {
            return false;
        }
        for element in value.elements() {
            if !self.begins_item(is_first) || !self.value(element, shape) {
                return false;
            }
            is_first = false;
        }
        self.closes(b']', is_first)
    }

    fn opens(&mut self, sign: u8) -> bool {
        self.indent = self.indent.map(|depth| depth + 1);
        self.passes(sign)
    }

    #[inline]
    fn begins_item(&mut self, is_first: bool) -> bool {
        (is_first || self.passes(b',')) && self.breaks_line()
    }

    fn closes(&mut self, sign: u8, is_empty: bool) -> bool {
        self.indent = self.indent.map(|depth| depth - 1);
        (is_empty || self.breaks_line()) && self.passes(sign)
    }

    /// Whether a line ends here, where there are lines.
    #[inline]
    fn breaks_line(&mut self) -> bool {
        match self.indent {
            Some(depth) => self.ends_line(depth),
            None => true,
        }
    }

    /// Whether a line ends here; then what is behind the indentation of the next one is next.
    #[inline]
    fn ends_line(&mut self, depth: usize) -> bool {
        self.line_ends += 1;
        let is_end = self.passes(b'\n');
        self.at += 2 * depth;
        is_end
    }

    #[inline]
    fn name(&mut self, member: &Member<'_>) -> bool {
        let is_same = if member.has_escaped_name() || self.has_delete {
            self.string(member.name_span(), member.name())
        } else {
            self.stands(member.name_span())
        };
        let is_same = is_same && self.passes(b':');
        // One space, where there are lines.
        self.at += usize::from(self.indent.is_some());
        is_same
    }

    /// A string with escapes, or one that should have some.
    #[cold]
    fn string(&mut self, span: Span, text: &str) -> bool {
        let mut written = String::new();
        Writer {
            text: &mut written,
            indent: None,
        }
        .string(text);
        let is_written = self.text.get(span.range()) == Some(written.as_bytes());
        self.stands(span) && is_written
    }

    /// Whether a span begins here; then what is behind it is next.
    #[inline]
    fn stands(&mut self, span: Span) -> bool {
        let is_here = self.at == span.start as usize;
        self.at = span.end as usize;
        is_here
    }

    #[inline]
    fn passes(&mut self, sign: u8) -> bool {
        let is_it = self.text.get(self.at) == Some(&sign);
        self.at += 1;
        is_it
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
