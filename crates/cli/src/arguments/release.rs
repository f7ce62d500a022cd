//! The arguments of `release`.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use semver::Version;

/// Options of `release`.
#[derive(Debug, Args)]
pub(crate) struct ReleaseOptions {
    /// The version; by default the lowest one that the changes allow, or the one in the manifest if
    /// that is higher.
    #[arg(value_name = "VERSION", value_parser = parse_version)]
    pub(crate) version: Option<Version>,
    /// What was released last: a git revision, a bundle or its archive. By default the highest
    /// version among the tags that lead here.
    #[arg(long, value_name = "REV|BUNDLE")]
    pub(crate) since: Option<String>,
    /// The folder for the bundle, where nothing may be yet; by default
    /// `releases/NAME-VERSION` beside `data/`.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) out: Option<PathBuf>,
    /// Show all that would be done, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Release though this change could not be compared: its fingerprint, or how that starts. It
    /// counts as breaking all the same. May be given several times.
    #[arg(long, value_name = "FINGERPRINT")]
    pub(crate) despite: Vec<String>,
    /// The day of the release, for which the rules are checked too: a date as in 2026-11-22, or
    /// `today`.
    #[arg(long, value_name = "DATE", default_value = "today")]
    pub(crate) as_of: String,
    /// What stands before the version in the names of tags.
    #[arg(long, value_name = "TEXT", default_value = "v")]
    pub(crate) tag_prefix: String,
    /// A format of the bundle, as for `export`. May be given several times.
    #[arg(long, value_name = "FORMAT", value_parser = crate::export::formats())]
    pub(crate) format: Vec<treatise_exporter::Format>,
    /// Pack the bundle into an archive beside the folder too: tar.zst or zip. May be given several
    /// times.
    #[arg(long, value_name = "KIND", value_parser = crate::export::archives())]
    pub(crate) archive: Vec<treatise_exporter::Archive>,
    /// A folder with the texts of the documents, for the rules that need them.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) documents: Option<PathBuf>,
    /// A table of notices about papers, for the rules that need one.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) notices: Option<PathBuf>,
    /// The folder that holds `data/`; by default the nearest one above that has a manifest.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) root: Option<PathBuf>,
    /// Print nothing but findings, warnings and the commands to run.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// A version with or without what tags have before it.
fn parse_version(text: &str) -> Result<Version, String> {
    let plain = text.strip_prefix('v').unwrap_or(text);
    Version::parse(plain).map_err(|_| {
        "a version has three numbers, such as 1.4.0 (see https://semver.org)".to_owned()
    })
}
