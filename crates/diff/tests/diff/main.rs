//! Compares versions of datasets from outside: the case folders, what is made up at random, and
//! the published documents.

#![expect(
    clippy::disallowed_methods,
    reason = "datasets are built and read here, and expected documents written"
)]

mod approvals;
mod cases;
mod compared;
mod hostile;
mod published;
mod random;
mod sides;
