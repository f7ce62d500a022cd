//! From text to tree, driven by the events of `jiter`.
//!
//! The parser keeps its own stack instead of recursing, so that no input can exhaust a thread's
//! stack, and its own memory, so that record after record costs no allocation. Where `jiter`
//! reports an error, `recover` finds a place to go on.

mod events;
mod names;
mod unseen;

use jiter::{Jiter, Peek};

use self::events::{Events, Failure};
use crate::escape;
use crate::fault::FaultList;
use crate::recover::{self, Found, Resume, Stage, Surroundings};
use crate::tree::{DecodedString, MemberTable, Node, NodeKind, hash_of};
use crate::{Fault, FaultKind, Number, Span, Syntax, Text, Tree};

/// Bounds on what is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How deep arrays and objects may nest; more than [`Self::MAX_DEPTH`] counts as that.
    pub depth: u32,
}

impl Limits {
    /// The deepest nesting that is ever accepted: other readers (`serde_json` among them) stop at
    /// 128, and nothing that walks a tree by recursion may run out of stack.
    pub const MAX_DEPTH: u32 = 127;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: Self::MAX_DEPTH,
        }
    }
}

/// A tree and what is wrong with it.
#[derive(Debug)]
pub struct Parsed<'t> {
    /// The tree; where something could not be read it has `null` or less.
    pub tree: Tree<'t>,
    /// What is wrong, in the order of the text.
    pub faults: &'t [Fault],
}

impl Parsed<'_> {
    /// Whether the tree has everything that the text says.
    pub fn is_complete(&self) -> bool {
        !self.faults.iter().any(|fault| fault.kind.spoils_the_tree())
    }

    /// Whether what is written from the tree says all that the text says, and has the same faults
    /// but for a byte order mark.
    pub fn is_faithful(&self) -> bool {
        // Of those that are lost, one is listed however many faults there are.
        let mut kinds = self.faults.iter().map(|fault| fault.kind);
        !kinds.any(FaultKind::is_lost_in_the_tree)
    }
}

/// Parses documents one after the other in the same memory.
#[derive(Debug, Default)]
pub struct Parser {
    nodes: Vec<Node>,
    decoded: String,
    decoded_strings: Vec<DecodedString>,
    members: MemberTable,
    open: Vec<Open>,
    /// The names of the open objects, innermost last.
    names: MemberTable,
    /// Whether a name of the document repeats an earlier one.
    has_repeated_names: bool,
    /// See [`Tree::may_have_blanks`].
    may_have_blanks: bool,
    /// Room for sorting the names of a large object.
    sorted_names: Vec<(u32, u32)>,
    tape: Vec<u8>,
    faults: FaultList,
}

/// An array or object whose end was not reached.
#[derive(Clone, Copy, Debug)]
struct Open {
    node: u32,
    count: u32,
    is_object: bool,
    /// Number of names when it was opened.
    first_name: u32,
    /// Which hashes its names have, by [`mark_of`].
    marks: u32,
}

/// What the parser expects next.
enum State {
    /// A value that starts with this byte, at the position of the events.
    Value(Peek),
    /// A comma or an end.
    AfterValue,
    /// Nothing more.
    Done,
}

impl Parser {
    /// A parser with no memory yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Parses one document of at most [`Text::MAX_BYTES`]. Whatever is in it, memory grows with its
    /// length, and so does time, but for sorting the names of large objects.
    pub fn parse<'t>(&'t mut self, text: &'t str, limits: Limits) -> Parsed<'t> {
        assert!(
            text.len() <= Text::MAX_BYTES,
            "a text has at most `Text::MAX_BYTES`, so that every place in it fits a `Span`"
        );
        self.nodes.clear();
        self.decoded.clear();
        self.decoded_strings.clear();
        self.open.clear();
        self.members.clear();
        self.names.clear();
        self.has_repeated_names = false;
        self.may_have_blanks = false;
        self.faults.clear();

        let mut run = Run {
            parser: self,
            text,
            depth: limits.depth.min(Limits::MAX_DEPTH),
            has_escapes: memchr::memchr(b'\\', text.as_bytes()).is_some(),
        };
        run.document();
        let is_ascii = run.find_unseen_characters();

        if self.nodes.is_empty() {
            self.nodes.push(Node {
                start: 0,
                end: text.len() as u32,
                next: 1,
                info: 0,
                kind: NodeKind::Null,
            });
        }
        let faults = self.faults.in_order();
        // What was not read stands there as `null`.
        let may_have_blanks = self.may_have_blanks || !faults.is_empty() || text.is_empty();
        Parsed {
            tree: Tree {
                text,
                nodes: &self.nodes,
                decoded: &self.decoded,
                decoded_strings: &self.decoded_strings,
                members: &self.members,
                is_ascii,
                may_have_blanks,
            },
            faults,
        }
    }
}

/// One document on its way through a parser.
struct Run<'p, 't> {
    parser: &'p mut Parser,
    text: &'t str,
    depth: u32,
    has_escapes: bool,
}

impl<'t> Run<'_, 't> {
    fn document(&mut self) {
        let mut base = 0;
        if self.text.starts_with('\u{feff}') {
            base = '\u{feff}'.len_utf8();
            self.fault(FaultKind::ByteOrderMark, Span::new(0, base as u32));
        }
        let tape = std::mem::take(&mut self.parser.tape);
        let mut events = Events::new(self.text, base, tape);
        let mut state = if let Ok(peek) = events.jiter.peek() {
            State::Value(peek)
        } else {
            let everything = Span::new(base as u32, self.text.len() as u32);
            self.fault(FaultKind::InvalidJson(Syntax::Empty), everything);
            State::Done
        };
        loop {
            let step = match state {
                State::Value(peek) => self.value(&mut events, peek),
                State::AfterValue => self.after_value(&mut events),
                State::Done => break,
            };
            state = match step {
                Ok(next) => next,
                Err(failure) => self.recover(&mut events, &failure),
            };
            if self.parser.faults.is_full() {
                let end = self.text.len() as u32;
                self.fault(FaultKind::TooManyFaults, Span::new(events.position(), end));
                self.skip_counted_value(&state, events.position());
                break;
            }
        }
        self.close_all(events.position());
        self.parser.tape = events.jiter.into_tape();
    }

    /// Reads one scalar, or the start of an array or object.
    fn value(&mut self, events: &mut Events<'t>, peek: Peek) -> Result<State, Failure> {
        let start = events.position();
        let kind = match peek {
            Peek::String => {
                let content = events.string()?;
                self.push_string(content, false);
                return Ok(State::AfterValue);
            }
            Peek::Array => {
                if self.too_deep(start) {
                    return Ok(State::Done);
                }
                self.open(start, NodeKind::Array);
                let first = events.step(Stage::First, Jiter::known_array)?;
                return Ok(self.first_element(first, events.position()));
            }
            Peek::Object => {
                if self.too_deep(start) {
                    return Ok(State::Done);
                }
                self.open(start, NodeKind::Object);
                let name = events.name(Stage::First)?;
                return self.name_or_end(events, name);
            }
            Peek::Null => {
                events.step(Stage::Value, Jiter::known_null)?;
                self.parser.may_have_blanks = true;
                NodeKind::Null
            }
            Peek::True | Peek::False => {
                let value = events.step(Stage::Value, |jiter| jiter.known_bool(peek))?;
                if value {
                    NodeKind::True
                } else {
                    NodeKind::False
                }
            }
            _ => {
                events.step(Stage::Value, |jiter| {
                    jiter.known_number_bytes(peek).map(|_| ())
                })?;
                let span = Span::new(start, events.position());
                if let Some(loss) = Number::new(&self.text[span.range()]).loss() {
                    self.fault(FaultKind::LossyNumber(loss), span);
                }
                NodeKind::Number
            }
        };
        self.push_leaf(kind, start, events.position(), 0);
        Ok(State::AfterValue)
    }

    /// Reads what may stand behind a value: a comma and the next one, or the end of what is open.
    fn after_value(&mut self, events: &mut Events<'t>) -> Result<State, Failure> {
        match self.parser.open.last() {
            None => {
                events.step(Stage::AfterValue, Jiter::finish)?;
                Ok(State::Done)
            }
            Some(open) if open.is_object => {
                let name = events.name(Stage::AfterValue)?;
                self.name_or_end(events, name)
            }
            Some(_) => {
                let next = events.step(Stage::AfterValue, Jiter::array_step)?;
                Ok(self.first_element(next, events.position()))
            }
        }
    }

    fn first_element(&mut self, peek: Option<Peek>, position: u32) -> State {
        if let Some(peek) = peek {
            self.count_one();
            State::Value(peek)
        } else {
            self.close(position);
            State::AfterValue
        }
    }

    fn name_or_end(
        &mut self,
        events: &mut Events<'t>,
        name: Option<Span>,
    ) -> Result<State, Failure> {
        let Some(name) = name else {
            self.close(events.position());
            return Ok(State::AfterValue);
        };
        self.push_name(name);
        let peek = events.step(Stage::Value, Jiter::peek)?;
        Ok(State::Value(peek))
    }

    fn too_deep(&mut self, start: u32) -> bool {
        let limit = self.depth;
        let too_deep = self.parser.open.len() >= limit as usize;
        if too_deep {
            self.fault(FaultKind::TooDeep { limit }, Span::new(start, start + 1));
            self.push_leaf(NodeKind::Null, start, start, 0);
        }
        too_deep
    }

    fn open(&mut self, start: u32, kind: NodeKind) {
        self.parser.open.push(Open {
            node: self.parser.nodes.len() as u32,
            count: 0,
            is_object: kind == NodeKind::Object,
            first_name: self.parser.names.len() as u32,
            marks: 0,
        });
        self.push_leaf(kind, start, start, 0);
    }

    fn count_one(&mut self) {
        if let Some(open) = self.parser.open.last_mut() {
            open.count += 1;
        }
    }

    /// Ends the innermost open array or object.
    fn close(&mut self, end: u32) {
        let Some(open) = self.parser.open.pop() else {
            return;
        };
        let info = if open.is_object {
            self.end_names(open)
        } else {
            open.count
        };
        let next = self.parser.nodes.len() as u32;
        self.parser.may_have_blanks |= next == open.node + 1;
        let node = &mut self.parser.nodes[open.node as usize];
        node.end = end;
        node.next = next;
        node.info = info;
    }

    /// Ends everything that is still open where reading stopped.
    fn close_all(&mut self, end: u32) {
        while let Some(open) = self.parser.open.last().copied() {
            self.complete_member(end);
            self.close(end.max(self.parser.nodes[open.node as usize].start + 1));
        }
    }

    /// Gives a name that has no value `null`, so that names and values always alternate.
    fn complete_member(&mut self, at: u32) {
        let lacks_value = self.parser.nodes.last().is_some_and(|node| {
            matches!(
                node.kind,
                NodeKind::PlainKey | NodeKind::EscapedKey | NodeKind::ShadowedKey
            )
        });
        if lacks_value {
            self.push_leaf(NodeKind::Null, at, at, 0);
        }
    }

    /// Gives `null` to an element that was counted and will not be read. A member has its name, and
    /// `complete_member` sees to it.
    fn skip_counted_value(&mut self, state: &State, at: u32) {
        let in_array = self.parser.open.last().is_some_and(|open| !open.is_object);
        if in_array && matches!(state, State::Value(_)) {
            self.push_leaf(NodeKind::Null, at, at, 0);
        }
    }

    fn push_leaf(&mut self, kind: NodeKind, start: u32, end: u32, info: u32) {
        let next = self.parser.nodes.len() as u32 + 1;
        self.parser.nodes.push(Node {
            start,
            end,
            next,
            info,
            kind,
        });
    }

    /// Adds a string or name whose text between the quotes is `content`; returns the hash of a name.
    fn push_string(&mut self, content: Span, is_name: bool) -> u32 {
        let escaped = self.has_escapes
            && memchr::memchr(b'\\', &self.text.as_bytes()[content.range()]).is_some();
        let (start, end) = (content.start - 1, content.end + 1);
        // Behind an empty one is its quote.
        let first = self.text.as_bytes().get(content.start as usize);
        self.parser.may_have_blanks |= !is_name && !first.is_some_and(u8::is_ascii_alphanumeric);
        let kind = match (is_name, escaped) {
            (false, false) => NodeKind::PlainString,
            (false, true) => NodeKind::EscapedString,
            (true, false) => NodeKind::PlainKey,
            (true, true) => NodeKind::EscapedKey,
        };
        let info = if escaped {
            let decoded = self.decode(content);
            hash_of(&self.parser.decoded.as_bytes()[decoded.range()])
        } else if is_name {
            hash_of(&self.text.as_bytes()[content.range()])
        } else {
            0
        };
        self.push_leaf(kind, start, end, info);
        info
    }

    /// Decodes the string that becomes the next node.
    fn decode(&mut self, content: Span) -> Span {
        let decoded = &mut self.parser.decoded;
        let start = decoded.len() as u32;
        escape::decode_into(&self.text[content.range()], decoded);
        let span = Span::new(start, decoded.len() as u32);
        self.parser.decoded_strings.push(DecodedString {
            node: self.parser.nodes.len() as u32,
            span,
        });
        span
    }

    fn fault(&mut self, kind: FaultKind, span: Span) {
        self.parser.faults.push(Fault::new(kind, span));
    }

    /// Reports the fault and finds a state to go on from.
    #[cold]
    fn recover(&mut self, events: &mut Events<'t>, failure: &Failure) -> State {
        let open = &self.parser.open;
        let outer = open.split_last().map_or(&[][..], |(_, outer)| outer);
        let surroundings = Surroundings {
            innermost: open
                .last()
                .map(|open| (open.is_object, self.parser.nodes[open.node as usize].start)),
            outer: [true, false].map(|object| outer.iter().any(|open| open.is_object == object)),
        };
        let recovery = recover::recover(
            self.text,
            failure.stage,
            surroundings,
            failure.start,
            &mut self.parser.faults,
        );
        let position = recovery.position;
        match (failure.stage, recovery.found) {
            (Stage::Value, Some(Found::String(content))) => {
                self.push_string(content, false);
            }
            (Stage::Value, Some(Found::Number(span))) => {
                self.push_leaf(NodeKind::Number, span.start, span.end, 0);
            }
            (Stage::Value, None) if recovery.resume != Resume::Value => {
                self.push_leaf(NodeKind::Null, position, position, 0);
            }
            (Stage::First | Stage::AfterValue, Some(Found::String(name))) => self.push_name(name),
            _ => {}
        }
        if recovery.resume != Resume::Value {
            self.complete_member(position);
        }
        events.go_to(position);
        match recovery.resume {
            Resume::Stop => State::Done,
            Resume::AfterValue => State::AfterValue,
            Resume::Close => {
                self.close(position);
                State::AfterValue
            }
            Resume::Value | Resume::Element => {
                if recovery.resume == Resume::Element {
                    self.count_one();
                }
                // At the end of the text any byte will do: reading a value fails there.
                State::Value(events.jiter.peek().unwrap_or(Peek::Null))
            }
        }
    }
}
