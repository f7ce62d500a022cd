//! Trees that outlive their parser and their texts: for checks between records, so that none of them
//! is read or parsed twice.

use std::ops::Range;

use super::{DecodedString, MemberTable, Node, NodeKind, Tree};

/// Some trees with their texts. What they are made of lies side by side: to find room for each part
/// of each tree takes longer than to copy it.
#[derive(Clone, Debug, Default)]
pub struct KeptTrees {
    texts: String,
    nodes: Vec<Node>,
    decoded: String,
    decoded_strings: Vec<DecodedString>,
    members: MemberTable,
    parts: Vec<Part>,
}

/// Where the parts of one tree are.
#[derive(Clone, Debug)]
struct Part {
    text: Range<usize>,
    nodes: Range<usize>,
    decoded: Range<usize>,
    decoded_strings: Range<usize>,
    is_ascii: bool,
    may_have_blanks: bool,
}

impl KeptTrees {
    /// Copies trees and their texts.
    pub fn new<'t>(trees: impl Iterator<Item = &'t Tree<'t>> + Clone) -> Self {
        let sum = |size: fn(&Tree<'t>) -> usize| trees.clone().map(size).sum();
        let mut kept = Self {
            texts: String::with_capacity(sum(|tree| tree.text.len())),
            nodes: Vec::with_capacity(sum(|tree| tree.nodes.len())),
            decoded: String::with_capacity(sum(|tree| tree.decoded.len())),
            decoded_strings: Vec::with_capacity(sum(|tree| tree.decoded_strings.len())),
            members: MemberTable::with_room_for(sum(|tree| tree.members.len())),
            parts: Vec::with_capacity(sum(|_| 1)),
        };
        trees.for_each(|tree| kept.add(tree));
        kept
    }

    fn add(&mut self, tree: &Tree<'_>) {
        let before = (self.texts.len(), self.nodes.len());
        let before_decoded = (self.decoded.len(), self.decoded_strings.len());
        // Where the members of this tree begin. All are smaller than a record may be.
        let first = self.members.len() as u32;
        self.texts.push_str(tree.text);
        self.nodes.extend(tree.nodes.iter().map(|&node| Node {
            info: match node.kind {
                NodeKind::Object => node.info + first,
                _ => node.info,
            },
            ..node
        }));
        self.decoded.push_str(tree.decoded);
        self.decoded_strings.extend_from_slice(tree.decoded_strings);
        self.members.append(tree.members);
        self.parts.push(Part {
            text: before.0..self.texts.len(),
            nodes: before.1..self.nodes.len(),
            decoded: before_decoded.0..self.decoded.len(),
            decoded_strings: before_decoded.1..self.decoded_strings.len(),
            is_ascii: tree.is_ascii,
            may_have_blanks: tree.may_have_blanks,
        });
    }

    /// The text of the tree at a position.
    pub fn text(&self, at: usize) -> &str {
        &self.texts[self.parts[at].text.clone()]
    }

    /// The tree at a position.
    pub fn tree(&self, at: usize) -> Tree<'_> {
        let part = &self.parts[at];
        Tree {
            text: &self.texts[part.text.clone()],
            nodes: &self.nodes[part.nodes.clone()],
            decoded: &self.decoded[part.decoded.clone()],
            decoded_strings: &self.decoded_strings[part.decoded_strings.clone()],
            members: &self.members,
            is_ascii: part.is_ascii,
            may_have_blanks: part.may_have_blanks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Parser};

    #[test]
    fn kept_trees_are_as_they_were() {
        let texts = [
            r#"{"id": "a", "label": {"en": "A\u0042"}, "list": [{"x": 1}, {}]}"#,
            "[]",
            r#"{"\u0069d": "ä\n", "id": "b", "nested": {"deep": {"er": null}}}"#,
        ];
        let mut parsers = texts.map(|_| Parser::new());
        let parsed: Vec<_> = texts
            .iter()
            .zip(&mut parsers)
            .map(|(text, parser)| parser.parse(text, Limits::default()))
            .collect();
        let kept = KeptTrees::new(parsed.iter().map(|parsed| &parsed.tree));
        for (at, parsed) in parsed.iter().enumerate() {
            let tree = kept.tree(at);
            assert_eq!(kept.text(at), texts[at]);
            let all = |tree: &Tree<'_>| -> Vec<String> {
                let described = tree.values().map(|value| {
                    let members: Vec<_> = value.members().map(|member| member.name()).collect();
                    let found: Vec<_> = members
                        .iter()
                        .map(|name| value.get(name).is_some())
                        .collect();
                    format!(
                        "{} {:?} {members:?} {found:?}",
                        value.source(),
                        value.as_str()
                    )
                });
                described.collect()
            };
            assert_eq!(all(&tree), all(&parsed.tree));
        }
    }
}
