//! Which types of values can come at a place, over all branches of a schema and all that they leave
//! open.
//!
//! The answer never lacks a type that may come. It may have one too many: patterns of names, `not` and
//! what depends on other members are not followed.

use std::fmt;

use jsonschema::Draft;
use serde_json::{Map, Value};

use crate::compile::Scope;
use crate::field::Segment;
use crate::keyword::is_known;

/// A set of types of values.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Types(u8);

/// The names by which JSON Schema knows the types of a set; numbers with a fraction have none of their
/// own.
const NAMED: [(&str, Types); 7] = [
    ("null", Types::NULL),
    ("boolean", Types::BOOLEAN),
    ("integer", Types::INTEGER),
    ("number", Types::NUMBER),
    ("string", Types::STRING),
    ("array", Types::ARRAY),
    ("object", Types::OBJECT),
];

impl Types {
    /// No value at all.
    pub const NONE: Self = Self(0);
    /// `null`.
    pub const NULL: Self = Self(1);
    /// `true` and `false`.
    pub const BOOLEAN: Self = Self(1 << 1);
    /// Whole numbers, however they are written.
    pub const INTEGER: Self = Self(1 << 2);
    /// All numbers.
    pub const NUMBER: Self = Self(Self::INTEGER.0 | (1 << 3));
    /// Strings that may refer to nothing.
    pub const PLAIN: Self = Self(1 << 4);
    /// Strings that are references (`x-references`), or may be.
    pub const REFERENCE: Self = Self(1 << 7);
    /// Strings.
    pub const STRING: Self = Self(Self::PLAIN.0 | Self::REFERENCE.0);
    /// Arrays.
    pub const ARRAY: Self = Self(1 << 5);
    /// Objects.
    pub const OBJECT: Self = Self(1 << 6);
    /// Any value.
    pub const ALL: Self = Self(u8::MAX);

    /// What is in one of two sets.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in it and not in another set.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there is nothing in it that another set does not have.
    pub const fn are_in(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether both sets have something.
    pub const fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Those that JSON Schema knows by a name; none where there is no such name.
    pub fn named(name: &str) -> Self {
        let named = NAMED.iter().find(|(known, _)| *known == name);
        named.map_or(Self::NONE, |&(_, types)| types)
    }

    /// The type of a value.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(number) => {
                // What 64 bits have no place for is held as a number of any kind.
                let is_near = |number: f64| number.abs() < 9.0e18 && number.fract() == 0.0;
                if number.as_i64().is_some() || number.as_f64().is_some_and(is_near) {
                    Self::INTEGER
                } else {
                    Self::NUMBER
                }
            }
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    fn any(all: impl IntoIterator<Item = Self>) -> Self {
        all.into_iter().fold(Self::NONE, Self::or)
    }
}

impl fmt::Debug for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = NAMED.iter().filter(|(_, types)| types.are_in(*self));
        let mut set = f.debug_set();
        set.entries(named.map(|(name, _)| name));
        if self.meet(Self::STRING) && !self.meet(Self::PLAIN) {
            set.entry(&"reference");
        }
        set.finish()
    }
}

/// What schemas say of values, as far as it is followed.
trait Said: Copy {
    /// Nothing was said.
    const NOTHING: Self;
    /// Something may have been said that was not found out.
    const UNKNOWN: Self;

    /// Where both hold.
    fn both(self, other: Self) -> Self;

    /// Where one of them holds.
    fn either(self, other: Self) -> Self;
}

impl Said for Types {
    const NOTHING: Self = Self::ALL;
    const UNKNOWN: Self = Self::ALL;

    fn both(self, other: Self) -> Self {
        self.and(other)
    }

    fn either(self, other: Self) -> Self {
        self.or(other)
    }
}

/// What can come below a value: `unevaluatedProperties` and `unevaluatedItems` speak of what no other
/// keyword has looked at.
#[derive(Clone, Copy)]
struct Below {
    looked_at: Types,
    left: Types,
}

impl Below {
    const NONE: Self = Self {
        looked_at: Types::NONE,
        left: Types::NONE,
    };

    fn all(self) -> Types {
        self.looked_at.or(self.left)
    }
}

impl Said for Below {
    const NOTHING: Self = Self {
        looked_at: Types::NONE,
        left: Types::ALL,
    };
    const UNKNOWN: Self = Self {
        looked_at: Types::ALL,
        left: Types::ALL,
    };

    fn both(self, other: Self) -> Self {
        let first = self.looked_at.and(other.all());
        Self {
            looked_at: first.or(self.left.and(other.looked_at)),
            left: self.left.and(other.left),
        }
    }

    fn either(self, other: Self) -> Self {
        Self {
            looked_at: self.looked_at.or(other.looked_at),
            left: self.left.or(other.left),
        }
    }
}

/// Finds the types of the places of a schema.
#[derive(Default)]
pub(crate) struct Finder {
    listed: Listed,
    /// How many schemas were looked at.
    looks: usize,
    /// The schemas that are being looked at, each with how many steps are left: one that comes again
    /// says nothing new.
    open: Vec<(usize, usize)>,
}

/// Whether values count that are listed one by one (`const`, `enum`).
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Listed {
    #[default]
    Counted,
    LeftOut,
}

impl Finder {
    /// One that counts listed values or not.
    pub(crate) fn with(listed: Listed) -> Self {
        Self {
            listed,
            ..Self::default()
        }
    }

    /// Schemas that are looked at for all places, with every repetition.
    const MOST_LOOKS: usize = 500_000;
    /// Schemas on the way, references and alternatives included.
    const DEEPEST: usize = 256;

    /// What can come at the end of a path from what a schema is for.
    pub(crate) fn at(&mut self, scope: &Scope<'_>, path: &[Segment]) -> Types {
        let Some((segment, rest)) = path.split_first() else {
            return self.here(scope);
        };
        self.below(scope, segment, rest).all()
    }

    /// Enters a schema, unless it is open, or enough were.
    fn enter(&mut self, scope: &Scope<'_>, steps: usize) -> bool {
        let entry = (scope.address(), steps);
        self.looks += 1;
        let is_enough = self.looks > Self::MOST_LOOKS || self.open.len() >= Self::DEEPEST;
        if is_enough || self.open.contains(&entry) {
            return false;
        }
        self.open.push(entry);
        true
    }

    /// The types of what a schema is for.
    fn here(&mut self, scope: &Scope<'_>) -> Types {
        let keywords = match scope.schema {
            Value::Bool(false) => return Types::NONE,
            Value::Object(keywords) => keywords,
            _ => return Types::ALL,
        };
        if !self.enter(scope, 0) {
            return Types::ALL;
        }
        let mut types = match refers_only(scope, keywords) {
            true => Types::ALL,
            false if self.listed == Listed::LeftOut && is_list(keywords) => Types::NONE,
            false => own(keywords),
        };
        // Our annotations hold beside a reference in any draft.
        if keywords.contains_key("x-references") {
            types = types.without(Types::PLAIN);
        }
        types = types.and(self.beside(scope, keywords, Self::here));
        self.open.pop();
        types
    }

    /// What can come at the end of a path from a step below what a schema is for.
    fn below(&mut self, scope: &Scope<'_>, segment: &Segment, rest: &[Segment]) -> Below {
        let keywords = match scope.schema {
            Value::Bool(false) => return Below::NONE,
            Value::Object(keywords) => keywords,
            _ => return Below::NOTHING,
        };
        if !self.enter(scope, rest.len() + 1) {
            return Below::UNKNOWN;
        }
        let holder = match segment {
            Segment::Member(_) | Segment::Entry => Types::OBJECT,
            Segment::Element => Types::ARRAY,
        };
        let refers_only = refers_only(scope, keywords);
        if !refers_only && !own(keywords).meet(holder) {
            self.open.pop();
            return Below::NONE;
        }
        let mut below = match refers_only {
            true => Below::NOTHING,
            false => self.directly_below(scope, segment, rest),
        };
        below = below.both(self.beside(scope, keywords, |finder, scope| {
            finder.below(scope, segment, rest)
        }));
        let unevaluated = match segment {
            Segment::Member(_) | Segment::Entry => "unevaluatedProperties",
            Segment::Element => "unevaluatedItems",
        };
        if let Some(unevaluated) = value_of(scope, unevaluated) {
            let left = below.left.and(self.at(&scope.child(unevaluated), rest));
            below = Below {
                looked_at: below.looked_at.or(left),
                left: Types::NONE,
            };
        }
        self.open.pop();
        below
    }

    /// What the keywords of a schema say themselves of what is below.
    fn directly_below(&mut self, scope: &Scope<'_>, segment: &Segment, rest: &[Segment]) -> Below {
        if let Segment::Member(name) = segment {
            let own = value_of(scope, "properties").and_then(|members| members.get(name));
            if let Some(own) = own {
                return Below {
                    looked_at: self.at(&scope.child(own), rest),
                    left: Types::NONE,
                };
            }
        }
        let (some, others) = match segment {
            Segment::Member(_) | Segment::Entry => (
                by_name(scope, "patternProperties"),
                value_of(scope, "additionalProperties"),
            ),
            Segment::Element => {
                let mut some = in_list(scope, "prefixItems");
                some.extend(in_list(scope, "items"));
                // What it finds counts as looked at, and the others do not.
                let finds = value_of(scope, "contains");
                some.extend(finds.filter(|_| scope.draft >= Draft::Draft201909));
                // Additional are those behind a list of items.
                (
                    some,
                    match value_of(scope, "items") {
                        Some(Value::Array(_)) => value_of(scope, "additionalItems"),
                        items => items,
                    },
                )
            }
        };
        let all = some.into_iter().chain(others);
        let all = all.map(|schema| self.at(&scope.child(schema), rest));
        Below {
            looked_at: Types::any(all),
            left: others.map_or(Types::ALL, |_| Types::NONE),
        }
    }

    /// What is said by the schemas within one, and those that it refers to, that are for the same value.
    fn beside<T: Said>(
        &mut self,
        scope: &Scope<'_>,
        keywords: &Map<String, Value>,
        mut look: impl FnMut(&mut Self, &Scope<'_>) -> T,
    ) -> T {
        let mut said = T::NOTHING;
        if let Some(referred) = scope.reference("$ref") {
            said = said.both(look(self, &referred));
        }
        if refers_only(scope, keywords) {
            return said;
        }
        // Where these lead depends on the way here.
        if keywords.contains_key("$dynamicRef") || keywords.contains_key("$recursiveRef") {
            said = said.both(T::UNKNOWN);
        }
        let mut look = |schema| look(self, &scope.child(schema));
        for schema in in_list(scope, "allOf") {
            said = said.both(look(schema));
        }
        for keyword in ["anyOf", "oneOf"] {
            let each = in_list(scope, keyword).into_iter().map(&mut look);
            said = said.both(each.reduce(T::either).unwrap_or(T::NOTHING));
        }
        for keyword in ["dependentSchemas", "dependencies"] {
            for schema in by_name(scope, keyword) {
                said = said.both(look(schema).either(T::NOTHING));
            }
        }
        if value_of(scope, "if").is_some() {
            let mut branch = |keyword| value_of(scope, keyword).map_or(T::NOTHING, &mut look);
            // What the condition has looked at is not found out.
            let then = branch("then").both(T::UNKNOWN);
            said = said.both(then.either(branch("else")));
        }
        said
    }
}

/// Whether nothing stands beside a reference: before 2019-09, what does counts for nothing.
fn refers_only(scope: &Scope<'_>, keywords: &Map<String, Value>) -> bool {
    scope.draft < Draft::Draft201909 && keywords.contains_key("$ref")
}

/// The value of a keyword, if the draft of the schema has it.
fn value_of<'s>(scope: &Scope<'s>, keyword: &str) -> Option<&'s Value> {
    let value = scope.schema.get(keyword)?;
    is_known(scope.draft, keyword).then_some(value)
}

/// The schemas in the list that is the value of a keyword.
fn in_list<'s>(scope: &Scope<'s>, keyword: &str) -> Vec<&'s Value> {
    let list = value_of(scope, keyword).and_then(Value::as_array);
    list.into_iter().flatten().collect()
}

/// The schemas that a keyword has by names; lists of names beside them are none.
fn by_name<'s>(scope: &Scope<'s>, keyword: &str) -> Vec<&'s Value> {
    let members = value_of(scope, keyword).and_then(Value::as_object);
    let values = members.into_iter().flat_map(|members| members.values());
    values.filter(|value| !value.is_array()).collect()
}

/// Whether a schema lists its values.
fn is_list(keywords: &Map<String, Value>) -> bool {
    keywords.contains_key("const") || keywords.get("enum").is_some_and(Value::is_array)
}

/// The types that a schema names.
fn own(keywords: &Map<String, Value>) -> Types {
    let named = match keywords.get("type") {
        Some(Value::String(name)) => Types::named(name),
        Some(Value::Array(names)) => {
            Types::any(names.iter().filter_map(Value::as_str).map(Types::named))
        }
        _ => Types::ALL,
    };
    let listed = match keywords.get("enum") {
        Some(Value::Array(values)) => Types::any(values.iter().map(Types::of)),
        _ => Types::ALL,
    };
    let only = keywords.get("const").map_or(Types::ALL, Types::of);
    named.and(listed).and(only)
}
