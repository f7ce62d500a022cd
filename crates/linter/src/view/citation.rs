//! Where a statement was read.

use treatise_source::{Span, Value};

use super::{Node, Record, Text};
use crate::finding::Spot;

/// A passage of a source, as a claim or a sense of a term cites it. Its members are looked up once: most
/// rules about claims ask for them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Citation<'r> {
    /// The record that cites.
    pub(crate) record: Record<'r>,
    value: Value<'r>,
    locator: Option<Value<'r>>,
    source: Option<Said<'r>>,
    snapshot: Option<Said<'r>>,
    stance: Option<Said<'r>>,
    passage: Option<Said<'r>>,
    /// Position among the citations of the record.
    pub(super) position: u32,
}

/// A string of the record, which is not named again: the smaller citations are, the more of them are near.
#[derive(Clone, Copy, Debug)]
struct Said<'r> {
    text: &'r str,
    span: Span,
}

/// The place of a passage in its source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Locator<'r>(pub(crate) Node<'r>);

impl<'r> Citation<'r> {
    pub(super) fn new(record: Record<'r>, position: u32, value: Value<'r>) -> Self {
        let [source, snapshot, locator, stance, passage] = [
            value.get("source"),
            value.get("snapshot"),
            value.get("locator"),
            value.get("stance"),
            value.get("passage_sha256"),
        ];
        let said = |member: Option<Value<'r>>| {
            let value = member?;
            let (text, span) = (value.as_str()?, value.span());
            Some(Said { text, span })
        };
        Self {
            record,
            value,
            locator,
            source: said(source),
            snapshot: said(snapshot),
            stance: said(stance),
            passage: said(passage),
            position,
        }
    }

    /// All of it.
    pub(crate) fn node(self) -> Node<'r> {
        self.with(self.value)
    }

    fn with(self, value: Value<'r>) -> Node<'r> {
        let key = self.record.key;
        Node { key, value }
    }

    fn text(self, said: Option<Said<'r>>) -> Option<Text<'r>> {
        let Said { text, span } = said?;
        let record = self.record.key;
        let spot = Spot { record, span };
        Some(Text { string: text, spot })
    }

    /// The id of the source.
    pub(crate) fn source(self) -> Option<Text<'r>> {
        self.text(self.source)
    }

    /// The stored version of the source that was read.
    pub(crate) fn snapshot(self) -> Option<Text<'r>> {
        self.text(self.snapshot)
    }

    pub(crate) fn locator(self) -> Option<Locator<'r>> {
        self.locator.map(|locator| Locator(self.with(locator)))
    }

    /// `supports`, `disputes` or `mentions`.
    pub(crate) fn stance(self) -> Option<Text<'r>> {
        self.text(self.stance)
    }

    /// The hash of the passage.
    pub(crate) fn passage(self) -> Option<Text<'r>> {
        self.text(self.passage)
    }
}

impl<'r> Locator<'r> {
    /// What the value counts or names, such as `section` or `page`.
    pub(crate) fn label(self) -> Option<Text<'r>> {
        self.0.text("label")
    }

    /// The heading, the number.
    pub(crate) fn value(self) -> Option<Text<'r>> {
        self.0.text("value")
    }
}
