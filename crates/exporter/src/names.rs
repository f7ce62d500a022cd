//! Names that are in use.

use std::collections::BTreeSet;

/// Names that are in use. Many programs take names that differ only in case for the same one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(BTreeSet<String>);

impl Names {
    /// The name itself, or, where it is in use, with the first free number behind it.
    pub(crate) fn take(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        let mut number = 1;
        while !self.0.insert(name.to_lowercase()) {
            number += 1;
            name = format!("{wanted}_{number}");
        }
        name
    }
}
