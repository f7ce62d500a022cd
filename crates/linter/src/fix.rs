//! Fixes: which of them fit together, what they make of the files, and how that is shown.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use similar::group_diff_ops;
use similar::udiff::UnifiedHunkHeader;
use treatise_dataset::Drafts;
use treatise_report::{Applicability, Diagnostic, Edit, FileId, Fix};
use treatise_source::{RegularFile, StagedFile, align};

use crate::{Error, Linted};

/// Files after some fixes.
#[derive(Debug, Default)]
pub struct Fixed {
    /// Findings that are mended.
    pub count: usize,
    /// By how a file is shown, and its path relative to the root: two may be shown alike.
    files: BTreeMap<(String, PathBuf), FixedFile>,
}

#[derive(Debug)]
struct FixedFile {
    before: Arc<[u8]>,
    after: Arc<[u8]>,
}

impl Fixed {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.changed().next().is_none()
    }

    /// Adds fixes of the files as they are after these ones.
    pub fn add(&mut self, later: Self) {
        self.count += later.count;
        for (key, file) in later.files {
            match self.files.entry(key) {
                Entry::Occupied(mut known) => known.get_mut().after = file.after,
                Entry::Vacant(place) => {
                    place.insert(file);
                }
            }
        }
    }

    /// The files as they are after the fixes, to be read instead of those that are there.
    pub fn drafts(&self) -> Drafts {
        let mut drafts = Drafts::default();
        for ((_, path), file) in &self.files {
            drafts.put(path, Arc::clone(&file.after));
        }
        drafts
    }

    /// What changes in the end.
    fn changed(&self) -> impl Iterator<Item = (&(String, PathBuf), &FixedFile)> {
        let files = self.files.iter();
        files.filter(|(_, file)| file.before != file.after)
    }
}

/// Larger than any file of records that is mended in memory.
const MOST_BYTES: u64 = 4 << 30;

/// The files as they are when all fixes of the findings are applied that may be and that don't
/// touch the same text. Where some do, the others come when the dataset is checked again.
///
/// # Errors
/// A file can't be read.
pub fn fixes(linted: &Linted, allowed: Applicability) -> Result<Fixed, Error> {
    // Two files may be shown alike.
    let mut by_file: BTreeMap<(&str, FileId), Vec<&Fix>> = BTreeMap::new();
    let names = linted.dataset.files();
    for fix in linted.findings.kept.iter().filter_map(fix_of) {
        if fix.applicability <= allowed {
            if let Some(edit) = fix.edits.first() {
                let key = (names.name(edit.file), edit.file);
                by_file.entry(key).or_default().push(fix);
            }
        }
    }
    let mut fixed = Fixed::default();
    for ((name, file), mut fixes) in by_file {
        let relative = linted.dataset.path_of(file);
        let path = linted.dataset.root().join(relative);
        let before = match linted.dataset.drafts().get(relative) {
            Some(draft) => Arc::clone(draft),
            None => read(&path)?,
        };
        // The smallest first: a new form of the whole record can wait.
        fixes.sort_by_key(|fix| {
            fix.edits
                .iter()
                .map(|edit| edit.end - edit.start)
                .sum::<u64>()
        });
        let (count, edits) = compatible(&fixes);
        let after = edited(&before, &edits);
        if after != *before {
            fixed.count += count;
            let after = after.into();
            let key = (name.to_owned(), relative.to_path_buf());
            fixed.files.insert(key, FixedFile { before, after });
        }
    }
    Ok(fixed)
}

fn read(path: &Path) -> Result<Arc<[u8]>, Error> {
    let bytes = RegularFile::read_all(path, MOST_BYTES);
    Ok(bytes.map_err(|error| Error::file(path, error))?.into())
}

fn fix_of(finding: &Diagnostic) -> Option<&Fix> {
    finding.fix.as_ref()
}

/// Edits that don't touch the same text, in order, and how many fixes they belong to.
fn compatible<'f>(fixes: &[&'f Fix]) -> (usize, Vec<&'f Edit>) {
    let mut taken: Vec<&Edit> = Vec::new();
    // Where these end, by where they start: as they lie apart, what starts last ends last.
    let mut ends: BTreeMap<u64, u64> = BTreeMap::new();
    let mut count = 0;
    for fix in fixes {
        let clashes = fix.edits.iter().any(|edit| {
            let before = ends.range(..=edit.end).next_back();
            before.is_some_and(|(_, &end)| edit.start <= end)
        });
        if !clashes {
            for edit in &fix.edits {
                // Several of one fix may start at the same place.
                let end = ends.entry(edit.start).or_default();
                *end = edit.end.max(*end);
            }
            taken.extend(&fix.edits);
            count += 1;
        }
    }
    taken.sort_by_key(|edit| edit.start);
    (count, taken)
}

fn edited(before: &[u8], edits: &[&Edit]) -> Vec<u8> {
    let mut after = Vec::with_capacity(before.len());
    let mut from = 0;
    for edit in edits {
        // Should the file have shrunk since it was checked, there is less to keep.
        let at = |offset: u64| (offset as usize).min(before.len());
        after.extend_from_slice(&before[from..at(edit.start).max(from)]);
        after.extend_from_slice(edit.replacement.as_bytes());
        from = at(edit.end).max(from);
    }
    after.extend_from_slice(&before[from..]);
    after
}

/// Writes the files, each whole or not at all.
///
/// # Errors
/// A file is not any more what was mended, or a folder takes no file: then none is written. A file is saved
/// by somebody else meanwhile, or can't be written after all: the error says how many were.
pub fn apply(root: &Path, fixed: &Fixed) -> Result<(), Error> {
    for ((name, path), file) in fixed.changed() {
        if !is_still(&root.join(path), &file.before)? {
            return Err(Error::File {
                path: name.clone(),
                reason: "it has changed since it was read, so nothing was mended; try again"
                    .to_owned(),
            });
        }
    }
    let stopped = |name: &str, reason: String, done: usize| Error::File {
        path: name.to_owned(),
        reason: match done {
            0 => format!("{reason}; nothing was mended"),
            1 => format!("{reason}; one file before it was"),
            done => format!("{reason}; {done} files before it were"),
        },
    };
    // The path of the root is that of a machine, and so is the name of what is temporary.
    let failed = |name: &str, error: &io::Error, done: usize| {
        let reason = format!(
            "it can't be written anew: {}",
            io::Error::from(error.kind())
        );
        stopped(name, reason, done)
    };
    // What will not work is known before anything is replaced. Only one file waits at a time: who is
    // killed is to find no crowd of them.
    let mut folders = BTreeSet::new();
    for ((name, path), _) in fixed.changed() {
        if folders.insert(path.parent()) {
            StagedFile::sweep(&root.join(path));
            StagedFile::new(&root.join(path), |_| Ok(()))
                .map_err(|error| failed(name, &error, 0))?;
        }
    }
    for (done, ((name, path), file)) in fixed.changed().enumerate() {
        let path = root.join(path);
        let staged = StagedFile::new(&path, |out| out.write_all(&file.after))
            .map_err(|error| failed(name, &error, done))?;
        // To write many files takes seconds, in which somebody may save one of them.
        if !is_still(&path, &file.before)? {
            let reason = "it has changed since it was read, and is left as it is; try again";
            return Err(stopped(name, reason.to_owned(), done));
        }
        staged
            .commit()
            .map_err(|error| failed(name, &error, done))?;
    }
    Ok(())
}

/// Whether a file is what was read.
fn is_still(path: &Path, before: &[u8]) -> Result<bool, Error> {
    Ok(*read(path)? == *before)
}

/// What the fixes change, as a unified diff. The files may have bytes that are no text.
pub fn difference(fixed: &Fixed) -> Vec<u8> {
    let mut patch = Vec::new();
    for ((name, _), file) in fixed.changed() {
        unified(name, &file.before, &file.after, &mut patch);
    }
    patch
}

/// Adds two versions of a file as a unified diff.
fn unified(name: &str, before: &[u8], after: &[u8], patch: &mut Vec<u8>) {
    const CONTEXT: usize = 3;
    let lines = |text| <[u8]>::split_inclusive(text, |byte| *byte == b'\n').collect::<Vec<_>>();
    let (before, after) = (lines(before), lines(after));
    let hunks = group_diff_ops(align(&before, &after), CONTEXT);
    let (old, new) = (header(&format!("a/{name}")), header(&format!("b/{name}")));
    patch.extend(format!("--- {old}\n+++ {new}\n").into_bytes());
    for hunk in hunks {
        patch.extend(format!("{}\n", UnifiedHunkHeader::new(&hunk)).into_bytes());
        for change in hunk
            .iter()
            .flat_map(|step| step.iter_changes(&before, &after))
        {
            let line = change.value();
            patch.extend(change.tag().to_string().into_bytes());
            patch.extend_from_slice(line);
            if !line.ends_with(b"\n") {
                patch.extend_from_slice(b"\n\\ No newline at end of file\n");
            }
        }
    }
}

/// A path as patch programs read it: in quotes as in C where it has signs that would end it, and with a
/// tab behind it where it has a space, as git writes both.
fn header(path: &str) -> String {
    let is_special = |sign: char| sign.is_control() || matches!(sign, '"' | '\\');
    if !path.contains(is_special) {
        let end = if path.contains(' ') { "\t" } else { "" };
        return format!("{path}{end}");
    }
    let quoted = path.bytes().map(|byte| match byte {
        b'"' => "\\\"".to_owned(),
        b'\\' => "\\\\".to_owned(),
        b' '..=b'~' => char::from(byte).to_string(),
        other => format!("\\{other:03o}"),
    });
    format!("\"{}\"", quoted.collect::<String>())
}

#[cfg(test)]
mod tests {
    use treatise_report::Files;

    use super::*;

    #[test]
    fn fixes_that_touch_wait_and_edits_of_one_fix_may() {
        let file = Files::new().add(Path::new("data/one.json"));
        let fix = |edits: &[(u64, u64, &str)]| Fix {
            applicability: Applicability::Safe,
            edits: edits
                .iter()
                .map(|&(start, end, text)| Edit {
                    file,
                    start,
                    end,
                    replacement: text.to_owned(),
                })
                .collect(),
        };
        let fixes = [
            fix(&[(4, 4, "a"), (4, 4, "b"), (4, 6, "c")]),
            fix(&[(6, 7, "touches")]),
            fix(&[(9, 9, "d"), (0, 1, "e")]),
            fix(&[(3, 8, "around")]),
            fix(&[(2, 3, "f")]),
        ];
        let (count, edits) = compatible(&fixes.iter().collect::<Vec<_>>());
        let texts: Vec<_> = edits.iter().map(|edit| &*edit.replacement).collect();
        assert_eq!((count, texts.concat().as_str()), (3, "efabcd"));
    }

    #[test]
    fn lines_are_shown_with_those_around_them() {
        let before = b"1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let after = b"1\n2\n3\n4\n5\nsix\n7\n8\n9";
        let mut patch = Vec::new();
        unified("data/one.json", before, after, &mut patch);
        assert_eq!(
            String::from_utf8_lossy(&patch),
            "--- a/data/one.json\n+++ b/data/one.json\n@@ -3,7 +3,7 @@\n 3\n 4\n 5\n-6\n+six\n 7\n 8\n\
             -9\n+9\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn names_in_patches_are_as_git_writes_them() {
        assert_eq!(header("a/größe.json"), "a/größe.json");
        assert_eq!(header("a/b c.json"), "a/b c.json\t");
        assert_eq!(header("a/b\tä\"\\.json"), r#""a/b\011\303\244\"\\.json""#);
    }
}
