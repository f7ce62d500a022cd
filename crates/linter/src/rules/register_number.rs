//! Finds entries of registers that are not spelled as the register does, and numbers of reports that
//! are not those of the register.
//!
//! # Why it matters
//!
//! The number is what leads to the entry: `032/045OL` and `032-045 OL` are not found where
//! `032-045OL` is.
//!
//! # How to mend it
//!
//! Write the number as the register does; `treatise check --fix` does where only the case, the
//! hyphens or the name of the register before the number are in the way.
//!
//! # What it leaves alone
//!
//! Registers that are not in the table of the program. Whether there is such an entry is not known
//! without the network.

use std::sync::LazyLock;

use regex::Regex;
use treatise_report::Applicability;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::tables::rows;
use crate::view::{Source, Text};

rule! {
    name: "register-number",
    severity: Error,
    summary: "the number of a register entry that is not spelled as the register does",
    since: "0.1.0",
    check: Source(check),
    tables: [REGISTERS],
    fix: Safe,
}

const TABLE: &str = include_str!("../tables/registers.tsv");

/// A register: its name, other spellings of it, the form of its numbers, and how a number is put
/// together from the groups of a loose spelling.
struct Register {
    name: &'static str,
    form: Regex,
    loose: Regex,
    spelling: &'static str,
}

static REGISTERS: LazyLock<Vec<Register>> = LazyLock::new(|| {
    let regex = |pattern| Regex::new(pattern).expect("the patterns of the table are right");
    rows::<5>(TABLE)
        .map(|[name, form, loose, spelling, _]| Register {
            name,
            form: regex(form),
            loose: regex(loose),
            spelling,
        })
        .collect()
});

fn check(source: Source<'_>, found: &mut Found) {
    let Some(entry) = source.get("register") else {
        return;
    };
    let (Some(system), Some(number)) = (entry.text("system"), entry.text("number")) else {
        return;
    };
    let fold = |name: &str| name.to_lowercase().replace([' ', '.', '-'], "");
    let known = REGISTERS
        .iter()
        .find(|register| fold(register.name) == fold(&system));
    let Some(register) = known else {
        return;
    };
    if *system != *register.name {
        respell(system, register.name, "register", found);
    }
    if !register.form.is_match(&number) {
        match spelling(register, &number) {
            Some(spelling) => respell(number, &spelling, "number", found),
            None => found.add(
                Finding::new(
                    number.spot(),
                    format!("`{}` is no number of {}", &*number, register.name),
                )
                .with_help("copy it again from the register"),
            ),
        }
    }
    let of_report = source.csl().and_then(|csl| csl.text("number"));
    let Some(of_report) = of_report.filter(|other| **other != *number) else {
        return;
    };
    // A number of another kind, such as that of a report in its series, is none of the register.
    let own = spelling(register, &number);
    let of_report_spelling = spelling(register, &of_report);
    if let Some(spelling) = of_report_spelling
        .as_ref()
        .filter(|_| own == of_report_spelling)
    {
        if *of_report != **spelling {
            respell(of_report, spelling, "number", found);
        }
    } else if of_report_spelling.is_some() {
        found.add(
            Finding::new(
                of_report.spot(),
                format!(
                    "the number of the report is `{}`, and that in the register `{}`",
                    &*of_report, &*number
                ),
            )
            .with_related(number.spot(), "this is the entry in the register"),
        );
    }
}

/// The number as the register spells it, where it can be told.
fn spelling(register: &Register, number: &str) -> Option<String> {
    let groups = register.loose.captures(number.trim())?;
    let mut spelling = String::new();
    groups.expand(register.spelling, &mut spelling);
    Some(spelling.to_uppercase())
}

fn respell(text: Text<'_>, spelling: &str, what: &str, found: &mut Found) {
    let message = format!("the {what} is written `{spelling}`, and not `{}`", &*text);
    let finding = Finding::new(text.spot(), message);
    found.add(finding.with_replaced(
        Applicability::Safe,
        text,
        [(0..text.len(), spelling.to_owned())],
    ));
}
