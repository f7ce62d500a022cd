//! Going on after a syntax error.
//!
//! `jiter` stops at the first fault. From the place where its last step began, the text is looked
//! at once more, leniently: what is there is named as a fault, and a place is found from which
//! the events can go on. The tree that results is good enough for finding further faults and for
//! the ids in it, never for judging the content.

use crate::{Fault, FaultKind, Span, Syntax};

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

/// What was found and how to go on.
#[derive(Debug)]
pub(crate) struct Recovery {
    pub(crate) faults: Vec<Fault>,
    /// A string or name that could be read as far as its closing quote: its content.
    pub(crate) string: Option<Span>,
    pub(crate) resume: Resume,
    pub(crate) position: u32,
}

/// Looks again at `text` from `start`.
pub(crate) fn recover(
    text: &str,
    stage: Stage,
    surroundings: Surroundings,
    start: u32,
) -> Recovery {
    let mut scan = Scan {
        text,
        bytes: text.as_bytes(),
        at: start as usize + usize::from(stage == Stage::First),
        faults: Vec::new(),
    };
    let (resume, string) = match stage {
        Stage::Value => scan.value(surroundings),
        Stage::First | Stage::AfterValue => match surroundings.innermost {
            None => {
                let end = scan.bytes.len();
                scan.skip_space();
                scan.syntax(Syntax::TrailingCharacters, scan.at, end);
                (Resume::Stop, None)
            }
            Some((is_object, _)) => scan.inside(stage, surroundings, is_object),
        },
    };
    if scan.faults.is_empty() {
        // The events saw a fault that this look did not: say where at least.
        scan.syntax(Syntax::ExpectedCommaOrEnd, start as usize, scan.at);
    }
    Recovery {
        faults: scan.faults,
        string,
        resume,
        position: scan.at as u32,
    }
}

struct Scan<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    faults: Vec<Fault>,
}

impl Scan<'_> {
    fn here(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn syntax(&mut self, syntax: Syntax, start: usize, end: usize) {
        let span = Span::new(start as u32, end.min(self.bytes.len()) as u32);
        self.faults
            .push(Fault::new(FaultKind::InvalidJson(syntax), span));
    }

    /// The one character here as a range of bytes.
    fn character_end(&self) -> usize {
        self.text[self.at..]
            .chars()
            .next()
            .map_or(self.at, |character| self.at + character.len_utf8())
    }

    fn skip_space(&mut self) {
        while matches!(self.here(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn unclosed(&mut self, surroundings: Surroundings) -> (Resume, Option<Span>) {
        let end = self.bytes.len();
        match surroundings.innermost {
            Some((_, open)) => {
                let span = Span::new(end as u32, end as u32);
                let fault = Fault::new(FaultKind::InvalidJson(Syntax::UnclosedBracket), span);
                self.faults
                    .push(fault.related_to(Span::new(open, open + 1)));
            }
            None => self.syntax(Syntax::ExpectedValue, self.at, end),
        }
        self.at = end;
        (Resume::Stop, None)
    }

    fn value(&mut self, surroundings: Surroundings) -> (Resume, Option<Span>) {
        self.skip_space();
        let start = self.at;
        let Some(byte) = self.here() else {
            return self.unclosed(surroundings);
        };
        match byte {
            b'"' => {
                let string = self.string();
                return (Resume::AfterValue, string);
            }
            b'\'' => self.single_quoted(),
            b'/' => {
                self.comment();
                self.skip_space();
                if self.here().is_some_and(starts_value) {
                    return (Resume::Value, None);
                }
            }
            b'+' | b'-' | b'.' | b'0'..=b'9' => {
                self.word();
                self.syntax(Syntax::InvalidNumber, start, self.at);
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                self.word();
                self.syntax(Syntax::UnknownWord, start, self.at);
            }
            b',' | b']' | b'}' => self.syntax(Syntax::ExpectedValue, start, start + 1),
            _ => {
                let end = self.character_end();
                self.syntax(Syntax::ExpectedValue, start, end);
                self.at = end;
                self.skip_to_end_of_item();
            }
        }
        (Resume::AfterValue, None)
    }

    /// Behind a value or an opening brace.
    fn inside(
        &mut self,
        stage: Stage,
        surroundings: Surroundings,
        is_object: bool,
    ) -> (Resume, Option<Span>) {
        self.skip_space();
        let mut comma = None;
        if stage == Stage::AfterValue && self.here() == Some(b',') {
            comma = Some(self.at);
            self.at += 1;
            self.skip_space();
        }
        while self.here() == Some(b'/') {
            self.comment();
            self.skip_space();
            if comma.is_none() && stage == Stage::AfterValue && self.here() == Some(b',') {
                // The comma is for the events to see.
                return (Resume::AfterValue, None);
            }
        }
        let expects_item = comma.is_some() || stage == Stage::First;
        let Some(byte) = self.here() else {
            return self.unclosed(surroundings);
        };
        match byte {
            b'}' | b']' if (byte == b'}') == is_object => {
                if let Some(comma) = comma {
                    self.syntax(Syntax::TrailingComma, comma, comma + 1);
                }
                (Resume::AfterValue, None)
            }
            b'}' | b']' => self.mismatched(surroundings, byte),
            b'"' if is_object => {
                if !expects_item {
                    self.syntax(Syntax::MissingComma, self.at, self.at + 1);
                }
                self.name(surroundings)
            }
            byte if !is_object && starts_value(byte) => {
                if !expects_item {
                    self.syntax(Syntax::MissingComma, self.at, self.at + 1);
                }
                (Resume::Element, None)
            }
            _ => {
                let expected = match (is_object, expects_item) {
                    (true, true) => Syntax::ExpectedKey,
                    (false, true) => Syntax::ExpectedValue,
                    (_, false) => Syntax::ExpectedCommaOrEnd,
                };
                let start = self.at;
                match byte {
                    b',' => self.syntax(expected, start, start + 1),
                    b'\'' => self.single_quoted(),
                    _ => {
                        self.word();
                        self.at = self.at.max(start + 1);
                        while !self.text.is_char_boundary(self.at) {
                            self.at += 1;
                        }
                        self.syntax(expected, start, self.at);
                    }
                }
                self.skip_to_end_of_item();
                (Resume::AfterValue, None)
            }
        }
    }

    fn mismatched(&mut self, surroundings: Surroundings, byte: u8) -> (Resume, Option<Span>) {
        let span = Span::new(self.at as u32, self.at as u32 + 1);
        let mut fault = Fault::new(FaultKind::InvalidJson(Syntax::MismatchedBracket), span);
        if let Some((_, open)) = surroundings.innermost {
            fault = fault.related_to(Span::new(open, open + 1));
        }
        self.faults.push(fault);
        if surroundings.outer[usize::from(byte == b']')] {
            return (Resume::Close, None);
        }
        self.at += 1;
        (Resume::AfterValue, None)
    }

    fn name(&mut self, surroundings: Surroundings) -> (Resume, Option<Span>) {
        let name = self.string();
        self.skip_space();
        match self.here() {
            None => {
                let (resume, _) = self.unclosed(surroundings);
                (resume, name)
            }
            Some(b':') => {
                self.at += 1;
                self.skip_space();
                // A name that can't be kept takes its value with it.
                if name.is_none() {
                    self.skip_to_end_of_item();
                    return (Resume::AfterValue, None);
                }
                (Resume::Value, name)
            }
            Some(byte) => {
                let end = self.character_end();
                self.syntax(Syntax::ExpectedColon, self.at, end);
                if name.is_some() && starts_value(byte) {
                    return (Resume::Value, name);
                }
                self.skip_to_end_of_item();
                (Resume::AfterValue, name)
            }
        }
    }

    /// Reads the string that opens here, naming what is wrong in it; `None` where it never closes.
    fn string(&mut self) -> Option<Span> {
        let open = self.at;
        self.at += 1;
        loop {
            match self.here() {
                None | Some(b'\n' | b'\r') => {
                    self.syntax(Syntax::UnclosedString, open, self.at);
                    return None;
                }
                Some(b'"') => {
                    self.at += 1;
                    return Some(Span::new(open as u32 + 1, self.at as u32 - 1));
                }
                Some(b'\\') => {
                    let start = self.at;
                    let (length, decoded) = read_escape(&self.text[start..]);
                    self.at = start + length;
                    let span = Span::new(start as u32, self.at as u32);
                    match decoded {
                        Escape::Character(_) => {}
                        Escape::LoneSurrogate => {
                            self.faults.push(Fault::new(FaultKind::LoneSurrogate, span));
                        }
                        Escape::Invalid => self.syntax(Syntax::InvalidEscape, start, self.at),
                    }
                }
                Some(byte @ 0..0x20) => {
                    let control = Syntax::RawControlCharacter(char::from(byte));
                    self.syntax(control, self.at, self.at + 1);
                    self.at += 1;
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn single_quoted(&mut self) {
        let start = self.at;
        let rest = &self.bytes[start + 1..];
        let length = rest
            .iter()
            .position(|&byte| matches!(byte, b'\'' | b'\n'))
            .unwrap_or(rest.len());
        self.at = (start + 2 + length).min(self.bytes.len());
        self.syntax(Syntax::SingleQuotes, start, self.at);
    }

    fn comment(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            self.syntax(Syntax::ExpectedValue, start, start + 1);
            self.at += 1;
            return;
        };
        self.at = start + length;
        self.syntax(Syntax::Comment, start, self.at);
    }

    fn word(&mut self) {
        while self.here().is_some_and(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-' | b'.' | b'$')
        }) {
            self.at += 1;
        }
    }

    /// Skips to the comma or bracket that ends the current item, over strings and whatever nests.
    fn skip_to_end_of_item(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.here() {
            match byte {
                b',' | b']' | b'}' if depth == 0 => return,
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth -= 1,
                b'"' => {
                    self.at += 1;
                    while let Some(byte) = self.here() {
                        match byte {
                            b'"' | b'\n' => break,
                            b'\\' => self.at += 1,
                            _ => {}
                        }
                        self.at += 1;
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.bytes.len();
    }
}

fn starts_value(byte: u8) -> bool {
    matches!(
        byte,
        b'"' | b'[' | b'{' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n'
    )
}

/// What an escape stands for.
enum Escape {
    Character(char),
    LoneSurrogate,
    Invalid,
}

/// Reads the escape at the start of `text`; returns how many bytes it takes, and its meaning.
fn read_escape(text: &str) -> (usize, Escape) {
    let hex = |from: usize| {
        let digits = text.get(from..from + 4)?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex
            .then(|| u32::from_str_radix(digits, 16).ok())
            .flatten()
    };
    let Some(character) = text[1..].chars().next() else {
        return (1, Escape::Invalid);
    };
    let simple = match character {
        '"' | '\\' | '/' => character,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let Some(unit) = hex(2) else {
                return (2, Escape::Invalid);
            };
            if let Some(character) = char::from_u32(unit) {
                return (6, Escape::Character(character));
            }
            if (0xd800..0xdc00).contains(&unit) && text[6..].starts_with("\\u") {
                if let Some(low @ 0xdc00..0xe000) = hex(8) {
                    let code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                    return match char::from_u32(code) {
                        Some(character) => (12, Escape::Character(character)),
                        None => (12, Escape::Invalid),
                    };
                }
            }
            return (6, Escape::LoneSurrogate);
        }
        _ if character.is_control() => return (1, Escape::Invalid),
        _ => return (1 + character.len_utf8(), Escape::Invalid),
    };
    (2, Escape::Character(simple))
}

/// Appends what a string's content stands for; what has no meaning becomes U+FFFD.
pub(crate) fn decode_into(content: &str, decoded: &mut String) {
    let mut rest = content;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        decoded.push_str(&rest[..at]);
        let (length, escape) = read_escape(&rest[at..]);
        decoded.push(match escape {
            Escape::Character(character) => character,
            Escape::LoneSurrogate | Escape::Invalid => char::REPLACEMENT_CHARACTER,
        });
        rest = &rest[(at + length).min(rest.len())..];
    }
    decoded.push_str(rest);
}
