//! Records and rows on their way to the writers, in the form in which each of them takes them: what
//! can be done for a format without its file is done where the batch is made, on any thread.

use std::borrow::Cow;

use super::Lines;
use crate::Error;
use crate::row::Cell;

/// Appends the line of a row.
pub(super) type WriteLine = fn(&[Cell<'_>], &mut Vec<u8>);

/// What the writers of a bundle take.
#[derive(Clone, Debug)]
pub(crate) struct Demand {
    /// Whether any takes whole records.
    pub(super) records: bool,
    /// How those that take lines of text write them.
    pub(super) lines: Vec<WriteLine>,
    /// Whether any takes the cells of rows.
    pub(super) cells: bool,
}

/// Some records of a collection, and their rows.
#[derive(Debug)]
pub(crate) struct Batch {
    demand: Demand,
    /// The records as JSON text, one behind the other, and where each ends.
    texts: Vec<u8>,
    ends: Vec<usize>,
    /// For each format of lines, those of each table.
    pub(super) lines: Vec<Vec<Vec<u8>>>,
    cells: Cells,
    /// Number of rows of each table.
    pub(crate) rows: Vec<u64>,
}

impl Demand {
    /// Nothing but the lines of these formats.
    pub(crate) fn of_lines(formats: &[Lines]) -> Self {
        Self {
            records: false,
            lines: formats.iter().map(|lines| lines.write_line).collect(),
            cells: false,
        }
    }

    /// Whether any takes whole records.
    pub(crate) fn has_records(&self) -> bool {
        self.records
    }

    /// Whether any takes rows.
    pub(crate) fn has_rows(&self) -> bool {
        self.cells || !self.lines.is_empty()
    }
}

impl Batch {
    /// An empty one for a collection with that many tables.
    pub(crate) fn new(demand: &Demand, tables: usize) -> Self {
        Self {
            texts: Vec::new(),
            ends: Vec::new(),
            lines: vec![vec![Vec::new(); tables]; demand.lines.len()],
            cells: Cells::default(),
            rows: vec![0; tables],
            demand: demand.clone(),
        }
    }

    /// Adds a record, which `write` appends as JSON text without line breaks.
    pub(crate) fn record(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.texts);
        self.ends.push(self.texts.len());
    }

    /// Adds a row of the table with this number.
    pub(crate) fn row(&mut self, table: usize, cells: &[Cell<'_>]) {
        self.rows[table] += 1;
        for (write_line, lines) in self.demand.lines.iter().zip(&mut self.lines) {
            write_line(cells, &mut lines[table]);
        }
        if self.demand.cells {
            self.cells.push(table, cells);
        }
    }

    /// The lines of a table in one of the formats that were asked for, by its number.
    pub(crate) fn lines(&self, format: usize, table: usize) -> &[u8] {
        &self.lines[format][table]
    }

    /// The records, as they were written.
    pub(super) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        let bounds = starts.zip(&self.ends);
        bounds.map(|(&start, &end)| &self.texts[start..end])
    }

    /// Hands over all rows in their order.
    pub(super) fn each_row(
        &self,
        use_it: impl FnMut(usize, &[Cell<'_>]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.cells.each_row(use_it)
    }
}

/// Rows, packed: as many small texts would take more time and room than they have letters.
#[derive(Debug, Default)]
struct Cells {
    text: String,
    packed: Vec<Packed>,
    /// The table of each row, and where its cells end.
    rows: Vec<(usize, usize)>,
}

/// A cell whose text is what lies between that of the cell before it and `end`.
#[derive(Clone, Copy, Debug)]
enum Packed {
    Absent,
    Text { end: usize },
    Number { end: usize },
    Boolean(bool),
    Position(u64),
    Json { end: usize },
}

impl Cells {
    fn push(&mut self, table: usize, cells: &[Cell<'_>]) {
        for cell in cells {
            let packed = match cell {
                Cell::Absent => Packed::Absent,
                Cell::Boolean(boolean) => Packed::Boolean(*boolean),
                Cell::Position(position) => Packed::Position(*position),
                Cell::Text(text) => Packed::Text {
                    end: self.push_text(text),
                },
                Cell::Number(text) => Packed::Number {
                    end: self.push_text(text),
                },
                Cell::Json(text) => Packed::Json {
                    end: self.push_text(text),
                },
            };
            self.packed.push(packed);
        }
        self.rows.push((table, self.packed.len()));
    }

    fn push_text(&mut self, text: &str) -> usize {
        self.text.push_str(text);
        self.text.len()
    }

    fn each_row(
        &self,
        mut use_it: impl FnMut(usize, &[Cell<'_>]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let (mut start, mut first) = (0, 0);
        let mut text = |end: usize| {
            let text = &self.text[start..end];
            start = end;
            text
        };
        let mut row = Vec::new();
        for &(table, end) in &self.rows {
            row.clear();
            row.extend(self.packed[first..end].iter().map(|packed| match *packed {
                Packed::Absent => Cell::Absent,
                Packed::Boolean(boolean) => Cell::Boolean(boolean),
                Packed::Position(position) => Cell::Position(position),
                Packed::Text { end } => Cell::Text(text(end)),
                Packed::Number { end } => Cell::Number(Cow::Borrowed(text(end))),
                Packed::Json { end } => Cell::Json(Cow::Borrowed(text(end))),
            }));
            first = end;
            use_it(table, &row)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Batch, Cell, Demand};

    #[test]
    fn rows_come_back_as_they_were_given() {
        let demand = Demand {
            records: true,
            lines: Vec::new(),
            cells: true,
        };
        let mut batch = Batch::new(&demand, 2);
        let rows: [(usize, Vec<Cell<'_>>); 3] = [
            (
                0,
                vec![
                    Cell::Text("a"),
                    Cell::Absent,
                    Cell::Text(""),
                    Cell::Boolean(true),
                ],
            ),
            (
                1,
                vec![Cell::Text("ä"), Cell::Position(1), Cell::Json("[1]".into())],
            ),
            (0, vec![Cell::Number("1e3".into()), Cell::Boolean(false)]),
        ];
        for (table, cells) in &rows {
            batch.row(*table, cells);
        }
        let mut back = Vec::new();
        let outcome = batch.each_row(|table, cells| {
            assert_eq!(
                (table, cells),
                (rows[back.len()].0, &rows[back.len()].1[..])
            );
            back.push(table);
            Ok(())
        });
        assert!(outcome.is_ok());
        assert_eq!(back, [0, 1, 0]);
        assert_eq!(batch.rows, [2, 1]);
    }

    #[test]
    fn records_come_back_as_they_were_given() {
        let demand = Demand {
            records: true,
            lines: Vec::new(),
            cells: false,
        };
        let mut batch = Batch::new(&demand, 0);
        for text in ["{}", "", "{\"a\":1}"] {
            batch.record(|out| out.extend_from_slice(text.as_bytes()));
        }
        let texts: Vec<_> = batch.texts().collect();
        assert_eq!(texts, [&b"{}"[..], b"", b"{\"a\":1}"]);
    }
}
