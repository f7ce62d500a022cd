//! From text to tree, driven by the events of `jiter`.
//!
//! The parser keeps its own stack instead of recursing, so that no input can exhaust a thread's
//! stack, and its own memory, so that record after record costs no allocation. Where `jiter`
//! reports an error, `recover` finds a place to go on.

use jiter::{Jiter, JiterResult, Peek};
use rustc_hash::FxHashMap;

use crate::character::{find_suspicious, suspicion};
use crate::recover::{self, Resume, Stage, Surroundings};
use crate::tree::{DecodedString, Node, NodeKind, hash_of};
use crate::{Fault, FaultKind, Number, Span, Syntax, Tree};

/// Bounds on what is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How deep arrays and objects may nest.
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

/// After this many faults the rest of a document is not read: it is not JSON, or hostile.
const MAX_FAULTS: usize = 100;

/// Up to this many members of an object, names are compared by their hashes one by one.
const FEW_MEMBERS: usize = 32;

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
}

/// Parses documents one after the other in the same memory.
#[derive(Debug, Default)]
pub struct Parser {
    nodes: Vec<Node>,
    decoded: String,
    decoded_strings: Vec<DecodedString>,
    open: Vec<Open>,
    /// Hashes of the names of the open objects, innermost last.
    name_hashes: Vec<u32>,
    tape: Vec<u8>,
    faults: Vec<Fault>,
}

/// An array or object whose end was not reached.
#[derive(Clone, Copy, Debug)]
struct Open {
    node: u32,
    count: u32,
    is_object: bool,
    /// Length of `name_hashes` when it was opened.
    first_hash: u32,
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

    /// Parses one document.
    pub fn parse<'t>(&'t mut self, text: &'t str, limits: Limits) -> Parsed<'t> {
        self.nodes.clear();
        self.decoded.clear();
        self.decoded_strings.clear();
        self.open.clear();
        self.name_hashes.clear();
        self.faults.clear();

        let mut run = Run {
            parser: self,
            text,
            limits,
            has_escapes: memchr::memchr(b'\\', text.as_bytes()).is_some(),
        };
        run.document();
        run.find_unseen_characters();

        if self.nodes.is_empty() {
            self.nodes.push(Node {
                start: 0,
                end: text.len() as u32,
                next: 1,
                info: 0,
                kind: NodeKind::Null,
            });
        }
        self.faults.sort_by_key(|fault| fault.span);
        Parsed {
            tree: Tree {
                text,
                nodes: &self.nodes,
                decoded: &self.decoded,
                decoded_strings: &self.decoded_strings,
            },
            faults: &self.faults,
        }
    }
}

/// One document on its way through a parser.
struct Run<'p, 't> {
    parser: &'p mut Parser,
    text: &'t str,
    limits: Limits,
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
        let mut state = match events.jiter.peek() {
            Ok(peek) => State::Value(peek),
            Err(_) => {
                self.fault(
                    FaultKind::InvalidJson(Syntax::Empty),
                    Span::new(base as u32, self.text.len() as u32),
                );
                State::Done
            }
        };
        loop {
            let step = match state {
                State::Value(peek) => self.value(&mut events, peek),
                State::AfterValue => self.after_value(&mut events),
                State::Done => break,
            };
            state = match step {
                Ok(next) => next,
                Err(failure) => self.recover(&mut events, failure),
            };
            if self.parser.faults.len() >= MAX_FAULTS {
                let end = self.text.len() as u32;
                self.fault(FaultKind::TooManyFaults, Span::new(events.position(), end));
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
        match peek {
            Some(peek) => {
                self.count_one();
                State::Value(peek)
            }
            None => {
                self.close(position);
                State::AfterValue
            }
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
        let limit = self.limits.depth;
        let too_deep = self.parser.open.len() >= limit as usize;
        if too_deep {
            self.fault(FaultKind::TooDeep { limit }, Span::new(start, start + 1));
        }
        too_deep
    }

    fn open(&mut self, start: u32, kind: NodeKind) {
        self.parser.open.push(Open {
            node: self.parser.nodes.len() as u32,
            count: 0,
            is_object: kind == NodeKind::Object,
            first_hash: self.parser.name_hashes.len() as u32,
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
        let mut count = open.count;
        if open.is_object {
            if count as usize > FEW_MEMBERS {
                count -= self.shadow_among_many(open.node);
            }
            self.parser.name_hashes.truncate(open.first_hash as usize);
        }
        let next = self.parser.nodes.len() as u32;
        let node = &mut self.parser.nodes[open.node as usize];
        node.end = end;
        node.next = next;
        node.info = count;
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

    /// Adds a string or name whose text between the quotes is `content`.
    fn push_string(&mut self, content: Span, is_name: bool) {
        let escaped = self.has_escapes
            && memchr::memchr(b'\\', &self.text.as_bytes()[content.range()]).is_some();
        let (start, end) = (content.start - 1, content.end + 1);
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
    }

    /// Decodes the string that becomes the next node.
    fn decode(&mut self, content: Span) -> Span {
        let decoded = &mut self.parser.decoded;
        let start = decoded.len() as u32;
        recover::decode_into(&self.text[content.range()], decoded);
        let span = Span::new(start, decoded.len() as u32);
        self.parser.decoded_strings.push(DecodedString {
            node: self.parser.nodes.len() as u32,
            span,
        });
        span
    }

    fn push_name(&mut self, content: Span) {
        self.count_one();
        self.push_string(content, true);
        let name = self.parser.nodes.len() - 1;
        let hash = self.parser.nodes[name].info;
        let Some(open) = self.parser.open.last().copied() else {
            return;
        };
        let hashes = &self.parser.name_hashes[open.first_hash as usize..];
        if hashes.len() < FEW_MEMBERS && hashes.contains(&hash) {
            self.shadow_equal(open.node as usize + 1, name);
        }
        self.parser.name_hashes.push(hash);
    }

    /// Looks for a member between `first` and `name` that has the same name.
    #[cold]
    fn shadow_equal(&mut self, first: usize, name: usize) {
        let mut at = first;
        while at < name {
            let earlier = self.parser.nodes[at];
            if earlier.kind != NodeKind::ShadowedKey && self.name_text(at) == self.name_text(name) {
                self.shadow(at, name);
                if let Some(open) = self.parser.open.last_mut() {
                    open.count -= 1;
                }
                return;
            }
            at = self.parser.nodes[at + 1].next as usize;
        }
    }

    /// Finds the repeated names of an object with many members; returns how many there are. An
    /// object that had only a few when a name was repeated has that one marked already.
    fn shadow_among_many(&mut self, object: u32) -> u32 {
        let mut last_of: FxHashMap<String, usize> = FxHashMap::default();
        let mut shadowed = Vec::new();
        let mut at = object as usize + 1;
        while at < self.parser.nodes.len() {
            if self.parser.nodes[at].kind != NodeKind::ShadowedKey {
                if let Some(earlier) = last_of.insert(self.name_text(at).to_owned(), at) {
                    shadowed.push((earlier, at));
                }
            }
            at = self.parser.nodes[at + 1].next as usize;
        }
        for &(earlier, later) in &shadowed {
            self.shadow(earlier, later);
        }
        shadowed.len() as u32
    }

    fn shadow(&mut self, earlier: usize, later: usize) {
        let place = |node: Node| Span::new(node.start, node.end);
        let first = place(self.parser.nodes[earlier]);
        let second = place(self.parser.nodes[later]);
        self.parser.nodes[earlier].kind = NodeKind::ShadowedKey;
        if self.parser.faults.len() < MAX_FAULTS {
            self.parser
                .faults
                .push(Fault::new(FaultKind::DuplicateKey, second).related_to(first));
        }
    }

    fn name_text(&self, node: usize) -> &str {
        let Node { start, end, .. } = self.parser.nodes[node];
        match self
            .parser
            .decoded_strings
            .binary_search_by_key(&(node as u32), |string| string.node)
        {
            Ok(at) => &self.parser.decoded[self.parser.decoded_strings[at].span.range()],
            Err(_) => &self.text[start as usize + 1..end as usize - 1],
        }
    }

    fn fault(&mut self, kind: FaultKind, span: Span) {
        self.parser.faults.push(Fault::new(kind, span));
    }

    /// Reports the fault and finds a state to go on from.
    #[cold]
    fn recover(&mut self, events: &mut Events<'t>, failure: Failure) -> State {
        let open = &self.parser.open;
        let outer = open.split_last().map_or(&[][..], |(_, outer)| outer);
        let surroundings = Surroundings {
            innermost: open
                .last()
                .map(|open| (open.is_object, self.parser.nodes[open.node as usize].start)),
            outer: [true, false].map(|object| outer.iter().any(|open| open.is_object == object)),
        };
        let recovery = recover::recover(self.text, failure.stage, surroundings, failure.start);
        self.parser.faults.extend(recovery.faults);
        let position = recovery.position;
        match (failure.stage, recovery.string) {
            (Stage::Value, Some(string)) => self.push_string(string, false),
            (Stage::Value, None) if recovery.resume != Resume::Value => {
                self.push_leaf(NodeKind::Null, position, position, 0);
            }
            (Stage::First | Stage::AfterValue, Some(name)) => self.push_name(name),
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

    /// Reports characters that a reader can't see, in strings and in what their escapes stand for.
    fn find_unseen_characters(&mut self) {
        let faults = &mut self.parser.faults;
        let start = if self.text.starts_with('\u{feff}') {
            3
        } else {
            0
        };
        find_suspicious(&self.text[start..], |at, character, kind| {
            if faults.len() < MAX_FAULTS {
                let at = (start + at) as u32;
                let span = Span::new(at, at + character.len_utf8() as u32);
                faults.push(Fault::new(kind, span));
            }
        });
        for string in &self.parser.decoded_strings {
            let decoded = &self.parser.decoded[string.span.range()];
            let Some(kind) = decoded.chars().find_map(suspicion) else {
                continue;
            };
            let node = self.parser.nodes[string.node as usize];
            let span = Span::new(node.start, node.end);
            // A raw character was reported at its own place.
            let is_raw = faults
                .iter()
                .any(|fault| span.start <= fault.span.start && fault.span.end <= span.end);
            if !is_raw && faults.len() < MAX_FAULTS {
                faults.push(Fault::new(kind, span));
            }
        }
    }
}

/// The events of `jiter` with offsets into the whole text.
struct Events<'t> {
    text: &'t str,
    jiter: Jiter<'t>,
    base: usize,
}

/// A step that failed: what it was to read, and from where.
struct Failure {
    stage: Stage,
    start: u32,
}

impl<'t> Events<'t> {
    fn new(text: &'t str, base: usize, tape: Vec<u8>) -> Self {
        Self {
            text,
            jiter: Jiter::with_tape(&text.as_bytes()[base..], tape),
            base,
        }
    }

    fn position(&self) -> u32 {
        (self.base + self.jiter.current_index()) as u32
    }

    fn go_to(&mut self, position: u32) {
        self.base = (position as usize).min(self.text.len());
        let rest = &self.text.as_bytes()[self.base..];
        let tape = std::mem::replace(&mut self.jiter, Jiter::new(rest)).into_tape();
        self.jiter = Jiter::with_tape(rest, tape);
    }

    /// Runs one step, remembering where it began.
    fn step<T>(
        &mut self,
        stage: Stage,
        step: impl FnOnce(&mut Jiter<'t>) -> JiterResult<T>,
    ) -> Result<T, Failure> {
        let start = self.position();
        step(&mut self.jiter).map_err(|_| Failure { stage, start })
    }

    /// The text between the quotes of the string that starts here.
    fn string(&mut self) -> Result<Span, Failure> {
        let start = self.position();
        self.step(Stage::Value, |jiter| jiter.known_bytes().map(|_| ()))?;
        Ok(Span::new(start + 1, self.position() - 1))
    }

    /// The text between the quotes of the next member name; `None` where the object ends.
    fn name(&mut self, stage: Stage) -> Result<Option<Span>, Failure> {
        let text = self.text.as_ptr() as usize;
        self.step(stage, |jiter| {
            let name = match stage {
                Stage::First => jiter.next_object_bytes(),
                _ => jiter.next_key_bytes(),
            };
            // The events give a slice of the text: its place is the distance from the start.
            Ok(name?.map(|name| {
                let start = (name.as_ptr() as usize - text) as u32;
                Span::new(start, start + name.len() as u32)
            }))
        })
    }
}
