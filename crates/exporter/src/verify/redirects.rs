//! Whether `redirects.json` says what the records say.

use std::collections::HashSet;

use treatise_dataset::{Dataset, Reader};

use super::Check;
use super::marker::{Marker, read_document};
use super::rules::FORMATS_DISAGREE;
use crate::Error;
use crate::profile::Profile;
use crate::redirect::{Document, FILE, Redirect, Redirects, replacements};
use crate::section::{Section, languages};

/// The published schema.
const SCHEMA: &str = include_str!("../../../../schemas/output/redirects.schema.json");

/// Holds the file, if it is there, against its schema.
pub(super) fn read(check: &mut Check) -> Result<Option<Document>, Error> {
    read_document(check, FILE, SCHEMA)
}

/// Holds it against the records of the bundle.
pub(super) fn compare(
    check: &mut Check,
    marker: &Marker,
    dataset: &Dataset,
    written: &Document,
) -> Result<(), Error> {
    let profile = Profile::full();
    let languages = languages(dataset.manifest());
    let sections: Vec<_> = dataset
        .collections()
        .iter()
        .map(|collection| Section::of_collection(collection, &profile, languages))
        .collect();
    let mut redirects = Redirects::new(dataset);
    let mut reader = Reader::new(dataset);
    for record in dataset.index().records() {
        let section = &sections[dataset.index().collection(record)];
        let targets = reader.read_checked(record, |value| {
            replacements(dataset, section, record, value)
        })?;
        redirects.extend(targets.map(|targets| (record, targets)));
    }
    let made = redirects.resolve(&sections)?;
    // A profile may have left out of a record that it is no longer to be used.
    let is_whole = marker.profile == profile.name();
    let missing = first_beside(&made, written);
    let surplus = first_beside(written, &made);
    let wrong = missing.or(surplus.filter(|_| is_whole));
    if let Some(redirect) = wrong {
        let message = format!(
            "`{FILE}` does not say of `{}` in `{}` what the records say",
            redirect.id, redirect.collection
        );
        check.find(&FORMATS_DISAGREE, FILE, message);
    }
    Ok(())
}

/// The first redirect of a document that another does not have.
fn first_beside<'d>(document: &'d Document, other: &Document) -> Option<&'d Redirect> {
    let others: HashSet<_> = other.redirects.iter().collect();
    let mut own = document.redirects.iter();
    own.find(|redirect| !others.contains(redirect))
}
