//! Going on after a syntax error.
//!
//! `jiter` stops at the first fault. From the place where its last step began, the text is looked
//! at once more, leniently: what is there is named as a fault, and a place is found from which
//! the events can go on. The tree that results is good enough for finding further faults and for
//! the ids in it, never for judging the content.

mod reach;

use crate::fault::FaultList;
use crate::{Fault, FaultKind, Number, Span, Syntax};

/// What the parser was doing when a step failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Reading the value that starts here.
    Value,
    /// Reading the first member name or element; the step began at the opening bracket.
    First,
    /// Reading on behind a value: a comma and what follows, or an end.
    AfterValue,
}

/// The arrays and objects around the fault.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings {
    /// The innermost: whether it is an object, and where it opens; `None` at the top.
    pub(crate) innermost: Option<(bool, u32)>,
    /// Whether there is an object (`}`) or an array (`]`) further out, in this order.
    pub(crate) outer: [bool; 2],
}

/// How to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resume {
    /// With a value at the position.
    Value,
    /// With another element at the position, as if a comma stood before it.
    Element,
    /// Behind a value.
    AfterValue,
    /// Behind the innermost array or object, which ends here without its bracket.
    Close,
    /// Not at all.
    Stop,
}

/// What could be read although the events stopped at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// The content of a string or name with its closing quote.
    String(Span),
    /// A number of more digits than the events read.
    Number(Span),
}

/// What was found and how to go on.
#[derive(Debug)]
pub(crate) struct Recovery {
    pub(crate) found: Option<Found>,
    pub(crate) resume: Resume,
    pub(crate) position: u32,
}

/// What may stand between any two tokens.
const WHITE_SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

type Outcome = (Resume, Option<Found>);

/// Looks again at `text` from `start` and adds what is wrong there to `faults`.
///
/// Each time, either a fault is added that spoils the tree, of which there can be only so many, or
/// the position moves on.
pub(crate) fn recover(
    text: &str,
    stage: Stage,
    surroundings: Surroundings,
    start: u32,
    faults: &mut FaultList,
) -> Recovery {
    let count = faults.count();
    let mut scan = Scan {
        text,
        bytes: text.as_bytes(),
        at: start as usize + usize::from(stage == Stage::First),
        faults,
        surroundings,
        has_skipped: false,
    };
    let (resume, found) = match (stage, surroundings.innermost) {
        (Stage::Value, _) => scan.value(),
        (_, None) => scan.behind_everything(),
        (_, Some((is_object, _))) => scan.inside(stage, is_object),
    };
    if scan.faults.count() == count && found.is_none() && !scan.has_skipped {
        // The events saw a fault that this look did not: say where at least.
        scan.syntax(Syntax::ExpectedCommaOrEnd, start as usize, scan.at);
    }
    Recovery {
        found,
        resume,
        position: scan.at as u32,
    }
}

struct Scan<'t, 'f> {
    text: &'t str,
    bytes: &'t [u8],
    /// Always at the start of a character, or at the end.
    at: usize,
    faults: &'f mut FaultList,
    surroundings: Surroundings,
    /// Whether something was skipped that is part of a fault which was named before.
    has_skipped: bool,
}

impl Scan<'_, '_> {
    fn here(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn syntax(&mut self, syntax: Syntax, start: usize, end: usize) {
        let span = Span::new(start as u32, end as u32);
        self.faults
            .push(Fault::new(FaultKind::InvalidJson(syntax), span));
    }

    /// Where the character here ends.
    fn character_end(&self) -> usize {
        let character = self.text[self.at..].chars().next();
        self.at + character.map_or(0, char::len_utf8)
    }

    /// The text ends, and something is open or missing.
    fn unclosed(&mut self) -> Outcome {
        let end = self.bytes.len();
        match self.surroundings.innermost {
            Some((_, open)) => {
                let span = Span::new(end as u32, end as u32);
                let fault = Fault::new(FaultKind::InvalidJson(Syntax::UnclosedBracket), span);
                self.faults
                    .push(fault.related_to(Span::new(open, open + 1)));
            }
            None => self.syntax(Syntax::ExpectedValue, end, end),
        }
        self.at = end;
        (Resume::Stop, None)
    }

    fn behind_everything(&mut self) -> Outcome {
        self.rest_of_word();
        self.comments();
        if self.at < self.bytes.len() {
            self.syntax(Syntax::TrailingCharacters, self.at, self.bytes.len());
        }
        (Resume::Stop, None)
    }

    fn value(&mut self) -> Outcome {
        self.skip_space();
        let start = self.at;
        let Some(byte) = self.here() else {
            return self.unclosed();
        };
        match byte {
            b'"' => {
                let string = self.string();
                return if string.is_none() && self.here().is_none() {
                    (Resume::Stop, None)
                } else {
                    (Resume::AfterValue, string)
                };
            }
            b'\'' => self.single_quoted(),
            b'/' if self.starts_comment() => return self.value_behind_comments(),
            _ if self.starts_conflict_marker() => return self.value_behind_comments(),
            _ if self.starts_curly_quote() => self.curly_quoted(),
            b'+' | b'-' | b'.' | b'0'..=b'9' => {
                self.word();
                let span = Span::new(start as u32, self.at as u32);
                let text = &self.text[span.range()];
                if let Some(number) = Number::read(text) {
                    if let Some(loss) = number.loss() {
                        self.faults
                            .push(Fault::new(FaultKind::LossyNumber(loss), span));
                    }
                    return (Resume::AfterValue, Some(Found::Number(span)));
                }
                self.syntax(Syntax::InvalidNumber, start, self.at);
                self.skip_more_words();
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                self.word();
                self.syntax(Syntax::UnknownWord, start, self.at);
                self.skip_more_words();
                return self.instead_of_value();
            }
            b']' | b'}' if self.is_mismatched(byte) => return self.mismatched(byte),
            b',' | b']' | b'}' => {
                self.syntax(Syntax::ExpectedValue, start, start + 1);
                let behind = self.text[start + 1..].trim_start_matches(WHITE_SPACE);
                if byte == b',' && behind.starts_with(']') {
                    // Said once: the comma is not also a trailing one.
                    self.at += 1;
                }
                return self.instead_of_value();
            }
            _ => {
                self.at = self.character_end();
                self.syntax(Syntax::ExpectedValue, start, self.at);
                self.skip_to_end_of_item();
                return self.instead_of_value();
            }
        }
        (Resume::AfterValue, None)
    }

    /// At the top, what stands instead of a value says nothing about what follows it.
    fn instead_of_value(&self) -> Outcome {
        match self.surroundings.innermost {
            Some(_) => (Resume::AfterValue, None),
            None => (Resume::Stop, None),
        }
    }

    fn value_behind_comments(&mut self) -> Outcome {
        let before = self.text[..self.at].trim_end_matches(WHITE_SPACE);
        let comma = before.ends_with(',').then(|| before.len() - 1);
        let is_first = before.ends_with('[');
        self.comments();
        match self.here() {
            _ if self.faults.is_full() => (Resume::Stop, None),
            None => self.unclosed(),
            Some(b']') if is_first => (Resume::AfterValue, None),
            Some(b']') if comma.is_some() => {
                let comma = comma.unwrap_or_default();
                self.syntax(Syntax::TrailingComma, comma, comma + 1);
                (Resume::AfterValue, None)
            }
            Some(_) => (Resume::Value, None),
        }
    }

    /// Behind a value or an opening bracket.
    fn inside(&mut self, stage: Stage, is_object: bool) -> Outcome {
        if stage == Stage::AfterValue && self.rest_of_word() {
            return (Resume::AfterValue, None);
        }
        self.skip_space();
        let mut comma = None;
        if stage == Stage::AfterValue && self.here() == Some(b',') {
            comma = Some(self.at);
            self.at += 1;
        }
        self.comments();
        if self.faults.is_full() {
            return (Resume::Stop, None);
        }
        let expects_item = comma.is_some() || stage == Stage::First;
        let Some(byte) = self.here() else {
            return self.unclosed();
        };
        match byte {
            // Behind comments: the comma is for the events to see.
            b',' if !expects_item => (Resume::AfterValue, None),
            b'}' | b']' if self.is_mismatched(byte) => self.mismatched(byte),
            b'}' | b']' => {
                if let Some(comma) = comma {
                    self.syntax(Syntax::TrailingComma, comma, comma + 1);
                }
                (Resume::AfterValue, None)
            }
            b'"' if is_object => {
                if !expects_item {
                    self.syntax(Syntax::MissingComma, self.at, self.at + 1);
                }
                self.name()
            }
            _ if !is_object && self.starts_value() => {
                if !expects_item {
                    self.syntax(Syntax::MissingComma, self.at, self.at + 1);
                }
                (Resume::Element, None)
            }
            _ => {
                self.unexpected(byte, is_object, expects_item);
                (Resume::AfterValue, None)
            }
        }
    }

    /// Skips an item that can't be one.
    fn unexpected(&mut self, byte: u8, is_object: bool, expects_item: bool) {
        let expected = match (is_object, expects_item) {
            (true, true) => Syntax::ExpectedKey,
            (false, true) => Syntax::ExpectedValue,
            (_, false) => Syntax::ExpectedCommaOrEnd,
        };
        let start = self.at;
        match byte {
            b'\'' => self.single_quoted(),
            _ if self.starts_curly_quote() => self.curly_quoted(),
            // Skipped with all that is in them.
            b'[' | b'{' | b',' => self.syntax(expected, start, start + 1),
            _ => {
                self.word();
                if self.at == start {
                    self.at = self.character_end();
                }
                self.syntax(expected, start, self.at);
            }
        }
        self.skip_to_end_of_item();
    }

    /// Whether a closing bracket is not that of what is open.
    fn is_mismatched(&self, byte: u8) -> bool {
        self.surroundings
            .innermost
            .is_some_and(|(is_object, _)| is_object != (byte == b'}'))
    }

    fn mismatched(&mut self, byte: u8) -> Outcome {
        let span = Span::new(self.at as u32, self.at as u32 + 1);
        let mut fault = Fault::new(FaultKind::InvalidJson(Syntax::MismatchedBracket), span);
        if let Some((_, open)) = self.surroundings.innermost {
            fault = fault.related_to(Span::new(open, open + 1));
        }
        self.faults.push(fault);
        let [in_object, in_array] = self.surroundings.outer;
        if self.surroundings.outer[usize::from(byte == b']')] {
            // It closes something further out: the innermost was never closed.
            return (Resume::Close, None);
        }
        self.at += 1;
        let rest = self.text[self.at..].trim_start_matches(WHITE_SPACE);
        if in_object || in_array || rest.is_empty() {
            // It was meant to close the innermost.
            (Resume::Close, None)
        } else {
            (Resume::AfterValue, None)
        }
    }

    fn name(&mut self) -> Outcome {
        let name = self.string();
        if name.is_none() {
            // A name that can't be kept takes its value with it.
            self.skip_to_end_of_item();
            let resume = if self.here().is_none() {
                Resume::Stop
            } else {
                Resume::AfterValue
            };
            return (resume, None);
        }
        self.skip_space();
        match self.here() {
            None => (self.unclosed().0, name),
            Some(b':') => {
                self.at += 1;
                self.skip_space();
                (Resume::Value, name)
            }
            Some(_) => {
                self.syntax(Syntax::ExpectedColon, self.at, self.character_end());
                if self.starts_value() {
                    return (Resume::Value, name);
                }
                self.skip_to_end_of_item();
                (Resume::AfterValue, name)
            }
        }
    }
}
