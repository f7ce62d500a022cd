//! From byte offsets to lines and columns as people count them.

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
    text: &'t str,
    starts: Vec<u32>,
}

impl<'t> LineIndex<'t> {
    /// Finds the lines of `text`.
    pub fn new(text: &'t str) -> Self {
        let starts = std::iter::once(0)
            .chain(memchr_iter(b'\n', text.as_bytes()).map(|at| at as u32 + 1))
            .collect();
        Self { text, starts }
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
        let column = self.text[self.starts[line] as usize..offset]
            .chars()
            .count();
        LineColumn {
            line: line as u32 + 1,
            column: column as u32 + 1,
        }
    }

    /// The text of a line (from 1) without its line end, and the offset where it starts.
    pub fn line(&self, line: u32) -> Option<(u32, &'t str)> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
