//! Whether the files that `bundle.json` names are in the bundle, and those of the formats that it
//! lists. What is read later is read by these names, so none may lead elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use treatise_dataset::is_inside;
use treatise_report::visible;

use super::marker::{CollectionEntry, Marker, TableEntry};
use super::rules::{INVALID_DESCRIPTION, MISSING_FILE, UNLISTED_FILE};
use super::{Check, checksums};
use crate::bundle::MARKER;
use crate::description::{DATASET, MANIFEST};
use crate::{Error, Format, whole};

pub(super) fn check(check: &mut Check, marker: &Marker) -> Result<(), Error> {
    let mut contents = Contents {
        listed: checksums::hashes(check)?,
        check,
    };
    for section in marker.sections() {
        contents.schemas(section);
    }
    for table in marker.tables() {
        contents.table(marker, table);
    }
    for format in Format::KNOWN {
        if marker.has(format.name()) {
            contents.listed_format(marker, format);
        } else {
            contents.unlisted_format(format);
        }
    }
    // Where a name is wrong, the file that was meant is no surplus.
    if contents.check.found.is_empty() {
        contents.surplus(marker);
    }
    if marker.is_complete && marker.has(Format::Ndjson.name()) {
        contents.expect(MANIFEST, "the manifest of a whole dataset in ndjson");
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

    fn table(&mut self, marker: &Marker, table: &TableEntry) {
        for (format, file) in &table.files {
            let is_listed = marker.has(format);
            let format = visible(format);
            self.expect(file, &format!("the table `{}` in `{format}`", table.name));
            if !is_listed {
                let message = format!(
                    "`{}` has a file in `{format}`, which is not listed",
                    table.name
                );
                self.check.find(&INVALID_DESCRIPTION, MARKER, message);
            }
        }
    }

    /// What a format that is listed has of each collection and view.
    fn listed_format(&mut self, marker: &Marker, format: Format) {
        let name = format.name();
        for section in marker.sections() {
            if !format.has_tables() {
                let what = format!("`{}` in `{name}`", section.name);
                self.expect(&format.file_of("", &section.name), &what);
            } else if section.tables.is_empty() {
                let message = format!("`{}` has no table, and `{name}` is listed", section.name);
                self.check.find(&INVALID_DESCRIPTION, MARKER, message);
            }
        }
        if format == Format::Json {
            self.expect(DATASET, "the description of the dataset in `json`");
            self.expect(whole::FILE, "the document with everything in `json`");
        }
        let tables = marker.tables().filter(|_| format.has_tables());
        for table in tables.filter(|table| !table.files.contains_key(name)) {
            let message = format!("`{}` has no file in `{name}`, which is listed", table.name);
            self.check.find(&INVALID_DESCRIPTION, MARKER, message);
        }
    }

    /// A format that is not listed has no files.
    fn unlisted_format(&mut self, format: Format) {
        let folder = format!("{}/", format.name());
        let mut files = self.listed.keys();
        if let Some(file) = files.find(|file| file.starts_with(&folder)) {
            let message = format!(
                "`{}` is there, and `{}` is not among the formats in `{MARKER}`",
                visible(file),
                format.name()
            );
            let file = file.clone();
            self.check.find(&UNLISTED_FILE, &file, message);
        }
    }

    /// In the folder of a format there is nothing but what the bundle has in it.
    fn surplus(&mut self, marker: &Marker) {
        let tables = marker.tables().flat_map(|table| table.files.values());
        let mut known: BTreeSet<String> = tables.cloned().collect();
        for format in Format::KNOWN
            .into_iter()
            .filter(|format| !format.has_tables())
        {
            known.extend(
                marker
                    .sections()
                    .map(|section| format.file_of("", &section.name)),
            );
        }
        known.extend([DATASET.to_owned(), whole::FILE.to_owned()]);
        let is_surplus = |file: &&String| {
            let folder = file.split_once('/').map(|(folder, _)| folder);
            let mut formats = Format::KNOWN.into_iter().map(Format::name);
            let is_listed = formats.any(|name| folder == Some(name) && marker.has(name));
            is_listed && !known.contains(*file)
        };
        let surplus: Vec<_> = self.listed.keys().filter(is_surplus).cloned().collect();
        for file in surplus {
            let message = format!("`{}` is not named in `{MARKER}`", visible(&file));
            self.check.find(&UNLISTED_FILE, &file, message);
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
