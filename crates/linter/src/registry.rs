//! All rules: those of the files in `rules/`, which the build script lists, and those of the crates
//! below and of this one.

use treatise_report::Rule;
use treatise_schema::nearest;

use crate::check::{Example, Lint};

include!(concat!(env!("OUT_DIR"), "/registry.rs"));

/// The rules that others ask for by themselves: a misspelt name would find nothing.
pub static CARRIAGE_RETURN: &Rule = &carriage_return::RULE;
/// See [`CARRIAGE_RETURN`].
pub static DELETED_RECORD: &Rule = &deleted_record::RULE;
/// See [`CARRIAGE_RETURN`].
pub static REUSED_ID: &Rule = &reused_id::RULE;
/// See [`CARRIAGE_RETURN`].
pub static UNFORMATTED: &Rule = &unformatted::RULE;

/// Every rule that the program knows, by name.
pub fn rules() -> Vec<&'static Rule> {
    let mut rules: Vec<_> = rules_of_loading()
        .chain(crate::settings::RULES.iter().copied())
        .chain(LINTS.iter().map(|lint| lint.rule))
        .collect();
    rules.sort_by_key(|rule| rule.name);
    rules
}

/// Those about texts, schemas, ids and references.
fn rules_of_loading() -> impl Iterator<Item = &'static Rule> {
    treatise_report::fault::TEXT_RULES
        .iter()
        .chain(treatise_schema::RULES)
        .chain(treatise_dataset::RULES)
        .copied()
}

/// The rule of that name.
///
/// # Errors
/// Where there is none, the name that is most like it, if one is.
pub fn rule(name: &str) -> Result<&'static Rule, Option<&'static str>> {
    let rules = rules();
    match rules.iter().find(|rule| rule.name == name) {
        Some(rule) => Ok(rule),
        None => Err(nearest(name, rules.iter().map(|rule| rule.name))),
    }
}

/// Whether a rule is one about content, which this crate looks for, and not one of loading.
pub fn is_about_content(name: &str) -> bool {
    LINTS.iter().any(|lint| lint.rule.name == name)
        || crate::settings::RULES.iter().any(|rule| rule.name == name)
}

/// Whether a dataset in which the rule finds something is not sound, whatever anybody says: it is
/// one of those that loading looks for.
pub fn is_about_soundness(name: &str) -> bool {
    rules_of_loading().any(|rule| rule.name == name)
}

/// Whether a rule concludes from what is not there.
pub(crate) fn needs_whole(rule: &Rule) -> bool {
    let mut lints = LINTS.iter();
    lints.any(|lint| lint.rule.name == rule.name && lint.needs_whole)
}

/// Cases that show a rule.
pub(crate) fn examples(rule: &Rule) -> &'static [Example] {
    let lint = LINTS.iter().find(|lint| lint.rule.name == rule.name);
    lint.map_or(&[], |lint| lint.examples)
}
