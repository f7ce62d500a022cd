//! What claims speak about, and agents: a name, a category and codes.

use crate::collection::Collection;
use crate::json::{Json, Member};
use crate::plan::Plan;
use crate::random::Random;
use crate::record::{code, notes};
use crate::words;

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
                "care-delivery",
                "test",
                "imaging",
            ];
            members.push(("category", Json::text(random.one_of(&CATEGORIES))));
            members.push(label(random, &name));
            members.push(("codes", nci_and_mesh(number, 2_000_000, &name)));
        }
        Collection::Drugs => drug(number, random, &name, members),
        Collection::Biomarkers => biomarker(number, random, &name, members),
        Collection::Criteria => criterion(plan, random, &name, members),
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
        texts.push(("de", Json::Text(format!("Größe der {name}"))));
    }
    ("label", Json::Object(texts))
}

fn agent(plan: &Plan, number: usize, random: &mut Random, name: &str, members: &mut Vec<Member>) {
    // Every third agent is a person, so that reviewers are found by their number.
    let kind = match number {
        0 => "software",
        _ if number % 3 == 1 => "person",
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
        members.push(("interests", Json::Array(vec![Json::text(interest(random))])));
    }
    if kind == "person" {
        let degrees = random.one_of(&[&["MD"][..], &["MD", "PhD"], &["RN"]]);
        let degrees = degrees.iter().map(|&degree| Json::text(degree)).collect();
        members.push(("credentials", Json::Array(degrees)));
    }
}

/// What a publisher gains.
pub(super) fn interest(random: &mut Random) -> &'static str {
    random.one_of(&[
        "public-body",
        "none-declared",
        "advertising",
        "provider",
        "unknown",
    ])
}

fn condition(
    plan: &Plan,
    number: usize,
    random: &mut Random,
    name: &str,
    members: &mut Vec<Member>,
) {
    let category = random.one_of(&["neoplasm", "spread", "stage", "finding"]);
    members.push(("category", Json::text(category)));
    members.push(label(random, name));
    members.push((
        "site",
        Json::Reference(plan.any_id(random, Collection::Sites)),
    ));
    if category == "spread" && number > 0 {
        let primary = plan.any_below(random, Collection::Conditions, number);
        members.push((
            "primary",
            Json::Reference(plan.id(Collection::Conditions, primary)),
        ));
    }
    let codes = vec![
        code(
            "ICD-10",
            format!("C{:02}.{}", random.below(100), random.below(10)),
            None,
        ),
        code("NCIt", format!("C{}", 3_000_000 + number), Some(name)),
        code("MONDO", format!("MONDO:{number:07}"), Some(name)),
        code("DOID", format!("DOID:{number}"), None),
    ];
    members.push(("codes", Json::Array(codes)));
}

fn drug(number: usize, random: &mut Random, name: &str, members: &mut Vec<Member>) {
    members.push((
        "level",
        Json::text(if number.is_multiple_of(10) {
            "class"
        } else {
            "substance"
        }),
    ));
    members.push(label(random, name));
    let atc = format!(
        "L01F{}{:02}",
        random.one_of(&['A', 'C', 'E', 'X']),
        random.below(100)
    );
    let codes = vec![
        Json::Object(vec![
            ("system", Json::text("ATC")),
            ("code", Json::Text(atc)),
            ("display", Json::text(name)),
            ("release", Json::text("2026-04")),
        ]),
        code("NCIt", format!("C{}", 4_000_000 + number), Some(name)),
        code("RxNorm", (100_000 + number).to_string(), Some(name)),
    ];
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
    let gene = words::gene(random);
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

fn criterion(plan: &Plan, random: &mut Random, name: &str, members: &mut Vec<Member>) {
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
    if random.chance(50) {
        let (measures, unit) = random.one_of(&[
            ("count", "1"),
            ("duration", "mo"),
            ("length", "cm"),
            ("fraction", "%"),
            ("concentration", "mg/dL"),
        ]);
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
