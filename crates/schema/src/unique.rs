//! Which element of an array repeats an earlier one, in the sense of JSON Schema: numbers are
//! compared by value, objects without regard to order.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};
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
    let mut buckets: FxHashMap<u64, Vec<Value<'_>>> = FxHashMap::default();
    for later in array.elements() {
        let bucket = buckets.entry(hash(later)).or_default();
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
            Kind::Object => {
                left.len() == right.len()
                    && left.members().all(|member| {
                        right
                            .get(member.name())
                            .is_some_and(|other| equal(member.value, other))
                    })
            }
        }
}

/// Equal values have equal hashes.
fn hash(value: Value<'_>) -> u64 {
    let mut hasher = FxHasher::default();
    value.kind().hash(&mut hasher);
    match value.kind() {
        Kind::Null => {}
        Kind::Boolean => value.as_bool().hash(&mut hasher),
        Kind::String => value.as_str().hash(&mut hasher),
        Kind::Number => value.as_number().map(Number::decimal).hash(&mut hasher),
        Kind::Array => value
            .elements()
            .for_each(|element| hasher.write_u64(hash(element))),
        // The sum does not depend on the order.
        Kind::Object => hasher.write_u64(value.members().fold(0, |sum: u64, member| {
            let mut pair = FxHasher::default();
            member.name().hash(&mut pair);
            pair.write_u64(hash(member.value));
            sum.wrapping_add(pair.finish())
        })),
    }
    hasher.finish()
}
