//! The JSON tree over the original text.
//!
//! Nodes lie in one array in the order of the text (preorder). Each knows its span and where its
//! subtree ends, so that walking, skipping and looking up need no pointers and no allocation, and
//! a parser can use the same memory for record after record. Strings are slices of the text;
//! only those with escapes have a decoded copy.

mod kept;
mod layout;
mod lineage;
mod marks;
mod members;
mod names;
mod value;

pub use kept::KeptTrees;
pub use layout::Layout;
pub use lineage::Lineage;
pub use marks::NameMarks;
pub(crate) use members::{MemberTable, mark_of};
pub use names::NameSet;
pub use value::{Elements, Key, Member, Members, Value};

use crate::Span;

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

/// One node in 20 bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Index behind the last node of the subtree.
    pub(crate) next: u32,
    /// Number of elements; for objects, where their members are in [`Tree::members`]; for keys, the
    /// hash of the name.
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
    pub(crate) members: &'t MemberTable,
    pub(crate) is_ascii: bool,
    pub(crate) may_have_blanks: bool,
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
            members: &members::EMPTY,
            is_ascii: string.is_ascii(),
            may_have_blanks: true,
        }
    }

    /// The text that spans point into.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Whether all its characters are ASCII, also those that escapes stand for.
    pub fn is_ascii(&self) -> bool {
        self.is_ascii
    }

    /// The outermost value.
    pub fn root(&'t self) -> Value<'t> {
        Value {
            tree: self,
            index: 0,
        }
    }

    /// The value at a position among all nodes, as [`Value::index`] gives it; `None` where there is no
    /// node.
    pub fn value_at(&'t self, index: u32) -> Option<Value<'t>> {
        let is_there = (index as usize) < self.nodes.len();
        is_there.then_some(Value { tree: self, index })
    }

    /// All values, in the order of the text, but for those that a repeated name shadows.
    pub fn values(&'t self) -> impl Iterator<Item = Value<'t>> {
        let nodes = self.unshadowed();
        nodes.filter_map(move |(index, kind)| match kind {
            NodeKind::PlainKey | NodeKind::EscapedKey => None,
            _ => Some(Value { tree: self, index }),
        })
    }

    /// Whether there may be a value without content: `null`, an empty array or object, a string that
    /// does not begin with a letter or digit of ASCII. Most records have none.
    pub fn may_have_blanks(&self) -> bool {
        self.may_have_blanks
    }

    /// Whether a string or a member name is written with escapes.
    pub fn has_escapes(&self) -> bool {
        !self.decoded_strings.is_empty()
    }

    /// The strings and member names that are written with escapes, as they are written and as they are
    /// meant.
    pub fn escaped_strings(&self) -> impl Iterator<Item = (&'t str, &'t str)> {
        let (text, nodes, decoded) = (self.text, self.nodes, self.decoded);
        self.decoded_strings.iter().map(move |string| {
            let node = nodes[string.node as usize];
            let written = &text[node.start as usize..node.end as usize];
            (written, &decoded[string.span.range()])
        })
    }

    /// All members with this name, however deep, in the order of the text, but for those that a
    /// repeated name shadows.
    pub fn members_named<'k>(
        &'t self,
        key: &'k Key,
    ) -> impl Iterator<Item = Member<'t>> + use<'t, 'k> {
        // Most often there are none, as a look at the hashes shows.
        let may_be_there = self.members.hashes.contains(&key.hash);
        let nodes = may_be_there.then(|| self.unshadowed());
        let nodes = nodes.into_iter().flatten();
        nodes.filter_map(move |(index, kind)| match kind {
            NodeKind::PlainKey | NodeKind::EscapedKey => {
                let member = Member::new(self, index);
                member.has_key(key).then_some(member)
            }
            _ => None,
        })
    }

    /// The values and member names in the order of the text, but for members that a repeated name
    /// shadows.
    fn unshadowed(&self) -> impl Iterator<Item = (u32, NodeKind)> + use<'t> {
        let nodes = self.nodes;
        let mut behind = 0;
        (0..).zip(nodes).filter_map(move |(index, node)| {
            if node.kind == NodeKind::ShadowedKey && index >= behind {
                behind = nodes[index as usize + 1].next;
            }
            (index >= behind).then_some((index, node.kind))
        })
    }

    /// Number of values and member names: a measure of size for limits on work.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Whether a member name is this one.
    fn is_key(&self, index: u32, name: &[u8]) -> bool {
        let node = self.nodes[index as usize];
        match node.kind {
            NodeKind::PlainKey => {
                // As bytes: that the text is cut between characters need not be shown again.
                let content = node.start as usize + 1..node.end as usize - 1;
                let content = self.text.as_bytes().get(content);
                content.is_some_and(|content| are_equal(content, name))
            }
            _ => self.string_of(index).as_bytes() == name,
        }
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

/// Whether two names are equal. Names are short, and their hashes are equal already: to compare them
/// by a few overlapping reads is quicker than the call that compares memory of any length.
#[inline]
fn are_equal(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    if one.len() > 16 {
        return one == other;
    }
    if let Some((first, last)) = one.first_chunk::<8>().zip(one.last_chunk::<8>()) {
        return other.first_chunk() == Some(first) && other.last_chunk() == Some(last);
    }
    if let Some((first, last)) = one.first_chunk::<4>().zip(one.last_chunk::<4>()) {
        return other.first_chunk() == Some(first) && other.last_chunk() == Some(last);
    }
    one.iter().zip(other).all(|(one, other)| one == other)
}

/// Odd, so that no bit is lost, and with many bits set.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// A hash of a member name that tells names apart cheaply; it is always followed by a comparison,
/// so that an unlucky or hostile name costs time and nothing else.
#[inline]
pub(crate) fn hash_of(name: &[u8]) -> u32 {
    // Reads of a fixed size, which overlap where the name is shorter than two of them.
    let (first, last) = if let Some((first, last)) = name.first_chunk::<8>().zip(name.last_chunk())
    {
        (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
    } else if let Some((first, last)) = name.first_chunk::<4>().zip(name.last_chunk()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        (first.into(), last.into())
    } else {
        let few = name.iter().fold(0, |few, &byte| few << 8 | u64::from(byte));
        (few, 0)
    };
    let mixed = (first ^ last.rotate_left(29) ^ (name.len() as u64) << 56).wrapping_mul(MIX);
    (mixed >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Parser};

    #[test]
    fn what_may_be_blank_is_seen_while_it_is_read() {
        let mut parser = Parser::new();
        for (text, may_have_blanks) in [
            (r#"{"a": ["b", 1, true], "": {"c": "0"}}"#, false),
            (r#"{"a": null}"#, true),
            (r"[{}]", true),
            (r#"{"a": []}"#, true),
            (r#"["a", ""]"#, true),
            (r#"["a", " b"]"#, true),
            (r#"["\u0020"]"#, true),
            (r#"["a", "#, true),
            ("", true),
        ] {
            let parsed = parser.parse(text, Limits::default());
            let kept = KeptTrees::new(std::iter::once(&parsed.tree));
            assert_eq!(parsed.tree.may_have_blanks(), may_have_blanks, "{text}");
            assert_eq!(kept.tree(0).may_have_blanks(), may_have_blanks, "{text}");
        }
    }

    #[test]
    fn texts_of_ascii_are_told_from_others() {
        let mut parser = Parser::new();
        for (text, is_ascii) in [
            (r#"{"a": ["b", "\n"]}"#, true),
            (r#"{"a": "ä"}"#, false),
            (r#"{"\u00e4": 1}"#, false),
            (r#""\ud83e\udd80""#, false),
            ("\u{feff}{}", false),
            ("", true),
        ] {
            let parsed = parser.parse(text, Limits::default());
            let kept = KeptTrees::new(std::iter::once(&parsed.tree));
            assert_eq!(parsed.tree.is_ascii(), is_ascii, "{text}");
            assert_eq!(kept.tree(0).is_ascii(), is_ascii, "{text}");
        }
        let mut place = StringPlace::default();
        assert!(!Tree::of_string("ä", &mut place).is_ascii());
    }

    #[test]
    fn names_are_equal_where_all_bytes_are() {
        let name: Vec<u8> = (0..40).collect();
        for length in 0..name.len() {
            let one = &name[..length];
            let mut other = one.to_vec();
            assert!(are_equal(one, &other), "{length}");
            assert!(!are_equal(one, &name[..=length]), "{length}");
            for at in 0..length {
                other[at] ^= 1;
                assert!(!are_equal(one, &other), "{length}, {at}");
                other[at] ^= 1;
            }
        }
    }
}
