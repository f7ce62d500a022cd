//! The program `treatise`: arguments, progress, exit codes, and nothing else.

mod arguments;
mod check;
mod cite;
mod compared;
mod coverage;
mod diff;
mod except;
mod export;
mod findings;
mod fmt;
mod new;
mod output;
mod place;
mod progress;
mod release;
mod rules;
mod scratch;
mod validate;
mod verify;
mod witness;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use treatise_linter::Part;

/// Records are parsed into memory that is used again; what remains are many small allocations
/// from many threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How a run ended; the same for every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Sound.
    Sound = 0,
    /// There are findings at error level.
    Findings = 1,
    /// It could not run.
    Failed = 2,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_command_line();
    let result = match &arguments.command {
        Command::Check(options) => check::run(options, Part::All),
        Command::Lint(options) => check::run(options, Part::Rules),
        Command::Fmt(options) => fmt::fmt(options),
        Command::New(options) => new::new(options),
        Command::Explain { rule } => rules::explain(rule),
        Command::Rules(options) => rules::list(options),
        Command::Except(options) => except::except(options),
        Command::Cite(options) => cite::cite(options),
        Command::Coverage(options) => coverage::coverage(options),
        Command::Validate(options) => validate::validate(options),
        Command::Export(options) => export::export(options),
        Command::Diff(options) => diff::diff(options),
        Command::Release(options) => release::release(options),
        Command::Witness(options) => witness::witness(options),
        Command::Verify(options) => verify::verify(options),
        Command::Completions { shell } => {
            output::write_stdout(|out| out.write_all(&arguments::completions(*shell)))
                .map(|()| Outcome::Sound)
        }
    };
    let outcome = result.unwrap_or_else(|error| {
        output::say(&format!("error: {error:#}"));
        Outcome::Failed
    });
    ExitCode::from(outcome as u8)
}
