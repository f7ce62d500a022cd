//! A value of a record, and the record itself.

use std::borrow::Cow;
use std::ops::{Deref, Range};

use treatise_dataset::{Collection, Manifest, RecordKey};
use treatise_source::{Span, Value};

use super::known::At;
use super::{Citation, Known};
use crate::finding::Spot;
use crate::plan::Plan;

/// A value that knows its record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node<'r> {
    pub(crate) key: RecordKey,
    pub(crate) value: Value<'r>,
}

/// A string that knows its place; reads like a `&str`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'r> {
    text: &'r str,
    node: Node<'r>,
}

/// A text for people.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prose<'r> {
    pub(crate) text: Text<'r>,
    /// The language that the record gives for it.
    pub(crate) language: Option<&'r str>,
}

/// A record; as a [`Node`], it is the outermost value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'r> {
    pub(crate) id: &'r str,
    pub(crate) collection: &'r Collection,
    pub(crate) manifest: &'r Manifest,
    pub(crate) plan: &'r Plan,
    pub(crate) root: Node<'r>,
    pub(crate) known: Known,
    /// The texts for people in it, where they were looked for already.
    pub(crate) prose: Option<&'r [Prose<'r>]>,
}

impl<'r> Node<'r> {
    /// The whole value.
    pub(crate) fn spot(self) -> Spot {
        self.spot_of(self.value.span())
    }

    /// A place in the record.
    pub(crate) fn spot_of(self, span: Span) -> Spot {
        Spot {
            record: self.key,
            span,
        }
    }

    /// Where to point when a member is missing: the name of the first one.
    pub(crate) fn opening(self) -> Spot {
        let first = self.value.members().next();
        first.map_or_else(|| self.spot(), |member| self.spot_of(member.name_span()))
    }

    /// A member.
    #[expect(clippy::inline_always, reason = "so a name's hash is a constant")]
    #[inline(always)]
    pub(crate) fn get(self, name: &str) -> Option<Self> {
        Some(self.with(self.value.get(name)?))
    }

    /// A member that is a string.
    #[expect(clippy::inline_always, reason = "so a name's hash is a constant")]
    #[inline(always)]
    pub(crate) fn text(self, name: &str) -> Option<Text<'r>> {
        self.get(name)?.as_text()
    }

    /// The elements of a member that is an array.
    #[expect(clippy::inline_always, reason = "so a name's hash is a constant")]
    #[inline(always)]
    pub(crate) fn items(self, name: &str) -> impl Iterator<Item = Node<'r>> + use<'r> {
        let array = self.value.get(name).into_iter();
        array
            .flat_map(Value::elements)
            .map(move |element| self.with(element))
    }

    /// The strings in a member that is an array.
    #[expect(clippy::inline_always, reason = "so a name's hash is a constant")]
    #[inline(always)]
    pub(crate) fn texts(self, name: &str) -> impl Iterator<Item = Text<'r>> + use<'r> {
        self.items(name).filter_map(Node::as_text)
    }

    /// The texts of a member that is a map by language, with their languages.
    pub(crate) fn languages(
        self,
        name: &str,
    ) -> impl Iterator<Item = (&'r str, Text<'r>)> + use<'r> {
        let map = self.value.get(name).into_iter();
        map.flat_map(Value::members)
            .filter_map(move |member| Some((member.name(), self.with(member.value).as_text()?)))
    }

    /// The value as a string.
    pub(crate) fn as_text(self) -> Option<Text<'r>> {
        let text = self.value.as_str()?;
        Some(Text { text, node: self })
    }

    fn with(self, value: Value<'r>) -> Self {
        Self { value, ..self }
    }
}

impl<'r> Text<'r> {
    /// The string, for as long as the records are there.
    pub(crate) fn as_str(self) -> &'r str {
        self.text
    }

    /// The string with its quotes.
    pub(crate) fn spot(self) -> Spot {
        self.node.spot()
    }

    /// A part of the string, by bytes; the whole of it where escapes make the part hard to find.
    pub(crate) fn part(self, range: Range<usize>) -> Spot {
        self.node
            .spot_of(self.span_of(range).unwrap_or(self.node.value.span()))
    }

    /// Where a part of the string, by bytes, is written; `None` where the string has escapes.
    pub(crate) fn span_of(self, range: Range<usize>) -> Option<Span> {
        let span = self.node.value.span();
        // Every escape is longer than what it stands for.
        let is_plain = span.len() as usize == self.text.len() + 2;
        let at = |offset: usize| span.start + 1 + offset as u32;
        is_plain.then(|| Span::new(at(range.start), at(range.end)))
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.text
    }
}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl<'r> Prose<'r> {
    /// Adds those of a record.
    pub(crate) fn find(root: Node<'r>, plan: &Plan, prose: &mut Vec<Self>) {
        let shape = &plan.shape;
        shape.prose(root.value, None, &mut |value, language| {
            let text = Node { value, ..root }.as_text();
            prose.extend(text.map(|text| Prose { text, language }));
        });
    }
}

impl<'r> Record<'r> {
    /// Its id, or its beginning where it has none: where findings about the record as a whole
    /// point to.
    pub(crate) fn heading(self) -> Spot {
        let id = self.text("id").filter(|id| *id == self.id);
        id.map_or_else(|| self.opening(), Text::spot)
    }

    /// Whether it was withdrawn.
    pub(crate) fn is_deprecated(self) -> bool {
        self.known.is_deprecated
    }

    /// A string whose place is known.
    pub(super) fn text_at(self, at: Option<At>) -> Option<Text<'r>> {
        let value = self.root.value.tree().value_at(at?.index())?;
        self.root.with(value).as_text()
    }

    /// The texts for people in it.
    pub(crate) fn prose(self) -> Cow<'r, [Prose<'r>]> {
        match self.prose {
            Some(prose) => Cow::Borrowed(prose),
            None => {
                let mut prose = Vec::new();
                Prose::find(self.root, self.plan, &mut prose);
                Cow::Owned(prose)
            }
        }
    }

    /// The citations in it: those of a claim, or of the senses of a term.
    pub(crate) fn citations(self) -> Vec<Citation<'r>> {
        let cite = |node| Citation { node, record: self };
        let own = self.items("citations");
        let of_senses = self
            .items("senses")
            .flat_map(|sense| sense.items("citations"));
        own.chain(of_senses).map(cite).collect()
    }
}

impl<'r> Deref for Record<'r> {
    type Target = Node<'r>;

    fn deref(&self) -> &Node<'r> {
        &self.root
    }
}

/// Gives a view what its record has.
macro_rules! view {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name<'r>(pub(crate) $crate::view::Record<'r>);

        impl<'r> std::ops::Deref for $name<'r> {
            type Target = $crate::view::Record<'r>;

            fn deref(&self) -> &$crate::view::Record<'r> {
                &self.0
            }
        }
    };
}
pub(super) use view;
