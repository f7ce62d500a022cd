//! Renderings from outside: what each format says about the samples, what holds for every text,
//! and that the JSON follows the published schemas.

mod properties;
mod sample;
mod schemas;
mod snapshot;
