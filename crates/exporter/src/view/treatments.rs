//! `treatments`: one record for each intervention or drug, with what the claims say about it.
//!
//! This file knows the members of claims; it is what an application would otherwise write first.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value as Json};
use treatise_dataset::{Reader, RecordNumber};
use treatise_source::Value;

use super::{Maker, Out, Sources};
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
    label: Json,
    claims: u64,
    reviewed_claims: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence_basis: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    indications: Vec<Map<String, Json>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    criteria: Vec<Map<String, Json>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contraindications: Vec<Map<String, Json>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    adverse_effects: Vec<Map<String, Json>>,
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
    let index = sources.dataset.index();
    let strength = Strength::read(sources)?;
    let mut treatments: Vec<(&str, &'static str, RecordNumber)> = Vec::new();
    for collection in TREATMENTS {
        let records = sources.records(collection).iter();
        treatments.extend(records.map(|&record| (index.id(record), collection, record)));
    }
    treatments.sort_unstable();
    let mut claims = sources.records("claims").to_vec();
    claims.sort_unstable();
    let mut links = sources
        .dataset
        .links(|collection| collection.name() == "claims", "/subject");
    // The bundle may have a part of the records.
    links.retain(|(_, claim)| claims.binary_search(claim).is_ok());
    out.each(treatments.len(), |maker, number| {
        let (id, collection, record) = treatments[number];
        let start = links.partition_point(|&(subject, _)| subject < record);
        let about = links[start..].iter();
        let mut claims: Vec<_> = about
            .take_while(|&&(subject, _)| subject == record)
            .map(|&(_, claim)| (index.id(claim), claim))
            .collect();
        claims.sort_unstable();
        let treatment = Treatment::read((id, collection, record), &claims, &strength, maker)?;
        maker.record(id, &treatment)
    })
}

impl Treatment {
    fn read(
        (id, collection, record): (&str, &'static str, RecordNumber),
        claims: &[(&str, RecordNumber)],
        strength: &Strength,
        maker: &mut Maker<'_, '_>,
    ) -> Result<Self, Error> {
        let label = maker.reader.read_checked(record, |value| {
            let label = value.get("label");
            label.map_or(Json::Null, copied)
        })?;
        let mut treatment = Self {
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
        let mut strongest = None;
        for &(id, claim) in claims {
            maker.reader.read_checked(claim, |claim| {
                let is_withdrawn = claim.get("deprecated").is_some();
                if !is_withdrawn {
                    treatment.add(id, claim);
                    let ranks = strength.of_claim(claim).chain(strongest);
                    strongest = ranks.min();
                }
            })?;
        }
        treatment.evidence_basis = strongest.map(|rank| strength.kinds[rank].clone());
        Ok(treatment)
    }

    fn add(&mut self, id: &str, claim: Value<'_>) {
        self.claims += 1;
        let review = claim.get("review");
        if review.and_then(|review| text(review, "status")) == Some("reviewed") {
            self.reviewed_claims += 1;
        }
        let has_object = claim.get("object").is_some();
        let kind = text(claim, "type");
        match kind {
            Some("indication") if has_object => self.indications.push(statement(id, claim)),
            Some("contraindication") => self.contraindications.push(statement(id, claim)),
            Some("adverse-effect") if has_object => self.adverse_effects.push(statement(id, claim)),
            _ => {}
        }
        if matches!(kind, Some("eligibility" | "contraindication")) {
            for criterion in elements(claim, "criteria") {
                self.criteria.push(members(
                    id,
                    criterion,
                    &["criterion", "role", "comparator", "value", "unit"],
                ));
            }
        }
        let scope = claim.get("scope");
        let sites = scope.into_iter().flat_map(|scope| elements(scope, "sites"));
        self.sites.extend(texts(sites.chain(claim.get("via"))));
        let issues = elements(claim, "open_issues");
        self.open_issues.extend(texts(issues));
    }
}

fn statement(id: &str, claim: Value<'_>) -> Map<String, Json> {
    members(id, claim, &["object", "polarity", "modality", "frequency"])
}

/// Some members of a value, after the claim that they come from.
fn members(claim: &str, value: Value<'_>, names: &[&str]) -> Map<String, Json> {
    let mut members = Map::new();
    members.insert("claim".into(), claim.into());
    for name in names {
        if let Some(member) = value.get(name) {
            members.insert((*name).to_owned(), copied(member));
        }
    }
    members
}

fn text<'v>(value: Value<'v>, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

fn elements<'v>(value: Value<'v>, name: &str) -> impl Iterator<Item = Value<'v>> {
    let list = value.get(name).into_iter();
    list.flat_map(Value::elements)
}

fn texts<'v>(values: impl Iterator<Item = Value<'v>>) -> impl Iterator<Item = String> {
    values.filter_map(|value| value.as_str().map(str::to_owned))
}

fn copied(value: Value<'_>) -> Json {
    serde_json::from_str(&json_text(value)).expect("records are JSON")
}

/// How strong sources are.
struct Strength {
    /// Kinds of sources from strong to weak, as the schema lists them.
    kinds: Vec<String>,
    /// The position of its kind, for each source.
    ranks: BTreeMap<String, usize>,
}

impl Strength {
    fn read(sources: &Sources<'_, '_>) -> Result<Self, Error> {
        let section = sources.section("sources");
        let shape = section.and_then(|section| section.shape.find(&["kind"]));
        let listed = shape.and_then(|shape| shape.field?.enumeration.as_ref());
        let kinds = listed.into_iter().flatten().filter_map(Json::as_str);
        let kinds: Vec<_> = kinds.map(str::to_owned).collect();
        let mut reader = Reader::new(sources.dataset);
        let mut ranks = BTreeMap::new();
        for &source in sources.records("sources") {
            let id = sources.dataset.index().id(source);
            let rank = reader.read_checked(source, |value| {
                let kind = text(value, "kind")?;
                kinds.iter().position(|known| known == kind)
            })?;
            ranks.extend(rank.map(|rank| (id.to_owned(), rank)));
        }
        Ok(Self { kinds, ranks })
    }

    /// The positions of the kinds of the sources that support a claim.
    fn of_claim(&self, claim: Value<'_>) -> impl Iterator<Item = usize> {
        elements(claim, "citations")
            .filter(|&citation| text(citation, "stance") == Some("supports"))
            .filter_map(|citation| self.ranks.get(text(citation, "source")?).copied())
    }
}
