//! Where a statement was read.

use super::{Node, Record, Text};

/// A passage of a source, as a claim or a sense of a term cites it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Citation<'r> {
    pub(crate) node: Node<'r>,
    /// The record that cites.
    pub(crate) record: Record<'r>,
}

/// The place of a passage in its source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Locator<'r>(pub(crate) Node<'r>);

impl<'r> Citation<'r> {
    /// The id of the source.
    pub(crate) fn source(self) -> Option<Text<'r>> {
        self.node.text("source")
    }

    /// The stored version of the source that was read.
    pub(crate) fn snapshot(self) -> Option<Text<'r>> {
        self.node.text("snapshot")
    }

    pub(crate) fn locator(self) -> Option<Locator<'r>> {
        self.node.get("locator").map(Locator)
    }

    /// `supports`, `disputes` or `mentions`.
    pub(crate) fn stance(self) -> Option<Text<'r>> {
        self.node.text("stance")
    }

    /// The hash of the passage.
    pub(crate) fn passage(self) -> Option<Text<'r>> {
        self.node.text("passage_sha256")
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
