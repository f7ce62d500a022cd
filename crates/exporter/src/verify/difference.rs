//! Where the rows of a table are not those that another file has: the first place, and how many.

use csv::StringRecord;

/// The rows that differ.
#[derive(Debug, Default)]
pub(super) struct Differences {
    row: u64,
    count: u64,
    first: Option<First>,
}

#[derive(Debug)]
struct First {
    row: u64,
    /// The first cell of the row, by which people know it.
    key: String,
    what: Different,
}

/// How a row differs from the one that it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Different {
    /// In a column, and perhaps in others behind it.
    In(usize),
    /// It has not as many columns.
    Width,
    /// It is not there.
    Missing,
    /// The other file has no such row.
    Surplus,
}

impl Differences {
    /// Takes note of the next row; returns whether it is the first that differs.
    pub(super) fn see(&mut self, different: Option<Different>, key: &str) -> bool {
        self.row += 1;
        let Some(what) = different else {
            return false;
        };
        self.count += 1;
        let is_first = self.first.is_none();
        self.first.get_or_insert_with(|| First {
            row: self.row,
            key: key.to_owned(),
            what,
        });
        is_first
    }

    /// What is wrong with `table`, which should have the rows of `other`; `None` if nothing is.
    pub(super) fn message(
        &self,
        table: &str,
        other: &str,
        column: impl FnOnce(usize) -> Option<String>,
    ) -> Option<String> {
        let First { row, key, what } = self.first.as_ref()?;
        let mut message = match what {
            Different::In(position) => {
                let column = column(*position).unwrap_or_default();
                format!("row {row} of {table} is not that of {other}: `{key}` in column `{column}`")
            }
            Different::Width => {
                format!("row {row} of {table} has not the columns that {other} has: `{key}`")
            }
            Different::Missing => {
                format!("row {row} of {table} is not there, and {other} has one: `{key}`")
            }
            Different::Surplus => format!("row {row} of {table} is none that {other} has: `{key}`"),
        };
        if self.count > 1 {
            let more = self.count - 1;
            let noun = if more == 1 {
                "row differs"
            } else {
                "rows differ"
            };
            message += &format!("; {more} more {noun}");
        }
        Some(message)
    }
}

/// How a row differs, where cells are the same if `is_same` says so of their position and texts.
pub(super) fn difference(
    row: &StringRecord,
    expected: &StringRecord,
    mut is_same: impl FnMut(usize, &str, &str) -> bool,
) -> Option<Different> {
    if row.len() != expected.len() {
        return Some(Different::Width);
    }
    let mut cells = row.iter().zip(expected).enumerate();
    let different = cells.find(|&(position, (left, right))| !is_same(position, left, right));
    different.map(|(position, _)| Different::In(position))
}

/// What is wrong with the columns of `table`, which should have those of `other`; `None` if nothing
/// is, or if those of `other` can't be told. Names are the same if `is_same` says so.
pub(super) fn columns_message(
    table: &str,
    columns: &StringRecord,
    other: &str,
    expected: &StringRecord,
    is_same: impl Fn(&str, &str) -> bool,
) -> Option<String> {
    if expected.is_empty() {
        return None;
    }
    let mut pairs = columns.iter().zip(expected).enumerate();
    if let Some((position, (name, expected))) = pairs.find(|(_, (l, r))| !is_same(l, r)) {
        let number = position + 1;
        return Some(format!(
            "column {number} of {table} is `{name}`, and `{expected}` in {other}"
        ));
    }
    let (count, expected) = (columns.len(), expected.len());
    (count != expected)
        .then(|| format!("{table} has not as many columns as {other}: {count}, and not {expected}"))
}
