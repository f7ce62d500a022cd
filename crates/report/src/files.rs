//! The files of a run, by number.

use std::path::Path;

/// One file of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// The names of the files of a run, as findings show them: relative to the root of the dataset or
/// as given, with `/` between folders on every system.
#[derive(Clone, Debug, Default)]
pub struct Files {
    names: Vec<Box<str>>,
}

impl Files {
    /// No files yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. A name that is not Unicode is shown with U+FFFD for what can't be.
    pub fn add(&mut self, name: &Path) -> FileId {
        let name = name.to_string_lossy();
        let name = if std::path::MAIN_SEPARATOR == '/' {
            name.into_owned()
        } else {
            name.replace(std::path::MAIN_SEPARATOR, "/")
        };
        self.names.push(name.into());
        FileId(self.names.len() as u32 - 1)
    }

    /// The name of a file that [`Files::add`] returned.
    pub fn name(&self, file: FileId) -> &str {
        &self.names[file.0 as usize]
    }
}
