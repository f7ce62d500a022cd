//! The linter from outside: the cases of the rules, and what holds for all of them.

#![expect(
    clippy::disallowed_methods,
    reason = "datasets are built here, and expected findings read and written"
)]

mod case;
mod cases;
mod cite;
mod fixing;
mod keeping;
mod real;
mod soundness;
mod wholeness;
