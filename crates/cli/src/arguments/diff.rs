//! The arguments of `diff` and `witness`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use treatise_diff::Format;

use super::{DatasetPlace, Destination, destination};

/// Options of `diff`.
#[derive(Debug, Args)]
pub(crate) struct DiffOptions {
    /// The older version: a git revision, a folder with a dataset, a bundle or its archive
    /// (`.tar.zst`, `.zip`); or both as `A..B`, or as `A...B` from where the two come from.
    #[arg(value_name = "OLD")]
    pub(crate) old: String,
    /// The newer version; by default the dataset as it is now.
    #[arg(value_name = "NEW")]
    pub(crate) new: Option<String>,
    /// End with 1 if there is a breaking change, a change that wants a second reader and has none,
    /// or something that may not be released: a change, or an error that `validate` finds. What
    /// the rules about content find is said by `check`, and refused by `release`. May be given
    /// several times.
    #[arg(long, value_name = "WHAT", value_enum, value_delimiter = ',')]
    pub(crate) fail_on: Vec<Asked>,
    /// Also say which of the changes break an application, by the list that `witness` made.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) witness: Option<PathBuf>,
    /// The folder that holds `data/`, whose repository has the revisions; by default the nearest
    /// one above that has a manifest.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) root: Option<PathBuf>,
    /// The form of the report: human, json, markdown, html, patch or changelog. May be given
    /// several times, each but one with an --output behind it.
    #[arg(long, value_name = "FORMAT", value_parser = crate::diff::parse_format)]
    format: Vec<Format>,
    /// Write the report of the --format before it to a file.
    #[arg(long, value_name = "FILE", requires = "format", value_hint = ValueHint::FilePath)]
    output: Vec<PathBuf>,
    /// Print nothing but the report.
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// What goes where, once formats and outputs are matched.
    #[arg(skip)]
    pub(crate) destinations: Vec<Destination<Format>>,
}

/// What to be told by the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Asked {
    /// A change that raises the major version.
    Breaking,
    /// A change of meaning that nobody has approved.
    Safety,
    /// A change that may not be released, or an error that `validate` finds.
    Blocked,
}

/// Options of `witness`.
#[derive(Debug, Args)]
pub(crate) struct WitnessOptions {
    /// The files of the application.
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) dataset: DatasetPlace,
}

impl DiffOptions {
    /// Gives each output to the format that it stands behind.
    pub(super) fn match_outputs(&mut self, matches: &clap::ArgMatches) -> Result<(), String> {
        let formats = self.format.iter();
        let formats: Vec<_> = formats.map(|format| (*format, format.name())).collect();
        self.destinations =
            destination::match_outputs(&formats, &self.output, matches, Format::Human)?;
        Ok(())
    }
}
