//! Names, found in texts: labels of entities, terms, names of agents, titles of sources.

use std::ops::Range;

use rayon::prelude::*;

use crate::directory::Directory;
use crate::view::{Entity, Prose, Records, Sieve, Term, Word, Wording, hash_of, join};

/// All names, ready to be found by their words.
#[derive(Debug)]
pub(crate) struct Names<'r> {
    all: Vec<Name<'r>>,
    /// The first words of each name, of any number.
    openings: Sieve,
    /// All words of each name: most openings are no names.
    wholes: Sieve,
    /// By the hashes of their words.
    entries: Directory<Entry>,
    /// What bears the names, one after the other: places among the records that are no claims.
    bearers: Vec<u32>,
    /// Of each name, where its bearers end; they begin where those of the name before end.
    ends: Vec<u32>,
    /// The texts of all names, side by side and so near one another in memory.
    texts: String,
}

/// Names that a core takes at a time.
const CHUNK: usize = 512;

/// A name, to be found by the hash of its words.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The last bits of the hash; the first ones led here, and the text tells the rest.
    words: u32,
    /// Where its text is among all, and how long it is.
    text: usize,
    length: u32,
    name: u32,
    /// Where its first word begins, in bytes.
    first: u32,
}

/// A name and what bears it.
#[derive(Clone, Debug)]
pub(crate) struct Name<'r> {
    pub(crate) text: &'r str,
    /// What it may mean; several where it is ambiguous, none for agents and titles.
    pub(crate) entities: Vec<Entity<'r>>,
    /// The term that brings it; `None` for labels.
    pub(crate) term: Option<Term<'r>>,
}

/// A name in a text.
#[derive(Clone, Debug)]
pub(crate) struct Mention<'n, 'r> {
    /// Where in the text, in bytes.
    pub(crate) range: Range<usize>,
    pub(crate) name: &'n Name<'r>,
}

/// Where a name stands in a text, in bytes, and its number among all names.
pub(crate) type Named = (u32, u32, u32);

impl<'r> Names<'r> {
    pub(crate) fn new(records: &Records<'r>) -> Self {
        let language = records.language();
        let labels = records.entities.par_iter().filter_map(|&entity| {
            Some(Name {
                text: entity.label(language)?.as_str(),
                entities: vec![entity],
                term: None,
            })
        });
        let terms = records.terms.par_iter().filter_map(|&term| {
            let is_of_language = term.text("lang").is_none_or(|lang| &*lang == language);
            let text = term.name().filter(|_| is_of_language)?.as_str();
            let entities = term.glance(|term| {
                let denoted = Term(term).denoted();
                denoted.filter_map(|id| records.entity(&id)).collect()
            });
            Some(Name {
                text,
                entities,
                term: Some(term),
            })
        });
        let agents = records.agents.par_iter().filter_map(|agent| agent.name());
        let titles = records.sources.par_iter().filter_map(|source| source.csl());
        let titles = titles.flat_map_iter(|csl| {
            let titles = ["title", "container-title"];
            titles.into_iter().filter_map(move |title| csl.text(title))
        });
        let others = agents.chain(titles).map(|text| Name {
            text: text.as_str(),
            entities: Vec::new(),
            term: None,
        });
        let names = labels.chain(terms).chain(others);
        let names = names.filter(|name| !name.text.trim().is_empty());
        let all: Vec<_> = names.collect();
        let bearers_of = |names: &[Name<'r>]| {
            let mut bearers = Vec::with_capacity(names.len());
            let counts = names.iter().map(|name| {
                let entities = name.entities.iter();
                let before = bearers.len();
                bearers.extend(entities.filter_map(|entity| records.place_of(entity.id)));
                (bearers.len() - before) as u32
            });
            let counts: Vec<_> = counts.collect();
            (bearers, counts)
        };
        let bearers = || -> Vec<_> { all.par_chunks(CHUNK).map(bearers_of).collect() };
        // What is made of the words is made by one core in the end.
        let (mut names, chunks) = rayon::join(|| Self::of(&all), bearers);
        names.all = all;
        let mut end = 0;
        for (bearers, counts) in chunks {
            names.bearers.extend(bearers);
            names.ends.extend(counts.iter().map(|count| {
                end += count;
                end
            }));
        }
        names
    }

    /// The same without the names themselves and what bears them.
    fn of(names: &[Name<'r>]) -> Self {
        // The openings of names, one after the other; of each name the first word, and how many
        // openings it has. A name of signs alone has none: it could not be told from the signs of a
        // sentence.
        let openings_of = |names: &[Name<'_>]| {
            let mut openings = Vec::with_capacity(3 * names.len());
            let each = names.iter().map(|name| {
                let words = Wording::of(name.text).words;
                let mut before = 0;
                openings.extend(words.iter().map(|word| {
                    before = join(before, word.hash);
                    before
                }));
                Some((*words.first()?, words.len()))
            });
            let each: Vec<_> = each.collect();
            (openings, each)
        };
        let chunks: Vec<_> = names.par_chunks(CHUNK).map(openings_of).collect();
        let mut texts = String::with_capacity(names.iter().map(|name| name.text.len()).sum());
        let mut openings = Sieve::with_room_for(names.len());
        let mut wholes = Sieve::with_room_for(names.len());
        let mut entries = Vec::with_capacity(names.len());
        let each = chunks.iter().flat_map(|(all, each)| {
            let mut rest = &all[..];
            each.iter().map(move |own| {
                let (first, count) = (*own)?;
                let own = rest.split_off(..count)?;
                Some((first, own))
            })
        });
        for (number, (name, own)) in (0..).zip(names.iter().zip(each)) {
            let Some((first, own)) = own else {
                continue;
            };
            for &opening in own {
                openings.add(opening);
            }
            let whole = own.last().copied().unwrap_or_default();
            wholes.add(whole);
            let entry = Entry {
                words: whole as u32,
                text: texts.len(),
                // Records are far smaller than this can count.
                length: name.text.len() as u32,
                name: number,
                first: first.start,
            };
            entries.push((whole, entry));
            texts.push_str(name.text);
        }
        Self {
            all: Vec::new(),
            openings,
            wholes,
            entries: Directory::new(entries),
            bearers: Vec::new(),
            ends: Vec::new(),
            texts,
        }
    }

    /// The names in a text, the longest at each place, in order; only whole words, which may have
    /// the ending of a plural.
    pub(crate) fn find(&self, text: &str) -> Vec<Mention<'_, 'r>> {
        self.mentions(text, &Wording::of(text).words)
    }

    /// The same in a text whose words are known.
    pub(crate) fn find_in(&self, prose: &Prose<'_>) -> Vec<Mention<'_, 'r>> {
        self.mentions(&prose.text, &prose.wording.words)
    }

    fn mentions(&self, text: &str, words: &[Word]) -> Vec<Mention<'_, 'r>> {
        let positions = self.positions(text, words).into_iter();
        positions.map(|named| self.mention(named)).collect()
    }

    /// The places, among the records that are no claims, of what bears a name, given by its number.
    pub(crate) fn bearers(&self, number: u32) -> &[u32] {
        let number = number as usize;
        let end = self.ends.get(number).copied().unwrap_or_default();
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.bearers
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    /// The name that stands somewhere.
    pub(crate) fn mention(&self, (start, end, name): Named) -> Mention<'_, 'r> {
        Mention {
            range: start as usize..end as usize,
            name: &self.all[name as usize],
        }
    }

    /// The same as [`Self::find`], with the numbers of the names.
    pub(crate) fn positions(&self, text: &str, words: &[Word]) -> Vec<Named> {
        self.positions_of(text, words, |_| true)
    }

    /// The same, as if there were no names but those that are wanted, by their numbers.
    pub(crate) fn positions_of(
        &self,
        text: &str,
        words: &[Word],
        is_wanted: impl Fn(u32) -> bool,
    ) -> Vec<Named> {
        let mut found = Vec::new();
        let mut behind = 0;
        for (position, word) in words.iter().enumerate() {
            // Most words begin no name, with or without an ending.
            let may_begin = word.may_end || self.openings.may_have(join(0, word.hash));
            if word.start < behind || !may_begin {
                continue;
            }
            let rest = &words[position..];
            let named = self.longest_at(text, rest, behind, &is_wanted);
            let named = named.or_else(|| {
                let inner = word.may_elide.then(|| behind_apostrophe(text, word))??;
                let inner: Vec<_> = std::iter::once(inner)
                    .chain(rest[1..].iter().copied())
                    .collect();
                self.longest_at(text, &inner, behind, &is_wanted)
            });
            if let Some(named) = named {
                behind = named.1;
                found.push(named);
            }
        }
        found
    }

    /// The longest wanted name that begins with the first of these words, and not before `from`.
    fn longest_at(
        &self,
        text: &str,
        words: &[Word],
        from: u32,
        is_wanted: impl Fn(u32) -> bool,
    ) -> Option<Named> {
        let first = words.first()?;
        let mut found: Option<Named> = None;
        let mut look = |hash: u64| {
            if !self.wholes.may_have(hash) {
                return;
            }
            let is_it = |entry: &&Entry| entry.words == hash as u32 && is_wanted(entry.name);
            for entry in self.entries.near(hash).iter().filter(is_it) {
                let start = first.start.checked_sub(entry.first);
                let Some(start) = start.filter(|start| *start >= from) else {
                    continue;
                };
                let named = (start, start + entry.length, entry.name);
                let key = |(start, end, name): Named| (start, std::cmp::Reverse(end), name);
                let is_better = found.is_none_or(|other| key(named) < key(other));
                let name = &self.texts[entry.text..][..entry.length as usize];
                if is_better && stands(text, start as usize..named.1 as usize, name) {
                    found = Some(named);
                }
            }
        };
        let mut before = 0;
        for word in words {
            let whole = join(before, word.hash);
            let is_opening = self.openings.may_have(whole);
            if is_opening {
                look(whole);
            }
            let endings = word.may_end.then(|| endings(&text[word.range()]));
            for short in endings.into_iter().flatten() {
                let hash = join(before, hash_of(short));
                if self.openings.may_have(hash) {
                    look(hash);
                }
            }
            if !is_opening {
                break;
            }
            before = whole;
        }
        found
    }

    /// All names.
    pub(crate) fn all(&self) -> &[Name<'r>] {
        &self.all
    }
}

/// Whether a name stands somewhere as whole words, which may have the ending of a plural.
fn stands(text: &str, range: Range<usize>, name: &str) -> bool {
    let is_it = text
        .as_bytes()
        .get(range.clone())
        .is_some_and(|written| written.eq_ignore_ascii_case(name.as_bytes()));
    // What is equal to a name begins and ends between characters.
    if !is_it || text[..range.start].ends_with(char::is_alphanumeric) {
        return false;
    }
    let rest = &text[range.end..];
    let is_behind = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    is_behind(rest)
        || rest.strip_prefix('s').is_some_and(is_behind)
        || rest.strip_prefix("es").is_some_and(is_behind)
}

/// What stands behind the apostrophe of an elision, as in `l'os`.
fn behind_apostrophe(text: &str, word: &Word) -> Option<Word> {
    let written = &text[word.range()];
    let (at, mark) = written.rmatch_indices(['\'', '’']).next()?;
    let inner = &written[at + mark.len()..];
    (!inner.is_empty()).then(|| Word {
        start: word.end - inner.len() as u32,
        end: word.end,
        hash: hash_of(inner),
        may_end: true,
        may_elide: true,
    })
}

/// What a word is without the endings that a name may have in a text.
fn endings(word: &str) -> impl Iterator<Item = &str> {
    const APOSTROPHES: [char; 2] = ['\'', '’'];
    let shorts = match word.strip_suffix('s') {
        Some(short) => {
            let further = short.strip_suffix('e');
            let further = further.or_else(|| short.strip_suffix(APOSTROPHES));
            [Some(short), further]
        }
        None => [word.strip_suffix(APOSTROPHES), None],
    };
    let shorts = shorts.into_iter().flatten();
    shorts.filter(|short| !short.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[&'static str], text: &str) -> Vec<(usize, String)> {
        let name = |&text| Name {
            text,
            entities: Vec::new(),
            term: None,
        };
        let names: Vec<_> = names.iter().map(name).collect();
        let all = Names::of(&names);
        let found = all.positions(text, &Wording::of(text).words).into_iter();
        let found = found.map(|(start, end, name)| {
            (name as usize, text[start as usize..end as usize].to_owned())
        });
        found.collect()
    }

    #[test]
    fn the_longest_name_of_whole_words_counts() {
        let names = ["liver", "liver metastasis", "(R)-warfarin", "HER2+", "rat"];
        let text = "Liver metastasis, livers, deliver, (r)-Warfarin; HER2+ in rating of rats";
        let found = found(&names, text);
        let said: Vec<_> = found.iter().map(|(name, said)| (*name, &**said)).collect();
        assert_eq!(
            said,
            [
                (1, "Liver metastasis"),
                (0, "liver"),
                (2, "(r)-Warfarin"),
                (3, "HER2+"),
                (4, "rat"),
            ]
        );
    }

    #[test]
    fn a_shorter_name_counts_where_the_longer_one_is_no_whole_word() {
        assert_eq!(
            found(&["bone", "bone mar"], "bone marrow"),
            [(0, "bone".to_owned())]
        );
        assert_eq!(found(&["box"], "boxes"), [(0, "box".to_owned())]);
        assert_eq!(found(&["Crohn"], "Crohn's"), [(0, "Crohn".to_owned())]);
        assert_eq!(
            found(&["Crohn's"], "a Crohn's b"),
            [(0, "Crohn's".to_owned())]
        );
        assert_eq!(
            found(&["os iliaque"], "dans l'os iliaque"),
            [(0, "os iliaque".to_owned())]
        );
        assert_eq!(found(&["α"], "α’s"), [(0, "α".to_owned())]);
        assert_eq!(found(&["±", "é"], "±é"), [(1, "é".to_owned())]);
    }
}
