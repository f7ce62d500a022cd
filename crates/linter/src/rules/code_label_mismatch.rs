//! Finds codes whose `display` is not the name that the pinned table gives, codes of drugs that bear the
//! name of another drug, and genes whose symbol is not that of their HGNC id.
//!
//! # Why it matters
//!
//! Code and name check each other. If they differ, one of them is wrong, and a program that looks at the
//! code acts on another thing than a person who reads the name.
//!
//! # How to mend it
//!
//! Look the code up. Mend the code if it is the wrong one, and else write the name as the table has it.
//! A code with the name of another drug of the dataset belongs to that one.
//!
//! # What it leaves alone
//!
//! Codes without `display`, and those for which the table may not give a name. The label of the record
//! may differ, unless another drug has the name of the code as its label: it is the project's own.

use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use crate::check::rule;
use crate::codes::{self, Use};
use crate::finding::{Finding, Found};
use crate::view::{Entity, Records, Text};

rule! {
    name: "code-label-mismatch",
    severity: Error,
    summary: "a code with another name than its system gives it, or with that of another drug",
    since: "0.1.0",
    check: Dataset(check),
}

/// What is a drug.
const DRUGS: &str = "drugs";

fn check(records: &Records<'_>, found: &mut Found) {
    let labels = OnceCell::new();
    for &use_ in records.uses_of_codes() {
        let (system, code) = (&*use_.system, use_.code);
        let display = use_.node.text("display");
        let official = official(records, system, &code);
        // What is in no table has no other name there.
        if let Some((official, display)) = official.zip(display) {
            if official != &*display {
                report(system, official, code, display, found);
                continue;
            }
        }
        let name = display.map(Text::as_str).or(official);
        if let Some(other) = name.and_then(|name| bearer(records, use_, name, &labels)) {
            report_other(use_, display, other, found);
        }
    }
    for entity in &records.entities {
        let gene = entity.get("gene");
        let id = gene.and_then(|gene| gene.text("hgnc"));
        let symbol = gene.and_then(|gene| gene.text("symbol"));
        if let Some((id, symbol)) = id.zip(symbol) {
            if let Some(official) = official(records, codes::GENES, &id) {
                if official != &*symbol {
                    report(codes::GENES, official, id, symbol, found);
                }
            }
        }
    }
}

/// The name that its system gives a code.
fn official<'t>(records: &'t Records<'_>, system: &str, code: &str) -> Option<&'t str> {
    records.codes().get(system, code)?.display.as_deref()
}

/// The drugs by their labels, in lower case.
type Labels<'r> = FxHashMap<String, Entity<'r>>;

/// The drug that has the name of a code as its label, where the record that has the code is another one.
fn bearer<'r>(
    records: &Records<'r>,
    use_: Use<'_>,
    name: &str,
    labels: &OnceCell<Labels<'r>>,
) -> Option<Entity<'r>> {
    let language = records.language();
    let user = use_.record.entity()?;
    if !is_drug(user) || user.is_deprecated() {
        return None;
    }
    // Most codes have the name of the record, and ask for no others.
    let name = name.to_lowercase();
    if user
        .label(language)
        .is_some_and(|label| label.to_lowercase() == name)
    {
        return None;
    }
    let all = labels.get_or_init(|| {
        let drugs = records.entities.iter().copied();
        let drugs = drugs.filter(|&entity| is_drug(entity) && !entity.is_deprecated());
        drugs
            .filter_map(|drug| Some((drug.label(language)?.to_lowercase(), drug)))
            .collect()
    });
    all.get(&name).copied()
}

fn is_drug(entity: Entity<'_>) -> bool {
    entity.collection.name() == DRUGS
}

fn report(system: &str, official: &str, code: Text<'_>, name: Text<'_>, found: &mut Found) {
    found.add(
        Finding::new(
            name.spot(),
            format!("{system} calls `{}` `{official}`", &*code),
        )
        .with_related(code.spot(), "this is the code")
        .with_help("mend the code, or the name"),
    );
}

fn report_other(use_: Use<'_>, display: Option<Text<'_>>, other: Entity<'_>, found: &mut Found) {
    let spot = display.unwrap_or(use_.code).spot();
    let message = format!("the code `{}` has the name of `{}`", &*use_.code, other.id);
    found.add(
        Finding::new(spot, message)
            .with_related(other.heading(), "this is the other drug")
            .with_help("give the code to that one, and look up the code of this one"),
    );
}
