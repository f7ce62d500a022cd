//! Ids for new records: made of what a record says, or counted on.

use std::path::Path;

use icu_normalizer::DecomposingNormalizerBorrowed;

use crate::layout::{Layout, has_lines, refused_stem, stays_inside};
use crate::{Collection, Dataset, Error};

/// The longest slug that is proposed, in bytes: people meet ids in file names, references and diffs.
const LONGEST_SLUG: usize = 60;

/// Letters that are none with a mark, and how they are written without them.
const LETTERS: &[(char, &str)] = &[
    ('ß', "ss"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('ø', "o"),
    ('ł', "l"),
    ('đ', "d"),
    ('ð', "d"),
    ('þ', "th"),
    ('ı', "i"),
];

impl Collection {
    /// An id made of what a new record says or is called; `None` where that has no Latin letter and no
    /// digit.
    pub fn proposed_id(&self, said: &str) -> Option<String> {
        let slug = slug(said)?;
        Some(match &self.entry.prefix {
            Some(prefix) => format!("{prefix}-{slug}"),
            None => slug,
        })
    }

    /// Whether its records are lines of one file, or would be if there were any.
    pub fn keeps_lines(&self) -> bool {
        match self.layout {
            Layout::Lines(_) => true,
            Layout::Folder(_) => false,
            Layout::Absent => has_lines(Path::new(&self.entry.path)),
        }
    }
}

impl Dataset {
    /// The id behind those of the records of a collection, where all of them are the same but for a
    /// number at their end.
    ///
    /// # Panics
    /// The dataset was only [begun](crate::begin).
    pub fn next_id(&self, collection: &Collection) -> Option<String> {
        let index = self.index();
        let records = index.records();
        let of_it = records.filter(|&record| index.collection(record) == collection.position());
        let mut numbered = of_it.map(|record| {
            let id = index.id(record);
            let stem = id.trim_end_matches(|last: char| last.is_ascii_digit());
            let digits = &id[stem.len()..];
            Some((stem, digits.parse::<u64>().ok()?, digits.len()))
        });
        let (stem, mut last, mut width) = numbered.next()??;
        for one in numbered {
            let (other, number, digits) = one?;
            if other != stem {
                return None;
            }
            (last, width) = (last.max(number), width.min(digits));
        }
        Some(format!("{stem}{:0width$}", last.checked_add(1)?))
    }

    /// Why an id can't be that of a new record of a collection, as a clause about it.
    ///
    /// # Panics
    /// The dataset was only [begun](crate::begin).
    pub fn refusal_of_id(&self, collection: &Collection, id: &str) -> Option<String> {
        if id.is_empty() {
            return Some("says nothing".to_owned());
        }
        let entry = &collection.entry;
        if let Some(prefix) = &entry.prefix
            && entry.behind_prefix(id).is_none_or(str::is_empty)
        {
            return Some(format!("has not the form `{prefix}-name`"));
        }
        if self.is_taken(collection, id) {
            return Some("is that of a record already".to_owned());
        }
        if collection.keeps_lines() {
            return None;
        }
        refused_stem(id).map(|reason| format!("is no name of a file: it {reason}"))
    }

    /// Whether a new record of a collection would lie below the root, whatever links there are.
    ///
    /// # Errors
    /// A folder on the way can't be looked at.
    pub fn has_room_for(&self, collection: &Collection) -> Result<bool, Error> {
        stays_inside(&self.root, Path::new(&collection.entry.path))
    }

    fn is_taken(&self, collection: &Collection, id: &str) -> bool {
        let names = self.collections().iter().map(Collection::name);
        // A file that could not be read may have the name all the same.
        self.index().find(id, names).is_some()
            || collection.has_file(&format!("{id}.json"), self.files())
    }
}

/// What a text says as words of Latin letters and digits with hyphens between them, cut between two words
/// where it is long.
fn slug(said: &str) -> Option<String> {
    let lower = said.to_lowercase();
    let parted = DecomposingNormalizerBorrowed::new_nfkd().normalize(&lower);
    let is_mark = |character: &char| matches!(character, '\u{300}'..='\u{36f}');
    let plain = parted.chars().filter(|character| !is_mark(character));
    let mut words = vec![String::new()];
    for character in plain {
        let known = LETTERS.iter().find(|(letter, _)| *letter == character);
        let last = words.last_mut().expect("there is always a word");
        match known {
            Some((_, letters)) => last.push_str(letters),
            None if character.is_ascii_alphanumeric() => last.push(character),
            // An apostrophe separates nothing.
            None if matches!(character, '\'' | '\u{2019}') => {}
            None => words.push(String::new()),
        }
    }
    let mut slug = String::new();
    for word in words.iter().filter(|word| !word.is_empty()) {
        if slug.is_empty() {
            slug = word.chars().take(LONGEST_SLUG).collect();
        } else if slug.len() + 1 + word.len() <= LONGEST_SLUG {
            slug = slug + "-" + word;
        } else {
            break;
        }
    }
    (!slug.is_empty()).then_some(slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_words_of_plain_letters() {
        let cases = [
            ("Hepatic arterial infusion", "hepatic-arterial-infusion"),
            ("  5-FU: what's next? ", "5-fu-whats-next"),
            ("Straße, Ærø, Łódź, café", "strasse-aero-lodz-cafe"),
            ("H₂O ﬁbrosis", "h2o-fibrosis"),
        ];
        for (said, expected) in cases {
            assert_eq!(slug(said).as_deref(), Some(expected), "{said}");
        }
        assert_eq!(slug("печень"), None);
        assert_eq!(slug(" - "), None);
    }

    #[test]
    fn slugs_end_with_a_word() {
        let long = "word ".repeat(40);
        let slug = slug(&long).expect("it has letters");
        assert!(
            slug.len() <= LONGEST_SLUG && slug.ends_with("-word"),
            "{slug}"
        );
        let one = super::slug(&"a".repeat(100)).expect("it has letters");
        assert_eq!(one.len(), LONGEST_SLUG);
    }
}
