//! Names, found in texts: labels of entities, terms, names of agents, titles of sources.

mod search;

use std::ops::Range;

use rayon::prelude::*;

pub(crate) use self::search::Worded;
use crate::directory::Directory;
use crate::view::{BloomFilter, Entity, Prose, Records, Term, Wording, join};

/// All names, ready to be found by their words.
#[derive(Debug)]
pub(crate) struct Names<'r> {
    all: Vec<Name<'r>>,
    /// The first words of each name, of any number.
    openings: BloomFilter,
    /// All words of each name: most openings are no names.
    wholes: BloomFilter,
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

/// A name of more words is not looked for: where a text and a name are the same words over and over, each
/// word of the text is a place from which on all of the name is compared.
const MOST_WORDS: usize = 64;

/// Of more names of the same words, the others are not looked for: each of them would be compared
/// wherever the words are.
const MOST_ALIKE: usize = 64;

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
    /// Where in the text, in bytes; without the ending of a plural, but for that of a `y`.
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
                let count = words.len();
                let first = words.first().filter(|_| count <= MOST_WORDS)?;
                let mut before = 0;
                openings.extend(words.iter().map(|word| {
                    before = join(before, word.hash);
                    before
                }));
                Some((*first, count))
            });
            let each: Vec<_> = each.collect();
            (openings, each)
        };
        let chunks: Vec<_> = names.par_chunks(CHUNK).map(openings_of).collect();
        let mut texts = String::with_capacity(names.iter().map(|name| name.text.len()).sum());
        let mut openings = BloomFilter::with_room_for(names.len());
        let mut wholes = BloomFilter::with_room_for(names.len());
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
            entries: Directory::new(entries, MOST_ALIKE),
            bearers: Vec::new(),
            ends: Vec::new(),
            texts,
        }
    }

    /// The names in a text, the longest at each place, in order; only whole words, which may have
    /// the ending of a plural.
    pub(crate) fn find(&self, text: &str) -> Vec<Mention<'_, 'r>> {
        let words = &Wording::of(text).words;
        self.mentions(Worded { text, words })
    }

    /// The same in a text whose words are known.
    pub(crate) fn find_in(&self, prose: &Prose<'_>) -> Vec<Mention<'_, 'r>> {
        self.mentions(Worded::of(prose))
    }

    fn mentions(&self, text: Worded<'_>) -> Vec<Mention<'_, 'r>> {
        let positions = self.positions(text).into_iter();
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

    /// All names.
    pub(crate) fn all(&self) -> &[Name<'r>] {
        &self.all
    }
}
