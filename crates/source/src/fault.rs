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
}

impl Fault {
    /// A fault with one place.
    pub fn new(kind: FaultKind, span: Span) -> Self {
        Self {
            kind,
            span,
            related: None,
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
    /// Whether what follows the fault may have been read wrongly, so that judging the content
    /// would only add noise.
    pub fn spoils_the_tree(self) -> bool {
        matches!(
            self,
            Self::InvalidUtf8 | Self::InvalidJson(_) | Self::TooDeep { .. } | Self::TooManyFaults
        )
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
    /// A comment.
    Comment,
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
