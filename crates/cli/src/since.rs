//! The dataset as it was in a revision of git, in a folder of its own; the work tree, the index and
//! the repository are only read.

#![expect(
    clippy::disallowed_methods,
    reason = "writes the files of the revision to a temporary folder that nobody else sees"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Component, Path};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

/// A revision, for as long as it is looked at.
#[derive(Debug)]
pub(crate) struct Revision {
    folder: TempDir,
    name: String,
}

/// A file of the revision.
struct Entry {
    object: String,
    path: String,
}

impl Revision {
    /// Reads the data and schemas of a revision; `root` is the dataset's folder in the work tree.
    pub(crate) fn read(root: &Path, name: &str) -> Result<Self> {
        ensure!(
            !name.starts_with('-') && !name.is_empty(),
            "--since: `{name}` is no revision"
        );
        let commit = git(
            root,
            &[
                "rev-parse",
                "--verify",
                "--quiet",
                &format!("{name}^{{commit}}"),
            ],
        )
        .with_context(|| format!("--since: there is no revision `{name}`"))?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        let listing = git(root, &["ls-tree", "-r", "-z", &commit, "--", "."])?;
        let entries = entries(&listing);
        let folder = tempfile::tempdir().context("there is no room for the revision")?;
        write_objects(root, &entries, folder.path())?;
        Ok(Self {
            folder,
            name: name.to_owned(),
        })
    }

    /// The root of the dataset as it was.
    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// What it was called on the command line.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

fn git(root: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .context("git can't be started")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("git: {}", said.trim());
    }
    Ok(output.stdout)
}

/// The regular files of a listing that a dataset can consist of: all of `data/`, and JSON elsewhere.
fn entries(listing: &[u8]) -> Vec<Entry> {
    let listing = String::from_utf8_lossy(listing);
    let lines = listing.split('\0').filter_map(|line| line.split_once('\t'));
    lines
        .filter(|(about, path)| {
            let is_regular = about.starts_with("100");
            let is_json = Path::new(path)
                .extension()
                .is_some_and(|extension| extension == "json");
            let is_below = Path::new(path)
                .components()
                .all(|part| matches!(part, Component::Normal(_)));
            is_regular && is_below && (is_json || path.starts_with("data/"))
        })
        .filter_map(|(about, path)| {
            Some(Entry {
                object: about.split(' ').nth(2)?.to_owned(),
                path: path.to_owned(),
            })
        })
        .collect()
}

fn write_objects(root: &Path, entries: &[Entry], folder: &Path) -> Result<()> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("git can't be started")?;
    let mut input = child.stdin.take().context("git has no input")?;
    let output = child.stdout.take().context("git has no output")?;
    let asked = std::thread::scope(|scope| {
        let asking = scope.spawn(move || {
            entries
                .iter()
                .try_for_each(|entry| writeln!(input, "{}", entry.object))
        });
        let mut output = BufReader::new(output);
        for entry in entries {
            write_object(&mut output, &folder.join(&entry.path))
                .with_context(|| format!("`{}` of the revision can't be read", entry.path))?;
        }
        asking
            .join()
            .map_err(|_| anyhow::anyhow!("git was not asked to the end"))?
            .context("git stopped listening")
    });
    asked?;
    ensure!(child.wait()?.success(), "git could not read the revision");
    Ok(())
}

fn write_object(output: &mut impl BufRead, path: &Path) -> Result<()> {
    let mut header = String::new();
    output.read_line(&mut header)?;
    let size = header.trim().rsplit(' ').next().unwrap_or_default();
    let size: u64 = size.parse().context("git has no such object")?;
    let mut content = Vec::new();
    output.take(size + 1).read_to_end(&mut content)?;
    content.truncate(size as usize);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, content)?;
    Ok(())
}
