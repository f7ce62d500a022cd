//! Reads the records of a bundle into types of its own; members that it does not name are skipped.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::Deserialize;

#[derive(Deserialize)]
struct Claim {
    citations: Vec<Citation>,
}

#[derive(Deserialize)]
struct Citation {
    source: String,
}

#[derive(Deserialize)]
struct Treatment {
    #[serde(default)]
    indications: Vec<Indication>,
}

#[derive(Deserialize)]
struct Indication {
    object: String,
}

/// The lines that the other examples print.
pub fn read(bundle: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let (mut claims, mut citations) = (0, 0);
    for line in BufReader::new(File::open(bundle.join("ndjson/claims.ndjson"))?).lines() {
        let claim: Claim = serde_json::from_str(&line?)?;
        claims += 1;
        citations += claim
            .citations
            .iter()
            .filter(|citation| !citation.source.is_empty())
            .count();
    }
    let file = BufReader::new(File::open(bundle.join("json/treatments.json"))?);
    let treatments: Vec<Treatment> = serde_json::from_reader(file)?;
    let is_indicated = |treatment: &&Treatment| {
        treatment
            .indications
            .iter()
            .any(|indication| !indication.object.is_empty())
    };
    let indicated = treatments.iter().filter(is_indicated).count();
    Ok(format!(
        "claims: {claims}\ncitations: {citations}\ntreatments with an indication: {indicated}\n"
    ))
}
