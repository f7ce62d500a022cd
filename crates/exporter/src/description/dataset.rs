//! `json/dataset.json`: what the dataset is and how much of it there is.
//!
//! The published schema is `schemas/output/dataset.schema.json`.

use std::collections::BTreeMap;

use serde::Serialize;
use treatise_dataset::LanguageMap;

use super::{Facts, pretty};
use crate::Format;

#[derive(Serialize)]
struct Document<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    title: &'a LanguageMap,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    description: &'a LanguageMap,
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    licence: Option<&'a str>,
    as_of: &'a str,
    profile: &'a str,
    is_complete: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    homepage: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_language: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    languages: &'a [String],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    disclaimer: &'a LanguageMap,
    records: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<BTreeMap<&'a str, u64>>,
    collections: Vec<Collection<'a>>,
}

#[derive(Serialize)]
struct Collection<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    title: &'a LanguageMap,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    description: &'a LanguageMap,
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<&'a str>,
    records: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<&'a BTreeMap<String, u64>>,
}

pub(super) fn write(facts: &Facts<'_, '_>) -> String {
    let manifest = facts.manifest;
    // Beside this file.
    let file = |name: &str| {
        let file = Format::Json.file_of(&manifest.name, name);
        file.rsplit('/').next().unwrap_or_default().to_owned()
    };
    pretty(&Document {
        name: &manifest.name,
        title: &manifest.title,
        description: &manifest.description,
        version: &manifest.version,
        licence: manifest.licence.as_deref(),
        as_of: &manifest.as_of,
        profile: facts.profile.name(),
        is_complete: facts.is_complete(),
        homepage: manifest.homepage.as_deref(),
        default_language: manifest.default_language.as_deref(),
        languages: &manifest.languages,
        disclaimer: &manifest.disclaimer,
        records: facts.records(),
        review: facts.review(),
        collections: facts
            .sections
            .iter()
            .filter_map(|facts| {
                let entry = facts.section.entry?;
                Some(Collection {
                    name: &entry.name,
                    title: &entry.title,
                    description: &entry.description,
                    file: file(&entry.name),
                    prefix: entry.prefix.as_deref(),
                    records: facts.records,
                    review: facts.review.as_ref(),
                })
            })
            .collect(),
    })
}
