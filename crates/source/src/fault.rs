//! What can be wrong with a text or a tree, as facts; the sentences are made in `report`.

use crate::Span;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// The narrowest place that shows it.
    pub span: Span,
    /// Another place that explains it: the first of two keys, the bracket that was never closed.
    pub related: Option<Span>,
    /// How many more there are, of this kind or like it, that are not listed: only with the last
    /// of very many.
    pub unlisted: u64,
}

impl Fault {
    /// A fault with one place.
    pub fn new(kind: FaultKind, span: Span) -> Self {
        Self {
            kind,
            span,
            related: None,
            unlisted: 0,
        }
    }

    /// Adds the place that explains it.
    #[must_use]
    pub fn related_to(mut self, span: Span) -> Self {
        self.related = Some(span);
        self
    }
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Bytes that are not UTF-8.
    InvalidUtf8,
    /// The mark with which a text in UTF-16 starts.
    Utf16,
    /// A byte order mark at the start.
    ByteOrderMark,
    /// Not JSON as RFC 8259 defines it.
    InvalidJson(Syntax),
    /// Two members of one object have the same name; the span is the later one.
    DuplicateKey,
    /// A number that changes when it becomes an IEEE 754 double.
    LossyNumber(NumberLoss),
    /// An escape that stands for one half of a UTF-16 surrogate pair.
    LoneSurrogate,
    /// A control character (C0 but for tab and line feed, DEL, C1, line and paragraph separator).
    ControlCharacter(char),
    /// A character that shows nothing: zero-width, soft hyphen, variation selector, tag.
    InvisibleCharacter(char),
    /// A character that changes the direction of the text around it.
    BidiControl(char),
    /// Nested deeper than the limit.
    TooDeep {
        /// The limit that was reached.
        limit: u32,
    },
    /// So many faults that the rest was not read.
    TooManyFaults,
}

impl FaultKind {
    /// Whether the tree lacks something of the text, or has something else: two texts may be different and
    /// have the same tree.
    pub fn loses_content(self) -> bool {
        self.spoils_the_tree() || matches!(self, Self::DuplicateKey | Self::LoneSurrogate)
    }

    /// Whether what follows the fault may have been read wrongly, so that judging the content
    /// would only add noise.
    pub fn spoils_the_tree(self) -> bool {
        matches!(
            self,
            Self::InvalidUtf8
                | Self::Utf16
                | Self::InvalidJson(_)
                | Self::TooDeep { .. }
                | Self::TooManyFaults
        )
    }

    /// Whether the tree does not show it: of two members with one name it has the last, and for
    /// half a surrogate pair it has U+FFFD.
    pub fn is_lost_in_the_tree(self) -> bool {
        self.spoils_the_tree() || matches!(self, Self::DuplicateKey | Self::LoneSurrogate)
    }
}

/// Ways to break the grammar of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Nothing but white space.
    Empty,
    /// A value was expected.
    ExpectedValue,
    /// A word that is neither `true`, `false` nor `null`.
    UnknownWord,
    /// A number that the grammar doesn't have (`01`, `1.`, `+1`, `.5`).
    InvalidNumber,
    /// A member name was expected.
    ExpectedKey,
    /// A colon was expected behind a member name.
    ExpectedColon,
    /// A comma is missing between two items or members.
    MissingComma,
    /// A comma or the closing bracket was expected.
    ExpectedCommaOrEnd,
    /// A comma before the closing bracket.
    TrailingComma,
    /// A closing bracket of the other kind.
    MismatchedBracket,
    /// The text ends inside an array or object; `related` is its opening bracket.
    UnclosedBracket,
    /// A string without its closing quote.
    UnclosedString,
    /// A string in single quotes.
    SingleQuotes,
    /// A string in typographic quotation marks.
    CurlyQuotes,
    /// A comment.
    Comment,
    /// The first line of a merge conflict that nobody has resolved.
    MergeConflict,
    /// A control character in a string that must be escaped.
    RawControlCharacter(char),
    /// An escape that JSON doesn't have.
    InvalidEscape,
    /// Something follows the value.
    TrailingCharacters,
}

/// How a number changes as a double.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberLoss {
    /// An integer beyond ±2^53, where doubles no longer hold every integer.
    BeyondSafeInteger,
    /// More digits than a double keeps.
    Rounded,
    /// Larger than the largest double.
    Overflow,
    /// Not zero, but smaller than the smallest double.
    Underflow,
    /// Minus zero, whose sign many tools drop.
    NegativeZero,
}

/// The faults of one document, bounded: a text that is not JSON, or is hostile, has as many as it
/// has bytes.
#[derive(Debug, Default)]
pub(crate) struct FaultList {
    listed: Vec<Fault>,
    spoiling: usize,
    /// Whether one is listed that is lost in the tree.
    is_lossy: bool,
    unlisted: u64,
}

impl FaultList {
    /// After this many faults that spoil the tree, a document is not read on; of the others, this
    /// many are listed.
    pub(crate) const LIMIT: usize = 100;

    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        self.listed.clear();
        self.spoiling = 0;
        self.is_lossy = false;
        self.unlisted = 0;
    }

    /// Adds a fault. One that spoils the tree is always listed, and so is the first that is lost in it.
    pub(crate) fn push(&mut self, fault: Fault) {
        let spoils = fault.kind.spoils_the_tree();
        let is_first_lost = fault.kind.is_lost_in_the_tree() && !self.is_lossy;
        if spoils || is_first_lost || self.listed.len() - self.spoiling < Self::LIMIT {
            self.spoiling += usize::from(spoils);
            self.is_lossy |= is_first_lost;
            self.listed.push(fault);
        } else {
            self.unlisted += 1;
        }
    }

    /// Whether there are so many that spoil the tree that reading on makes no sense.
    pub(crate) fn is_full(&self) -> bool {
        self.spoiling >= Self::LIMIT
    }

    /// Where the one of a kind is that was found last, of those listed.
    pub(crate) fn latest(&self, kind: FaultKind) -> Option<Span> {
        let mut latest = self.listed.iter().rev();
        latest
            .find(|fault| fault.kind == kind)
            .map(|fault| fault.span)
    }

    /// How many there are, listed or not.
    pub(crate) fn count(&self) -> u64 {
        self.listed.len() as u64 + self.unlisted
    }

    /// Those listed, in the order of the text; the last that leaves the tree whole says how many
    /// like it are not.
    pub(crate) fn in_order(&mut self) -> &[Fault] {
        self.listed.sort_by_key(|fault| fault.span);
        let mut latest = self.listed.iter_mut().rev();
        if let Some(last) = latest.find(|fault| !fault.kind.spoils_the_tree()) {
            last.unlisted = self.unlisted;
        }
        &self.listed
    }
}
