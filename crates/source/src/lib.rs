//! Text and places.
//!
//! A file becomes [`Text`], text becomes a [`Tree`] whose every key and value knows its byte
//! span, and what is wrong with either is a [`Fault`]. Parsing always returns a tree; what could
//! not be read is in the faults beside it. [`align()`] says how one sequence becomes another. Nothing here
//! knows about schemas or records.

mod align;
mod character;
mod escape;
mod fault;
mod hash;
mod kept_text;
mod lines;
mod list;
mod locked_folder;
mod number;
mod parse;
mod pointer;
mod read;
mod recover;
mod span;
mod staged_file;
mod text;
mod tree;

pub use align::align;
pub use character::is_unseen;
pub use escape::Written;
pub use fault::{Fault, FaultKind, NumberLoss, Syntax};
pub use hash::{hexadecimal, sha256, sha256_of};
pub use kept_text::KeptText;
pub use lines::{LineColumn, LineIndex};
pub use list::{Entry, EntryKind, list};
pub use locked_folder::{LockedFolder, hold};
pub use number::{Decimal, Number};
pub use parse::{Limits, Parsed, Parser};
pub use pointer::{Pointer, Step};
pub use read::{Block, BlockReader, Folder, NotRead, RegularFile};
pub use span::Span;
pub use staged_file::StagedFile;
pub use text::Text;
pub use tree::{
    Elements, KeptTrees, Key, Kind, Layout, Lineage, Member, Members, NameMarks, NameSet,
    StringPlace, Tree, Value,
};
