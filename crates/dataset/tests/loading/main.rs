//! Loads datasets from outside: the case folders, what only a test can build, and the real one.

mod built;
mod cases;
mod checked;
mod lines;
mod real;
