//! Which places and values of the schemas the records have: counted in the pass, and for any dataset.
//!
//! What has been seen is not looked for again, so that the more records there are the less each of
//! them costs.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use treatise_schema::{Field, FieldTable, Segment};
use treatise_source::{Key, Kind, Value};

/// An enumeration of more values is a list that was taken over from somewhere, and that nobody uses up.
const MOST_VALUES: usize = 20;

/// The enumeration of a place, where it matters which of its values are in use.
pub(crate) fn enumeration(field: &Field) -> Option<&[serde_json::Value]> {
    let values = field.enumeration.as_deref()?;
    (2..=MOST_VALUES).contains(&values.len()).then_some(values)
}

/// The values that a description explains, in backticks.
pub(crate) fn explained(description: &str) -> impl Iterator<Item = &str> {
    description.split('`').skip(1).step_by(2)
}

/// What of the places of one collection has not been seen yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pending {
    /// The row of the place in the field table.
    row: usize,
    is_seen: bool,
    /// Values of its enumeration that nothing explains, with their positions: several where one is
    /// repeated.
    values: FxHashMap<Box<str>, Vec<usize>>,
    members: Vec<(Key, Pending)>,
    elements: Option<Box<Pending>>,
    entries: Option<Box<Pending>>,
}

/// What has been seen of the places of one collection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exercised {
    /// Rows of the field table.
    pub(crate) rows: BTreeSet<usize>,
    /// Rows of the field table with positions in their enumerations.
    pub(crate) values: BTreeSet<(usize, usize)>,
}

impl Pending {
    /// All places of a field table.
    pub(crate) fn of(table: &FieldTable) -> Self {
        let mut pending = Self::default();
        for (row, field) in table.fields().iter().enumerate() {
            let place = pending.place(field.path.segments());
            place.row = row;
            let description = field.description.as_deref().unwrap_or_default();
            let values = enumeration(field).unwrap_or_default().iter().enumerate();
            for (position, value) in values {
                let value = value.as_str();
                let value = value.filter(|value| explained(description).all(|it| it != *value));
                if let Some(value) = value {
                    place.values.entry(value.into()).or_default().push(position);
                }
            }
        }
        pending
    }

    /// The place at the end of a path.
    pub(crate) fn place(&mut self, path: &[Segment]) -> &mut Self {
        let Some((first, rest)) = path.split_first() else {
            return self;
        };
        let below = first.branch(&mut self.members, &mut self.elements, &mut self.entries);
        below.place(rest)
    }

    /// Notes what a value of this place has, and forgets what need not be looked for any more.
    pub(crate) fn look(&mut self, value: Value<'_>, seen: &mut Exercised) {
        if !self.is_seen {
            self.is_seen = true;
            seen.rows.insert(self.row);
        }
        match value.kind() {
            Kind::String if !self.values.is_empty() => {
                let text = value.as_str().unwrap_or_default();
                let positions = self.values.remove(text).into_iter().flatten();
                seen.values
                    .extend(positions.map(|position| (self.row, position)));
            }
            Kind::Object => {
                self.members.retain_mut(|(key, below)| {
                    let Some(member) = value.get_key(key) else {
                        return true;
                    };
                    below.look(member, seen);
                    !below.is_done()
                });
                let members = value.members().map(|member| member.value);
                Self::look_at_all(&mut self.entries, members, seen);
            }
            Kind::Array => Self::look_at_all(&mut self.elements, value.elements(), seen),
            _ => {}
        }
    }

    fn look_at_all<'t>(
        below: &mut Option<Box<Self>>,
        values: impl Iterator<Item = Value<'t>>,
        seen: &mut Exercised,
    ) {
        for value in values {
            let Some(place) = below else {
                return;
            };
            place.look(value, seen);
            if place.is_done() {
                *below = None;
            }
        }
    }

    /// Whether there is nothing left to look for.
    fn is_done(&self) -> bool {
        self.is_seen
            && self.values.is_empty()
            && self.members.is_empty()
            && self.elements.is_none()
            && self.entries.is_none()
    }
}

impl Exercised {
    /// Adds what another worker has seen.
    pub(crate) fn add(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.values.extend(other.values);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use treatise_source::{Limits, Parser};

    #[test]
    fn what_has_been_seen_is_forgotten() {
        let mut color = Pending {
            row: 1,
            values: [("red".into(), vec![0, 2]), ("blue".into(), vec![1])]
                .into_iter()
                .collect(),
            ..Pending::default()
        };
        let mut pending = Pending::default();
        std::mem::swap(
            pending.place(&[Segment::Member("color".into())]),
            &mut color,
        );
        let mut seen = Exercised::default();
        let mut look = |text: &str| {
            let mut parser = Parser::new();
            let parsed = parser.parse(text, Limits::default());
            pending.look(parsed.tree.root(), &mut seen);
            pending.members.len()
        };
        assert_eq!(look(r#"{"size": 1}"#), 1);
        assert_eq!(look(r#"{"color": "red"}"#), 1);
        assert_eq!(look(r#"{"color": "blue"}"#), 0);
        assert_eq!(seen.rows, [0, 1].into());
        assert_eq!(seen.values, [(1, 0), (1, 1), (1, 2)].into());
    }
}
