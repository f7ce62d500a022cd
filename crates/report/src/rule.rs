//! What a finding breaks.

use crate::Severity;

/// A rule, as a static next to the check that finds it.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Kebab-case, says what is wrong, reads well after "allow".
    pub name: &'static str,
    /// The level that its findings have unless something raises or lowers it.
    pub severity: Severity,
    /// One sentence for lists, without full stop.
    pub summary: &'static str,
    /// Why it matters and what to do in general, in one to three sentences.
    pub explanation: &'static str,
}

/// Declares rules as statics, and the list of them.
///
/// Each entry reads `NAME = "rule-name", Severity: "summary", "explanation";`.
#[macro_export]
macro_rules! rules {
    ($(#[$list_doc:meta])* $list:ident {
        $($(#[$doc:meta])* $name:ident = $text:literal, $severity:ident: $summary:literal, $explanation:literal;)*
    }) => {
        $(
            $(#[$doc])*
            pub static $name: $crate::Rule = $crate::Rule {
                name: $text,
                severity: $crate::Severity::$severity,
                summary: $summary,
                explanation: $explanation,
            };
        )*
        $(#[$list_doc])*
        pub const $list: &[&$crate::Rule] = &[$(&$name),*];
    };
}
