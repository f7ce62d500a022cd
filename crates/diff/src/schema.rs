//! What changed in the schema of a collection: what its field table shows, and what is proved
//! about the rest.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use treatise_dataset::Collection;
use treatise_schema::{
    Difference, Field, FieldPath, FieldTable, Identity, Relation, Segment, Shown,
};

use crate::change::{Change, Detail, Part, Place};
use crate::contract::{Kind, Level};
use crate::role::DEPRECATED;
use crate::value::{canonical, normalised};

/// What changed in the schema of a collection.
pub(crate) fn changes(old: &Collection, new: &Collection) -> Vec<Change> {
    let (Some(before), Some(after)) = (old.schema(), new.schema()) else {
        return Vec::new();
    };
    if after.has_text_of(before) {
        return Vec::new();
    }
    let mut tables = Tables {
        collection: new.name(),
        changes: Vec::new(),
    };
    tables.compare(before.fields(), after.fields());
    for difference in before.differences(after) {
        if tables.tell(&difference) {
            continue;
        }
        let kind = match difference.relation {
            Relation::Same => Kind::SchemaRewritten,
            Relation::Narrower => Kind::SchemaConstraintNarrowed,
            Relation::Announced => Kind::SchemaOpenValueAdded,
            Relation::Wider => Kind::SchemaConstraintWidened,
            Relation::Unknown => Kind::SchemaNotComparable,
        };
        tables.changes.push(Change {
            kind,
            place: Place {
                collection: Some(new.name().to_owned()),
                path: path_of(&difference.pointer),
                ..Place::default()
            },
            old: difference.old.map(normalised),
            new: difference.new.map(normalised),
            is_meaning: false,
            detail: Detail::None,
        });
    }
    tables.changes
}

struct Tables<'a> {
    collection: &'a str,
    changes: Vec<Change>,
}

impl Tables<'_> {
    fn compare(&mut self, old: &FieldTable, new: &FieldTable) {
        let is_new = |table: &FieldTable, path: &FieldPath| table.get(path).is_none();
        // What is below a field that came or went came or went with it.
        let is_topmost = |table: &FieldTable, field: &Field| {
            let parent = field.path.parent();
            is_new(table, &field.path) && parent.is_none_or(|parent| !is_new(table, &parent))
        };
        for field in old.fields() {
            if field.is_deprecation && is_new(new, &field.path) {
                let kind = Kind::SchemaDeprecationChanged;
                self.push(kind, field, Some(true.into()), Some(false.into()));
            }
            match new.get(&field.path) {
                Some(twin) => self.field(field, twin),
                None if is_topmost(new, field) => {
                    self.push(Kind::SchemaFieldRemoved, field, Some(shown(field)), None);
                }
                None => {}
            }
        }
        let has_marks = old.fields().iter().any(|field| field.is_deprecation);
        for field in new.fields() {
            // The first mark takes the place of the member that stands for deprecations without one.
            let is_usual = field.path.segments() == [Segment::Member(DEPRECATED.to_owned())];
            if field.is_deprecation && is_new(old, &field.path) && !has_marks && !is_usual {
                let kind = Kind::SchemaDeprecationChanged;
                self.push(kind, field, Some(false.into()), Some(true.into()));
            }
            if is_topmost(old, field) {
                self.push(Kind::SchemaFieldAdded, field, None, Some(shown(field)));
            }
        }
        self.order(old, new);
    }

    /// Whether what a difference is about was told row by row, and no less of it: a row is made of all
    /// that is said of a field, under conditions too.
    fn tell(&self, difference: &Difference) -> bool {
        let (pointer, name) = match &difference.shown {
            None => return false,
            Some(Shown::Values) => (&difference.pointer[..], None),
            Some(Shown::Required(name)) => {
                let object = difference.pointer.strip_suffix("/required");
                (object.unwrap_or_default(), Some(name))
            }
        };
        let mut path = path_of(pointer);
        path.extend(name.cloned().map(Part::Member));
        let least = match difference.relation {
            Relation::Same => return true,
            Relation::Announced => {
                let is_told = |change: &Change| change.place.path.starts_with(&path);
                return self.changes.iter().any(is_told);
            }
            Relation::Narrower => Level::Minor,
            Relation::Wider | Relation::Unknown => Level::Major,
        };
        self.changes.iter().any(|change| match change.kind {
            Kind::SchemaFieldAdded | Kind::SchemaFieldRemoved => {
                path.starts_with(&change.place.path)
            }
            _ => change.place.path == path && change.level() >= least,
        })
    }

    fn field(&mut self, old: &Field, new: &Field) {
        self.types(old, new);
        match (old.is_required, new.is_required) {
            (false, true) => self.push(Kind::SchemaFieldRequired, new, None, None),
            (true, false) => self.push(Kind::SchemaFieldOptional, new, None, None),
            _ => {}
        }
        self.enumeration(old, new);
        let names =
            |field: &Field| -> BTreeSet<String> { field.references.iter().cloned().collect() };
        let (before, after) = (names(old), names(new));
        // No name at all is no reference, which leads nowhere.
        if before != after && !after.is_empty() {
            // What was any text and names a record now says more than before.
            let kind = if after.is_subset(&before) || before.is_empty() {
                Kind::SchemaReferencesNarrowed
            } else {
                Kind::SchemaReferencesWidened
            };
            self.push(kind, new, Some(json!(before)), Some(json!(after)));
        } else if before != after {
            let kind = Kind::SchemaReferencesWidened;
            self.push(kind, new, Some(json!(before)), Some(json!(after)));
        }
        if old.identity != new.identity {
            let (before, after) = (identity(old), identity(new));
            self.push(Kind::SchemaIdentityChanged, new, before, after);
        }
        if old.is_meaning != new.is_meaning {
            let (before, after) = (old.is_meaning.into(), new.is_meaning.into());
            self.push(Kind::SchemaMeaningChanged, new, Some(before), Some(after));
        }
        // Numbers and negations are looked for in texts only.
        let prose = |field: &Field| marks([("x-prose", field.is_prose)]);
        self.notes(Kind::SchemaMeaningChanged, new, (prose(old), prose(new)));
        if old.is_deprecation != new.is_deprecation {
            let (before, after) = (old.is_deprecation.into(), new.is_deprecation.into());
            let kind = Kind::SchemaDeprecationChanged;
            self.push(kind, new, Some(before), Some(after));
        }
        if old.is_language_map != new.is_language_map {
            let (before, after) = (old.is_language_map.into(), new.is_language_map.into());
            let kind = Kind::SchemaLanguageMapChanged;
            self.push(kind, new, Some(before), Some(after));
        }
        let relation = |field: &Field| {
            marks([
                ("x-symmetric", field.is_symmetric),
                ("x-reflexive", field.is_reflexive),
            ])
        };
        let relations = (relation(old), relation(new));
        self.notes(Kind::SchemaRelationChanged, new, relations);
        self.notes(Kind::SchemaDocumented, new, (texts(old), texts(new)));
    }

    /// Tells in which of its notes a row differs, if it does.
    fn notes(&mut self, kind: Kind, field: &Field, (old, new): (Notes, Notes)) {
        let differing = |these: &Notes, those: &Notes| -> Value {
            let own = these
                .iter()
                .filter(|(name, note)| those.get(*name) != Some(*note));
            own.map(|(name, note)| (name.clone(), note.clone()))
                .collect()
        };
        if old != new {
            let shown = (differing(&old, &new), differing(&new, &old));
            self.push(kind, field, Some(shown.0), Some(shown.1));
        }
    }

    fn types(&mut self, old: &Field, new: &Field) {
        if old.types == new.types {
            return;
        }
        // An integer is a number; no type at all is any.
        let allows = |field: &Field, name: &str| {
            field.types.is_empty()
                || field.types.contains(name)
                || name == "integer" && field.types.contains("number")
        };
        let is_narrower = !new.types.is_empty() && new.types.iter().all(|name| allows(old, name));
        let is_any = |field: &Field, names: &[&str]| names.iter().any(|name| allows(field, name));
        let scalars = ["string", "number", "integer", "boolean"];
        // A list or object has its column for single values only where some may come.
        let has_lost_column =
            is_any(new, &["array", "object"]) && is_any(old, &scalars) && !is_any(new, &scalars);
        let kind = match is_narrower {
            true if has_lost_column => Kind::SchemaScalarExcluded,
            true => Kind::SchemaTypeNarrowed,
            false => Kind::SchemaTypeChanged,
        };
        self.push(kind, new, Some(json!(old.types)), Some(json!(new.types)));
    }

    fn enumeration(&mut self, old: &Field, new: &Field) {
        match (&old.enumeration, &new.enumeration) {
            (Some(before), Some(after)) => {
                let listed = |values: &[Value]| -> Vec<Value> {
                    values.iter().cloned().map(normalised).collect()
                };
                let (before, after) = (listed(before), listed(after));
                let texts = |values: &[Value]| -> BTreeSet<String> {
                    values.iter().map(canonical).collect()
                };
                let (before_texts, after_texts) = (texts(&before), texts(&after));
                let is_gone = |value: &&Value| !after_texts.contains(&canonical(value));
                for value in before.iter().filter(is_gone) {
                    self.push(Kind::SchemaValueRemoved, new, Some(value.clone()), None);
                }
                let kind = if old.is_open_enum {
                    Kind::SchemaOpenValueAdded
                } else {
                    Kind::SchemaValueAdded
                };
                let is_new = |value: &&Value| !before_texts.contains(&canonical(value));
                for value in after.iter().filter(is_new) {
                    self.push(kind, new, None, Some(value.clone()));
                }
                match (old.is_open_enum, new.is_open_enum) {
                    (false, true) => self.push(Kind::SchemaEnumerationOpened, new, None, None),
                    (true, false) => self.push(Kind::SchemaEnumerationClosed, new, None, None),
                    _ => {}
                }
            }
            (Some(before), None) => {
                self.push(
                    Kind::SchemaEnumerationOpened,
                    new,
                    Some(json!(before)),
                    None,
                );
            }
            (None, Some(after)) => {
                self.push(Kind::SchemaEnumerationClosed, new, None, Some(json!(after)));
            }
            (None, None) => {}
        }
    }

    /// Places whose members stand in another order, apart from those that came and went.
    fn order(&mut self, old: &FieldTable, new: &FieldTable) {
        let children = |table: &FieldTable, other: &FieldTable| {
            let mut children: BTreeMap<Option<FieldPath>, Vec<FieldPath>> = BTreeMap::new();
            for field in table.fields() {
                if other.get(&field.path).is_some() {
                    let siblings = children.entry(field.path.parent()).or_default();
                    siblings.push(field.path.clone());
                }
            }
            children
        };
        let (before, after) = (children(old, new), children(new, old));
        for (parent, siblings) in &after {
            let parent = parent.as_ref().and_then(|parent| new.get(parent));
            let Some(parent) = parent else { continue };
            if before.get(&Some(parent.path.clone())) != Some(siblings) {
                self.push(Kind::SchemaReordered, parent, None, None);
            }
        }
    }

    fn push(&mut self, kind: Kind, field: &Field, old: Option<Value>, new: Option<Value>) {
        let path = field.path.segments().iter().map(|segment| match segment {
            Segment::Member(name) => Part::Member(name.clone()),
            Segment::Element => Part::named("*"),
            Segment::Entry => Part::named("{}"),
        });
        self.changes.push(Change {
            kind,
            place: Place {
                collection: Some(self.collection.to_owned()),
                path: path.collect(),
                ..Place::default()
            },
            old,
            new,
            is_meaning: false,
            detail: Detail::None,
        });
    }
}

/// The place in records that a pointer into their schema is about, as far as it is one.
fn path_of(pointer: &str) -> Vec<Part> {
    let unescaped = |token: &str| token.replace("~1", "/").replace("~0", "~");
    let mut path = Vec::new();
    let mut tokens = pointer.split('/').skip(1);
    while let Some(token) = tokens.next() {
        match token {
            "properties" => path.extend(tokens.next().map(|name| Part::Member(unescaped(name)))),
            "items" | "additionalItems" | "unevaluatedItems" => {
                path.push(Part::named("*"));
            }
            "additionalProperties" | "unevaluatedProperties" => {
                path.push(Part::named("{}"));
            }
            // From here on it is about a keyword.
            other => path.push(Part::named(unescaped(other))),
        }
    }
    path
}

/// Words or marks of a row, by name.
type Notes = Map<String, Value>;

/// What a row says for people.
fn texts(field: &Field) -> Notes {
    let texts = [("title", &field.title), ("description", &field.description)];
    texts
        .into_iter()
        .filter_map(|(name, text)| Some((name.to_owned(), Value::from(text.as_deref()?))))
        .collect()
}

/// The marks that are set.
fn marks<const COUNT: usize>(marks: [(&str, bool); COUNT]) -> Notes {
    marks
        .into_iter()
        .filter(|(_, is_set)| *is_set)
        .map(|(name, _)| (name.to_owned(), Value::Bool(true)))
        .collect()
}

/// What a row says that readers need to know.
fn shown(field: &Field) -> Value {
    json!({"types": field.types, "required": field.is_required})
}

fn identity(field: &Field) -> Option<Value> {
    field.identity.as_ref().map(|identity| match identity {
        Identity::Value => "value".into(),
        Identity::Position => "position".into(),
        Identity::Members(names) => json!(names),
    })
}
