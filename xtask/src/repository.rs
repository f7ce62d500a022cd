//! Where xtask runs: the only file that looks at the environment and the folders.
#![expect(clippy::disallowed_methods, reason = "the home of both in xtask")]

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Whose runners these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runner {
    /// GitHub Actions: annotations from standard output, and SARIF.
    GitHub,
    /// GitLab CI: a JUnit report.
    GitLab,
    /// A person's machine.
    Person,
}

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in a folder of the workspace")
}

/// The files of the linter's rules, as seen from [`root`].
pub(crate) fn rule_files() -> Result<Vec<PathBuf>> {
    let folder = Path::new("crates/linter/src/rules");
    let entries = fs::read_dir(root().join(folder)).context("the rules can't be listed")?;
    let mut files = entries
        .map(|entry| Ok(folder.join(entry?.file_name())))
        .collect::<Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

/// Names a folder with the texts of the sources, which belong to others and are not in the repository.
pub(crate) const DOCUMENTS: &str = "TREATISE_DOCUMENTS";

/// That folder, where it is named.
pub(crate) fn documents() -> Result<Option<PathBuf>> {
    let named = env::var_os(DOCUMENTS).filter(|folder| !folder.is_empty());
    let folder = named.map(std::path::absolute).transpose();
    folder.with_context(|| format!("{DOCUMENTS} names no folder"))
}

/// What stands behind `cargo xtask`.
pub(crate) fn arguments() -> Vec<OsString> {
    env::args_os().skip(1).collect()
}

/// The cargo that started us, so that all of a run is built by one toolchain.
pub(crate) fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// A program of the workspace, where cargo puts it: beside this one.
pub(crate) fn built(name: &str) -> Result<PathBuf> {
    let here = env::current_exe().context("xtask does not know where it lies")?;
    Ok(here.with_file_name(format!("{name}{}", env::consts::EXE_SUFFIX)))
}

/// Both services set their variable to `true`.
pub(crate) fn runner() -> Runner {
    let is_set = |name| env::var_os(name).is_some_and(|value| value == "true");
    if is_set("GITHUB_ACTIONS") {
        Runner::GitHub
    } else if is_set("GITLAB_CI") {
        Runner::GitLab
    } else {
        Runner::Person
    }
}

/// Reports always go to `target/`, even where cargo has been told to build elsewhere.
pub(crate) fn make_report_folder() -> Result<()> {
    fs::create_dir_all(root().join("target")).context("there can't be a folder `target`")
}

/// A report of the program, as seen from [`root`].
pub(crate) fn read_report(path: &str) -> Result<String> {
    fs::read_to_string(root().join(path)).with_context(|| format!("`{path}` can't be read"))
}
