//! Members that are missing, or that nothing allows.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Failed;
use serde_json::Value as Json;
use treatise_source::{Pointer, Step, Value};

use super::wording::{description, listed, name, phrase};
use super::{Explainer, Subject, Violation};
use crate::nearest::nearest;
use crate::pattern::in_ecma_262;
use crate::survey::resolve;

impl<'r, 's> Explainer<'r, 's> {
    pub(super) fn required(&self, property: &Json, subject: &Subject<'r, 's>) -> Vec<Violation> {
        let member = property.as_str().unwrap_or_default();
        let span = self.head(&subject.pointer, subject.value);
        let mut violation = Violation::new(
            span,
            subject.pointer.clone(),
            format!("the member {} is missing", name(member)),
        );
        violation.missing = Some(member.to_owned());
        let dependency = self.around_dependency(subject);
        let around = [&subject.location, &subject.outermost]
            .into_iter()
            .flat_map(|location| schemas_around(location))
            .filter_map(|location| (self.schema_at)(location));
        let schemas = dependency.into_iter().chain(subject.schema).chain(around);
        // A condition may narrow the member without a word on what it is.
        let description = schemas
            .filter_map(|schema| schema.get("properties")?.get(member))
            .find_map(|schema| description(Some(schema)));
        violation.help.push(match description {
            Some(description) => format!("add {}: {description}", name(member)),
            None => format!("add {}", name(member)),
        });
        let needing = dependency.and_then(|schema| needing(schema, member, subject.value));
        violation
            .notes
            .extend(needing.map(|needing| format!("{} needs it", name(needing))));
        vec![violation]
    }

    /// The schema that has the `dependentRequired` or `dependencies` with the failing entry.
    fn around_dependency(&self, subject: &Subject<'r, 's>) -> Option<&'s Json> {
        let (keyword, _) = subject.location.rsplit_once('/')?;
        let (schema, keyword) = keyword.rsplit_once('/')?;
        let is_dependency = matches!(keyword, "dependentRequired" | "dependencies");
        is_dependency.then(|| (self.schema_at)(schema)).flatten()
    }

    pub(super) fn unexpected_members(
        &self,
        unexpected: &[String],
        subject: &Subject<'r, 's>,
    ) -> Vec<Violation> {
        let sees_through = subject.keyword() == "unevaluatedProperties";
        let mut known = Known::default();
        if subject.keyword() != "propertyNames" {
            let schema = subject.location.rsplit_once('/').map(|(schema, _)| schema);
            if let (Some(schema), Some(at)) = (subject.schema, schema) {
                let depth = if sees_through { Known::DEEPEST } else { 0 };
                self.collect_known(schema, at, depth, &mut known);
            }
        }
        let absent = known
            .names
            .iter()
            .copied()
            .filter(|name| subject.value.get(name).is_none());
        let listed = known.listed();
        let explain = |(position, member): (usize, &String)| {
            let pointer = subject.pointer.join(Step::Member(member));
            let span = self
                .name_of(&pointer)
                .unwrap_or_else(|| self.head(&subject.pointer, subject.value));
            let mut violation = Violation::new(
                span,
                pointer,
                format!("the member {} is not allowed here", name(member)),
            );
            let meant = if position < MOST_SUGGESTIONS {
                nearest(member, absent.clone())
            } else {
                None
            };
            violation.help.extend(match meant {
                Some(meant) => Some(format!("did you mean {}?", name(meant))),
                None => listed.clone(),
            });
            violation
        };
        unexpected.iter().enumerate().map(explain).collect()
    }

    /// Members that are there and that nothing can be said about but that they may not be.
    pub(super) fn not_allowed_members(&self, pointers: &[Pointer]) -> Vec<Violation> {
        pointers
            .iter()
            .filter_map(|pointer| {
                let member = pointer.tokens().last()?;
                let span = self.name_of(pointer)?;
                let message = format!("the member {} is not allowed here", name(&member));
                Some(Violation::new(span, pointer.clone(), message))
            })
            .collect()
    }

    /// The members that a schema at `location` names, with those of the schemas beside it that
    /// look at the same value.
    fn collect_known(&self, schema: &'s Json, location: &str, depth: usize, known: &mut Known<'s>) {
        let keys = |keyword: &str| {
            let members = schema.get(keyword).and_then(Json::as_object);
            members
                .into_iter()
                .flat_map(|members| members.keys())
                .map(String::as_str)
        };
        for name in keys("properties") {
            if !known.names.contains(&name) {
                known.names.push(name);
            }
        }
        known.patterns.extend(keys("patternProperties"));
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        let lists = ["allOf", "anyOf", "oneOf"].into_iter().flat_map(|keyword| {
            let branches = schema.get(keyword).and_then(Json::as_array);
            branches.into_iter().flatten()
        });
        let single = ["if", "then", "else"]
            .into_iter()
            .filter_map(|keyword| schema.get(keyword));
        for branch in lists.chain(single) {
            self.collect_known(branch, location, depth, known);
        }
        if let Some(reference) = schema.get("$ref").and_then(Json::as_str) {
            let base = location.split('#').next().unwrap_or_default();
            let fragment = reference
                .split_once('#')
                .map_or("", |(_, fragment)| fragment);
            let target = resolve(base, reference).map(|uri| format!("{uri}#{fragment}"));
            if let Some(target) = target
                && let Some(schema) = (self.schema_at)(&target)
            {
                self.collect_known(schema, &target, depth, known);
            }
        }
    }

    pub(super) fn member_name(
        &self,
        error: &ValidationError<'_>,
        subject: &Subject<'r, 's>,
    ) -> Vec<Violation> {
        // The failure holds the name as its instance.
        let name = error.instance().as_str().unwrap_or_default().to_owned();
        let pointer = subject.pointer.join(Step::Member(&name));
        let span = self
            .name_of(&pointer)
            .unwrap_or_else(|| self.head(&subject.pointer, subject.value));
        let reason = phrase(error.kind(), &super::wording::name(&name), subject.value);
        let mut violation = Violation::new(
            span,
            pointer,
            format!("this member name is not allowed: {reason}"),
        );
        if let Failed::Enum { options } = error.kind() {
            violation.help.extend(self.allowed(options, Some(&name)));
        }
        violation.help.extend(description(self.schema_of(error)));
        vec![violation]
    }
}

/// The locations of the schemas around a keyword that look at the same value, innermost first.
fn schemas_around(location: &str) -> impl Iterator<Item = &str> {
    let innermost = location.rsplit_once('/').map(|(schema, _keyword)| schema);
    std::iter::successors(innermost, |location| {
        let (around, step) = location.rsplit_once('/')?;
        let is_at_same_value = step.bytes().all(|byte| byte.is_ascii_digit())
            || matches!(step, "then" | "else" | "allOf" | "anyOf" | "oneOf");
        is_at_same_value.then_some(around)
    })
}

/// The member that is there and asks for a missing one.
fn needing<'s>(schema: &'s Json, missing: &str, object: Value<'_>) -> Option<&'s str> {
    let entries = ["dependentRequired", "dependencies"]
        .into_iter()
        .filter_map(|keyword| schema.get(keyword)?.as_object())
        .flatten();
    entries
        .filter(|(_, needed)| {
            let needed = needed.as_array();
            needed.is_some_and(|names| names.iter().any(|name| name == missing))
        })
        .map(|(member, _)| member.as_str())
        .find(|member| object.get(member).is_some())
}

/// How many unknown members of one object are held against all names that are known. An object
/// with more of them is not misspelt but of another kind.
const MOST_SUGGESTIONS: usize = 20;

/// What members a schema speaks of.
#[derive(Default)]
struct Known<'s> {
    names: Vec<&'s str>,
    patterns: Vec<&'s str>,
}

impl Known<'_> {
    /// How many references and branches are followed to find names.
    const DEEPEST: usize = 8;

    fn listed(&self) -> Option<String> {
        let patterns = self
            .patterns
            .iter()
            .map(|pattern| name(&in_ecma_262(pattern)))
            .collect::<Vec<_>>();
        let patterns = super::wording::joined(&patterns, "or");
        match (self.names.is_empty(), patterns.is_empty()) {
            (true, true) => None,
            (false, true) => Some(format!("allowed are {}", listed(&self.names))),
            (true, false) => Some(format!("allowed are names that match {patterns}")),
            (false, false) => Some(format!(
                "allowed are {}, and names that match {patterns}",
                listed(&self.names)
            )),
        }
    }
}
