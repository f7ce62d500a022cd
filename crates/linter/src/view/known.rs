//! Where the members are that nearly every rule asks for.
//!
//! Rules between records go through all of them, and a record is far away in memory. What is noted
//! here, beside the handle, spares looking a member up, and most often going there at all.

use treatise_source::Value;

/// Positions of values among the nodes of a tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    /// The type, or the kind.
    pub(crate) kind: Option<At>,
    pub(crate) subject: Option<At>,
    pub(crate) object: Option<At>,
    pub(crate) statement: Option<At>,
    pub(crate) is_deprecated: bool,
}

/// A position, which is never that of the root.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At(std::num::NonZeroU32);

impl At {
    pub(crate) fn index(self) -> u32 {
        self.0.get()
    }
}

impl Known {
    /// What is known of a record whose texts are in `language` at least.
    pub(crate) fn of(root: Value<'_>, language: &str) -> Self {
        let at = |value: Value<'_>| std::num::NonZeroU32::new(value.index()).map(At);
        let statement = root.get("statement");
        Self {
            // Claims have a type, and sources, terms, issues and agents a kind.
            kind: root.get("type").or_else(|| root.get("kind")).and_then(at),
            subject: root.get("subject").and_then(at),
            object: root.get("object").and_then(at),
            statement: statement.and_then(|map| at(map.get(language)?)),
            is_deprecated: root.get("deprecated").is_some(),
        }
    }
}
