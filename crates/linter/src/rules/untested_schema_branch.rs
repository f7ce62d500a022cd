//! Finds members that a schema has and no record, and values of its enumerations that no record has and
//! nothing explains.
//!
//! # Why it matters
//!
//! What a schema says of a member that nobody has ever filled in was never tried: a pattern may refuse
//! all that is right, and a misspelt name waits for somebody to be told that the right one is wrong. A
//! value that nobody uses and nobody explains is taken for something else by whoever uses it first.
//!
//! # How to mend it
//!
//! Add `examples` to the schema of the member: they are held against it (`invalid-example`), and editors
//! show them. Explain a value in the `description` of its member, in backticks; or delete what is not
//! needed, and add it on the day on which it is.
//!
//! # What it leaves alone
//!
//! Members of objects that no record has, since the object is what was not tried; collections without
//! records; enumerations of more than twenty values, which are lists of a standard that nobody uses up;
//! values that are given under a condition only. A definition that several places refer to is tried
//! where one of them is, and so is a member that only refers to it; where none is, one finding says so
//! for all.
//!
//! # How often it is right
//!
//! In the project's dataset it found 23 members and 6 enumerations in 6 schemas when it was written. None
//! of the members had ever been tried, and nothing said what the values mean: examples and explanations
//! were added for all of them. 16 further enumerations with unused values explain them, and were left
//! alone.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use treatise_schema::{Field, Part, Segment};
use treatise_source::{Limits, Parser, Step};

use crate::check::rule;
use crate::exercise::{Exercised, Pending, enumeration, explained};
use crate::finding::{Finding, Found};
use crate::schemas::Schemas;

rule! {
    name: "untested-schema-branch",
    severity: Warning,
    summary: "a member that no record has, or a value that no record has and nothing explains",
    since: "0.1.0",
    check: Exercise(check),
    needs: WholeDataset,
}

/// So many are named in one finding.
const MOST_NAMED: usize = 8;

/// What is known of one schema, over all the places where it holds.
struct Branches<'s> {
    part: Part<'s>,
    /// Whether a record has a value there.
    is_reached: bool,
    /// The members, with the schemas that hold for their values, and whether they were tried.
    members: BTreeMap<&'s str, (Vec<usize>, bool)>,
    /// The values of its enumeration by their positions, likewise.
    values: BTreeMap<usize, (&'s str, bool)>,
}

fn check(schemas: &Schemas<'_>, exercised: &[Exercised], found: &mut Found) {
    let mut by_part: BTreeMap<usize, Branches<'_>> = BTreeMap::new();
    // The schemas that some value was held against.
    let mut tried: BTreeSet<usize> = BTreeSet::new();
    for (collection, table) in schemas.collections() {
        let Some(records) = exercised.get(collection.position()) else {
            continue;
        };
        if records.rows.is_empty() {
            continue;
        }
        let mut pending = Pending::of(table);
        let mut seen = records.clone();
        for field in table.fields() {
            seen.add(exercised_by_examples(schemas, &mut pending, field));
        }
        let rows: BTreeMap<_, _> = (0..)
            .zip(table.fields())
            .map(|(row, field)| (&field.path, row))
            .collect();
        for (row, field) in table.fields().iter().enumerate() {
            note_values(schemas, field, row, &seen, &mut by_part);
            let numbers: Vec<_> = schemas
                .outline
                .at(field)
                .map(|(part, _)| part.number())
                .collect();
            if seen.rows.contains(&row) {
                tried.extend(&numbers);
            }
            let (Some(Segment::Member(name)), Some(parent)) =
                (field.path.segments().last(), field.path.parent())
            else {
                continue;
            };
            let Some((parent, parent_row)) = table.get(&parent).zip(rows.get(&parent)) else {
                continue;
            };
            let is_reached = seen.rows.contains(parent_row);
            for (part, name) in declaring(schemas, parent, name) {
                let branches = by_part
                    .entry(part.number())
                    .or_insert_with(|| Branches::of(part));
                branches.is_reached |= is_reached;
                let (holding, is_tried) = branches.members.entry(name).or_default();
                holding.extend(&numbers);
                *is_tried |= seen.rows.contains(&row);
            }
        }
    }
    for branches in by_part.values().filter(|branches| branches.is_reached) {
        branches.report(&mut tried, found);
    }
}

/// What the examples at a place exercise there and below.
fn exercised_by_examples(schemas: &Schemas<'_>, pending: &mut Pending, field: &Field) -> Exercised {
    let mut seen = Exercised::default();
    for (part, _) in schemas.outline.at(field) {
        for example in part.examples() {
            let text = example.to_string();
            let mut parser = Parser::new();
            let parsed = parser.parse(&text, Limits::default());
            // What one of them exercises, others may be the first to exercise elsewhere.
            let mut place = pending.place(field.path.segments()).clone();
            place.look(parsed.tree.root(), &mut seen);
        }
    }
    seen
}

/// The schemas that list a member of an object: those that do so without condition, or else all.
fn declaring<'s>(
    schemas: &'s Schemas<'_>,
    object: &'s Field,
    name: &str,
) -> Vec<(Part<'s>, &'s str)> {
    let listing: Vec<_> = schemas
        .outline
        .at(object)
        .filter_map(|(part, is_conditional)| {
            let members = part.get("properties")?.as_object()?;
            let (name, schema) = members.get_key_value(name)?;
            (schema != &Value::Bool(false)).then_some((part, name.as_str(), is_conditional))
        })
        .collect();
    let is_any_certain = listing.iter().any(|&(.., is_conditional)| !is_conditional);
    let listing = listing.into_iter();
    listing
        .filter(|&(.., is_conditional)| !(is_any_certain && is_conditional))
        .map(|(part, name, _)| (part, name))
        .collect()
}

/// Notes which values of the enumeration of a place were tried or explained.
fn note_values<'s>(
    schemas: &'s Schemas<'_>,
    field: &'s Field,
    row: usize,
    seen: &Exercised,
    by_part: &mut BTreeMap<usize, Branches<'s>>,
) {
    let Some(values) = enumeration(field) else {
        return;
    };
    let listing = schemas.outline.at(field).find(|(part, is_conditional)| {
        !is_conditional && part.get("enum").and_then(Value::as_array) == field.enumeration.as_ref()
    });
    let Some((part, _)) = listing else {
        return;
    };
    let explained: BTreeSet<&str> = schemas
        .outline
        .at(field)
        .filter_map(|(part, _)| part.get("description")?.as_str())
        .flat_map(explained)
        .collect();
    let branches = by_part
        .entry(part.number())
        .or_insert_with(|| Branches::of(part));
    branches.is_reached |= seen.rows.contains(&row);
    if branches.values.is_empty() {
        let values = values.iter().enumerate();
        branches.values = values
            .filter_map(|(position, value)| Some((position, (value.as_str()?, false))))
            .collect();
    }
    for (&position, (value, is_tried)) in &mut branches.values {
        *is_tried |= seen.values.contains(&(row, position)) || explained.contains(value);
    }
}

impl<'s> Branches<'s> {
    fn of(part: Part<'s>) -> Self {
        Self {
            part,
            is_reached: false,
            members: BTreeMap::new(),
            values: BTreeMap::new(),
        }
    }

    fn report(&self, tried: &mut BTreeSet<usize>, found: &mut Found) {
        for (name, (holding, is_tried)) in &self.members {
            if *is_tried || holding.iter().any(|number| tried.contains(number)) {
                continue;
            }
            // What else refers to the same definition needs no finding of its own.
            tried.extend(holding);
            let at = [Step::Member("properties"), Step::Member(name)];
            found.add(
                Finding::in_schema(
                    self.part.place(&at),
                    format!("no record and no example has the member `{name}`"),
                )
                .with_help("add `examples` to its schema, or delete it"),
            );
        }
        let untried: Vec<_> = self
            .values
            .values()
            .filter(|(_, is_tried)| !is_tried)
            .map(|(value, _)| format!("`{value}`"))
            .collect();
        if untried.is_empty() {
            return;
        }
        let named = untried[..untried.len().min(MOST_NAMED)].join(", ");
        let more = match untried.len().saturating_sub(MOST_NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        found.add(
            Finding::in_schema(
                self.part.place(&[Step::Member("enum")]),
                format!(
                    "no record has {} of the {} values, and nothing explains them",
                    untried.len(),
                    self.values.len()
                ),
            )
            .with_note(format!("{named}{more}"))
            .with_help("explain them in the `description`, in backticks, or delete them"),
        );
    }
}
