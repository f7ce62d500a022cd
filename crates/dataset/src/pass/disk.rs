//! Files that have to come from the disk: they are asked for before their turn, so that many are on
//! their way at once while the workers go on with what is there.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::folder::OpenFolder;
use super::{Crew, Shared, Source};

/// Threads that ask for files. Asking does not wait for what is in a file, but opening may wait for
/// its inode.
const FETCHERS: usize = 16;

/// How far ahead of the workers files are asked for, in sources of some dozen files: far enough to keep
/// a disk busy, and not so far that what was fetched is gone before its turn.
const AHEAD: usize = 64;

/// How long to wait where enough was asked for.
const PAUSE: Duration = Duration::from_millis(1);

/// What was seen of where files are. A system that takes memory back leaves some files of a dataset
/// on the disk alone; to ask for all files would cost more than to wait for these.
#[derive(Debug, Default)]
pub(super) struct DiskWatch {
    looked_at: AtomicUsize,
    waiting: AtomicUsize,
    has_called: AtomicBool,
}

impl DiskWatch {
    /// One in as many of the files looked at is to be on the disk alone, and as many at least.
    const SHARE: usize = 8;
    const LEAST: usize = 2;

    /// Whether this is the moment to start fetching.
    pub(super) fn wants_fetchers(&self, waits: bool) -> bool {
        let looked_at = self.looked_at.fetch_add(1, Ordering::Relaxed) + 1;
        if !waits {
            return false;
        }
        let waiting = self.waiting.fetch_add(1, Ordering::Relaxed) + 1;
        waiting >= Self::LEAST
            && waiting * Self::SHARE >= looked_at
            && !self.has_called.swap(true, Ordering::Relaxed)
    }

    /// Whether fetching has started, so that what is read next is best fetched from its start.
    pub(super) fn has_called(&self) -> bool {
        self.has_called.load(Ordering::Relaxed)
    }
}

impl Shared<'_> {
    pub(super) fn start_fetchers<'scope>(&'scope self, crew: Crew<'scope, '_>) {
        for _ in 0..FETCHERS {
            let fetcher = std::thread::Builder::new();
            // Fewer of them are only slower.
            let _ = fetcher.spawn_scoped(crew, || self.fetch());
        }
    }

    /// Asks for files until there are none left.
    fn fetch(&self) {
        let pass = self.pass;
        let mut folder = OpenFolder::default();
        loop {
            // What a worker has taken is not asked for any more.
            self.fetched
                .fetch_max(self.next.load(Ordering::Relaxed), Ordering::Relaxed);
            let position = self.fetched.fetch_add(1, Ordering::Relaxed);
            let Some((_, source)) = self.sources.get(position) else {
                return;
            };
            while position > self.next.load(Ordering::Relaxed) + AHEAD {
                // Nobody is left to get there.
                if self.is_over.load(Ordering::Relaxed) {
                    return;
                }
                std::thread::sleep(PAUSE);
            }
            let Source::Files(_, files) = source else {
                continue;
            };
            for record in files.iter().filter(|record| !record.is_standard_input) {
                let path = record.path(pass.files);
                // What can't be opened is said when its turn comes.
                if let Ok(file) = folder.open(pass.root, path, path.file_name()) {
                    file.fetch(pass.manifest.limits.record_bytes);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_fetched_where_many_wait_and_asked_for_once() {
        let few = DiskWatch::default();
        let calls = (0..100).filter(|at| few.wants_fetchers(at % 50 == 49));
        assert_eq!(calls.count(), 0);
        assert!(!few.has_called());

        let many = DiskWatch::default();
        let calls = (0..100).filter(|at| many.wants_fetchers(at % 4 == 0));
        assert_eq!(calls.count(), 1);
        assert!(many.has_called());
    }
}
