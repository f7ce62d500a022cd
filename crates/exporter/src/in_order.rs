//! Work on all cores whose outcome is taken in order.
//!
//! Each worker is handed stretches in turn and never more than a few ahead of what has been taken,
//! so that what waits is bounded, however long the work is.

use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, Builder, Scope};

use crate::Error;

/// Stretches that a worker may have that are not taken: one to work on while another waits.
const AHEAD: usize = 2;

/// Does `work` on each stretch, with a state of its own for each worker, and hands the outcomes to
/// `take` in the order of the stretches.
///
/// # Errors
/// The first one, in that order, of the work or of taking; what comes behind it is not taken.
pub(crate) fn in_order<S, T: Send>(
    mut stretches: impl Iterator<Item = Range<usize>>,
    begin: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, Range<usize>) -> Result<T, Error> + Sync,
    mut take: impl FnMut(T) -> Result<(), Error>,
) -> Result<(), Error> {
    let first: Vec<_> = stretches.by_ref().take(2).collect();
    let is_little = first.len() < 2;
    let mut stretches = first.into_iter().chain(stretches);
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let wanted = if is_little || cores == 1 { 0 } else { cores };
        let crew: Vec<_> = (0..wanted)
            .filter_map(|_| Worker::start(scope, &begin, &work))
            .collect();
        // Without any thread the work is done here.
        if crew.is_empty() {
            let mut state = begin();
            return stretches.try_for_each(|stretch| take(work(&mut state, stretch)?));
        }
        let (mut handed, mut taken) = (0, 0);
        loop {
            while handed < taken + AHEAD * crew.len()
                && let Some(stretch) = stretches.next()
            {
                crew[handed % crew.len()].hand(stretch);
                handed += 1;
            }
            if taken == handed {
                return Ok(());
            }
            take(crew[taken % crew.len()].outcome()?)?;
            taken += 1;
        }
    })
}

/// A thread, and the two ways between it and the others. It ends when these are gone.
struct Worker<T> {
    stretches: Sender<Range<usize>>,
    outcomes: Receiver<Result<T, Error>>,
}

impl<T: Send> Worker<T> {
    /// Starts it, if the system lets it.
    fn start<'scope, S>(
        scope: &'scope Scope<'scope, '_>,
        begin: &'scope (impl Fn() -> S + Sync),
        work: &'scope (impl Fn(&mut S, Range<usize>) -> Result<T, Error> + Sync),
    ) -> Option<Self>
    where
        T: 'scope,
    {
        let (stretches, to_do) = channel();
        let (done, outcomes) = channel();
        let started = Builder::new().spawn_scoped(scope, move || {
            let mut state = begin();
            for stretch in to_do {
                if done.send(work(&mut state, stretch)).is_err() {
                    break;
                }
            }
        });
        started.ok().map(|_| Self {
            stretches,
            outcomes,
        })
    }

    fn hand(&self, stretch: Range<usize>) {
        // Had it panicked, its outcome would be missed.
        let _ = self.stretches.send(stretch);
    }

    fn outcome(&self) -> Result<T, Error> {
        let outcome = self.outcomes.recv();
        outcome.expect("a worker works until nothing is handed to it")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Error, in_order};

    proptest! {
        #[test]
        fn outcomes_come_in_order_up_to_the_first_error(
            count in 0_usize..200,
            failing in prop::option::of(0_usize..200),
        ) {
            let mut taken = Vec::new();
            let outcome = in_order(
                (0..count).map(|at| at..at + 1),
                || 0,
                |seen, stretch| {
                    *seen += 1;
                    if failing == Some(stretch.start) {
                        return Err(Error::refused(format!("stretch {}", stretch.start)));
                    }
                    Ok(stretch.start)
                },
                |start| {
                    taken.push(start);
                    Ok(())
                },
            );
            let end = failing.filter(|&at| at < count);
            prop_assert_eq!(taken, (0..end.unwrap_or(count)).collect::<Vec<_>>());
            prop_assert_eq!(
                outcome.err().map(|error| error.to_string()),
                end.map(|at| format!("stretch {at}"))
            );
        }
    }

    #[test]
    fn what_can_not_be_taken_ends_the_work() {
        let outcome = in_order(
            (0..1000).map(|at| at..at + 1),
            || (),
            |(), stretch| Ok(stretch.start),
            |start| match start {
                7 => Err(Error::refused("enough")),
                _ => Ok(()),
            },
        );
        assert_eq!(
            outcome.err().map(|error| error.to_string()).as_deref(),
            Some("enough")
        );
    }
}
