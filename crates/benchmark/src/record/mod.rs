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
        Collection::Issues => issue::fill(plan, number, &mut random, &mut members),
        Collection::Terms => term::fill(plan, number, &mut random, &mut members),
        _ => entity::fill(plan, collection, number, &mut random, &mut members),
    }
    let is_doubted = members.iter().any(|(name, _)| *name == "open_issues");
    let statuses: &[&str] = match is_doubted {
        true => &["draft", "in-review", "needs-update"],
        false => &["draft", "in-review"],
    };
    let review = review(plan, collection, statuses, &mut random);
    members.push(("review", review));

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

fn review(plan: &Plan, collection: Collection, statuses: &[&str], random: &mut Random) -> Json {
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
        ("status", Json::text(random.one_of(statuses))),
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

/// What the passages say that are cited beside the first one.
#[derive(Clone, Copy)]
enum Stances {
    Agreeing,
    /// Some of them dispute it, and an issue says so.
    Disputing,
}

/// Passages in up to `at_most` sources that don't depend on one another; the first is in a source
/// on which a claim can rest, and supports it.
fn citations(plan: &Plan, random: &mut Random, at_most: usize, stances: Stances) -> Json {
    let strong = random.one_of(&source::STRONG);
    let mut sources = vec![plan.any_of_kind(random, Collection::Sources, strong)];
    for _ in 1..random.between(1, at_most) {
        let number = plan.any(random, Collection::Sources);
        let is_new =
            |&other: &usize| number != other && source::are_independent(plan, number, other);
        if sources.iter().all(is_new) {
            sources.push(number);
        }
    }
    let others: &[&str] = match stances {
        Stances::Agreeing => &["supports", "supports", "mentions"],
        Stances::Disputing => &["supports", "disputes", "disputes", "mentions"],
    };
    let citation = |(place, number)| {
        let stance = if place == 0 {
            "supports"
        } else {
            random.one_of(others)
        };
        Json::Object(vec![
            (
                "source",
                Json::Reference(plan.id(Collection::Sources, number)),
            ),
            ("snapshot", Json::text(source::snapshot(number))),
            ("locator", locator(random, number)),
            ("stance", Json::text(stance)),
            ("passage_sha256", Json::text(words::hash(random))),
        ])
    };
    Json::Array(sources.into_iter().enumerate().map(citation).collect())
}

/// A place in the source with this number.
fn locator(random: &mut Random, source: usize) -> Json {
    if source::is_paper(source) {
        let page = 100 + source + random.below(10);
        return Json::Object(vec![
            ("label", Json::text("page")),
            ("value", Json::integer_text(page)),
            ("paragraph", Json::integer(random.between(1, 12))),
        ]);
    }
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
