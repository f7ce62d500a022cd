//! The faults: what each one does to a record.
//!
//! A fault is one mistake as an editor would make it. It can break more than one rule: a
//! reference into the wrong collection breaks the pattern of ids too.

use crate::collection::Collection;
use crate::json::{Json, Member};
use crate::plan::Plan;
use crate::random::Random;

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    MissingRequiredMember,
    UnknownMember,
    WrongEnumValue,
    WrongType,
    DanglingReference,
    WrongCollectionReference,
    DuplicateKey,
    LossyNumber,
    SyntaxError,
    PatternViolation,
    DuplicateId,
}

/// All faults, in the order in which they are listed.
pub(crate) const FAULTS: [Fault; 11] = [
    Fault::MissingRequiredMember,
    Fault::UnknownMember,
    Fault::WrongEnumValue,
    Fault::WrongType,
    Fault::DanglingReference,
    Fault::WrongCollectionReference,
    Fault::DuplicateKey,
    Fault::LossyNumber,
    Fault::SyntaxError,
    Fault::PatternViolation,
    Fault::DuplicateId,
];

/// Integers that no double holds.
const LOSSY: [&str; 3] = [
    "9007199254740993",
    "12345678901234567891",
    "90071992547409930001",
];

impl Fault {
    /// The name in the list of expected faults.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::MissingRequiredMember => "missing-required-member",
            Self::UnknownMember => "unknown-member",
            Self::WrongEnumValue => "wrong-enum-value",
            Self::WrongType => "wrong-type",
            Self::DanglingReference => "dangling-reference",
            Self::WrongCollectionReference => "wrong-collection-reference",
            Self::DuplicateKey => "duplicate-key",
            Self::LossyNumber => "lossy-number",
            Self::SyntaxError => "syntax-error",
            Self::PatternViolation => "pattern-violation",
            Self::DuplicateId => "duplicate-id",
        }
    }

    /// Whether the records of a collection can have it: only some have numbers.
    pub(crate) fn is_possible_in(self, collection: Collection) -> bool {
        self != Self::LossyNumber
            || matches!(
                collection,
                Collection::Terms | Collection::Claims | Collection::Issues
            )
    }

    /// Puts the fault into the record.
    pub(crate) fn spoil(
        self,
        plan: &Plan,
        collection: Collection,
        number: usize,
        random: &mut Random,
        members: &mut Vec<Member>,
    ) {
        match self {
            Self::MissingRequiredMember => {
                let name = random.one_of(dispensable(collection));
                members.retain(|(member, _)| *member != name);
            }
            Self::UnknownMember => {
                let name = random.one_of(&["comment", "labels", "lastChanged", "stauts"]);
                let place = random.between(1, members.len());
                members.insert(place, (name, Json::text("unknown")));
            }
            Self::WrongEnumValue => {
                let (name, wrong) = wrong_enum_value(collection);
                let owner = if name == "status" && collection != Collection::Issues {
                    inside(members, "review")
                } else {
                    members
                };
                *member(owner, name) = Json::text(wrong);
            }
            Self::WrongType => match collection {
                Collection::Agents => *member(members, "name") = Json::integer(number),
                Collection::Claims => *member(members, "statement") = Json::text("A claim."),
                Collection::Terms => *member(members, "text") = Json::Array(Vec::new()),
                _ => *member(inside(members, "review"), "curated_on") = Json::integer(20_261_122),
            },
            Self::DanglingReference => {
                let mut references = references(members);
                let place = random.below(references.len());
                references[place].1.push_str("-nowhere");
            }
            Self::WrongCollectionReference => {
                let wrong = plan.any_id(random, Collection::Issues);
                let mut references = references(members);
                references.retain(|(name, id)| {
                    !id.starts_with("iss-") && !["affects", "replaced_by"].contains(name)
                });
                let place = random.below(references.len());
                *references[place].1 = wrong;
            }
            Self::DuplicateKey => {
                let again = members[random.below(members.len())].clone();
                members.push(again);
            }
            Self::LossyNumber => {
                let mut paragraphs = Vec::new();
                for member in members {
                    collect_paragraphs(member, &mut paragraphs);
                }
                let place = random.below(paragraphs.len());
                random.one_of(&LOSSY).clone_into(paragraphs[place]);
            }
            Self::PatternViolation => violate_pattern(collection, random, members),
            Self::DuplicateId => {
                let other = plan.any_id(random, collection);
                *member(members, "id") = Json::text(other);
            }
            // In the printed text, because a tree has no way to hold it.
            Self::SyntaxError => {}
        }
    }
}

/// Breaks the grammar of a printed object in one of the usual ways.
pub(crate) fn break_syntax(random: &mut Random, text: &mut String) {
    let end = text.len() - 1;
    match random.below(4) {
        // The last brace is missing.
        0 => text.truncate(end),
        // A comma follows the last member.
        1 => {
            let place = text[..end].trim_end().len();
            text.insert(place, ',');
        }
        // The comma after the first member is missing.
        2 => {
            let Some(place) = text.find(',') else {
                unreachable!("promised: a record has several members");
            };
            text.remove(place);
        }
        // The first name has no opening quote.
        _ => {
            let Some(place) = text.find('"') else {
                unreachable!("promised: a record has a name");
            };
            text.remove(place);
        }
    }
}

/// Required members that nothing else in the schema depends on.
fn dispensable(collection: Collection) -> &'static [&'static str] {
    match collection {
        Collection::Sources => &["publisher", "interest", "jurisdictions", "review"],
        Collection::Agents => &["name", "review"],
        Collection::Conditions | Collection::Interventions | Collection::Goals => {
            &["category", "label", "review"]
        }
        Collection::Sites | Collection::Criteria => &["label", "review"],
        Collection::Drugs => &["level", "label", "review"],
        Collection::Biomarkers => &["alteration", "origin", "label", "review"],
        Collection::Terms => &["text", "lang", "review"],
        Collection::Claims => &[
            "polarity",
            "modality",
            "frequency",
            "statement",
            "citations",
            "review",
        ],
        Collection::Issues => &["kind", "note", "review"],
    }
}

/// A member with a closed list of values, and a value that is not in it.
fn wrong_enum_value(collection: Collection) -> (&'static str, &'static str) {
    match collection {
        Collection::Sources => ("interest", "sponsor"),
        Collection::Conditions | Collection::Interventions | Collection::Goals => {
            ("category", "other")
        }
        Collection::Drugs => ("level", "substnace"),
        Collection::Biomarkers => ("origin", "tumour"),
        Collection::Claims => ("modality", "suggested"),
        Collection::Issues => ("kind", "typo"),
        _ => ("status", "approved"),
    }
}

fn violate_pattern(collection: Collection, random: &mut Random, members: &mut Vec<Member>) {
    match collection {
        Collection::Sources => {
            *member(members, "jurisdictions") = Json::Array(vec![Json::text("Germany")]);
        }
        Collection::Biomarkers => {
            *member(inside(members, "gene"), "hgnc") = Json::text("HGNC 6407");
        }
        Collection::Terms => *member(members, "lang") = Json::text("english"),
        Collection::Claims => {
            let Json::Array(citations) = member(members, "citations") else {
                unreachable!("promised: citations are a list");
            };
            let place = random.below(citations.len());
            let Json::Object(citation) = &mut citations[place] else {
                unreachable!("promised: a citation is an object");
            };
            *member(citation, "snapshot") = Json::text("Document 1");
        }
        _ => {
            members.retain(|(name, _)| *name != "notes");
            let notes = Json::Object(vec![("en_GB", Json::text("Look this up again."))]);
            members.insert(members.len() - 1, ("notes", notes));
        }
    }
}

fn member<'m>(members: &'m mut [Member], name: &str) -> &'m mut Json {
    let Some((_, value)) = members.iter_mut().find(|(member, _)| *member == name) else {
        unreachable!("promised: the record has a member `{name}`");
    };
    value
}

fn inside<'m>(members: &'m mut [Member], name: &str) -> &'m mut Vec<Member> {
    let Json::Object(inner) = member(members, name) else {
        unreachable!("promised: the member `{name}` is an object");
    };
    inner
}

/// All references, each with the name of the nearest member that holds it.
fn references(members: &mut [Member]) -> Vec<(&'static str, &mut String)> {
    let mut found = Vec::new();
    for (name, value) in members {
        collect_references(name, value, &mut found);
    }
    found
}

fn collect_references<'m>(
    name: &'static str,
    value: &'m mut Json,
    found: &mut Vec<(&'static str, &'m mut String)>,
) {
    match value {
        Json::Reference(id) => found.push((name, id)),
        Json::Array(items) => {
            for item in items {
                collect_references(name, item, found);
            }
        }
        Json::Object(members) => {
            for (name, value) in members {
                collect_references(name, value, found);
            }
        }
        Json::Text(_) | Json::Number(_) => {}
    }
}

/// All numbers that count paragraphs: their schema has no upper limit.
fn collect_paragraphs<'m>((name, value): &'m mut Member, found: &mut Vec<&'m mut String>) {
    match value {
        Json::Number(number) if *name == "paragraph" => found.push(number),
        Json::Object(members) => {
            for member in members {
                collect_paragraphs(member, found);
            }
        }
        Json::Array(items) => {
            for item in items {
                if let Json::Object(members) = item {
                    for member in members {
                        collect_paragraphs(member, found);
                    }
                }
            }
        }
        _ => {}
    }
}
