//! Finds names, as labels or terms, that stand for two records without being marked as ambiguous.
//!
//! # Why it matters
//!
//! A search for the name finds one of the two, and which one is chance. Programs that link texts to
//! records link them wrongly.
//!
//! # How to mend it
//!
//! If sources use the word for both, make it one term of the kind `ambiguous` with both senses. If not,
//! mend what the wrong one denotes.
//!
//! # What it leaves alone
//!
//! Terms of the kind `ambiguous`; names in different languages; case. Records that were withdrawn.

use rustc_hash::FxHashMap;

use crate::alike::Keys;
use crate::check::rule;
use crate::finding::{Finding, Found, Spot};
use crate::view::{Record, Records};

rule! {
    name: "term-for-two-things",
    severity: Error,
    summary: "a name that stands for two records without being marked as ambiguous",
    since: "0.1.0",
    check: Alike(keys, check),
}

/// A name, and where and what it names.
type Named<'r> = ((String, &'r str), Spot, &'r str);

fn keys(record: Record<'_>, keys: &mut Keys<'_>) {
    for (key, ..) in labels(record).chain(terms(record)) {
        keys.add(key);
    }
}

fn check<'r>(alike: &[Record<'r>], _: &Records<'r>, found: &mut Found) {
    let labels = alike.iter().flat_map(|&record| labels(record));
    let terms = alike.iter().flat_map(|&record| terms(record));
    let mut first: FxHashMap<(String, &str), (Spot, &str)> = FxHashMap::default();
    for (key, spot, meaning) in labels.chain(terms) {
        let Some(&(earlier, other)) = first.get(&key) else {
            first.insert(key, (spot, meaning));
            continue;
        };
        if other != meaning {
            found.add(
                Finding::new(
                    spot,
                    format!(
                        "`{}` names `{meaning}` here, and `{other}` elsewhere",
                        key.0
                    ),
                )
                .with_related(earlier, "here it names something else")
                .with_help("make it one term of the kind `ambiguous`, or mend what it denotes"),
            );
        }
    }
}

/// The labels of an entity.
fn labels(record: Record<'_>) -> impl Iterator<Item = Named<'_>> {
    let entity = record.entity().filter(|entity| !entity.is_deprecated());
    entity.into_iter().flat_map(|entity| {
        let labels = entity.languages("label");
        labels.map(move |(language, label)| {
            ((label.to_lowercase(), language), label.spot(), entity.id)
        })
    })
}

/// The name that a term brings, unless it says itself that it is ambiguous.
fn terms(record: Record<'_>) -> impl Iterator<Item = Named<'_>> {
    let term = record.term().filter(|term| {
        let is_ambiguous = term.kind().is_some_and(|kind| kind == "ambiguous");
        !term.is_deprecated() && !is_ambiguous
    });
    term.into_iter().filter_map(|term| {
        let (name, lang) = (term.name()?, term.text("lang")?);
        let meaning = term.denoted().next()?;
        Some((
            (name.to_lowercase(), lang.as_str()),
            name.spot(),
            meaning.as_str(),
        ))
    })
}
