//! How a program can mend what a finding says.

use crate::FileId;

/// Whether a fix may be applied unseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// It keeps what the data say.
    Safe,
    /// It is most likely meant, and somebody has to look at it.
    Unsafe,
}

impl Applicability {
    /// The word for it in lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// A replacement of a range of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte that is replaced.
    pub start: u64,
    /// Offset behind the last one.
    pub end: u64,
    /// What is there instead.
    pub replacement: String,
}

/// Edits that together mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether it may be applied unseen.
    pub applicability: Applicability,
    /// What is replaced; the ranges don't overlap.
    pub edits: Vec<Edit>,
}
