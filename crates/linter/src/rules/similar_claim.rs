//! Finds claims that are alike in every field but the wording of their statements.
//!
//! # Why it matters
//!
//! Whoever counts claims counts such a pair twice, and a correction reaches one of them only. Where they
//! do differ, the difference is in the sentences alone, where no application finds it.
//!
//! # How to mend it
//!
//! If they say the same, keep one with the citations of both. If not, say in the fields what differs:
//! scope, criteria, modality, frequency or object.
//!
//! # What it leaves alone
//!
//! Statements that are equal but for case and punctuation: that is `duplicate-claim`. Claims of types
//! whose content is in the sentence (definition, mechanism, care, prognosis and the like without an
//! object) unless most of their words are the same.
//!
//! # How often it is right
//!
//! It finds one pair in the project's dataset, in which physicians do what a team does in the other claim: two
//! claims that no field tells apart.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use treatise_source::NameSet;

use crate::alike::{Keys, Said, members, same};
use crate::check::rule;
use crate::documents::words;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Record, Records};

rule! {
    name: "similar-claim",
    severity: Warning,
    summary: "two claims that differ in nothing but their wording",
    since: "0.1.0",
    check: Alike(keys, check),
    tables: [TELLING],
}

/// Members that make a claim another one.
static TELLING: LazyLock<NameSet> = LazyLock::new(|| {
    members(&[
        "type",
        "subject",
        "object",
        "scope",
        "criteria_logic",
        "criteria",
        "route",
        "via",
        "comparator",
        "dimension",
        "direction",
        "order",
        "with",
        "reason",
        "jurisdictions",
        "polarity",
        "modality",
        "frequency",
        "frequency_class",
        "rate",
    ])
});
/// Types whose fields say all that their statements say.
const FIELDED: &[&str] = &[
    "is-a",
    "occurrence",
    "complication",
    "indication",
    "goal",
    "contraindication",
    "adverse-effect",
    "outcome",
    "comparison",
    "alternative",
    "sequence",
    "combination",
    "eligibility",
];
/// The share of common words from which sentences are alike, of 100.
const ALIKE: usize = 70;
/// With how many claims of the same fields each is compared: among more, one wording more or less says
/// nothing.
const MOST_EARLIER: usize = 16;

fn keys(record: Record<'_>, keys: &mut Keys<'_>) {
    if let Some(claim) = record.claim().filter(|claim| !claim.is_deprecated()) {
        let members = claim.value.members();
        let telling = members.filter_map(|member| {
            let name = TELLING.position_of(&member)?;
            Some((name, Said(member.value)))
        });
        keys.add_parts(telling);
    }
}

fn check<'r>(alike: &[Record<'r>], records: &Records<'r>, found: &mut Found) {
    for group in same(alike, TELLING.names()) {
        let mut earlier: Vec<(Claim<'_>, BTreeSet<String>)> = Vec::new();
        for claim in group.into_iter().filter_map(Record::claim) {
            let Some(own) = sentence(records, claim) else {
                continue;
            };
            let is_fielded = claim.kind().is_some_and(|kind| FIELDED.contains(&&*kind));
            let twin = earlier.iter().find(|(_, said)| {
                let common = own.intersection(said).count();
                let all = own.union(said).count();
                own != *said && (is_fielded || common * 100 >= all * ALIKE)
            });
            let twin = twin.map(|&(twin, _)| twin);
            if let Some(twin) = twin {
                found.add(
                    Finding::new(
                        claim.heading(),
                        format!(
                            "`{}` differs from `{}` in its wording only",
                            claim.id, twin.id
                        ),
                    )
                    .with_related(twin.heading(), "this is the other claim")
                    .with_help(
                        "keep one with the citations of both, or say in a field what differs",
                    ),
                );
            }
            if earlier.len() < MOST_EARLIER {
                earlier.push((claim, own));
            }
        }
    }
}

/// The words of a statement, in no order.
fn sentence(records: &Records<'_>, claim: Claim<'_>) -> Option<BTreeSet<String>> {
    let statement = claim.statement(records.language())?;
    Some(
        words(&statement)
            .map(|(_, word)| word.to_lowercase())
            .collect(),
    )
}
