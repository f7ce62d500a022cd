//! Values that may not be there, or may not be what they are.

use serde_json::Value as Json;
use treatise_source::{Kind, Pointer, Step};

use super::wording::{cut, description, either, names, shown};
use super::{Explainer, Subject, Violation};

impl<'r, 's> Explainer<'r, 's> {
    /// The keyword is the schema that allows nothing.
    pub(super) fn forbidden(&self, subject: &Subject<'r, 's>) -> Vec<Violation> {
        let parent = subject
            .pointer
            .as_str()
            .rsplit_once('/')
            .and_then(|(parent, position)| {
                let parent = Pointer::parse(parent)?;
                let array = self.finder.find(&parent)?;
                Some((array, parent, position.parse::<usize>().ok()?))
            });
        match (subject.keyword(), parent) {
            ("additionalProperties" | "unevaluatedProperties" | "propertyNames", _)
                if subject.value.kind() == Kind::Object =>
            {
                let names: Vec<String> = subject
                    .value
                    .members()
                    .map(|member| member.name().to_owned())
                    .collect();
                self.unexpected_members(&names, subject)
            }
            ("items", Some((array, parent, position))) if array.kind() == Kind::Array => {
                let limit = subject
                    .beside("prefixItems")
                    .and_then(Json::as_array)
                    .map_or(0, Vec::len);
                if position == limit {
                    self.one_item_too_many(array, &parent, limit)
                } else {
                    Vec::new()
                }
            }
            _ => match self.name_of(&subject.pointer) {
                Some(_) => self.not_allowed_members(std::slice::from_ref(&subject.pointer)),
                None => vec![self.about(subject, "no value is allowed here")],
            },
        }
    }

    /// A schema under `not` fits.
    pub(super) fn excluded(&self, schema: &Json, subject: &Subject<'r, 's>) -> Violation {
        let value = shown(subject.value);
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Json::as_array)
            .map(|names| names.iter().filter_map(Json::as_str).collect())
            .unwrap_or_default();
        let has_one_keyword = schema.as_object().is_some_and(|schema| schema.len() == 1);
        if let ([only], true) = (required.as_slice(), has_one_keyword) {
            let pointer = subject.pointer.join(Step::Member(only));
            if let Some(found) = self.not_allowed_members(&[pointer]).pop() {
                return found;
            }
        }
        let message = if !required.is_empty() && has_one_keyword {
            format!(
                "the members {} can't all be present",
                names(&required, "and")
            )
        } else if schema.get("const").is_some() || schema.get("enum").is_some() {
            format!("{value} is not allowed here")
        } else if let (Some(pattern), true) = (
            schema.get("pattern").and_then(Json::as_str),
            has_one_keyword,
        ) {
            format!(
                "{value} matches the pattern `{}`, and must not",
                cut(pattern)
            )
        } else if let (Some(Json::String(kind)), true) = (schema.get("type"), has_one_keyword) {
            format!("{} is not allowed here", either([kind.clone()]))
        } else {
            format!("{value} is of a form that is not allowed here")
        };
        let mut violation = self.about(subject, message);
        violation.help.extend(description(Some(schema)));
        violation.help.extend(description(subject.schema));
        violation
    }
}
