//! Claims: most of a dataset, of all types, each with what its type needs.

use sha2::{Digest, Sha256};

use crate::collection::Collection;
use crate::collection::Collection::{
    Agents, Biomarkers, Claims, Conditions, Criteria, Drugs, Goals, Interventions, Issues, Sites,
    Terms,
};
use crate::json::{Json, Member};
use crate::plan::Plan;
use crate::random::Random;
use crate::record::entity::{CLASS, FINDINGS, NEOPLASMS, is_class, measure};
use crate::record::term::PREFERRED;
use crate::record::{Stances, citations, date, is_deprecated, issue, notes};
use crate::words;

const TREATMENTS: &[Collection] = &[Interventions, Drugs];
const NOTHING: &[Collection] = &[];

/// The claim types: name, collections of the subject and of the object, and the words between
/// them. The common types stand here more than once.
#[rustfmt::skip]
const TYPES: [(&str, &[Collection], &[Collection], &str); 32] = [
    ("definition", &[Conditions, Interventions, Drugs, Terms], NOTHING, "is a name for treatment of this kind"),
    ("is-a", &[Conditions, Interventions, Drugs], NOTHING, "is a kind of"),
    ("indication", TREATMENTS, &[Conditions], "is used against"),
    ("occurrence", &[Conditions, Biomarkers], &[Sites, Conditions], "is found in"),
    ("adverse-effect", TREATMENTS, &[Conditions], "can cause"),
    ("complication", &[Conditions], &[Conditions], "leads to"),
    ("outcome", TREATMENTS, &[Goals, Conditions], "results in"),
    ("mechanism", &[Interventions, Drugs, Conditions], NOTHING, "acts on the supply of the tumor"),
    ("eligibility", &[Interventions, Drugs, Conditions], NOTHING, "comes into question"),
    ("route", TREATMENTS, NOTHING, "is given through a vessel"),
    ("indication", TREATMENTS, &[Conditions], "is an option for"),
    ("goal", &[Interventions, Drugs, Conditions], &[Goals], "aims at"),
    ("adverse-effect", TREATMENTS, &[Conditions], "has been followed by"),
    ("contraindication", &[Interventions], &[Conditions], "is avoided in"),
    ("outcome", TREATMENTS, &[Goals, Conditions], "is followed by"),
    ("comparison", TREATMENTS, NOTHING, "was set against other treatment"),
    ("eligibility", &[Interventions, Drugs, Conditions], NOTHING, "is considered"),
    ("alternative", TREATMENTS, TREATMENTS, "takes the place of"),
    ("indication", TREATMENTS, &[Conditions], "is recommended for"),
    ("sequence", TREATMENTS, &[Interventions, Drugs, Conditions], "is given in relation to"),
    ("adverse-effect", TREATMENTS, &[Conditions], "comes together with"),
    ("combination", TREATMENTS, NOTHING, "is combined with other treatment"),
    ("outcome", TREATMENTS, &[Goals, Conditions], "improves"),
    ("care", &[Conditions, Interventions, Biomarkers], &[Interventions], "calls for"),
    ("eligibility", &[Interventions, Drugs, Conditions], NOTHING, "requires several things"),
    ("availability", &[Interventions, Agents], NOTHING, "is offered in few places"),
    ("indication", TREATMENTS, &[Conditions], "is tried in"),
    ("prognosis", &[Conditions], &[Goals], "goes along with"),
    ("occurrence", &[Conditions, Biomarkers], &[Sites, Conditions], "occurs in"),
    ("comparison", TREATMENTS, NOTHING, "was compared in one study"),
    ("mechanism", &[Interventions, Drugs, Conditions], NOTHING, "heats the tissue"),
    ("contraindication", &[Interventions], &[Conditions], "is ruled out by"),
];

/// Appends what lies between the id and the review.
pub(super) fn fill(plan: &Plan, number: usize, random: &mut Random, members: &mut Vec<Member>) {
    let (kind, .., verb) = TYPES[number % TYPES.len()];
    let ((subject_collection, subject), object) = parties(plan, number, random);
    let subject_id = plan.id(subject_collection, subject);
    members.push(("type", Json::text(kind)));
    members.push(("subject", Json::Reference(subject_id.clone())));
    if let Some((collection, number)) = object {
        members.push(("object", Json::Reference(plan.id(collection, number))));
    }
    if kind == "contraindication" || random.chance(60) {
        members.push(("scope", scope(plan, random)));
    }
    if kind == "eligibility" || random.chance(8) {
        members.push(("criteria_logic", Json::text(random.one_of(&["all", "any"]))));
        members.push(("criteria", criteria(plan, kind, random)));
    }
    let other = type_members(plan, kind, &subject_id, random, members);
    if kind == "availability" || random.chance(10) {
        members.push((
            "jurisdictions",
            Json::Array(vec![Json::text("DE"), Json::text("US")]),
        ));
    }
    members.push((
        "polarity",
        Json::text(if random.chance(90) {
            "asserts"
        } else {
            "denies"
        }),
    ));
    certainty(kind, random, members);
    let mut start = format!("{} {verb}", plan.label(subject_collection, subject));
    if let Some((collection, number)) = object {
        start.push(' ');
        start.push_str(&plan.label(collection, number));
    }
    if let Some((collection, number)) = other {
        start.push_str(&format!(" ({})", plan.label(collection, number)));
    }
    statement(random, &start, members);
    let issue = issue::about_claim(plan, number);
    let stances = if issue.is_some() {
        Stances::Disputing
    } else {
        Stances::Agreeing
    };
    members.push(("citations", citations(plan, random, 3, stances)));
    members.push(("appraisal", appraisal(plan, random)));
    if let Some(issue) = issue {
        members.push((
            "open_issues",
            Json::references(vec![plan.id(Issues, issue)]),
        ));
    }
    if random.chance(10) {
        members.push(notes(random));
    }
    if is_deprecated(Claims, number) {
        members.push((
            "deprecated",
            Json::Object(vec![
                ("on", Json::text("2026-01-31")),
                ("reason", Json::text("superseded")),
                (
                    "replaced_by",
                    Json::references(vec![plan.any_id(random, Claims)]),
                ),
            ]),
        ));
    }
}

/// A record by its collection and number.
type Party = (Collection, usize);

/// The subject of a claim, and its object where it has one.
fn parties(plan: &Plan, number: usize, random: &mut Random) -> (Party, Option<Party>) {
    let (kind, subjects, objects, _) = TYPES[number % TYPES.len()];
    let turn = number / TYPES.len();
    let mut subject_collection = subjects[turn % subjects.len()];
    if (subject_collection, kind) == (Agents, "availability") && turn >= plan.count(Agents) {
        subject_collection = Interventions;
    }
    // Without an object the subject is all that tells claims of a type apart.
    let next = turn / subjects.len() * 2 + number % TYPES.len() / (TYPES.len() / 2);
    let mut subject = match subject_collection {
        _ if !objects.is_empty() => plan.any(random, subject_collection),
        // A definition is of what a term means, and not of a brand.
        Terms => plan.any_of_kind(random, Terms, PREFERRED),
        _ => plan.sound_at_or_below(subject_collection, next % plan.count(subject_collection)),
    };
    let mut object = None;
    if kind == "is-a" {
        // Always from a later record to an earlier one, so that no circle closes.
        while subject == 0 {
            subject_collection = random.one_of(subjects);
            subject = plan.any(random, subject_collection);
        }
        object = Some((
            subject_collection,
            plan.any_below(random, subject_collection, subject),
        ));
        if let Some((substance, class)) = member_of_class(plan, turn) {
            (subject_collection, subject) = (Drugs, substance);
            object = Some((Drugs, class));
        }
    } else if !objects.is_empty() {
        let collection = random.one_of(objects);
        let fitting = match (kind, collection) {
            ("adverse-effect" | "complication" | "outcome", Conditions) => Some(FINDINGS),
            ("care", _) => Some(random.one_of(&[(0, 13), (1, 13)])),
            _ => None,
        };
        let number = match fitting {
            Some(fitting) => plan.any_of_kind(random, collection, fitting),
            None => plan.any(random, collection),
        };
        if (collection, number) == (subject_collection, subject) {
            // Another one at the head of its collection, which is sound.
            subject = usize::from(number == 0);
        }
        object = Some((collection, number));
    }
    ((subject_collection, subject), object)
}

/// How sure a claim is, how often it is so, and the words of the source for both.
fn certainty(kind: &str, random: &mut Random, members: &mut Vec<Member>) {
    let modalities = [
        "asserted",
        "possible",
        "recommended",
        "required",
        "believed",
    ];
    let frequencies = ["always", "most", "often", "common", "sometimes", "rare"];
    let hedge = random.chance(70).then(|| random.one_of(&words::HEDGES));
    let (modality, often) = match hedge {
        Some((_, modality, frequency)) => (modality, frequency),
        None => (random.one_of(&modalities), random.one_of(&frequencies)),
    };
    members.push(("modality", Json::text(modality)));
    members.push(("frequency", Json::text(often)));
    frequency(kind, random, members);
    if let Some((hedge, ..)) = hedge {
        members.push(("source_hedge", Json::text(hedge)));
    }
}

fn type_members(
    plan: &Plan,
    kind: &str,
    subject: &str,
    random: &mut Random,
    members: &mut Vec<Member>,
) -> Option<(Collection, usize)> {
    let mut other = None;
    let mut other_treatment = |random: &mut Random| {
        loop {
            let collection = random.one_of(TREATMENTS);
            let number = plan.any(random, collection);
            let id = plan.id(collection, number);
            if id != subject {
                other = Some((collection, number));
                return id;
            }
        }
    };
    match kind {
        "route" => {
            let route = random.one_of(&["oral", "intravenous", "intra-arterial", "percutaneous"]);
            members.push(("route", Json::text(route)));
            members.push(("via", Json::Reference(plan.any_id(random, Sites))));
        }
        "comparison" => {
            let comparator = if random.chance(30) {
                Json::text("other-treatments")
            } else {
                Json::Reference(other_treatment(random))
            };
            let dimension = random.one_of(&[
                "survival",
                "recurrence",
                "side-effects",
                "hospital-stay",
                "cost",
            ]);
            let direction = random.one_of(&["better", "equal", "worse", "unclear"]);
            members.push(("comparator", comparator));
            members.push(("dimension", Json::text(dimension)));
            members.push(("direction", Json::text(direction)));
        }
        "sequence" => {
            let order = random.one_of(&["before", "after", "first-line", "any-time"]);
            members.push(("order", Json::text(order)));
        }
        "combination" => {
            members.push(("with", Json::references(vec![other_treatment(random)])));
        }
        "availability" => {
            let reason = random.one_of(&["technique", "cost", "provider-offer", "health-system"]);
            members.push(("reason", Json::text(reason)));
        }
        _ => {}
    }
    other
}

fn scope(plan: &Plan, random: &mut Random) -> Json {
    let conditions = plan.any_ids(random, Conditions, 2);
    let mut members = vec![("conditions", Json::references(conditions))];
    if random.chance(60) {
        let primary = plan.any_of_kind(random, Conditions, NEOPLASMS);
        let primaries = vec![plan.id(Conditions, primary)];
        members.push(("primaries", Json::references(primaries)));
    }
    if random.chance(20) {
        members.push(("sites", Json::references(plan.any_ids(random, Sites, 2))));
    }
    if random.chance(20) {
        let setting = random.one_of(&["outpatient", "hospital", "adjuvant", "palliative"]);
        members.push(("setting", Json::text(setting)));
    }
    Json::Object(members)
}

fn criteria(plan: &Plan, kind: &str, random: &mut Random) -> Json {
    let at_most = random.between(1, 4);
    let numbers = plan.any_numbers(random, Criteria, at_most);
    let uses = numbers.into_iter().map(|number| {
        let role = match kind {
            "contraindication" => "excludes",
            _ => random.one_of(&["requires", "excludes", "weighs"]),
        };
        let mut members = vec![
            ("criterion", Json::Reference(plan.id(Criteria, number))),
            ("role", Json::text(role)),
        ];
        if let Some((_, unit)) = measure(number).filter(|_| random.chance(80)) {
            let comparator = random.one_of(&["<", "<=", "=", ">=", ">"]);
            members.push(("comparator", Json::text(comparator)));
            members.push(("value", Json::integer(random.between(1, 36))));
            members.push(("unit", Json::text(unit)));
        }
        Json::Object(members)
    });
    Json::Array(uses.collect())
}

/// A class of drugs and a substance that belongs to it, where both are sound: every class has its
/// turn before a second substance of any.
fn member_of_class(plan: &Plan, turn: usize) -> Option<(usize, usize)> {
    let classes = plan.count(Drugs).div_ceil(CLASS);
    let class = turn % classes * CLASS;
    let is_sound =
        |number: usize| number < plan.count(Drugs) && plan.fault(Drugs, number).is_none();
    let mut substances = class + 1 + turn / classes % (CLASS - 1)..class + CLASS;
    let substance = substances.find(|&number| is_sound(number))?;
    (is_sound(class) && is_class(class)).then_some((substance, class))
}

fn frequency(kind: &str, random: &mut Random, members: &mut Vec<Member>) {
    let has_rate = match kind {
        "adverse-effect" if random.chance(50) => {
            let class = random.one_of(&["very-common", "common", "uncommon", "rare"]);
            members.push(("frequency_class", Json::text(class)));
            false
        }
        // The labels that are cited have a class or a number.
        "adverse-effect" => true,
        "outcome" | "prognosis" => random.chance(30),
        _ => false,
    };
    if !has_rate {
        return;
    }
    let low = random.between(1, 60);
    let mut rate = if random.chance(50) {
        vec![(
            "value",
            Json::Number(format!("{low}.{}", random.between(1, 9))),
        )]
    } else {
        vec![
            ("low", Json::integer(low)),
            ("high", Json::integer(low + 15)),
        ]
    };
    rate.push(("unit", Json::text("%")));
    if kind != "adverse-effect" {
        let period = vec![("value", Json::integer(5)), ("unit", Json::text("a"))];
        rate.push(("period", Json::Object(period)));
    }
    members.push(("rate", Json::Object(rate)));
}

fn statement(random: &mut Random, start: &str, members: &mut Vec<Member>) {
    let english = words::sentence(random, start);
    if !random.chance(2) || english.contains('≥') {
        members.push(("statement", Json::english(english)));
        return;
    }
    let hash = Sha256::digest(english.as_bytes());
    let hash = words::hexadecimal(&hash);
    let german = words::german(random, &english);
    let statement = Json::Object(vec![
        ("de", Json::Text(german)),
        ("en", Json::Text(english)),
    ]);
    members.push(("statement", statement));
    members.push(("statement_of", Json::Object(vec![("de", Json::Text(hash))])));
}

fn appraisal(plan: &Plan, random: &mut Random) -> Json {
    if random.chance(80) {
        return Json::Object(vec![("certainty", Json::text("unassessed"))]);
    }
    let certainty = random.one_of(&["high", "moderate", "low", "very-low"]);
    let rationale = words::sentence(random, "several studies of fair size agree");
    let person = plan.any_person(random);
    Json::Object(vec![
        ("certainty", Json::text(certainty)),
        ("rationale", Json::english(rationale)),
        ("by", Json::Reference(plan.id(Agents, person))),
        ("on", Json::Text(date(random))),
    ])
}
