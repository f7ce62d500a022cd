//! How a text is laid out: white space says nothing, so that it can be the same everywhere.

use super::{NodeKind, Tree};

/// How values stand in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Each member and element on a line of its own, behind two spaces for each object and array
    /// around it; a space behind each colon; empty objects and arrays on one line; a line end at the end.
    Lines,
    /// No white space.
    Line,
}

impl Tree<'_> {
    /// Whether the text is laid out so. Nothing has to be written to see it, and only where values and
    /// names stand is compared: between them there are signs and white space, as the text is JSON.
    pub fn is_laid_out(&self, layout: Layout) -> bool {
        let text = self.text.as_bytes();
        // With no other white space than spaces and line ends, and as many of these as are expected,
        // whatever has the right length is right.
        if memchr::memchr2(b'\t', b'\r', text).is_some() {
            return false;
        }
        let has_lines = layout == Layout::Lines;
        let mut place = Place {
            text,
            at: 0,
            has_lines,
            line_ends: 0,
        };
        // Of each object and array that is not closed yet, the first node behind it, and itself.
        let mut open: Vec<(u32, u32)> = Vec::with_capacity(8);
        let mut index = 0;
        while let Some(node) = self.nodes.get(index as usize) {
            if node.start as usize != place.at {
                return false;
            }
            index += 1;
            match node.kind {
                NodeKind::PlainKey | NodeKind::EscapedKey | NodeKind::ShadowedKey => {
                    place.at = node.end as usize;
                    if !place.passes(b':') {
                        return false;
                    }
                    place.at += usize::from(has_lines);
                    continue;
                }
                NodeKind::Object | NodeKind::Array if node.next > index => {
                    place.at += 1;
                    open.push((node.next, index - 1));
                    if !place.breaks_line(open.len()) {
                        return false;
                    }
                    continue;
                }
                NodeKind::Object | NodeKind::Array => {
                    place.at += 2;
                    if node.end as usize != place.at {
                        return false;
                    }
                }
                _ => place.at = node.end as usize,
            }
            while let Some((_, node)) = open.pop_if(|(behind, _)| *behind == index) {
                let is_closed = place.breaks_line(open.len());
                place.at += 1;
                let end = self.nodes[node as usize].end as usize;
                if !is_closed || end != place.at {
                    return false;
                }
            }
            let goes_on = !open.is_empty();
            if goes_on && !place.passes(b',') || !place.breaks_line(open.len()) {
                return false;
            }
        }
        place.at == text.len() && place.line_ends == memchr::memchr_iter(b'\n', text).count()
    }
}

/// How far the text is as expected.
struct Place<'t> {
    text: &'t [u8],
    at: usize,
    has_lines: bool,
    line_ends: usize,
}

impl Place<'_> {
    #[inline]
    fn passes(&mut self, sign: u8) -> bool {
        let is_it = self.text.get(self.at) == Some(&sign);
        self.at += 1;
        is_it
    }

    /// Whether a line ends here, where there are lines; then what is behind the indentation of the next
    /// one is next.
    #[inline]
    fn breaks_line(&mut self, depth: usize) -> bool {
        if !self.has_lines {
            return true;
        }
        let is_end = self.passes(b'\n');
        self.line_ends += 1;
        self.at += 2 * depth;
        is_end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Parser};

    fn is_laid_out(text: &str, layout: Layout) -> bool {
        let mut parser = Parser::new();
        let parsed = parser.parse(text, Limits::default());
        parsed.tree.is_laid_out(layout)
    }

    #[test]
    fn white_space_is_where_it_belongs() {
        let lines = "{\n  \"a\": [\n    1,\n    {},\n    [],\n    {\n      \"\\u0062\": null\n    }\n  ],\n  \"c\": \" x\"\n}\n";
        assert!(is_laid_out(lines, Layout::Lines));
        assert!(!is_laid_out(lines, Layout::Line));
        let line = r#"{"a":[1,{},[],{"\u0062":null}],"c":" x"}"#;
        assert!(is_laid_out(line, Layout::Line));
        assert!(!is_laid_out(line, Layout::Lines));
        for (text, layout) in [(lines, Layout::Lines), (line, Layout::Line)] {
            for at in 0..=text.len() {
                // Within strings it is no white space.
                let is_within = text[..at].matches('"').count() % 2 == 1;
                for sign in [" ", "\n", "\t", "\r", "  "] {
                    let more = [&text[..at], sign, &text[at..]].concat();
                    assert!(is_within || !is_laid_out(&more, layout), "{more}");
                }
                let rest = text.get(at + 1..).unwrap_or_default();
                if text[at..].starts_with([' ', '\n']) && !is_within {
                    let less = [&text[..at], rest].concat();
                    assert!(!is_laid_out(&less, layout), "{less}");
                    let sign = if text[at..].starts_with(' ') {
                        "\n"
                    } else {
                        " "
                    };
                    let other = [&text[..at], sign, rest].concat();
                    assert!(!is_laid_out(&other, layout), "{other}");
                }
            }
        }
        assert!(is_laid_out("1\n", Layout::Lines) && is_laid_out("1", Layout::Line));
        assert!(!is_laid_out("1", Layout::Lines) && !is_laid_out(" 1", Layout::Line));
    }
}
