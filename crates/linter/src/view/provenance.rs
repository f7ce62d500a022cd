//! Whom the content of a source comes from.

use super::{Source, Text};

/// What tells whether two sources depend on one another.
#[derive(Debug)]
pub(crate) struct Provenance<'r> {
    pub(crate) id: &'r str,
    /// The publisher, where it answers for the content itself.
    pub(crate) publisher: Option<&'r str>,
    /// The authors: initial and family name, or the name of a group. The initials, which are at hand,
    /// tell most of them apart.
    pub(crate) authors: Vec<(Option<char>, &'r str)>,
    /// The ids of its stored versions.
    pub(crate) snapshots: Vec<&'r str>,
    /// The ids of the sources that it refers to.
    pub(crate) cites: Vec<&'r str>,
}

/// Types of works for whose content the publisher itself answers.
const OWN: &[&str] = &["webpage", "post-weblog", "pamphlet", "report", "document"];

impl<'r> Provenance<'r> {
    pub(super) fn of(source: Source<'r>) -> Self {
        let is_own = source.csl_type().is_some_and(|kind| OWN.contains(&kind));
        let publisher = source.text("publisher").filter(|_| is_own);
        let csl = source.csl().into_iter();
        let authors = csl.flat_map(|csl| csl.items("author")).filter_map(|name| {
            if let Some(literal) = name.text("literal") {
                return Some((None, literal.as_str()));
            }
            let initial = name.text("given")?.chars().next()?;
            Some((Some(initial), name.text("family")?.as_str()))
        });
        Self {
            id: source.id,
            publisher: publisher.map(Text::as_str),
            authors: authors.collect(),
            snapshots: source
                .snapshots()
                .filter_map(|snapshot| Some(snapshot.text("id")?.as_str()))
                .collect(),
            cites: source.texts("cites").map(Text::as_str).collect(),
        }
    }
}
