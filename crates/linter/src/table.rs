//! Tables that must be exact: data files in `tables/`, each with its source at the top.

/// The rows of a table: lines of cells parted by tabs. Lines that start with `#` are remarks.
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
