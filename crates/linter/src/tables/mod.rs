//! Tables that must be exact: each is a data file with its source at the top.
//!
//! Lines that start with `#` are remarks: where the table comes from, and what its columns are.

/// The rows of a table: lines of cells parted by tabs.
pub(crate) fn rows<const CELLS: usize>(
    table: &'static str,
) -> impl Iterator<Item = [&'static str; CELLS]> {
    let lines = table.lines();
    lines
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| {
            let cells: Vec<_> = line.split('\t').collect();
            cells
                .try_into()
                .unwrap_or_else(|_| panic!("each row of a table has its cells: {line}"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_what_is_no_remark() {
        let table = "# Source: a book.\n# word | meaning\none\t1\n\ntwo\t2\n";
        let found: Vec<[&str; 2]> = rows(table).collect();
        assert_eq!(found, [["one", "1"], ["two", "2"]]);
    }
}
