//! The JSON tree over the original text.
//!
//! Nodes lie in one array in the order of the text (preorder). Each knows its span and where its
//! subtree ends, so that walking, skipping and looking up need no pointers and no allocation, and
//! a parser can use the same memory for record after record. Strings are slices of the text;
//! only those with escapes have a decoded copy.

use crate::{Number, Pointer, Span, Step};

/// The types of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// The name that JSON Schema uses for the type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// What a node is; the names of members are nodes before their values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum NodeKind {
    Null,
    False,
    True,
    Number,
    /// A string whose text between the quotes is its value.
    PlainString,
    /// A string with escapes; its value is in [`Tree::decoded`].
    EscapedString,
    Array,
    Object,
    PlainKey,
    EscapedKey,
    /// A member name that a later one of the same object repeats: JSON readers keep the last.
    ShadowedKey,
}

/// One node in 16 bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Index behind the last node of the subtree.
    pub(crate) next: u32,
    /// Number of members or elements; for keys, the hash of the name.
    pub(crate) info: u32,
    pub(crate) kind: NodeKind,
}

/// Where the value of a string with escapes lies in the decoded text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DecodedString {
    pub(crate) node: u32,
    pub(crate) span: Span,
}

/// A parsed document; borrows from the text and from the parser that made it.
#[derive(Clone, Copy, Debug)]
pub struct Tree<'t> {
    pub(crate) text: &'t str,
    pub(crate) nodes: &'t [Node],
    pub(crate) decoded: &'t str,
    /// Sorted by node.
    pub(crate) decoded_strings: &'t [DecodedString],
}

const LONE_STRING: [Node; 1] = [Node {
    start: 0,
    end: 0,
    next: 1,
    info: 0,
    kind: NodeKind::EscapedString,
}];

impl<'t> Tree<'t> {
    /// A tree of one string that stands in no file, as for a member name that is validated like a
    /// value. `place` is storage that the tree borrows.
    pub fn of_string(string: &'t str, place: &'t mut StringPlace) -> Self {
        place.0[0].span = Span::new(0, string.len() as u32);
        Self {
            text: "",
            nodes: &LONE_STRING,
            decoded: string,
            decoded_strings: &place.0,
        }
    }

    /// The text that spans point into.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The outermost value.
    pub fn root(&'t self) -> Value<'t> {
        Value {
            tree: self,
            index: 0,
        }
    }

    /// The innermost value that a span lies in; the root where it lies in none.
    pub fn value_around(&'t self, span: Span) -> Value<'t> {
        let contains = |outer: Span| outer.start <= span.start && span.end <= outer.end;
        let mut here = self.root();
        loop {
            let member = here
                .members()
                .find(|member| contains(member.value.span()) || contains(member.name_span()))
                .map(|member| member.value);
            let below = member.or_else(|| here.elements().find(|element| contains(element.span())));
            match below {
                Some(value) => here = value,
                None => return here,
            }
        }
    }

    /// Number of values and member names: a measure of size for limits on work.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    fn string_of(&self, index: u32) -> &'t str {
        let node = self.nodes[index as usize];
        match node.kind {
            NodeKind::PlainString | NodeKind::PlainKey => {
                &self.text[node.start as usize + 1..node.end as usize - 1]
            }
            _ => {
                match self
                    .decoded_strings
                    .binary_search_by_key(&index, |string| string.node)
                {
                    Ok(at) => &self.decoded[self.decoded_strings[at].span.range()],
                    // A shadowed key may have been plain.
                    Err(_) => &self.text[node.start as usize + 1..node.end as usize - 1],
                }
            }
        }
    }
}

/// Storage for [`Tree::of_string`].
#[derive(Debug)]
pub struct StringPlace([DecodedString; 1]);

impl Default for StringPlace {
    fn default() -> Self {
        Self([DecodedString {
            node: 0,
            span: Span::new(0, 0),
        }])
    }
}

/// One value of a tree; cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct Value<'t> {
    tree: &'t Tree<'t>,
    index: u32,
}

impl<'t> Value<'t> {
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
            NodeKind::Array | NodeKind::Object => node.info as usize,
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

    /// The member with this name.
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
        let node = self.node();
        if node.kind != NodeKind::Object {
            return None;
        }
        let mut at = self.index + 1;
        while at < node.next {
            let key = self.tree.nodes[at as usize];
            let value = self.tree.nodes[at as usize + 1];
            if key.info == hash
                && key.kind != NodeKind::ShadowedKey
                && self.tree.string_of(at) == name
            {
                return Some(Member {
                    tree: self.tree,
                    key: at,
                    value: Value {
                        tree: self.tree,
                        index: at + 1,
                    },
                });
            }
            at = value.next;
        }
        None
    }

    /// The value that a pointer leads to from here.
    pub fn find(self, pointer: &Pointer) -> Option<Value<'t>> {
        pointer
            .tokens()
            .try_fold(self, |value, token| match value.kind() {
                Kind::Object => value.get(&token),
                Kind::Array => value.elements().nth(token.parse().ok()?),
                _ => None,
            })
    }

    /// The pointer from the root of the tree to this value.
    pub fn pointer(self) -> Pointer {
        let mut pointer = Pointer::root();
        let mut here = self.tree.root();
        while here.index != self.index {
            let holds =
                |value: &Value<'t>| value.index <= self.index && self.index < value.node().next;
            if let Some(member) = here
                .members()
                .find(|member| holds(&member.value) || member.key == self.index)
            {
                pointer.push(Step::Member(member.name()));
                if member.key == self.index {
                    break;
                }
                here = member.value;
            } else if let Some((position, element)) = here
                .elements()
                .enumerate()
                .find(|(_, element)| holds(element))
            {
                pointer.push(Step::Element(position));
                here = element;
            } else {
                // Below a shadowed member there is no pointer of its own.
                break;
            }
        }
        pointer
    }
}

/// A member name prepared for many lookups.
#[derive(Clone, Debug)]
pub struct Key {
    hash: u32,
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
    /// The name, escapes decoded.
    pub fn name(&self) -> &'t str {
        self.tree.string_of(self.key)
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
                return Some(Member {
                    tree: self.tree,
                    key,
                    value: Value {
                        tree: self.tree,
                        index: key + 1,
                    },
                });
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

/// A hash of a member name that tells names apart cheaply; it is always followed by a comparison,
/// so that an unlucky or hostile name costs time and nothing else.
pub(crate) fn hash_of(name: &[u8]) -> u32 {
    const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
    let word = |bytes: &[u8]| {
        let mut word = [0; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        u64::from_le_bytes(word)
    };
    let (first, last) = if name.len() <= 8 {
        (word(name), 0)
    } else {
        (word(&name[..8]), word(&name[name.len() - 8..]))
    };
    let mixed = (first ^ last.rotate_left(29) ^ (name.len() as u64) << 56).wrapping_mul(MIX);
    (mixed >> 32) as u32
}
