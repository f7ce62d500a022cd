//! Conditions on the word at one member, the usual way to say in a schema what a type of record
//! needs: `{"if": {"properties": {MEMBER: {"const": WORD}}, "required": [MEMBER]}, "then": …}`.
//!
//! Whether such a condition is met is known as soon as the word is, and so is what the branches
//! below it ask for, conditions on the same member among them.

use serde_json::{Map, Value};

use crate::keyword::says_nothing;

/// What is at a member, as far as conditions can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum There<'s> {
    Nothing,
    Word(&'s str),
    /// A value that is none of the words in the conditions.
    Other,
}

/// What some schemas together ask of an object.
#[derive(Default)]
pub(super) struct Asked<'s> {
    /// Members that must be there.
    pub(super) required: Vec<&'s str>,
    /// Members that must not.
    pub(super) forbidden: Vec<&'s str>,
    pub(super) values: Vec<(&'s str, &'s Value)>,
    /// Schemas that it is held against as they are.
    pub(super) others: Vec<&'s Value>,
}

/// A condition on one member.
struct Condition<'s> {
    member: &'s str,
    must_be_there: bool,
    /// The words that it may be, if it is there; `None` where that does not matter.
    words: Option<Vec<&'s str>>,
}

impl<'s> Condition<'s> {
    fn of(schema: &'s Value) -> Option<Self> {
        let keywords = meaning_of(schema, &["properties", "required"])?;
        let required = match keywords.get("required") {
            Some(required) => match required.as_array()?.as_slice() {
                [name] => Some(name.as_str()?),
                _ => return None,
            },
            None => None,
        };
        let Some(properties) = keywords.get("properties") else {
            return Some(Self {
                member: required?,
                must_be_there: true,
                words: None,
            });
        };
        let mut properties = properties.as_object()?.iter();
        let (Some((member, value)), None) = (properties.next(), properties.next()) else {
            return None;
        };
        let value = meaning_of(value, &["const", "enum"])?;
        let words = match (value.get("const"), value.get("enum")) {
            (Some(word), None) => vec![word.as_str()?],
            (None, Some(words)) => {
                let words = words.as_array()?.iter().map(Value::as_str);
                words.collect::<Option<Vec<_>>>()?
            }
            _ => return None,
        };
        let is_the_same = required.is_none_or(|required| required == member);
        is_the_same.then_some(Self {
            member,
            must_be_there: required.is_some(),
            words: Some(words),
        })
    }

    fn is_met_by(&self, there: There<'_>) -> bool {
        match (there, &self.words) {
            (There::Nothing, _) => !self.must_be_there,
            (_, None) => true,
            (There::Word(word), Some(words)) => words.contains(&word),
            (There::Other, Some(_)) => false,
        }
    }
}

/// The conditional keywords of a schema that has no others, and the member that they ask for.
pub(super) fn switch_of(schema: &Value) -> Option<(&str, &Map<String, Value>)> {
    let keywords = meaning_of(schema, &["if", "then", "else"])?;
    Some((member_of(keywords)?, keywords))
}

/// The member that the condition among some keywords asks for.
pub(super) fn member_of(keywords: &Map<String, Value>) -> Option<&str> {
    Some(Condition::of(keywords.get("if")?)?.member)
}

/// Adds the words that conditions on a member ask for, among some keywords and in all that can be
/// taken apart below them: a word that is left out would be taken for none of them.
pub(super) fn add_words<'s>(
    keywords: &'s Map<String, Value>,
    member: &str,
    words: &mut Vec<&'s str>,
) {
    let condition = keywords.get("if").and_then(Condition::of);
    if let Some(condition) = condition.filter(|condition| condition.member == member) {
        words.extend(condition.words.into_iter().flatten());
    }
    let branches = ["then", "else"].map(|name| keywords.get(name));
    let parts = keywords.get("allOf").and_then(Value::as_array);
    let schemas = branches
        .into_iter()
        .flatten()
        .chain(parts.into_iter().flatten());
    for keywords in schemas.filter_map(Value::as_object) {
        add_words(keywords, member, words);
    }
}

impl<'s> Asked<'s> {
    /// Adds what the condition among some keywords asks for, where this is at the member; `steps`
    /// are those left for it. `None` where they are not enough.
    pub(super) fn add_condition(
        &mut self,
        keywords: &'s Map<String, Value>,
        member: &str,
        there: There<'_>,
        steps: &mut usize,
    ) -> Option<()> {
        let Some(condition) = keywords.get("if").and_then(Condition::of) else {
            return Some(());
        };
        let branch = if condition.is_met_by(there) {
            "then"
        } else {
            "else"
        };
        match keywords.get(branch) {
            Some(branch) => self.add(branch, member, there, steps),
            None => Some(()),
        }
    }

    fn add(
        &mut self,
        schema: &'s Value,
        member: &str,
        there: There<'_>,
        steps: &mut usize,
    ) -> Option<()> {
        *steps = steps.checked_sub(1)?;
        if !Self::can_take_apart(schema, member) {
            self.others.push(schema);
            return Some(());
        }
        let keywords = schema.as_object()?;
        for name in keywords
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            self.required.push(name.as_str()?);
        }
        for (name, schema) in keywords
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            match schema {
                Value::Bool(true) => {}
                Value::Bool(false) => self.forbidden.push(name),
                schema => self.values.push((name, schema)),
            }
        }
        for part in keywords
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            self.add(part, member, there, steps)?;
        }
        self.add_condition(keywords, member, there, steps)
    }

    /// Whether a schema says nothing but what members there are, parts that say so, and a condition
    /// on the member.
    fn can_take_apart(schema: &Value, member: &str) -> bool {
        let Some(keywords) = meaning_of(
            schema,
            &["required", "properties", "allOf", "if", "then", "else"],
        ) else {
            return false;
        };
        let is =
            |keyword: &str, is_form: fn(&Value) -> bool| keywords.get(keyword).is_none_or(is_form);
        let has_known_condition = keywords.get("if").is_none_or(|condition| {
            Condition::of(condition).is_some_and(|condition| condition.member == member)
        });
        let is_list_of_names = |value: &Value| {
            value
                .as_array()
                .is_some_and(|names| names.iter().all(Value::is_string))
        };
        has_known_condition
            && is("required", is_list_of_names)
            && is("properties", Value::is_object)
            && is("allOf", Value::is_array)
    }
}

/// The keywords of a schema that has no others with a meaning than these.
fn meaning_of<'s>(schema: &'s Value, allowed: &[&str]) -> Option<&'s Map<String, Value>> {
    let keywords = schema.as_object()?;
    let mut names = keywords.keys().filter(|name| !says_nothing(name));
    // A name of its own moves what references are resolved against.
    let is_plain =
        !keywords.contains_key("$id") && names.all(|name| allowed.contains(&name.as_str()));
    is_plain.then_some(keywords)
}
