//! Hashing what strangers write.

use std::hash::{BuildHasher, Hasher as _, RandomState};

use foldhash::SharedSeed;
use foldhash::quality::SeedableRandomState;

/// Hashes by a seed that is new in each run, so that nobody can write what has the same hash. Nothing
/// that a run prints depends on a hash, so nobody can learn about it either.
#[derive(Clone, Debug)]
pub struct SeededHasher(SeedableRandomState);

impl Default for SeededHasher {
    fn default() -> Self {
        // The system's own randomness, which the standard library asks for its tables.
        let seed = RandomState::new().hash_one(0);
        Self(SeedableRandomState::with_seed(
            seed,
            SharedSeed::global_random(),
        ))
    }
}

impl SeededHasher {
    /// The hash of an id.
    pub(crate) fn hash(&self, id: &str) -> u64 {
        let mut hasher = self.build_hasher();
        hasher.write(id.as_bytes());
        hasher.finish()
    }
}

impl BuildHasher for SeededHasher {
    type Hasher = <SeedableRandomState as BuildHasher>::Hasher;

    fn build_hasher(&self) -> Self::Hasher {
        self.0.build_hasher()
    }
}
