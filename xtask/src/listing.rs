//! What there is.

use crate::gate::GATES;

/// Commands of the program that have their own line here; any other is passed on as well.
const COMMANDS: &[(&str, &str)] = &[
    (
        "check [PATH…]",
        "check the dataset; see also --format, --fix",
    ),
    ("lint [PATH…]", "the rules about content only"),
    ("fmt [--check]", "write the records in their canonical form"),
    (
        "new COLLECTION NAME",
        "a new record, with blanks to fill in",
    ),
    ("explain RULE", "the page of a rule"),
    (
        "rules",
        "list the rules; --write docs/rules writes their pages",
    ),
    ("except FINGERPRINT", "accept a finding for a time"),
    ("cite SOURCE", "the citation of a passage, for a record"),
    ("coverage", "what the claims cover, and what they don't"),
    (
        "validate --schema S FILE…",
        "check any JSON against any schema",
    ),
    ("export --out DIR", "write a bundle of the dataset"),
    ("diff OLD [NEW]", "what changed, and which version it makes"),
    (
        "release [VERSION]",
        "version, changelog and bundle; try --dry-run",
    ),
    ("witness FILE…", "what an application uses of the dataset"),
    (
        "verify DIR|ARCHIVE",
        "check a bundle, file by file and row by row",
    ),
    ("completions SHELL", "print completions for a shell"),
    ("help", "everything else that the program can do"),
];

/// A line for each gate and each command.
pub(crate) fn text() -> String {
    let mut text = String::from("cargo xtask ci [--only GATE]… [--verbose]\n");
    for gate in GATES {
        text += &row(gate.name, gate.about);
    }
    text += "\ncargo xtask COMMAND …: build `treatise` and start it\n";
    for (command, about) in COMMANDS {
        text += &row(command, about);
    }
    text
}

fn row(name: &str, about: &str) -> String {
    format!("    {name:28}{about}\n")
}
