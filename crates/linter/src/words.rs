//! The words that schemas allow in closed lists, such as the kinds of sources. Each is stored once, so
//! that a record says with a number which of them it has, and asking for it touches nothing else.

use rustc_hash::FxHashMap;
use serde_json::Value;
use treatise_schema::FieldTable;

/// The words of one collection.
#[derive(Debug, Default)]
pub(crate) struct Words {
    words: Vec<Box<str>>,
    numbers: FxHashMap<Box<str>, u16>,
}

/// A string of a record that is most often one of the words. Every record has some, so that it is no
/// larger than it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word(u16);

/// What a [`Word`] is.
pub(crate) enum Said {
    Absent,
    /// The word with this number.
    Listed(u16),
    /// None of the words.
    Other,
}

impl Word {
    const ABSENT: Self = Self(0);
    const OTHER: Self = Self(1);
    /// That of the first word.
    const FIRST: u16 = 2;

    pub(crate) fn said(self) -> Said {
        match self {
            Self::ABSENT => Said::Absent,
            Self::OTHER => Said::Other,
            Self(number) => Said::Listed(number - Self::FIRST),
        }
    }
}

impl Words {
    /// Those of all lists in a field table.
    pub(crate) fn of(table: &FieldTable) -> Self {
        let mut all = Self::default();
        let lists = table
            .fields()
            .iter()
            .filter_map(|field| field.enumeration.as_ref());
        for word in lists.flatten().filter_map(Value::as_str) {
            let Ok(number) = u16::try_from(all.words.len()) else {
                break;
            };
            if number > u16::MAX - Word::FIRST {
                break;
            }
            if !all.numbers.contains_key(word) {
                all.numbers.insert(word.into(), number);
                all.words.push(word.into());
            }
        }
        all
    }

    /// The number of what a record says.
    pub(crate) fn number(&self, said: Option<&str>) -> Word {
        match said {
            None => Word::ABSENT,
            Some(said) => match self.numbers.get(said) {
                Some(&number) => Word(number + Word::FIRST),
                None => Word::OTHER,
            },
        }
    }

    /// The word with a number.
    pub(crate) fn get(&self, number: u16) -> &str {
        &self.words[usize::from(number)]
    }
}
