//! Issues: faults found in sources.

use crate::collection::Collection;
use crate::json::{Json, Member};
use crate::plan::Plan;
use crate::random::Random;
use crate::record::{is_deprecated, locator, notes, source};
use crate::words;

/// The issues that are open, by their numbers.
const OPEN: (usize, usize) = (0, 3);
/// The claims that are doubted, by their numbers.
const DOUBTED: (usize, usize) = (3, 7);

/// The open issue about a claim, where the claim is doubted and both are sound.
pub(super) fn about_claim(plan: &Plan, claim: usize) -> Option<usize> {
    let is_sound = |collection, number| {
        plan.fault(collection, number).is_none() && !is_deprecated(collection, number)
    };
    let (rest, every) = DOUBTED;
    let issue = claim / every % open_issues(plan) * OPEN.1 + OPEN.0;
    let is_doubted = claim % every == rest && is_sound(Collection::Claims, claim);
    (is_doubted && is_sound(Collection::Issues, issue)).then_some(issue)
}

/// The ids of the claims that an open issue is about.
fn affected_claims(plan: &Plan, issue: usize) -> Vec<String> {
    let (rest, every) = DOUBTED;
    let claims = (rest + issue / OPEN.1 * every..plan.count(Collection::Claims))
        .step_by(every * open_issues(plan))
        .filter(|&claim| about_claim(plan, claim) == Some(issue));
    claims
        .map(|claim| plan.id(Collection::Claims, claim))
        .collect()
}

fn open_issues(plan: &Plan) -> usize {
    (plan.count(Collection::Issues) - OPEN.0).div_ceil(OPEN.1)
}

const KINDS: [&str; 14] = [
    "missing-word",
    "wrong-expansion",
    "wrong-name",
    "ambiguous-term",
    "contradiction",
    "overstatement",
    "outdated",
    "factual-doubt",
    "translation-mismatch",
    "unreferenced",
    "lost-heading",
    "lost-reference",
    "metadata",
    "interest",
];

/// Appends what lies between the id and the review.
pub(super) fn fill(plan: &Plan, issue: usize, random: &mut Random, members: &mut Vec<Member>) {
    let number = plan.any(random, Collection::Sources);
    members.push(("kind", Json::text(random.one_of(&KINDS))));
    members.push((
        "source",
        Json::Reference(plan.id(Collection::Sources, number)),
    ));
    members.push(("snapshot", Json::Text(source::snapshot(number))));
    members.push(("locator", locator(random, number)));
    let note = words::sentence(
        random,
        "the passage says the opposite of the table beside it",
    );
    members.push(("note", Json::english(note)));
    if random.chance(40) {
        let evidence = plan.any_ids(random, Collection::Sources, 2);
        members.push(("evidence", Json::references(evidence)));
    }
    let status = ["open", "resolved", "accepted"][issue % 3];
    let affected = match status {
        "open" => affected_claims(plan, issue),
        _ => Vec::new(),
    };
    let affects = match status {
        "resolved" => plan.any_ids(random, Collection::Claims, 4),
        // What is no claim does not list it.
        _ if affected.is_empty() => plan.any_ids(random, Collection::Terms, 4),
        _ => affected,
    };
    members.push(("affects", Json::references(affects)));
    if status == "resolved" {
        let resolution = random.one_of(&["kept-as-stated", "claim-narrowed", "both-recorded"]);
        members.push(("resolution", Json::text(resolution)));
    }
    members.push(("status", Json::text(status)));
    if random.chance(10) {
        members.push(notes(random));
    }
}
