//! Whether the files that `bundle.json` names are in the bundle. What is read later is read by these names, so none may lead elsewhere.

use std::collections::BTreeMap;

use treatise_report::visible;

use super::marker::{CollectionEntry, Marker, TableEntry};
use super::rules::{INVALID_DESCRIPTION, MISSING_FILE};
use super::{Check, checksums};
use crate::Error;
use crate::bundle::{MARKER, is_inside};

pub(super) fn check(check: &mut Check, marker: &Marker) -> Result<(), Error> {
    let mut contents = Contents {
        listed: checksums::hashes(check)?,
        check,
    };
    for section in marker.sections() {
        contents.schemas(section);
    }
    for table in marker.tables() {
        contents.table(table);
    }
    Ok(())
}

/// The files of a bundle that is checked, which are as `SHA256SUMS` lists them.
struct Contents<'c> {
    check: &'c mut Check,
    listed: BTreeMap<String, String>,
}

impl Contents<'_> {
    fn schemas(&mut self, section: &CollectionEntry) {
        let named = [
            ("schema", &section.schema),
            ("schema_without_id", &section.schema_without_id),
        ];
        for (member, file) in named {
            if let Some(file) = file {
                self.expect(file, &format!("the `{member}` of `{}`", section.name));
            }
        }
    }

    fn table(&mut self, table: &TableEntry) {
        for (format, file) in &table.files {
            let format = visible(format);
            self.expect(file, &format!("the table `{}` in `{format}`", table.name));
        }
    }

    /// Finds it where a file is not in the bundle that is named for something.
    fn expect(&mut self, file: &str, what: &str) {
        if self.listed.contains_key(file) {
            return;
        }
        let shown = visible(file);
        if is_inside(file) {
            let message = format!("`{shown}`, which is {what}, is not there");
            self.check.find(&MISSING_FILE, MARKER, message);
        } else {
            let message = format!("{what} can't be `{shown}`, which leads out of the bundle");
            self.check.find(&INVALID_DESCRIPTION, MARKER, message);
        }
    }
}
