//! Opening files one after the other that mostly lie in the same folder.

use std::ffi::OsStr;
use std::path::Path;

use treatise_source::{Folder, NotRead, RegularFile};

/// The folder that files are opened in: those at hand mostly lie in the same one.
#[derive(Default)]
pub(super) struct OpenFolder<'p> {
    open: Option<(&'p Path, Folder)>,
}

impl<'p> OpenFolder<'p> {
    pub(super) fn open(
        &mut self,
        root: &Path,
        file: &'p Path,
        name: Option<&OsStr>,
    ) -> Result<RegularFile, NotRead> {
        let Some(name) = name else {
            return RegularFile::open(&root.join(file));
        };
        if let Some((open, folder)) = &self.open
            && is_in(open, file, name)
        {
            return folder.open_listed(name);
        }
        let parent = file.parent().unwrap_or(Path::new(""));
        let path = root.join(parent);
        let is_here = path.as_os_str().is_empty();
        let folder = Folder::open(if is_here { Path::new(".") } else { &path })?;
        let opened = folder.open_listed(name);
        self.open = Some((parent, folder));
        opened
    }
}

/// Whether a file with this name lies in a folder itself; `false` may only mean that its path has
/// more in it than the two.
fn is_in(folder: &Path, file: &Path, name: &OsStr) -> bool {
    let [folder, file, name] =
        [folder.as_os_str(), file.as_os_str(), name].map(OsStr::as_encoded_bytes);
    file.len() == folder.len() + 1 + name.len()
        && file.starts_with(folder)
        && std::path::is_separator(char::from(file[folder.len()]))
}
