//! `statement.intoto.json`: an in-toto statement about all other files, ready to be signed.
//!
//! The published schema is `schemas/output/statement.schema.json`. The predicate says which dataset
//! in which revision the files were made of, how much of it is there, by which program, and what it was
//! checked for.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Facts, GENERATOR, GENERATOR_VERSION, pretty};
use crate::bundle::Written;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Statement<'a> {
    #[serde(rename = "_type")]
    kind: &'static str,
    subject: Vec<Subject<'a>>,
    predicate_type: &'static str,
    predicate: Predicate<'a>,
}

#[derive(Serialize)]
struct Subject<'a> {
    name: &'a str,
    digest: Digest<'a>,
}

#[derive(Serialize)]
struct Digest<'a> {
    sha256: &'a str,
}

#[derive(Serialize)]
struct Predicate<'a> {
    generator: Generator,
    dataset: Dataset<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<Checks>,
}

#[derive(Serialize)]
struct Generator {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Dataset<'a> {
    name: &'a str,
    version: &'a str,
    as_of: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'a str>,
    profile: &'a str,
    is_complete: bool,
    records: u64,
}

#[derive(Serialize)]
struct Checks {
    rules: u64,
    errors: u64,
    warnings: u64,
    informations: u64,
}

/// The statement about the files that are `written` so far.
pub(super) fn write(facts: &Facts<'_, '_>, written: &BTreeMap<String, Written>) -> String {
    let manifest = facts.manifest;
    pretty(&Statement {
        kind: "https://in-toto.io/Statement/v1",
        subject: written
            .iter()
            .map(|(name, file)| Subject {
                name,
                digest: Digest { sha256: &file.hash },
            })
            .collect(),
        predicate_type: "urn:treatise:bundle:v1",
        predicate: Predicate {
            generator: Generator {
                name: GENERATOR,
                version: GENERATOR_VERSION,
            },
            dataset: Dataset {
                name: &manifest.name,
                version: &manifest.version,
                as_of: &manifest.as_of,
                commit: facts.commit,
                profile: facts.profile.name(),
                is_complete: facts.is_complete(),
                records: facts.records(),
            },
            checks: facts.checks.map(|checks| Checks {
                rules: checks.rules,
                // Nothing else is exported.
                errors: 0,
                warnings: checks.warnings,
                informations: checks.informations,
            }),
        },
    })
}
