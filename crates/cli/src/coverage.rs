//! `coverage`.

use anyhow::{Context, Result, ensure};
use treatise_linter::{Options, coverage as cover};

use crate::arguments::CoverageOptions;
use crate::check::read_documents;
use crate::cite::settings;
use crate::findings::counted;
use crate::place::{find_root, read_as_of};
use crate::{Outcome, output};

/// Prints what the claims cover, or writes it to a file.
pub(crate) fn coverage(options: &CoverageOptions) -> Result<Outcome> {
    let root = find_root(&options.dataset.place)?;
    let as_of = read_as_of(&options.dataset)?;
    let documents = read_documents(options.documents.as_deref())?;
    let settings = Options {
        documents: documents.as_ref(),
        ..settings(&options.dataset, as_of.as_deref())
    };
    let coverage = cover(&root, &settings)?;
    ensure!(
        coverage.has_content || coverage.unread > 0 || !coverage.absent.is_empty(),
        "the dataset has no claims and no sources, so that nothing can be covered"
    );
    let text = coverage.page;
    if !coverage.missing.is_empty() {
        output::say(&format!(
            "not looked for: passages that nothing cites, in {}: {}: no file in the folder has the \
             hash of the snapshot",
            counted(coverage.missing.len() as u64, "document"),
            coverage.missing.join(", ")
        ));
    }
    if coverage.unread > 0 {
        output::say(&format!(
            "not on the page: {}: unreadable, or not as the schema says; `treatise check` shows why",
            counted(coverage.unread, "record")
        ));
    }
    if !coverage.absent.is_empty() {
        output::say(&format!(
            "not on the page: {} that the dataset does not have: {}; `treatise check` shows why",
            counted(coverage.absent.len() as u64, "collection"),
            coverage.absent.join(", ")
        ));
    }
    let is_whole = coverage.unread == 0 && coverage.absent.is_empty();
    match &options.write {
        // A page that lacks something would look like any other tomorrow.
        Some(path) if !is_whole => {
            output::say(&format!("{}: it was not written", path.display()));
        }
        Some(path) => output::write_file(path, |out| out.write_all(text.as_bytes()))
            .with_context(|| format!("{}: it can't be written", path.display()))?,
        None => output::write_stdout(|out| out.write_all(text.as_bytes()))?,
    }
    Ok(if is_whole {
        Outcome::Sound
    } else {
        Outcome::Findings
    })
}
