//! What can be asked of the program.

mod destination;
mod diff;
mod release;

use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum, ValueHint};
use treatise_report::Format;
use treatise_schema::Draft;

pub(crate) use destination::Destination;
pub(crate) use diff::{Asked, DiffOptions, WitnessOptions};
pub(crate) use release::ReleaseOptions;

/// How many findings are listed unless something else is said.
const MOST_FINDINGS: usize = 10_000;

/// Checks curated data in git: every record, every reference, every citation.
#[derive(Debug, Parser)]
#[command(name = "treatise", version, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 sound, 1 findings at error level, 2 could not run.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check the dataset: texts, schemas, ids and references, and the rules about content.
    Check(CheckOptions),
    /// Check the rules about content only.
    ///
    /// Like `check`, without what `validate` finds. Records that are broken are not looked at.
    Lint(CheckOptions),
    /// Write the records in their canonical form.
    ///
    /// What a record holds stays as it is. Where its text has a fault that would be lost in another
    /// form (a repeated key, half a surrogate pair, bytes that are not UTF-8, text that is not JSON or
    /// nests too deep), the record is left alone and the fault is reported.
    Fmt(FmtOptions),
    /// Write a new record, with all that its schema asks for and blanks to fill in.
    ///
    /// Its id is made of NAME, which is also what the record says or is called; where the ids of a
    /// collection are numbers, it is the next one. What a type or kind asks for is there too if that
    /// is given with --set. The path of the record is printed, and what is left to fill in; nothing
    /// that is there is overwritten.
    New(NewOptions),
    /// Show the page of a rule: what it finds, why it matters, how to mend it.
    Explain {
        /// Its name.
        #[arg(value_name = "RULE")]
        rule: String,
    },
    /// List the rules.
    Rules(RulesOptions),
    /// Accept a finding for a time: write an exception to `data/exceptions.json`.
    Except(ExceptOptions),
    /// Print the citation of a passage, to be put into a record.
    ///
    /// The document is the file in --documents that has the hash of a snapshot of the source.
    /// Without --section, the numbered blocks of the document are listed.
    Cite(CiteOptions),
    /// Print what the claims cover, and what none of them speaks of, as a Markdown page.
    ///
    /// Where records can't be read the page lacks them: the run ends with exit code 1, and --write
    /// leaves its file alone.
    Coverage(CoverageOptions),
    /// Validate the dataset, or any JSON files against a schema.
    ///
    /// Without --schema: like `check`, without the rules about content.
    /// With --schema: each FILE is checked against it, with no manifest; `.ndjson` and `.jsonl`
    /// files have a document on each line, and `-` is standard input.
    Validate(ValidateOptions),
    /// Write a bundle of the dataset: its records as JSON, NDJSON, CSV, SQLite and Parquet,
    /// described and with checksums.
    ///
    /// Only a dataset is exported in which `validate` finds no error; what the rules about content find is
    /// said by `check`, and refused by `release`. The folder is there whole or not at all; an older bundle
    /// is replaced, anything else is left alone.
    Export(ExportOptions),
    /// Check a bundle: hashes, schemas, numbers of rows, keys, references, and whether its formats
    /// say the same.
    Verify(VerifyOptions),
    /// Show what changed between two versions of the dataset, what it breaks, and which version it
    /// makes.
    ///
    /// A version is a git revision, the folder of a dataset, a bundle, or the archive of one; `A..B`
    /// is both at once, and without NEW the dataset is compared as it is now. Revisions are read
    /// through git; the work tree is not touched.
    #[command(
        after_help = "Exit codes: 0 compared, 1 what --fail-on asks for, 2 could not compare."
    )]
    Diff(DiffOptions),
    /// Make a release: the version in the manifest, the section in `CHANGELOG.md`, and the bundle.
    ///
    /// The dataset is checked, and compared with what was released last; the changes decide which
    /// version it has at least. What may not be released, and what could not be compared, is
    /// refused, and so are files that no commit has. The bundle is built twice and has to be the
    /// same both times. All is written or nothing; the git commands to commit and tag it are
    /// printed, and never run.
    #[command(
        after_help = "Exit codes: 0 released, 1 something forbids it, 2 could not run or compare."
    )]
    Release(ReleaseOptions),
    /// List which ids, fields and values of the dataset an application uses.
    ///
    /// The files of the application are read as text: ids count wherever they stand, fields where
    /// they are quoted or behind a dot or slash, values where they are quoted. Give the list to
    /// `diff --witness`. The exit code is 1 where the dataset has errors, as some of it may not have
    /// been looked for.
    Witness(WitnessOptions),
    /// Print completions for a shell.
    Completions {
        /// The shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

/// Options of `check` and `lint`.
#[derive(Debug, Args)]
pub(crate) struct CheckOptions {
    /// Only report what is found in these files or folders, in the manifest, and in the schemas;
    /// the whole dataset is read all the same.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) dataset: DatasetOptions,
    #[command(flatten)]
    pub(crate) rules: RuleOptions,
    #[command(flatten)]
    pub(crate) fixes: FixOptions,
    #[command(flatten)]
    pub(crate) report: ReportOptions,
}

/// Which rules are looked for, and with what at hand.
#[derive(Debug, Args)]
#[command(next_help_heading = "Rules")]
pub(crate) struct RuleOptions {
    /// A folder with the texts of the documents, which are known by the SHA-256 of their bytes.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) documents: Option<PathBuf>,
    /// A table of notices about papers that were retracted or doubted: a CSV file with the columns
    /// of the Retraction Watch data that Crossref publishes. `treatise explain retracted-source`
    /// says which it needs.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) notices: Option<PathBuf>,
    /// Only look for this rule. May be given several times, or as a list with commas.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) rule: Vec<String>,
    /// Findings of this rule are errors. May be given several times, or as a list with commas; of several
    /// levels for a rule, the strictest counts.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) error: Vec<String>,
    /// Findings of this rule are warnings. May be given several times, or as a list with commas. Only rules
    /// about content can be turned down: those about texts, schemas, ids and references always hold.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) warn: Vec<String>,
    /// Don't look for this rule about content. May be given several times, or as a list with commas.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) allow: Vec<String>,
    /// Fail also where there are warnings.
    #[arg(long, value_enum)]
    pub(crate) deny: Option<Denied>,
    /// Report everything, but fail only for what was not found in this git revision.
    #[arg(long, value_name = "REVISION")]
    pub(crate) since: Option<String>,
    /// Say how long each rule took.
    #[arg(long)]
    pub(crate) timings: bool,
}

/// What fails a run beside errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Denied {
    /// Warnings.
    Warnings,
}

/// What is mended.
#[derive(Debug, Args)]
#[command(next_help_heading = "Fixes")]
pub(crate) struct FixOptions {
    /// Mend what can be mended without changing what the data say, and report the rest.
    #[arg(long)]
    pub(crate) fix: bool,
    /// With --fix: mend also what somebody has to look at.
    #[arg(long, requires = "fix")]
    pub(crate) unsafe_fixes: bool,
    /// With --fix: show the changes as a unified diff, and change nothing.
    #[arg(long, requires = "fix")]
    pub(crate) diff: bool,
}

/// Options of `fmt`.
#[derive(Debug, Args)]
pub(crate) struct FmtOptions {
    /// Only these files or folders.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
    /// Change nothing, and report the records that are not in their canonical form.
    #[arg(long)]
    pub(crate) check: bool,
    /// Print nothing but findings.
    #[arg(long, short)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) dataset: DatasetPlace,
}

/// Options of `new`.
#[derive(Debug, Args)]
pub(crate) struct NewOptions {
    /// The collection, by its name in the manifest.
    #[arg(value_name = "COLLECTION")]
    pub(crate) collection: String,
    /// What the record says or is called, in the default language of the dataset.
    #[arg(value_name = "NAME")]
    pub(crate) name: Vec<String>,
    /// A value and its place in the record, as in type=route or scope/primaries/0=cnd-colon-cancer. May
    /// be given several times.
    #[arg(long, value_name = "POINTER=VALUE", value_parser = parse_set)]
    pub(crate) set: Vec<(String, String)>,
    /// The id, if the one that would be proposed is not the right one.
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,
    /// Print the record, and write nothing.
    #[arg(long)]
    pub(crate) print: bool,
    #[command(flatten)]
    pub(crate) dataset: DatasetPlace,
}

/// Options of `rules`.
#[derive(Debug, Args)]
pub(crate) struct RulesOptions {
    /// The form of the list.
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub(crate) format: ListFormat,
    /// Write the page of each rule and an index to this folder instead.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) write: Option<PathBuf>,
}

/// Forms of the list of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    Table,
    /// For programs.
    Json,
}

/// Options of `except`.
#[derive(Debug, Args)]
pub(crate) struct ExceptOptions {
    /// Where the finding is, as `check` prints it (`data/claims/clm-x.json:8:16`, or without the column),
    /// or its fingerprint, as `check --format json` gives it, or the beginning of that.
    #[arg(value_name = "FINDING")]
    pub(crate) finding: String,
    /// The rule of the finding, where others are at the same place.
    #[arg(long, value_name = "RULE")]
    pub(crate) rule: Option<String>,
    /// Why it is accepted, in a sentence that a reviewer can judge.
    #[arg(long)]
    pub(crate) reason: String,
    /// Who answers for it: the id of an agent, or the name of a team.
    #[arg(long)]
    pub(crate) owner: String,
    /// The last day on which it is accepted, as in 2026-11-22.
    #[arg(long, value_name = "DATE")]
    pub(crate) expires: String,
    /// A folder with the texts of the documents, for findings that need them.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) documents: Option<PathBuf>,
    /// A table of notices about papers, for findings that need one.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) notices: Option<PathBuf>,
    /// The git revision to compare with, for findings about what changed since.
    #[arg(long, value_name = "REVISION")]
    pub(crate) since: Option<String>,
    #[command(flatten)]
    pub(crate) dataset: DatasetOptions,
}

/// Options of `cite`.
#[derive(Debug, Args)]
pub(crate) struct CiteOptions {
    /// The id of the source.
    #[arg(value_name = "SOURCE")]
    pub(crate) source: String,
    /// A folder with the texts of the documents, which are known by the SHA-256 of their bytes.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) documents: PathBuf,
    /// A snapshot of the source; by default the last one whose document is there.
    #[arg(long, value_name = "ID")]
    pub(crate) snapshot: Option<String>,
    /// The heading above the passage, as the document writes it.
    #[arg(long, value_name = "HEADING")]
    pub(crate) section: Option<String>,
    /// Which paragraph under the heading, from 1, or several as in 2-3; a list counts with the
    /// paragraph before it. By default the first, or those that --blocks names.
    #[arg(long, value_name = "N", requires = "section")]
    pub(crate) paragraph: Option<String>,
    /// The blocks of the document that the passage has, where counting would find others: captions
    /// and the like are blocks, and no paragraphs. Then --paragraph says which paragraphs they are,
    /// unless counting says so too. A part without a heading, such as an answer, is cited with both.
    #[arg(long, value_name = "N", requires = "section")]
    pub(crate) blocks: Option<String>,
    #[command(flatten)]
    pub(crate) dataset: DatasetOptions,
}

/// Options of `coverage`.
#[derive(Debug, Args)]
pub(crate) struct CoverageOptions {
    /// Write the page to a file.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) write: Option<PathBuf>,
    /// A folder with the texts of the documents: then passages that nothing cites are listed too.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) documents: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) dataset: DatasetOptions,
}

/// Options of `validate`.
#[derive(Debug, Args)]
pub(crate) struct ValidateOptions {
    /// Without --schema: only report what is found in these files or folders. With it: the files
    /// to check.
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) dataset: DatasetOptions,
    #[command(flatten)]
    pub(crate) loose: LooseArguments,
    #[command(flatten)]
    pub(crate) report: ReportOptions,
}

/// Options of `export`.
#[derive(Debug, Args)]
pub(crate) struct ExportOptions {
    /// The folder to write.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) out: PathBuf,
    /// A format. May be given several times; by default all but csv-excel, in which texts that a
    /// spreadsheet would take for formulas are changed.
    #[arg(long, value_name = "FORMAT", value_parser = crate::export::formats())]
    pub(crate) format: Vec<treatise_exporter::Format>,
    /// Pack the bundle into an archive beside the folder too. May be given several times. Its files
    /// get the time in `SOURCE_DATE_EPOCH`, or else the day of the dataset.
    #[arg(long, value_name = "KIND", value_parser = crate::export::archives())]
    pub(crate) archive: Vec<treatise_exporter::Archive>,
    /// Which part of the dataset: full, reviewed (what a person has reviewed), minimal (the members
    /// without which a record says something else), or a JSON file with a `name`, `collections`,
    /// `members` by collection, `languages` and `reviewed_only`. What it refers to comes along.
    #[arg(long, value_name = "NAME|FILE", default_value = "full")]
    pub(crate) profile: String,
    /// Only this collection. May be given several times.
    #[arg(long, value_name = "NAME", conflicts_with = "profile")]
    pub(crate) collection: Vec<String>,
    /// Also say in `changes.json` what changed since this version: a git revision, the folder of a
    /// dataset, a bundle, or the archive of one. It tells of the whole dataset, so the bundle has to
    /// have all of it.
    #[arg(long, value_name = "REV|BUNDLE", conflicts_with_all = ["collection", "manifest"])]
    pub(crate) since: Option<String>,
    /// The revision of the dataset, which the statement for signing names.
    #[arg(long, value_name = "HASH", value_parser = parse_commit)]
    pub(crate) commit: Option<String>,
    /// Print nothing but findings and warnings.
    #[arg(long, short)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) dataset: DatasetOptions,
}

/// Options of `verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyOptions {
    /// The folder of the bundle, or its archive (`.tar.zst`, `.zip`).
    #[arg(value_name = "BUNDLE", value_hint = ValueHint::AnyPath)]
    pub(crate) bundle: PathBuf,
    #[command(flatten)]
    pub(crate) report: ReportOptions,
}

/// Where a dataset is.
#[derive(Debug, Args)]
#[command(next_help_heading = "Dataset")]
pub(crate) struct DatasetPlace {
    /// The folder that holds `data/`; by default the nearest one above that has a manifest, or with
    /// `--manifest` this folder. Reports name files relative to it; `human` and `short` relative to
    /// the current folder, `github` and `sarif` to the top of the repository around it.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) root: Option<PathBuf>,
    /// The manifest, if it is not `data/dataset.json`; its paths are relative to the root.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) manifest: Option<PathBuf>,
}

/// Which dataset, and for which day.
#[derive(Debug, Args)]
#[command(next_help_heading = "Dataset")]
pub(crate) struct DatasetOptions {
    #[command(flatten)]
    pub(crate) place: DatasetPlace,
    /// The day for which rules about dates are decided: a date as in 2026-11-22, or `today`; by
    /// default the one in the manifest.
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
}

/// A schema and documents, without a dataset.
#[derive(Debug, Args)]
#[command(next_help_heading = "Any JSON, any schema")]
pub(crate) struct LooseArguments {
    /// Check the files against this schema instead of a dataset.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["root", "manifest", "as_of"], requires = "paths", value_hint = ValueHint::FilePath)]
    pub(crate) schema: Option<PathBuf>,
    /// A schema that it refers to, and the URI under which it does. Files in the folder of the
    /// schema are found without, by their names: beside the schema's `$id`, where it has one. May
    /// be given several times.
    #[arg(long, value_name = "URI=FILE", requires = "schema", value_parser = parse_resource)]
    pub(crate) resource: Vec<(String, PathBuf)>,
    /// The draft of schemas that have no `$schema`.
    #[arg(long, requires = "schema", value_enum, default_value_t = DraftName::Draft2020)]
    pub(crate) draft: DraftName,
    /// Take `format` for a note, and don't check it.
    #[arg(long, requires = "schema")]
    pub(crate) no_assert_formats: bool,
    /// Every file has a document on each line, whatever it is called.
    #[arg(long, requires = "schema")]
    pub(crate) ndjson: bool,
    /// The largest document, in bytes.
    #[arg(long, value_name = "N", requires = "schema", default_value_t = 32 << 20)]
    pub(crate) max_document_bytes: u64,
}

/// How findings are reported.
#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
pub(crate) struct ReportOptions {
    /// The form of the report: human, short, json, ndjson, sarif, github or junit. May be given
    /// several times, each but one with an --output behind it.
    #[arg(long, value_name = "FORMAT", value_parser = parse_format)]
    format: Vec<Format>,
    /// Write the report of the --format before it to a file. On standard output a report has at
    /// most 1 MiB; in a file it has all the findings that are listed, but for github (ten of each
    /// level, as many as the runner shows) and sarif (25,000, as many as code scanning takes).
    #[arg(long, value_name = "FILE", requires = "format", value_hint = ValueHint::FilePath)]
    output: Vec<PathBuf>,
    /// List at most this many findings; all are counted.
    #[arg(long, value_name = "N", default_value_t = MOST_FINDINGS)]
    pub(crate) max_findings: usize,
    /// Print nothing but the findings.
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// What goes where, once formats and outputs are matched.
    #[arg(skip)]
    pub(crate) destinations: Vec<Destination<Format>>,
}

/// The drafts by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DraftName {
    #[value(name = "4")]
    Draft4,
    #[value(name = "6")]
    Draft6,
    #[value(name = "7")]
    Draft7,
    #[value(name = "2019-09")]
    Draft2019,
    #[value(name = "2020-12")]
    Draft2020,
}

impl From<DraftName> for Draft {
    fn from(name: DraftName) -> Self {
        match name {
            DraftName::Draft4 => Self::Draft4,
            DraftName::Draft6 => Self::Draft6,
            DraftName::Draft7 => Self::Draft7,
            DraftName::Draft2019 => Self::Draft201909,
            DraftName::Draft2020 => Self::Draft202012,
        }
    }
}

fn parse_format(name: &str) -> Result<Format, String> {
    Format::parse(name).ok_or_else(|| {
        let names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
        format!("the formats are {}", names.join(", "))
    })
}

/// A hash of git, shortened or not, of SHA-1 or SHA-256.
fn parse_commit(text: &str) -> Result<String, String> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if (7..=64).contains(&text.len()) && text.bytes().all(is_digit) {
        Ok(text.to_owned())
    } else {
        Err("expected 7 to 64 hexadecimal digits in lower case".to_owned())
    }
}

fn parse_set(text: &str) -> Result<(String, String), String> {
    let (place, value) = text
        .split_once('=')
        .ok_or("expected a place, `=`, and a value")?;
    Ok((place.to_owned(), value.to_owned()))
}

fn parse_resource(text: &str) -> Result<(String, PathBuf), String> {
    // A URI may have `=` in its query; a file name on the right side hardly ever has.
    let (uri, file) = text
        .rsplit_once('=')
        .ok_or("expected the URI, `=`, and the file")?;
    if !uri.contains(':') {
        return Err(format!("`{uri}` is no absolute URI"));
    }
    Ok((uri.to_owned(), PathBuf::from(file)))
}

impl Arguments {
    /// Reads the command line; ends the program where it makes no sense.
    pub(crate) fn from_command_line() -> Self {
        let matches = Self::command().get_matches();
        let mut arguments = Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        if let Some((_, matches)) = matches.subcommand() {
            let matched = match &mut arguments.command {
                Command::Check(CheckOptions { report, .. })
                | Command::Lint(CheckOptions { report, .. })
                | Command::Validate(ValidateOptions { report, .. })
                | Command::Verify(VerifyOptions { report, .. }) => report.match_outputs(matches),
                Command::Diff(options) => options.match_outputs(matches),
                _ => Ok(()),
            };
            matched.unwrap_or_else(|message| {
                Self::command()
                    .error(clap::error::ErrorKind::ArgumentConflict, message)
                    .exit()
            });
        }
        arguments
    }
}

impl ReportOptions {
    /// A report for a person, on standard output.
    pub(crate) fn human(quiet: bool) -> Self {
        Self {
            format: Vec::new(),
            output: Vec::new(),
            max_findings: MOST_FINDINGS,
            quiet,
            destinations: vec![Destination {
                format: Format::Human,
                file: None,
            }],
        }
    }

    /// Gives each output to the format that it stands behind.
    fn match_outputs(&mut self, matches: &clap::ArgMatches) -> Result<(), String> {
        let formats = self.format.iter();
        let formats: Vec<_> = formats.map(|format| (*format, format.name())).collect();
        self.destinations =
            destination::match_outputs(&formats, &self.output, matches, Format::Human)?;
        Ok(())
    }
}

/// Completions for a shell.
pub(crate) fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "treatise", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Arguments::command().debug_assert();
    }
}
