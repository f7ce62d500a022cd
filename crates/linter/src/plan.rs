//! What is to be done with the records of a collection: which rules run, at which level, and what
//! their shape is.

use std::path::{Path, PathBuf};

use treatise_dataset::{Collection, Level, Manifest, RuleLevel};
use treatise_report::{Rule, Severity, Status};
use treatise_schema::Schema;

use crate::check::Check;
use crate::day::Days;
use crate::finding::Weight;
use crate::registry::LINTS;
use crate::shape::Shape;
use crate::view::Kind;
use crate::words::Words;

/// What was said on the command line about which rules run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choice<'a> {
    /// Levels by rule, which count before those of the manifest; of several, the last one.
    pub levels: &'a [(String, Level)],
    /// If not empty, only these rules are looked for.
    pub only: &'a [String],
}

/// The plan for one collection.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) kind: Option<Kind>,
    pub(crate) shape: Shape,
    pub(crate) words: Words,
    /// The day for which rules about dates are decided; `None` where no calendar has it.
    pub(crate) today: Option<Days>,
    /// For each of [`LINTS`].
    levels: Vec<Levels>,
}

/// The levels of one rule in one collection.
#[derive(Clone, Debug)]
pub(crate) struct Levels {
    usual: Option<Weight>,
    /// The longest path first.
    by_path: Vec<(PathBuf, Option<Weight>)>,
}

impl Plan {
    pub(crate) fn of(collection: &Collection, manifest: &Manifest, choice: Choice<'_>) -> Self {
        let table = collection.schema().map(Schema::fields);
        let shape = table.map(Shape::of).unwrap_or_default();
        let words = table.map(Words::of).unwrap_or_default();
        let name = collection.name();
        let levels = LINTS
            .iter()
            .map(|lint| Levels::of(lint.rule, name, manifest, choice))
            .collect();
        Self {
            kind: Kind::of(name, &shape),
            shape,
            words,
            today: Days::of_text(&manifest.as_of),
            levels,
        }
    }

    /// How much a finding of a rule weighs in a file; `None` where the rule is off. `number` is the
    /// position of the rule in [`LINTS`].
    pub(crate) fn weight(&self, number: usize, path: &Path) -> Option<Weight> {
        self.levels[number].at(path)
    }

    /// Whether a rule is looked for in every file of the collection.
    pub(crate) fn looks_everywhere_for(&self, number: usize) -> bool {
        let levels = &self.levels[number];
        levels.usual.is_some() && levels.by_path.is_empty()
    }

    /// Whether a rule is looked for anywhere in the collection.
    pub(crate) fn looks_for(&self, number: usize) -> bool {
        self.levels[number].are_any()
    }

    /// Whether a rule asks what the records exercise of their schema.
    pub(crate) fn asks_for_exercise(&self) -> bool {
        let mut rules = LINTS.iter().enumerate();
        rules.any(|(number, lint)| {
            matches!(lint.check, Check::Exercise(_)) && self.looks_for(number)
        })
    }
}

impl Levels {
    /// The levels of a rule in a collection.
    pub(crate) fn of(
        rule: &Rule,
        collection: &str,
        manifest: &Manifest,
        choice: Choice<'_>,
    ) -> Self {
        let own = Some(Weight::Own(rule.severity));
        let is_chosen = choice.only.is_empty() || choice.only.iter().any(|name| name == rule.name);
        let everywhere = |usual| Self {
            usual,
            by_path: Vec::new(),
        };
        if !is_chosen || matches!(rule.status, Status::Removed { .. }) {
            return everywhere(None);
        }
        let said = choice
            .levels
            .iter()
            .rev()
            .find(|(name, _)| name == rule.name);
        if let Some(&(_, level)) = said {
            return everywhere(weight(level));
        }
        match manifest.rules.get(rule.name) {
            None => everywhere(own),
            Some(RuleLevel::Everywhere(level)) => everywhere(weight(*level)),
            Some(RuleLevel::ByPlace {
                level,
                collections,
                paths,
            }) => {
                let level = collections.get(collection).or(level.as_ref());
                let mut by_path: Vec<_> = paths
                    .iter()
                    .map(|(path, &level)| (PathBuf::from(path), weight(level)))
                    .collect();
                by_path.sort_by_key(|(path, _)| std::cmp::Reverse(path.components().count()));
                Self {
                    usual: level.map_or(own, |&level| weight(level)),
                    by_path,
                }
            }
        }
    }

    /// Whether the rule is looked for anywhere.
    pub(crate) fn are_any(&self) -> bool {
        self.usual.is_some() || self.by_path.iter().any(|(_, weight)| weight.is_some())
    }

    /// How much a finding in a file weighs.
    pub(crate) fn at(&self, path: &Path) -> Option<Weight> {
        let set = self.by_path.iter().find(|(set, _)| path.starts_with(set));
        set.map_or(self.usual, |&(_, weight)| weight)
    }
}

fn weight(level: Level) -> Option<Weight> {
    match level {
        Level::Error => Some(Weight::Set(Severity::Error)),
        Level::Warning => Some(Weight::Set(Severity::Warning)),
        Level::Information => Some(Weight::Set(Severity::Information)),
        Level::Off => None,
    }
}
