//! The shape of a collection's records, for walks beside their trees: which member comes first,
//! which string is text for people, and what carries meaning.

use std::sync::OnceLock;

use treatise_schema::{Field, FieldTable, Segment};
use treatise_source::{Key, Kind, Member, NameSet, Step, Value};

/// What the schema says about a place and the places below.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// In the order of the schema.
    pub(crate) members: Vec<(Key, Shape)>,
    /// Their names, where these are a set.
    names: Option<NameSet>,
    /// The hashes of their names, which are near to one another.
    hashes: Box<[u32]>,
    elements: Option<Box<Shape>>,
    pub(crate) entries: Option<Box<Shape>>,
    is_prose: bool,
    is_meaning: bool,
    /// Whether `null` is named among what may stand here.
    names_null: bool,
    /// Sequences of names that are in their order, each at a place that it tells itself.
    sequences: Box<[OnceLock<Sequence>]>,
    /// Whether there is prose here or below.
    has_prose: bool,
    has_order: bool,
    /// Whether keys are languages.
    is_language_map: bool,
}

/// Names of the members of an object, in their order and all known.
#[derive(Debug)]
pub(crate) struct Sequence {
    /// By which it is known, as [`Value::sequence`] has it.
    hash: u64,
    /// Of the members below which there are others that have an order, the position among these names,
    /// and the one among those of the schema.
    ordered: Box<[(usize, usize)]>,
}

/// How many sequences of names are remembered for each place: records have far fewer.
const SEQUENCES: usize = 256;

fn names_null(field: &Field) -> bool {
    let enumeration = field.enumeration.iter().flatten();
    let mut listed = enumeration.chain(&field.literals);
    field.types.contains("null") || listed.any(serde_json::Value::is_null)
}

fn place_of(sequence: u64) -> usize {
    sequence as usize >> 32 & (SEQUENCES - 1)
}

impl Shape {
    /// The shape that a field table describes.
    pub(crate) fn of(table: &FieldTable) -> Self {
        let mut shape = Self::default();
        for field in table.fields() {
            shape.add(field.path.segments(), field);
        }
        shape.complete();
        shape
    }

    /// Makes the sets of names, when all members are there.
    fn complete(&mut self) {
        self.names = NameSet::new(self.members.iter().map(|(key, _)| key.name()));
        self.hashes = self.members.iter().map(|(key, _)| key.hash()).collect();
        let members = self.members.iter_mut().map(|(_, below)| below);
        let others = [&mut self.elements, &mut self.entries];
        let others = others.into_iter().flatten().map(|below| &mut **below);
        members.chain(others).for_each(Self::complete);
        let members = self.members.iter().map(|(_, below)| below);
        let others = [&self.elements, &self.entries].into_iter().flatten();
        let mut below = members.chain(others.map(|below| &**below));
        self.has_order = !self.is_open_ended() || below.any(Self::has_order);
        if !self.members.is_empty() {
            self.sequences = (0..SEQUENCES).map(|_| OnceLock::new()).collect();
        }
    }

    /// The sequence of names that an object has, where it was found to be in its order before.
    #[inline]
    pub(crate) fn known_sequence(&self, hash: u64) -> Option<&Sequence> {
        let known = self.sequences.get(place_of(hash))?.get()?;
        (known.hash == hash).then_some(known)
    }

    /// Remembers that one is, whose members stand at these positions of the schema.
    pub(crate) fn learn(&self, hash: u64, positions: &[usize]) {
        let ordered = positions.iter().copied().enumerate();
        let ordered = ordered.filter(|&(_, position)| self.members[position].1.has_order);
        if let Some(place) = self.sequences.get(place_of(hash)) {
            // Whichever is there first, stays: another one is looked at each time.
            place.get_or_init(|| Sequence {
                hash,
                ordered: ordered.collect(),
            });
        }
    }

    /// The members of an object with such names below which there are others that have an order.
    pub(crate) fn ordered_members<'s, 't>(
        &'s self,
        object: Value<'t>,
        sequence: &'s Sequence,
    ) -> impl Iterator<Item = (Value<'t>, &'s Shape)> {
        let ordered = sequence.ordered.iter();
        ordered.filter_map(move |&(at, position)| {
            Some((object.member_at(at)?, &self.members[position].1))
        })
    }

    /// Whether members have an order here or below.
    pub(crate) fn has_order(&self) -> bool {
        self.has_order
    }

    /// The position of a member in the order of the schema.
    #[inline]
    pub(crate) fn position_of(&self, member: &Member<'_>) -> Option<usize> {
        match &self.names {
            Some(names) => names.position_of(member),
            None => self.members.iter().position(|(key, _)| member.has_key(key)),
        }
    }

    /// The same, where it is most often one of the next behind others.
    #[inline]
    pub(crate) fn position_behind(&self, others: usize, member: &Member<'_>) -> Option<usize> {
        let hash = member.name_hash();
        let rest = self.hashes.get(others..).unwrap_or_default();
        let found = rest.iter().position(|&other| other == hash);
        let found = found.map(|at| others + at);
        let is_it = |at: &usize| member.has_key(&self.members[*at].0);
        found.filter(is_it).or_else(|| self.position_of(member))
    }

    fn add(&mut self, path: &[Segment], field: &Field) {
        self.has_prose |= field.is_prose;
        let Some((first, rest)) = path.split_first() else {
            self.is_prose |= field.is_prose;
            self.is_meaning |= field.is_meaning;
            self.names_null |= names_null(field);
            self.is_language_map |= field.is_language_map;
            return;
        };
        let below = first.branch(&mut self.members, &mut self.elements, &mut self.entries);
        below.add(rest, field);
    }

    /// The shape of a member.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        let named = self.members.iter().find(|(key, _)| key.name() == name);
        named.map(|(_, shape)| shape).or(self.entries.as_deref())
    }

    /// The shape of elements.
    pub(crate) fn element(&self) -> Option<&Self> {
        self.elements.as_deref()
    }

    /// Whether nothing is known of what is below.
    pub(crate) fn is_open_ended(&self) -> bool {
        self.members.is_empty() && self.entries.is_none()
    }

    /// Calls `found` with each text for people below, and its language where it has one.
    pub(crate) fn prose<'t>(
        &self,
        value: Value<'t>,
        language: Option<&'t str>,
        found: &mut impl FnMut(Value<'t>, Option<&'t str>),
    ) {
        if !self.has_prose {
            return;
        }
        match value.kind() {
            Kind::String if self.is_prose => found(value, language),
            Kind::Object if self.entries.is_none() && !self.is_language_map => {
                // Of many members few have texts.
                for (key, below) in self.members.iter().filter(|(_, below)| below.has_prose) {
                    if let Some(member) = value.get_key(key) {
                        below.prose(member, language, found);
                    }
                }
            }
            Kind::Object => {
                for member in value.members() {
                    if let Some(below) = self.member(member.name()) {
                        let language = if self.is_language_map {
                            Some(member.name())
                        } else {
                            language
                        };
                        below.prose(member.value, language, found);
                    }
                }
            }
            Kind::Array => {
                if let Some(below) = self.element() {
                    for element in value.elements() {
                        below.prose(element, language, found);
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether what the steps lead to is text for people.
    pub(crate) fn is_prose_at(&self, path: &[Step<'_>]) -> bool {
        self.at(path).is_some_and(|below| below.is_prose)
    }

    /// Whether the schema names `null` among what may stand where the steps lead to.
    pub(crate) fn names_null_at(&self, path: &[Step<'_>]) -> bool {
        self.at(path).is_some_and(|below| below.names_null)
    }

    fn at(&self, path: &[Step<'_>]) -> Option<&Self> {
        path.iter().try_fold(self, |shape, step| match step {
            Step::Member(name) => shape.member(name),
            Step::Element(_) => shape.element(),
        })
    }

    /// Whether a value here carries meaning.
    pub(crate) fn is_meaning(&self) -> bool {
        self.is_meaning
    }

    /// Whether what the steps lead to carries meaning, or something on the way.
    pub(crate) fn has_meaning(&self, path: &[Step<'_>]) -> bool {
        if self.is_meaning {
            return true;
        }
        let Some((first, rest)) = path.split_first() else {
            return false;
        };
        let below = match first {
            Step::Member(name) => self.member(name),
            Step::Element(_) => self.element(),
        };
        below.is_some_and(|below| below.has_meaning(rest))
    }
}
