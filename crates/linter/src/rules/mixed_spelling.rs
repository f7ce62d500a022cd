//! Finds British spellings in an English dataset that is mostly American, and the other way round.
//!
//! # Why it matters
//!
//! A search for "tumor" does not find "tumour", and a reader sees two hands at work.
//!
//! # How to mend it
//!
//! Write the form of the variety that the dataset has elsewhere; `treatise check --fix --unsafe-fixes`
//! does in notes.
//!
//! # What it leaves alone
//!
//! Texts in `en-GB`, `en-US` and the like, which have chosen; names of agents and titles of sources;
//! addresses, ids, quotations and names within a text; words that both varieties know. What counts is how many records have each variety; where as many have
//! one as the other, it says nothing. The pairs are those of
//! `src/tables/spellings.tsv`.
//!
//! # How often it is right
//!
//! It finds nothing in the project's dataset, which is American. Of 30 statements that were written to try
//! the rules, it found the one with a British word.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use treatise_report::Applicability;

use crate::check::rule;
use crate::documents::uncontracted;
use crate::finding::{Finding, Found};
use crate::marked::Marked;
use crate::tables::rows;
use crate::view::{BloomFilter, Prose, Record, Records, Word, hash_of};

rule! {
    name: "mixed-spelling",
    severity: Warning,
    summary: "a British spelling among American ones, or the other way round",
    since: "0.1.0",
    check: Marked(mark, check),
    needs: WholeDataset,
    tables: [ALL],
    fix: Unsafe,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Variety {
    British = 1,
    American = 2,
}

/// What a word is, and how the other variety writes it.
static SPELLINGS: LazyLock<FxHashMap<&str, (Variety, &str)>> = LazyLock::new(|| {
    let pairs = rows(include_str!("../tables/spellings.tsv"));
    let both = |[british, american]: [&'static str; 2]| {
        [
            (british, (Variety::British, american)),
            (american, (Variety::American, british)),
        ]
    };
    pairs.flat_map(both).collect()
});

/// The words, to see at once that a text has none of them.
static ALL: LazyLock<BloomFilter> =
    LazyLock::new(|| BloomFilter::of(SPELLINGS.keys().map(|word| hash_of(word)).collect()));

/// The words of a record that are spelled in one way or the other: where each stands, and how the
/// other variety writes it.
fn spelled(
    record: Record<'_>,
) -> impl Iterator<Item = (&Prose<'_>, Range<usize>, Variety, &'static str)> {
    let prose = record.prose().iter();
    let english = prose.filter(|prose| prose.language == Some("en"));
    english.flat_map(|prose| {
        let possible = prose.wording.words.iter();
        let possible = possible.map(|word| stem(prose, word));
        let possible = possible.filter(|(hash, _)| ALL.may_have(*hash));
        let mut surroundings = Surroundings::of(prose.text.as_str());
        possible.filter_map(move |(_, range)| {
            let word = &prose.text[range.clone()];
            let is_lower = word.bytes().all(|byte| byte.is_ascii_lowercase());
            let lower = match is_lower {
                true => Cow::Borrowed(word),
                false => Cow::Owned(word.to_lowercase()),
            };
            let &(variety, other) = SPELLINGS.get(&*lower)?;
            let is_own = surroundings.is_own_wording(&range);
            is_own.then_some((prose, range, variety, other))
        })
    })
}

/// A word without what an apostrophe cuts short, as in `tumour’s`: its hash, and where it stands.
fn stem(prose: &Prose<'_>, word: &Word) -> (u64, Range<usize>) {
    let range = word.range();
    let written = &prose.text[range.clone()];
    match word.may_elide.then(|| uncontracted(written)) {
        Some(stem) if stem.len() < written.len() => (
            hash_of(&written[stem.clone()]),
            range.start + stem.start..range.start + stem.end,
        ),
        _ => (word.hash, range),
    }
}

/// What stands around the words of a text. It is found while these are gone through in order, so that a
/// text with very many of them is looked at once.
struct Surroundings<'t> {
    text: &'t str,
    /// How far quotation marks have been looked for.
    at: usize,
    /// Whether the last curly one there opens a quotation.
    is_in_curly: bool,
    /// Whether there is an odd number of straight ones.
    is_in_straight: bool,
    /// Where the last straight one of the whole text is.
    last_straight: OnceCell<Option<usize>>,
    /// What stands between white space, where that was last asked for, and whether it is an address or id.
    token: Range<usize>,
    is_code: bool,
}

impl<'t> Surroundings<'t> {
    fn of(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            is_in_curly: false,
            is_in_straight: false,
            last_straight: OnceCell::new(),
            token: 0..0,
            is_code: false,
        }
    }

    /// Whether a word is one that the author of the text chose: it is not, in an address or id, in a
    /// quotation, and as part of a name. No word may stand before one that was asked for earlier.
    fn is_own_wording(&mut self, range: &Range<usize>) -> bool {
        for mark in self.text[self.at..range.start].chars() {
            match mark {
                '“' => self.is_in_curly = true,
                '”' => self.is_in_curly = false,
                '"' => self.is_in_straight = !self.is_in_straight,
                _ => {}
            }
        }
        self.at = range.start;
        let is_quoted = self.is_in_curly || self.is_in_straight && self.is_closed_behind(range.end);
        let is_capitalised = self.text[range.clone()].starts_with(char::is_uppercase);
        let before = self.text[..range.start].trim_end();
        let begins = before.is_empty() || before.ends_with(['.', ':', '!', '?']);
        !is_quoted && (!is_capitalised || begins) && !self.is_in_code(range)
    }

    fn is_closed_behind(&self, end: usize) -> bool {
        let last = self.last_straight.get_or_init(|| self.text.rfind('"'));
        last.is_some_and(|last| last >= end)
    }

    fn is_in_code(&mut self, range: &Range<usize>) -> bool {
        if !self.token.contains(&range.start) {
            let (before, behind) = (&self.text[..range.start], &self.text[range.end..]);
            let length = behind.find(char::is_whitespace).unwrap_or(behind.len());
            let before = before.trim_end_matches(|it: char| !it.is_whitespace());
            self.token = before.len()..range.end + length;
            self.is_code = is_code(&self.text[self.token.clone()]);
        }
        self.is_code
    }
}

/// Whether what stands between white space is an address or id.
fn is_code(token: &str) -> bool {
    let token = token.trim_matches(|character: char| !character.is_alphanumeric());
    token.contains(['/', '_', '@', ':', '#', '=', '\\', '.'])
        || token.matches('-').count() > 1 && !token.contains(char::is_uppercase)
}

/// Which varieties a record has.
fn mark(record: Record<'_>) -> u8 {
    let varieties = spelled(record).map(|(_, _, variety, _)| variety as u8);
    varieties.fold(0, |all, variety| all | variety)
}

fn check<'r>(marked: &Marked<'_, 'r>, _: &Records<'r>, found: &mut Found) {
    let count = |variety: Variety| marked.count(variety as u8);
    // By records: a text that has one spelling many times is one of its kind.
    let rare = match count(Variety::British).cmp(&count(Variety::American)) {
        std::cmp::Ordering::Less => Variety::British,
        std::cmp::Ordering::Greater => Variety::American,
        std::cmp::Ordering::Equal => return,
    };
    for (prose, range, variety, other) in marked.with(rare as u8).flat_map(spelled) {
        if variety == rare {
            report(prose, range, rare, other, found);
        }
    }
}

fn report(prose: &Prose<'_>, range: Range<usize>, rare: Variety, other: &str, found: &mut Found) {
    let word = &prose.text[range.clone()];
    let (this, usual) = match rare {
        Variety::British => ("British", "American"),
        Variety::American => ("American", "British"),
    };
    let replacement = in_case_of(word, other);
    let finding = Finding::new(
        prose.text.part(range.clone()),
        format!("`{word}` is {this} spelling, and the dataset is mostly {usual}"),
    )
    .with_help(format!("write `{replacement}`"));
    found.add(finding.with_replaced(Applicability::Unsafe, prose.text, [(range, replacement)]));
}

/// The other spelling with the capitals of the word.
fn in_case_of(word: &str, other: &str) -> String {
    let is_upper = |text: &str| text.chars().all(char::is_uppercase);
    let mut characters = other.chars();
    match characters.next() {
        _ if is_upper(word) => other.to_uppercase(),
        Some(first) if word.starts_with(char::is_uppercase) => {
            first.to_uppercase().chain(characters).collect()
        }
        _ => other.to_owned(),
    }
}
