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
//! (`tumors that have grown and are large`); `but` between adjectives or for `except`; `and then` and the
//! like before what needs no verb (`first to nodes and then to bone`); semicolons in parentheses;
//! abbreviations such as `St.` and `Dr.`; HTML entities such as
//! `&amp;`, which are `markup-in-text`. Numbers and words with a hyphen count as one word. It reads English.
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

/// Those words of [`JOINED`] that no verb needs to follow.
const ADVERBS: &[&str] = &["then", "therefore", "thus", "so"];

/// What begins a phrase without a verb.
const PREPOSITIONS: &[&str] = &[
    "to", "into", "in", "by", "with", "without", "within", "for", "from", "at", "on", "onto", "of",
    "off", "over", "under", "through", "via", "during", "before", "after", "until", "between",
    "as", "up", "down", "forth", "again", "once", "twice", "daily", "weekly", "monthly", "yearly",
    "annually",
];

/// What begins one if no verb comes at all.
const DETERMINERS: &[&str] = &["the", "a", "an", "every", "each", "another", "one", "two"];

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
    // A word may be parted in the wording, so that it has at least as many.
    let is_long = prose.wording.words.len() > MOST_WORDS;
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
    } else if let Some(count) = is_long
        .then(|| written_words(&statement))
        .filter(|it| *it > MOST_WORDS)
    {
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

/// How many words a text has as people count them: `10.7`, `1,193` and `image-guided` are one each.
fn written_words(text: &str) -> usize {
    let words = text.split(|it: char| it.is_whitespace() || it == '—');
    words
        .filter(|word| word.contains(char::is_alphanumeric))
        .count()
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
    let joint = &text[joint];
    let first = words(joint).next().map_or("", |(_, word)| word);
    if is_one_of(first, &["whereas", "although"]) {
        return Joins::Clauses;
    }
    let next = words(behind).next().map_or("", |(_, word)| word);
    if is_one_of(first, &["and"]) {
        let last = words(joint).last().map_or("", |(_, word)| word);
        return match is_one_of(last, ADVERBS) && begins_phrase(next, behind) {
            true => Joins::Nothing,
            false => Joins::Predicates,
        };
    }
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
    let has_verb = has_verb(behind);
    if is_one_of(next, ADDITIONS) && !has_verb {
        return Joins::Nothing;
    }
    // `is aggressive, but treatable` has the verb before for both; one of its own ends in `s` mostly.
    let seems_verb = next.ends_with('s') && !["ss", "us", "is"].iter().any(|it| next.ends_with(it));
    let is_shared = || !has_verb && !seems_verb && ends_with_state(before);
    match has_comma && !is_listed && !is_shared() || is_one_of(next, VERBS) {
        true => Joins::Predicates,
        false => Joins::Nothing,
    }
}

/// Whether what stands behind `and then` goes on with the predicate before: `first to nodes and then to
/// bone`, `each month and then every year`, `and so on`.
fn begins_phrase(next: &str, behind: &str) -> bool {
    let is_number = next.starts_with(|it: char| it.is_ascii_digit());
    is_one_of(next, PREPOSITIONS)
        || (is_number || is_one_of(next, DETERMINERS)) && !has_verb(behind)
}

/// Whether a text has a verb before its first comma. A text may have very many joints before a comma, so that
/// only as much is looked at as a statement may have words.
fn has_verb(text: &str) -> bool {
    let mut end = 0;
    let mut clause = words(text).take(MOST_WORDS).take_while(|(range, _)| {
        let between = end..range.start;
        end = range.end;
        !text[between].contains(',')
    });
    clause.any(|(_, word)| is_one_of(word, VERBS))
}

/// Whether the last two parts between commas have a form of `be`, as far as the words before the end go that a
/// statement may have.
fn ends_with_state(before: &str) -> bool {
    const BE: &[&str] = &["is", "are", "was", "were", "be", "been", "being"];
    let before = before.trim_end().trim_end_matches(',');
    let mut parts = before.rsplit(char::is_whitespace).take(MOST_WORDS);
    let mut commas = 0;
    parts.any(|part| {
        commas += part.matches(',').count();
        commas < 2 && words(part).any(|(_, word)| is_one_of(word, BE))
    })
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
    // Only what is closed again is in parentheses.
    let last_closed = memchr::memrchr2(b')', b']', text.as_bytes()).unwrap_or(0);
    let mut depth = 0_usize;
    ends.find_map(|(at, end)| {
        match end {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
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
            // Parentheses part figures so, as in `(0.45–0.70; P < .001)`.
            b';' => !(ends_entity(last) || depth > 0 && at < last_closed),
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
