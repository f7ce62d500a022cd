//! The tree as `jsonschema` sees it: validation in place, without another parse or copy.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node, NodeIdentity, Object, cmp::equal_numbers};
use treatise_source::{Elements, Key, Kind, Members, Number, StringPlace, Tree, Value};

use crate::work::Fuel;

/// The representation.
pub(crate) struct TreeJson;

/// A value on its way through a validator, and the fuel that pays for looking at it.
#[derive(Clone, Copy)]
pub(crate) struct Instance<'a> {
    pub(crate) value: Value<'a>,
    fuel: &'a Fuel<'a>,
}

impl<'a> Instance<'a> {
    pub(crate) fn new(value: Value<'a>, fuel: &'a Fuel<'a>) -> Self {
        Self { value, fuel }
    }

    fn with(self, value: Value<'a>) -> Self {
        Self { value, ..self }
    }
}

impl Json for TreeJson {
    type Node<'a> = Instance<'a>;
    type PreparedKey = Key;
    type StringBuffer = StringPlace;

    fn prepare_key(key: &str) -> Key {
        Key::new(key)
    }

    fn with_string_node<T>(
        buffer: &mut StringPlace,
        string: &str,
        f: impl FnOnce(Instance<'_>) -> T,
    ) -> T {
        let tree = Tree::of_string(string, buffer);
        // A member name has nothing below it to look into.
        let fuel = Fuel::unlimited();
        f(Instance::new(tree.root(), &fuel))
    }
}

impl<'a> Node<'a, TreeJson> for Instance<'a> {
    type Object = Self;
    type Array = Self;
    type Number = InstanceNumber<'a>;

    fn as_object(&self) -> Option<Self> {
        (self.value.kind() == Kind::Object && self.fuel.take()).then_some(*self)
    }

    fn as_array(&self) -> Option<Self> {
        (self.value.kind() == Kind::Array && self.fuel.take()).then_some(*self)
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.value.as_str().map(Cow::Borrowed)
    }

    fn as_number(&self) -> Option<InstanceNumber<'a>> {
        self.value.as_number().map(InstanceNumber)
    }

    fn as_boolean(&self) -> Option<bool> {
        self.value.as_bool()
    }

    fn is_null(&self) -> bool {
        self.value.kind() == Kind::Null
    }

    fn is_number(&self) -> bool {
        self.value.kind() == Kind::Number
    }

    fn is_string(&self) -> bool {
        self.value.kind() == Kind::String
    }

    fn json_type(&self) -> JsonType {
        match self.value.kind() {
            Kind::Null => JsonType::Null,
            Kind::Boolean => JsonType::Boolean,
            Kind::Number => JsonType::Number,
            Kind::String => JsonType::String,
            Kind::Array => JsonType::Array,
            Kind::Object => JsonType::Object,
        }
    }

    fn string_length(&self) -> Option<u64> {
        self.value
            .as_str()
            .map(|string| string.chars().count() as u64)
    }

    fn equals_value(&self, expected: &serde_json::Value) -> bool {
        equals(self.value, expected)
    }

    fn to_value(&self) -> Cow<'a, serde_json::Value> {
        // An explanation reads the tree; the copy that each error would hold is never looked at.
        let is_copied = !self.fuel.is_for_explaining() || self.value.is_empty();
        if self.fuel.is_for_explaining() {
            self.fuel.take_failure();
        }
        Cow::Owned(if is_copied {
            to_value(self.value)
        } else {
            serde_json::Value::Null
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        let address = std::ptr::from_ref(self.value.tree()) as usize;
        Some(NodeIdentity::tagged(address, self.value.index()))
    }
}

impl<'a> Object<'a, TreeJson> for Instance<'a> {
    type Node = Self;
    type MemberName = &'a str;
    type MembersIter = InstanceMembers<'a>;

    fn len(&self) -> usize {
        self.value.len()
    }

    fn get(&self, key: &Key) -> Option<Self> {
        if self.fuel.ran_dry() {
            return None;
        }
        self.value.get_key(key).map(|value| self.with(value))
    }

    fn members(&self) -> InstanceMembers<'a> {
        InstanceMembers {
            members: self.value.members(),
            object: *self,
        }
    }
}

/// Iterator over the members of an object.
pub(crate) struct InstanceMembers<'a> {
    members: Members<'a>,
    object: Instance<'a>,
}

impl<'a> Iterator for InstanceMembers<'a> {
    type Item = (&'a str, Instance<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.object.fuel.ran_dry() {
            return None;
        }
        let member = self.members.next()?;
        Some((member.name(), self.object.with(member.value)))
    }
}

impl<'a> Array<'a, TreeJson> for Instance<'a> {
    type Node = Self;
    type ElementsIter = InstanceElements<'a>;

    fn len(&self) -> usize {
        self.value.len()
    }

    fn elements(&self) -> InstanceElements<'a> {
        InstanceElements {
            elements: self.value.elements(),
            array: *self,
        }
    }

    fn is_unique(&self) -> bool {
        crate::unique::first_repeated(self.value).is_none()
    }
}

/// Iterator over the elements of an array.
pub(crate) struct InstanceElements<'a> {
    elements: Elements<'a>,
    array: Instance<'a>,
}

impl<'a> Iterator for InstanceElements<'a> {
    type Item = Instance<'a>;

    fn next(&mut self) -> Option<Instance<'a>> {
        if self.array.fuel.ran_dry() {
            return None;
        }
        self.elements.next().map(|value| self.array.with(value))
    }
}

/// A number, read from its text when it is asked for.
pub(crate) struct InstanceNumber<'a>(pub(crate) Number<'a>);

impl JsonNumber for InstanceNumber<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.0.as_str().parse().ok()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.as_str().parse().ok()
    }

    fn as_f64(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0.as_str())
    }

    fn to_number(&self) -> Cow<'_, serde_json::Number> {
        Cow::Owned(to_number(self.0))
    }

    fn is_integer(&self) -> bool {
        self.0.is_integer()
    }

    fn is_written_as_integer(&self) -> bool {
        self.0.is_written_as_integer()
    }
}

/// The nearest number that `serde_json` holds; what overflows becomes the largest double.
fn to_number(number: Number<'_>) -> serde_json::Number {
    let text = number.as_str();
    if let Ok(value) = text.parse::<u64>() {
        return value.into();
    }
    if let Ok(value) = text.parse::<i64>() {
        return value.into();
    }
    let clamped = number.as_f64().unwrap_or(f64::MAX);
    serde_json::Number::from_f64(clamped).unwrap_or_else(|| 0.into())
}

/// A copy for `serde_json`. Trees are at most [`treatise_source::Limits::MAX_DEPTH`] deep, so that
/// recursion is safe.
pub fn to_value(value: Value<'_>) -> serde_json::Value {
    match value.kind() {
        Kind::Null => serde_json::Value::Null,
        Kind::Boolean => value.as_bool().unwrap_or_default().into(),
        Kind::Number => value.as_number().map(to_number).into(),
        Kind::String => value.as_str().unwrap_or_default().into(),
        Kind::Array => value.elements().map(to_value).collect(),
        Kind::Object => value
            .members()
            .map(|member| (member.name().to_owned(), to_value(member.value)))
            .collect(),
    }
}

fn equals(value: Value<'_>, expected: &serde_json::Value) -> bool {
    match expected {
        serde_json::Value::Null => value.kind() == Kind::Null,
        serde_json::Value::Bool(expected) => value.as_bool() == Some(*expected),
        serde_json::Value::Number(expected) => value
            .as_number()
            .is_some_and(|number| equal_numbers(&InstanceNumber(number), expected)),
        serde_json::Value::String(expected) => value.as_str() == Some(expected),
        serde_json::Value::Array(expected) => {
            value.kind() == Kind::Array
                && value.len() == expected.len()
                && value
                    .elements()
                    .zip(expected)
                    .all(|(element, expected)| equals(element, expected))
        }
        serde_json::Value::Object(expected) => {
            // Looking for each name in the tree would take quadratic time.
            value.kind() == Kind::Object
                && value.len() == expected.len()
                && value.members().all(|member| {
                    let expected = expected.get(member.name());
                    expected.is_some_and(|expected| equals(member.value, expected))
                })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::WorkLimit;
    use jsonschema::json::conformance;
    use treatise_source::{Limits, Parser};

    #[test]
    fn large_objects_are_compared_in_linear_time() {
        let members: Vec<_> = (0..50_000)
            .map(|number| format!(r#""{number}": 0"#))
            .collect();
        let text = format!("{{{}}}", members.join(","));
        let mut expected = serde_json::from_str(&text).expect("it is JSON");
        let mut parser = Parser::new();
        let parsed = parser.parse(&text, Limits::default());
        assert!(equals(parsed.tree.root(), &expected));
        expected["0"] = 1.into();
        assert!(!equals(parsed.tree.root(), &expected));
    }

    #[test]
    fn the_representation_keeps_the_contract() {
        let text = conformance::document().to_string();
        let mut parser = Parser::new();
        let parsed = parser.parse(&text, Limits::default());
        let work = WorkLimit::default();
        let fuel = work.fuel_for(&parsed.tree);
        conformance::assert_conformance::<TreeJson>(&Instance::new(parsed.tree.root(), &fuel));
        assert!(!fuel.ran_dry());
    }
}
