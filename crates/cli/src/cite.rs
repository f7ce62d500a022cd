//! `cite`.

use anyhow::{Context, Result, bail};
use treatise_linter::{Documents, Options, Wanted, cite as cite_passage, passages};

use crate::arguments::{CiteOptions, DatasetOptions};
use crate::check::read_documents;
use crate::place::{find_root, read_as_of};
use crate::{Outcome, output};

/// How much of a passage is shown, in characters.
const SHOWN: usize = 300;

/// Which manifest is read, and for which day.
pub(crate) fn settings<'o>(options: &'o DatasetOptions, as_of: Option<&'o str>) -> Options<'o> {
    Options {
        manifest: options.place.manifest.as_deref(),
        as_of,
        ..Options::default()
    }
}

/// Prints the citation of a passage, or what there is to cite.
pub(crate) fn cite(options: &CiteOptions) -> Result<Outcome> {
    let root = find_root(&options.dataset.place)?;
    let as_of = read_as_of(&options.dataset)?;
    let settings = settings(&options.dataset, as_of.as_deref());
    let documents: Documents = read_documents(Some(&options.documents))?.unwrap_or_default();
    let snapshot = options.snapshot.as_deref();
    let Some(section) = &options.section else {
        let blocks = passages(&root, &settings, &documents, &options.source, snapshot)?;
        output::write_stdout(|out| {
            blocks
                .iter()
                .try_for_each(|(number, text)| writeln!(out, "{number:>4}  {}", shown(text)))
        })?;
        return Ok(Outcome::Sound);
    };
    let paragraph = options.paragraph.as_deref().map(read_range).transpose();
    let paragraph = paragraph.context("--paragraph")?;
    let blocks = options.blocks.as_deref().map(read_range).transpose();
    let blocks = blocks.context("--blocks")?;
    let cited = cite_passage(
        &root,
        &settings,
        &documents,
        &Wanted {
            source: &options.source,
            snapshot,
            section,
            paragraph,
            blocks,
        },
    )?;
    let citation = serde_json::to_string_pretty(&cited.citation)?;
    output::write_stdout(|out| writeln!(out, "{citation}"))?;
    let (first, last) = (cited.passage.blocks.start + 1, cited.passage.blocks.end);
    output::say(&format!(
        "blocks {first} to {last}: {}",
        shown(&cited.passage.text)
    ));
    Ok(Outcome::Sound)
}

/// One number, or two with a dash between them.
fn read_range(text: &str) -> Result<(usize, usize)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let number = |text: &str| text.trim().parse::<usize>().ok();
    match number(first).zip(number(last)) {
        Some((first, last)) if 0 < first && first <= last => Ok((first, last)),
        Some(_) => bail!("`{text}` is no range that counts from 1"),
        None => bail!("`{text}` is no number, nor two such as 2-3"),
    }
}

fn shown(text: &str) -> String {
    let text = output::on_terminal(text);
    let mut characters = text.chars();
    let start: String = characters.by_ref().take(SHOWN).collect();
    match characters.next() {
        Some(_) => format!("{start}…"),
        None => start,
    }
}
