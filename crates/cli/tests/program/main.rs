//! The program from outside: what a person or a CI system gives it, and what they get back.

#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    reason = "what the program reads is built here, and what it writes is read"
)]

mod arguments;
mod check;
mod crash;
mod diff;
mod export;
mod grounding;
mod lint;
mod new;
mod release;
mod report;
mod run;
mod validate;
