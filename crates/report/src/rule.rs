//! What a finding breaks.

use crate::{Applicability, Severity};

/// A rule, as a static next to the check that finds it.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Kebab-case, says what is wrong, reads well after "allow".
    pub name: &'static str,
    /// The level that its findings have unless something raises or lowers it.
    pub severity: Severity,
    /// One sentence for lists, without full stop.
    pub summary: &'static str,
    /// What it finds, why it matters, how to mend it, and what it leaves alone: Markdown without a
    /// heading of its own, which starts with a paragraph that can stand alone.
    pub page: &'static str,
    /// How much it sees at once.
    pub scope: Scope,
    /// The version of the program that brought it.
    pub since: &'static str,
    /// Whether it is in use.
    pub status: Status,
    /// How its findings can be mended by the program, where they can.
    pub fix: Option<Applicability>,
}

/// How much a rule sees at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The text of a file and the tree in it.
    File,
    /// One record.
    Record,
    /// All records.
    Dataset,
    /// The dataset before and after a change.
    Change,
}

/// Whether a rule is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is.
    Stable,
    /// It still is, and will be removed.
    Deprecated {
        /// Why, and what takes its place.
        reason: &'static str,
    },
    /// It finds nothing any more; its name is known so that settings that name it can be explained.
    Removed {
        /// Why, and what took its place.
        reason: &'static str,
    },
}

impl Rule {
    /// The first paragraph of the page: why it matters and what to do in general.
    pub fn explanation(&self) -> &'static str {
        let page = self.page.trim();
        page.split("\n\n").next().unwrap_or(page)
    }
}

impl Scope {
    /// The word for it in lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Record => "record",
            Self::Dataset => "dataset",
            Self::Change => "change",
        }
    }
}

impl Status {
    /// The word for it in lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Deprecated { .. } => "deprecated",
            Self::Removed { .. } => "removed",
        }
    }
}

/// Declares rules as statics, and the list of them.
///
/// Each entry reads `NAME = "rule-name", Severity, Scope: "summary", "page";`.
#[macro_export]
macro_rules! rules {
    ($(#[$list_doc:meta])* $list:ident {
        $($(#[$doc:meta])* $name:ident = $text:literal, $severity:ident, $scope:ident: $summary:literal, $page:literal;)*
    }) => {
        $(
            $(#[$doc])*
            pub static $name: $crate::Rule = $crate::Rule {
                name: $text,
                severity: $crate::Severity::$severity,
                summary: $summary,
                page: $page,
                scope: $crate::Scope::$scope,
                since: "0.1.0",
                status: $crate::Status::Stable,
                fix: None,
            };
        )*
        $(#[$list_doc])*
        pub const $list: &[&$crate::Rule] = &[$(&$name),*];
    };
}
