//! What was asked for.

use std::ffi::OsString;

use anyhow::{Context, Result, bail};

use crate::gate::{GATES, Gate};

/// A thing to do.
#[derive(Debug)]
pub(crate) enum Chore {
    /// Say what there is.
    List,
    /// Run the gates.
    Ci(CiOptions),
    /// Start `treatise` with these arguments.
    Program(Vec<OsString>),
}

/// Options of `ci`.
#[derive(Debug)]
pub(crate) struct CiOptions {
    /// The gates to run, in their order.
    pub(crate) gates: Vec<&'static Gate>,
    /// What is shown of what the gates print.
    pub(crate) detail: Detail,
}

/// What is shown of what the gates print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// All of it, as it comes.
    Everything,
    /// All of it where a gate fails.
    Failures,
}

/// Reads the command line.
pub(crate) fn read(arguments: Vec<OsString>) -> Result<Chore> {
    let Some(chore) = arguments.first() else {
        return Ok(Chore::List);
    };
    match chore.to_str() {
        Some("--help" | "-h") => Ok(Chore::List),
        Some("ci") => read_ci(&arguments[1..]).map(Chore::Ci),
        Some(option) if option.starts_with('-') => {
            bail!("`{option}` stands before a chore; `cargo xtask` lists what there is")
        }
        _ => Ok(Chore::Program(arguments)),
    }
}

fn read_ci(arguments: &[OsString]) -> Result<CiOptions> {
    let mut only = Vec::new();
    let mut detail = Detail::Failures;
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--verbose" | "-v") => detail = Detail::Everything,
            Some("--only") => {
                let name = arguments.next().context("--only needs a gate behind it")?;
                only.push(find_gate(&name.to_string_lossy())?.name);
            }
            _ => bail!(
                "`ci` has no option `{}`; it has --only GATE and --verbose",
                argument.display()
            ),
        }
    }
    let gates = GATES
        .iter()
        .filter(|gate| only.is_empty() || only.contains(&gate.name))
        .collect();
    Ok(CiOptions { gates, detail })
}

fn find_gate(name: &str) -> Result<&'static Gate> {
    let names: Vec<_> = GATES.iter().map(|gate| gate.name).collect();
    GATES
        .iter()
        .find(|gate| gate.name == name)
        .with_context(|| format!("there is no gate `{name}`; there are {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_words(line: &str) -> Result<Chore> {
        read(line.split_whitespace().map(OsString::from).collect())
    }

    fn gates(line: &str) -> Vec<&'static str> {
        match read_words(line) {
            Ok(Chore::Ci(options)) => options.gates.iter().map(|gate| gate.name).collect(),
            other => panic!("`{line}` was read as {other:?}"),
        }
    }

    fn refusal(line: &str) -> String {
        match read_words(line) {
            Err(error) => error.to_string(),
            Ok(chore) => panic!("`{line}` was read as {chore:?}"),
        }
    }

    #[test]
    fn nothing_asks_for_the_list() {
        for line in ["", "--help"] {
            assert!(matches!(read_words(line), Ok(Chore::List)), "{line}");
        }
    }

    #[test]
    fn ci_runs_every_gate_unless_told() {
        assert_eq!(gates("ci").len(), GATES.len());
        assert_eq!(gates("ci --only data"), ["data"]);
    }

    #[test]
    fn gates_keep_their_order() {
        assert_eq!(gates("ci --only data --only format"), ["format", "data"]);
    }

    #[test]
    fn what_is_no_chore_goes_to_the_program_untouched() {
        let Ok(Chore::Program(arguments)) = read_words("check --only data -- x") else {
            panic!("it did not go to the program");
        };
        assert_eq!(arguments, ["check", "--only", "data", "--", "x"]);
    }

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(
            refusal("ci --only dat"),
            "there is no gate `dat`; there are format, dependencies, lint, test, docs, data, passages, export"
        );
        assert_eq!(refusal("ci --only"), "--only needs a gate behind it");
        assert_eq!(
            refusal("ci fast"),
            "`ci` has no option `fast`; it has --only GATE and --verbose"
        );
        assert_eq!(
            refusal("--verbose ci"),
            "`--verbose` stands before a chore; `cargo xtask` lists what there is"
        );
    }
}
