//! A work as CSL-JSON describes it.

use serde_json::{Map, Value};

/// An item with the id and the collection of its record.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(super) collection: String,
    /// Whether its record is not deprecated.
    pub(crate) is_current: bool,
    members: Map<String, Value>,
}

/// A name of a person or an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Person {
        family: String,
        given: String,
        suffix: String,
    },
    Literal(String),
}

impl Item {
    /// The item in this text; `None` where it is no object.
    pub(crate) fn new(collection: &str, id: &str, text: &str, is_current: bool) -> Option<Self> {
        let members: Map<String, Value> = serde_json::from_str(text).ok()?;
        Some(Self {
            id: id.to_owned(),
            collection: collection.to_owned(),
            is_current,
            members,
        })
    }

    /// CSL-JSON on one line, the id first.
    pub(super) fn to_json(&self) -> String {
        let mut members = Map::new();
        members.insert("id".into(), self.id.clone().into());
        let others = self.members.iter().filter(|(name, _)| *name != "id");
        members.extend(others.map(|(name, value)| (name.clone(), value.clone())));
        Value::Object(members).to_string()
    }

    /// A text or number.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        match self.members.get(name)? {
            // A line break would end a line of a list.
            Value::String(text) => Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Where the work is on the web.
    pub(crate) fn address(&self) -> Option<String> {
        let doi = self.text("DOI").map(|doi| format!("https://doi.org/{doi}"));
        doi.or_else(|| self.text("URL"))
    }

    pub(super) fn names(&self, role: &str) -> Vec<Name> {
        let names = self.members.get(role).and_then(Value::as_array);
        names.into_iter().flatten().map(name).collect()
    }

    /// Year, month and day of a date as far as they are known, and whether it has an end too.
    pub(super) fn date(&self, name: &str) -> (Vec<i64>, bool) {
        let Some(date) = self.members.get(name) else {
            return (Vec::new(), false);
        };
        let parts = date.get("date-parts");
        if let (None, Some(raw)) = (parts, date.get("raw").and_then(Value::as_str)) {
            return (raw_parts(raw), false);
        }
        let dates: Vec<&Value> = parts
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .collect();
        let first = dates.first().and_then(|date| date.as_array());
        let numbers = first.into_iter().flatten().map_while(|part| match part {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        });
        (numbers.collect(), dates.len() > 1)
    }

    /// Who wrote it: family name first, or the name of an organisation.
    pub(crate) fn authors(&self) -> Vec<String> {
        let full = |name| match name {
            Name::Literal(name) => name,
            Name::Person {
                family,
                given,
                suffix,
            } => {
                let parts = [family, given, suffix].into_iter();
                let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
                parts.join(", ")
            }
        };
        self.names("author").into_iter().map(full).collect()
    }

    /// A date as far as it is known, as in ISO 8601.
    pub(crate) fn day(&self, name: &str) -> Option<String> {
        let (parts, _) = self.date(name);
        // The year before 1 is 0 there, and -1 in CSL.
        let year = match *parts.first()? {
            year if year < 0 => year + 1,
            year => year,
        };
        let sign = if year < 0 { "-" } else { "" };
        let year = year.unsigned_abs();
        let rest = parts[1..].iter().map(|part| format!("-{part:02}"));
        Some(rest.fold(format!("{sign}{year:04}"), |day, part| day + &part))
    }

    /// First and last page.
    pub(super) fn pages(&self) -> Option<(String, Option<String>)> {
        let pages = self.text("page")?;
        Some(match pages.split_once(['-', '\u{2013}']) {
            Some((first, last)) => (first.trim().to_owned(), Some(last.trim().to_owned())),
            None => (pages, None),
        })
    }
}

/// The parts of a date that is written as in ISO 8601; none of another one.
fn raw_parts(raw: &str) -> Vec<i64> {
    let parts = raw.split('-').enumerate().map(|(position, part)| {
        let length = if position == 0 { 4 } else { 2 };
        let is_part = part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| is_part && position < 3)
    });
    parts.collect::<Option<_>>().unwrap_or_default()
}

fn name(value: &Value) -> Name {
    let part = |name: &str| {
        let text = value.get(name).and_then(Value::as_str).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let literal = part("literal");
    let family = part("family");
    if family.is_empty() {
        let given = part("given");
        return Name::Literal(if literal.is_empty() { given } else { literal });
    }
    let joined = |parts: [String; 2]| parts.join(" ").trim().to_owned();
    Name::Person {
        family: joined([part("non-dropping-particle"), family]),
        given: joined([part("given"), part("dropping-particle")]),
        suffix: part("suffix"),
    }
}
