//! Members by pattern, for the validator, which compiles those patterns itself, while `pattern` is a keyword
//! of ours.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{backtracking, spelled_out};
use crate::survey::Survey;

/// Adds the documents in which the engine would misread such a pattern, by their URIs, with all of these
/// spelled out.
pub(crate) fn spell_out_names(survey: &Survey<'_>, documents: &mut BTreeMap<String, Value>) {
    let is_name = |name: &String| matches!(for_the_validator(name), Cow::Owned(_));
    let mut places = Vec::new();
    for located in &survey.schemas {
        let members = located.schema.get(KEYWORD).and_then(Value::as_object);
        if members.is_some_and(|members| members.keys().any(is_name)) {
            let place = format!("{}/{KEYWORD}", located.pointer.as_str());
            places.push((located.document, place));
        }
    }
    // A reference may lead through such a name, which has to stay then.
    let mut references = survey.links.iter().map(|link| link.reference);
    if places.is_empty() || references.any(|reference| reference.contains(KEYWORD)) {
        return;
    }
    // From the innermost outwards, since the place of what is inside has the names around it.
    places.sort_by_key(|(_, place)| std::cmp::Reverse(place.len()));
    for (document, place) in places {
        let value = documents
            .entry(document.uri.clone())
            .or_insert_with(|| document.value.clone());
        if let Some(Value::Object(members)) = value.pointer_mut(&place) {
            *members = renamed(std::mem::take(members));
        }
    }
}

/// A name by pattern as the engine of the validator has to have it.
fn for_the_validator(name: &str) -> Cow<'_, str> {
    let spelled_out = spelled_out(name);
    match backtracking::for_the_validator(&spelled_out) {
        Some(translated) => Cow::Owned(translated),
        None => spelled_out,
    }
}

fn renamed(members: Map<String, Value>) -> Map<String, Value> {
    let mut renamed = Map::new();
    for (name, schema) in &members {
        let mut name = for_the_validator(name).into_owned();
        // Two names may say the same; an empty group makes them differ.
        while renamed.contains_key(&name) {
            name.push_str("(?:)");
        }
        renamed.insert(name, schema.clone());
    }
    renamed
}

const KEYWORD: &str = "patternProperties";
