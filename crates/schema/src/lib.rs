//! JSON Schemas.
//!
//! A [`Library`] holds the schema documents of a run; [`Schemas::link`] checks them and
//! [`Schemas::compile`] makes a [`Schema`], which judges trees in place, explains what fails, and
//! has the [`FieldTable`]. There is no dataset here, no file is opened and nothing is fetched.

mod check;
mod compare;
mod compile;
mod document;
mod expand;
mod explain;
mod field;
mod gate;
mod imply;
mod instance;
mod keyword;
mod library;
mod nearest;
mod outline;
mod pattern;
mod percent;
mod possible;
mod rules;
mod scaffold;
mod survey;
mod unique;
mod work;

pub use compare::{Difference, Relation, Shown};
pub use compile::{Options, Schema, Schemas, VOCABULARY, Verdict};
pub use explain::Violation;
pub use field::{Bounds, Field, FieldPath, FieldTable, Identity, Segment};
pub use instance::to_value;
pub use jsonschema::Draft;
pub use library::Library;
pub use nearest::{nearest, nearest_id};
pub use outline::{Definition, Outline, Part, RefusedExample};
pub use possible::Types;
pub use rules::*;
pub use scaffold::{Blank, Given, Misplaced, Scaffold};
pub use work::WorkLimit;
