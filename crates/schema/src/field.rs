//! The field table: a row for every place where a record can have a value.
//!
//! References, the identity of items, tables for export, the data dictionary and the scaffolding
//! of new records are all read from it, so that a new field needs a schema and no code.

use std::collections::BTreeSet;
use std::fmt;

use rustc_hash::FxHashMap;
use serde_json::{Map, Number, Value};
use treatise_source::Key;

use crate::compile::Scope;
use crate::keyword::subschemas;

/// The rows, parents before their children, members in the order of the schema.
#[derive(Clone, Debug, Default)]
pub struct FieldTable {
    fields: Vec<Field>,
    by_path: FxHashMap<FieldPath, usize>,
    visits: usize,
    is_complete: bool,
}

/// A place, with the positions of arrays and the keys of maps left open.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath(Vec<Segment>);

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// The member with this name.
    Member(String),
    /// Any element of an array.
    Element,
    /// Any value of an object whose keys are data.
    Entry,
}

impl Segment {
    /// The branch that this step takes in a tree of places, made where there is none: `members` are
    /// its branches by name, `elements` and `entries` those for all elements and for all entries.
    pub fn branch<'t, T: Default>(
        &self,
        members: &'t mut Vec<(Key, T)>,
        elements: &'t mut Option<Box<T>>,
        entries: &'t mut Option<Box<T>>,
    ) -> &'t mut T {
        match self {
            Self::Member(name) => {
                let known = members.iter().position(|(key, _)| key.name() == name);
                let at = known.unwrap_or_else(|| {
                    members.push((Key::new(name), T::default()));
                    members.len() - 1
                });
                &mut members[at].1
            }
            Self::Element => elements.get_or_insert_default(),
            Self::Entry => entries.get_or_insert_default(),
        }
    }
}

/// How the items of an array are told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// They are a set of scalars.
    Value,
    /// They are an ordered list.
    Position,
    /// By these members.
    Members(Vec<String>),
}

/// Bounds on a value, as the keywords of these names give them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bounds {
    /// The least number that is allowed.
    pub minimum: Option<Number>,
    /// The greatest number that is allowed.
    pub maximum: Option<Number>,
    /// The fewest characters of a string.
    pub min_length: Option<u64>,
    /// The most characters of a string.
    pub max_length: Option<u64>,
}

/// One row.
#[expect(
    clippy::struct_excessive_bools,
    reason = "they mirror keywords that stand alone"
)]
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// The place.
    pub path: FieldPath,
    /// Names of the types of JSON Schema that are named for a value; empty where none is.
    pub types: BTreeSet<String>,
    /// Whether the object around it must have it, whatever else it has.
    pub is_required: bool,
    /// Whether the object around it must have it under some condition, or beside another member.
    pub may_be_required: bool,
    /// Whether it is only there under a condition (`if`, `anyOf`, `oneOf`, `dependentSchemas`).
    pub is_conditional: bool,
    /// Whether the schema continues with itself here, so that the table does not.
    pub is_recursive: bool,
    /// The places around this one as which it continues then, and those as which they do.
    pub continues: BTreeSet<FieldPath>,
    /// Values that are allowed as they are beside others, as by one branch of an `anyOf`.
    pub literals: Vec<Value>,
    /// The only values that are allowed.
    pub enumeration: Option<Vec<Value>>,
    /// What a new record has here, whatever else holds.
    pub default: Option<Value>,
    /// A few words for people.
    pub title: Option<String>,
    /// What the value means.
    pub description: Option<String>,
    /// The name of its format.
    pub format: Option<String>,
    /// The regular expression that all strings here match, whatever else holds.
    pub pattern: Option<String>,
    /// Bounds that hold for all values here, whatever else holds.
    pub bounds: Bounds,
    /// The collections whose records it may refer to; empty where it is no reference.
    pub references: Vec<String>,
    /// Whether records that refer to each other by it are no circle.
    pub is_symmetric: bool,
    /// Whether a record may refer to itself by it.
    pub is_reflexive: bool,
    /// Whether a record that has it is no longer to be used; references in it lead to the records
    /// that took its place.
    pub is_deprecation: bool,
    /// How its items are told apart.
    pub identity: Option<Identity>,
    /// Whether a change here changes what the record says.
    pub is_meaning: bool,
    /// Whether it is text for people.
    pub is_prose: bool,
    /// Whether it is an object from language tags to text.
    pub is_language_map: bool,
    /// Whether values may be added to its enumeration in a minor release.
    pub is_open_enum: bool,
    /// Where in memory the schemas are that hold here, and whether each holds under a condition
    /// only.
    pub(crate) schemas: Vec<(usize, bool)>,
}

impl FieldPath {
    /// The steps from the record.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The place around this one; `None` for the record itself.
    pub fn parent(&self) -> Option<Self> {
        let (_, parent) = self.0.split_last()?;
        Some(Self(parent.to_vec()))
    }

    pub(crate) fn join(&self, segment: Segment) -> Self {
        let mut joined = self.clone();
        joined.0.push(segment);
        joined
    }
}

impl fmt::Display for FieldPath {
    /// Like a JSON pointer, with `*` for any element and `{}` for any entry.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.0 {
            match segment {
                Segment::Member(name) => {
                    write!(f, "/{}", name.replace('~', "~0").replace('/', "~1"))?;
                }
                Segment::Element => f.write_str("/*")?,
                Segment::Entry => f.write_str("/{}")?,
            }
        }
        Ok(())
    }
}

impl FieldTable {
    /// A schema that is wider than this is not one that people read.
    const MOST_FIELDS: usize = 20_000;
    /// Schemas that are looked at, with every repetition.
    const MOST_VISITS: usize = 200_000;
    /// Schemas on the way to a place, references and alternatives included.
    const DEEPEST: usize = 256;

    pub(crate) fn of(scope: &Scope<'_>) -> Self {
        let mut table = Self {
            is_complete: true,
            ..Self::default()
        };
        table.visit(scope, &FieldPath::default(), false, &mut Vec::new());
        table.sort_children_behind_parents();
        table.close_continued();
        table.fields.iter_mut().for_each(Field::settle_literals);
        table
    }

    /// Whether every place has a row: schemas that refer to one another without end, as those of
    /// a large standard do, have more places than a table can hold.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// The rows.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The row of a place.
    pub fn get(&self, path: &FieldPath) -> Option<&Field> {
        self.by_path.get(path).map(|&index| &self.fields[index])
    }

    /// The rows directly below a place.
    pub fn children<'t>(&'t self, path: &'t FieldPath) -> impl Iterator<Item = &'t Field> {
        self.fields.iter().filter(move |field| {
            field.path.0.len() == path.0.len() + 1 && field.path.0.starts_with(&path.0)
        })
    }

    fn row(&mut self, path: &FieldPath) -> Option<&mut Field> {
        let next = self.fields.len();
        let index = *self.by_path.entry(path.clone()).or_insert(next);
        if index == next {
            if next >= Self::MOST_FIELDS {
                self.by_path.remove(path);
                self.is_complete = false;
                return None;
            }
            self.fields.push(Field {
                path: path.clone(),
                ..Field::default()
            });
        }
        Some(&mut self.fields[index])
    }

    /// Adds what a schema says about a place and the places below. `open` are the schemas on the
    /// way here, each with the number of steps to its place: one that comes again continues for ever.
    fn visit(
        &mut self,
        scope: &Scope<'_>,
        path: &FieldPath,
        is_conditional: bool,
        open: &mut Vec<(usize, usize)>,
    ) {
        let Some(keywords) = scope.schema.as_object() else {
            return;
        };
        let address = scope.address();
        if let Some(&(_, steps)) = open.iter().find(|(opened, _)| *opened == address) {
            if let Some(field) = self.row(path) {
                field.is_recursive = true;
                // At the same place it says nothing that it has not said.
                if steps < path.0.len() {
                    let around = FieldPath(path.0[..steps].to_vec());
                    field.continues.insert(around);
                }
            }
            return;
        }
        self.visits += 1;
        if self.visits > Self::MOST_VISITS || open.len() >= Self::DEEPEST {
            self.is_complete = false;
            return;
        }
        open.push((address, path.0.len()));
        if let Some(field) = self.row(path) {
            field.note(keywords, is_conditional);
            field.schemas.push((address, is_conditional));
        }
        for referred in scope.referred() {
            self.visit(&referred, path, is_conditional, open);
        }
        let subschemas = subschemas(keywords, scope.draft);
        // Where several schemas share the values below, each holds for some of them.
        let is_shared = |below: fn(&str) -> bool| {
            let same = subschemas.iter().filter(|other| below(other.keyword));
            same.filter(|other| other.schema != &Value::Bool(false))
                .count()
                > 1
        };
        let (elements_differ, entries_differ) =
            (is_shared(is_of_elements), is_shared(is_of_entries));
        for subschema in subschemas {
            let segment = match (subschema.keyword, subschema.step) {
                ("allOf", _) => None,
                ("anyOf" | "oneOf" | "then" | "else" | "dependentSchemas" | "dependencies", _) => {
                    self.visit(&scope.child(subschema.schema), path, true, open);
                    continue;
                }
                ("properties", Some(name)) => Some(Segment::Member(name)),
                (keyword, _) if is_of_elements(keyword) => Some(Segment::Element),
                (keyword, _) if is_of_entries(keyword) => Some(Segment::Entry),
                _ => continue,
            };
            // `false` says that nothing can be there.
            if subschema.schema == &Value::Bool(false) {
                continue;
            }
            match segment {
                None => self.visit(&scope.child(subschema.schema), path, is_conditional, open),
                Some(segment) => {
                    let child = scope.child(subschema.schema);
                    let is_conditional = is_conditional
                        || match segment {
                            Segment::Member(_) => false,
                            Segment::Element => elements_differ,
                            Segment::Entry => entries_differ,
                        };
                    let below = path.join(segment);
                    if let Some(field) = self.row(&below) {
                        field.is_conditional = is_conditional && field.is_fresh();
                    }
                    self.visit(&child, &below, is_conditional, open);
                }
            }
        }
        self.note_required(path, keywords, is_conditional);
        open.pop();
    }

    /// Adds which members of a place have to be there.
    fn note_required(
        &mut self,
        path: &FieldPath,
        keywords: &Map<String, Value>,
        is_conditional: bool,
    ) {
        if let Some(Value::Array(names)) = keywords.get("required") {
            for name in names.iter().filter_map(Value::as_str) {
                let below = path.join(Segment::Member(name.to_owned()));
                if let Some(&index) = self.by_path.get(&below) {
                    let field = &mut self.fields[index];
                    if is_conditional {
                        field.may_be_required = true;
                    } else {
                        field.is_required = true;
                    }
                }
            }
        }
        let dependent = keywords.get("dependentRequired").and_then(Value::as_object);
        for names in dependent.into_iter().flat_map(|by_name| by_name.values()) {
            for name in names
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
            {
                let below = path.join(Segment::Member(name.to_owned()));
                if let Some(&index) = self.by_path.get(&below) {
                    self.fields[index].may_be_required = true;
                }
            }
        }
    }

    fn sort_children_behind_parents(&mut self) {
        // A condition may have named a child before the rest of its siblings; order by the first
        // mention of each ancestor.
        let rank: FxHashMap<FieldPath, usize> = self.by_path.clone();
        let key = |path: &FieldPath| -> Vec<usize> {
            (0..=path.0.len())
                .filter_map(|length| rank.get(&FieldPath(path.0[..length].to_vec())).copied())
                .collect()
        };
        self.fields.sort_by_cached_key(|field| key(&field.path));
        self.by_path = self
            .fields
            .iter()
            .enumerate()
            .map(|(index, field)| (field.path.clone(), index))
            .collect();
    }
}

impl FieldTable {
    /// Where a place is continued that continues itself, so is the one above. Parents come first.
    fn close_continued(&mut self) {
        for index in 0..self.fields.len() {
            let around = self.fields[index].continues.iter();
            let further: Vec<_> = around
                .filter_map(|place| self.get(place))
                .flat_map(|field| field.continues.iter().cloned())
                .collect();
            self.fields[index].continues.extend(further);
        }
    }
}

fn is_of_elements(keyword: &str) -> bool {
    matches!(
        keyword,
        "items" | "prefixItems" | "additionalItems" | "unevaluatedItems"
    )
}

fn is_of_entries(keyword: &str) -> bool {
    matches!(
        keyword,
        "patternProperties" | "additionalProperties" | "unevaluatedProperties"
    )
}

/// What two schemas say together, where each of them may say nothing.
fn both<T>(one: Option<T>, other: Option<T>, join: impl FnOnce(T, T) -> T) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(join(one, other)),
        (one, other) => one.or(other),
    }
}

impl Bounds {
    /// Adds what one schema says; of two bounds, the narrower one counts.
    fn note(&mut self, keywords: &Map<String, Value>) {
        let number = |name: &str| keywords.get(name).and_then(Value::as_number).cloned();
        let length = |name: &str| keywords.get(name).and_then(Value::as_u64);
        let is_below = |left: &Number, right: &Number| left.as_f64() < right.as_f64();
        let lower = |one: Number, other| if is_below(&other, &one) { other } else { one };
        let higher = |one: Number, other| if is_below(&one, &other) { other } else { one };
        self.minimum = both(self.minimum.take(), number("minimum"), higher);
        self.maximum = both(self.maximum.take(), number("maximum"), lower);
        self.min_length = both(self.min_length, length("minLength"), u64::max);
        self.max_length = both(self.max_length, length("maxLength"), u64::min);
    }
}

impl Field {
    fn is_fresh(&self) -> bool {
        self.types.is_empty() && self.title.is_none() && self.description.is_none()
    }

    /// Names each literal once, and none where all values are listed anyway. Words that may stand instead
    /// of an id are no ids also where they are listed.
    fn settle_literals(&mut self) {
        if self.enumeration.is_some() && self.references.is_empty() {
            self.literals.clear();
        }
        let mut named = BTreeSet::new();
        self.literals
            .retain(|value| named.insert(value.to_string()));
    }

    /// Adds what one schema says. What is said first, and without condition, counts; of values and
    /// bounds, what all schemas allow. Collections that are allowed under some condition are allowed.
    fn note(&mut self, keywords: &Map<String, Value>, is_conditional: bool) {
        let text = |name: &str| {
            keywords
                .get(name)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let flag = |name: &str| keywords.get(name) == Some(&Value::Bool(true));
        let names = |name: &str| -> Vec<String> {
            let values = keywords.get(name).and_then(Value::as_array);
            values
                .into_iter()
                .flatten()
                .filter_map(|value| value.as_str().map(str::to_owned))
                .collect()
        };
        let types: BTreeSet<String> = match keywords.get("type") {
            Some(Value::String(name)) => [name.clone()].into(),
            Some(Value::Array(_)) => names("type").into_iter().collect(),
            _ => BTreeSet::new(),
        };
        if self.types.is_empty() {
            self.types = types;
        } else if is_conditional {
            self.types.extend(types);
        } else if !types.is_empty() {
            self.types = self.types.intersection(&types).cloned().collect();
        }
        self.title = self.title.take().or_else(|| text("title"));
        self.description = self.description.take().or_else(|| text("description"));
        if !is_conditional {
            self.default = self
                .default
                .take()
                .or_else(|| keywords.get("default").cloned());
            self.format = self.format.take().or_else(|| text("format"));
            self.pattern = self.pattern.take().or_else(|| text("pattern"));
            self.bounds.note(keywords);
        }
        if !is_conditional {
            let listed = match (keywords.get("enum"), keywords.get("const")) {
                (Some(Value::Array(values)), _) => Some(values.clone()),
                (_, Some(value)) => Some(vec![value.clone()]),
                _ => None,
            };
            self.enumeration = both(self.enumeration.take(), listed, |mut values, listed| {
                let listed: BTreeSet<_> = listed.iter().map(Value::to_string).collect();
                values.retain(|value| listed.contains(&value.to_string()));
                values
            });
        }
        if is_conditional {
            let listed = keywords.get("enum").and_then(Value::as_array);
            let values = listed.into_iter().flatten().chain(keywords.get("const"));
            self.literals.extend(values.cloned());
        }
        for collection in names("x-references") {
            if !self.references.contains(&collection) {
                self.references.push(collection);
            }
        }
        if self.identity.is_none() {
            self.identity = match keywords.get("x-identity") {
                Some(Value::String(name)) => Some(match name.as_str() {
                    "value" => Identity::Value,
                    "position" => Identity::Position,
                    member => Identity::Members(vec![member.to_owned()]),
                }),
                Some(Value::Array(_)) => Some(Identity::Members(names("x-identity"))),
                _ => None,
            };
        }
        self.is_symmetric |= flag("x-symmetric");
        self.is_reflexive |= flag("x-reflexive");
        self.is_deprecation |= flag("x-deprecation");
        self.is_meaning |= flag("x-meaning");
        self.is_prose |= flag("x-prose");
        self.is_language_map |= flag("x-language-map");
        self.is_open_enum |= flag("x-open-enum");
    }
}
