//! Loads datasets from outside: the case folders, what only a test can build, and the real one.

#![expect(
    clippy::disallowed_methods,
    reason = "datasets are built and read here, and expected reports written"
)]

mod built;
mod cases;
mod checked;
mod groups;
mod known;
mod lines;
mod loose;
mod real;
mod schemas;
