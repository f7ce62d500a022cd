//! Tables and formats.
