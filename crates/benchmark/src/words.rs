//! Words for names and sentences, with the lengths and the mix of characters of real records.

use crate::collection::Collection;
use crate::random::Random;

const ORGANS: [&str; 24] = [
    "liver",
    "lung",
    "bone",
    "brain",
    "spine",
    "pleura",
    "peritoneum",
    "adrenal gland",
    "kidney",
    "ovary",
    "skin",
    "breast",
    "colon",
    "rectum",
    "stomach",
    "pancreas",
    "prostate",
    "thyroid",
    "bladder",
    "lymph node",
    "portal vein",
    "hepatic artery",
    "pelvis",
    "skull base",
];
const CONDITIONS: [&str; 12] = [
    "metastasis",
    "carcinoma",
    "sarcoma",
    "fracture",
    "effusion",
    "pain",
    "recurrence",
    "inflammation",
    "edema",
    "bleeding",
    "failure",
    "necrosis",
];
const EXTENTS: [&str; 10] = [
    "solitary",
    "diffuse",
    "resectable",
    "unresectable",
    "early",
    "advanced",
    "painful",
    "bilateral",
    "recurrent",
    "synchronous",
];
const PROCEDURES: [&str; 16] = [
    "resection",
    "ablation",
    "embolization",
    "irradiation",
    "infusion",
    "drainage",
    "biopsy",
    "imaging",
    "transplantation",
    "perfusion",
    "cementation",
    "radiosurgery",
    "stenting",
    "follow up",
    "counselling",
    "sampling",
];
const MANNERS: [&str; 12] = [
    "radiofrequency",
    "microwave",
    "laparoscopic",
    "percutaneous",
    "stereotactic",
    "open",
    "image guided",
    "selective",
    "palliative",
    "staged",
    "repeated",
    "hepatic arterial",
];
const STEMS: [&str; 18] = [
    "beva", "cetu", "pani", "trastu", "denosu", "oxali", "carbo", "doce", "pacli", "capeci",
    "rego", "sora", "suni", "zole", "pami", "letro", "tamo", "erlo",
];
const ENDINGS: [&str; 10] = [
    "cizumab", "ximab", "tumumab", "zumab", "platin", "taxel", "tabine", "fenib", "tinib",
    "dronate",
];
const GENES: [&str; 12] = [
    "KRAS", "NRAS", "BRAF", "EGFR", "ERBB2", "ALK", "ROS1", "BRCA1", "BRCA2", "TP53", "PIK3CA",
    "MET",
];
const PUBLISHERS: [&str; 10] = [
    "institute",
    "society",
    "hospital",
    "university press",
    "cancer centre",
    "journal",
    "patient portal",
    "working group",
    "register",
    "health service",
];
const AIMS: [&str; 12] = [
    "longer survival",
    "pain relief",
    "tumor control",
    "stable bone",
    "better mobility",
    "cure",
    "less bleeding",
    "fewer admissions",
    "clear breathing",
    "comfort",
    "shorter recovery",
    "slower growth",
];
const MEASURES: [&str; 12] = [
    "number of lesions",
    "largest diameter",
    "liver reserve",
    "platelet count",
    "bilirubin",
    "performance status",
    "earlier irradiation",
    "distance to vessel",
    "mutation present",
    "time since primary",
    "age",
    "lung function",
];
const CLAUSES: [&str; 18] = [
    "where the disease is confined to one organ",
    "as long as enough healthy tissue remains",
    "after the primary tumor has been removed completely",
    "if systemic treatment has stopped the growth for some months",
    "unless large vessels or bile ducts are close by",
    "although the studies behind this are small",
    "provided that the general state of health allows anesthesia",
    "when surgery has been ruled out by an interdisciplinary board",
    "and the effect lasts for several months in most centers that report it",
    "which is mainly known from retrospective series",
    "with fewer days in hospital than an open operation takes",
    "and can be repeated when new foci appear",
    "irrespective of age and of earlier radiation",
    "because the dose reaches the tumor more directly than through a vein",
    "while the surrounding tissue is largely spared",
    "and this should be weighed against the risk of bleeding",
    "in people whose symptoms cannot be relieved otherwise",
    "before any other local treatment is considered",
];
const TYPOGRAPHIC: [&str; 8] = [
    " – a “bridge” to surgery",
    ", as Müller’s series showed",
    " (tumors ≥ 3 cm)",
    ", at 37–42 °C",
    " in the ‘watch and wait’ approach",
    ", after the Pringle manœuvre…",
    " with an α/β ratio of about 10",
    ", described by Šimůnek and Żółć",
];
const HEADINGS: [&str; 14] = [
    "What is it?",
    "Treatment options",
    "Surgery",
    "Radiation therapy",
    "Side effects",
    "Methods",
    "Results",
    "Discussion",
    "Who is it for?",
    "Outlook",
    "Follow-up care",
    "Metastases in the liver",
    "Metastases in bones",
    "Before the procedure",
];
const GERMAN: [&str; 6] = [
    "Das gilt, solange genügend gesundes Gewebe übrig bleibt.",
    "Der Nutzen ist bisher nur durch kleine Studien belegt.",
    "Das Verfahren lässt sich wiederholen, wenn neue Herde auftreten.",
    "Die Behandlung lindert Beschwerden, heilt die Krankheit aber nicht.",
    "Voraussetzung ist, dass die Leber noch ausreichend arbeitet.",
    "Größere Gefäße dürfen nicht in unmittelbarer Nähe verlaufen.",
];
/// Short forms of being unsure, at most four words.
pub(crate) const HEDGES: [&str; 10] = [
    "may",
    "under some conditions",
    "often",
    "in some cases",
    "is thought to",
    "usually",
    "not yet clear",
    "up to",
    "rarely",
    "sometimes",
];
const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// A name for a record: one to four words.
pub(crate) fn name(collection: Collection, random: &mut Random) -> String {
    match collection {
        Collection::Sources => format!(
            "{} {} {}",
            random.one_of(&ORGANS),
            random.one_of(&PROCEDURES),
            random.one_of(&["review", "trial", "guideline", "leaflet", "cohort"])
        ),
        Collection::Agents => {
            format!("{} {}", random.one_of(&ORGANS), random.one_of(&PUBLISHERS))
        }
        Collection::Conditions | Collection::Terms => format!(
            "{} {} {}",
            random.one_of(&EXTENTS),
            random.one_of(&ORGANS),
            random.one_of(&CONDITIONS)
        ),
        Collection::Sites => {
            format!("{} segment", random.one_of(&ORGANS))
        }
        Collection::Interventions => format!(
            "{} {} {}",
            random.one_of(&MANNERS),
            random.one_of(&ORGANS),
            random.one_of(&PROCEDURES)
        ),
        Collection::Drugs => drug(random),
        Collection::Biomarkers => format!("{} alteration", random.one_of(&GENES)),
        Collection::Criteria => {
            format!("{} {}", random.one_of(&ORGANS), random.one_of(&MEASURES))
        }
        Collection::Goals => random.one_of(&AIMS).to_owned(),
        Collection::Claims => {
            format!(
                "{} {} {}",
                drug(random),
                random.one_of(&ORGANS),
                random.one_of(&CONDITIONS)
            )
        }
        Collection::Issues => format!(
            "{} {}",
            random.one_of(&PUBLISHERS),
            random.one_of(&[
                "word lost",
                "claim doubtful",
                "number outdated",
                "name wrong"
            ])
        ),
    }
}

/// The name of a gene.
pub(crate) fn gene(random: &mut Random) -> &'static str {
    random.one_of(&GENES)
}

/// A heading of a page or a paper.
pub(crate) fn heading(random: &mut Random) -> &'static str {
    random.one_of(&HEADINGS)
}

/// A sentence that starts with these words; a few in a hundred have characters outside ASCII,
/// and fewer have some that JSON escapes.
pub(crate) fn sentence(random: &mut Random, start: &str) -> String {
    let mut text = String::with_capacity(256);
    let mut characters = start.chars();
    text.extend(characters.next().map(|first| first.to_ascii_uppercase()));
    text.push_str(characters.as_str());
    let first = random.below(CLAUSES.len());
    text.push(' ');
    text.push_str(CLAUSES[first]);
    if random.chance(40) {
        text.push_str(", ");
        text.push_str(CLAUSES[(first + random.between(1, CLAUSES.len() - 1)) % CLAUSES.len()]);
    }
    match random.below(200) {
        0..8 => text.push_str(random.one_of(&TYPOGRAPHIC)),
        8 => text.push_str(", the \"gold standard\" of its time"),
        _ => {}
    }
    text.push('.');
    text
}

/// A sentence in German.
pub(crate) fn german(random: &mut Random) -> &'static str {
    random.one_of(&GERMAN)
}

/// A hash of nothing.
pub(crate) fn hash(random: &mut Random) -> String {
    let mut bytes = [0; 32];
    for chunk in bytes.chunks_exact_mut(8) {
        chunk.copy_from_slice(&random.bits().to_le_bytes());
    }
    hexadecimal(&bytes)
}

/// Bytes as hexadecimal digits in lower case.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for &byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

fn drug(random: &mut Random) -> String {
    format!("{}{}", random.one_of(&STEMS), random.one_of(&ENDINGS))
}
