//! What stands around the records: the manifest, the exceptions, the schemas, and the list of
//! expected faults.

use crate::Layout;
use crate::collection::{COLLECTIONS, Collection};
use crate::json::{Json, Style};
use crate::plan::Plan;
use crate::record::AS_OF;

macro_rules! schemas {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../../schemas/", $name)))),*]
    };
}

/// The schemas by file name, so that the generator needs nothing beside itself.
pub(crate) const SCHEMAS: &[(&str, &str)] = schemas! {
    "agents.schema.json"
    "approvals.schema.json"
    "biomarkers.schema.json"
    "claims.schema.json"
    "conditions.schema.json"
    "criteria.schema.json"
    "dataset.schema.json"
    "definitions.schema.json"
    "drugs.schema.json"
    "exceptions.schema.json"
    "goals.schema.json"
    "interventions.schema.json"
    "issues.schema.json"
    "sites.schema.json"
    "sources.schema.json"
    "terms.schema.json"
    "vocabulary.schema.json"
};

/// Where the records of a collection are, relative to the root.
pub(crate) fn path(collection: Collection, layout: Layout) -> String {
    match layout {
        Layout::Files => format!("data/{}", collection.name()),
        Layout::Ndjson => format!("data/{}.ndjson", collection.name()),
    }
}

/// The text of `data/dataset.json`.
pub(crate) fn dataset(layout: Layout) -> String {
    let collections = COLLECTIONS.map(|collection| {
        let name = collection.name();
        Json::Object(vec![
            ("name", Json::text(name)),
            ("path", Json::Text(path(collection, layout))),
            ("schema", Json::Text(format!("schemas/{name}.schema.json"))),
            ("id", Json::text("/id")),
            ("prefix", Json::text(collection.prefix())),
        ])
    });
    printed(&Json::Object(vec![
        ("$schema", Json::text("../schemas/dataset.schema.json")),
        ("name", Json::text("generated")),
        ("title", Json::english("Generated records")),
        (
            "description",
            Json::english(
                "Records without meaning, in the shape of real ones, to measure programs.",
            ),
        ),
        ("version", Json::text("0.1.0")),
        ("licence", Json::text("CC0-1.0")),
        ("default_language", Json::text("en")),
        ("as_of", Json::text(AS_OF)),
        ("collections", Json::Array(collections.into())),
    ]))
}

/// The text of `data/exceptions.json`.
pub(crate) fn exceptions() -> String {
    printed(&Json::Object(vec![
        ("$schema", Json::text("../schemas/exceptions.schema.json")),
        ("exceptions", Json::Array(Vec::new())),
    ]))
}

/// The text of `faults.json`: how many records have each fault.
pub(crate) fn faults(plan: &Plan) -> String {
    let counts = plan.fault_counts();
    let total = counts.iter().map(|&(_, count)| count).sum();
    let faults = counts
        .iter()
        .map(|&(fault, count)| (fault.name(), Json::integer(count)));
    printed(&Json::Object(vec![
        (
            "records",
            Json::integer(COLLECTIONS.iter().map(|&one| plan.count(one)).sum()),
        ),
        ("faulty", Json::integer(total)),
        ("faults", Json::Object(faults.collect())),
    ]))
}

fn printed(tree: &Json) -> String {
    let mut text = String::new();
    tree.print(Style::Pretty, &mut text);
    text.push('\n');
    text
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "the schemas of the repository are compared with the embedded ones"
)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_schema_of_the_repository_is_embedded() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
        let there: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".schema.json"))
            .collect();
        let here = SCHEMAS.iter().map(|&(name, _)| name.to_owned()).collect();
        assert_eq!(there, here);
    }
}
