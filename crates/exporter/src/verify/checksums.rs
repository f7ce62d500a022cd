//! Whether all files are there, as they were written, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use treatise_dataset::is_inside;
use treatise_source::{NotRead, sha256_of};

use super::Check;
use super::rules::{ALTERED_FILE, INVALID_CHECKSUMS, MISSING_FILE, UNLISTED_FILE};
use crate::Error;
use crate::bundle::CHECKSUMS;
use crate::occupant::{listed_files, read, strangers};

pub(super) fn check(check: &mut Check) -> Result<(), Error> {
    let Some(text) = read(&check.path(CHECKSUMS))? else {
        check.find(
            &MISSING_FILE,
            CHECKSUMS,
            "there is no list of hashes".into(),
        );
        return Ok(());
    };
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut byte = 0;
    let mut listed_once = BTreeSet::new();
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let start = byte;
        byte += line.len() as u64;
        let line = line.trim_end_matches(['\n', '\r']);
        match line
            .split_once("  ")
            .filter(|(hash, file)| is_entry(hash, file))
        {
            Some((hash, file)) if listed_once.insert(file) => check_file(check, hash, file)?,
            Some((_, file)) => check.find_on_line(
                &INVALID_CHECKSUMS,
                CHECKSUMS,
                (number, start),
                format!("line {number} lists `{file}` once more"),
            ),
            None => check.find_on_line(
                &INVALID_CHECKSUMS,
                CHECKSUMS,
                (number, start),
                format!("line {number} is no hash and name of a file in the bundle"),
            ),
        }
    }
    let listed = listed_files(&check.folder)?;
    for stranger in strangers(&check.folder, &listed)? {
        let message = format!("`{stranger}` is not part of the bundle");
        check.find(&UNLISTED_FILE, &stranger, message);
    }
    Ok(())
}

/// The hashes of the files, by name.
pub(super) fn hashes(check: &Check) -> Result<BTreeMap<String, String>, Error> {
    let text = read(&check.path(CHECKSUMS))?.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let entries = text.lines().filter_map(|line| line.split_once("  "));
    let entries = entries.map(|(hash, file)| (file.to_owned(), hash.to_owned()));
    Ok(entries.collect())
}

fn is_entry(hash: &str, file: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    hash.len() == 64 && hash.bytes().all(is_digit) && is_inside(file)
}

fn check_file(check: &mut Check, hash: &str, file: &str) -> Result<(), Error> {
    let path = check.path(file);
    check.extent.files += 1;
    let found = match sha256_of(&path) {
        Ok(found) => found,
        Err(NotRead::Io(error)) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Error::io(&path, error));
        }
        Err(reason) => {
            let message = match reason {
                NotRead::Io(_) => format!("`{file}` is not there"),
                other => format!("`{file}` is not there: {other}"),
            };
            check.find(&MISSING_FILE, file, message);
            return Ok(());
        }
    };
    if found != hash {
        let message = format!("`{file}` has the SHA-256 {found}, and not {hash}");
        check.find(&ALTERED_FILE, file, message);
    }
    Ok(())
}
