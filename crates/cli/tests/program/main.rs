//! The program from outside: what a person or a CI system gives it, and what they get back.

#![cfg(unix)]

mod arguments;
mod check;
mod report;
mod run;
mod validate;
