//! The schemas of this repository.

use std::path::Path;

use treatise_schema::Schema;

use crate::judge::{Reading, schema_of};

/// A schema of `schemas/` with the definitions that it refers to.
#[expect(
    clippy::disallowed_methods,
    reason = "the schemas are files of this repository"
)]
pub(crate) fn real_schema(collection: &str) -> Schema {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    let read = |name: &str| {
        std::fs::read_to_string(folder.join(name)).expect("the schema is in the repository")
    };
    let name = format!("{collection}.schema.json");
    let schema = read(&name);
    let definitions = read("definitions.schema.json");
    schema_of(
        &[(&name, &schema), ("definitions.schema.json", &definitions)],
        Reading::STRICT,
    )
}

#[test]
fn the_schemas_of_all_collections_compile_strictly() {
    for collection in [
        "agents",
        "biomarkers",
        "claims",
        "conditions",
        "criteria",
        "drugs",
        "goals",
        "interventions",
        "issues",
        "sites",
        "sources",
        "terms",
    ] {
        let schema = real_schema(collection);
        assert!(schema.fields().is_complete(), "{collection}");
        assert!(schema.fields().fields().len() > 10, "{collection}");
    }
}
