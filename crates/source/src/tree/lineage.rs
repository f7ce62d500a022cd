//! The way back from a place to the values around it.
//!
//! A tree knows what is below a value and not what is above it: most records are walked from the
//! root, and nobody asks. Where something is found, the ways up are noted in one walk, so that a
//! record with very many findings takes no longer than its size asks for.

use super::{NodeKind, Tree, Value};
use crate::{Pointer, Span, Step};

/// For each node of a tree, what it is in.
#[derive(Clone, Debug)]
pub struct Lineage<'t> {
    tree: &'t Tree<'t>,
    /// For each node the array or object around it; for the root itself.
    parents: Vec<u32>,
    /// For each element its position in the array.
    positions: Vec<u32>,
}

/// Instead of a position, in members that a later one of the same name shadows: no pointer leads there.
const SHADOWED: u32 = u32::MAX;

/// An array or object whose end is still to come.
struct Open {
    index: u32,
    /// Index behind its last node.
    end: u32,
    /// How many elements there were.
    count: u32,
}

impl<'t> Lineage<'t> {
    /// Walks the tree once.
    pub fn of(tree: &'t Tree<'t>) -> Self {
        let nodes = tree.nodes;
        let mut parents = vec![0; nodes.len()];
        let mut positions = vec![0; nodes.len()];
        let mut open: Vec<Open> = Vec::new();
        let mut index = 0;
        while let Some(node) = nodes.get(index as usize) {
            while open.pop_if(|open| open.end <= index).is_some() {}
            if let Some(around) = open.last_mut() {
                parents[index as usize] = around.index;
                if nodes[around.index as usize].kind == NodeKind::Array {
                    positions[index as usize] = around.count;
                    around.count += 1;
                }
                if node.kind == NodeKind::ShadowedKey {
                    let end = nodes[index as usize + 1].next;
                    let shadowed = index as usize..end as usize;
                    parents[shadowed.clone()].fill(around.index);
                    positions[shadowed].fill(SHADOWED);
                    index = end;
                    continue;
                }
            }
            if let NodeKind::Array | NodeKind::Object = node.kind {
                open.push(Open {
                    index,
                    end: node.next,
                    count: 0,
                });
            }
            index += 1;
        }
        Self {
            tree,
            parents,
            positions,
        }
    }

    /// The innermost value that a span lies in, or whose name it lies in; the root where it lies in none.
    pub fn value_around(&self, span: Span) -> Value<'t> {
        let nodes = self.tree.nodes;
        let later = nodes.partition_point(|node| node.start <= span.start);
        let mut index = later.saturating_sub(1);
        loop {
            let node = nodes[index];
            let is_shadowed = self.positions[index] == SHADOWED;
            if index == 0 || !is_shadowed && span.end <= node.end {
                let is_name = matches!(node.kind, NodeKind::PlainKey | NodeKind::EscapedKey);
                let index = index as u32 + u32::from(is_name);
                let tree = self.tree;
                return Value { tree, index };
            }
            index = self.parents[index] as usize;
        }
    }

    /// The array or object that a value is in; `None` for the root.
    pub fn parent(&self, value: Value<'t>) -> Option<Value<'t>> {
        let parent = Value {
            tree: self.tree,
            index: self.parents[value.index as usize],
        };
        (value.index > 0).then_some(parent)
    }

    /// The steps from the root to a value; to what is shadowed, those to the object that it is in.
    pub fn path(&self, value: Value<'t>) -> Vec<Step<'t>> {
        let mut path = Vec::new();
        let mut here = value;
        while let Some(parent) = self.parent(here) {
            match self.positions[here.index as usize] {
                SHADOWED => {}
                position => path.push(match self.tree.nodes[parent.index as usize].kind {
                    NodeKind::Array => Step::Element(position as usize),
                    _ => Step::Member(self.tree.string_of(here.index - 1)),
                }),
            }
            here = parent;
        }
        path.reverse();
        path
    }

    /// The pointer from the root to a value.
    pub fn pointer(&self, value: Value<'t>) -> Pointer {
        let mut pointer = Pointer::root();
        for step in self.path(value) {
            pointer.push(step);
        }
        pointer
    }
}
