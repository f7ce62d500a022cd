//! The search for names in texts.
//!
//! The tables of names lie far away in memory. So each step is done for many words, of several texts,
//! before the next one: what it asks for is waited for together then, and not for one after the other.

use std::cmp::Reverse;

use super::{Entry, Named, Names};
use crate::view::{Prose, Word, hash_of, join};

/// Words that are gone on with together. Texts of any length need no more room than these do.
const STRETCH: usize = 1024;

/// What stands in a plural for a `y`.
const PLURAL_OF_Y: &str = "ies";

/// A text and its words.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Worded<'t> {
    pub(crate) text: &'t str,
    pub(crate) words: &'t [Word],
}

impl<'t> Worded<'t> {
    pub(crate) fn of(prose: &'t Prose<'_>) -> Self {
        Self {
            text: prose.text.as_str(),
            words: &prose.wording.words,
        }
    }
}

/// A word with which a name may begin: the position of its text, and its own among the words.
type Beginning = (u32, usize);

/// Some words in a row that may be a name.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    /// Of the words.
    hash: u64,
    /// The position of the text.
    text: u32,
    /// Where the first word begins.
    word: u32,
    /// The same, or what stands behind the apostrophe of that word.
    first: u32,
}

/// A name that stands in a text.
#[derive(Clone, Copy, Debug)]
struct Standing {
    /// The position of the text.
    text: u32,
    /// Where the word begins at which it was found.
    word: u32,
    /// Whether it begins behind the apostrophe of that word.
    is_elided: bool,
    named: Named,
}

impl Names<'_> {
    /// The same as [`Self::find`], with the numbers of the names.
    pub(crate) fn positions(&self, text: Worded<'_>) -> Vec<Named> {
        self.positions_of(text, |_| true)
    }

    /// The same, as if there were no names but those that are wanted, by their numbers.
    pub(crate) fn positions_of(
        &self,
        text: Worded<'_>,
        is_wanted: impl Fn(u32) -> bool,
    ) -> Vec<Named> {
        let found = self.positions_in_each(&[text], is_wanted);
        found.into_iter().next().unwrap_or_default()
    }

    /// The same in each of some texts.
    pub(crate) fn positions_in_each(
        &self,
        texts: &[Worded<'_>],
        is_wanted: impl Fn(u32) -> bool,
    ) -> Vec<Vec<Named>> {
        let mut found = vec![Vec::new(); texts.len()];
        self.each_standing(texts, |standing| choose(standing, &is_wanted, &mut found));
        found
    }

    /// The numbers of all names in a text, also of those within others.
    pub(crate) fn each_number(&self, text: Worded<'_>, mut look: impl FnMut(u32)) {
        self.each_standing(&[text], |standing| {
            for standing in standing {
                look(standing.named.2);
            }
        });
    }

    /// Shows all names that stand in some texts as whole words, in the order of the words where they
    /// begin; those that begin with the same word together.
    fn each_standing(&self, texts: &[Worded<'_>], mut look: impl FnMut(&[Standing])) {
        let each = (0..).zip(texts);
        let words = each.flat_map(|(text, worded)| {
            let words = worded.words.iter().enumerate();
            words.map(move |(position, word)| ((text, position), word))
        });
        // Most words begin no name, with or without an ending.
        let mut beginnings = words.filter_map(|(beginning, word)| {
            let may_begin = self.openings.may_have(join(0, word.hash)) || word.may_end;
            may_begin.then_some(beginning)
        });
        loop {
            let stretch: Vec<_> = beginnings.by_ref().take(STRETCH).collect();
            look(&self.standing(texts, &stretch));
            if stretch.len() < STRETCH {
                break;
            }
        }
    }

    fn standing(&self, texts: &[Worded<'_>], beginnings: &[Beginning]) -> Vec<Standing> {
        let candidates = self.candidates(texts, beginnings).into_iter();
        let candidates = candidates.filter(|candidate| self.wholes.may_have(candidate.hash));
        let candidates: Vec<_> = candidates.collect();
        let near = candidates.iter().map(|one| self.entries.range(one.hash));
        let near: Vec<_> = near.collect();
        let mut entries = Vec::with_capacity(candidates.len());
        for (candidate, near) in candidates.iter().zip(near) {
            let near = self.entries.within(near).iter();
            let is_it = |entry: &&Entry| entry.words == candidate.hash as u32;
            entries.extend(near.filter(is_it).map(|entry| (candidate, entry)));
        }
        let standing = entries.into_iter().filter_map(|(candidate, entry)| {
            // A name may begin with signs before its first word.
            let start = candidate.first.checked_sub(entry.first)?;
            let name = &self.texts[entry.text..][..entry.length as usize];
            let text = texts[candidate.text as usize].text;
            let length = standing_at(text, start as usize, name)?;
            Some(Standing {
                text: candidate.text,
                word: candidate.word,
                is_elided: candidate.word != candidate.first,
                named: (start, start + length as u32, entry.name),
            })
        });
        standing.collect()
    }

    /// What may be a name, of what begins with some words.
    fn candidates(&self, texts: &[Worded<'_>], beginnings: &[Beginning]) -> Vec<Candidate> {
        let mut candidates = Vec::with_capacity(2 * beginnings.len());
        for &(text, position) in beginnings {
            let worded = texts[text as usize];
            let rest = &worded.words[position..];
            let Some((word, behind)) = rest.split_first() else {
                continue;
            };
            let candidate = |hash: u64| Candidate {
                hash,
                text,
                word: word.start,
                first: word.start,
            };
            self.openings_in(worded.text, rest.iter().copied(), |hash| {
                candidates.push(candidate(hash));
            });
            let inner = word.may_elide.then(|| behind_apostrophe(worded.text, word));
            if let Some(inner) = inner.flatten() {
                let rest = std::iter::once(inner).chain(behind.iter().copied());
                self.openings_in(worded.text, rest, |hash| {
                    candidates.push(Candidate {
                        first: inner.start,
                        ..candidate(hash)
                    });
                });
            }
        }
        candidates
    }

    /// The hashes of what may be a name or open one, of those that begin with the first of some words.
    fn openings_in(
        &self,
        text: &str,
        words: impl Iterator<Item = Word>,
        mut found: impl FnMut(u64),
    ) {
        let mut before = 0;
        for word in words {
            let whole = join(before, word.hash);
            let is_opening = self.openings.may_have(whole);
            if is_opening {
                found(whole);
            }
            let endings = word.may_end.then(|| endings(&text[word.range()]));
            for short in endings.into_iter().flatten() {
                let hash = join(before, short);
                if self.openings.may_have(hash) {
                    found(hash);
                }
            }
            if !is_opening {
                break;
            }
            before = whole;
        }
    }
}

/// Adds, of the names that stand in texts, the longest wanted one at each place to those found before.
fn choose(standing: &[Standing], is_wanted: impl Fn(u32) -> bool, found: &mut [Vec<Named>]) {
    let at_one_word =
        standing.chunk_by(|one, other| (one.text, one.word) == (other.text, other.word));
    for at_one_word in at_one_word {
        let Some(first) = at_one_word.first() else {
            continue;
        };
        let found = &mut found[first.text as usize];
        let behind = found.last().map_or(0, |&(_, end, _)| end);
        if first.word < behind {
            continue;
        }
        let mut of_each = at_one_word.chunk_by(|one, other| one.is_elided == other.is_elided);
        let named = of_each.find_map(|of_same| {
            let named = of_same.iter().map(|standing| standing.named);
            let wanted = named.filter(|&(start, _, name)| start >= behind && is_wanted(name));
            wanted.min_by_key(|&(start, end, name)| (start, Reverse(end), name))
        });
        found.extend(named);
    }
}

/// How long what is written is where a name stands as whole words, which may have the ending of a
/// plural: without it, but for a `y` that it has changed.
fn standing_at(text: &str, start: usize, name: &str) -> Option<usize> {
    let bytes = text.as_bytes().get(start..)?;
    let is_behind = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    let has = |name: &str| {
        let written = bytes.get(..name.len());
        written.is_some_and(|written| written.eq_ignore_ascii_case(name.as_bytes()))
    };
    // What is equal to a name begins and ends between characters.
    let (length, is_it) = if has(name) {
        let rest = &text[start + name.len()..];
        let mut endings = ["", "s", "es"].iter();
        let is_whole = |ending| rest.strip_prefix(ending).is_some_and(is_behind);
        (name.len(), endings.any(|ending| is_whole(*ending)))
    } else {
        let stem = name.strip_suffix(['y', 'Y']).filter(|stem| has(stem))?;
        let rest = text[start + stem.len()..].strip_prefix(PLURAL_OF_Y);
        (stem.len() + PLURAL_OF_Y.len(), rest.is_some_and(is_behind))
    };
    (is_it && !text[..start].ends_with(char::is_alphanumeric)).then_some(length)
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

/// The hashes of what a word is without the endings that a name may have in a text.
fn endings(word: &str) -> impl Iterator<Item = u64> {
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
    let shorts = shorts.filter(|short| !short.is_empty()).map(hash_of);
    let stem = word.strip_suffix(PLURAL_OF_Y);
    // `dies` is no plural.
    let stem = stem.filter(|stem| stem.len() > 1);
    shorts.chain(stem.map(|stem| hash_of(&format!("{stem}y"))))
}

#[cfg(test)]
mod tests {
    use super::super::{MOST_WORDS, Name};
    use super::*;
    use crate::view::Wording;

    fn found(names: &[&str], text: &str) -> Vec<(usize, String)> {
        let name = |&text| Name {
            text,
            entities: Vec::new(),
            term: None,
        };
        let names: Vec<_> = names.iter().map(name).collect();
        let all = Names::of(&names);
        let words = &Wording::of(text).words;
        let found = all.positions(Worded { text, words }).into_iter();
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
        assert_eq!(
            found(
                &["EGFR antibody", "ant"],
                "egfr Antibodies, EGFR antibodied"
            ),
            [(0, "egfr Antibodies".to_owned())]
        );
        assert_eq!(
            found(&["biopsy", "dy"], "biopsies, she dies"),
            [(0, "biopsies".to_owned())]
        );
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

    #[test]
    fn a_text_of_any_length_is_gone_through() {
        let count = 2 * STRETCH + 1;
        // Each stretch ends within a name.
        let text = format!("cat {}", "rat cat ".repeat(count));
        let found = found(&["cat", "rat cat", "cat rat cat"], &text);
        let expected = [(2, "cat rat cat")];
        let rest = std::iter::repeat_n((1, "rat cat"), count - 1);
        assert!(
            found
                .iter()
                .map(|(name, said)| (*name, &**said))
                .eq(expected.into_iter().chain(rest))
        );
    }

    #[test]
    fn a_name_of_very_many_words_is_not_looked_for() {
        let of_words = |count| vec!["no"; count].join(" ");
        let text = of_words(2 * MOST_WORDS);
        assert_eq!(found(&[&of_words(MOST_WORDS)], &text).len(), 2);
        assert_eq!(found(&[&of_words(MOST_WORDS + 1)], &text), []);
    }
}
