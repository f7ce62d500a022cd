//! The records, one module for each kind, and the parts that several kinds share.

mod claim;
mod entity;
mod issue;
mod source;
mod term;

use crate::collection::Collection;
use crate::fault::{Fault, break_syntax};
use crate::json::{Json, Member, Style};
use crate::plan::Plan;
use crate::random::Random;
use crate::words;

/// The day at which the dataset is judged; no record has a later date.
pub(crate) const AS_OF: &str = "2026-11-22";

/// Appends the printed form of a record, without a line break at its end.
pub(crate) fn print(
    plan: &Plan,
    collection: Collection,
    number: usize,
    style: Style,
    out: &mut String,
) {
    let mut random = plan.random(collection, number);
    let mut members = Vec::with_capacity(20);
    members.push(("id", Json::text(plan.id(collection, number))));
    match collection {
        Collection::Sources => source::fill(plan, number, &mut random, &mut members),
        Collection::Claims => claim::fill(plan, number, &mut random, &mut members),
        Collection::Issues => issue::fill(plan, &mut random, &mut members),
        Collection::Terms => term::fill(plan, number, &mut random, &mut members),
        _ => entity::fill(plan, collection, number, &mut random, &mut members),
    }
    members.push(("review", review(plan, collection, &mut random)));

    let fault = plan.fault(collection, number);
    if let Some(fault) = fault {
        fault.spoil(plan, collection, number, &mut random, &mut members);
    }
    let start = out.len();
    Json::Object(members).print(style, out);
    if fault == Some(Fault::SyntaxError) {
        let mut text = out.split_off(start);
        break_syntax(&mut random, &mut text);
        out.push_str(&text);
    }
}

/// Whether a record is a withdrawn one, which nothing may refer to.
pub(crate) fn is_deprecated(collection: Collection, number: usize) -> bool {
    collection == Collection::Claims && number % 97 == 50
}

fn review(plan: &Plan, collection: Collection, random: &mut Random) -> Json {
    let agent = |number| Json::Reference(plan.id(Collection::Agents, number));
    let is_agent = collection == Collection::Agents;
    // Agents are curated by the program, and it by itself: any other choice would end in a circle.
    let curator = if is_agent || random.chance(60) {
        0
    } else {
        plan.any_person(random)
    };
    let reviewer = plan.any_person(random);
    let day = date(random);
    if random.chance(20) && reviewer != curator && !is_agent {
        return Json::Object(vec![
            ("status", Json::text("reviewed")),
            ("curated_by", agent(curator)),
            ("curated_on", Json::text(day.clone())),
            ("reviewed_by", agent(reviewer)),
            ("reviewed_on", Json::text(day)),
            ("due_on", Json::text("2027-11-22")),
        ]);
    }
    Json::Object(vec![
        (
            "status",
            Json::text(random.one_of(&["draft", "draft", "in-review", "needs-update"])),
        ),
        ("curated_by", agent(curator)),
        ("curated_on", Json::text(day)),
    ])
}

/// A day in the three years before the dataset is judged.
fn date(random: &mut Random) -> String {
    let year = random.between(2023, 2025);
    format!(
        "{year}-{:02}-{:02}",
        random.between(1, 12),
        random.between(1, 28)
    )
}

/// Passages in up to `at_most` sources.
fn citations(plan: &Plan, random: &mut Random, at_most: usize) -> Json {
    let mut sources: Vec<usize> = Vec::with_capacity(at_most);
    for _ in 0..random.between(1, at_most) {
        let number = plan.any(random, Collection::Sources);
        if !sources.contains(&number) {
            sources.push(number);
        }
    }
    let citation = |number| {
        Json::Object(vec![
            (
                "source",
                Json::Reference(plan.id(Collection::Sources, number)),
            ),
            ("snapshot", Json::text(source::snapshot(number))),
            ("locator", locator(random)),
            (
                "stance",
                Json::text(
                    random.one_of(&["supports", "supports", "supports", "disputes", "mentions"]),
                ),
            ),
            ("passage_sha256", Json::text(words::hash(random))),
        ])
    };
    Json::Array(sources.into_iter().map(citation).collect())
}

fn locator(random: &mut Random) -> Json {
    Json::Object(vec![
        ("label", Json::text("section")),
        ("value", Json::text(words::heading(random))),
        ("paragraph", Json::integer(random.between(1, 12))),
    ])
}

fn notes(random: &mut Random) -> Member {
    let mut text = words::sentence(random, "the source repeats this further down");
    if random.chance(10) {
        text.push_str("\nThe figures differ from the table.");
    }
    ("notes", Json::english(text))
}

fn code(system: &'static str, code: String, display: Option<&str>) -> Json {
    let mut members = vec![("system", Json::text(system)), ("code", Json::Text(code))];
    members.extend(display.map(|display| ("display", Json::text(display))));
    Json::Object(members)
}
