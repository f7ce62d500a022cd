//! Finds generic names of drugs with a capital, in labels and within sentences.
//!
//! # Why it matters
//!
//! A capital makes a brand of a generic name: that is how the two are told apart in print. The nomenclature
//! of the WHO (INN) is in lower case.
//!
//! # How to mend it
//!
//! Write it in lower case; `treatise check --fix --unsafe-fixes` does in notes.
//!
//! # What it leaves alone
//!
//! The beginning of a sentence; abbreviations; drugs that are classes, whose names may begin with a symbol;
//! titles of sources, which are as they were printed.
//!
//! # How often it is right
//!
//! It finds nothing in the project's dataset. Of 30 statements that were written to try the rules, it found
//! the one that has such a name, and none of the names that begin a sentence.

use treatise_report::Applicability;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Entity, Kind, Record, Records, Sign, Text};

rule! {
    name: "capitalised-generic-name",
    severity: Warning,
    summary: "a generic name with a capital",
    since: "0.1.0",
    check: EachRecord(check),
    needs: WholeDataset,
    fix: Unsafe,
}

fn check(record: Record<'_>, records: &Records<'_>, found: &mut Found) {
    let language = records.language();
    let is_substance = |entity: Entity<'_>| entity.level() == Some("substance");
    match record.plan.kind {
        Some(Kind::Entity) if is_substance(Entity(record)) => {
            let label = Entity(record).label(language);
            if let Some(label) = label.filter(|label| is_capitalised(label)) {
                report(label, 0, found);
            }
        }
        Some(Kind::Claim | Kind::Issue) => {
            for prose in record.prose() {
                if prose.language != Some(language) || !prose.wording.may_have(Sign::InnerCapital) {
                    continue;
                }
                for mention in records.names().find_in(prose) {
                    let start = mention.range.start;
                    if !is_capitalised(&prose.text[start..]) {
                        continue;
                    }
                    let [drug] = mention.name.entities[..] else {
                        continue;
                    };
                    let is_generic = mention.name.term.is_none() && is_substance(drug);
                    let before = prose.text[..start].trim_end();
                    let begins =
                        before.is_empty() || before.ends_with(['.', ':', '!', '?', '“', '"']);
                    if is_generic && !begins {
                        report(prose.text, start, found);
                    }
                }
            }
        }
        _ => {}
    }
}

fn report(text: Text<'_>, start: usize, found: &mut Found) {
    let end = text[start..]
        .find(|it: char| !it.is_alphanumeric())
        .map_or(text.len(), |length| start + length);
    let lower = text[start..end].to_lowercase();
    let finding = Finding::new(
        text.part(start..end),
        format!("the generic name `{lower}` is written with a capital"),
    )
    .with_help("write it in lower case");
    found.add(finding.with_replaced(Applicability::Unsafe, text, [(start..end, lower)]));
}

/// A capital and then lower case.
fn is_capitalised(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(char::is_uppercase)
        && characters.next().is_some_and(char::is_lowercase)
}
