//! Issues: faults found in sources.

use crate::collection::Collection;
use crate::json::{Json, Member};
use crate::plan::Plan;
use crate::random::Random;
use crate::record::{locator, notes, source};
use crate::words;

/// The issues that are open, by their numbers.
pub(super) const OPEN: (usize, usize) = (0, 3);

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
    let affects = plan.any_ids(random, Collection::Claims, 4);
    members.push(("affects", Json::references(affects)));
    let status = ["open", "resolved", "accepted"][issue % 3];
    if status == "resolved" {
        let resolution = random.one_of(&["kept-as-stated", "claim-narrowed", "both-recorded"]);
        members.push(("resolution", Json::text(resolution)));
    }
    members.push(("status", Json::text(status)));
    if random.chance(10) {
        members.push(notes(random));
    }
}
