//! The threads that a dataset is read with: one for each core, started once.
//!
//! To start threads anew for each step costs more than their start. A system puts a new thread, and
//! one that has slept, on a core as it sees fit, and takes some milliseconds to notice that two of them
//! share one while another core has nothing to do. Threads that go on from step to step stay where they
//! are.

use std::cell::Cell;

use rayon::ThreadPoolBuilder;

/// Recursion in the validator goes as deep as records nest, in frames of some KiB.
const STACK_BYTES: usize = 8 << 20;

thread_local! {
    static IS_CORE: Cell<bool> = const { Cell::new(false) };
}

/// Whether this is one of the threads of [`on_all_cores`].
pub(crate) fn is_core() -> bool {
    IS_CORE.get()
}

/// Does something on a thread of its own, beside others that wait to help: what it does on all cores
/// with `rayon` is done there. They are as many as there are cores, or as `RAYON_NUM_THREADS` says.
/// [`load`](crate::load) and the like do so by themselves; whoever goes on with what was loaded, or
/// loads more, is faster on the same threads.
///
/// Each call has its own threads, but for one within another: a thread of a pool that waits takes up what
/// else the pool has to do, and where that were another call, calls would pile up on it.
pub fn on_all_cores<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if is_core() {
        return work();
    }
    if rayon::current_thread_index().is_none() {
        return on_own_cores(work);
    }
    // For the same reason, the thread of a pool is not to wait as such.
    let mut work = Some(work);
    let done = std::thread::scope(|scope| {
        let task = || work.take().map(on_own_cores);
        let spawned = std::thread::Builder::new().spawn_scoped(scope, task);
        spawned.map(std::thread::ScopedJoinHandle::join)
    });
    match done {
        Ok(Ok(Some(done))) => done,
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        // Where the system gives no thread, this one has to do.
        Ok(Ok(None)) | Err(_) => {
            let work = work
                .take()
                .expect("a thread that was not started took nothing");
            work()
        }
    }
}

fn on_own_cores<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let crew = ThreadPoolBuilder::new()
        .stack_size(STACK_BYTES)
        .thread_name(|number| format!("core-{number}"))
        .start_handler(|_| IS_CORE.set(true))
        .build();
    match crew {
        Ok(crew) => crew.install(work),
        // Where the system gives no threads, this one has to do.
        Err(_) => alone(work),
    }
}

/// Does something on this thread, which is the only one of its pool.
fn alone<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let crew = ThreadPoolBuilder::new().num_threads(1).use_current_thread();
    IS_CORE.set(true);
    // A thread that is of a pool already has no use for another one.
    let done = match crew.build() {
        Ok(crew) => crew.install(work),
        Err(_) => work(),
    };
    IS_CORE.set(false);
    done
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    use super::*;

    #[test]
    fn work_within_work_stays_on_its_thread() {
        let here = || std::thread::current().id();
        let (outer, inner) = on_all_cores(|| (here(), on_all_cores(here)));
        assert_eq!(outer, inner);
        assert_ne!(outer, here());
        assert!(!is_core());
    }

    #[test]
    fn without_threads_the_one_that_asks_does_the_work() {
        let numbers = || (0..1000_u64).into_par_iter().sum::<u64>();
        let done = std::thread::spawn(move || {
            let here = std::thread::current().id();
            let there = alone(|| (numbers(), on_all_cores(|| std::thread::current().id())));
            (there == (499_500, here), is_core())
        });
        assert_eq!(done.join().expect("it does not panic"), (true, false));
    }

    #[test]
    fn calls_from_a_pool_do_not_pile_up() {
        // Enough of these on one thread would overflow its stack.
        fn one() -> usize {
            const FRAME: usize = 16 << 10;
            let frame = std::hint::black_box([1_u8; FRAME]);
            let below = (0..64).into_par_iter().map(|at| usize::from(frame[at]));
            on_all_cores(|| below.sum())
        }
        let all: Vec<_> = (0..500).into_par_iter().map(|_| one()).collect();
        assert!(all.iter().all(|&sum| sum == 64));
    }
}
