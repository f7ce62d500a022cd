//! `diff`.

pub(crate) mod source;

use std::path::Path;

use anyhow::Result;
use treatise_diff::{Format, Source, Style, Verdict, open, render};

use crate::arguments::{Asked, DiffOptions};
use crate::compared::Compared;
use crate::place::find_root_in;
use crate::progress::Progress;
use crate::witness::read_witness;
use crate::{Outcome, output};

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

/// A format by its name.
pub(crate) fn parse_format(name: &str) -> Result<Format, String> {
    Format::parse(name).ok_or_else(|| {
        let names = Format::ALL.map(Format::name);
        format!("the formats are {}", names.join(", "))
    })
}
