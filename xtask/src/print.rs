//! Printing to somebody who may have stopped reading (`| head`); the gates run all the same.

use std::io::{self, Write};

/// Prints to standard output.
pub(crate) fn print(text: &str) {
    // A closed pipe is no failure of what is being told.
    let _ = io::stdout().write_all(text.as_bytes());
}

/// Prints to standard error, where progress goes.
pub(crate) fn note(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
