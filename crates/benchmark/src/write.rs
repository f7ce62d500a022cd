//! Puts a dataset on the disk, over all cores and with little of it in memory.

#![expect(
    clippy::disallowed_methods,
    reason = "this is where the generator writes, into a folder that takes its name when complete"
)]

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::collection::{COLLECTIONS, Collection};
use crate::json::Style;
use crate::plan::{Order, Plan, SMALLEST};
use crate::{Layout, manifest, record};

/// Records that one thread prints before it takes the next ones.
const BLOCK: usize = 512;
/// Blocks that are held in memory before they are written.
const BLOCKS: usize = 64;

/// Why a dataset could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Fewer records than a dataset of all collections has.
    #[error("a dataset with all collections has at least {SMALLEST} records")]
    TooSmall,
    /// A share that is none.
    #[error("the share of faulty records must be from 0 to 1")]
    NotAShare,
    /// The target holds something that could be lost.
    #[error("`{}` exists and is not an empty folder; choose another one or remove it", .0.display())]
    NotEmpty(PathBuf),
    /// A target such as `.` that can't be put into its place as a whole.
    #[error("`{}` is no name for a new folder", .0.display())]
    NoName(PathBuf),
    /// The operating system refused.
    #[error("can't write `{}`: {}", .0.display(), .1)]
    Write(PathBuf, #[source] io::Error),
}

/// Writes a dataset into `root`, which must be an empty folder or not exist yet.
///
/// It is written beside `root` and takes that name when it is complete.
///
/// # Errors
///
/// If the order makes no sense, if `root` holds anything, or if it can't be written.
pub fn write(order: &Order, layout: Layout, root: &Path) -> Result<(), Error> {
    if order.records < SMALLEST {
        return Err(Error::TooSmall);
    }
    if !(0.0..=1.0).contains(&order.fault_share) {
        return Err(Error::NotAShare);
    }
    refuse_to_overwrite(root)?;
    let parent = match root.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let failed = |error| Error::Write(root.to_owned(), error);
    fs::create_dir_all(parent).map_err(failed)?;
    let sibling = tempfile::Builder::new()
        .prefix(".treatise-generate-")
        .tempdir_in(parent)
        .map_err(failed)?;
    let complete = sibling.path().join("dataset");
    create_folder(&complete)?;
    write_into(&Plan::new(order), layout, &complete)?;
    // Not every system renames over an empty folder.
    match fs::remove_dir(root) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
        _ => fs::rename(&complete, root).map_err(failed),
    }
}

fn write_into(plan: &Plan, layout: Layout, root: &Path) -> Result<(), Error> {
    create_folder(&root.join("data"))?;
    create_folder(&root.join("schemas"))?;
    for (name, text) in manifest::SCHEMAS {
        write_file(&root.join("schemas").join(name), text)?;
    }
    for collection in COLLECTIONS {
        let path = root.join(manifest::path(collection, layout));
        match layout {
            Layout::Files => write_folder(plan, collection, &path)?,
            Layout::Ndjson => write_lines(plan, collection, &path)?,
        }
    }
    write_file(&root.join("faults.json"), &manifest::faults(plan))?;
    write_file(&root.join("data/exceptions.json"), &manifest::exceptions())?;
    write_file(&root.join("data/dataset.json"), &manifest::dataset(layout))
}

fn refuse_to_overwrite(root: &Path) -> Result<(), Error> {
    if root.file_name().is_none() {
        return Err(Error::NoName(root.to_owned()));
    }
    let is_free = match fs::read_dir(root) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    if is_free {
        Ok(())
    } else {
        Err(Error::NotEmpty(root.to_owned()))
    }
}

fn write_folder(plan: &Plan, collection: Collection, folder: &Path) -> Result<(), Error> {
    create_folder(folder)?;
    (0..plan.count(collection))
        .into_par_iter()
        .try_for_each_init(String::new, |text, number| {
            text.clear();
            record::print(plan, collection, number, Style::Pretty, text);
            text.push('\n');
            // The name stays even where the id inside has been spoilt.
            write_file(
                &folder.join(format!("{}.json", plan.id(collection, number))),
                text,
            )
        })
}

fn write_lines(plan: &Plan, collection: Collection, path: &Path) -> Result<(), Error> {
    let failed = |error| Error::Write(path.to_owned(), error);
    let mut file = BufWriter::new(File::create_new(path).map_err(failed)?);
    let count = plan.count(collection);
    for start in (0..count).step_by(BLOCK * BLOCKS) {
        let end = count.min(start + BLOCK * BLOCKS);
        let starts: Vec<usize> = (start..end).step_by(BLOCK).collect();
        let blocks: Vec<String> = starts
            .into_par_iter()
            .map(|start| {
                let mut text = String::with_capacity(BLOCK * 1536);
                for number in start..end.min(start + BLOCK) {
                    record::print(plan, collection, number, Style::Compact, &mut text);
                    text.push('\n');
                }
                text
            })
            .collect();
        for block in blocks {
            file.write_all(block.as_bytes()).map_err(failed)?;
        }
    }
    file.flush().map_err(failed)
}

fn create_folder(path: &Path) -> Result<(), Error> {
    fs::create_dir(path).map_err(|error| Error::Write(path.to_owned(), error))
}

fn write_file(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|error| Error::Write(path.to_owned(), error))
}
