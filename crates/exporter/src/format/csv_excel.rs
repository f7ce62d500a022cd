//! CSV for spreadsheets: with a byte order mark, so that the text is taken for UTF-8, and with an
//! apostrophe before every text that a spreadsheet would take for a formula.
//!
//! What begins with `=`, `+`, `-`, `@`, a tab or a carriage return is such a text (OWASP, "CSV
//! Injection"), also behind spaces and in the forms of these signs that East Asian keyboards have.
//! So the values are not those of the dataset; that is why nobody gets this format unasked.

use super::lines::Lines;
use super::{Format, csv};
use crate::row::Cell;

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Writes the tables.
pub(super) fn tables() -> Lines {
    Lines::new(Format::CsvExcel, BYTE_ORDER_MARK, write_line)
}

fn write_line(cells: &[Cell<'_>], line: &mut Vec<u8>) {
    let harmless: Vec<String> = cells.iter().map(neutralised).collect();
    let cells: Vec<_> = cells
        .iter()
        .zip(&harmless)
        .map(|(cell, text)| match cell {
            Cell::Text(_) | Cell::Json(_) => Cell::Text(text),
            other => other.clone(),
        })
        .collect();
    csv::write_line(&cells, line);
}

/// The text of a cell as no formula; empty for what is no text.
fn neutralised(cell: &Cell<'_>) -> String {
    let text = match cell {
        Cell::Text(text) => text,
        Cell::Json(text) => text.as_ref(),
        _ => return String::new(),
    };
    if is_formula(text) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Whether a spreadsheet would take a text for a formula.
pub(crate) fn is_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n'])
        || text.trim_start().starts_with([
            '=', '+', '-', '@', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}',
        ])
}

#[cfg(test)]
mod tests {
    use super::{Cell, neutralised};

    #[test]
    fn formulas_become_texts() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            "\u{FF1D}1",
        ] {
            assert_eq!(neutralised(&Cell::Text(text)), format!("'{text}"));
        }
        for text in ["", "a=b", "1-2", "'", "e-mail"] {
            assert_eq!(neutralised(&Cell::Text(text)), text);
        }
    }
}
