//! Why there is no bundle.

use std::io;
use std::path::Path;

use treatise_source::NotRead;

/// Why there is no bundle. What was at its place is still there.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(Reason);

#[derive(Debug, thiserror::Error)]
enum Reason {
    #[error(transparent)]
    Dataset(#[from] treatise_dataset::Error),
    #[error("{path}: {error}")]
    Io { path: String, error: io::Error },
    #[error("{path} can't be written: {error}; what was there is as it was")]
    NotWritten { path: String, error: io::Error },
    #[error("{0}")]
    Refused(String),
}

impl Error {
    pub(crate) fn io(path: &Path, error: io::Error) -> Self {
        Self(Reason::Io {
            path: path.display().to_string(),
            error,
        })
    }

    /// A file of a bundle was not read: no other kind of file is opened.
    pub(crate) fn not_read(path: &Path, error: NotRead) -> Self {
        match error {
            NotRead::Io(error) => Self::io(path, error),
            other => Self::refused(format!("{}: {other}", path.display())),
        }
    }

    /// `path` is where the file would be, whatever it is called while it is written.
    pub(crate) fn not_written(path: &Path, error: io::Error) -> Self {
        Self(Reason::NotWritten {
            path: path.display().to_string(),
            error,
        })
    }

    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self(Reason::Refused(message.into()))
    }
}

impl From<treatise_dataset::Error> for Error {
    fn from(error: treatise_dataset::Error) -> Self {
        Self(Reason::Dataset(error))
    }
}
