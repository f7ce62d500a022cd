//! A text in which places are looked up now and then: it would be parsed anew for each of them.

use crate::{KeptTrees, Limits, LineIndex, Parser, Tree};

/// A text with its tree and its lines.
#[derive(Clone, Debug)]
pub struct KeptText {
    trees: KeptTrees,
    lines: LineIndex<'static>,
}

impl KeptText {
    /// Reads a text; what is wrong with it has to be known already.
    pub fn new(text: &str) -> Self {
        let mut parser = Parser::new();
        let parsed = parser.parse(text, Limits::default());
        Self {
            trees: KeptTrees::new(std::iter::once(&parsed.tree)),
            lines: LineIndex::new(text.to_owned()),
        }
    }

    /// Its tree.
    pub fn tree(&self) -> Tree<'_> {
        self.trees.tree(0)
    }

    /// Its lines.
    pub fn lines(&self) -> &LineIndex<'_> {
        &self.lines
    }
}
