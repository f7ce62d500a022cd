//! Terms: further names of entities.

use crate::collection::Collection;
use crate::json::{Json, Member};
use crate::plan::Plan;
use crate::random::Random;
use crate::record::{Stances, citations, notes};

/// The terms that are preferred, by their numbers.
pub(super) const PREFERRED: (usize, usize) = (0, 7);

const KINDS: [&str; 7] = [
    "preferred",
    "synonym",
    "brand",
    "abbreviation",
    "lay",
    "ambiguous",
    "misnomer",
];
const NAMED: [Collection; 5] = [
    Collection::Conditions,
    Collection::Interventions,
    Collection::Drugs,
    Collection::Sites,
    Collection::Goals,
];

/// Appends what lies between the id and the review.
pub(super) fn fill(plan: &Plan, number: usize, random: &mut Random, members: &mut Vec<Member>) {
    let kind = KINDS[number % KINDS.len()];
    let text = plan.label(Collection::Terms, number);
    members.push(("text", Json::text(text.clone())));
    members.push((
        "lang",
        Json::text(if random.chance(10) { "de" } else { "en" }),
    ));
    members.push(("kind", Json::text(kind)));
    let named = random.one_of(&NAMED);
    let mut senses = vec![sense(plan, random, named)];
    if kind == "ambiguous" {
        senses.push(sense(plan, random, Collection::Biomarkers));
    }
    members.push(("senses", Json::Array(senses)));
    if kind == "abbreviation" {
        members.push(("expansion", Json::Text(format!("{text} in full"))));
    }
    if matches!(kind, "ambiguous" | "misnomer") && number > 0 {
        let others = [(); 2].map(|()| plan.any_below(random, Collection::Terms, number));
        let mut ids = vec![plan.id(Collection::Terms, others[0])];
        if others[1] != others[0] {
            ids.push(plan.id(Collection::Terms, others[1]));
        }
        members.push(("use_instead", Json::references(ids)));
    }
    if kind == "brand" {
        members.push((
            "holder",
            Json::Reference(plan.any_id(random, Collection::Agents)),
        ));
    }
    if random.chance(10) {
        members.push(notes(random));
    }
}

fn sense(plan: &Plan, random: &mut Random, collection: Collection) -> Json {
    Json::Object(vec![
        ("denotes", Json::Reference(plan.any_id(random, collection))),
        ("citations", citations(plan, random, 2, Stances::Agreeing)),
    ])
}
