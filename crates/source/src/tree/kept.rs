//! A tree that outlives its parser and its text: for checks between records, so that none of them
//! is read or parsed twice.

use super::{DecodedString, MemberTable, Node, Tree};

/// A tree with its text.
#[derive(Clone, Debug)]
pub struct KeptTree {
    text: Box<str>,
    nodes: Box<[Node]>,
    decoded: Box<str>,
    decoded_strings: Box<[DecodedString]>,
    members: MemberTable,
}

impl KeptTree {
    /// Copies a tree and its text.
    pub fn new(tree: &Tree<'_>) -> Self {
        Self {
            text: tree.text.into(),
            nodes: tree.nodes.into(),
            decoded: tree.decoded.into(),
            decoded_strings: tree.decoded_strings.into(),
            members: tree.members.clone(),
        }
    }

    /// The tree.
    pub fn tree(&self) -> Tree<'_> {
        Tree {
            text: &self.text,
            nodes: &self.nodes,
            decoded: &self.decoded,
            decoded_strings: &self.decoded_strings,
            members: &self.members,
        }
    }
}
