//! Rows as the types of their cells, a letter each: formats with types tell apart what is one text in CSV,
//! such as `1` and `"1"`, or nothing and an empty text.

use super::{Format, Lines};
use crate::row::Cell;

/// The type of a cell, as far as a format keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Absent,
    Boolean,
    Number,
    Text,
    /// An array or object.
    Json,
}

impl Type {
    fn of(cell: &Cell<'_>) -> Self {
        match cell {
            Cell::Absent => Self::Absent,
            Cell::Boolean(_) => Self::Boolean,
            Cell::Number(_) | Cell::Position(_) => Self::Number,
            Cell::Text(_) => Self::Text,
            Cell::Json(_) => Self::Json,
        }
    }

    fn letter(self) -> u8 {
        match self {
            Self::Absent => b'-',
            Self::Boolean => b'b',
            Self::Number => b'n',
            Self::Text => b't',
            Self::Json => b'j',
        }
    }
}

/// Appends the line of a row with cells of these types.
pub(crate) fn write(types: impl Iterator<Item = Type>, line: &mut Vec<u8>) {
    line.extend(types.map(Type::letter));
    line.push(b'\n');
}

/// The types that a database tells apart: truth is a number there, and JSON is a text.
pub(super) fn in_database() -> Lines {
    Lines::new(Format::Sqlite, b"", |cells, line| {
        let types = cells.iter().map(|cell| match Type::of(cell) {
            Type::Boolean => Type::Number,
            Type::Json => Type::Text,
            other => other,
        });
        write(types, line);
    })
}

/// The types that Parquet tells apart: all.
pub(super) fn in_parquet() -> Lines {
    Lines::new(Format::Parquet, b"", |cells, line| {
        write(cells.iter().map(Type::of), line);
    })
}
