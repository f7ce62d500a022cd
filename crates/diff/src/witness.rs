//! What an application uses of a dataset, and what of it a change breaks.
//!
//! A witness is found by reading the application's own text: ids wherever they stand, members
//! where they are quoted or behind a dot or slash, values of enumerations where they are quoted.
//! It may list too much, which costs a look; a person may take lines out.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use aho_corasick::AhoCorasick;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use treatise_dataset::{Collection, Dataset};
use treatise_schema::Segment;

use crate::change::{Change, Part};
use crate::contract::{Effect, Kind, Profile};
use crate::verdict::Verdict;

/// What an application uses; the published schema is `schemas/output/witness.schema.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Witness {
    /// The name of the dataset.
    pub dataset: String,
    /// The version of the dataset that it was found with.
    pub version: String,
    /// Ids of records.
    pub ids: BTreeSet<String>,
    /// Names of members.
    pub fields: BTreeSet<String>,
    /// Values of enumerations, by the names of the members that have them.
    pub values: BTreeMap<String, BTreeSet<String>>,
}

/// What sort of thing an application uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// The id of a record.
    Id,
    /// The name of a member.
    Field,
    /// A value of an enumeration.
    Value,
}

/// Something that an application uses and that a change breaks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breakage {
    /// What it uses.
    pub uses: String,
    /// What sort of thing that is.
    pub sort: Use,
    /// What happened to it.
    pub kind: Kind,
    /// The change.
    pub fingerprint: String,
}

impl Use {
    /// The word for it in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Field => "field",
            Self::Value => "value",
        }
    }
}

impl Witness {
    /// Finds what a text uses of a dataset.
    pub fn find<'t>(dataset: &Dataset, texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut witness = Self {
            dataset: dataset.manifest().name.clone(),
            version: dataset.manifest().version.clone(),
            ..Self::default()
        };
        let vocabulary = Vocabulary::of(dataset);
        let texts: Vec<&str> = texts.into_iter().collect();
        for text in &texts {
            for word in words(text) {
                witness.note(&word, dataset, &vocabulary);
            }
        }
        let others = vocabulary.no_words(dataset);
        for names in others.chunks(Self::MOST_NAMES) {
            // Only gigabytes of names are too many.
            let Ok(automaton) = AhoCorasick::new(names) else {
                continue;
            };
            for text in &texts {
                for found in automaton.find_overlapping_iter(text) {
                    let occurrence = Occurrence::of(text, found.range());
                    if occurrence.stands_alone() {
                        witness.note(&occurrence, dataset, &vocabulary);
                    }
                }
            }
        }
        witness
    }

    /// Names that are looked for at a time, so that what finds them does not grow with the dataset.
    const MOST_NAMES: usize = 20_000;

    /// Notes what a name in a text means.
    fn note(&mut self, name: &Occurrence<'_>, dataset: &Dataset, vocabulary: &Vocabulary) {
        let text = name.text;
        let collections = dataset.collections().iter().map(Collection::name);
        if dataset.index().find(text, collections).is_some() {
            self.ids.insert(text.to_owned());
        }
        let is_quoted = name.is_quoted();
        let is_step = name.before.is_some_and(|one| "./".contains(one));
        if (is_quoted || is_step) && vocabulary.fields.contains(text) {
            self.fields.insert(text.to_owned());
        }
        if let (true, Some(fields)) = (is_quoted, vocabulary.values.get(text)) {
            for field in fields {
                let values = self.values.entry(field.clone()).or_default();
                values.insert(text.to_owned());
            }
        }
    }

    /// The witness as JSON text.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a witness is plain data");
        text.push('\n');
        text
    }

    /// Reads a witness.
    ///
    /// # Errors
    /// It is none.
    pub fn read(text: &[u8]) -> Result<Self, crate::Error> {
        serde_json::from_slice(text)
            .map_err(|error| crate::Error::side(format!("this is no witness: {error}")))
    }

    /// What of this the changes break.
    pub fn breakages(&self, verdict: &Verdict) -> Vec<Breakage> {
        let mut breakages = Vec::new();
        for judged in &verdict.judged {
            for (uses, sort) in self.broken_by(&judged.change) {
                breakages.push(Breakage {
                    uses,
                    sort,
                    kind: judged.change.kind,
                    fingerprint: judged.fingerprint.clone(),
                });
            }
        }
        breakages.sort();
        breakages
    }

    fn broken_by(&self, change: &Change) -> Vec<(String, Use)> {
        let effects = change.kind.contract().effects;
        let harms = |profile: Profile| effects[profile as usize] != Effect::Compatible;
        let mut broken = Vec::new();
        if let Some(id) = &change.place.record {
            if harms(Profile::IdOnly) && self.ids.contains(id) {
                broken.push((id.clone(), Use::Id));
            }
            return broken;
        }
        let member = change.place.path.iter().rev().find_map(|part| match part {
            Part::Member(name) => Some(name),
            _ => None,
        });
        let (true, Some(member)) = (harms(Profile::JsonReader), member) else {
            return broken;
        };
        if change.kind == Kind::SchemaValueRemoved {
            let value = change.old.as_ref().and_then(Value::as_str);
            let used = self.values.get(member).zip(value);
            if let Some((_, value)) = used.filter(|(values, value)| values.contains(*value)) {
                broken.push((format!("{member}: {value}"), Use::Value));
            }
        } else if self.fields.contains(member) {
            broken.push((member.clone(), Use::Field));
        }
        broken
    }
}

/// A name in a text.
struct Occurrence<'t> {
    text: &'t str,
    /// The characters around it.
    before: Option<char>,
    after: Option<char>,
}

impl<'t> Occurrence<'t> {
    fn of(text: &'t str, range: Range<usize>) -> Self {
        Self {
            before: text[..range.start].chars().next_back(),
            after: text[range.end..].chars().next(),
            text: &text[range],
        }
    }

    fn is_quoted(&self) -> bool {
        let is_quote = self.before.is_some_and(|one| "\"'`".contains(one));
        is_quote && self.before == self.after
    }

    /// Whether no word goes on at its ends.
    fn stands_alone(&self) -> bool {
        let goes_on = |inside: Option<char>, outside: Option<char>| {
            inside.is_some_and(is_of_word) && outside.is_some_and(is_of_word)
        };
        let (first, last) = (self.text.chars().next(), self.text.chars().next_back());
        !goes_on(first, self.before) && !goes_on(last, self.after)
    }
}

/// Whether a character is part of a word.
fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || "-_".contains(character)
}

/// The words of a text.
fn words(text: &str) -> impl Iterator<Item = Occurrence<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(is_of_word)?;
        let length = text[start..].find(|character| !is_of_word(character));
        at = length.map_or(text.len(), |length| start + length);
        Some(Occurrence::of(text, start..at))
    })
}

/// The names that a dataset has a meaning for.
#[derive(Default)]
struct Vocabulary {
    fields: BTreeSet<String>,
    /// From a value to the members that may have it.
    values: BTreeMap<String, BTreeSet<String>>,
}

impl Vocabulary {
    fn of(dataset: &Dataset) -> Self {
        let mut vocabulary = Self::default();
        let schemas = dataset.collections().iter().filter_map(Collection::schema);
        for field in schemas.flat_map(|schema| schema.fields().fields()) {
            let mut members = field.path.segments().iter().rev();
            let member = members.find_map(|segment| match segment {
                Segment::Member(name) => Some(name),
                _ => None,
            });
            let Some(member) = member else { continue };
            vocabulary.fields.insert(member.clone());
            for value in field.enumeration.iter().flatten().filter_map(Value::as_str) {
                let members = vocabulary.values.entry(value.to_owned()).or_default();
                members.insert(member.clone());
            }
        }
        vocabulary
    }

    /// The names, ids among them, that are not found by taking a text apart into words.
    fn no_words<'n>(&'n self, dataset: &'n Dataset) -> Vec<&'n str> {
        let index = dataset.index();
        let ids = index.records().map(|record| index.id(record));
        let fields = self.fields.iter().map(String::as_str);
        let values = self.values.keys().map(String::as_str);
        let names: BTreeSet<&str> = ids
            .chain(fields)
            .chain(values)
            .filter(|name| name.chars().any(|character| !is_of_word(character)))
            .collect();
        names.into_iter().collect()
    }
}
