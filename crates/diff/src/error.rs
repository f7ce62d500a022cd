//! Why two sides could not be compared at all.

/// A side that can't be read, or that is none.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

impl Error {
    pub(crate) fn side(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl From<treatise_dataset::Error> for Error {
    fn from(error: treatise_dataset::Error) -> Self {
        Self(error.to_string())
    }
}
