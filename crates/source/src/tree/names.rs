//! Some names, known beforehand, among which that of a member is found at once.

use super::{Key, Member, hash_of};

/// A set of names that tells the position of each.
#[derive(Clone, Debug)]
pub struct NameSet {
    names: Box<[Key]>,
    /// For each hash, cut to as many bits as there are places, the position of a name plus one.
    places: Box<[u16]>,
}

impl NameSet {
    /// As many names may lie between the place of a hash and the name that has it. Schemas may be
    /// made so that many hashes are alike; searching among those would take as long as they are
    /// many.
    const LONGEST_WAY: usize = 8;

    /// The set of some names; of equal ones, the first position counts. `None` where there are so
    /// many, or so many with the same hash, that looking for one would take long.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Option<Self> {
        let names: Box<[Key]> = names.into_iter().map(Key::new).collect();
        if names.len() > usize::from(u16::MAX) / 4 {
            return None;
        }
        let mut set = Self {
            places: vec![0; (names.len() * 2 + 1).next_power_of_two()].into(),
            names,
        };
        for position in 0..set.names.len() {
            let first = set.place_of(set.names[position].hash);
            let way =
                (0..Self::LONGEST_WAY).find(|way| set.places[set.behind(first, *way)] == 0)?;
            let place = set.behind(first, way);
            set.places[place] = position as u16 + 1;
        }
        Some(set)
    }

    /// The names, in the order of their positions.
    pub fn names(&self) -> &[Key] {
        &self.names
    }

    /// The position of a name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.find(hash_of(name.as_bytes()), |known| known == name)
    }

    /// The position of the name of a member.
    #[inline]
    pub fn position_of(&self, member: &Member<'_>) -> Option<usize> {
        self.find(member.name_hash(), |known| member.has_name(known))
    }

    #[inline]
    fn find(&self, hash: u32, is_it: impl Fn(&str) -> bool) -> Option<usize> {
        let mut place = self.place_of(hash);
        loop {
            let position = usize::from(*self.places.get(place)?).checked_sub(1)?;
            let known = self.names.get(position)?;
            if known.hash == hash && is_it(known.name()) {
                return Some(position);
            }
            place = self.behind(place, 1);
        }
    }

    #[inline]
    fn place_of(&self, hash: u32) -> usize {
        // The set is never as full as it has places, so that a search always ends.
        hash as usize & (self.places.len() - 1)
    }

    #[inline]
    fn behind(&self, place: usize, way: usize) -> usize {
        (place + way) & (self.places.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Parser};

    #[test]
    fn names_are_found_by_text_and_in_trees() {
        let words = [
            "type",
            "",
            "subject",
            "a-long-name-1",
            "a-long-name-2",
            "ä",
            "type",
        ];
        let set = NameSet::new(words).expect("few names are a set");
        for (position, word) in words.iter().enumerate().take(6) {
            assert_eq!(set.position(word), Some(position), "{word}");
        }
        assert_eq!(set.position("types"), None);

        let text = r#"{"a-long-name-2": 1, "\u00e4": 2, "other": 3, "": 4, "t\u0079pe": 5}"#;
        let mut parser = Parser::new();
        let parsed = parser.parse(text, Limits::default());
        let found: Vec<_> = parsed
            .tree
            .root()
            .members()
            .map(|member| set.position_of(&member))
            .collect();
        assert_eq!(found, [Some(4), Some(5), None, Some(1), Some(0)]);
        assert_eq!(
            NameSet::new([]).expect("no names are a set").position(""),
            None
        );
    }

    #[test]
    fn many_names_with_the_same_hash_are_no_set() {
        let alike: Vec<String> = (0..100)
            .map(|number| format!("the-start-{number:03}-and-the-end"))
            .collect();
        assert!(NameSet::new(alike.iter().map(String::as_str).take(4)).is_some());
        assert!(NameSet::new(alike.iter().map(String::as_str)).is_none());
    }
}
