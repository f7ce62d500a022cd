//! Whether records are as their schemas say where the bundle is not a dataset of its own: those of
//! views, and all records where a part of a dataset was exported and there is no manifest.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use treatise_report::{Files, visible};
use treatise_schema::{Draft, Library, Options, Schema, Schemas, Verdict, WorkLimit};
use treatise_source::{Limits, Parser, Text};

use super::Check;
use super::marker::{CollectionEntry, Marker};
use super::published::Published;
use super::records::lines;
use super::rules::{INVALID_DESCRIPTION, UNCHECKED_PART, WRONG_RECORD};
use crate::bundle::MARKER;
use crate::occupant::{listed_files, read};
use crate::{Error, Format};

/// Checks the records of views, and those of collections unless they were checked as a dataset.
pub(super) fn check(
    check: &mut Check,
    marker: &Marker,
    schemas: Option<&Arc<Schemas>>,
    is_dataset: bool,
) -> Result<(), Error> {
    let Some(format) = Published::format_of(marker) else {
        let message = "no record was checked against its schema: the bundle has tables only";
        check.find(&UNCHECKED_PART, MARKER, message.into());
        return Ok(());
    };
    let collections = marker.collections.iter().filter(|_| !is_dataset);
    let sections: Vec<_> = collections.chain(&marker.views).collect();
    let mut left_out = Vec::new();
    for section in sections {
        match (&section.schema, schemas) {
            (Some(schema), Some(schemas)) => {
                let records = check_section(check, section, schema, schemas, format)?;
                if marker
                    .collections
                    .iter()
                    .any(|other| other.name == section.name)
                {
                    check.extent.records += records;
                }
            }
            _ => left_out.push(format!("`{}`", section.name)),
        }
    }
    if !left_out.is_empty() {
        let message = format!(
            "records were not checked against their schemas, which the bundle does not name: {}",
            left_out.join(", ")
        );
        check.find(&UNCHECKED_PART, MARKER, message);
    }
    if !is_dataset {
        let lacks = match marker.has(Format::Ndjson.name()) {
            true => "has not all collections",
            false => "has no NDJSON",
        };
        let how_far = match marker.tables().next() {
            Some(_) => "followed in its tables only",
            None => "not followed",
        };
        let message = format!(
            "references between records were {how_far}: the bundle {lacks}, so it is no dataset of \
             its own"
        );
        check.find(&UNCHECKED_PART, MARKER, message);
    }
    Ok(())
}

/// The schemas in the bundle; `None` where they can't be used, which is found.
pub(super) fn link(check: &mut Check) -> Result<Option<Arc<Schemas>>, Error> {
    let mut library = Library::new(Draft::Draft202012);
    let mut names = BTreeMap::new();
    let mut files = Files::new();
    for name in listed_files(&check.folder)? {
        if !name.starts_with("schemas/") {
            continue;
        }
        if let Some(text) = read(&check.path(&name))? {
            let file = files.add(name.as_ref());
            names.insert(file, name.clone());
            let findings = library.add(file, &Library::uri_of_path(&name), &text);
            // One that is not added has a fault.
            if !library.contains(&Library::uri_of_path(&name)) {
                let reason = findings.first().map_or("", |finding| &finding.message);
                let message = format!("it is no schema: {reason}");
                check.find(&INVALID_DESCRIPTION, &name, message);
            }
        }
    }
    // Those without an `$id` beside one with it are known by its address too.
    let mut tried = BTreeSet::new();
    loop {
        let missing = library.missing_paths(&mut tried);
        if missing.is_empty() {
            break;
        }
        for (uri, path) in missing {
            let known = names.iter().find(|(_, name)| **name == path);
            if let Some((&file, _)) = known
                && let Some(text) = read(&check.path(&path))?
            {
                library.add(file, &uri, &text);
            }
        }
    }
    let options = Options {
        asserts_formats: true,
        is_strict: true,
    };
    match Schemas::link(library, options) {
        Ok((schemas, _)) => Ok(Some(Arc::new(schemas))),
        Err(findings) => {
            for finding in findings {
                let message = format!("it is no schema: {}", finding.message);
                check.find(&INVALID_DESCRIPTION, &names[&finding.place.file], message);
            }
            Ok(None)
        }
    }
}

/// Compiles the schema in a file of the bundle, which need not be one; else says why it can't.
pub(super) fn compile(schemas: &Arc<Schemas>, file: &str) -> Result<Schema, String> {
    let uri = Library::uri_of_path(file);
    if !schemas.contains(&uri) {
        return Err(format!(
            "`{}` is named as a schema, and is none in the bundle",
            visible(file)
        ));
    }
    schemas.compile(&uri).map_err(|finding| finding.message)
}

/// Checks the records of a collection or view; returns how many there are.
fn check_section(
    check: &mut Check,
    section: &CollectionEntry,
    schema: &str,
    schemas: &Arc<Schemas>,
    format: Format,
) -> Result<u64, Error> {
    let compiled = match compile(schemas, schema) {
        Ok(compiled) => compiled,
        Err(message) => {
            check.find(&INVALID_DESCRIPTION, schema, message);
            return Ok(0);
        }
    };
    let file = format.file_of("", &section.name);
    let failed = |error| Error::io(&check.path(&file), error);
    let mut wrong = Vec::new();
    let mut parser = Parser::new();
    let mut count = 0;
    for line in lines(check, format, &section.name)? {
        let line = line.map_err(failed)?;
        count += 1;
        let text = Text::from_bytes(&line);
        let parsed = parser.parse(text.as_str(), Limits::default());
        if !parsed.is_complete() || !text.faults().is_empty() {
            wrong.push(format!("record {count} of `{file}` is no JSON"));
            continue;
        }
        let work = WorkLimit::default();
        if compiled.judge(&parsed.tree, &work) == Verdict::Valid {
            continue;
        }
        let violations = compiled.explain(&parsed.tree, &work).unwrap_or_default();
        for violation in violations {
            wrong.push(format!(
                "record {count} of `{file}` is not as `{schema}` says, at `{}`: {}",
                violation.pointer, violation.message
            ));
        }
    }
    for message in wrong {
        check.find(&WRONG_RECORD, &file, message);
    }
    Ok(count)
}
