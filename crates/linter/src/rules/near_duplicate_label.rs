//! Finds two entities of a collection whose labels differ only in case, hyphens, plural, articles,
//! British or American spelling, or the order of their words.
//!
//! # Why it matters
//!
//! They are most likely the same thing entered twice. What is known of it is then spread over two
//! records, and a search finds half of it.
//!
//! # How to mend it
//!
//! Keep one of them, point the claims of the other one to it, and withdraw the other one with the reason
//! `duplicate`. If they are two things, name them so that nobody takes one for the other.
//!
//! # What it leaves alone
//!
//! Entities of different collections, such as a condition and the criterion that it is present.
//! Labels with other signs, such as `<3 cm` and `>3 cm` or `HER2+` and `HER2−`.
//! Labels with words that relate, such as `before` and `than`, have to agree in their order too.
//! Differences within a word are left alone: names of drugs often differ by a letter or two.
//!
//! On the dataset it found nothing among 195 labels, and whoever read them all found no such pair either.
//! It finds nothing among those that were added since.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::alike::Keys;
use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::signs::signed;
use crate::tables::rows;
use crate::view::{Entity, Record, Records, Text};

rule! {
    name: "near-duplicate-label",
    severity: Warning,
    summary: "two entities with nearly the same label",
    since: "0.1.0",
    check: Alike(keys, check),
    tables: [AMERICAN],
}

/// Words that make no difference.
const SMALL: &[&str] = &["a", "an", "the", "of", "in"];
/// Words that relate what is before them to what is behind.
const RELATING: &[&str] = &[
    "after", "against", "as", "before", "between", "by", "for", "from", "into", "no", "not", "on",
    "over", "than", "to", "under", "with", "within", "without",
];

/// The American spellings of British words.
static AMERICAN: LazyLock<FxHashMap<&str, &str>> = LazyLock::new(|| {
    rows(include_str!("../tables/spellings.tsv"))
        .map(|[british, american]| (british, american))
        .collect()
});

/// British and American spellings of parts of words, for words that the table does not have.
const SPELLINGS: &[(&str, &str)] = &[
    ("our", "or"),
    ("ae", "e"),
    ("oe", "e"),
    ("isation", "ization"),
];

/// An entity with its label in the default language and what is left of that.
fn labelled(record: Record<'_>) -> Option<(Entity<'_>, Text<'_>, String)> {
    let entity = record.entity().filter(|entity| !entity.is_deprecated())?;
    let label = entity.label(entity.manifest.language())?;
    let key = Some(key(&label)).filter(|key| !key.is_empty())?;
    Some((entity, label, key))
}

fn keys(record: Record<'_>, keys: &mut Keys<'_>) {
    if let Some((entity, _, key)) = labelled(record) {
        keys.add((entity.collection.name(), key));
    }
}

fn check<'r>(alike: &[Record<'r>], records: &Records<'r>, found: &mut Found) {
    let mut first: FxHashMap<(&str, String), Entity<'_>> = FxHashMap::default();
    for (entity, label, key) in alike.iter().copied().filter_map(labelled) {
        let collection = entity.collection.name();
        let Some(&earlier) = first.get(&(collection, key.clone())) else {
            first.insert((collection, key), entity);
            continue;
        };
        let other = earlier.label(records.language());
        let other = other.map_or("", |label| label.as_str());
        found.add(
            Finding::new(
                label.spot(),
                format!(
                    "`{}` is called nearly the same as `{}`: `{other}`",
                    entity.id, earlier.id
                ),
            )
            .with_related(earlier.heading(), "this is the first one")
            .with_help("keep one of them, or name them so that they can be told apart"),
        );
    }
}

/// A label without what makes no difference.
fn key(label: &str) -> String {
    let lower = label.to_lowercase();
    let mut all: Vec<_> = signed(&lower)
        .filter(|signed| !SMALL.contains(&signed.word))
        .map(|signed| format!("{}{}{}", signed.before, fold(signed.word), signed.behind))
        .collect();
    if !all.iter().any(|word| RELATING.contains(&word.as_str())) {
        all.sort_unstable();
    }
    all.join(" ")
}

/// A word in the singular and in American spelling, as far as the table and rules go.
fn fold(word: &str) -> String {
    let american = |word: &str| AMERICAN.get(word).copied().map(str::to_owned);
    let word = &*american(word).unwrap_or_else(|| word.to_owned());
    let singular = if let Some(stem) = word.strip_suffix("ses") {
        format!("{stem}sis")
    } else if let Some(stem) = word.strip_suffix("ies") {
        format!("{stem}y")
    } else {
        let is_plural = word.len() > 3
            && word.ends_with('s')
            && !["ss", "is", "us"]
                .iter()
                .any(|ending| word.ends_with(ending));
        word[..word.len() - usize::from(is_plural)].to_owned()
    };
    let singular = american(&singular).unwrap_or(singular);
    SPELLINGS.iter().fold(
        singular,
        |word, (british, american)| match memchr::memmem::find(word.as_bytes(), british.as_bytes())
        {
            Some(_) => word.replace(british, american),
            None => word,
        },
    )
}
