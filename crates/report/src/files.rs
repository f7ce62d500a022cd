//! The files of a run, by number.

use std::path::Path;

/// One file of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// The names of the files of a run, as findings show them: relative to the root of the dataset or
/// as given, with `/` between folders on every system.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// All names, one behind the other: a dataset has many, and most are never shown.
    names: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Files {
    /// No files yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes room for so many names with so many bytes in all.
    pub fn reserve(&mut self, count: usize, bytes: usize) {
        self.names.reserve(bytes);
        self.ends.reserve(count);
    }

    /// Adds a file. A name that is not Unicode is shown with U+FFFD for what can't be.
    pub fn add(&mut self, name: &Path) -> FileId {
        match name.to_str() {
            Some(name) if std::path::MAIN_SEPARATOR == '/' => self.add_text(name),
            _ => {
                let name = name.to_string_lossy();
                self.add_text(&name.replace(std::path::MAIN_SEPARATOR, "/"))
            }
        }
    }

    /// Adds a file by the name as it is shown.
    pub fn add_text(&mut self, name: &str) -> FileId {
        self.names.push_str(name);
        self.ends.push(self.names.len());
        FileId(self.ends.len() as u32 - 1)
    }

    /// The name of a file that [`Files::add`] returned.
    pub fn name(&self, file: FileId) -> &str {
        let file = file.0 as usize;
        let start = file.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.names[start..self.ends[file]]
    }
}
