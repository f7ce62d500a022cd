//! `witness`, and what is read of witnesses.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use treatise_dataset::{LoadOptions, load};
use treatise_diff::Witness;
use treatise_source::RegularFile;

use crate::arguments::WitnessOptions;
use crate::findings::counted;
use crate::place::find_root;
use crate::progress::Progress;
use crate::{Outcome, output};

/// The largest file of an application that is looked through, in bytes.
const MOST_BYTES: u64 = 256 << 20;

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

/// The witness in a file.
pub(crate) fn read_witness(path: &Path) -> Result<Witness> {
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
