//! Why a keyword applies at all, where that depends on another member.

use jsonschema::ValidationError;
use serde_json::Value as Json;
use treatise_source::{Pointer, Step};

use super::SchemaAt;
use super::wording::{joined, name, names, quoted};
use crate::keyword::keywords_in;

/// Why a keyword applies.
pub(super) struct Condition {
    pub(super) sentence: String,
    /// Members whose values, not being what is asked, made it apply.
    pub(super) absent_values: Vec<Pointer>,
}

/// The condition that a failing keyword is under, if it is one that can be said in words.
pub(super) fn condition(
    error: &ValidationError<'_>,
    schema_uri: &str,
    schema_at: &SchemaAt<'_>,
) -> Option<Condition> {
    let location = error.absolute_keyword_location()?.as_str();
    let outermost = outermost_location(error, schema_uri);
    let (schema, branch) = branch_of(location).or_else(|| branch_of(&outermost))?;
    match branch {
        Branch::Then | Branch::Else => {
            let asked = schema_at(&format!("{schema}/if"))?;
            of_branch(error, asked, matches!(branch, Branch::Then))
        }
        Branch::Dependent(member) => Some(Condition {
            sentence: format!("this applies where {} is present", name(&member)),
            absent_values: Vec::new(),
        }),
    }
}

/// Up to the first reference, the path of the evaluation is one in the outermost schema.
pub(super) fn outermost_location(error: &ValidationError<'_>, schema_uri: &str) -> String {
    let path = error.evaluation_path().as_str();
    let reference = keywords_in(path).find(|(_, keyword)| *keyword == "$ref");
    let end = reference.map_or(path.len(), |(at, _)| at);
    format!("{schema_uri}#{}", &path[..end])
}

fn of_branch(error: &ValidationError<'_>, asked: &Json, holds: bool) -> Option<Condition> {
    let mut parts = Vec::new();
    let mut absent_values = Vec::new();
    for (member, schema) in asked
        .get("properties")
        .and_then(Json::as_object)
        .into_iter()
        .flatten()
    {
        let values = match (schema.get("const"), schema.get("enum")) {
            (Some(value), _) => std::slice::from_ref(value),
            (None, Some(Json::Array(values))) => values,
            _ => continue,
        };
        let quoted: Vec<_> = values.iter().map(quoted).collect();
        parts.push(match (holds, quoted.len()) {
            (true, _) => format!("{} is {}", name(member), joined(&quoted, "or")),
            (false, 1) => format!("{} is not {}", name(member), quoted[0]),
            (false, _) => format!("{} is neither {}", name(member), joined(&quoted, "nor")),
        });
        if !holds {
            // The condition looks at siblings: at a member of an object on the way here.
            let pointer = error.instance_path().as_str();
            let objects = pointer.match_indices('/').map(|(at, _)| &pointer[..at]);
            absent_values.extend(
                objects
                    .chain([pointer])
                    .filter_map(Pointer::parse)
                    .map(|object| object.join(Step::Member(member))),
            );
        }
    }
    if parts.is_empty() {
        let required = asked.get("required")?.as_array()?;
        let required: Vec<&str> = required.iter().filter_map(Json::as_str).collect();
        let verb = match (holds, required.len()) {
            (_, 0) => return None,
            (true, 1) => "is present",
            (true, _) => "are present",
            (false, 1) => "is missing",
            (false, _) => "are not all present",
        };
        parts.push(format!("{} {verb}", names(&required, "and")));
    }
    // An alternative to several conditions applies where one of them does not hold.
    let parts = joined(&parts, if holds { "and" } else { "or" });
    Some(Condition {
        sentence: format!("this applies where {parts}"),
        absent_values,
    })
}

enum Branch {
    Then,
    Else,
    /// Of `dependentSchemas` or `dependencies`: the member on which it depends.
    Dependent(String),
}

/// The schema in whose conditional branch a location is, the innermost where there are several.
fn branch_of(location: &str) -> Option<(&str, Branch)> {
    let start = location.find('#')? + 1;
    let pointer = &location[start..];
    let branches = keywords_in(pointer).filter_map(|(at, keyword)| {
        // A keyword follows; the entry of a list of names is explained with its member.
        let (_, below) = pointer[at + 1..].split_once('/')?;
        let branch = match keyword {
            "then" => Branch::Then,
            "else" => Branch::Else,
            "dependentSchemas" | "dependencies" => {
                Branch::Dependent(unescaped(below.split_once('/')?.0))
            }
            _ => return None,
        };
        Some((at, branch))
    });
    let (at, branch) = branches.last()?;
    Some((&location[..start + at], branch))
}

fn unescaped(token: &str) -> String {
    Pointer::parse(&format!("/{token}"))
        .and_then(|pointer| pointer.tokens().next())
        .unwrap_or_else(|| token.to_owned())
}
