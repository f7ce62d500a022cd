//! Records that are alike: what has to be equal in two claims is hashed while they are at hand, so
//! that only those with the same hash are looked at again.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, Hash, RandomState};

use treatise_dataset::RecordKey;

use crate::view::Claim;

/// The keys of one claim.
pub(crate) struct Keys<'k> {
    /// Seeded anew in each run, so that nobody can write claims that all have the same keys.
    hasher: &'k RandomState,
    claim: RecordKey,
    found: &'k mut Vec<(u64, RecordKey)>,
}

impl<'k> Keys<'k> {
    pub(crate) fn new(
        hasher: &'k RandomState,
        claim: RecordKey,
        found: &'k mut Vec<(u64, RecordKey)>,
    ) -> Self {
        Self {
            hasher,
            claim,
            found,
        }
    }

    /// Adds one: claims with a key in common are alike.
    pub(crate) fn add(&mut self, key: impl Hash) {
        self.found.push((self.hasher.hash_one(key), self.claim));
    }
}

/// The claims that share a key with another one, in order and each once.
pub(crate) fn alike(mut keys: Vec<(u64, RecordKey)>) -> Vec<RecordKey> {
    keys.sort_unstable();
    let shared = keys.chunk_by(|one, other| one.0 == other.0);
    let shared = shared.filter(|same| same.len() > 1).flatten();
    let mut claims: Vec<_> = shared.map(|&(_, claim)| claim).collect();
    claims.sort_unstable();
    claims.dedup();
    claims
}

/// How each of these members is written in a claim.
pub(crate) fn written<'c, 'm>(
    claim: Claim<'c>,
    members: &'m [&'m str],
) -> impl Iterator<Item = Option<&'c str>> + use<'c, 'm> {
    let members = members.iter();
    members.map(move |name| claim.get(name).map(|node| node.value.source()))
}

/// The claims that have the same in all of these members, as it is written: groups of at least two,
/// each in the order of the claims.
pub(crate) fn same<'r>(claims: &[Claim<'r>], members: &[&str]) -> Vec<Vec<Claim<'r>>> {
    let mut groups: BTreeMap<Vec<Option<&str>>, Vec<Claim<'r>>> = BTreeMap::new();
    for &claim in claims {
        let key = written(claim, members).collect();
        groups.entry(key).or_default().push(claim);
    }
    let groups = groups.into_values();
    groups.filter(|group| group.len() > 1).collect()
}
