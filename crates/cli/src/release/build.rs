//! The bundle of a release: built twice, compared byte for byte, verified, and only then put where
//! it belongs, together with the texts. What fails leaves everything as it was.

#![expect(
    clippy::disallowed_methods,
    reason = "folders of our own are compared, moved and removed"
)]

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use treatise_dataset::Dataset;
use treatise_exporter::{Archive, Summary, Target, verify};
use treatise_report::Severity;
use treatise_source::{LockedFolder, StagedFile};

use super::texts::Text;
use crate::output;

/// Where a bundle goes.
pub(super) struct Site<'a> {
    /// The folder.
    pub(super) out: &'a Path,
    pub(super) archives: &'a [Archive],
    /// The time that files in archives get.
    pub(super) time: Option<i64>,
}

/// A bundle that is complete, in a temporary folder.
pub(super) struct Built {
    /// Goes away with it.
    _scratch: LockedFolder,
    /// The folder and the archives: where they are, and where they belong.
    moves: Vec<(PathBuf, PathBuf)>,
    pub(super) summary: Summary,
}

impl Site<'_> {
    /// The folder and the archives.
    pub(super) fn places(&self) -> Result<Vec<PathBuf>> {
        let mut places = vec![self.out.to_path_buf()];
        for archive in self.archives {
            places.push(archive.path_beside(self.out)?);
        }
        Ok(places)
    }

    /// Refuses to put anything in the place of something else: it may be a release that was
    /// published.
    pub(super) fn expect_free(&self, dataset: &Dataset) -> Result<()> {
        // The path names a folder of its own.
        Target::new(self.out)?.expect_outside(dataset)?;
        for place in self.places()? {
            ensure!(
                fs::symlink_metadata(&place).is_err(),
                "`{}` is already there, and a release replaces nothing; name another folder with \
                 --out, or remove it where a run that was killed has left it",
                place.display()
            );
        }
        Ok(())
    }

    /// A folder that is there already, on the file system where the bundle will be.
    pub(super) fn around(&self) -> PathBuf {
        let mut around = self.out.ancestors().skip(1);
        let found = around.find(|folder| folder.is_dir());
        found.map_or_else(|| PathBuf::from("."), Path::to_path_buf)
    }

    /// Builds the bundle twice in a temporary folder, compares, and verifies it.
    pub(super) fn build(
        &self,
        scratch: LockedFolder,
        make: impl Fn(&Target) -> Result<Summary>,
    ) -> Result<Built> {
        let name = self.out.file_name().unwrap_or_default();
        let mut summary = None;
        let folders = ["first", "second"].map(|folder| scratch.path().join(folder));
        for folder in &folders {
            let bundle = folder.join(name);
            summary = Some(make(&Target::new(&bundle)?)?);
            for archive in self.archives {
                archive.pack(&bundle, self.time)?;
            }
        }
        let [first, second] = &folders;
        if let Some(different) = difference(first, second, Path::new(""))? {
            bail!(
                "the bundle was built twice, and `{}` is not the same both times; this is a fault \
                 of the program",
                different.display()
            );
        }
        let verified = verify(&first.join(name), usize::MAX, &())?;
        for finding in &verified.findings.kept {
            let message = &finding.message;
            match finding.severity {
                Severity::Error => {
                    bail!("the bundle does not verify: {message}; this is a fault of the program")
                }
                // What can't be held against anything in these formats.
                Severity::Warning | Severity::Information => {
                    output::say(&format!("note: {message}"));
                }
            }
        }
        let here = |place: &PathBuf| first.join(place.file_name().unwrap_or_default());
        let places = self.places()?;
        Ok(Built {
            moves: places.iter().map(here).zip(places.clone()).collect(),
            summary: summary.context("the bundle was built")?,
            _scratch: scratch,
        })
    }
}

impl Built {
    /// Puts the bundle and the texts where they belong. Where something fails, all is as before, as
    /// far as the file system allows.
    pub(super) fn place(self, texts: &[Text]) -> Result<()> {
        let failed = |path: &Path| format!("{}: it can't be written", path.display());
        let mut staged = Vec::new();
        for text in texts {
            StagedFile::sweep(&text.path);
            let write = |out: &mut dyn std::io::Write| out.write_all(text.after.as_bytes());
            let one = StagedFile::new(&text.path, write).with_context(|| failed(&text.path))?;
            staged.push(one);
        }
        let mut done = Done::default();
        for (from, to) in &self.moves {
            let parent = to.parent().unwrap_or(Path::new(""));
            let moved = fs::create_dir_all(parent).and_then(|()| fs::rename(from, to));
            if let Err(error) = moved {
                done.undo();
                return Err(error).with_context(|| failed(to));
            }
            done.moves.push((from, to));
        }
        for (text, one) in texts.iter().zip(staged) {
            if let Err(error) = one.commit() {
                done.undo();
                return Err(error).with_context(|| failed(&text.path));
            }
            done.texts.push(text);
        }
        Ok(())
    }
}

/// What has been put where it belongs.
#[derive(Default)]
struct Done<'a> {
    moves: Vec<(&'a Path, &'a Path)>,
    texts: Vec<&'a Text>,
}

impl Done<'_> {
    /// Takes it away again; the first failure is the one that is told.
    fn undo(&self) {
        for text in &self.texts {
            let _ = match &text.before {
                Some(before) => {
                    output::write_file(&text.path, |out| out.write_all(before.as_bytes()))
                }
                None => fs::remove_file(&text.path),
            };
        }
        for (from, to) in &self.moves {
            let _ = fs::rename(to, from);
        }
    }
}

/// The first file below two folders that is not the same in both.
fn difference(left: &Path, right: &Path, below: &Path) -> Result<Option<PathBuf>> {
    let (left_folder, right_folder) = (left.join(below), right.join(below));
    let names: BTreeSet<_> = entries(&left_folder)?
        .into_iter()
        .chain(entries(&right_folder)?)
        .collect();
    for name in names {
        let path = below.join(name);
        let (first, second) = (left.join(&path), right.join(&path));
        let found = if first.is_dir() && second.is_dir() {
            difference(left, right, &path)?
        } else {
            (!is_same(&first, &second)?).then_some(path)
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn entries(folder: &Path) -> Result<Vec<std::ffi::OsString>> {
    let listed = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    listed.map(|entry| Ok(entry?.file_name())).collect()
}

fn is_same(left: &Path, right: &Path) -> Result<bool> {
    const AT_A_TIME: usize = 256 << 10;
    if !(left.is_file() && right.is_file()) {
        return Ok(false);
    }
    let open = |path: &Path| fs::File::open(path).with_context(|| path.display().to_string());
    let (mut left, mut right) = (open(left)?, open(right)?);
    let (mut first, mut second) = (Vec::new(), Vec::new());
    loop {
        first.clear();
        second.clear();
        (&mut left).take(AT_A_TIME as u64).read_to_end(&mut first)?;
        (&mut right)
            .take(AT_A_TIME as u64)
            .read_to_end(&mut second)?;
        if first != second {
            return Ok(false);
        }
        if first.is_empty() {
            return Ok(true);
        }
    }
}
