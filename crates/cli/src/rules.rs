//! `explain` and `rules`.

#![expect(
    clippy::disallowed_methods,
    reason = "the folder of the pages is made here where it is missing"
)]

use std::path::Path;

use anyhow::{Context, Result, bail};
use treatise_exporter::VERIFY_RULES;
use treatise_linter::{book, listing_json, listing_table, page, rule};
use treatise_report::Rule;

use crate::arguments::{ListFormat, RulesOptions};
use crate::check::known;
use crate::{Outcome, output};

/// Every rule that the program knows, by name: those about datasets, and those about bundles.
pub(crate) fn all_rules() -> Vec<&'static Rule> {
    let mut rules = treatise_linter::rules();
    rules.extend(VERIFY_RULES);
    rules.sort_by_key(|rule| rule.name);
    rules
}

/// The rule about bundles that has this name.
pub(crate) fn rule_of_bundles(name: &str) -> Option<&'static Rule> {
    VERIFY_RULES.iter().copied().find(|rule| rule.name == name)
}

/// Shows the page of a rule.
pub(crate) fn explain(name: &str) -> Result<Outcome> {
    let found = rule_of_bundles(name).ok_or(()).or_else(|()| rule(name));
    match found {
        Ok(rule) => print(&page(rule))?,
        Err(None) => {
            let names = VERIFY_RULES.iter().map(|rule| rule.name);
            if let Some(meant) = treatise_schema::nearest(name, names) {
                bail!("there is no rule `{name}`; did you mean `{meant}`?");
            }
            known(name)?;
        }
        Err(Some(_)) => known(name)?,
    }
    Ok(Outcome::Sound)
}

/// Lists the rules, or writes their pages.
pub(crate) fn list(options: &RulesOptions) -> Result<Outcome> {
    let rules = all_rules();
    match (&options.write, options.format) {
        (Some(folder), _) => write_pages(&rules, folder)?,
        (None, ListFormat::Table) => print(&listing_table(&rules))?,
        (None, ListFormat::Json) => print(&listing_json(&rules))?,
    }
    Ok(Outcome::Sound)
}

fn print(text: &str) -> Result<()> {
    output::write_stdout(|out| out.write_all(text.as_bytes()))
}

fn write_pages(rules: &[&Rule], folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("{}: it can't be made", folder.display()))?;
    for (name, text) in book(rules) {
        let path = folder.join(name);
        output::write_file(&path, |out| out.write_all(text.as_bytes()))
            .with_context(|| format!("{}: it can't be written", path.display()))?;
    }
    Ok(())
}
