//! The exporter from outside: a dataset in, a folder out.
//!
//! `museum` beside this folder is a small dataset with every kind of member; `museum-bundle` is
//! the bundle of it as text, byte for byte. After a change on purpose it is written anew with
//! `treatise export --root crates/exporter/tests/museum --out crates/exporter/tests/museum-bundle
//! --format json --format ndjson --format csv` and read before it is committed.

#![expect(
    clippy::disallowed_methods,
    reason = "fixtures and temporary folders are files of the tests"
)]

mod archives;
mod branches;
mod companions;
mod content;
mod database;
mod examples;
mod folder;
#[cfg(feature = "parquet")]
mod parquet;
mod place;
mod profiles;
mod reader;
mod redirects;
mod refusal;
mod round_trip;
mod schemas;
mod verification;
