//! What makes a statement the one that it is, for those who compare two versions of it.

/// What a statement is about: with another one, it is another statement.
pub const ABOUT: [&str; 3] = ["type", "subject", "object"];

/// What stands in for the object where a statement is about something else: in place of the one that was
/// there, another one makes another statement.
pub const ABOUT_INSTEAD: [&str; 4] = ["comparator", "with", "route", "via"];
