//! Values that fit none of several forms, or too many of them.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Failed;
use serde_json::Value as Json;
use treatise_source::Pointer;

use super::wording::{description, either, found, names, shown, type_names};
use super::{Explainer, Subject, Violation};

type Branches = [Vec<ValidationError<'static>>];

/// How the note ends that says which form an explanation is about.
const NEAREST: &str = "the one that comes nearest";

impl<'r, 's> Explainer<'r, 's> {
    /// Explains the alternative that the value most likely means to be.
    pub(super) fn alternatives(
        &self,
        branches: &Branches,
        subject: &Subject<'r, 's>,
    ) -> Vec<Violation> {
        let depth = subject.pointer.tokens().count();
        let types: Vec<_> = branches
            .iter()
            .filter_map(|branch| branch.iter().find_map(|error| root_type(error, depth)))
            .collect();
        if types.len() == branches.len() {
            let expected = either(types.into_iter().flatten());
            let message = format!("expected {expected}, found {}", found(subject.value));
            let mut violation = self.about(subject, message);
            violation.help.extend(description(subject.schema));
            return vec![violation];
        }
        if let Some(violation) = self.unknown_kind(branches, depth) {
            return vec![violation];
        }
        if let Some(violation) = self.none_of_members(branches, subject) {
            return vec![violation];
        }
        let distance = |branch: &Vec<ValidationError<'static>>| -> u64 {
            branch.iter().map(|error| weight(error, depth)).sum()
        };
        let Some(nearest) = branches.iter().min_by_key(|branch| distance(branch)) else {
            return vec![self.about(subject, "none of the allowed forms fits")];
        };
        let mut found: Vec<_> = nearest
            .iter()
            .flat_map(|error| self.explain(error))
            .collect();
        if branches.len() > 1 {
            for violation in &mut found {
                let note = format!(
                    "{} forms are allowed here; this is about {NEAREST}",
                    branches.len()
                );
                if !violation.notes.iter().any(|said| said.ends_with(NEAREST)) {
                    violation.notes.push(note);
                }
            }
        }
        found
    }

    /// Where each form has its own constant for one member, and the member has none of them, the
    /// constants are what an enumeration would list.
    fn unknown_kind(&self, branches: &Branches, depth: usize) -> Option<Violation> {
        let constants = |branch: &Vec<ValidationError<'static>>| -> Vec<(String, Vec<Json>)> {
            let of_member = branch.iter().filter(|error| steps(error) == depth + 1);
            of_member
                .filter_map(|error| {
                    let values = match error.kind() {
                        Failed::Constant { expected_value } => vec![Json::clone(expected_value)],
                        Failed::Enum { options } => options.as_array()?.clone(),
                        _ => return None,
                    };
                    Some((error.instance_path().as_str().to_owned(), values))
                })
                .collect()
        };
        let by_branch: Vec<_> = branches.iter().map(constants).collect();
        let (first, others) = by_branch
            .split_first()
            .filter(|(_, others)| !others.is_empty())?;
        let (path, _) = first.iter().find(|(path, _)| {
            others
                .iter()
                .all(|branch| branch.iter().any(|(other, _)| other == path))
        })?;
        let options: Vec<Json> = by_branch
            .iter()
            .flatten()
            .filter(|(other, _)| other == path)
            .flat_map(|(_, values)| values.clone())
            .collect();
        let pointer = Pointer::parse(path)?;
        let value = self.finder.find(&pointer)?;
        let message = format!("{} is none of the allowed values", shown(value));
        let mut violation = Violation::new(value.span(), pointer, message);
        violation
            .help
            .extend(self.allowed(&Json::Array(options), value.as_str()));
        Some(violation)
    }

    /// Where each form only asks for a member, it is said once that one of them is needed.
    fn none_of_members(&self, branches: &Branches, subject: &Subject<'r, 's>) -> Option<Violation> {
        let mut members = Vec::new();
        for branch in branches {
            let [error] = branch.as_slice() else {
                return None;
            };
            match error.kind() {
                Failed::Required { property }
                    if error.instance_path().as_str() == subject.pointer.as_str() =>
                {
                    members.push(property.as_str()?);
                }
                _ => return None,
            }
        }
        members.dedup();
        if members.len() < 2 {
            return None;
        }
        let message = format!("one of the members {} is needed", names(&members, "or"));
        let mut violation = self.about(subject, message);
        violation.help.extend(description(subject.schema));
        Some(violation)
    }

    /// More than one form fits, where exactly one may.
    pub(super) fn several_alternatives(&self, subject: &Subject<'r, 's>) -> Violation {
        let branches = subject.beside("oneOf").and_then(Json::as_array);
        let required = |branch: &'s Json| -> Option<Vec<&'s str>> {
            let branch = branch.as_object().filter(|branch| branch.len() == 1)?;
            let members = branch.get("required")?.as_array()?;
            Some(members.iter().filter_map(Json::as_str).collect())
        };
        let members: Option<Vec<Vec<&str>>> =
            branches.and_then(|branches| branches.iter().map(required).collect());
        let message = match members {
            Some(members) => format!(
                "only one of the members {} may be present",
                names(&members.concat(), "and")
            ),
            None => format!(
                "{} fits several of the allowed forms, and must fit exactly one",
                shown(subject.value)
            ),
        };
        let mut violation = self.about(subject, message);
        violation.help.extend(description(subject.schema));
        violation
    }
}

/// The types that a failure asks for, if it is one about the type of the value itself.
fn root_type(error: &ValidationError<'_>, depth: usize) -> Option<Vec<String>> {
    let Failed::Type { kind } = error.kind() else {
        return None;
    };
    (steps(error) == depth).then(|| type_names(kind))
}

fn steps(error: &ValidationError<'_>) -> usize {
    error.instance_path().as_str().matches('/').count()
}

/// How much a failure speaks against the alternative that it belongs to.
fn weight(error: &ValidationError<'_>, depth: usize) -> u64 {
    let below = steps(error).saturating_sub(depth) as u64;
    match error.kind() {
        Failed::Type { .. } if below == 0 => 1000,
        // Members that tell alternatives apart are constants near the top.
        Failed::Constant { .. } | Failed::Enum { .. } if below <= 1 => 50,
        Failed::Required { .. } | Failed::AdditionalProperties { .. } if below == 0 => 10,
        _ => 8_u64.saturating_sub(below).max(1),
    }
}
