//! Finds statements that seem to say more than one thing: several sentences, a second predicate that begins
//! with `and is`, `but can` or the like, or more than 30 words.
//!
//! # Why it matters
//!
//! A claim is one statement that could be false on its own. Where two are in one, a contradiction or a
//! correction hits both, and nobody knows which passage supports which half.
//!
//! # How to mend it
//!
//! Split it: each half becomes a claim with its own id and citation. What only explains goes into a note.
//!
//! # What it leaves alone
//!
//! Lists of criteria and of combined treatments, which belong to one statement; definitions in one
//! sentence, whose features belong together; a second predicate with a full verb (`destroys tumors and
//! causes fever`), which looks like a noun to a program; predicates of one relative clause or condition
//! (`tumors that have grown and are large`); `but` between adjectives or for `except`; abbreviations such as `St.` and `Dr.`; HTML entities such as
//! `&amp;`, which are `markup-in-text`. It reads English.
//!
//! # How often it is right
//!
//! It finds nothing in the project's dataset any more: the one statement that it found there, with two
//! steps of a mechanism, was split.

use std::ops::Range;
use std::sync::LazyLock;

use crate::check::rule;
use crate::documents::words;
use crate::finding::{Finding, Found};
use crate::phrase::Phrases;
use crate::view::{Claim, Sign};

rule! {
    name: "compound-claim",
    severity: Warning,
    summary: "a statement that says more than one thing",
    since: "0.1.0",
    check: Claim(check),
    tables: [PHRASES],
}

/// How many words a statement may have.
const MOST_WORDS: usize = 30;

/// How a second predicate begins.
const JOINED: &[&str] = &[
    "and is",
    "and are",
    "and was",
    "and can",
    "and may",
    "and has",
    "and have",
    "and does",
    "and do",
    "and must",
    "and should",
    "and will",
    "and then",
    "and therefore",
    "and thus",
    "and so",
    "but",
    "whereas",
    "although",
];

/// Subjects behind `but`; those of the second list may also belong to an exception, as in `all but the
/// smallest`.
const PRONOUNS: &[&str] = &["it", "they", "he", "she", "there"];
const SUBJECTS: &[&str] = &["the", "a", "an", "this", "these"];

/// Verbs behind `but`.
const VERBS: &[&str] = &[
    "is", "are", "was", "were", "can", "cannot", "can't", "may", "might", "has", "have", "had",
    "does", "do", "doesn't", "don't", "must", "should", "will",
];

/// What begins an addition behind `but`, where no verb follows.
const ADDITIONS: &[&str] = &[
    "especially",
    "particularly",
    "mainly",
    "mostly",
    "only",
    "not",
];

/// What begins a clause within which predicates are joined.
const SUBORDINATE: &[&str] = &[
    "who", "whom", "that", "which", "whose", "if", "when", "where", "whether", "unless",
];

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(JOINED.iter().copied()));

fn check(claim: Claim<'_>, found: &mut Found) {
    let Some(prose) = claim.english().filter(|_| !claim.is_deprecated()) else {
        return;
    };
    let statement = prose.text;
    let count = prose.wording.words.len();
    let stops = prose.wording.may_have(Sign::Stop).then_some(statement);
    let second = stops.and_then(|text| second_sentence(text.as_str()));
    let second = second.map(|range| (range, "a second sentence begins here"));
    let is_definition = claim.kind().is_some_and(|kind| kind == "definition");
    let joined = || {
        let found = PHRASES.find_in(prose).into_iter();
        let range = second_predicate(&statement, found.map(|(_, range)| range))?;
        Some((range, "a second predicate begins here"))
    };
    let joined = || {
        joined()
            .or_else(|| {
                let has_comma = prose.wording.may_have(Sign::Comma);
                has_comma.then(|| second_clause(&statement)).flatten()
            })
            .filter(|_| !is_definition)
    };
    let finding = if let Some((range, label)) = second.or_else(joined) {
        Finding::new(
            statement.part(range),
            "the statement says more than one thing",
        )
        .with_label(label)
    } else if count > MOST_WORDS {
        Finding::new(
            statement.spot(),
            format!(
                "the statement has {count} words; more than {MOST_WORDS} are seldom one statement"
            ),
        )
    } else {
        return;
    };
    found.add(finding.with_help("make a claim of each thing that could be false on its own"));
}

/// The first of some phrases of [`JOINED`] that a second predicate of the statement itself begins with.
fn second_predicate(
    text: &str,
    joints: impl IntoIterator<Item = Range<usize>>,
) -> Option<Range<usize>> {
    // A text may have very many joints, also in one clause.
    let mut end_of_clause = 0;
    joints.into_iter().find(|joint| {
        match joins(text, joint.clone()) {
            Joins::Nothing => return false,
            Joins::Clauses => return true,
            Joins::Predicates if joint.start < end_of_clause => return false,
            Joins::Predicates => {}
        }
        let before = text[..joint.start].trim_end().trim_end_matches(',');
        let clause = before.rsplit(',').next().unwrap_or_default();
        let is_within = words(clause).any(|(_, word)| is_one_of(word, SUBORDINATE));
        if is_within {
            let rest = text[joint.end..].find(',');
            end_of_clause = rest.map_or(text.len(), |rest| joint.end + rest);
        }
        !is_within
    })
}

/// What a phrase of [`JOINED`] joins.
enum Joins {
    Nothing,
    /// Two predicates of the clause in which it stands.
    Predicates,
    Clauses,
}

fn joins(text: &str, joint: Range<usize>) -> Joins {
    let (before, behind) = (&text[..joint.start], &text[joint.end..]);
    let first = words(&text[joint]).next().map_or("", |(_, word)| word);
    if is_one_of(first, &["whereas", "although"]) {
        return Joins::Clauses;
    }
    if is_one_of(first, &["and"]) {
        return Joins::Predicates;
    }
    let next = words(behind).next().map_or("", |(_, word)| word);
    let has_comma = before.ends_with(", ");
    if is_one_of(next, PRONOUNS) || has_comma && is_one_of(next, SUBJECTS) {
        return Joins::Clauses;
    }
    // `common, but mild, fever` and `not only fever, but also chills`.
    let aside = words(behind)
        .nth(2)
        .map_or(behind, |(third, _)| &behind[..third.start]);
    let is_listed = aside.contains(',') || is_one_of(next, &["also"]);
    // `but especially in small tumors` says of what is said already where it holds most.
    let clause = behind.split(',').next().unwrap_or_default();
    let has_verb = words(clause).any(|(_, word)| is_one_of(word, VERBS));
    if is_one_of(next, ADDITIONS) && !has_verb {
        return Joins::Nothing;
    }
    match has_comma && !is_listed || is_one_of(next, VERBS) {
        true => Joins::Predicates,
        false => Joins::Nothing,
    }
}

fn is_one_of(word: &str, list: &[&str]) -> bool {
    list.iter().any(|it| word.eq_ignore_ascii_case(it))
}

/// Where a second clause begins: behind a comma and `and`, with a subject of its own, where what stands
/// before the comma is too long for an item of a list.
fn second_clause(text: &str) -> Option<(Range<usize>, &'static str)> {
    const SUBJECTS: &[&str] = &["the ", "a ", "an ", "it ", "this ", "these ", "they "];
    const LONGEST_ITEM: usize = 4;
    const JOINT: &str = ", and ";
    memchr::memmem::find_iter(text.as_bytes(), JOINT).find_map(|at| {
        let rest = &text[at + JOINT.len()..];
        let item = text[..at].rsplit(',').next().unwrap_or_default();
        let is_clause = SUBJECTS.iter().any(|subject| rest.starts_with(subject));
        let is_long = words(item).count() > LONGEST_ITEM;
        (is_clause && is_long)
            .then_some((at + 2..at + JOINT.len() - 1, "a second clause begins here"))
    })
}

/// Abbreviations behind which a name or number comes, as they are written.
const ABBREVIATIONS: &[&str] = &[
    "St", "Dr", "Drs", "Mr", "Mrs", "Ms", "Prof", "vs", "cf", "ca", "approx", "al", "Fig", "Figs",
    "No", "Nos", "Vol", "Jr", "Sr", "Inc", "Ltd", "Co", "Corp", "incl", "resp", "spp", "var",
];

/// Where a second sentence begins: behind a full stop or the like, with a capital.
fn second_sentence(text: &str) -> Option<Range<usize>> {
    let mut ends = text.bytes().enumerate();
    ends.find_map(|(at, end)| {
        let is_end = matches!(end, b'.' | b'!' | b'?' | b';');
        let rest = is_end.then(|| &text[at + 1..])?.strip_prefix(' ')?;
        let next = rest.chars().next()?;
        let start = at + 2;
        let last = text[..at].rsplit(' ').next().unwrap_or_default();
        let word = last.trim_start_matches(|it: char| !it.is_alphanumeric());
        // `U.S.`, `e.g.`, `St.`, initials, and the number before the whole statement end no sentence.
        let is_short = match word.contains(char::is_alphabetic) {
            true => word.contains('.') || word.chars().count() < 2,
            false => word.len() == at || word.is_empty(),
        };
        let is_abbreviated = end == b'.' && (is_short || ABBREVIATIONS.contains(&word));
        let is_new = match end {
            b';' => !ends_entity(last),
            _ => next.is_uppercase() && !is_abbreviated,
        };
        is_new.then(|| start..start + next.len_utf8())
    })
}

/// Whether a word, without the semicolon behind it, ends as an HTML entity does, such as `&amp;`.
fn ends_entity(word: &str) -> bool {
    word.rsplit_once('&').is_some_and(|(_, name)| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'#';
        name.len() > 1 && name.bytes().all(is_part)
    })
}
