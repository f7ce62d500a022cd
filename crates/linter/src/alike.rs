//! Records that are alike: what has to be equal in two of them is hashed while they are at hand, so
//! that only those with the same hash are looked at again.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, Hash, Hasher};
use std::num::NonZero;

use rustc_hash::FxHasher;
use treatise_dataset::{RecordKey, SeededHasher};
use treatise_source::{Key, Kind, Member, NameSet, Number, Value};

use crate::canonical::write_string;
use crate::view::Record;

/// The keys of one record.
pub(crate) struct Keys<'k> {
    hasher: &'k SeededHasher,
    record: RecordKey,
    found: &'k mut Many<Shared>,
}

impl<'k> Keys<'k> {
    pub(crate) fn new(
        hasher: &'k SeededHasher,
        record: RecordKey,
        found: &'k mut Many<Shared>,
    ) -> Self {
        Self {
            hasher,
            record,
            found,
        }
    }

    /// Adds one: records with a key in common are alike.
    pub(crate) fn add(&mut self, key: impl Hash) {
        self.push(self.hasher.hash_one(key), None);
    }

    /// Adds one with an answer: records with a key in common are alike where their answers differ.
    pub(crate) fn add_answer(&mut self, key: impl Hash, answer: impl Hash) {
        let answer = self.hasher.hash_one(answer) as u32;
        self.push(
            self.hasher.hash_one(key),
            Some(NonZero::new(answer).unwrap_or(NonZero::<u32>::MIN)),
        );
    }

    /// Adds one that is made of several parts, which come in any order.
    pub(crate) fn add_parts(&mut self, parts: impl Iterator<Item = impl Hash>) {
        let hashes = parts.map(|part| self.hasher.hash_one(part));
        let key = hashes.fold(0, u64::wrapping_add);
        self.push(key, None);
    }

    fn push(&mut self, key: u64, answer: Option<NonZero<u32>>) {
        self.found.push(Shared {
            key,
            record: self.record,
            answer,
        });
    }
}

/// A list that grows without moving what it has: there are as many keys as records.
#[derive(Debug)]
pub(crate) struct Many<T> {
    chunks: Vec<Vec<T>>,
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<T> Many<T> {
    /// What a chunk has room for.
    const CHUNK: usize = 512;

    fn push(&mut self, one: T) {
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < chunk.capacity() => chunk.push(one),
            _ => {
                let mut chunk = Vec::with_capacity(Self::CHUNK);
                chunk.push(one);
                self.chunks.push(chunk);
            }
        }
    }

    /// Adds what another one has, in no order.
    pub(crate) fn add(&mut self, other: Self) {
        self.chunks.extend(other.chunks);
    }

    fn len(&self) -> usize {
        self.chunks.iter().map(Vec::len).sum()
    }

    fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flatten()
    }
}

/// A key of a record, by its hash.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shared {
    key: u64,
    record: RecordKey,
    /// The hash of its answer, for keys that ask something. There are many of these: it takes no more
    /// room than a number.
    answer: Option<NonZero<u32>>,
}

/// The records that are alike, in order and each once.
pub(crate) fn alike(keys: &Many<Shared>) -> Vec<RecordKey> {
    let mut keys = repeated(keys);
    keys.sort_unstable_by_key(|shared| shared.key);
    let shared = keys.chunk_by(|one, other| one.key == other.key);
    let are_alike = |same: &&[Shared]| {
        let (first, rest) = same.split_first().expect("a chunk has something");
        let differs = |other: &Shared| other.answer.is_none() || other.answer != first.answer;
        rest.iter().any(differs)
    };
    let shared = shared.filter(are_alike).flatten();
    let mut records: Vec<_> = shared.map(|shared| shared.record).collect();
    records.sort_unstable();
    records.dedup();
    records
}

/// All whose key is there twice, and a few others. Most keys are there once: to tell them by some bits of
/// theirs takes a fraction of the time that sorting all would.
fn repeated(keys: &Many<Shared>) -> Vec<Shared> {
    const BITS_FOR_EACH: usize = 8;
    let slots = (BITS_FOR_EACH * keys.len())
        .next_power_of_two()
        .max(u64::BITS as usize);
    let place = |shared: &Shared| {
        let slot = shared.key as usize & (slots - 1);
        (slot / u64::BITS as usize, 1 << (slot % u64::BITS as usize))
    };
    let empty = vec![0_u64; slots / u64::BITS as usize];
    let (mut once, mut twice) = (empty.clone(), empty);
    for shared in keys.iter() {
        let (word, bit) = place(shared);
        twice[word] |= once[word] & bit;
        once[word] |= bit;
    }
    let is_repeated = |shared: &&Shared| {
        let (word, bit) = place(shared);
        twice[word] & bit != 0
    };
    keys.iter().filter(is_repeated).copied().collect()
}

/// The names of members, to be looked up in many records.
pub(crate) fn members(names: &[&str]) -> NameSet {
    NameSet::new(names.iter().copied()).expect("a rule names few members")
}

/// What a value says, however it is written, to be hashed: the same for values with the same [`content`].
pub(crate) struct Said<'t>(pub(crate) Value<'t>);

impl Hash for Said<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self(value) = *self;
        match value.kind() {
            Kind::Null | Kind::Boolean => value.source().hash(state),
            Kind::String => value.as_str().hash(state),
            Kind::Number => {
                // Numbers that only a double can't tell apart are compared later.
                let number = value.as_number().and_then(Number::as_f64);
                let bits = number.filter(|number| *number != 0.0).map(f64::to_bits);
                bits.hash(state);
            }
            Kind::Array => {
                state.write_usize(value.len());
                value
                    .elements()
                    .for_each(|element| Self(element).hash(state));
            }
            // Members come in any order.
            Kind::Object => {
                let members = value.members().map(|member| {
                    let mut hasher = FxHasher::default();
                    (member.name(), Self(member.value)).hash(&mut hasher);
                    hasher.finish()
                });
                state.write_u64(members.fold(0, u64::wrapping_add));
            }
        }
    }
}

/// What a value says, however it is written: equal for values that are the same as JSON.
pub(crate) fn content(value: Value<'_>) -> String {
    let mut text = String::new();
    write_content(value, &mut text);
    text
}

fn write_content(value: Value<'_>, text: &mut String) {
    match value.kind() {
        Kind::Null | Kind::Boolean => text.push_str(value.source()),
        Kind::Number => {
            let decimal = value.as_number().map(|number| number.decimal().to_string());
            text.push_str(&decimal.unwrap_or_default());
        }
        Kind::String => write_string(text, value.as_str().unwrap_or_default()),
        Kind::Array => {
            text.push('[');
            for element in value.elements() {
                write_content(element, text);
                text.push(',');
            }
            text.push(']');
        }
        Kind::Object => {
            let mut members: Vec<_> = value.members().collect();
            members.sort_unstable_by_key(Member::name);
            text.push('{');
            for member in members {
                write_string(text, member.name());
                text.push(':');
                write_content(member.value, text);
                text.push(',');
            }
            text.push('}');
        }
    }
}

/// The records that have the same in all of these members: groups of at least two, each in the order of
/// the records.
pub(crate) fn same<'r>(records: &[Record<'r>], members: &[Key]) -> Vec<Vec<Record<'r>>> {
    let mut groups: BTreeMap<Vec<Option<String>>, Vec<Record<'r>>> = BTreeMap::new();
    for &record in records {
        let said = |key| record.value.get_key(key).map(content);
        let key = members.iter().map(said).collect();
        groups.entry(key).or_default().push(record);
    }
    let groups = groups.into_values();
    groups.filter(|group| group.len() > 1).collect()
}
