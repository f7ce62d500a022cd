//! `types.d.ts`: the records as TypeScript sees them.

use serde_json::Value as Json;
use treatise_schema::Types;

use super::Facts;
use crate::names::Names;
use crate::section::Section;
use crate::shape::Shape;
use crate::table::IdPlace;

pub(super) fn write(facts: &Facts<'_, '_>) -> String {
    let mut text = String::from(
        "// The records of this bundle, as their JSON Schemas describe them.\n\
         // A member that is there only under a condition is optional; the schemas have the conditions.\n",
    );
    let mut names = Names::default();
    let mut map = String::new();
    for section in facts.sections.iter().chain(&facts.views) {
        let section = section.section;
        let name = names.take(&format!("{}Record", capitalised(section.name)));
        text += "\n";
        if let Some(description) = section
            .shape
            .field
            .and_then(|field| field.description.as_ref())
        {
            text += &comment(description, 0);
        }
        text += &format!("export interface {name} {}\n", record(section));
        map += &format!("  {}: {name}[];\n", member_name(section.name));
    }
    let collections = names.take("Collections");
    text += "\n/** The records of each collection and view, by its name. */\n";
    text += &format!("export interface {collections} {{\n{map}}}\n");
    if facts.has_dataset_file() {
        let all = names.take("All");
        text += "\n/** `json/all.json`: what the dataset is, and all records. */\n";
        text += &format!(
            "export interface {all} {{\n  dataset: {{ name: string; version: string; as_of: string; \
             [member: string]: unknown }};\n  collections: {collections};\n}}\n"
        );
    }
    text
}

fn capitalised(name: &str) -> String {
    let words = name.split(|character: char| !character.is_ascii_alphanumeric());
    let capitalise = |word: &str| {
        let mut characters = word.chars();
        let first = characters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(characters).collect::<String>()
    };
    words.map(capitalise).collect()
}

fn record(section: &Section<'_>) -> String {
    let mut members = String::new();
    if let IdPlace::Beside(name) = &section.id {
        members += &format!("  {}: string;\n", member_name(name));
    }
    members += &members_of(&section.shape, 1);
    if section.shape.entry.is_some() {
        // It has to hold for the members above too.
        members += "  [key: string]: unknown;\n";
    }
    format!("{{\n{members}}}")
}

fn members_of(shape: &Shape<'_>, depth: usize) -> String {
    let mut text = String::new();
    for (key, member) in &shape.members {
        let field = member.field;
        if let Some(description) = field.and_then(|field| field.description.as_ref()) {
            text += &comment(description, depth);
        }
        let mark = if member.is_required() { "" } else { "?" };
        text += &format!(
            "{}{}{mark}: {};\n",
            "  ".repeat(depth),
            member_name(key.name()),
            type_of(member, depth)
        );
    }
    text
}

/// The type of what may stand at a place.
fn type_of(shape: &Shape<'_>, depth: usize) -> String {
    let Some(field) = shape.field else {
        return "unknown".to_owned();
    };
    if field.is_recursive {
        return "unknown".to_owned();
    }
    let mut types: Vec<String> = Vec::new();
    let mut add = |name: String| {
        if !types.contains(&name) {
            types.push(name);
        }
    };
    let (mut told, mut named) = (Types::NONE, Types::NONE);
    let is_compound = |value: &Json| value.is_array() || value.is_object();
    match &field.enumeration {
        Some(values) if !values.iter().any(is_compound) => {
            for value in values {
                told = told.or(Types::of(value));
                add(value.to_string());
            }
            // A string that is none of them is taken too, and editors still offer these.
            if field.is_open_enum && told.meet(Types::STRING) {
                add("(string & {})".to_owned());
            }
        }
        _ if field.types.is_empty() => {
            if shape.element.is_none() && !has_members(shape) {
                return "unknown".to_owned();
            }
            if has_members(shape) {
                add(object(shape, depth));
            }
            if let Some(element) = &shape.element {
                add(format!("Array<{}>", type_of(element, depth)));
            }
        }
        _ => {
            for name in &field.types {
                named = named.or(Types::named(name));
                add(match name.as_str() {
                    "string" => "string".to_owned(),
                    "number" | "integer" => "number".to_owned(),
                    "boolean" => "boolean".to_owned(),
                    "null" => "null".to_owned(),
                    "array" => {
                        let element = shape.element.as_deref();
                        let element = element.map(|element| type_of(element, depth));
                        format!("Array<{}>", element.as_deref().unwrap_or("unknown"))
                    }
                    _ => object(shape, depth),
                });
            }
            told = named;
            for value in &field.literals {
                told = told.or(Types::of(value));
                add(match value {
                    Json::Array(_) | Json::Object(_) => "unknown".to_owned(),
                    // What has its type already says nothing new.
                    Json::String(_) if field.types.contains("string") => "string".to_owned(),
                    value => value.to_string(),
                });
            }
        }
    }
    // A branch that names no types leaves open what others name.
    if let Some(possible) = shape.possible.filter(|_| told != Types::NONE) {
        let others = [
            (Types::STRING, "string"),
            (Types::NUMBER, "number"),
            (Types::BOOLEAN, "boolean"),
            (Types::NULL, "null"),
            (Types::ARRAY, "Array<unknown>"),
            (Types::OBJECT, "{ [key: string]: unknown }"),
        ];
        // A value that is listed tells of no other value of its type.
        let open = match field.enumeration {
            Some(_) => Types::NONE,
            None => shape.open.unwrap_or(Types::NONE),
        };
        let is_untold = |types: Types| {
            (possible.meet(types) && !told.meet(types)) || (open.meet(types) && !named.meet(types))
        };
        let untold = others.into_iter().filter(|(types, _)| is_untold(*types));
        for (_, name) in untold {
            if !types.iter().any(|told| told == name) {
                types.push(name.to_owned());
            }
        }
    }
    types.join(" | ")
}

fn has_members(shape: &Shape<'_>) -> bool {
    !shape.members.is_empty() || shape.entry.is_some()
}

fn object(shape: &Shape<'_>, depth: usize) -> String {
    let entry = shape.entry.as_deref();
    let entries = || {
        let value = entry.map_or_else(|| "unknown".to_owned(), |entry| type_of(entry, depth));
        format!("{{ [key: string]: {value} }}")
    };
    if shape.members.is_empty() {
        return entries();
    }
    let members = members_of(shape, depth + 1);
    let members = format!("{{\n{members}{}}}", "  ".repeat(depth));
    match entry {
        None => members,
        // An index beside members would have to hold for these too.
        Some(_) => format!("({members} & {{ [key: string]: unknown }})"),
    }
}

fn member_name(name: &str) -> String {
    let mut characters = name.chars();
    let is_start = |character: char| character.is_ascii_alphabetic() || "_$".contains(character);
    let is_identifier = characters.next().is_some_and(is_start)
        && characters.all(|character| is_start(character) || character.is_ascii_digit());
    if is_identifier {
        name.to_owned()
    } else {
        Json::from(name).to_string()
    }
}

fn comment(text: &str, depth: usize) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    // The end of a comment would end it.
    let text = words.join(" ").replace("*/", "*\\/");
    format!("{}/** {text} */\n", "  ".repeat(depth))
}
