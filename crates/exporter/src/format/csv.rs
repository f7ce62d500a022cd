//! CSV as in RFC 4180: lines end with CR LF, the text is UTF-8 without BOM, quotes are doubled.
//!
//! Values are written as they are, also those that a spreadsheet would take for a formula. An
//! empty string is written as `""` and an absent value as nothing, which some databases tell apart;
//! the `csv` crate can't quote one and not the other, so it only reads in the tests.

use std::io::Write as _;

use super::Format;
use super::lines::Lines;
use crate::row::Cell;

/// Writes the tables.
pub(super) fn tables() -> Lines {
    Lines::new(Format::Csv, b"", write_line)
}

/// Appends a line of a table.
pub(super) fn write_line(cells: &[Cell<'_>], line: &mut Vec<u8>) {
    for (position, cell) in cells.iter().enumerate() {
        if position > 0 {
            line.push(b',');
        }
        write_cell(cell, line);
    }
    line.extend_from_slice(b"\r\n");
}

fn write_cell(cell: &Cell<'_>, line: &mut Vec<u8>) {
    match cell {
        Cell::Absent => {}
        Cell::Text(text) => write_text(text, line),
        Cell::Json(text) => write_text(text, line),
        Cell::Number(text) => line.extend_from_slice(text.as_bytes()),
        Cell::Boolean(true) => line.extend_from_slice(b"true"),
        Cell::Boolean(false) => line.extend_from_slice(b"false"),
        Cell::Position(position) => {
            write!(line, "{position}").expect("memory takes all that is written");
        }
    }
}

fn write_text(text: &str, line: &mut Vec<u8>) {
    // To look at all bytes, many at a time, is quicker than to stop at the first; it takes a number
    // for that, and no truth value.
    let needs_quotes = text.bytes().fold(u8::from(text.is_empty()), |found, byte| {
        found | u8::from(matches!(byte, b',' | b'"' | b'\r' | b'\n'))
    });
    if needs_quotes == 0 {
        line.extend_from_slice(text.as_bytes());
        return;
    }
    line.push(b'"');
    for (number, part) in text.split('"').enumerate() {
        if number > 0 {
            line.extend_from_slice(b"\"\"");
        }
        line.extend_from_slice(part.as_bytes());
    }
    line.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::{Cell, write_cell};

    fn written(cell: &Cell<'_>) -> String {
        let mut line = Vec::new();
        write_cell(cell, &mut line);
        String::from_utf8(line).expect("it is made of text")
    }

    #[test]
    fn only_what_needs_quotes_has_them() {
        for (text, expected) in [
            ("", "\"\""),
            ("plain", "plain"),
            (" =1+1; 'x' ", " =1+1; 'x' "),
            ("a,b", "\"a,b\""),
            ("\"", "\"\"\"\""),
            ("a\nb", "\"a\nb\""),
            // Datasets have no carriage return; tables would stand it.
            ("a\rb", "\"a\rb\""),
        ] {
            assert_eq!(written(&Cell::Text(text)), expected);
        }
        assert_eq!(written(&Cell::Absent), "");
        assert_eq!(written(&Cell::Json("[1,2]".into())), "\"[1,2]\"");
    }
}
