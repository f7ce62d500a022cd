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
        let line_ends = match layout {
            Layout::Lines => self.line_ends::<true>(),
            Layout::Line => self.line_ends::<false>(),
        };
        line_ends.is_some_and(|count| count == memchr::memchr_iter(b'\n', text).count())
    }

    /// How many line ends there are where they are expected; `None` where something does not stand
    /// where it should.
    fn line_ends<const HAS_LINES: bool>(&self) -> Option<usize> {
        let mut place = Place::<HAS_LINES> {
            text: self.text.as_bytes(),
            at: 0,
            line_ends: 0,
        };
        // Of each object and array around what is next, the first node behind it, and where it should
        // end. The innermost one is at hand.
        let mut open: Vec<(u32, u32)> = Vec::with_capacity(8);
        let mut innermost = (self.nodes.len() as u32, self.text.len() as u32);
        let mut index = 0;
        while let Some(node) = self.nodes.get(index as usize) {
            place.is_at(node.start)?;
            index += 1;
            match node.kind {
                NodeKind::PlainKey | NodeKind::EscapedKey | NodeKind::ShadowedKey => {
                    place.at = node.end as usize;
                    place.name_ends()?;
                    continue;
                }
                NodeKind::Object | NodeKind::Array if node.next > index => {
                    place.at += 1;
                    open.push(innermost);
                    innermost = (node.next, node.end);
                    place.breaks_line(open.len())?;
                    continue;
                }
                NodeKind::Object | NodeKind::Array => {
                    place.at += 2;
                    place.is_at(node.end)?;
                }
                _ => place.at = node.end as usize,
            }
            while innermost.0 == index {
                let Some(around) = open.pop() else {
                    // What is outermost ends with a line.
                    place.breaks_line(0)?;
                    place.is_at(innermost.1)?;
                    return Some(place.line_ends);
                };
                place.breaks_line(open.len())?;
                place.at += 1;
                place.is_at(innermost.1)?;
                innermost = around;
            }
            place.goes_on(open.len())?;
        }
        None
    }
}

/// How far the text is as expected.
struct Place<'t, const HAS_LINES: bool> {
    text: &'t [u8],
    at: usize,
    line_ends: usize,
}

impl<const HAS_LINES: bool> Place<'_, HAS_LINES> {
    #[inline]
    fn is_at(&self, at: u32) -> Option<()> {
        (at as usize == self.at).then_some(())
    }

    /// Passes these signs.
    #[inline]
    fn passes<const N: usize>(&mut self, signs: [u8; N]) -> Option<()> {
        let found = self.text.get(self.at..)?.first_chunk()?;
        self.at += N;
        (*found == signs).then_some(())
    }

    /// Passes the colon behind a name.
    #[inline]
    fn name_ends(&mut self) -> Option<()> {
        match HAS_LINES {
            true => self.passes(*b": "),
            false => self.passes(*b":"),
        }
    }

    /// Passes the line end, where there are lines, and goes to where the next line should begin.
    #[inline]
    fn breaks_line(&mut self, depth: usize) -> Option<()> {
        if HAS_LINES {
            self.passes(*b"\n")?;
            self.indents(depth);
        }
        Some(())
    }

    /// The same behind a comma.
    #[inline]
    fn goes_on(&mut self, depth: usize) -> Option<()> {
        match HAS_LINES {
            true => {
                self.passes(*b",\n")?;
                self.indents(depth);
                Some(())
            }
            false => self.passes(*b","),
        }
    }

    #[inline]
    fn indents(&mut self, depth: usize) {
        self.line_ends += 1;
        self.at += 2 * depth;
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
