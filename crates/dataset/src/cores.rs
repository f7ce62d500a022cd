//! The threads that datasets are read with: one for each core, started once.
//!
//! To start threads anew for each step costs more than their start. A system puts a new thread, and
//! one that has slept, on a core as it sees fit, and takes some milliseconds to notice that two of them
//! share one while another core has nothing to do. Threads that go on from step to step stay where they
//! are.

use std::sync::LazyLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Recursion in the validator goes as deep as records nest, in frames of some KiB.
const STACK_BYTES: usize = 8 << 20;

/// `None` where the system gives no threads.
static CREW: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let crew = ThreadPoolBuilder::new().stack_size(STACK_BYTES);
    crew.thread_name(|number| format!("core-{number}"))
        .build()
        .ok()
});

pub(crate) fn crew() -> Option<&'static ThreadPool> {
    CREW.as_ref()
}

/// Does something on one of the threads that datasets are read with. What it does on all cores with
/// `rayon` is done on the same threads then, whose number is that of the cores or what
/// `RAYON_NUM_THREADS` says. [`load`](crate::load) and the like do so by themselves; whoever calls them
/// several times, or goes on with what was loaded, is faster here.
pub fn on_all_cores<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match crew() {
        Some(crew) => crew.install(work),
        None => work(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_within_work_stays_on_its_thread() {
        let name = || std::thread::current().id();
        let (outer, inner) = on_all_cores(|| (name(), on_all_cores(name)));
        assert_eq!(outer, inner);
        assert_ne!(outer, name());
    }
}
