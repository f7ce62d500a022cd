//! Finds claims that can't both be true and that no issue covers: one asserts what the other denies, a
//! side effect is rare and often, a treatment is better and worse than another one, whichever of the two
//! comes first, a criterion with the same value is required and excludes.
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
//! and claims that were withdrawn; whether treatments are combined, as no field has what a combination is
//! good for; ways into the body that are `possible` only. It compares what is in fields, and not what is in
//! sentences, and each claim with the first hundred of each answer that speaks against its own.
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
        questions(claim, |asked| {
            // What nothing is opposed to contradicts nothing.
            if has_opposite(asked.answer) {
                keys.add_answer(asked.question, asked.answer);
            }
        });
    }
}

fn check<'r>(alike: &[Record<'r>], records: &Records<'r>, found: &mut Found) {
    // Claims with the same key are about the same question, to which each gives an answer.
    let claims = alike.iter().filter_map(|record| record.claim());
    let mut asked = Vec::new();
    claims.for_each(|claim| questions(claim, |one| asked.push((claim, one))));
    // The order of the claims is kept.
    asked.sort_by(|(_, one), (_, other)| one.question.cmp(&other.question));
    for answers in asked.chunk_by(|(_, one), (_, other)| one.question == other.question) {
        // By their answers: those that say the same need not be compared.
        let mut earlier: Vec<(&str, Vec<Answered<'_, '_>>)> = Vec::new();
        for (position, (claim, asked)) in answers.iter().enumerate() {
            let answer = asked.answer;
            let opposed = earlier.iter().filter(|(said, _)| are_opposed(answer, said));
            let others = opposed.filter_map(|(_, claims)| {
                claims.iter().find(|(_, other, _)| {
                    have_common_scope(*claim, *other) && !have_common_issue(*claim, *other, records)
                })
            });
            if let Some((_, other, of_other)) = others.min_by_key(|(position, ..)| *position) {
                report((*claim, asked), (*other, of_other), found);
            }
            let answered = (position, *claim, asked);
            match earlier.iter_mut().find(|(said, _)| *said == answer) {
                Some((_, claims)) if claims.len() < MOST_EARLIER => claims.push(answered),
                None if has_opposite(answer) => earlier.push((answer, vec![answered])),
                _ => {}
            }
        }
    }
}

/// A claim with the answer that it gives, and its position among those that are asked the same.
type Answered<'a, 'r> = (usize, Claim<'r>, &'a Asked<'r>);

fn report(
    (claim, asked): (Claim<'_>, &Asked<'_>),
    (other, of_other): (Claim<'_>, &Asked<'_>),
    found: &mut Found,
) {
    // Both as the claim at hand has its sides.
    let seen = |answer| match asked.is_mirrored {
        true => mirrored(answer),
        false => answer,
    };
    let message = format!(
        "the {} is `{}` here, and `{}` in `{}`",
        asked_for(&asked.question),
        seen(asked.answer),
        seen(of_other.answer),
        other.id
    );
    let related = match asked.is_mirrored == of_other.is_mirrored {
        true => "this is the other claim",
        false => "this is the other claim, which compares the other way round",
    };
    found.add(
        Finding::new(claim.heading(), message)
            .with_related(other.heading(), related)
            .with_help("record an issue of the kind `contradiction` that affects both"),
    );
}

/// What is asked, and about which records, fields or numbers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Question<'r> {
    parts: [&'r str; 6],
}

impl<'r> Question<'r> {
    fn of<const PARTS: usize>(of: [&'r str; PARTS]) -> Self {
        let mut parts = [""; 6];
        for (part, of) in parts.iter_mut().zip(of) {
            *part = of;
        }
        Self { parts }
    }
}

/// A question, and the answer of a claim.
struct Asked<'r> {
    question: Question<'r>,
    answer: &'r str,
    /// Whether the question has the two sides of a comparison the other way round than the claim.
    is_mirrored: bool,
}

impl<'r> Asked<'r> {
    fn new(question: Question<'r>, answer: &'r str) -> Self {
        Self {
            question,
            answer,
            is_mirrored: false,
        }
    }
}

/// Calls `ask` with each question that a claim answers in its fields, and its answer.
fn questions<'r>(claim: Claim<'r>, mut ask: impl FnMut(Asked<'r>)) {
    let of = |text: Option<Text<'r>>| text.map_or("", Text::as_str);
    let text = |name: &str| of(claim.text(name));
    let (kind, subject, object) = (of(claim.kind()), of(claim.subject()), of(claim.object()));
    let compared = (kind == "comparison").then(|| Compared::of(claim));
    if claim.criteria().next().is_none() {
        let related = match (kind, &compared) {
            (_, Some(compared)) => Some(compared.related()),
            // What a combination is good for is in no field.
            ("combination", _) => None,
            // Where a way is possible, another claim may deny that it is the way.
            ("route", _) if claim.is_asserted() && text("modality") == "possible" => None,
            ("route", _) => Some(Question::of([
                "polarity",
                kind,
                subject,
                text("route"),
                text("via"),
            ])),
            _ if object.is_empty() => None,
            _ => Some(Question::of(["polarity", kind, subject, object])),
        };
        if let Some(related) = related {
            ask(Asked::new(related, text("polarity")));
        }
    }
    if !claim.is_asserted() {
        return;
    }
    if kind == "adverse-effect" {
        let question = Question::of(["frequency", subject, object]);
        ask(Asked::new(question, text("frequency")));
    }
    if let Some(compared) = compared {
        ask(Asked {
            question: Question::of([
                "direction",
                compared.first,
                compared.second,
                compared.dimension,
            ]),
            answer: compared.direction,
            is_mirrored: compared.is_mirrored,
        });
    }
    let of_criteria = claim.criteria().filter_map(|use_| {
        let (criterion, role) = use_.text("criterion").zip(use_.text("role"))?;
        if !has_opposite(&role) {
            return None;
        }
        let (comparator, unit) = (of(use_.text("comparator")), of(use_.text("unit")));
        let value = use_
            .get("value")
            .map_or("", |value| without_end_zeros(value.value.source()));
        let criterion = criterion.as_str();
        let question = Question::of(["criterion", subject, criterion, comparator, value, unit]);
        Some(Asked::new(question, role.as_str()))
    });
    of_criteria.for_each(ask);
}

/// A number as written, without the zeros behind its point that say nothing.
fn without_end_zeros(number: &str) -> &str {
    match number.contains('.') && !number.contains(['e', 'E']) {
        true => number.trim_end_matches('0').trim_end_matches('.'),
        false => number,
    }
}

/// A comparison, with its sides in the order of their ids.
struct Compared<'r> {
    first: &'r str,
    second: &'r str,
    dimension: &'r str,
    direction: &'r str,
    is_mirrored: bool,
}

impl<'r> Compared<'r> {
    fn of(claim: Claim<'r>) -> Self {
        let of = |text: Option<Text<'r>>| text.map_or("", Text::as_str);
        let text = |name: &str| of(claim.text(name));
        let (subject, comparator) = (of(claim.subject()), text("comparator"));
        let is_mirrored = comparator < subject;
        let (first, second, direction) = match is_mirrored {
            true => (comparator, subject, mirrored(text("direction"))),
            false => (subject, comparator, text("direction")),
        };
        Self {
            first,
            second,
            dimension: text("dimension"),
            direction,
            is_mirrored,
        }
    }

    /// Whether it is so that the first one stands to the second one as it is said.
    fn related(&self) -> Question<'r> {
        Question::of([
            "polarity",
            "comparison",
            self.first,
            self.second,
            self.dimension,
            self.direction,
        ])
    }
}

/// How the second one stands to the first one, if this is how the first one stands to the second one.
fn mirrored(direction: &str) -> &str {
    match direction {
        "better" => "worse",
        "worse" => "better",
        "higher" => "lower",
        "lower" => "higher",
        other => other,
    }
}

/// What a question asks for, in messages.
fn asked_for(question: &Question<'_>) -> String {
    match question.parts {
        ["criterion", _, criterion, ..] => format!("role of `{criterion}`"),
        [what, ..] => what.to_owned(),
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
