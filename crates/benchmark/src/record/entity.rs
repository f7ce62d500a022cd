//! What claims speak about, and agents: a name, a category and codes.

use crate::collection::Collection;
use crate::json::{Json, Member};
use crate::plan::{PERSONS, Plan};
use crate::random::Random;
use crate::record::{code, notes};

/// The conditions that are primary cancers, by their numbers.
pub(super) const NEOPLASMS: (usize, usize) = (0, 4);
/// The conditions that treatment can bring about.
pub(super) const FINDINGS: (usize, usize) = (1, 4);
/// Every drug of so many is a class.
pub(super) const CLASS: usize = 10;

/// Appends what lies between the id and the review.
pub(super) fn fill(
    plan: &Plan,
    collection: Collection,
    number: usize,
    random: &mut Random,
    members: &mut Vec<Member>,
) {
    let name = plan.label(collection, number);
    match collection {
        Collection::Agents => agent(plan, number, random, &name, members),
        Collection::Conditions => condition(plan, number, random, &name, members),
        Collection::Sites => {
            members.push(label(random, &name));
            members.push(("codes", nci_and_mesh(number, 1_000_000, &name)));
        }
        Collection::Interventions => {
            const CATEGORIES: [&str; 13] = [
                "care-delivery",
                "test",
                "systemic",
                "surgery",
                "radiotherapy",
                "ablation",
                "embolization",
                "infusion",
                "transplantation",
                "drainage",
                "supportive",
                "palliative",
                "imaging",
            ];
            let category = CATEGORIES[number % CATEGORIES.len()];
            members.push(("category", Json::text(category)));
            members.push(label(random, &name));
            members.push(("codes", nci_and_mesh(number, 2_000_000, &name)));
        }
        Collection::Drugs => drug(number, random, &name, members),
        Collection::Biomarkers => biomarker(number, random, &name, members),
        Collection::Criteria => criterion(plan, number, random, &name, members),
        Collection::Goals => {
            const CATEGORIES: [&str; 6] = [
                "cure", "control", "symptom", "function", "survival", "comfort",
            ];
            members.push(label(random, &name));
            members.push(("category", Json::text(random.one_of(&CATEGORIES))));
        }
        Collection::Sources | Collection::Terms | Collection::Claims | Collection::Issues => {
            unreachable!("promised: only for entities and agents")
        }
    }
    if random.chance(15) {
        members.push(notes(random));
    }
}

fn label(random: &mut Random, name: &str) -> Member {
    let mut texts = vec![("en", Json::text(name))];
    if random.chance(5) {
        texts.insert(0, ("de", Json::Text(format!("Größe der {name}"))));
    }
    ("label", Json::Object(texts))
}

fn agent(plan: &Plan, number: usize, random: &mut Random, name: &str, members: &mut Vec<Member>) {
    let (rest, every) = PERSONS;
    let kind = match number {
        0 => "software",
        _ if number % every == rest => "person",
        _ => "organisation",
    };
    members.push(("kind", Json::text(kind)));
    members.push(("name", Json::text(name)));
    if kind == "organisation" {
        if number > 2 && random.chance(30) {
            let whole = plan.any_below(random, Collection::Agents, number);
            members.push((
                "part_of",
                Json::Reference(plan.id(Collection::Agents, whole)),
            ));
        }
        let interest = random.one_of(&[
            "public-body",
            "none-declared",
            "advertising",
            "provider",
            "unknown",
        ]);
        members.push(("interests", Json::Array(vec![Json::text(interest)])));
    }
    if kind == "person" {
        let degrees = random.one_of(&[&["MD"][..], &["MD", "PhD"], &["RN"]]);
        let degrees = degrees.iter().map(|&degree| Json::text(degree)).collect();
        members.push(("credentials", Json::Array(degrees)));
    }
}

/// What a criterion measures, and its unit; the other half of them measures nothing.
pub(super) fn measure(number: usize) -> Option<(&'static str, &'static str)> {
    const MEASURES: [(&str, &str); 5] = [
        ("count", "1"),
        ("duration", "mo"),
        ("length", "cm"),
        ("fraction", "%"),
        ("concentration", "mg/dL"),
    ];
    let is_measured = number.is_multiple_of(2);
    is_measured.then(|| MEASURES[number / 2 % MEASURES.len()])
}

/// Whether a drug is a class of others: of those that follow it.
pub(super) fn is_class(number: usize) -> bool {
    number.is_multiple_of(CLASS)
}

fn condition(
    plan: &Plan,
    number: usize,
    random: &mut Random,
    name: &str,
    members: &mut Vec<Member>,
) {
    let category = ["neoplasm", "finding", "spread", "stage"][number % 4];
    members.push(("category", Json::text(category)));
    members.push(label(random, name));
    members.push((
        "site",
        Json::Reference(plan.any_id(random, Collection::Sites)),
    ));
    if category == "spread" && number > 0 {
        let primary = plan.any_of_kind(random, Collection::Conditions, NEOPLASMS);
        members.push((
            "primary",
            Json::Reference(plan.id(Collection::Conditions, primary)),
        ));
    }
    let codes = vec![
        code("NCIt", format!("C{}", 3_000_000 + number), Some(name)),
        code("MONDO", format!("MONDO:{number:07}"), Some(name)),
        code("DOID", format!("DOID:{number}"), None),
    ];
    members.push(("codes", Json::Array(codes)));
}

fn drug(number: usize, random: &mut Random, name: &str, members: &mut Vec<Member>) {
    let is_class = is_class(number);
    members.push((
        "level",
        Json::text(if is_class { "class" } else { "substance" }),
    ));
    members.push(label(random, name));
    let mut codes = vec![
        Json::Object(vec![
            ("system", Json::text("NCIt")),
            ("code", Json::Text(format!("C{}", 4_000_000 + number))),
            ("display", Json::text(name)),
            ("release", Json::text("2026-04")),
        ]),
        code("RxNorm", (100_000 + number).to_string(), Some(name)),
    ];
    // Of these there are only so many; that of a class is shorter.
    if let Some(group) = ["A", "C", "E", "X"].get(number / 100) {
        if !is_class {
            let atc = format!("L01F{group}{:02}", number % 100);
            codes.insert(0, code("ATC", atc, Some(name)));
        }
    }
    members.push(("codes", Json::Array(codes)));
    if random.chance(20) {
        let former = Json::Object(vec![
            ("system", Json::text("ATC")),
            ("code", Json::Text(format!("L01XC{:02}", random.below(100)))),
            ("until", Json::text("2021")),
        ]);
        members.push(("former_codes", Json::Array(vec![former])));
    }
}

fn biomarker(number: usize, random: &mut Random, name: &str, members: &mut Vec<Member>) {
    let hgnc = format!("HGNC:{}", 1000 + number);
    // Its name begins with the gene.
    let gene = name.split(' ').next().unwrap_or(name);
    let gene_members = vec![
        ("symbol", Json::text(gene)),
        ("hgnc", Json::text(hgnc.clone())),
    ];
    let alteration = random.one_of(&[
        "mutation",
        "activating-mutation",
        "amplification",
        "fusion",
        "wild-type",
    ]);
    members.push(("gene", Json::Object(gene_members)));
    members.push(("alteration", Json::text(alteration)));
    members.push((
        "origin",
        Json::text(random.one_of(&["somatic", "germline", "either"])),
    ));
    members.push(label(random, name));
    let variant = format!("p.Gly{}Asp", random.between(10, 900));
    members.push(("variants", Json::Array(vec![Json::Text(variant)])));
    let codes = vec![
        code("HGNC", hgnc, Some(gene)),
        code("NCBI Gene", (3000 + number).to_string(), Some(gene)),
        code("Ensembl", format!("ENSG{number:011}"), Some(gene)),
    ];
    members.push(("codes", Json::Array(codes)));
}

fn criterion(
    plan: &Plan,
    number: usize,
    random: &mut Random,
    name: &str,
    members: &mut Vec<Member>,
) {
    let about = random.one_of(&[
        "tumour",
        "metastasis",
        "patient",
        "organ",
        "history",
        "biomarker",
    ]);
    members.push(("about", Json::text(about)));
    members.push(label(random, name));
    if about == "biomarker" {
        let biomarker = plan.any_id(random, Collection::Biomarkers);
        members.push(("biomarker", Json::Reference(biomarker)));
    }
    if about == "organ" {
        members.push((
            "site",
            Json::Reference(plan.any_id(random, Collection::Sites)),
        ));
    }
    if let Some((measures, unit)) = measure(number) {
        members.push((
            "quantity",
            Json::Object(vec![
                ("measures", Json::text(measures)),
                (
                    "comparator",
                    Json::text(random.one_of(&["<", "<=", ">=", ">"])),
                ),
                (
                    "value",
                    Json::Number(format!("{}.5", random.between(1, 40))),
                ),
                ("unit", Json::text(unit)),
            ]),
        ));
    }
}

fn nci_and_mesh(number: usize, offset: usize, name: &str) -> Json {
    Json::Array(vec![
        code("NCIt", format!("C{}", offset + number), Some(name)),
        code("MeSH", format!("D{:09}", offset + number), Some(name)),
    ])
}
