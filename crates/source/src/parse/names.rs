//! Member names, and which of them are repeated in one object.
//!
//! While an object has a few members, each new name is held against the hashes of those before.
//! The names of a larger object are sorted by hash when it ends. Hashes only narrow the search:
//! names are compared as text, and no choice of names makes it slower than sorting them.

use super::{Open, Parser, Run};
use crate::tree::{Node, NodeKind, mark_of};
use crate::{Fault, FaultKind, Span, escape};

/// Up to this many members of an object, names are compared by their hashes one by one.
const FEW_MEMBERS: usize = 32;

impl Run<'_, '_> {
    /// Adds the name of a member to the innermost open object.
    pub(super) fn push_name(&mut self, content: Span) {
        let name = self.parser.nodes.len();
        let hash = self.push_string(content, true);
        let Some(open) = self.parser.open.last_mut() else {
            return;
        };
        open.count += 1;
        let mark = mark_of(hash);
        let may_repeat = open.marks & mark != 0;
        open.marks |= mark;
        if may_repeat {
            let open = *open;
            let earlier = &self.parser.names.hashes[open.first_name as usize..];
            if earlier.len() < FEW_MEMBERS && earlier.contains(&hash) {
                self.shadow_equal(open.node as usize + 1, name);
            }
        }
        self.parser.names.push(hash, name as u32);
    }

    /// Forgets the names of an object that ends; returns where the table of members has those that
    /// count.
    pub(super) fn end_names(&mut self, open: Open) -> u32 {
        let first = open.first_name as usize;
        if self.parser.names.len() - first > FEW_MEMBERS {
            self.shadow_among_many(first);
        }
        let Parser {
            names,
            members,
            nodes,
            has_repeated_names,
            ..
        } = &mut *self.parser;
        let at = if *has_repeated_names {
            members.add_object_with_shadows(names, first, nodes)
        } else {
            members.add_object(names, first, open.marks)
        };
        names.truncate(first);
        at
    }

    /// Looks for a member between `first` and `name` that has the same name.
    #[cold]
    fn shadow_equal(&mut self, first: usize, name: usize) {
        let mut at = first;
        while at < name {
            let earlier = self.parser.nodes[at];
            if earlier.kind != NodeKind::ShadowedKey && self.name_text(at) == self.name_text(name) {
                self.shadow(at, name);
                return;
            }
            at = self.parser.nodes[at + 1].next as usize;
        }
    }

    /// Finds the repeated names of an object with many members. Those repeated while it had only a
    /// few are marked already.
    fn shadow_among_many(&mut self, first: usize) {
        let mut sorted = std::mem::take(&mut self.parser.sorted_names);
        sorted.clear();
        let is_shadowed =
            |node: u32| self.parser.nodes[node as usize].kind == NodeKind::ShadowedKey;
        sorted.extend(
            self.parser
                .names
                .from(first)
                .filter(|&(_, node)| !is_shadowed(node)),
        );
        sorted.sort_unstable();
        for alike in sorted.chunk_by_mut(|left, right| left.0 == right.0) {
            if alike.len() > 1 {
                self.shadow_among_alike(alike);
            }
        }
        self.parser.sorted_names = sorted;
    }

    /// Finds the repeated names among those with one hash.
    #[cold]
    fn shadow_among_alike(&mut self, alike: &mut [(u32, u32)]) {
        alike.sort_unstable_by(|&(_, left), &(_, right)| {
            let name = |at| self.name_text(at as usize);
            name(left).cmp(name(right)).then(left.cmp(&right))
        });
        for pair in alike.windows(2) {
            let (earlier, later) = (pair[0].1 as usize, pair[1].1 as usize);
            if self.name_text(earlier) == self.name_text(later) {
                self.shadow(earlier, later);
            }
        }
    }

    fn shadow(&mut self, earlier: usize, later: usize) {
        let place = |node: Node| Span::new(node.start, node.end);
        let first = place(self.parser.nodes[earlier]);
        let second = place(self.parser.nodes[later]);
        self.parser.nodes[earlier].kind = NodeKind::ShadowedKey;
        self.parser.has_repeated_names = true;
        // Different halves of surrogate pairs all became U+FFFD; these are faults already.
        let written = |name| &self.text[self.name_span(name).range()];
        let has_half = |name| escape::has_half_a_pair(written(name));
        let is_same = written(earlier) == written(later) || !has_half(earlier) && !has_half(later);
        if is_same {
            self.parser
                .faults
                .push(Fault::new(FaultKind::DuplicateKey, second).related_to(first));
        }
    }

    /// Where a name is, without its quotes.
    fn name_span(&self, node: usize) -> Span {
        let Node { start, end, .. } = self.parser.nodes[node];
        Span::new(start + 1, end - 1)
    }

    fn name_text(&self, node: usize) -> &str {
        match self
            .parser
            .decoded_strings
            .binary_search_by_key(&(node as u32), |string| string.node)
        {
            Ok(at) => &self.parser.decoded[self.parser.decoded_strings[at].span.range()],
            Err(_) => &self.text[self.name_span(node).range()],
        }
    }
}
