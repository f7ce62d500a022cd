//! `datapackage.json`: every file with its size and hash, and every column with its type, its
//! constraints and what it refers to, as Data Package 2.0 describes them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value as Json;

use super::citation::{choice, known};
use super::{Facts, code_terms, in_languages, pretty};
use crate::Format;
use crate::bundle::Written;
use crate::column::{Column, Kind};
use crate::names::Names;
use crate::redirect;
use crate::relation::ForeignKey;
use crate::table::Table;

/// The profile of Data Package 2.0.
const PROFILE: &str = "https://datapackage.org/profiles/2.0/datapackage.json";

#[derive(Serialize)]
struct Package<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    homepage: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    licenses: Vec<License<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sources: Vec<Source>,
    resources: Vec<Resource<'a>>,
}

#[derive(Debug, PartialEq, Serialize)]
struct License<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
}

#[derive(Serialize)]
struct Source {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
}

#[derive(Serialize)]
struct Resource<'a> {
    name: String,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    format: &'static str,
    mediatype: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
    bytes: u64,
    hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<TableSchema<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TableSchema<'a> {
    fields: Vec<FieldEntry<'a>>,
    missing_values: [&'static str; 1],
    primary_key: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    foreign_keys: Vec<Reference>,
}

#[derive(Serialize)]
struct FieldEntry<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Constraints::is_empty")]
    constraints: Constraints<'a>,
}

#[derive(Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Constraints<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    required: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unique: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<&'a serde_json::Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<&'a serde_json::Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_length: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'a str>,
    #[serde(rename = "enum", skip_serializing_if = "Option::is_none")]
    values: Option<&'a Vec<Json>>,
}

impl Constraints<'_> {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Serialize)]
struct Reference {
    fields: Vec<String>,
    reference: Target,
}

#[derive(Serialize)]
struct Target {
    resource: String,
    fields: Vec<String>,
}

/// The description of the files that are `written` so far.
pub(super) fn write(facts: &Facts<'_, '_>, written: &BTreeMap<String, Written>) -> String {
    let manifest = facts.manifest;
    let descriptions: Vec<_> = in_languages(&manifest.description, manifest)
        .take(1)
        .chain(in_languages(&manifest.disclaimer, manifest).take(1))
        .cloned()
        .chain(facts.part())
        .chain(code_terms(manifest))
        .collect();
    pretty(&Package {
        schema: PROFILE,
        name: &manifest.name,
        title: in_languages(&manifest.title, manifest)
            .next()
            .map(String::as_str),
        description: (!descriptions.is_empty()).then(|| descriptions.join("\n\n")),
        version: &manifest.version,
        homepage: manifest.homepage.as_deref(),
        licenses: manifest.licence.as_deref().map_or_else(Vec::new, licenses),
        sources: facts
            .works
            .iter()
            .map(|work| &work.item)
            .filter(|item| item.is_current)
            .filter_map(|item| {
                Some(Source {
                    title: item.text("title")?,
                    path: item.address(),
                })
            })
            .collect(),
        resources: resources(facts, written),
    })
}

/// A licence of which a reader may choose one is an entry, and any other expression is one together: a
/// name has letters, digits, `-`, `_` and `.`, and no more.
fn licenses(expression: &str) -> Vec<License<'_>> {
    let name_of = |text: &str| {
        let is_part =
            |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
        let parts = text.split(|character| !is_part(character));
        let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
        parts.join("-")
    };
    let title_beside = |name: &str| (name != expression).then_some(expression);
    let Some(listed) = choice(expression) else {
        let name = name_of(expression);
        return vec![License {
            title: title_beside(&name),
            name: Some(name),
            path: None,
        }];
    };
    let listed = listed.into_iter().map(|written| {
        let page = known(written);
        let identifier = page.unwrap_or(written);
        let name = name_of(identifier);
        License {
            title: title_beside(&name),
            // `GPL-2.0+` is not `GPL-2.0`.
            name: (name == identifier || page.is_none()).then_some(name),
            path: page.map(|page| format!("https://spdx.org/licenses/{page}.html")),
        }
    });
    listed.collect()
}

/// The tables as CSV, and then all other files with records.
fn resources<'a>(
    facts: &'a Facts<'_, '_>,
    written: &'a BTreeMap<String, Written>,
) -> Vec<Resource<'a>> {
    let mut names = Names::default();
    let mut resources: Vec<Resource<'_>> = Vec::new();
    let tables = all_tables(facts);
    let table_names = tables.iter().map(|(table, _, _)| table.name.as_str());
    let table_names = table_resources(table_names, &mut names);
    let mut described = BTreeSet::new();
    for (table, around, about) in tables {
        let file = Format::Csv.file_of(&facts.manifest.name, &table.name);
        let Some((path, file)) = written.get_key_value(&file) else {
            continue;
        };
        described.insert(path.as_str());
        resources.push(Resource {
            name: table_names[table.name.as_str()].clone(),
            kind: Some("table"),
            format: "csv",
            title: about.title,
            description: about.description,
            schema: Some(table_schema(
                table,
                facts.catalogue.foreign_keys(table, around),
                &table_names,
            )),
            ..plain(String::new(), path, file)
        });
    }
    for (path, file) in written {
        if file.bytes == 0 {
            // What has no line is no table to those who read lines as rows.
            continue;
        }
        let (folder, name) = path.split_once('/').unwrap_or(("", path));
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let is_format = facts.formats.iter().any(|format| format.name() == folder);
        if is_format && !described.contains(path.as_str()) {
            let name = names.take(&resource_name(&format!("{stem}-{folder}")));
            resources.push(plain(name, path, file));
        } else if path == redirect::FILE {
            let name = names.take(stem);
            resources.push(Resource {
                description: Some(
                    "The records that are no longer to be used, and those that took their place.",
                ),
                ..plain(name, path, file)
            });
        }
    }
    for companion in facts.companions {
        let Some((path, file)) = written.get_key_value(companion.name) else {
            continue;
        };
        let stem = path
            .rsplit_once('.')
            .map_or(path.as_str(), |(stem, _)| stem);
        resources.push(Resource {
            description: Some(companion.purpose),
            ..plain(names.take(&resource_name(stem)), path, file)
        });
    }
    resources
}

/// What is said about a table.
#[derive(Clone, Copy, Default)]
struct About<'a> {
    title: Option<&'a str>,
    description: Option<&'a str>,
}

/// All tables of the bundle, each with the tables of its collection.
fn all_tables<'a>(facts: &'a Facts<'_, '_>) -> Vec<(&'a Table, &'a [Table], About<'a>)> {
    let mut all = Vec::new();
    for section in facts.sections.iter().chain(&facts.views) {
        let tables = section.section.tables.tables.as_slice();
        let about = section.section.entry.map_or_else(About::default, |entry| {
            let first = |map| in_languages(map, facts.manifest).next();
            About {
                title: first(&entry.title).map(String::as_str),
                description: first(&entry.description).map(String::as_str),
            }
        });
        for (number, (table, _)) in section.tables().enumerate() {
            let about = if number == 0 { about } else { About::default() };
            all.push((table, tables, about));
        }
    }
    if let Some((table, _)) = facts.index {
        let about = About {
            title: None,
            description: Some("All ids, and the collections whose records they are."),
        };
        all.push((table, &[], about));
    }
    all
}

/// A file without a description of its columns. A format that programs for packages take for a table
/// makes some of them read it with whatever they have: they guess the types of columns from the first
/// rows and refuse the others, or lose the size and hash of the file on the way.
fn plain<'a>(name: String, path: &'a str, file: &Written) -> Resource<'a> {
    let extension = path.rsplit('.').next().unwrap_or_default();
    let (format, mediatype, encoding) = match extension {
        "csv" => ("csv-excel", "text/csv", Some("utf-8")),
        "json" => ("json", "application/json", Some("utf-8")),
        "ndjson" => ("x-ndjson", "application/x-ndjson", Some("utf-8")),
        "sqlite" => ("sqlite", "application/vnd.sqlite3", None),
        "md" => ("md", "text/markdown", Some("utf-8")),
        "parquet" => ("vnd.apache.parquet", "application/vnd.apache.parquet", None),
        _ => ("bin", "application/octet-stream", None),
    };
    Resource {
        name,
        kind: None,
        path,
        title: None,
        description: None,
        format,
        mediatype,
        encoding,
        bytes: file.bytes,
        hash: format!("sha256:{}", file.hash),
        schema: None,
    }
}

/// Lower-case letters, digits, `.`, `_` and `-`.
fn resource_name(name: &str) -> String {
    let plain = |character: char| match character.to_ascii_lowercase() {
        plain @ ('a'..='z' | '0'..='9' | '.' | '_' | '-') => plain,
        _ => '_',
    };
    name.chars().map(plain).collect()
}

/// What the resources of tables are called, which are the first: all names are needed before the first
/// reference to one.
fn table_resources<'n>(
    tables: impl Iterator<Item = &'n str>,
    names: &mut Names,
) -> BTreeMap<&'n str, String> {
    tables
        .map(|table| (table, names.take(&resource_name(table))))
        .collect()
}

/// What the package says of the columns and keys of a table, as it is written; `tables` are the names of all
/// in the bundle, in their order.
pub(crate) fn written_schema<'n>(
    table: &Table,
    keys: Vec<ForeignKey>,
    tables: impl Iterator<Item = &'n str>,
) -> Json {
    let names = table_resources(tables, &mut Names::default());
    serde_json::to_value(table_schema(table, keys, &names))
        .expect("a document of strings, numbers and maps by name can be written")
}

fn table_schema<'a>(
    table: &'a Table,
    keys: Vec<ForeignKey>,
    names: &BTreeMap<&str, String>,
) -> TableSchema<'a> {
    TableSchema {
        fields: table
            .columns
            .iter()
            .enumerate()
            .map(|(position, column)| field(column, table.keys == 1 && position == 0))
            .collect(),
        missing_values: [""],
        primary_key: table.primary_key(),
        foreign_keys: keys.into_iter().map(|key| reference(key, names)).collect(),
    }
}

fn reference(key: ForeignKey, names: &BTreeMap<&str, String>) -> Reference {
    Reference {
        fields: key.columns,
        reference: Target {
            resource: names[key.table.as_str()].clone(),
            fields: key.key,
        },
    }
}

/// The type of a column as a table schema has it.
fn type_of(column: &Column) -> &'static str {
    let field = column.field.as_ref();
    let is_date = field.is_some_and(|field| field.format.as_deref() == Some("date"));
    match column.kind {
        Kind::Text if is_date => "date",
        Kind::Text => "string",
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::Boolean => "boolean",
        Kind::Any => "any",
    }
}

fn field(column: &Column, is_whole_key: bool) -> FieldEntry<'_> {
    let field = column.field.as_ref();
    let kind = type_of(column);
    let mut constraints = Constraints {
        // CSV has the same for an empty text and for none.
        required: (column.is_required && !column.may_be_empty()).then_some(true),
        unique: is_whole_key.then_some(true),
        ..Constraints::default()
    };
    if let Some(field) = field {
        let is_number = matches!(column.kind, Kind::Integer | Kind::Number);
        if is_number {
            constraints.minimum = field.bounds.minimum.as_ref();
            constraints.maximum = field.bounds.maximum.as_ref();
        }
        if kind == "string" {
            constraints.min_length = field.bounds.min_length;
            constraints.max_length = field.bounds.max_length;
            constraints.pattern = field.pattern.as_deref().and_then(whole_pattern);
            // A list of texts alone can be checked in a column of texts.
            constraints.values = field
                .enumeration
                .as_ref()
                .filter(|values| values.iter().all(Json::is_string) && field.literals.is_empty());
        }
    }
    FieldEntry {
        name: &column.name,
        kind,
        title: field.and_then(|field| field.title.as_deref()),
        description: field.and_then(|field| field.description.as_deref()),
        constraints,
    }
}

/// A pattern of JSON Schema, which may match a part, as one of XML Schema, which matches the whole
/// value and has no anchors; `None` where it can't be said so.
fn whole_pattern(pattern: &str) -> Option<&str> {
    let inner = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let mut depth = 0_u32;
    let mut is_in_class = false;
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next()? {
                // Of these, one engine or the other knows nothing, or something else.
                'b' | 'B' | 'c' | 'i' | 'p' | 'P' | 'u' | 'x' | 'k' | '0'..='9' => return None,
                _ => {}
            },
            ']' => is_in_class = false,
            _ if is_in_class => {}
            '[' => is_in_class = true,
            '(' => {
                depth += 1;
                if characters.as_str().starts_with('?') {
                    return None;
                }
            }
            ')' => depth = depth.checked_sub(1)?,
            '|' if depth == 0 => return None,
            '^' | '$' => return None,
            // A lazy or possessive quantifier.
            '*' | '+' | '?' | '}' if characters.as_str().starts_with(['?', '+']) => return None,
            _ => {}
        }
    }
    // What ended with an escaped dollar sign ends with a backslash now.
    (depth == 0 && !is_in_class).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::{License, licenses, whole_pattern};

    #[test]
    fn licences_have_names_that_the_format_takes() {
        let entry = |name: &str, page: &str, title| License {
            name: (!name.is_empty()).then(|| name.to_owned()),
            path: (!page.is_empty()).then(|| format!("https://spdx.org/licenses/{page}.html")),
            title,
        };
        let mit = entry("MIT", "MIT", None);
        assert_eq!(licenses("MIT"), [mit]);
        let either = "MIT OR GPL-2.0+";
        assert_eq!(
            licenses(either),
            [
                entry("MIT", "MIT", Some(either)),
                entry("", "GPL-2.0+", Some(either)),
            ]
        );
        for unknown in ["CDLA-Permissive-2.0", "proprietary"] {
            assert_eq!(licenses(unknown), [entry(unknown, "", None)]);
        }
        let folded = entry("CC-BY-4.0", "CC-BY-4.0", Some("cc-by-4.0"));
        assert_eq!(licenses("cc-by-4.0"), [folded]);
        let own = entry("LicenseRef-own", "", None);
        assert_eq!(licenses("LicenseRef-own"), [own]);
        let both = "(MIT AND 0BSD) OR Zlib";
        let together = entry("MIT-AND-0BSD-OR-Zlib", "", Some(both));
        assert_eq!(licenses(both), [together]);
    }

    #[test]
    fn patterns_are_said_without_anchors_where_they_can_be() {
        assert_eq!(whole_pattern("^obj-[a-z0-9-]+$"), Some("obj-[a-z0-9-]+"));
        assert_eq!(whole_pattern("^(a|b)$"), Some("(a|b)"));
        assert_eq!(whole_pattern("^[|^$]\\.$"), Some("[|^$]\\."));
        for pattern in [
            "a",
            "^a",
            "a$",
            "^a|b$",
            "^(?:a)$",
            "^a\\$",
            "^a+?$",
            "^\\bword$",
            "^[\\p{L} ]+$",
        ] {
            assert_eq!(whole_pattern(pattern), None, "{pattern}");
        }
    }
}
