//! A profile as an application writes it: a JSON file that people make by hand, so what is wrong
//! with it is said in their words.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use treatise_schema::nearest;

use super::{Part, Profile};

/// The members that a profile can have.
const MEMBERS: [&str; 5] = [
    "name",
    "collections",
    "members",
    "languages",
    "reviewed_only",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    #[serde(default)]
    collections: Vec<String>,
    #[serde(default)]
    members: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    languages: Vec<String>,
    #[serde(default)]
    reviewed_only: bool,
}

/// The name of a profile and what it asks for; the error says what is wrong with the text.
pub(super) fn read(text: &str) -> Result<(String, Part), String> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))?;
    check_members(&value)?;
    // Members that are there twice are told by this one.
    let written: Written = serde_json::from_str(text).map_err(|error| error.to_string())?;
    check_name(&written.name)?;
    let part = Part {
        collections: written.collections,
        members: written.members,
        languages: written.languages,
        reviewed_only: written.reviewed_only,
    };
    Ok((written.name, part))
}

fn check_members(value: &Value) -> Result<(), String> {
    let Value::Object(members) = value else {
        return Err("expected an object with a `name`, such as {\"name\": \"labels\"}".to_owned());
    };
    for (name, value) in members {
        let (is_right, expected) = match name.as_str() {
            "name" => (value.is_string(), "a text"),
            "collections" | "languages" => (is_list(value), "a list of names"),
            "members" => (
                value.as_object().is_some_and(|it| it.values().all(is_list)),
                "an object with a list of JSON pointers for each collection",
            ),
            "reviewed_only" => (value.is_boolean(), "`true` or `false`"),
            _ => {
                let hint = nearest(name, MEMBERS).map_or_else(
                    || format!("it can have `{}`", MEMBERS.join("`, `")),
                    |nearest| format!("did you mean `{nearest}`?"),
                );
                return Err(format!("no profile has a member `{name}`; {hint}"));
            }
        };
        if !is_right {
            return Err(format!("`{name}` is not {expected}"));
        }
    }
    if !members.contains_key("name") {
        return Err("it has no `name`".to_owned());
    }
    Ok(())
}

fn is_list(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|items| items.iter().all(Value::is_string))
}

/// A bundle says which profile it has, so the name of one that every dataset has is not for others.
fn check_name(name: &str) -> Result<(), String> {
    let is_plain = |letter: char| letter.is_alphanumeric() || " -_".contains(letter);
    if name.is_empty() || name.trim() != name || !name.chars().all(is_plain) {
        let shown = treatise_report::visible(name);
        return Err(format!(
            "the name `{shown}` is not made of letters, digits, `-`, `_`, and spaces between these"
        ));
    }
    if Profile::parse(&name.to_lowercase()).is_some() {
        return Err(format!(
            "the name `{name}` is that of a profile that every dataset has; give it another one"
        ));
    }
    Ok(())
}
