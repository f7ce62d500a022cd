//! From byte offsets to lines and columns as people count them.

use std::borrow::Cow;
use std::sync::OnceLock;

use memchr::memchr_iter;

/// A place as an editor shows it: both numbers count from 1, columns in Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1.
    pub column: u32,
}

/// Where the lines of one text start.
///
/// A line ends with LF; a CR before it belongs to the line.
#[derive(Clone, Debug)]
pub struct LineIndex<'t> {
    text: Cow<'t, str>,
    starts: Vec<u32>,
    /// Characters before each block of the text; counted when a line is first seen to be long, so
    /// that many places in one long line cost no more than as many in short ones.
    before_blocks: OnceLock<Vec<u32>>,
}

/// Bytes of a block: lines of up to this length are counted through.
const BLOCK: usize = 1024;

impl<'t> LineIndex<'t> {
    /// Finds the lines of `text`.
    pub fn new(text: impl Into<Cow<'t, str>>) -> Self {
        let text = text.into();
        let starts = std::iter::once(0)
            .chain(memchr_iter(b'\n', text.as_bytes()).map(|at| at as u32 + 1))
            .collect();
        Self {
            text,
            starts,
            before_blocks: OnceLock::new(),
        }
    }

    /// The line and column of a byte offset; one past the end, or inside a character, is clamped.
    pub fn locate(&self, offset: u32) -> LineColumn {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self
            .starts
            .partition_point(|&start| start as usize <= offset)
            - 1;
        let start = self.starts[line] as usize;
        let column = if offset - start <= BLOCK {
            characters_in(&self.text.as_bytes()[start..offset])
        } else {
            self.characters_before(offset) - self.characters_before(start)
        };
        LineColumn {
            line: line as u32 + 1,
            column: column as u32 + 1,
        }
    }

    fn characters_before(&self, offset: usize) -> usize {
        let bytes = self.text.as_bytes();
        let before_blocks = self.before_blocks.get_or_init(|| {
            let mut before = 0;
            let count = |block| {
                let here = before;
                before += characters_in(block) as u32;
                here
            };
            bytes.chunks(BLOCK).map(count).collect()
        });
        // The end of a text of whole blocks belongs to the last of them.
        let block = (offset / BLOCK).min(before_blocks.len().saturating_sub(1));
        let before = before_blocks
            .get(block)
            .map_or(0, |&before| before as usize);
        before + characters_in(&bytes[block * BLOCK..offset])
    }

    /// The text of a line (from 1) without its line end, and the offset where it starts.
    pub fn line(&self, line: u32) -> Option<(u32, &str)> {
        let index = (line as usize).checked_sub(1)?;
        let start = *self.starts.get(index)?;
        let end = self
            .starts
            .get(index + 1)
            .map_or(self.text.len(), |&next| next as usize - 1);
        let content = &self.text[start as usize..end];
        Some((start, content.strip_suffix('\r').unwrap_or(content)))
    }
}

/// The characters that start in `bytes`: all but the continuation bytes of UTF-8.
fn characters_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_long_lines_are_the_same_as_of_short_ones() {
        for unit in ["a", "ä", "aä薬🦀"] {
            for length in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK] {
                let text = format!("short\n{}\nshort", unit.repeat(length));
                let index = LineIndex::new(&text);
                for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
                    let before = &text[..offset];
                    let start = before.rfind('\n').map_or(0, |end| end + 1);
                    let expected = before[start..].chars().count() as u32 + 1;
                    assert_eq!(index.locate(offset as u32).column, expected, "{offset}");
                }
            }
        }
    }

    #[test]
    fn the_end_of_whole_blocks_has_a_column() {
        let text = "ä".repeat(BLOCK);
        let end = LineIndex::new(&text).locate(text.len() as u32);
        assert_eq!((end.line, end.column), (1, BLOCK as u32 + 1));
    }

    #[test]
    fn columns_count_characters_and_lines_keep_their_text() {
        let index = LineIndex::new("ab\r\ncäd\n");
        assert_eq!(index.locate(0), LineColumn { line: 1, column: 1 });
        assert_eq!(index.locate(7), LineColumn { line: 2, column: 3 });
        assert_eq!(
            index.locate(6),
            LineColumn { line: 2, column: 2 },
            "inside a character"
        );
        assert_eq!(index.locate(99), LineColumn { line: 3, column: 1 });
        assert_eq!(index.line(1), Some((0, "ab")));
        assert_eq!(index.line(2), Some((4, "cäd")));
        assert_eq!(index.line(3), Some((9, "")));
        assert_eq!(index.line(4), None);
    }
}
