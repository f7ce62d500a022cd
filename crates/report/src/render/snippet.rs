//! A line of a file as it is shown: escapes for what can't be shown, spaces for tabs, a window
//! where it is too long, and where in all this the columns of the file went.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::{Excerpt, Place, safe};

/// Stands for what is left out of a line.
const CUT: &str = "…";
/// Columns of a tab.
const TAB: &str = "    ";
/// The narrowest window.
const MIN_ROOM: usize = 24;

/// A line, ready to be printed, that can be pointed into.
pub(super) struct Snippet {
    /// What to print; at most as wide as asked for.
    pub(super) text: String,
    cells: Vec<Cell>,
    is_cut_before: bool,
    is_cut_behind: bool,
}

/// What is shown for one character of the file and the combining ones behind it.
struct Cell {
    /// Columns in the file.
    columns: Range<u64>,
    /// Where it is in the text.
    bytes: Range<usize>,
    /// Columns on the terminal.
    width: usize,
}

impl Snippet {
    /// Shows the line of `place`, and if that is wider than `room` the part around the place;
    /// nothing if there is no line to show.
    pub(super) fn new(place: &Place, room: usize) -> Option<Self> {
        let excerpt = place.excerpt.as_ref()?;
        let room = room.max(MIN_ROOM);
        let (text, cells) = show(excerpt);
        let column = u64::from(place.from.column);
        let focus = cells.partition_point(|cell| cell.columns.end <= column);
        let window = window(&cells, focus, room);

        let is_cut_before = window.start > 0 || excerpt.first_column > 1;
        let is_cut_behind = window.end < cells.len() || excerpt.is_cut;
        let start = cells
            .get(window.start)
            .map_or(text.len(), |cell| cell.bytes.start);
        let end = cells[window.clone()]
            .last()
            .map_or(start, |cell| cell.bytes.end);
        let lead = if is_cut_before { CUT } else { "" };
        let tail = if is_cut_behind { CUT } else { "" };
        let mut cells: Vec<_> = cells
            .into_iter()
            .take(window.end)
            .skip(window.start)
            .collect();
        for cell in &mut cells {
            cell.bytes = cell.bytes.start - start + lead.len()..cell.bytes.end - start + lead.len();
        }
        Some(Self {
            text: format!("{lead}{}{tail}", &text[start..end]),
            cells,
            is_cut_before,
            is_cut_behind,
        })
    }

    /// The bytes of the text that show `place`, which begins on this line; nothing, if it begins
    /// in a part that is not shown.
    pub(super) fn span(&self, place: &Place) -> Option<Range<usize>> {
        let from = u64::from(place.from.column);
        let to = if place.to.line > place.from.line {
            u64::MAX
        } else {
            u64::from(place.to.column)
        };
        let shown_from = self.cells.first().map_or(0, |cell| cell.columns.start);
        let shown_to = self.cells.last().map_or(1, |cell| cell.columns.end);
        if (self.is_cut_before && from < shown_from) || (self.is_cut_behind && from > shown_to) {
            return None;
        }
        let last = self.cells.last().map_or(0, |cell| cell.bytes.end);
        let start = self
            .cells
            .iter()
            .find(|cell| cell.columns.end > from)
            .map_or(last, |cell| cell.bytes.start);
        let end = if self.is_cut_behind && to > shown_to {
            self.text.len()
        } else {
            self.cells
                .iter()
                .rfind(|cell| cell.columns.start < to)
                .map_or(start, |cell| cell.bytes.end)
        };
        Some(start..end.max(start))
    }
}

/// The line on which `place` ends, if it is not the one on which it begins. A line end belongs to
/// the line that it ends.
pub(super) fn later_line(place: &Place) -> Option<u32> {
    let last = match place.to.column {
        1 => place.to.line.saturating_sub(1),
        _ => place.to.line,
    };
    (last > place.from.line).then_some(last)
}

/// The text of an excerpt as it is shown, and its cells.
fn show(excerpt: &Excerpt) -> (String, Vec<Cell>) {
    let mut text = String::new();
    let mut cells: Vec<Cell> = Vec::new();
    let mut previous = None;
    let characters = excerpt.text.chars().take(Excerpt::MAX_CHARACTERS);
    for (column, character) in (u64::from(excerpt.first_column)..).zip(characters) {
        let start = text.len();
        match character {
            '\t' => text.push_str(TAB),
            other if safe::needs_escape(other, previous) => text.push_str(&safe::escape(other)),
            other => text.push(other),
        }
        previous = Some(character);
        let width = text[start..].chars().map(width).sum();
        match cells.last_mut() {
            // A combining character belongs to the one before: carets can't tell them apart.
            Some(base) if width == 0 => {
                base.columns.end = column + 1;
                base.bytes.end = text.len();
            }
            _ => cells.push(Cell {
                columns: column..column + 1,
                bytes: start..text.len(),
                width,
            }),
        }
    }
    (text, cells)
}

fn width(character: char) -> usize {
    character.width().unwrap_or(1)
}

/// The cells that are shown: all, or a third of `room` before `focus` and the rest behind.
fn window(cells: &[Cell], focus: usize, room: usize) -> Range<usize> {
    let total: usize = cells.iter().map(|cell| cell.width).sum();
    // Both ends may need a mark.
    let room = room - 2 * CUT.chars().map(width).sum::<usize>();
    if total <= room {
        return 0..cells.len();
    }
    let fits = |cells: &mut dyn Iterator<Item = &Cell>, room: usize| {
        let mut taken = 0;
        cells
            .take_while(|cell| {
                taken += cell.width;
                taken <= room
            })
            .count()
    };
    let ahead = fits(&mut cells[..focus].iter().rev(), room / 3);
    let end = focus - ahead + fits(&mut cells[focus - ahead..].iter(), room);
    // At the end of the line there is room for more before.
    let start = end - fits(&mut cells[..end].iter().rev(), room);
    start.min(focus - ahead)..end
}

#[cfg(test)]
mod tests {
    use treatise_source::{LineIndex, Span};

    use super::*;
    use crate::Files;

    /// The shown line, and below it what is pointed at.
    fn shown(line: &str, part: &str, room: usize) -> [String; 2] {
        let file = Files::new().add("a.json".as_ref());
        let start = line.find(part).expect("the part is in the line") as u32;
        let span = Span::new(start, start + part.len() as u32);
        let place = Place::new(file, &LineIndex::new(line), span);
        let snippet = Snippet::new(&place, room).expect("there is a line");
        let span = snippet.span(&place).expect("the place is shown");
        [snippet.text.clone(), snippet.text[span].to_owned()]
    }

    #[test]
    fn places_are_found_in_what_is_shown() {
        assert_eq!(shown("\tab", "a", 80), ["    ab", "a"]);
        assert_eq!(shown("\u{202e}ab", "a", 80), ["\\u{202e}ab", "a"]);
        assert_eq!(
            shown("x\u{200b}y", "\u{200b}", 80),
            ["x\\u{200b}y", "\\u{200b}"]
        );
        assert_eq!(
            shown("薬e\u{301}z", "\u{301}", 80),
            ["薬e\u{301}z", "e\u{301}"]
        );
        assert_eq!(shown("", "", 80), ["", ""]);
        assert_eq!(shown("two\nlines", "wo\nli", 80), ["two", "wo"]);
    }

    #[test]
    fn long_lines_are_shown_around_the_place() {
        let line = format!("{}x{}", "a".repeat(30), "b".repeat(30));
        assert_eq!(shown(&line, "x", 24), ["…aaaaaaaxbbbbbbbbbbbbbb…", "x"]);
        assert_eq!(shown(&line, "aaa", 24), ["aaaaaaaaaaaaaaaaaaaaaa…", "aaa"]);
        let [text, part] = shown(&line, &line[30..], 24);
        assert_eq!(
            [text.as_str(), part.as_str()],
            ["…aaaaaaaxbbbbbbbbbbbbbb…", "xbbbbbbbbbbbbbb…"]
        );
        let wide = "薬".repeat(30);
        assert_eq!(
            shown(&wide, "薬", 24),
            [format!("{}…", "薬".repeat(11)), "薬".to_owned()]
        );
        let longer = format!("{}x{}", "a".repeat(300), "b".repeat(300));
        let [text, part] = shown(&longer, "x", 60);
        assert_eq!(text.chars().count(), 60);
        assert!(text.starts_with('…') && text.ends_with('…') && part == "x");
    }
}
