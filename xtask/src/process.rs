//! Starting programs, after printing what is started.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result};

use crate::arguments::Detail;
use crate::print::note;
use crate::repository;

/// What a program left behind.
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    /// Standard output and standard error, in the order in which they came.
    pub(crate) output: String,
}

/// Cargo with these arguments.
pub(crate) fn cargo<I>(arguments: I) -> Command
where
    I: IntoIterator,
    I::Item: AsRef<OsStr>,
{
    let mut command = Command::new(repository::cargo());
    command.args(arguments);
    command
}

/// Runs to the end, with our own input and output.
pub(crate) fn hand_over(mut command: Command) -> Result<ExitStatus> {
    note(&format!("$ {}\n", line(&command)));
    command
        .status()
        .with_context(|| format!("`{}` did not start", line(&command)))
}

/// Runs to the end and keeps what it prints.
pub(crate) fn capture(mut command: Command, detail: Detail) -> Result<Finished> {
    let shown = line(&command);
    note(&format!("$ {shown}\n"));
    let (reader, writer) = io::pipe().context("there is no pipe to be had")?;
    command
        .stdin(Stdio::null())
        .stdout(writer.try_clone().context("a pipe has no second end")?)
        .stderr(writer);
    let mut child = command
        .spawn()
        .with_context(|| format!("`{shown}` did not start"))?;
    // It holds the writing ends, and as long as one is open, reading would not end.
    drop(command);
    let mut output = String::new();
    let mut reader = BufReader::new(reader);
    let mut bytes = Vec::new();
    while reader
        .read_until(b'\n', &mut bytes)
        .with_context(|| format!("the output of `{shown}` could not be read"))?
        > 0
    {
        let text = String::from_utf8_lossy(&bytes);
        if detail == Detail::Everything {
            note(&text);
        }
        output.push_str(&text);
        bytes.clear();
    }
    let status = child
        .wait()
        .with_context(|| format!("`{shown}` was lost"))?;
    Ok(Finished { status, output })
}

/// Whether cargo has this subcommand; `fmt` and `clippy` are components of their own.
pub(crate) fn has_subcommand(name: &str) -> bool {
    cargo([name, "--version"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command as one would type it.
fn line(command: &Command) -> String {
    let set = command
        .get_envs()
        .filter_map(|(name, value)| Some(assignment(name, value?)));
    // Where the program lies says nothing that its name does not.
    let program = Path::new(command.get_program()).file_stem();
    let program = program.unwrap_or(command.get_program()).display();
    let words = command.get_args().map(quoted);
    let words: Vec<_> = set.chain([program.to_string()]).chain(words).collect();
    words.join(" ")
}

fn assignment(name: &OsStr, value: &OsStr) -> String {
    format!("{}={}", name.display(), quoted(value))
}

/// In quotes, where a shell would split it.
fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let is_plain =
        |character: char| character.is_alphanumeric() || "-_./:=,+@%".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut command = cargo(["doc", "--no-deps", "it's here"]);
        command.env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(
            line(&command),
            r"RUSTDOCFLAGS='-D warnings' cargo doc --no-deps 'it'\''s here'"
        );
    }
}
