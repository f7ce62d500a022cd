//! Finds texts that are not in the composed normal form of Unicode (NFC).
//!
//! # Why it matters
//!
//! An `é` can be one character or two, and nobody sees which. Two texts that look the same differ, hashes
//! differ, and a search misses one of them.
//!
//! # How to mend it
//!
//! Write the composed form; `treatise check --fix` does in texts for people, except in those that carry
//! meaning, such as labels and statements. An id, or a word that the schema lists, would no longer be
//! found by what stands elsewhere: there, all places have to be mended together.
//!
//! # What it leaves alone
//!
//! Names of members, which the schema gives.

use icu_normalizer::ComposingNormalizerBorrowed;
use treatise_report::Applicability;
use treatise_source::{Lineage, Value};

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Record;

rule! {
    name: "not-nfc",
    severity: Error,
    summary: "a text that is not in the composed form of Unicode (NFC)",
    since: "0.1.0",
    check: Record(check),
    fix: Safe,
}

fn check(record: Record<'_>, found: &mut Found) {
    let tree = record.value.tree();
    if tree.is_ascii() {
        return;
    }
    let mut lineage = None;
    for value in tree.values() {
        if let Some(text) = value.as_str().filter(|text| !text.is_ascii()) {
            look(record, value, text, &mut lineage, found);
        }
    }
}

/// `lineage` is that of the tree, which is found out when it is first asked for.
fn look<'t>(
    record: Record<'t>,
    value: Value<'t>,
    text: &str,
    lineage: &mut Option<Lineage<'t>>,
    found: &mut Found,
) {
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    if composed == text {
        return;
    }
    let finding = Finding::new(
        record.spot_of(value.span()),
        "the text is not in the composed form of Unicode (NFC)",
    )
    .with_help(format!("write `{composed}`, with composed characters"));
    let lineage = lineage.get_or_insert_with(|| Lineage::of(record.value.tree()));
    let is_prose = record.plan.shape.is_prose_at(&lineage.path(value));
    found.add(match is_prose {
        true => {
            let written = serde_json::to_string(&composed).expect("a string can be written");
            finding.with_fix(Applicability::Safe, [(value.span(), written)])
        }
        false => finding,
    });
}
