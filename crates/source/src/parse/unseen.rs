//! Characters that a reader can't see, in the text and in what escapes stand for.

use super::{Parser, Run};
use crate::character::{find_suspicious, is_in_place, suspicion};
use crate::tree::{DecodedString, Node};
use crate::{Fault, Span, escape};

impl Run<'_, '_> {
    /// Reports them. Returns whether all characters are ASCII, also those that escapes stand for.
    pub(super) fn find_unseen_characters(&mut self) -> bool {
        let text = self.text;
        let Parser {
            faults,
            nodes,
            decoded,
            decoded_strings,
            ..
        } = &mut *self.parser;
        let start = match text.starts_with('\u{feff}') {
            true => '\u{feff}'.len_utf8(),
            false => 0,
        };
        let is_ascii = find_suspicious(&text[start..], |at, character, kind| {
            let at = start + at;
            let span = Span::new(at as u32, (at + character.len_utf8()) as u32);
            // What stands in a string with escapes is judged by what the string means.
            if !is_decoded(text, span, nodes, decoded_strings) {
                faults.push(Fault::new(kind, span));
            }
        });
        for string in &*decoded_strings {
            let decoded = &decoded[string.span.range()];
            if decoded.chars().all(|one| suspicion(one).is_none()) {
                continue;
            }
            let node = nodes[string.node as usize];
            let content = Span::new(node.start + 1, node.end - 1);
            let mut rest = decoded.chars();
            for (at, length, character) in escape::characters(&text[content.range()]) {
                let before = &decoded[..decoded.len() - rest.as_str().len()];
                rest.next();
                if let Some(kind) = suspicion(character)
                    && !is_in_place(kind, before, rest.as_str())
                {
                    let at = content.start + at as u32;
                    faults.push(Fault::new(kind, Span::new(at, at + length as u32)));
                }
            }
        }
        is_ascii && start == 0 && decoded.is_ascii()
    }
}

/// Whether a character of the text is one of a string that was decoded. Behind a backslash that begins
/// no escape of JSON it is not: the two were replaced together.
fn is_decoded(text: &str, character: Span, nodes: &[Node], strings: &[DecodedString]) -> bool {
    let node_of = |string: &DecodedString| nodes[string.node as usize];
    let later = strings.partition_point(|string| node_of(string).start < character.start);
    let earlier = later.checked_sub(1).map(|at| node_of(&strings[at]));
    let is_inside = earlier.is_some_and(|node| character.end < node.end);
    let before = text.as_bytes()[..character.start as usize].iter().rev();
    is_inside && before.take_while(|&&byte| byte == b'\\').count() % 2 == 0
}
