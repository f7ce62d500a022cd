//! What is known of the names of members without looking at them.

use super::{Value, hash_of};

/// Which names the members of an object may have: one of 64 bits for each. It never denies a name
/// that is there, and stays at hand where the tree is far away.
#[derive(Clone, Copy, Debug, Default)]
pub struct NameMarks(u64);

impl NameMarks {
    /// Those of an object; none for other values.
    pub fn of(value: Value<'_>) -> Self {
        let hashes = value.name_hashes();
        Self(hashes.fold(0, |all, hash| all | bit_of(hash)))
    }

    /// Whether there may be a member with this name; if not, there is none. Inlined, so that the bit
    /// of a name that stands in the code is known when it is compiled.
    #[expect(clippy::inline_always, reason = "so the bit of a name is a constant")]
    #[inline(always)]
    pub fn may_have(self, name: &str) -> bool {
        self.0 & bit_of(hash_of(name.as_bytes())) != 0
    }
}

/// One bit of 64, by the highest bits of a hash.
#[inline]
fn bit_of(hash: u32) -> u64 {
    1 << (hash >> 26)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Parser};

    #[test]
    fn no_name_is_denied_and_few_others_pass() {
        let text = r#"{"id": "a", "l\u0061bel": 1, "id": "b", "": 2, "nested": {"inner": 3}}"#;
        let mut parser = Parser::new();
        let parsed = parser.parse(text, Limits::default());
        let root = parsed.tree.root();
        let marks = NameMarks::of(root);
        for name in ["id", "label", "", "nested"] {
            assert!(marks.may_have(name), "{name}");
        }
        let others = (0..1000).map(|number| format!("other-{number}"));
        let passing = others.filter(|name| marks.may_have(name)).count();
        assert!(passing < 150, "{passing} of 1000 pass");
        let inner = root.get("id").expect("it is there");
        assert!(!NameMarks::of(inner).may_have("id"));
    }
}
