//! What files of records would hold after a change. It is read in their place, so that what the change
//! leads to is known before anything is written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use treatise_source::NotRead;

/// The texts of some files of records that are read instead of what is in them.
#[derive(Clone, Debug, Default)]
pub struct Drafts(BTreeMap<PathBuf, Arc<[u8]>>);

impl Drafts {
    /// Has a text read for the file at a path, relative to the root of the dataset.
    pub fn put(&mut self, path: &Path, text: Arc<[u8]>) {
        self.0.insert(path.to_path_buf(), text);
    }

    /// The text that is read for a file.
    pub fn get(&self, path: &Path) -> Option<&Arc<[u8]>> {
        self.0.get(path)
    }
}

/// The same as reading a file into what follows the first `start` bytes of `buffer`.
pub(crate) fn read_behind(
    text: &[u8],
    limit: u64,
    buffer: &mut Vec<u8>,
    start: usize,
) -> Result<usize, NotRead> {
    let size = text.len() as u64;
    if size > limit {
        return Err(NotRead::TooLarge { size, limit });
    }
    let end = start + text.len();
    if buffer.len() < end {
        buffer.resize(end, 0);
    }
    buffer[start..end].copy_from_slice(text);
    Ok(text.len())
}
