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
    "counseling",
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
    "cancer center",
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
    "organ reserve",
    "platelet count",
    "bilirubin",
    "performance status",
    "earlier irradiation",
    "distance to vessel",
    "mutation present",
    "time since primary",
    "age",
    "breathing capacity",
];
const CLAUSES: [&str; 18] = [
    "where the disease is confined to one organ",
    "as long as enough healthy tissue remains",
    "after the primary tumor has been removed",
    "if systemic treatment has stopped the growth for some months",
    "unless large vessels or bile ducts are close by",
    "in studies that were small",
    "provided that the general state of health allows anesthesia",
    "when an interdisciplinary board has decided against surgery",
    "with an effect that lasts for several months in most centers that report it",
    "which is mainly known from retrospective series",
    "with fewer days in hospital than an open operation takes",
    "with repetitions when new foci appear",
    "irrespective of age and of earlier radiation",
    "because the dose reaches the tumor more directly than through a vein",
    "while the surrounding tissue is largely spared",
    "at a risk of bleeding that is weighed beforehand",
    "in people whose symptoms persist otherwise",
    "before any other local treatment is considered",
];
const TYPOGRAPHIC: [&str; 8] = [
    " – a “bridge” to surgery",
    ", as Müller’s series showed",
    " (lesions ≥ grade 3)",
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
    "Das gilt, solange genügend gesundes Gewebe übrig bleibt",
    "Der Nutzen ist bisher durch kleine Studien belegt",
    "Das Verfahren lässt sich wiederholen, wenn neue Herde auftreten",
    "Die Behandlung lindert Beschwerden und verlängert das Überleben",
    "Voraussetzung ist, dass die Leber noch ausreichend arbeitet",
    "Größere Gefäße verlaufen in einigem Abstand",
];
/// Short forms of being unsure, at most four words, each with a modality and a frequency that it
/// fits.
pub(crate) const HEDGES: [(&str, &str, &str); 10] = [
    ("may", "possible", "common"),
    ("under some conditions", "asserted", "sometimes"),
    ("often", "asserted", "often"),
    ("in some cases", "recommended", "sometimes"),
    ("is thought to", "believed", "common"),
    ("usually", "recommended", "most"),
    ("must", "required", "most"),
    ("up to", "possible", "often"),
    ("rarely", "asserted", "rare"),
    ("sometimes", "possible", "sometimes"),
];
/// How many words a sentence may have that says one thing.
const MOST_WORDS: usize = 28;
/// How many of them one of [`TYPOGRAPHIC`] may have.
const LONGEST_TYPOGRAPHIC: usize = 8;
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
        Collection::Conditions => format!(
            "{} {} {}",
            random.one_of(&EXTENTS),
            random.one_of(&ORGANS),
            random.one_of(&CONDITIONS)
        ),
        // Names of their own, which are no labels.
        Collection::Terms => format!(
            "{} {} of the {}",
            random.one_of(&EXTENTS),
            random.one_of(&CONDITIONS),
            random.one_of(&ORGANS)
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

/// A heading of a page or a paper.
pub(crate) fn heading(random: &mut Random) -> &'static str {
    random.one_of(&HEADINGS)
}

/// A sentence that starts with these words; a few in a hundred have characters outside ASCII.
pub(crate) fn sentence(random: &mut Random, start: &str) -> String {
    let mut text = String::with_capacity(256);
    let mut characters = start.chars();
    text.extend(characters.next().map(|first| first.to_ascii_uppercase()));
    text.push_str(characters.as_str());
    let first = random.below(CLAUSES.len());
    text.push(' ');
    text.push_str(CLAUSES[first]);
    if random.chance(40) {
        let second = CLAUSES[(first + random.between(1, CLAUSES.len() - 1)) % CLAUSES.len()];
        if count(&text) + count(second) <= MOST_WORDS {
            text.push_str(", ");
            text.push_str(second);
        }
    }
    if random.chance(5) && count(&text) < MOST_WORDS - LONGEST_TYPOGRAPHIC {
        text.push_str(random.one_of(&TYPOGRAPHIC));
    }
    text.push('.');
    text
}

/// A sentence in German, with the numbers of the one that it translates.
pub(crate) fn german(random: &mut Random, original: &str) -> String {
    let mut text = random.one_of(&GERMAN).to_owned();
    let is_digit = |character: char| character.is_ascii_digit();
    let numbers = original.split(|character| !is_digit(character));
    for (place, number) in numbers.filter(|number| !number.is_empty()).enumerate() {
        text.push_str(if place == 0 { ": Nr. " } else { " und " });
        text.push_str(number);
    }
    text.push('.');
    text
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

fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

fn drug(random: &mut Random) -> String {
    format!("{}{}", random.one_of(&STEMS), random.one_of(&ENDINGS))
}
