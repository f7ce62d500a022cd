//! What is a kind of what, as the claims have it.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::{Claim, Records};

/// The `is-a` claims that hold: asserted and not withdrawn.
#[derive(Debug, Default)]
pub(crate) struct Hierarchy<'r> {
    broader: FxHashMap<&'r str, Vec<(&'r str, Claim<'r>)>>,
    narrower: FxHashMap<&'r str, Vec<&'r str>>,
}

impl<'r> Hierarchy<'r> {
    pub(crate) fn of(records: &Records<'r>) -> Self {
        let mut hierarchy = Self::default();
        for &claim in records.hierarchical_claims() {
            let Some((subject, object)) = claim.subject().zip(claim.object()) else {
                continue;
            };
            if claim.is_asserted() && !claim.is_deprecated() {
                let (subject, object) = (subject.as_str(), object.as_str());
                let above = hierarchy.broader.entry(subject).or_default();
                above.push((object, claim));
                hierarchy.narrower.entry(object).or_default().push(subject);
            }
        }
        hierarchy
    }

    /// What a record is directly a kind of, and the claims that say so.
    pub(crate) fn broader(&self, id: &str) -> &[(&'r str, Claim<'r>)] {
        self.broader.get(id).map_or(&[], Vec::as_slice)
    }

    /// What is directly a kind of a record.
    pub(crate) fn narrower(&self, id: &str) -> &[&'r str] {
        self.narrower.get(id).map_or(&[], Vec::as_slice)
    }

    /// Everything that a record is a kind of; circles end where they began.
    pub(crate) fn ancestors(&self, id: &str) -> BTreeSet<&'r str> {
        let mut found = BTreeSet::new();
        let mut open: Vec<_> = self.broader(id).iter().map(|&(above, _)| above).collect();
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend(self.broader(next).iter().map(|&(above, _)| above));
            }
        }
        found
    }

    /// Everything that is a kind of a record.
    pub(crate) fn descendants(&self, id: &str) -> BTreeSet<&'r str> {
        let mut found = BTreeSet::new();
        let mut open = self.narrower(id).to_vec();
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend(self.narrower(next));
            }
        }
        found
    }
}
