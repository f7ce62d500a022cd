//! Which element of an array repeats an earlier one, in the sense of JSON Schema: numbers are
//! compared by value, objects without regard to order.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::RandomState;
use rustc_hash::FxHashMap;
use treatise_source::{Kind, Number, Value};

/// Up to this many elements are compared pair by pair.
const FEW: usize = 12;

/// The first element that is equal to an earlier one, after that one.
pub(crate) fn first_repeated(array: Value<'_>) -> Option<(Value<'_>, Value<'_>)> {
    if array.len() <= FEW {
        return array.elements().enumerate().find_map(|(position, later)| {
            let earlier = array
                .elements()
                .take(position)
                .find(|&earlier| equal(earlier, later))?;
            Some((earlier, later))
        });
    }
    // With a hash of its own for each run, nobody can have all elements in one bucket.
    let seed = RandomState::default();
    let mut buckets: FxHashMap<u64, Vec<Value<'_>>> = FxHashMap::default();
    for later in array.elements() {
        let bucket = buckets.entry(hash(later, &seed)).or_default();
        if let Some(&earlier) = bucket.iter().find(|&&earlier| equal(earlier, later)) {
            return Some((earlier, later));
        }
        bucket.push(later);
    }
    None
}

fn equal(left: Value<'_>, right: Value<'_>) -> bool {
    left.kind() == right.kind()
        && match left.kind() {
            Kind::Null => true,
            Kind::Boolean => left.as_bool() == right.as_bool(),
            Kind::String => left.as_str() == right.as_str(),
            Kind::Number => match (left.as_number(), right.as_number()) {
                (Some(left), Some(right)) => left.decimal() == right.decimal(),
                _ => false,
            },
            Kind::Array => {
                left.len() == right.len()
                    && left
                        .elements()
                        .zip(right.elements())
                        .all(|(left, right)| equal(left, right))
            }
            Kind::Object => left.len() == right.len() && have_equal_members(left, right),
        }
}

fn have_equal_members(left: Value<'_>, right: Value<'_>) -> bool {
    if left.len() <= FEW {
        return left.members().all(|member| {
            let other = right.get(member.name());
            other.is_some_and(|other| equal(member.value, other))
        });
    }
    // Looking for each name among all takes quadratic time. Of a name that is there twice, the last
    // counts, as in `get`.
    let others: BTreeMap<_, _> = right.members().map(|one| (one.name(), one.value)).collect();
    left.members().all(|member| {
        let other = others.get(member.name());
        other.is_some_and(|&other| equal(member.value, other))
    })
}

/// Equal values have equal hashes.
fn hash(value: Value<'_>, seed: &RandomState) -> u64 {
    let mut hasher = seed.build_hasher();
    value.kind().hash(&mut hasher);
    match value.kind() {
        Kind::Null => {}
        Kind::Boolean => value.as_bool().hash(&mut hasher),
        Kind::String => value.as_str().hash(&mut hasher),
        Kind::Number => value.as_number().map(Number::decimal).hash(&mut hasher),
        Kind::Array => value
            .elements()
            .for_each(|element| hasher.write_u64(hash(element, seed))),
        // The sum does not depend on the order.
        Kind::Object => hasher.write_u64(value.members().fold(0, |sum: u64, member| {
            let mut pair = seed.build_hasher();
            member.name().hash(&mut pair);
            pair.write_u64(hash(member.value, seed));
            sum.wrapping_add(pair.finish())
        })),
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use treatise_source::{Limits, Parser};

    /// Positions of the first repeated element and of the one that it repeats.
    fn repeated(text: &str) -> Option<(usize, usize)> {
        let mut parser = Parser::new();
        let parsed = parser.parse(text, Limits::default());
        let array = parsed.tree.root();
        let position = |value: Value<'_>| {
            array
                .elements()
                .position(|element| element.index() == value.index())
        };
        let (earlier, later) = first_repeated(array)?;
        Some((position(earlier)?, position(later)?))
    }

    #[test]
    fn the_first_repetition_is_found_with_what_it_repeats() {
        assert_eq!(repeated("[]"), None);
        assert_eq!(repeated("[1, 2, 3]"), None);
        assert_eq!(repeated("[1, 2, 1, 2]"), Some((0, 2)));
        assert_eq!(
            repeated(r#"[{"a": 1, "b": [2]}, {"b": [2.0], "a": 1e0}]"#),
            Some((0, 1))
        );
        assert_eq!(repeated(r#"[{"a": 1}, {"a": 1, "b": 1}, {"b": 1}]"#), None);
        assert_eq!(
            repeated(r#"[0, false, "0", null, "", [], {}, [0], [[0]]]"#),
            None
        );
        assert_eq!(repeated(r#"[{"a": 2, "a": 1}, {"a": 1}]"#), Some((0, 1)));
    }

    proptest! {
        /// Short arrays are compared pair by pair and long ones by hash: both say the same.
        #[test]
        fn short_and_long_arrays_are_judged_alike(
            elements in prop::collection::vec(
                prop_oneof![
                    Just("0"), Just("-0.0"), Just("0e5"), Just("1"), Just("10e-1"), Just("true"),
                    Just("\"1\""), Just("\"\\u0031\""), Just("[1]"), Just("[1.0]"), Just("null"),
                    Just(r#"{"a":1,"b":[0]}"#), Just(r#"{"b":[0.0],"a":1}"#), Just("{}"), Just("[]"),
                ],
                0..10,
            )
        ) {
            let short = format!("[{}]", elements.join(","));
            // Distinct elements in front make it long.
            let filler: Vec<String> = (100..120).map(|number| number.to_string()).collect();
            let long = filler.iter().map(String::as_str).chain(elements.iter().copied());
            let long = format!("[{}]", long.collect::<Vec<_>>().join(","));
            let shifted = repeated(&long).map(|(earlier, later)| (earlier - 20, later - 20));
            prop_assert_eq!(repeated(&short), shifted);
        }
    }
}
