//! Changes: what happened, and where.

use serde_json::Value;

use crate::contract::{Kind, Level, Safety};

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What kind of change it is.
    pub kind: Kind,
    /// Where.
    pub place: Place,
    /// What was there; `None` where nothing was.
    pub old: Option<Value>,
    /// What is there; `None` where nothing is.
    pub new: Option<Value>,
    /// Whether the value carries meaning: the schema says so, or it is what tells one work from
    /// another.
    pub is_meaning: bool,
    /// What there is to say beyond that.
    pub detail: Detail,
}

/// Where a change is. Without a collection or a file it is in the manifest, without a record in the
/// schema of the collection.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The collection.
    pub collection: Option<String>,
    /// The id of the record.
    pub record: Option<String>,
    /// The file, where it is none of records, schemas and manifest.
    pub file: Option<String>,
    /// The place in the record or schema, with items by their keys: what people read and
    /// fingerprints cover.
    pub path: Vec<Part>,
    /// JSON pointer in the older version, where the value or what is around it is there.
    pub old_pointer: Option<String>,
    /// JSON pointer in the newer version, where the value or what is around it is there.
    pub new_pointer: Option<String>,
}

/// One step of the way to a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A member, by name.
    Member(String),
    /// An item, by its key.
    Key {
        /// For people, who seldom need more.
        label: String,
        /// What no other item of the list has.
        exact: String,
    },
    /// An item of an ordered list, by its position from 0.
    Position(usize),
}

impl Part {
    /// An item that is known by a name.
    pub(crate) fn named(name: impl Into<String>) -> Self {
        let label = name.into();
        Self::Key {
            exact: label.clone(),
            label,
        }
    }
}

/// What there is to say about a change beyond the old and the new value.
#[derive(Clone, Debug, PartialEq)]
pub enum Detail {
    /// Nothing.
    None,
    /// How a text changed.
    Text {
        /// The words of both versions.
        words: Vec<Word>,
        /// What changed that can turn the meaning round.
        signals: Vec<Signal>,
    },
    /// Where an item stood and stands, from 0.
    Moved {
        /// In the older version.
        from: usize,
        /// In the newer one.
        to: usize,
        /// The item.
        item: Value,
    },
    /// What became of a record.
    Redirect {
        /// The records to use in its place.
        targets: Vec<String>,
        /// How it is known.
        evidence: Vec<Evidence>,
        /// The references that changed only because of it.
        absorbed: Vec<Echo>,
        /// Where the id means something else now, what the older and the newer record say: who agrees
        /// to that agrees to nothing else.
        meant: Vec<Value>,
    },
    /// A remark.
    Note(String),
}

/// A run of words that was kept, removed or added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What became of it.
    pub fate: Fate,
    /// The words with the space around them.
    pub text: String,
}

/// What became of a run of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is in both versions.
    Kept,
    /// It is only in the older one.
    Removed,
    /// It is only in the newer one.
    Added,
}

/// What changed in a text that can turn its meaning round.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signal {
    /// What it is.
    pub sort: SignalSort,
    /// As the older version has it.
    pub old: Vec<String>,
    /// As the newer version has it.
    pub new: Vec<String>,
}

/// Parts of a text on which its meaning turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignalSort {
    /// A number.
    Number,
    /// The unit behind a number.
    Unit,
    /// `<`, "at least" and the like.
    Comparator,
    /// "not", "without" and the like.
    Negation,
}

impl SignalSort {
    /// The word for it in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Unit => "unit",
            Self::Comparator => "comparator",
            Self::Negation => "negation",
        }
    }
}

/// How it is known that one record is another one's successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// The older record is deprecated and names it.
    Tombstone,
    /// Both have the same code of a terminology.
    SharedCode,
    /// All that they say is the same.
    IdenticalBody,
}

impl Evidence {
    /// The word for it in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tombstone => "tombstone",
            Self::SharedCode => "shared-code",
            Self::IdenticalBody => "identical-body",
        }
    }
}

/// A reference that changed only because what it names has another id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Echo {
    /// The collection of the record that refers.
    pub collection: String,
    /// The record that refers.
    pub record: String,
    /// JSON pointer in its newer version.
    pub pointer: String,
    /// The id that it named.
    pub from: String,
    /// The id that it names.
    pub to: String,
}

impl Change {
    /// Whether a second reader is wanted.
    pub fn wants_reader(&self) -> bool {
        match self.kind.contract().safety {
            Safety::Always => true,
            Safety::OfMeaning => self.is_meaning,
            Safety::Never => false,
        }
    }

    /// What it raises.
    pub fn level(&self) -> Level {
        let contract = self.kind.contract();
        if self.is_meaning {
            contract.level_of_meaning
        } else {
            contract.level
        }
    }
}

impl Place {
    /// A place in the manifest.
    pub(crate) fn in_manifest(member: &str) -> Self {
        let pointer = format!("/{}", escape(member));
        Self {
            path: vec![Part::Member(member.to_owned())],
            old_pointer: Some(pointer.clone()),
            new_pointer: Some(pointer),
            ..Self::default()
        }
    }

    /// A whole record.
    pub(crate) fn of_record(collection: &str, record: &str) -> Self {
        Self {
            collection: Some(collection.to_owned()),
            record: Some(record.to_owned()),
            ..Self::default()
        }
    }

    /// The way to the value as people read it: `/citations[src-a]/stance`; empty for a whole
    /// record.
    pub fn path_text(&self) -> String {
        let mut text = String::new();
        for part in &self.path {
            match part {
                Part::Member(name) => {
                    text.push('/');
                    text.push_str(&escape(name));
                }
                Part::Key { label: key, .. } => {
                    text.push('[');
                    text.push_str(key);
                    text.push(']');
                }
                Part::Position(position) => text.push_str(&format!("[{position}]")),
            }
        }
        text
    }
}

/// A member name as a token of a JSON pointer.
pub(crate) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
