//! `explain` and `rules`.

#![expect(
    clippy::disallowed_methods,
    reason = "the folder of the pages is made here where it is missing"
)]

use std::path::Path;

use anyhow::{Context, Result};
use treatise_linter::{book, listing_json, listing_table, page, rule};

use crate::arguments::{ListFormat, RulesOptions};
use crate::lint::known;
use crate::{Outcome, output};

/// Shows the page of a rule.
pub(crate) fn explain(name: &str) -> Result<Outcome> {
    known(name)?;
    if let Ok(rule) = rule(name) {
        print(&page(rule))?;
    }
    Ok(Outcome::Sound)
}

/// Lists the rules, or writes their pages.
pub(crate) fn list(options: &RulesOptions) -> Result<Outcome> {
    match (&options.write, options.format) {
        (Some(folder), _) => write_pages(folder)?,
        (None, ListFormat::Table) => print(&listing_table())?,
        (None, ListFormat::Json) => print(&listing_json())?,
    }
    Ok(Outcome::Sound)
}

fn print(text: &str) -> Result<()> {
    output::write_stdout(|out| out.write_all(text.as_bytes()))
}

fn write_pages(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("{}: it can't be made", folder.display()))?;
    for (name, text) in book() {
        let path = folder.join(name);
        output::write_file(&path, |out| out.write_all(text.as_bytes()))
            .with_context(|| format!("{}: it can't be written", path.display()))?;
    }
    Ok(())
}
