//! `except`.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use treatise_dataset::{EXCEPTIONS, EXPIRED_EXCEPTION, check_exceptions};
use treatise_linter::{
    Linted, Notices, Options, accepted_with, fault_of_owner, is_about_soundness, lint,
    path_of_exception, says_something,
};
use treatise_report::{Diagnostic, fingerprints};
use treatise_source::RegularFile;

use crate::arguments::ExceptOptions;
use crate::check::{base_of, open_revision, read_documents};
use crate::findings::counted;
use crate::place::{find_root, joined, read_as_of, read_date, relative_to};
use crate::{Outcome, output};

/// Fewer digits of a fingerprint are a slip of the hand.
const FEWEST_DIGITS: usize = 6;
/// As many of a fingerprint are shown, and tell it from all others of a run.
const SHOWN_DIGITS: usize = 12;
/// The largest list of exceptions, in bytes.
const MOST_BYTES: u64 = 8 << 20;

/// Writes an exception for a finding.
pub(crate) fn except(options: &ExceptOptions) -> Result<Outcome> {
    let root = find_root(&options.dataset.place)?;
    let as_of = read_as_of(&options.dataset)?;
    let expires = read_date("--expires", &options.expires)?;
    let wanted = Wanted::read(&options.finding, &root)?;
    ensure!(
        says_something(&options.reason),
        "--reason: say in a sentence, of three words or more, why the finding is accepted"
    );
    ensure!(
        !options.owner.trim().is_empty(),
        "--owner: name who answers for it, by the id of an agent or the name of a team"
    );
    let documents = read_documents(options.documents.as_deref())?;
    let notices = options.notices.as_deref();
    let notices = notices.map(Notices::read).transpose()?;
    let revision = open_revision(options.since.as_deref(), &root)?;
    let linted = lint(
        &root,
        &Options {
            manifest: options.dataset.place.manifest.as_deref(),
            as_of: as_of.as_deref(),
            keep: usize::MAX,
            documents: documents.as_ref(),
            notices: notices.as_ref(),
            base: revision.as_ref().map(|side| base_of(side, &[])),
            ..Options::default()
        },
    )?;
    if let Some(fault) = fault_of_owner(&options.owner, &linted.dataset) {
        bail!("--owner: {fault}");
    }
    let today = &linted.dataset.manifest().as_of;
    ensure!(
        expires >= *today,
        "--expires: {expires} has passed on {today}, the day for which the dataset is checked"
    );
    let findings = &linted.findings.kept;
    ensure_is_whole(&linted)?;
    let finding = find(&linted, &wanted, options.rule.as_deref())?;
    ensure!(
        !is_about_soundness(finding.rule.name),
        "a finding of `{}` can't be accepted: a dataset with such an error can't be exported or \
         released; mend it",
        finding.rule.name
    );
    let file = linted.dataset.files().name(finding.place.file);
    let within = finding.record.as_deref().unwrap_or(file);
    let further = accepted_with(finding, findings, &linted.dataset).count() as u64 - 1;
    let exception = exception_of(finding, file, options, &expires);

    let path = root.join(EXCEPTIONS);
    // What is wrong with it is said before anything is written.
    list_with(&exception, &path, today)?;
    let written = output::rewrite(&path, |_, out| {
        // Another run may have added one meanwhile.
        let text = list_with(&exception, &path, today).map_err(io::Error::other)?;
        out.write_all(text.as_bytes())
    });
    written.with_context(|| format!("{}: it can't be written", path.display()))?;
    let and_further = match further {
        0 => String::new(),
        _ => format!(
            ", and with it {} of this rule there",
            counted(further, "more finding")
        ),
    };
    output::say(&format!(
        "accepted until {expires}: {}[{}] in {within}{and_further}",
        finding.severity.name(),
        finding.rule.name
    ));
    Ok(Outcome::Sound)
}

/// How a finding is named.
enum Wanted {
    /// By its fingerprint, or the beginning of it.
    Fingerprint(String),
    /// By where it is.
    Place {
        file: String,
        line: u32,
        column: Option<u32>,
    },
}

impl Wanted {
    fn read(given: &str, root: &Path) -> Result<Self> {
        fn numbered(text: &str) -> Option<(&str, u32)> {
            let (before, number) = text.rsplit_once(':')?;
            Some((before, number.parse().ok()?))
        }
        let place = numbered(given).map(|(before, last)| match numbered(before) {
            Some((file, line)) => (file, line, Some(last)),
            None => (before, last, None),
        });
        if let Some((file, line, column)) = place {
            // As people see it from here, or as machines see it from the root.
            let from_here = relative_to(root, &[PathBuf::from(file)]).ok();
            let from_here = from_here.and_then(|paths| paths.first().map(|path| joined(path)));
            let file = from_here.unwrap_or_else(|| file.to_owned());
            return Ok(Self::Place { file, line, column });
        }
        let print = given.to_ascii_lowercase();
        ensure!(
            print.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "`{given}` is neither a fingerprint nor a place as in `data/claims/clm-x.json:8:16`"
        );
        ensure!(
            print.len() >= FEWEST_DIGITS,
            "give at least {FEWEST_DIGITS} digits of the fingerprint"
        );
        Ok(Self::Fingerprint(print))
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fingerprint(print) => write!(f, "the fingerprint `{print}`"),
            Self::Place { file, line, column } => {
                write!(f, "the place `{file}:{line}")?;
                column.map_or(Ok(()), |column| write!(f, ":{column}"))?;
                write!(f, "`")
            }
        }
    }
}

/// The one finding that is meant.
fn find<'l>(linted: &'l Linted, wanted: &Wanted, rule: Option<&str>) -> Result<&'l Diagnostic> {
    let (files, findings) = (linted.dataset.files(), &linted.findings.kept);
    let prints = fingerprints(files, findings);
    let is_meant = |finding: &Diagnostic, print: &str| match wanted {
        Wanted::Fingerprint(wanted) => print.starts_with(wanted),
        Wanted::Place { file, line, column } => {
            let from = finding.place.from;
            files.name(finding.place.file) == file
                && from.line == *line
                && column.is_none_or(|column| from.column == column)
        }
    };
    let meant: Vec<_> = findings
        .iter()
        .zip(&prints)
        .filter(|(finding, print)| is_meant(finding, print))
        .filter(|(finding, _)| rule.is_none_or(|rule| finding.rule.name == rule))
        .collect();
    match meant[..] {
        [(finding, _)] => Ok(finding),
        [] => {
            let of_rule = rule.map_or(String::new(), |rule| format!("of `{rule}` "));
            bail!(
                "no finding {of_rule}has {wanted}; `check` shows where they are, `check --format json` \
                 their fingerprints, and what it was given to find one (--since, --documents, --notices, \
                 --as-of) is needed here too"
            )
        }
        _ => {
            let listed = meant.iter().map(|(finding, print)| {
                format!("`{}` ({})", finding.rule.name, &print[..SHOWN_DIGITS])
            });
            let listed: Vec<_> = listed.collect();
            bail!(
                "{} findings have {wanted}; name one by its rule (--rule) or its fingerprint: {}",
                meant.len(),
                listed.join(", ")
            )
        }
    }
}

/// What is to be written for a finding in a file.
fn exception_of(finding: &Diagnostic, file: &str, options: &ExceptOptions, expires: &str) -> Value {
    let mut exception = json!({ "rule": finding.rule.name });
    match &finding.record {
        Some(record) => exception["record"] = json!(record),
        None => exception["file"] = json!(file),
    }
    if let Some(path) = path_of_exception(finding) {
        exception["path"] = json!(path);
    }
    exception["reason"] = json!(options.reason);
    exception["owner"] = json!(options.owner);
    exception["expires"] = json!(expires);
    exception
}

/// Refuses to write to a list that can't be read as it is: what is wrong with it would be lost.
fn ensure_is_whole(linted: &Linted) -> Result<()> {
    let files = linted.dataset.files();
    let mut faults = linted.findings.kept.iter().filter(|finding| {
        files.name(finding.place.file) == EXCEPTIONS
            && is_about_soundness(finding.rule.name)
            && finding.rule != &EXPIRED_EXCEPTION
    });
    match faults.next() {
        Some(fault) => bail!(
            "{EXCEPTIONS}:{}: {}; mend it first",
            fault.place.from.line,
            fault.message
        ),
        None => Ok(()),
    }
}

/// The text of the exceptions that are there and one more.
fn list_with(exception: &Value, path: &Path, today: &str) -> Result<String> {
    let mut list = read_list(path)?;
    let exceptions = list["exceptions"]
        .as_array_mut()
        .with_context(|| format!("{EXCEPTIONS} is not as its schema says; mend it first"))?;
    exceptions.push(exception.clone());
    let text = serde_json::to_string_pretty(&list)? + "\n";
    // Others may have run out before; this one has not.
    let mut faults = check_exceptions(text.as_bytes(), today).into_iter();
    match faults.find(|fault| fault.rule != &EXPIRED_EXCEPTION) {
        None => Ok(text),
        Some(fault) => bail!(
            "the exception would not be as its schema says: {}",
            fault.message
        ),
    }
}

/// The list as it is, or a new one.
fn read_list(path: &Path) -> Result<Value> {
    match RegularFile::read_all(path, MOST_BYTES) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .with_context(|| format!("{EXCEPTIONS} is no JSON; mend it first")),
        Err(treatise_source::NotRead::Io(error))
            if error.kind() == std::io::ErrorKind::NotFound =>
        {
            Ok(json!({ "exceptions": [] }))
        }
        Err(error) => bail!("{}: {error}", path.display()),
    }
}
