//! `diff` and `witness`.

pub(crate) mod source;

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use treatise_dataset::{LoadOptions, load};
use treatise_diff::{Format, Source, Style, Verdict, Witness, open, render};
use treatise_source::RegularFile;

use crate::arguments::{Asked, DiffOptions, WitnessOptions};
use crate::check::{counted, find_root, find_root_in};
use crate::compared::Compared;
use crate::progress::Progress;
use crate::{Outcome, output};

/// The largest file of an application that is looked through, in bytes.
const MOST_BYTES: u64 = 256 << 20;

/// Compares two versions of a dataset.
pub(crate) fn diff(options: &DiffOptions) -> Result<Outcome> {
    // Where both sides are folders, nothing else needs to be found.
    let root = find_root_in(options.root.as_deref());
    let here = root.as_deref().unwrap_or(Path::new("."));
    let (old, new) = match &options.new {
        Some(new) => (source::find(&options.old, here)?, source::find(new, here)?),
        None => match source::find_range(&options.old, here)? {
            Some(range) => range,
            None => {
                let old = source::find(&options.old, here)?;
                let root = root
                    .as_deref()
                    .map_err(|error| anyhow::anyhow!("{error:#}"))?;
                (old, Source::folder(root))
            }
        },
    };
    let witness = options.witness.as_deref().map(read_witness).transpose()?;
    let progress = Progress::new(options.quiet);
    let (old, new) = open(old, new, root.as_deref().ok())?;
    let compared = Compared::of(&old, &new, &progress);
    let took = progress.finish();
    let compared = compared?;
    let (comparison, verdict) = (&compared.comparison, &compared.verdict);
    let breakages = witness.map(|witness| witness.breakages(verdict));
    let document = compared.document(old.given(), new.given(), breakages.as_deref());
    for destination in &options.destinations {
        let text = |style| render(&document, &comparison.patch, destination.format, style);
        output::write_text(destination.file.as_deref(), |is_colored| {
            let is_for_people = destination.format == Format::Human;
            text(if is_colored && is_for_people {
                Style::Colored
            } else {
                Style::Plain
            })
        })?;
    }
    if !options.quiet {
        let counts = comparison.counts;
        output::say(&format!(
            "compared {} with {} records, {:.2} s",
            counts.old,
            counts.new,
            took.as_secs_f64()
        ));
    }
    Ok(outcome(verdict, &options.fail_on))
}

/// What the caller asked to be told comes first; then, that not all is known.
fn outcome(verdict: &Verdict, asked: &[Asked]) -> Outcome {
    let is_asked = |asked: &Asked| match asked {
        Asked::Breaking => verdict.is_breaking(),
        Asked::Safety => verdict.is_unread(),
        Asked::Blocked => verdict.is_blocked(),
    };
    if asked.iter().any(is_asked) {
        Outcome::Findings
    } else if verdict.is_incomplete {
        Outcome::Failed
    } else {
        Outcome::Sound
    }
}

/// Finds what an application uses of the dataset.
pub(crate) fn witness(options: &WitnessOptions) -> Result<Outcome> {
    let root = find_root(&options.dataset)?;
    let progress = Progress::new(false);
    let loaded = load(
        &root,
        &LoadOptions {
            manifest: options.dataset.manifest.as_deref(),
            observer: &progress,
            ..LoadOptions::default()
        },
    );
    progress.finish();
    let (dataset, findings) = loaded?;
    ensure!(
        !dataset.index().is_empty(),
        "the dataset has no records, so nothing of it can be used"
    );
    let texts: Result<Vec<String>> = options.files.iter().map(|path| read_text(path)).collect();
    let texts = texts?;
    let witness = Witness::find(&dataset, texts.iter().map(String::as_str));
    output::write_stdout(|out| out.write_all(witness.to_json().as_bytes()))?;
    if findings.counts.errors == 0 {
        return Ok(Outcome::Sound);
    }
    output::say(&format!(
        "the dataset has {}: what can't be read of it is not looked for; `treatise validate` shows why",
        counted(findings.counts.errors, "error")
    ));
    Ok(Outcome::Findings)
}

fn read_witness(path: &Path) -> Result<Witness> {
    let text = read_text(path)?;
    Witness::read(text.as_bytes()).with_context(|| path.display().to_string())
}

fn read_text(path: &Path) -> Result<String> {
    let bytes = RegularFile::read_all(path, MOST_BYTES);
    match String::from_utf8(bytes.with_context(|| path.display().to_string())?) {
        Ok(text) => Ok(text),
        Err(_) => bail!("{}: it is not UTF-8", path.display()),
    }
}

/// A format by its name.
pub(crate) fn parse_format(name: &str) -> Result<Format, String> {
    Format::parse(name).ok_or_else(|| {
        let names = Format::ALL.map(Format::name);
        format!("the formats are {}", names.join(", "))
    })
}
