//! Tables as lines of text: a file for each table, with the names of the columns first.

use super::Format;
use super::batch::{Batch, WriteLine};
use crate::Error;
use crate::bundle::{Bundle, BundleFile};
use crate::row::Cell;
use crate::table::Table;

/// Writes the tables of a format whose rows are lines.
pub(crate) struct Lines {
    pub(crate) format: Format,
    /// What each file starts with.
    mark: &'static [u8],
    pub(super) write_line: WriteLine,
    files: Vec<BundleFile>,
}

impl Lines {
    pub(super) fn new(format: Format, mark: &'static [u8], write_line: WriteLine) -> Self {
        Self {
            format,
            mark,
            write_line,
            files: Vec::new(),
        }
    }

    /// A collection with these tables begins. Every table has its file, also one without rows.
    pub(super) fn begin(&mut self, tables: &[Table], bundle: &Bundle) -> Result<(), Error> {
        for table in tables {
            let mut file = bundle.file(&self.format.file_of("", &table.name))?;
            file.write(&self.start(table))?;
            self.files.push(file);
        }
        Ok(())
    }

    /// What the file of a table starts with: its mark, and the names of the columns.
    pub(crate) fn start(&self, table: &Table) -> Vec<u8> {
        let mut start = self.mark.to_vec();
        let names = table.columns.iter().map(|column| Cell::Text(&column.name));
        (self.write_line)(&names.collect::<Vec<_>>(), &mut start);
        start
    }

    /// Takes the lines of a batch, in which this is the format with that number.
    pub(super) fn take(&mut self, number: usize, batch: &Batch) -> Result<(), Error> {
        let mut tables = self.files.iter_mut().zip(&batch.lines[number]);
        tables.try_for_each(|(file, lines)| file.write(lines))
    }

    /// The collection has no more.
    pub(super) fn end(&mut self, bundle: &mut Bundle) -> Result<(), Error> {
        let mut files = self.files.drain(..);
        files.try_for_each(|file| bundle.add(file))
    }
}
