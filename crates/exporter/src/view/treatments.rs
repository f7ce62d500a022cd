//! `treatments`: one record for each intervention or drug, with what the claims say about it.
//!
//! This file knows the members of claims; it is what an application would otherwise write first.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};
use treatise_dataset::{Reader, RecordNumber};

use super::{Out, Sources};
use crate::Error;
use crate::bibliography::Work;
use crate::record::json_text;

pub(super) const NAME: &str = "treatments";
pub(super) const SCHEMA: &str = include_str!("../../../../schemas/output/treatments.schema.json");

/// The collections whose records are treatments.
const TREATMENTS: [&str; 2] = ["interventions", "drugs"];

#[derive(Serialize)]
struct Treatment {
    id: String,
    collection: &'static str,
    label: Value,
    claims: u64,
    reviewed_claims: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence_basis: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    indications: Vec<Map<String, Value>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    criteria: Vec<Map<String, Value>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contraindications: Vec<Map<String, Value>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    adverse_effects: Vec<Map<String, Value>>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    sites: BTreeSet<String>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    open_issues: BTreeSet<String>,
}

pub(super) fn is_possible(sources: &Sources<'_, '_>) -> bool {
    let members: &[(&str, &[&str])] = &[
        ("claims", &["type"]),
        ("claims", &["subject"]),
        ("claims", &["citations"]),
        ("sources", &["kind"]),
        ("conditions", &["label"]),
        ("criteria", &["label"]),
        ("sites", &["label"]),
        ("issues", &["status"]),
    ];
    let treatments = TREATMENTS.iter().all(|name| sources.has(name, &["label"]));
    treatments && members.iter().all(|(name, path)| sources.has(name, path))
}

pub(super) fn write(
    sources: &Sources<'_, '_>,
    _: &[Work],
    out: &mut Out<'_, '_, '_, '_>,
) -> Result<(), Error> {
    let dataset = sources.dataset;
    let mut reader = Reader::new(dataset);
    let strength = Strength::read(sources, &mut reader)?;
    let claims = claims_by_subject(sources, &mut reader)?;
    let mut treatments: Vec<(&str, &'static str, RecordNumber)> = Vec::new();
    for collection in TREATMENTS {
        let records = sources.records(collection).iter();
        treatments.extend(records.map(|&record| (dataset.index().id(record), collection, record)));
    }
    treatments.sort_unstable();
    for (id, collection, record) in treatments {
        let label = reader.read_checked(record, |value| {
            let label = value.get("label").map(json_text);
            label.map_or(Value::Null, |text| parsed(&text))
        })?;
        let mut treatment = Treatment {
            id: id.to_owned(),
            collection,
            label,
            claims: 0,
            reviewed_claims: 0,
            evidence_basis: None,
            indications: Vec::new(),
            criteria: Vec::new(),
            contraindications: Vec::new(),
            adverse_effects: Vec::new(),
            sites: BTreeSet::new(),
            open_issues: BTreeSet::new(),
        };
        let mut kinds = BTreeSet::new();
        for &claim in claims.get(&record).into_iter().flatten() {
            let claim_id = dataset.index().id(claim);
            let claim = reader.read_checked(claim, |value| parsed(&json_text(value)))?;
            treatment.add(claim_id, &claim);
            kinds.extend(strength.of_claim(&claim));
        }
        treatment.evidence_basis = kinds.first().map(|&rank| strength.kinds[rank].clone());
        out.record(id, &treatment)?;
    }
    Ok(())
}

impl Treatment {
    fn add(&mut self, id: &str, claim: &Value) {
        self.claims += 1;
        if claim["review"]["status"] == "reviewed" {
            self.reviewed_claims += 1;
        }
        let has_object = claim.get("object").is_some();
        match claim["type"].as_str() {
            Some("indication") if has_object => self.indications.push(statement(id, claim)),
            Some("contraindication") => self.contraindications.push(statement(id, claim)),
            Some("adverse-effect") if has_object => self.adverse_effects.push(statement(id, claim)),
            _ => {}
        }
        if matches!(
            claim["type"].as_str(),
            Some("eligibility" | "contraindication")
        ) {
            for criterion in elements(&claim["criteria"]) {
                self.criteria.push(members(
                    id,
                    criterion,
                    &["criterion", "role", "comparator", "value", "unit"],
                ));
            }
        }
        let sites = elements(&claim["scope"]["sites"]).chain(claim.get("via"));
        self.sites.extend(texts(sites));
        self.open_issues
            .extend(texts(elements(&claim["open_issues"])));
    }
}

fn statement(id: &str, claim: &Value) -> Map<String, Value> {
    members(id, claim, &["object", "polarity", "modality", "frequency"])
}

/// Some members of a value, after the claim that they come from.
fn members(claim: &str, value: &Value, names: &[&str]) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("claim".into(), claim.into());
    for name in names {
        if let Some(member) = value.get(name) {
            members.insert((*name).to_owned(), member.clone());
        }
    }
    members
}

fn elements(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn texts<'v>(values: impl Iterator<Item = &'v Value>) -> impl Iterator<Item = String> {
    values.filter_map(|value| value.as_str().map(str::to_owned))
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("records are JSON")
}

/// The claims about each treatment, by number since there may be many.
fn claims_by_subject(
    sources: &Sources<'_, '_>,
    reader: &mut Reader<'_>,
) -> Result<BTreeMap<RecordNumber, Vec<RecordNumber>>, Error> {
    let index = sources.dataset.index();
    let mut claims: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for &claim in sources.records("claims") {
        let subject = reader.read_checked(claim, |value| {
            let is_withdrawn = value.get("deprecated").is_some();
            let subject = value.get("subject")?.as_str()?;
            (!is_withdrawn).then(|| index.find(subject, TREATMENTS))?
        })?;
        if let Some(subject) = subject {
            claims.entry(subject).or_default().push(claim);
        }
    }
    Ok(claims)
}

/// How strong sources are.
struct Strength {
    /// Kinds of sources from strong to weak, as the schema lists them.
    kinds: Vec<String>,
    /// The position of its kind, for each source.
    ranks: BTreeMap<String, usize>,
}

impl Strength {
    fn read(sources: &Sources<'_, '_>, reader: &mut Reader<'_>) -> Result<Self, Error> {
        let section = sources.section("sources");
        let shape = section.and_then(|section| section.shape.find(&["kind"]));
        let listed = shape.and_then(|shape| shape.field?.enumeration.as_ref());
        let kinds: Vec<_> = texts(listed.into_iter().flatten()).collect();
        let mut ranks = BTreeMap::new();
        for &source in sources.records("sources") {
            let id = sources.dataset.index().id(source);
            let rank = reader.read_checked(source, |value| {
                let kind = value.get("kind")?.as_str()?;
                kinds.iter().position(|known| known == kind)
            })?;
            ranks.extend(rank.map(|rank| (id.to_owned(), rank)));
        }
        Ok(Self { kinds, ranks })
    }

    /// The positions of the kinds of the sources that support a claim.
    fn of_claim(&self, claim: &Value) -> Vec<usize> {
        elements(&claim["citations"])
            .filter(|citation| citation["stance"] == "supports")
            .filter_map(|citation| self.ranks.get(citation["source"].as_str()?).copied())
            .collect()
    }
}
