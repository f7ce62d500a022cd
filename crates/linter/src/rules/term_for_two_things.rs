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

use crate::check::rule;
use crate::finding::{Finding, Found, Spot};
use crate::view::Records;

rule! {
    name: "term-for-two-things",
    severity: Error,
    summary: "a name that stands for two records without being marked as ambiguous",
    since: "0.1.0",
    check: Dataset(check),
}

/// A name, and where and what it names.
type Named<'r> = ((String, &'r str), Spot, &'r str);

fn check(records: &Records<'_>, found: &mut Found) {
    let mut first: FxHashMap<(String, &str), (Spot, &str)> = FxHashMap::default();
    for (key, spot, meaning) in labels(records).chain(terms(records)) {
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

fn labels<'r>(records: &Records<'r>) -> impl Iterator<Item = Named<'r>> {
    let entities = records
        .entities
        .iter()
        .filter(|entity| !entity.is_deprecated());
    entities.flat_map(|entity| {
        let labels = entity.languages("label");
        labels.map(|(language, label)| ((label.to_lowercase(), language), label.spot(), entity.id))
    })
}

fn terms<'r>(records: &Records<'r>) -> impl Iterator<Item = Named<'r>> {
    let is_ambiguous = |kind: &str| kind == "ambiguous";
    let terms = records.terms.iter().filter(move |term| {
        !term.is_deprecated() && !term.kind().is_some_and(|kind| is_ambiguous(&kind))
    });
    terms.filter_map(|term| {
        let (name, lang) = (term.name()?, term.text("lang")?);
        let meaning = term.denoted().next()?;
        Some((
            (name.to_lowercase(), lang.as_str()),
            name.spot(),
            meaning.as_str(),
        ))
    })
}
