//! Tests of the crate from outside: schemas and documents in, verdicts and sentences out.

mod beside;
mod explain;
mod field_table;
mod hostile;
mod judge;
mod keywords;
mod linking;
mod numbers;
mod possible;
mod real;
