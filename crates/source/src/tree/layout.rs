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
    /// Whether the text is laid out so. Nothing has to be written to see it: what stands between values
    /// and names is compared with what should, and what stands within them is as it may be.
    pub fn is_laid_out(&self, layout: Layout) -> bool {
        match layout {
            Layout::Lines => self.lay_out().is_some(),
            Layout::Line => self.has_no_white_space(),
        }
    }

    /// Whether values, names and what has to stand between them are as long as the whole text.
    fn has_no_white_space(&self) -> bool {
        let mut length = 0;
        // A comma for each value but the first ones of all arrays and objects.
        let (mut values, mut firsts) = (0, 0);
        for (node, behind) in self.nodes.iter().zip(1..) {
            match node.kind {
                NodeKind::PlainKey | NodeKind::EscapedKey | NodeKind::ShadowedKey => {
                    length += node.end - node.start + COLON;
                }
                NodeKind::Array | NodeKind::Object => {
                    length += BRACKETS;
                    values += 1;
                    firsts += u32::from(node.next > behind);
                }
                _ => {
                    length += node.end - node.start;
                    values += 1;
                }
            }
        }
        // The outermost value has none either.
        length + values == self.text.len() as u32 + firsts + 1
    }

    /// `None` where something does not stand where it should, in lines.
    fn lay_out(&self) -> Option<()> {
        let mut place = Place {
            text: self.text.as_bytes(),
            at: 0,
        };
        // Of each object and array around what is next, the first node behind it, and where it should
        // end. The innermost one is at hand.
        let mut open: Vec<(u32, u32)> = Vec::with_capacity(8);
        let mut innermost = (self.nodes.len() as u32, self.text.len() as u32);
        let mut index = 0;
        loop {
            let mut node = self.nodes.get(index as usize)?;
            place.is_at(node.start)?;
            index += 1;
            if let NodeKind::PlainKey | NodeKind::EscapedKey | NodeKind::ShadowedKey = node.kind {
                place.at = node.end as usize;
                place.name_ends()?;
                node = self.nodes.get(index as usize)?;
                place.is_at(node.start)?;
                index += 1;
            }
            match node.kind {
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
                    return place.is_at(innermost.1);
                };
                place.breaks_line(open.len())?;
                place.at += 1;
                place.is_at(innermost.1)?;
                innermost = around;
            }
            place.goes_on(open.len())?;
        }
    }
}

/// How long the colon behind a name is.
const COLON: u32 = 1;
/// How long the brackets or braces around values are.
const BRACKETS: u32 = 2;

/// How far the text is as expected.
struct Place<'t> {
    text: &'t [u8],
    at: usize,
}

const SPACES: [u8; 8] = *b"        ";

impl Place<'_> {
    #[inline]
    fn is_at(&self, at: u32) -> Option<()> {
        (at as usize == self.at).then_some(())
    }

    /// Passes the colon behind a name.
    #[inline]
    fn name_ends(&mut self) -> Option<()> {
        self.passes(*b":       ", 2)
    }

    /// Passes the line end and the indentation of the next line.
    #[inline]
    fn breaks_line(&mut self, depth: usize) -> Option<()> {
        self.passes(*b"\n       ", 1 + 2 * depth)
    }

    /// The same behind a comma.
    #[inline]
    fn goes_on(&mut self, depth: usize) -> Option<()> {
        self.passes(*b",\n      ", 2 + 2 * depth)
    }

    /// Passes so many bytes, of which the first are these and all behind them are spaces. They are compared
    /// by a few overlapping reads, which is quicker than the call that compares memory of any length.
    #[inline]
    fn passes(&mut self, first: [u8; 8], length: usize) -> Option<()> {
        let rest = self.text.get(self.at..)?;
        self.at += length;
        match rest.first_chunk::<8>() {
            Some(found) if length <= 8 => {
                let differs = u64::from_le_bytes(*found) ^ u64::from_le_bytes(first);
                // Those that are not meant are shifted away.
                (differs << (64 - 8 * length) == 0).then_some(())
            }
            Some(found) => {
                let spaces = rest.get(8..length)?;
                let are_spaces = match spaces.len() {
                    ..=8 => rest[..length].last_chunk() == Some(&SPACES),
                    _ => spaces.iter().all(|&byte| byte == b' '),
                };
                (*found == first && are_spaces).then_some(())
            }
            None => (rest.get(..length)? == first.get(..length)?).then_some(()),
        }
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

    /// Whether a text is laid out so, and is not with any white space more or less.
    fn is_so_and_no_other(text: &str, layout: Layout) -> bool {
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
                for sign in [" ", "\n", "\t", "\r"] {
                    let is_same = text[at..].starts_with(sign);
                    let other = [&text[..at], sign, rest].concat();
                    assert!(is_same || !is_laid_out(&other, layout), "{other}");
                }
            }
        }
        is_laid_out(text, layout)
    }

    #[test]
    fn white_space_is_where_it_belongs() {
        let lines = "{\n  \"a\": [\n    1,\n    {},\n    [],\n    {\n      \"\\u0062\": null\n    }\n  ],\n  \"c\": \" x\"\n}\n";
        assert!(is_so_and_no_other(lines, Layout::Lines));
        assert!(!is_laid_out(lines, Layout::Line));
        let line = r#"{"a":[1,{},[],{"\u0062":null}],"c":" x"}"#;
        assert!(is_so_and_no_other(line, Layout::Line));
        assert!(!is_laid_out(line, Layout::Lines));
        assert!(is_so_and_no_other("1\n", Layout::Lines));
        assert!(is_so_and_no_other("1", Layout::Line));
        assert!(!is_laid_out("1", Layout::Lines) && !is_laid_out(" 1", Layout::Line));
    }

    #[test]
    fn lines_are_indented_at_any_depth() {
        for depth in 1..20 {
            let indent = |depth| "  ".repeat(depth);
            let opened = (1..=depth).map(|at| format!("[\n{}", indent(at)));
            let closed = (0..depth).rev().map(|at| format!("\n{}]", indent(at)));
            let [opened, closed] =
                [opened.collect(), closed.collect()].map(|it: Vec<_>| it.concat());
            let text = format!("{opened}1,\n{}\"b\"{closed}\n", indent(depth));
            assert!(is_so_and_no_other(&text, Layout::Lines), "{text}");
        }
    }
}
