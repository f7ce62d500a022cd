//! CSV for spreadsheets: with a byte order mark, so that the text is taken for UTF-8, and with an
//! apostrophe before every text that a spreadsheet would take for a formula.
//!
//! What begins with `=`, `+`, `-`, `@`, a tab or a carriage return is such a text (OWASP, "CSV
//! Injection"), also behind spaces and in the forms of these signs that East Asian keyboards have.
//! So the values are not those of the dataset; that is why nobody gets this format unasked.

use super::csv::write_line;
use super::{Format, RowWriter};
use crate::Error;
use crate::bundle::{Bundle, BundleFile};
use crate::row::Cell;
use crate::table::Table;

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

#[derive(Default)]
pub(super) struct CsvExcel {
    files: Vec<BundleFile>,
    line: Vec<u8>,
}

impl RowWriter for CsvExcel {
    fn begin(&mut self, tables: &[Table], bundle: &Bundle) -> Result<(), Error> {
        for (number, table) in tables.iter().enumerate() {
            let mut file = bundle.file(&Format::CsvExcel.file_of("", &table.name))?;
            file.write(BYTE_ORDER_MARK)?;
            self.files.push(file);
            let names = table.columns.iter().map(|column| Cell::Text(&column.name));
            let header: Vec<_> = names.collect();
            self.row(number, &header)?;
        }
        Ok(())
    }

    fn row(&mut self, table: usize, cells: &[Cell<'_>]) -> Result<(), Error> {
        let harmless: Vec<String> = cells.iter().map(neutralised).collect();
        let cells: Vec<_> = cells
            .iter()
            .zip(&harmless)
            .map(|(cell, text)| match cell {
                Cell::Text(_) | Cell::Json(_) => Cell::Text(text),
                other => other.clone(),
            })
            .collect();
        self.line.clear();
        write_line(&cells, &mut self.line);
        self.files[table].write(&self.line)
    }

    fn end(&mut self, bundle: &mut Bundle) -> Result<(), Error> {
        let mut files = self.files.drain(..);
        files.try_for_each(|file| bundle.add(file))
    }
}

/// The text of a cell as no formula; empty for what is no text.
fn neutralised(cell: &Cell<'_>) -> String {
    let text = match cell {
        Cell::Text(text) => text,
        Cell::Json(text) => text.as_str(),
        _ => return String::new(),
    };
    let is_formula = text.starts_with(['\t', '\r', '\n'])
        || text.trim_start().starts_with([
            '=', '+', '-', '@', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}',
        ]);
    if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    }
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
