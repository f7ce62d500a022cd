//! Where the members of objects are, so that looking one up is one run over a few hashes.
//!
//! Most lookups are for members that an object doesn't have: a schema knows more of them than a
//! record has. Hopping from member to member would touch the nodes of all of them each time, and
//! most of the time even the hashes need no look: a word says which of them there can't be.

use super::{Node, NodeKind};

/// Hashes of names and the nodes of the names, side by side.
#[derive(Clone, Debug, Default)]
pub(crate) struct MemberTable {
    pub(crate) hashes: Vec<u32>,
    nodes: Vec<u32>,
}

/// A table without members.
pub(super) static EMPTY: MemberTable = MemberTable {
    hashes: Vec::new(),
    nodes: Vec::new(),
};

/// One bit of 32, by the highest bits of a hash.
#[inline]
pub(crate) fn mark_of(hash: u32) -> u32 {
    1 << (hash >> 27)
}

impl MemberTable {
    /// An empty one with room for so many entries.
    pub(crate) fn with_room_for(count: usize) -> Self {
        Self {
            hashes: Vec::with_capacity(count),
            nodes: Vec::with_capacity(count),
        }
    }

    /// Adds all entries of another table.
    pub(crate) fn append(&mut self, other: &Self) {
        self.hashes.extend_from_slice(&other.hashes);
        self.nodes.extend_from_slice(&other.nodes);
    }

    pub(crate) fn clear(&mut self) {
        self.truncate(0);
    }

    pub(crate) fn len(&self) -> usize {
        self.hashes.len()
    }

    pub(crate) fn truncate(&mut self, length: usize) {
        self.hashes.truncate(length);
        self.nodes.truncate(length);
    }

    pub(crate) fn push(&mut self, hash: u32, node: u32) {
        self.hashes.push(hash);
        self.nodes.push(node);
    }

    /// The hashes and nodes from a position on.
    pub(crate) fn from(&self, first: usize) -> impl Iterator<Item = (u32, u32)> {
        let hashes = self.hashes[first..].iter().copied();
        hashes.zip(self.nodes[first..].iter().copied())
    }

    /// Adds an object, whose members are those of `names` from `first` on; `marks` are those of
    /// their hashes. Returns where it is.
    pub(crate) fn add_object(&mut self, names: &Self, first: usize, marks: u32) -> u32 {
        let at = self.len();
        // Before the members stand their number and which hashes they may have.
        self.push(marks, (names.len() - first) as u32);
        self.hashes.extend_from_slice(&names.hashes[first..]);
        self.nodes.extend_from_slice(&names.nodes[first..]);
        at as u32
    }

    /// Adds an object, whose members are those of `names` from `first` on that no later one
    /// repeats; returns where it is.
    #[cold]
    pub(crate) fn add_object_with_shadows(
        &mut self,
        names: &Self,
        first: usize,
        nodes: &[Node],
    ) -> u32 {
        let at = self.len();
        self.push(0, 0);
        let is_shadowed = |node: u32| nodes[node as usize].kind == NodeKind::ShadowedKey;
        for (hash, node) in names.from(first).filter(|&(_, node)| !is_shadowed(node)) {
            self.push(hash, node);
            self.hashes[at] |= mark_of(hash);
            self.nodes[at] += 1;
        }
        at as u32
    }

    /// Number of members of the object at a place.
    #[inline]
    pub(crate) fn count_at(&self, at: u32) -> usize {
        self.nodes
            .get(at as usize)
            .map_or(0, |&count| count as usize)
    }

    /// The node of a name of the object at a place, by its position among these.
    #[inline]
    pub(crate) fn name_at(&self, at: u32, position: usize) -> Option<u32> {
        let node = self.nodes.get(at as usize + 1 + position);
        node.copied().filter(|_| position < self.count_at(at))
    }

    /// The hashes and nodes of the names of the object at a place.
    #[inline]
    pub(crate) fn of(&self, at: u32) -> impl Iterator<Item = (u32, u32)> {
        let first = at as usize + 1;
        let members = first..first + self.count_at(at);
        let hashes = self.hashes.get(members.clone()).unwrap_or_default();
        let nodes = self.nodes.get(members).unwrap_or_default();
        hashes.iter().copied().zip(nodes.iter().copied())
    }

    /// The node of the name with this hash that `is_it`, in the object at a place.
    #[inline]
    pub(crate) fn find(&self, at: u32, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let marks = self.hashes.get(at as usize)?;
        if marks & mark_of(hash) == 0 {
            return None;
        }
        let first = at as usize + 1;
        let members = first..first + self.count_at(at);
        let nodes = self.nodes.get(members.clone())?;
        let hashes = self.hashes.get(members)?;
        // Written out: as a chain of adapters it took three times the instructions.
        for (position, &other) in hashes.iter().enumerate() {
            if other == hash {
                let node = *nodes.get(position)?;
                if is_it(node) {
                    return Some(node);
                }
            }
        }
        None
    }
}
