//! Finds claims that can't both be true and that no issue covers: one asserts what the other denies, a
//! side effect is rare and often, a treatment is better and worse, a criterion is required and excludes.
//!
//! # Why it matters
//!
//! Sources contradict each other, and the dataset keeps both. But a reader who is shown one of them
//! must learn of the other, and that is what an issue is for.
//!
//! # How to mend it
//!
//! Record an issue of the kind `contradiction` that affects both claims. If only one of them is what its
//! source says, mend the other; if they hold for different people, say so in their scopes.
//!
//! # What it leaves alone
//!
//! Claims whose scopes have no condition, primary cancer or site in common, claims that one issue affects,
//! and claims that were withdrawn. It compares what is in fields, and not what is in sentences, and each
//! claim with the first hundred of each answer that speaks against its own.
//!
//! # How often it is right
//!
//! It finds nothing in the project's dataset, where issues cover the contradictions.

use crate::alike::Keys;
use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Record, Records, Text};

rule! {
    name: "conflicting-claims",
    severity: Warning,
    summary: "two claims that can't both be true, without an issue that says so",
    since: "0.1.0",
    check: Alike(keys, check),
    needs: WholeDataset,
}

fn keys(record: Record<'_>, keys: &mut Keys<'_>) {
    if let Some(claim) = record.claim().filter(|claim| !claim.is_deprecated()) {
        for (question, answer) in questions(claim) {
            keys.add_answer(question, answer);
        }
    }
}

fn check<'r>(alike: &[Record<'r>], records: &Records<'r>, found: &mut Found) {
    // Claims with the same key are about the same question, to which each gives an answer.
    let claims = alike.iter().filter_map(|record| record.claim());
    let asked = claims.flat_map(|claim| {
        let questions = questions(claim).into_iter();
        questions.map(move |(question, answer)| (question, claim, answer))
    });
    let mut asked: Vec<_> = asked.collect();
    // The order of the claims is kept.
    asked.sort_by_key(|&(question, ..)| question);
    for answers in asked.chunk_by(|one, other| one.0 == other.0) {
        // By their answers: those that say the same need not be compared.
        let mut earlier: Vec<(&str, Vec<(usize, Claim<'_>)>)> = Vec::new();
        for (position, &(question, claim, answer)) in answers.iter().enumerate() {
            let opposed = earlier.iter().filter(|(said, _)| are_opposed(answer, said));
            let others = opposed.filter_map(|(said, claims)| {
                let (position, other) = claims.iter().find(|(_, other)| {
                    have_common_scope(claim, *other) && !have_common_issue(claim, *other, records)
                })?;
                Some((position, other, said))
            });
            if let Some((_, other, said)) = others.min_by_key(|(position, ..)| *position) {
                found.add(
                    Finding::new(
                        claim.heading(),
                        format!(
                            "the {} is `{answer}` here, and `{said}` in `{}`",
                            asked_for(&question),
                            other.id
                        ),
                    )
                    .with_related(other.heading(), "this is the other claim")
                    .with_help("record an issue of the kind `contradiction` that affects both"),
                );
            }
            match earlier.iter_mut().find(|(said, _)| *said == answer) {
                Some((_, claims)) if claims.len() < MOST_EARLIER => claims.push((position, claim)),
                None if has_opposite(answer) => earlier.push((answer, vec![(position, claim)])),
                _ => {}
            }
        }
    }
}

/// What is asked, and about which records or fields.
type Question<'r> = [&'r str; 4];

/// The questions that a claim answers in its fields, with its answers.
fn questions<'r>(claim: Claim<'r>) -> Vec<(Question<'r>, &'r str)> {
    let text = |name: &str| claim.text(name).map_or("", |text| text.as_str());
    let of = |text: Option<Text<'r>>| text.map_or("", Text::as_str);
    let (kind, subject, object) = (of(claim.kind()), of(claim.subject()), of(claim.object()));
    let mut questions = Vec::new();
    if !object.is_empty() && claim.criteria().next().is_none() {
        questions.push((["polarity", kind, subject, object], text("polarity")));
    }
    if kind == "adverse-effect" && claim.is_asserted() {
        questions.push((["frequency", "", subject, object], text("frequency")));
    }
    if kind == "comparison" && claim.is_asserted() {
        let question = ["direction", subject, text("comparator"), text("dimension")];
        questions.push((question, text("direction")));
    }
    for use_ in claim.criteria().filter(|_| claim.is_asserted()) {
        if let Some((criterion, role)) = use_.text("criterion").zip(use_.text("role")) {
            if use_.get("value").is_none() {
                let question = ["criterion", "", subject, criterion.as_str()];
                questions.push((question, role.as_str()));
            }
        }
    }
    questions
}

/// What a question asks for, in messages.
fn asked_for(question: &Question<'_>) -> String {
    match question {
        ["criterion", .., criterion] => format!("role of `{criterion}`"),
        [what, ..] => (*what).to_owned(),
    }
}

/// Answers of which only one can be true: those on the left, and those on the right.
const OPPOSED: &[(&[&str], &[&str])] = &[
    (&["asserts"], &["denies"]),
    (&["requires"], &["excludes"]),
    (&["better"], &["worse", "equal"]),
    (&["worse"], &["equal"]),
    (&["higher"], &["lower", "equal"]),
    (&["lower"], &["equal"]),
    (&["rare", "never"], &["often", "common", "most", "always"]),
];
/// With how many claims of the same question and answer one is compared. They differ in their scopes, of
/// which there are far fewer.
const MOST_EARLIER: usize = 100;

fn are_opposed(one: &str, other: &str) -> bool {
    OPPOSED.iter().any(|(left, right)| {
        (left.contains(&one) && right.contains(&other))
            || (left.contains(&other) && right.contains(&one))
    })
}

fn has_opposite(answer: &str) -> bool {
    let mut all = OPPOSED.iter().flat_map(|(left, right)| [left, right]);
    all.any(|side| side.contains(&answer))
}

fn have_common_issue(one: Claim<'_>, other: Claim<'_>, records: &Records<'_>) -> bool {
    let mut of_one = records.doubts_about(one.0);
    of_one.any(|issue| {
        records
            .doubts_about(other.0)
            .any(|other| other.id == issue.id)
    })
}

fn have_common_scope(one: Claim<'_>, other: Claim<'_>) -> bool {
    ["conditions", "primaries", "sites"]
        .into_iter()
        .all(|name| {
            let (left, right) = (one.scoped(name), other.scoped(name));
            let has = |id: &str| right.iter().any(|other| &**other == id);
            left.is_empty() || right.is_empty() || left.iter().any(|id| has(id))
        })
}
