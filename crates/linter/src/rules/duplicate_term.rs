//! Finds two terms that are the same word of the same language for the same thing.
//!
//! # Why it matters
//!
//! Its sources and notes are spread over two records, of which a reader sees one, and an editor mends
//! one.
//!
//! # How to mend it
//!
//! Keep one of them, with the citations of both, and withdraw the other one with the reason `duplicate`.
//!
//! # What it leaves alone
//!
//! The same word for two things, which is left to `term-for-two-things`; terms that were withdrawn. Case
//! makes no difference.
//!
//! It finds nothing in the project's dataset.

use rustc_hash::FxHashMap;

use crate::alike::Keys;
use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Record, Records, Term, Text};

rule! {
    name: "duplicate-term",
    severity: Error,
    summary: "two terms that are the same word for the same thing",
    since: "0.1.0",
    check: Alike(keys, check),
}

/// What a term is, once for each thing that it names.
type Key<'r> = (String, &'r str, &'r str);

fn keys(record: Record<'_>, keys: &mut Keys<'_>) {
    for (key, ..) in named(record) {
        keys.add(key);
    }
}

fn named(record: Record<'_>) -> impl Iterator<Item = (Key<'_>, Text<'_>, Term<'_>)> {
    let term = record.term().filter(|term| !term.is_deprecated());
    term.into_iter().flat_map(|term| {
        let word = term.name().zip(term.text("lang"));
        word.into_iter().flat_map(move |(name, language)| {
            let meanings = term.denoted().map(Text::as_str);
            meanings.map(move |meaning| {
                let key = (name.to_lowercase(), language.as_str(), meaning);
                (key, name, term)
            })
        })
    })
}

fn check<'r>(alike: &[Record<'r>], _: &Records<'r>, found: &mut Found) {
    let mut first: FxHashMap<Key<'_>, Term<'_>> = FxHashMap::default();
    for &record in alike {
        // One finding, however many things the two have in common.
        let mut others = named(record).filter_map(|(key, name, term)| {
            let earlier = *first.entry(key).or_insert(term);
            (earlier.id != term.id).then_some((name, earlier))
        });
        let other = others.next();
        others.for_each(drop);
        if let Some((name, earlier)) = other {
            found.add(
                Finding::new(name.spot(), format!("`{}` is this term too", earlier.id))
                    .with_related(earlier.heading(), "this is the first one")
                    .with_help("keep one of them, with the citations of both"),
            );
        }
    }
}
