//! From bytes to text, losing no place: every byte offset of the file is one of the text.

use std::borrow::Cow;

use crate::fault::FaultList;
use crate::{Fault, FaultKind, Span};

/// The text of one document, and what was wrong with its bytes.
#[derive(Debug)]
pub struct Text<'b> {
    content: Cow<'b, str>,
    faults: Vec<Fault>,
}

impl<'b> Text<'b> {
    /// The longest text that can be given places, in bytes: what a [`Span`] can address, less
    /// room for one past the end.
    pub const MAX_BYTES: usize = u32::MAX as usize - 1;

    /// Reads UTF-8. Bytes that are not UTF-8 are faults and become `?`, one for one, so that
    /// offsets stay what they are in the file. Nothing past [`Self::MAX_BYTES`] is looked at; who
    /// reads files refuses such sizes before.
    pub fn from_bytes(bytes: &'b [u8]) -> Self {
        let bytes = &bytes[..bytes.len().min(Self::MAX_BYTES)];
        match simdutf8::basic::from_utf8(bytes) {
            Ok(content) => Self {
                content: Cow::Borrowed(content),
                faults: Vec::new(),
            },
            Err(_) => Self::from_broken_bytes(bytes),
        }
    }

    #[cold]
    fn from_broken_bytes(bytes: &[u8]) -> Self {
        let mut content = String::with_capacity(bytes.len());
        let mut faults: Vec<Fault> = Vec::new();
        let mut unlisted = 0;
        let mut end_of_last = None;
        for chunk in bytes.utf8_chunks() {
            content.push_str(chunk.valid());
            let start = content.len() as u32;
            content.extend(chunk.invalid().iter().map(|_| '?'));
            let span = Span::new(start, content.len() as u32);
            if span.is_empty() {
                continue;
            }
            // A run of broken bytes, as in a text of another encoding, is one fault.
            let goes_on = end_of_last == Some(span.start);
            end_of_last = Some(span.end);
            let is_full = faults.len() == FaultList::LIMIT;
            match faults.last_mut() {
                Some(last) if goes_on && unlisted == 0 => last.span.end = span.end,
                _ if goes_on => {}
                _ if is_full => unlisted += 1,
                _ => faults.push(Fault::new(FaultKind::InvalidUtf8, span)),
            }
        }
        if let Some(last) = faults.last_mut() {
            last.unlisted = unlisted;
        }
        let has_mark = matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
        // Any JSON has a sign of ASCII, which is a byte and a zero there.
        if has_mark && bytes.contains(&0) {
            // What else is broken in such a text says nothing more.
            faults = vec![Fault::new(FaultKind::Utf16, Span::new(0, 2))];
        }
        Self {
            content: Cow::Owned(content),
            faults,
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.content
    }

    /// What was wrong with the bytes.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The same, and what the parser found in the text, but for what it found in broken bytes: there
    /// is nothing of the text in them.
    pub fn faults_with<'f>(&'f self, of_parser: &'f [Fault]) -> impl Iterator<Item = &'f Fault> {
        let is_broken = |fault: &Fault| {
            let start = fault.span.start;
            let mut broken = self.faults.iter().map(|fault| fault.span);
            broken.any(|span| span.start <= start && start < span.end)
        };
        let of_text = of_parser.iter().filter(move |fault| !is_broken(fault));
        self.faults.iter().chain(of_text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_bytes_keep_every_offset() {
        let text = Text::from_bytes(b"a\xff\xfeb\xc3(\xe2\x82");
        assert_eq!(text.as_str(), "a??b?(??");
        let spans: Vec<_> = text.faults().iter().map(|fault| fault.span).collect();
        assert_eq!(spans, [Span::new(1, 3), Span::new(4, 5), Span::new(6, 8)]);
    }

    #[test]
    fn faults_are_bounded_and_the_last_one_says_so() {
        let bytes = b"a\xff\xfe".repeat(5000);
        let text = Text::from_bytes(&bytes);
        assert_eq!(text.as_str(), "a??".repeat(5000));
        assert_eq!(text.faults().len(), FaultList::LIMIT);
        let last = text.faults().last().expect("there are faults");
        assert_eq!(last.kind, FaultKind::InvalidUtf8);
        assert_eq!(last.span, Span::new(298, 300));
        assert_eq!(last.unlisted, 4900);
    }
}
