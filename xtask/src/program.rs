//! `treatise`, built when it is needed and started with whatever it is given.

use std::ffi::{OsStr, OsString};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;

use crate::arguments::Detail;
use crate::process::{self, Finished};
use crate::repository;

/// Builds and starts it with our input, output and folder, and ends as it ends.
pub(crate) fn start(arguments: &[OsString]) -> Result<ExitCode> {
    // Cargo is not told to be quiet: a first build takes minutes, and somebody is waiting.
    let mut command = process::cargo(["run", "--package", "treatise", "--"]);
    command.args(arguments);
    let status = process::hand_over(command)?;
    // Without a code, a signal has ended it.
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(2)))
}

/// Builds and starts it for a gate. If it does not build, that is what is returned.
///
/// It is built together with the tests, and from the same parts: built alone, it would have some
/// dependencies with fewer features, the validator among them, and cargo would compile these once
/// more. xtask is left out, since it is running.
pub(crate) fn run(arguments: &[impl AsRef<OsStr>], detail: Detail) -> Result<Finished> {
    /// Several gates of a run start it.
    static IS_BUILT: AtomicBool = AtomicBool::new(false);
    if !IS_BUILT.load(Ordering::Relaxed) {
        let mut build = process::cargo(["build", "--quiet", "--workspace", "--exclude", "xtask"]);
        build
            .args(["--bins", "--tests"])
            .current_dir(repository::root());
        let finished = process::capture(build, detail)?;
        if !finished.status.success() {
            return Ok(finished);
        }
        IS_BUILT.store(true, Ordering::Relaxed);
    }
    let mut command = Command::new(repository::built("treatise")?);
    command.args(arguments).current_dir(repository::root());
    process::capture(command, detail)
}
