//! A new record: what its schema asks for is there, with blanks where only its author knows what has to
//! stand.
//!
//! A blank is an empty string, or `null` where something else than a string belongs: nothing that could
//! be taken for a statement, and nothing that the schema lets pass.

use serde_json::{Map, Value as Json};
use treatise_source::{Limits, Parser, Pointer, Step};

use crate::field::{Field, FieldPath, FieldTable, Segment};
use crate::work::WorkLimit;
use crate::{Schema, Violation};

/// How often what a condition asks for is added: each time, it may bring about another condition.
const MOST_ROUNDS: usize = 32;
/// How deep what is required may nest before it is left to the author.
const DEEPEST: usize = 32;

/// A new record.
#[derive(Clone, Debug)]
pub struct Scaffold {
    /// What is there.
    pub record: Json,
    /// The blanks, in the order of the record.
    pub blanks: Vec<Blank>,
    /// What else its author has to decide, such as which of several members it has.
    pub undecided: Vec<Violation>,
    /// What of the given values is not as the schema says.
    pub refused: Vec<Violation>,
}

/// A place that its author has to fill in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blank {
    /// Where it is.
    pub pointer: Pointer,
    /// The row of the field table that describes it, where there is one.
    pub path: FieldPath,
}

/// A value that somebody gives, and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// Where it belongs.
    pub pointer: Pointer,
    /// What it is.
    pub value: Json,
}

/// Why a value can't have the place that it was given for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misplaced {
    /// The pointer leads into something that has no members or elements.
    #[error("`{0}` leads into a value that has nothing below it")]
    InScalar(String),
    /// The pointer names no next element.
    #[error("`{0}` names an element behind others that are not there")]
    BehindEnd(String),
    /// The text is no value of the types that can be there.
    #[error("`{text}` at `{pointer}` is no value in JSON, and no text can be there")]
    NoValue {
        /// The place.
        pointer: String,
        /// What was given.
        text: String,
    },
}

impl Schema {
    /// A new record in which some values are given. Texts for people are in `language`.
    ///
    /// # Errors
    /// A given value has a place that no value can have.
    pub fn scaffold(
        &self,
        given: &[Given],
        language: &str,
        work: &WorkLimit,
    ) -> Result<Scaffold, Misplaced> {
        let sketch = Sketch {
            table: self.fields(),
            language,
        };
        let mut record = sketch.blank(&FieldPath::default(), 0);
        if !record.is_object() {
            record = Json::Object(Map::new());
        }
        for Given { pointer, value } in given {
            sketch.place(&mut record, pointer, value.clone())?;
        }
        let violations = self.complete(&sketch, &mut record, work);
        let mut blanks = Vec::new();
        sketch.find_blanks(&record, &Pointer::root(), &mut blanks);
        blanks.retain(|blank| !given.iter().any(|given| given.pointer == blank.pointer));
        let is_blank = |at: &Pointer| blanks.iter().any(|blank| &blank.pointer == at);
        let is_given = |at: &Pointer| {
            let mut given = given.iter().map(|given| &given.pointer);
            given.any(|given| at == given || at.below(given).is_some())
        };
        let others = violations.into_iter();
        let others = others.filter(|violation| !is_blank(&violation.pointer));
        let (refused, undecided) = others.partition(|violation| is_given(&violation.pointer));
        Ok(Scaffold {
            record,
            blanks,
            undecided,
            refused,
        })
    }

    /// Adds what is required under the conditions that hold, and returns what else is wrong.
    fn complete(&self, sketch: &Sketch<'_>, record: &mut Json, work: &WorkLimit) -> Vec<Violation> {
        let mut parser = Parser::new();
        let mut violations = Vec::new();
        for _ in 0..MOST_ROUNDS {
            let text = record.to_string();
            let parsed = parser.parse(&text, Limits::default());
            violations = self.explain(&parsed.tree, work).unwrap_or_default();
            let missing: Vec<_> = violations
                .iter()
                .filter_map(|violation| {
                    let member = violation.missing.as_deref()?;
                    Some(violation.pointer.join(Step::Member(member)))
                })
                .collect();
            let added = missing.iter().filter(|pointer| sketch.add(record, pointer));
            if added.count() == 0 {
                break;
            }
        }
        violations
    }

    /// Reads a value that somebody gives as text: as text where text can be, and else as JSON.
    ///
    /// # Errors
    /// It is neither.
    pub fn read_given(&self, pointer: &Pointer, text: &str) -> Result<Json, Misplaced> {
        let sketch = Sketch {
            table: self.fields(),
            language: "",
        };
        let types = sketch.field(pointer).map(|field| &field.types);
        let is_text = types.is_none_or(|types| types.is_empty() || types.contains("string"));
        match serde_json::from_str(text) {
            // Where nobody says what can be there, a list looks like one.
            Ok(value @ (Json::Object(_) | Json::Array(_)))
                if types.is_none_or(|types| !types.contains("string")) =>
            {
                Ok(value)
            }
            Ok(value) if !is_text => Ok(value),
            Err(_) if !is_text => Err(Misplaced::NoValue {
                pointer: pointer.as_str().to_owned(),
                text: text.to_owned(),
            }),
            _ => Ok(Json::String(text.to_owned())),
        }
    }

    /// Where a record says what it is called or what it states: the first text for people that it must
    /// have, or else the first string that can be anything.
    pub fn place_of_name(&self, language: &str) -> Option<Pointer> {
        let sketch = Sketch {
            table: self.fields(),
            language,
        };
        let record = sketch.blank(&FieldPath::default(), 0);
        let mut blanks = Vec::new();
        sketch.find_blanks(&record, &Pointer::root(), &mut blanks);
        let is_of_one = |blank: &&Blank| !blank.path.segments().contains(&Segment::Element);
        let described = |blank: &Blank| self.fields().get(&blank.path);
        let is_prose = |blank: &&Blank| described(blank).is_some_and(|field| field.is_prose);
        let is_free = |blank: &&Blank| described(blank).is_some_and(is_free_text);
        let blanks = || blanks.iter().filter(is_of_one);
        let found = blanks().find(is_prose).or_else(|| blanks().find(is_free));
        found.map(|blank| blank.pointer.clone())
    }
}

/// Whether any text can be at a place.
fn is_free_text(field: &Field) -> bool {
    field.types.contains("string")
        && field.enumeration.is_none()
        && field.references.is_empty()
        && field.pattern.is_none()
        && field.format.is_none()
}

/// What new records are made by.
struct Sketch<'s> {
    table: &'s FieldTable,
    language: &'s str,
}

impl<'s> Sketch<'s> {
    /// The least that can be at a place, as far as the schema says it.
    fn blank(&self, path: &FieldPath, depth: usize) -> Json {
        let text = || Json::String(String::new());
        let Some(field) = self.table.get(path) else {
            return text();
        };
        if let Some([only]) = field.enumeration.as_deref() {
            return only.clone();
        }
        if let Some(default) = &field.default {
            return default.clone();
        }
        let is_below = |segment: &Segment| self.table.get(&path.join(segment.clone())).is_some();
        let has_members = || {
            let mut children = self.table.children(path);
            children.any(|child| matches!(child.path.segments().last(), Some(Segment::Member(_))))
        };
        let may_be = |name: &str| field.types.contains(name);
        let is_open = field.types.is_empty();
        if may_be("string") {
            text()
        } else if field.is_recursive || depth > DEEPEST {
            Json::Null
        } else if may_be("object") || is_open && has_members() {
            self.blank_object(field, depth)
        } else if may_be("array") || is_open && is_below(&Segment::Element) {
            match is_below(&Segment::Element) {
                true => Json::Array(vec![self.blank(&path.join(Segment::Element), depth + 1)]),
                false => Json::Array(Vec::new()),
            }
        } else if is_open {
            text()
        } else {
            Json::Null
        }
    }

    fn blank_object(&self, field: &Field, depth: usize) -> Json {
        let mut members = Map::new();
        for child in self.table.children(&field.path) {
            if let Some(Segment::Member(name)) = child.path.segments().last()
                && child.is_required
            {
                members.insert(name.clone(), self.blank(&child.path, depth + 1));
            }
        }
        if field.is_language_map {
            members.insert(self.language.to_owned(), Json::String(String::new()));
        }
        Json::Object(members)
    }

    /// The row of the place that a pointer leads to.
    fn path(&self, pointer: &Pointer) -> FieldPath {
        let tokens = pointer.tokens();
        tokens.fold(FieldPath::default(), |path, token| {
            let member = path.join(Segment::Member(token.clone()));
            let is_known = |path: &FieldPath| self.table.get(path).is_some();
            let is_position = Pointer::position(&token).is_some();
            match [Segment::Element, Segment::Entry].map(|segment| path.join(segment)) {
                _ if is_known(&member) => member,
                [element, _] if is_position && is_known(&element) => element,
                [_, entry] if is_known(&entry) => entry,
                _ => member,
            }
        })
    }

    fn field(&self, pointer: &Pointer) -> Option<&'s Field> {
        self.table.get(&self.path(pointer))
    }

    /// Puts a value at its place, with what has to be around it.
    fn place(&self, record: &mut Json, pointer: &Pointer, value: Json) -> Result<(), Misplaced> {
        let mut here = record;
        let mut at = Pointer::root();
        for token in pointer.tokens() {
            // A blank makes room for what is below it.
            if here.is_null() || here.as_str() == Some("") {
                if let Some(room) = self.room(&at, &token) {
                    *here = room;
                }
            }
            at = at.join(Step::Member(&token));
            let blank = || self.blank(&self.path(&at), 0);
            here = match here {
                Json::Object(members) => members.entry(token).or_insert_with(blank),
                Json::Array(elements) => {
                    let position = Pointer::position(&token).filter(|&at| at <= elements.len());
                    let behind = || Misplaced::BehindEnd(pointer.as_str().to_owned());
                    let position = position.ok_or_else(behind)?;
                    if position == elements.len() {
                        elements.push(blank());
                    }
                    &mut elements[position]
                }
                _ => return Err(Misplaced::InScalar(pointer.as_str().to_owned())),
            };
        }
        *here = value;
        Ok(())
    }

    /// What can have a member or element with this name or position at a place; `None` where only
    /// scalars can be.
    fn room(&self, at: &Pointer, token: &str) -> Option<Json> {
        let types = self.field(at).map(|field| &field.types);
        let may_be =
            |name: &str| types.is_none_or(|types| types.is_empty() || types.contains(name));
        let is_position = Pointer::position(token).is_some();
        if may_be("array") && is_position {
            return Some(Json::Array(Vec::new()));
        }
        may_be("object").then(|| Json::Object(Map::new()))
    }

    /// Adds a blank where a member is missing; whether it could.
    fn add(&self, record: &mut Json, pointer: &Pointer) -> bool {
        let is_there = record.pointer(pointer.as_str()).is_some();
        let blank = self.blank(&self.path(pointer), 0);
        !is_there && self.place(record, pointer, blank).is_ok()
    }

    /// Adds the blanks of a value.
    fn find_blanks(&self, value: &Json, pointer: &Pointer, blanks: &mut Vec<Blank>) {
        let is_blank = match value {
            Json::Object(members) => members.is_empty(),
            Json::Array(elements) => elements.is_empty(),
            Json::String(text) => text.is_empty(),
            other => other.is_null(),
        };
        if is_blank {
            blanks.push(Blank {
                pointer: pointer.clone(),
                path: self.path(pointer),
            });
        }
        if let Some(elements) = value.as_array() {
            for (position, element) in elements.iter().enumerate() {
                self.find_blanks(element, &pointer.join(Step::Element(position)), blanks);
            }
        }
        let Some(members) = value.as_object() else {
            return;
        };
        let mut members: Vec<_> = members.iter().collect();
        let path = self.path(pointer);
        // As they will stand: in the order of the schema.
        let rank = |name: &str| {
            let place = path.join(Segment::Member(name.to_owned()));
            let mut fields = self.table.fields().iter();
            fields.position(|field| field.path == place)
        };
        members.sort_by_cached_key(|(name, _)| {
            let rank = rank(name);
            (rank.is_none(), rank, (*name).clone())
        });
        for (name, member) in members {
            self.find_blanks(member, &pointer.join(Step::Member(name)), blanks);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema(document: &Json) -> Schema {
        crate::compile::tests::schema(document).expect("the schema is sound")
    }

    #[track_caller]
    fn assert_scaffold(document: &Json, given: &[(&str, Json)], expected: &Json) {
        let given: Vec<_> = given
            .iter()
            .map(|(pointer, value)| Given {
                pointer: Pointer::parse(pointer).expect("it is one"),
                value: value.clone(),
            })
            .collect();
        let made = schema(document).scaffold(&given, "en", &WorkLimit::default());
        assert_eq!(
            &made.expect("the values have their places").record,
            expected
        );
    }

    #[test]
    fn schemas_that_say_little_or_lead_into_themselves_end() {
        assert_scaffold(&json!(true), &[], &json!({}));
        assert_scaffold(&json!({"required": ["a"]}), &[], &json!({"a": ""}));
        let own = json!({
            "type": "object", "required": ["next"], "properties": {"next": {"$ref": "#"}},
        });
        assert_scaffold(&own, &[], &json!({"next": {"next": null}}));
        let deeper = ("/next/next", json!({}));
        // So deep the field table says nothing.
        assert_scaffold(&own, &[deeper], &json!({"next": {"next": {"next": ""}}}));
        // What is never enough is left to the author.
        let endless = json!({
            "required": ["a"], "properties": {"a": {"type": "object"}},
            "if": {"required": ["a"]}, "then": {"minProperties": 2},
        });
        assert_scaffold(&endless, &[], &json!({"a": {}}));
    }

    #[test]
    fn what_is_open_and_what_is_numbered_finds_its_place() {
        let open = json!({"type": "object", "additionalProperties": {
            "type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}},
        }});
        let named = ("/x~1y/0", json!(1));
        assert_scaffold(&open, &[named], &json!({"x/y": {"n": null, "0": 1}}));
        let listed = json!({"properties": {"list": {"type": "array"}, "map": {"type": "object"}}});
        let given = [("/list/0", json!(1)), ("/map/0", json!(2))];
        assert_scaffold(&listed, &given, &json!({"list": [1], "map": {"0": 2}}));
    }

    #[test]
    fn given_texts_are_read_by_what_can_be_there() {
        let schema = schema(&json!({"properties": {
            "text": {"type": "string"}, "number": {"type": "number"},
            "either": {"type": ["string", "number"]}, "list": {"type": "array"}, "any": {},
        }}));
        let read = |pointer: &str, text: &str| {
            let pointer = Pointer::parse(pointer).expect("it is one");
            schema.read_given(&pointer, text)
        };
        let cases = [
            ("/text", "007", json!("007")),
            ("/text", "[1]", json!("[1]")),
            ("/number", "7.50", json!(7.5)),
            ("/either", "7", json!("7")),
            ("/list", "[1]", json!([1])),
            ("/any", "7", json!("7")),
            ("/any", "{}", json!({})),
        ];
        for (pointer, text, value) in cases {
            assert_eq!(read(pointer, text), Ok(value), "{pointer} {text}");
        }
        assert!(read("/number", "seven").is_err());
    }

    #[test]
    fn names_are_texts_for_people_or_else_free_ones() {
        let of = |document: &Json| {
            let place = schema(document).place_of_name("de");
            place.map(|place| place.as_str().to_owned())
        };
        let plain = json!({"type": "string"});
        let prose = json!({"type": "string", "x-prose": true});
        let map = json!({
            "type": "object", "x-language-map": true, "additionalProperties": prose,
        });
        let required = ["key", "name", "title"];
        let key = json!({"type": "string", "pattern": "^[a-z]+$"});
        let both = json!({
            "required": required, "properties": {"key": key, "name": plain, "title": map},
        });
        assert_eq!(of(&both).as_deref(), Some("/title/de"));
        let one = json!({"required": required, "properties": {"key": key, "name": plain}});
        assert_eq!(of(&one).as_deref(), Some("/name"));
        assert_eq!(of(&json!({"properties": {"name": plain}})), None);
    }
}
