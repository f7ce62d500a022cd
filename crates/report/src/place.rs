//! Where a finding points, with the line that it shows.

use treatise_source::{LineColumn, LineIndex, Span};

use crate::FileId;

/// A range of a file, and the text of its first line.
///
/// The text is taken when the finding is made, so that rendering never reads a file again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte in the file.
    pub start: u64,
    /// Offset behind the last byte in the file.
    pub end: u64,
    /// Line and column of the first character.
    pub from: LineColumn,
    /// Line and column behind the last character.
    pub to: LineColumn,
    /// Whether the file starts with a byte order mark, which is a character of the first line here.
    pub has_mark: bool,
    /// The first line, where there is text to show.
    pub excerpt: Option<Excerpt>,
}

/// A line of a file, cut to what a reader needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Text of the line or of a part of it around the place; at most
    /// [`Excerpt::MAX_CHARACTERS`].
    pub text: String,
    /// Column of the first character of `text`, from 1.
    pub first_column: u32,
    /// Whether the line goes on behind `text`.
    pub is_cut: bool,
}

impl Excerpt {
    /// Longest text, in Unicode scalar values.
    pub const MAX_CHARACTERS: usize = 200;
    /// How much of a long line is shown before the place.
    const LEAD: usize = 60;

    /// Around a place in a line: its offset in the line in bytes, and its column. Takes no longer
    /// for a long line.
    fn around(line: &str, offset: usize, column: u32) -> Self {
        let is_long = line.chars().nth(Self::MAX_CHARACTERS).is_some();
        // An offset inside a character is that of the character.
        let is_between = |&at: &usize| line.is_char_boundary(at);
        let offset = (0..=offset).rev().find(is_between).unwrap_or_default();
        let before = &line[..offset];
        let (start, lead) = if is_long {
            let lead = before.char_indices().rev().take(Self::LEAD);
            let (lead, start) = lead.fold((0, offset), |(lead, _), (at, _)| (lead + 1, at));
            (start, lead)
        } else {
            (0, column - 1)
        };
        let mut rest = line[start..].chars();
        Self {
            text: rest.by_ref().take(Self::MAX_CHARACTERS).collect(),
            first_column: column - lead,
            is_cut: rest.next().is_some(),
        }
    }
}

impl Place {
    /// A place in a document that starts at the beginning of its file.
    pub fn new(file: FileId, lines: &LineIndex<'_>, span: Span) -> Self {
        Self::within(file, lines, span, 0, 1)
    }

    /// A place in a document that starts inside its file, at the beginning of a line: `offset` in
    /// bytes, `first_line` from 1.
    pub fn within(
        file: FileId,
        lines: &LineIndex<'_>,
        span: Span,
        offset: u64,
        first_line: u32,
    ) -> Self {
        let from = lines.locate(span.start);
        let to = lines.locate(span.end);
        let excerpt = lines.line(from.line).map(|(start, line)| {
            let offset = (span.start.saturating_sub(start) as usize).min(line.len());
            Excerpt::around(line, offset, from.column)
        });
        let shift = |place: LineColumn| LineColumn {
            line: place.line + first_line - 1,
            ..place
        };
        let first = lines.line(1).filter(|_| first_line == 1);
        Self {
            file,
            start: offset + u64::from(span.start),
            end: offset + u64::from(span.end),
            from: shift(from),
            to: shift(to),
            has_mark: first.is_some_and(|(_, line)| line.starts_with('\u{feff}')),
            excerpt,
        }
    }

    /// A file as a whole, where no text can be shown: it was not read, or it is about its name.
    pub fn whole_file(file: FileId) -> Self {
        let start = LineColumn { line: 1, column: 1 };
        Self {
            file,
            start: 0,
            end: 0,
            from: start,
            to: start,
            has_mark: false,
            excerpt: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Files;

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("{}!{}", "ä".repeat(500), "z".repeat(500));
        let lines = LineIndex::new(&text);
        let file = Files::new().add("a.json".as_ref());
        let place = Place::within(file, &lines, Span::new(1000, 1001), 7000, 12);
        assert_eq!((place.start, place.end), (8000, 8001));
        assert_eq!((place.from.line, place.from.column), (12, 501));
        let excerpt = place.excerpt.expect("there is a line");
        assert_eq!(excerpt.first_column, 441);
        assert_eq!(excerpt.text.chars().count(), Excerpt::MAX_CHARACTERS);
        assert_eq!(excerpt.text.chars().nth(60), Some('!'));
        assert!(excerpt.is_cut);
    }

    #[test]
    fn an_offset_inside_a_character_is_that_of_the_character() {
        let lines = LineIndex::new("a\u{200b}b");
        let file = Files::new().add("a.json".as_ref());
        let place = Place::new(file, &lines, Span::new(3, 5));
        assert_eq!(place.excerpt.map(|excerpt| excerpt.first_column), Some(1));
    }
}
