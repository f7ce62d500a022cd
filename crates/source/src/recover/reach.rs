//! Words, strings, comments and items as people write them, wrong or not: how far they reach, and
//! what is wrong in them.

use super::{Found, Scan, WHITE_SPACE};
use crate::escape::{self, Escape};
use crate::{Fault, FaultKind, Span, Syntax};

/// What git writes before the versions of a conflict: ours, their origin, theirs; and behind them.
const CONFLICT_MARKERS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// What word processors make of a double quote.
const CURLY_QUOTES: [char; 4] = ['“', '”', '„', '‟'];

impl Scan<'_, '_> {
    pub(super) fn skip_space(&mut self) {
        while matches!(self.here(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Reads the string that opens here, naming what is wrong in it; `None` where it never closes.
    pub(super) fn string(&mut self) -> Option<Found> {
        let open = self.at;
        self.at += 1;
        // Where there are so many faults, the rest is not read.
        while !self.faults.is_full() {
            match self.here() {
                Some(b'"') => {
                    self.at += 1;
                    let content = Span::new(open as u32 + 1, self.at as u32 - 1);
                    return Some(Found::String(content));
                }
                Some(b'\\') => {
                    let start = self.at;
                    let (length, decoded) = escape::read(&self.text[start..]);
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
                _ if self.is_line_end() => return self.unclosed_string(open),
                Some(byte @ 0..0x20) => {
                    let control = Syntax::RawControlCharacter(char::from(byte));
                    self.syntax(control, self.at, self.at + 1);
                    self.at += 1;
                }
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
        None
    }

    fn is_line_end(&self) -> bool {
        matches!(
            &self.bytes[self.at..],
            [] | [b'\n', ..] | [b'\r'] | [b'\r', b'\n', ..]
        )
    }

    /// A string that was not closed on its line. A comma at the end is taken for the one behind it,
    /// so that the next line is read as meant.
    fn unclosed_string(&mut self, open: usize) -> Option<Found> {
        let line = self.text[open..self.at].trim_end_matches([' ', '\t', '\r']);
        let is_last = self.text[self.at..]
            .trim_start_matches(WHITE_SPACE)
            .is_empty();
        match line.strip_suffix(',') {
            _ if is_last => self.at = self.bytes.len(),
            Some(string) => self.at = open + string.len(),
            None => {}
        }
        let end = open + line.trim_end_matches(',').len();
        self.syntax(Syntax::UnclosedString, open, end.max(open + 1));
        None
    }

    pub(super) fn single_quoted(&mut self) {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.here() {
            match byte {
                b'\n' => break,
                b'\\' => self.at += escape::read(&self.text[self.at..]).0,
                b'\'' => {
                    self.at += 1;
                    break;
                }
                _ => self.at += 1,
            }
        }
        self.syntax(Syntax::SingleQuotes, start, self.at);
    }

    pub(super) fn starts_comment(&self) -> bool {
        matches!(&self.bytes[self.at..], [b'/', b'/' | b'*', ..])
    }

    /// Skips white space, comments and the marks of merge conflicts, as far as there are not too many.
    pub(super) fn comments(&mut self) {
        self.skip_space();
        while !self.faults.is_full() {
            if self.starts_conflict_marker() {
                self.conflict_marker();
                continue;
            }
            if !self.starts_comment() {
                break;
            }
            let start = self.at;
            let rest = &self.text[start + 2..];
            let length = if self.bytes[start + 1] == b'/' {
                rest.find('\n')
            } else {
                rest.find("*/").map(|end| end + 2)
            };
            self.at = start + 2 + length.unwrap_or(rest.len());
            self.syntax(Syntax::Comment, start, self.at);
            self.skip_space();
        }
    }

    /// Whether git has marked a part of a conflict here: seven signs at the start of a line.
    pub(super) fn starts_conflict_marker(&self) -> bool {
        let is_at_line_start = matches!(self.bytes[..self.at].last(), None | Some(b'\n'));
        let rest = &self.text[self.at..];
        is_at_line_start
            && CONFLICT_MARKERS.iter().any(|marker| {
                let behind = rest.strip_prefix(marker);
                behind.is_some_and(|behind| behind.is_empty() || behind.starts_with(WHITE_SPACE))
            })
    }

    /// Skips a mark of a conflict, and the versions that are not the first one: all of it is one
    /// fault, and reading both versions would only find that members are there twice. A mark that is
    /// of no conflict which was named is a fault of its own.
    fn conflict_marker(&mut self) {
        let start = self.at;
        let [begins, .., ends] = CONFLICT_MARKERS;
        let is_further = !self.text[start..].starts_with(begins) && self.is_in_conflict(start);
        let end = match self.text[start..].starts_with(ends) {
            true => Some(start),
            false => self.next_line_with(ends, start),
        };
        match end.filter(|_| is_further) {
            Some(end) => {
                self.at = self.line_end(end);
                self.has_skipped = true;
            }
            None => {
                self.at = self.line_end(start);
                self.syntax(Syntax::MergeConflict, start, self.at);
            }
        }
        self.skip_space();
    }

    /// Whether a conflict was named whose end does not come before a place.
    fn is_in_conflict(&self, place: usize) -> bool {
        let [begins, .., ends] = CONFLICT_MARKERS;
        let kind = FaultKind::InvalidJson(Syntax::MergeConflict);
        let named = self.faults.latest(kind).map(|span| span.start as usize);
        let named = named.filter(|&named| self.text[named..].starts_with(begins));
        named.is_some_and(|named| {
            let end = self.next_line_with(ends, named);
            end.is_none_or(|end| end >= place)
        })
    }

    /// Where the next line after a place begins that begins with a mark.
    fn next_line_with(&self, mark: &str, place: usize) -> Option<usize> {
        let found = self.text[place..].find(&format!("\n{mark}"));
        found.map(|at| place + at + 1)
    }

    fn line_end(&self, start: usize) -> usize {
        let length = self.text[start..].find('\n');
        length.map_or(self.text.len(), |length| start + length)
    }

    pub(super) fn starts_curly_quote(&self) -> bool {
        self.text[self.at..].starts_with(CURLY_QUOTES)
    }

    /// Skips a string in typographic quotation marks, as far as it goes on its line.
    pub(super) fn curly_quoted(&mut self) {
        let start = self.at;
        let line = &self.text[start..self.line_end(start)];
        let close = line
            .char_indices()
            .skip(1)
            .find(|(_, character)| CURLY_QUOTES.contains(character) || *character == '"');
        self.at = close.map_or(start + line.len(), |(at, character)| {
            start + at + character.len_utf8()
        });
        self.syntax(Syntax::CurlyQuotes, start, self.at);
    }

    pub(super) fn word(&mut self) {
        while self.here().is_some_and(is_of_word) {
            self.at += 1;
        }
    }

    /// Where a number or word ends early for the events (`1.2.3`, `0x1F`, `nulll`): the whole of it
    /// is the fault. Whether there is one.
    pub(super) fn rest_of_word(&mut self) -> bool {
        let before = self.bytes[..self.at].iter().rev();
        let start = self.at - before.take_while(|&&byte| is_of_word(byte)).count();
        if start == self.at || !self.here().is_some_and(is_of_word) {
            return false;
        }
        self.word();
        let syntax = match self.bytes[start] {
            b'-' | b'0'..=b'9' => Syntax::InvalidNumber,
            _ => Syntax::UnknownWord,
        };
        self.syntax(syntax, start, self.at);
        true
    }

    /// Skips what follows a wrong word on its line: it belongs to the same mistake.
    pub(super) fn skip_more_words(&mut self) {
        while matches!(self.here(), Some(b' ' | b'\t' | b'\r')) {
            self.at += 1;
        }
        if self.here() != Some(b'\n') {
            self.skip_to_end_of_item();
        }
    }

    /// Skips to the comma or bracket that ends the current item, over strings and whatever nests.
    pub(super) fn skip_to_end_of_item(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.here() {
            match byte {
                b',' | b']' | b'}' if depth == 0 => return,
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth -= 1,
                b'"' => self.skip_string(),
                _ => {}
            }
            self.at += 1;
        }
    }

    /// From an opening quote to its closing one, or to what ends the line before it.
    fn skip_string(&mut self) {
        let mut is_escaped = false;
        let rest = &self.bytes[self.at + 1..];
        let end = rest.iter().position(|&byte| {
            let ends = byte == b'\n' || (byte == b'"' && !is_escaped);
            is_escaped = byte == b'\\' && !is_escaped;
            ends
        });
        self.at += end.map_or(rest.len(), |end| end + 1);
    }

    pub(super) fn starts_value(&self) -> bool {
        let rest = &self.text[self.at..];
        rest.starts_with(['"', '[', '{', '-'])
            || rest.starts_with(|character: char| character.is_ascii_digit())
            || ["true", "false", "null"]
                .iter()
                .any(|word| rest.starts_with(word))
    }
}

/// Whether a byte belongs to words and numbers as people write them.
fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-' | b'.' | b'$')
}
