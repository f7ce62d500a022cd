//! The values of a tree and how to move between them: by name, by position, by pointer.

use super::{Kind, MIX, Node, NodeKind, Tree, hash_of};
use crate::escape::Written;
use crate::{Number, Pointer, Span};

/// One value of a tree; cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct Value<'t> {
    pub(super) tree: &'t Tree<'t>,
    pub(super) index: u32,
}

impl<'t> Value<'t> {
    #[inline]
    fn node(self) -> Node {
        self.tree.nodes[self.index as usize]
    }

    /// The tree that the value belongs to.
    pub fn tree(self) -> &'t Tree<'t> {
        self.tree
    }

    /// Position of the value among all nodes of its tree: unique in it.
    pub fn index(self) -> u32 {
        self.index
    }

    /// The type.
    #[inline]
    pub fn kind(self) -> Kind {
        match self.node().kind {
            NodeKind::Null => Kind::Null,
            NodeKind::False | NodeKind::True => Kind::Boolean,
            NodeKind::Number => Kind::Number,
            NodeKind::Array => Kind::Array,
            NodeKind::Object => Kind::Object,
            NodeKind::PlainString
            | NodeKind::EscapedString
            | NodeKind::PlainKey
            | NodeKind::EscapedKey
            | NodeKind::ShadowedKey => Kind::String,
        }
    }

    /// Where the value stands, quotes and brackets included.
    pub fn span(self) -> Span {
        let node = self.node();
        Span::new(node.start, node.end)
    }

    /// The value as it is written.
    pub fn source(self) -> &'t str {
        &self.tree.text[self.span().range()]
    }

    /// The string, escapes decoded; `None` if it is none.
    pub fn as_str(self) -> Option<&'t str> {
        (self.kind() == Kind::String).then(|| self.tree.string_of(self.index))
    }

    /// How the string is written, to find where parts of what it says are; `None` if it is none.
    pub fn written(self) -> Option<Written> {
        const QUOTE: usize = 1;
        let content = self.source().strip_prefix('"')?.strip_suffix('"')?;
        Some(Written::new(content, self.span().start as usize + QUOTE))
    }

    /// The boolean; `None` if it is none.
    pub fn as_bool(self) -> Option<bool> {
        match self.node().kind {
            NodeKind::True => Some(true),
            NodeKind::False => Some(false),
            _ => None,
        }
    }

    /// The number; `None` if it is none.
    pub fn as_number(self) -> Option<Number<'t>> {
        (self.kind() == Kind::Number).then(|| Number::new(self.source()))
    }

    /// Number of members or elements; 0 for what has none. A repeated name counts once.
    pub fn len(self) -> usize {
        let node = self.node();
        match node.kind {
            NodeKind::Array => node.info as usize,
            NodeKind::Object => self.tree.members.count_at(node.info),
            _ => 0,
        }
    }

    /// Whether there is no member or element.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Members in the order of the text; none if this is no object. Of members with the same name
    /// only the last is there.
    pub fn members(self) -> Members<'t> {
        let node = self.node();
        let end = match node.kind {
            NodeKind::Object => node.next,
            _ => self.index + 1,
        };
        Members {
            tree: self.tree,
            next: self.index + 1,
            end,
        }
    }

    /// Elements in order; none if this is no array.
    pub fn elements(self) -> Elements<'t> {
        let node = self.node();
        let end = match node.kind {
            NodeKind::Array => node.next,
            _ => self.index + 1,
        };
        Elements {
            tree: self.tree,
            next: self.index + 1,
            end,
        }
    }

    /// The member with this name. Inlined, so that the hash of a name that stands in the code is
    /// known when it is compiled.
    #[expect(clippy::inline_always, reason = "so a name's hash is a constant")]
    #[inline(always)]
    pub fn get(self, name: &str) -> Option<Value<'t>> {
        self.member_hashed(hash_of(name.as_bytes()), name)
            .map(|member| member.value)
    }

    /// The member with this name, where the same name is looked up often.
    pub fn get_key(self, key: &Key) -> Option<Value<'t>> {
        self.member_hashed(key.hash, &key.name)
            .map(|member| member.value)
    }

    /// The member with this name, with the place of the name.
    pub fn member(self, name: &str) -> Option<Member<'t>> {
        self.member_hashed(hash_of(name.as_bytes()), name)
    }

    fn member_hashed(self, hash: u32, name: &str) -> Option<Member<'t>> {
        let tree = self.tree;
        let node = tree.nodes.get(self.index as usize)?;
        if node.kind != NodeKind::Object {
            return None;
        }
        let key = tree
            .members
            .find(node.info, hash, |key| tree.is_key(key, name.as_bytes()))?;
        Some(Member::new(tree, key))
    }

    /// The value of the member at a position among those that count, from 0.
    pub fn member_at(self, position: usize) -> Option<Value<'t>> {
        let (tree, node) = (self.tree, self.node());
        let is_object = node.kind == NodeKind::Object;
        let key = is_object.then(|| tree.members.name_at(node.info, position))?;
        Some(Member::new(tree, key?).value)
    }

    /// The hashes of the names of members, each once.
    pub(super) fn name_hashes(self) -> impl Iterator<Item = u32> + use<'t> {
        let (tree, node) = (self.tree, self.node());
        let object = (node.kind == NodeKind::Object).then_some(node.info);
        let members = object.into_iter().flat_map(|at| tree.members.of(at));
        members.map(|(hash, _)| hash)
    }

    /// A hash of the names of all members in their order: where it is the same, so are the names, unless
    /// somebody has chosen them to seem so.
    pub fn sequence(self) -> u64 {
        let hashes = self.name_hashes().map(u64::from);
        hashes.fold(MIX, |all, hash| {
            (all.rotate_left(27) ^ hash).wrapping_mul(MIX)
        })
    }

    /// The value that a pointer leads to from here.
    pub fn find(self, pointer: &Pointer) -> Option<Value<'t>> {
        pointer
            .tokens()
            .try_fold(self, |value, token| match value.kind() {
                Kind::Object => value.get(&token),
                Kind::Array => value.elements().nth(Pointer::position(&token)?),
                _ => None,
            })
    }
}

/// A member name prepared for many lookups.
#[derive(Clone, Debug)]
pub struct Key {
    pub(super) hash: u32,
    name: Box<str>,
}

impl Key {
    /// Prepares a name.
    pub fn new(name: &str) -> Self {
        Self {
            hash: hash_of(name.as_bytes()),
            name: name.into(),
        }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A hash of the name, which is no more than a hint: hostile names may have the same.
    pub fn hash(&self) -> u32 {
        self.hash
    }
}

/// A member of an object: its name, the place of the name, and its value.
#[derive(Clone, Copy, Debug)]
pub struct Member<'t> {
    tree: &'t Tree<'t>,
    key: u32,
    /// The value.
    pub value: Value<'t>,
}

impl<'t> Member<'t> {
    pub(super) fn new(tree: &'t Tree<'t>, key: u32) -> Self {
        Self {
            tree,
            key,
            value: Value {
                tree,
                index: key + 1,
            },
        }
    }

    /// The name, escapes decoded.
    pub fn name(&self) -> &'t str {
        self.tree.string_of(self.key)
    }

    /// Whether this is the name.
    #[inline]
    pub fn has_key(&self, key: &Key) -> bool {
        self.name_hash() == key.hash && self.has_name(&key.name)
    }

    /// The hash of the name, as [`Key::hash`] gives it.
    #[inline]
    pub fn name_hash(&self) -> u32 {
        self.tree.nodes[self.key as usize].info
    }

    #[inline]
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.tree.is_key(self.key, name.as_bytes())
    }

    /// Where the name stands, quotes included.
    pub fn name_span(&self) -> Span {
        let node = self.tree.nodes[self.key as usize];
        Span::new(node.start, node.end)
    }
}

/// Iterator over [`Value::members`].
#[derive(Clone, Debug)]
pub struct Members<'t> {
    tree: &'t Tree<'t>,
    next: u32,
    end: u32,
}

impl<'t> Iterator for Members<'t> {
    type Item = Member<'t>;

    fn next(&mut self) -> Option<Member<'t>> {
        while self.next < self.end {
            let key = self.next;
            self.next = self.tree.nodes[key as usize + 1].next;
            if self.tree.nodes[key as usize].kind != NodeKind::ShadowedKey {
                return Some(Member::new(self.tree, key));
            }
        }
        None
    }
}

/// Iterator over [`Value::elements`].
#[derive(Clone, Debug)]
pub struct Elements<'t> {
    tree: &'t Tree<'t>,
    next: u32,
    end: u32,
}

impl<'t> Iterator for Elements<'t> {
    type Item = Value<'t>;

    fn next(&mut self) -> Option<Value<'t>> {
        if self.next >= self.end {
            return None;
        }
        let index = self.next;
        self.next = self.tree.nodes[index as usize].next;
        Some(Value {
            tree: self.tree,
            index,
        })
    }
}
