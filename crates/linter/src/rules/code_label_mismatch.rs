//! Finds codes whose `display` is not the name that the pinned table gives, and genes whose symbol is
//! not that of their HGNC id.
//!
//! # Why it matters
//!
//! Code and name check each other. If they differ, one of them is wrong, and a program that looks at the
//! code acts on another thing than a person who reads the name.
//!
//! # How to mend it
//!
//! Look the code up. Mend the code if it is the wrong one, and else write the name as the table has it.
//!
//! # What it leaves alone
//!
//! Codes without `display`, and those for which the table may not give a name. The label of the record
//! may differ: it is the project's own.

use crate::check::rule;
use crate::codes;
use crate::finding::{Finding, Found};
use crate::view::{Records, Text};

rule! {
    name: "code-label-mismatch",
    severity: Error,
    summary: "a code with another name than its system gives it",
    since: "0.1.0",
    check: Dataset(check),
}

fn check(records: &Records<'_>, found: &mut Found) {
    for &use_ in records.uses_of_codes() {
        let (system, code) = (&*use_.system, use_.code);
        // What is in no table has no other name there.
        if let Some(official) = official(records, system, &code) {
            if let Some(display) = use_.node.text("display") {
                judge(system, official, code, display, found);
            }
        }
    }
    for entity in &records.entities {
        let gene = entity.get("gene");
        let id = gene.and_then(|gene| gene.text("hgnc"));
        let symbol = gene.and_then(|gene| gene.text("symbol"));
        if let Some((id, symbol)) = id.zip(symbol) {
            if let Some(official) = official(records, codes::GENES, &id) {
                judge(codes::GENES, official, id, symbol, found);
            }
        }
    }
}

/// The name that its system gives a code.
fn official<'t>(records: &'t Records<'_>, system: &str, code: &str) -> Option<&'t str> {
    records.codes().get(system, code)?.display.as_deref()
}

fn judge(system: &str, official: &str, code: Text<'_>, name: Text<'_>, found: &mut Found) {
    if official != &*name {
        found.add(
            Finding::new(
                name.spot(),
                format!("{system} calls `{}` `{official}`", &*code),
            )
            .with_related(code.spot(), "this is the code")
            .with_help("mend the code, or the name"),
        );
    }
}
