//! Where a statement was read.

use super::{Node, Record, Text};

/// A passage of a source, as a claim or a sense of a term cites it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Citation<'r> {
    pub(crate) node: Node<'r>,
    /// The record that cites.
    pub(crate) record: Record<'r>,
    /// Position among the citations of the record.
    pub(super) position: usize,
    source: Option<Text<'r>>,
    snapshot: Option<Text<'r>>,
    locator: Option<Locator<'r>>,
    stance: Option<Text<'r>>,
    passage: Option<Text<'r>>,
}

/// The place of a passage in its source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Locator<'r>(pub(crate) Node<'r>);

impl<'r> Citation<'r> {
    /// A citation, whose members are looked up once: most rules about claims ask for them.
    pub(super) fn new(record: Record<'r>, position: usize, node: Node<'r>) -> Self {
        let [source, snapshot, locator, stance, passage] =
            node.get_each(["source", "snapshot", "locator", "stance", "passage_sha256"]);
        let text = |member: Option<Node<'r>>| member?.as_text();
        Self {
            node,
            record,
            position,
            source: text(source),
            snapshot: text(snapshot),
            locator: locator.map(Locator),
            stance: text(stance),
            passage: text(passage),
        }
    }

    /// The id of the source.
    pub(crate) fn source(self) -> Option<Text<'r>> {
        self.source
    }

    /// The stored version of the source that was read.
    pub(crate) fn snapshot(self) -> Option<Text<'r>> {
        self.snapshot
    }

    pub(crate) fn locator(self) -> Option<Locator<'r>> {
        self.locator
    }

    /// `supports`, `disputes` or `mentions`.
    pub(crate) fn stance(self) -> Option<Text<'r>> {
        self.stance
    }

    /// The hash of the passage.
    pub(crate) fn passage(self) -> Option<Text<'r>> {
        self.passage
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
