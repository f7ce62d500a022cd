//! A bundle as one file: `.tar.zst`, which is small, or `.zip`, which every system opens.
//!
//! The same bundle and time give the same bytes: entries are sorted behind `bundle.json`, belong
//! to nobody, and have one time. An archive is there whole or not at all, and takes the place of
//! nothing but an archive of a bundle.

#![expect(
    clippy::disallowed_methods,
    reason = "an archive is written to a temporary sibling, and what it holds to a temporary folder"
)]

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Component, Path, PathBuf};

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use treatise_source::{NotRead, RegularFile};

use crate::Error;
use crate::bundle::{CHECKSUMS, MARKER};
use crate::description::GENERATOR;
use crate::occupant::{has_marker, listed_files, read};
use crate::scratch::Scratch;
use crate::zip_layout::count_entries;

/// What an archive is called in the folder in which it is made.
const MADE: &str = "archive";

/// A kind of archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Archive {
    /// A tar file, compressed with Zstandard.
    TarZst,
    /// A zip file.
    Zip,
}

/// Files in an archive may have this size together, in bytes.
const MOST_BYTES: u64 = 64 << 30;
/// An archive may have this many files.
const MOST_FILES: usize = 1 << 20;
/// As far as this, what is in an archive may be larger than the archive: tables of few words become
/// some hundred times smaller.
const MOST_GAIN: u64 = 1000;
/// So much may be in any archive, however small.
const ANY_BYTES: u64 = 1 << 30;
/// Each folder on the way to a file has to be made.
const DEEPEST: usize = 32;
/// What a tar file says about a file, as its name, may have this size, in bytes.
const MOST_HEADER_BYTES: u64 = 1 << 16;
/// How hard Zstandard tries: beyond this it takes much longer for little.
const LEVEL: i32 = 12;

impl Archive {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::TarZst, Self::Zip];

    /// Its name, which is also what its files end with.
    pub fn name(self) -> &'static str {
        match self {
            Self::TarZst => "tar.zst",
            Self::Zip => "zip",
        }
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|archive| archive.name() == name)
    }

    /// The kind that a file has by its name.
    pub fn of_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_lowercase();
        let has_end = |archive: &Self| name.ends_with(&format!(".{}", archive.name()));
        Self::ALL.into_iter().find(has_end)
    }

    /// Packs the bundle in a folder into a file beside it, whose name is that of the folder with
    /// the name of the kind behind it. All files get the time `timestamp`, in seconds since 1970;
    /// without one, the day for which the dataset was found to be sound.
    ///
    /// # Errors
    /// The folder is no bundle; something else is where the archive would be; a file can't be read
    /// or written.
    pub fn pack(self, bundle: &Path, timestamp: Option<i64>) -> Result<PathBuf, Error> {
        let target = self.path_beside(bundle)?;
        let label = Label::of(bundle)?;
        let time = timestamp.unwrap_or(label.as_of);
        let mut names: Vec<_> = listed_files(bundle)?
            .into_iter()
            .filter(|name| name != MARKER && !bundle.join(name).is_dir())
            .collect();
        names.insert(0, MARKER.to_owned());
        let files = Files {
            folder: bundle,
            around: &label.folder,
            names: &names,
        };

        let failed = |error| Error::not_written(&target, error);
        let scratch = Scratch::beside(&target)?;
        let mut file = File::create_new(scratch.path(MADE)).map_err(failed)?;
        let out = BufWriter::new(&mut file);
        match self {
            Self::TarZst => write_tar(&files, time, out),
            Self::Zip => write_zip(&files, time, out),
        }
        .map_err(failed)?;
        file.sync_all().map_err(failed)?;
        drop(file);
        // A file takes the place of another in one step.
        scratch.put(MADE, false).map_err(failed)?;
        scratch.remove()?;
        Ok(target)
    }

    /// Where the archive of a bundle goes, if nothing else is there.
    ///
    /// # Errors
    /// Something is there that is no archive of a bundle.
    pub fn path_beside(self, bundle: &Path) -> Result<PathBuf, Error> {
        let bundle: PathBuf = bundle.components().collect();
        let mut name = bundle.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}", self.name()));
        let target = bundle.with_file_name(name);
        match fs::symlink_metadata(&target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(target),
            Err(error) => return Err(Error::io(&target, error)),
            Ok(metadata) if metadata.is_file() && self.is_of_bundle(&target) => return Ok(target),
            Ok(_) => {}
        }
        Err(Error::refused(format!(
            "`{}` exists and is no archive of a bundle; move it away, or name another folder",
            target.display()
        )))
    }

    /// Whether a file is an archive that begins with the description of a bundle.
    fn is_of_bundle(self, path: &Path) -> bool {
        let mut is_bundle = false;
        let seen = self.each_file(path, &mut |name, _, content| {
            let mut text = Vec::new();
            let is_marker = name.file_name().is_some_and(|name| name == MARKER);
            if is_marker && content.take(1 << 20).read_to_end(&mut text).is_ok() {
                let marker: Option<serde_json::Value> = serde_json::from_slice(&text).ok();
                is_bundle = marker.is_some_and(|marker| marker["generator"]["name"] == GENERATOR);
            }
            Ok(false)
        });
        seen.is_ok() && is_bundle
    }

    /// Unpacks the archive of a bundle into an empty folder; returns where the bundle is then, whose
    /// files nobody has checked yet.
    ///
    /// # Errors
    /// The archive can't be read, or there is no room for what it holds, or that is no bundle.
    pub fn unpack_bundle(self, path: &Path, into: &Path) -> Result<PathBuf, Error> {
        let shown = path.display();
        let folder = self
            .unpack(path, into)
            .map_err(|reason| Error::refused(format!("`{shown}` can't be unpacked: {reason}")))?;
        if has_marker(&folder)? {
            return Ok(folder);
        }
        Err(Error::refused(format!(
            "`{shown}` holds no bundle of this program"
        )))
    }

    /// Unpacks the archive of a bundle into an empty folder; returns where the bundle is then.
    /// Nothing is written outside of it, and no link is made.
    pub(crate) fn unpack(self, path: &Path, into: &Path) -> Result<PathBuf, NotUnpacked> {
        let mut around: Option<PathBuf> = None;
        let length = fs::metadata(path)?.len();
        let mut left = length
            .saturating_mul(MOST_GAIN)
            .saturating_add(ANY_BYTES)
            .min(MOST_BYTES);
        let mut count = 0;
        self.each_file(path, &mut |name, size, content| {
            let mut parts = name.components();
            let first = parts.next();
            let is_inside = name
                .components()
                .all(|part| matches!(part, Component::Normal(_)));
            let Some(Component::Normal(top)) = first.filter(|_| is_inside) else {
                return Err(damaged("a name in it leads out of it"));
            };
            if *around.get_or_insert_with(|| top.into()) != *top || parts.next().is_none() {
                return Err(damaged("its files are not in one folder"));
            }
            count += 1;
            if count > MOST_FILES {
                return Err(damaged("it has too many files"));
            }
            if name.components().count() > DEEPEST {
                return Err(damaged("its folders lie too deep in one another"));
            }
            if size > left {
                return Err(damaged("it is too large"));
            }
            let place = into.join(&name);
            if let Some(parent) = place.parent() {
                fs::create_dir_all(parent)?;
            }
            let mut file = File::create_new(place)?;
            left -= io::copy(&mut content.take(left), &mut file)?;
            if left == 0 {
                return Err(damaged("it is too large"));
            }
            Ok(true)
        })?;
        let around = around.ok_or_else(|| damaged("it is empty"))?;
        Ok(into.join(around))
    }

    /// Hands each file in an archive to `use_it`, until it returns `false`.
    fn each_file(self, path: &Path, use_it: &mut UseFile<'_>) -> Result<(), NotUnpacked> {
        let mut file = BufReader::new(RegularFile::open(path)?.into_file());
        match self {
            Self::TarZst => {
                let left = Cell::new(MOST_HEADER_BYTES);
                let file = zstd::Decoder::with_buffer(file)?;
                let mut archive = tar::Archive::new(Bounded { file, left: &left });
                for entry in archive.entries()? {
                    let mut entry = entry?;
                    // Folders are made where a file is in them.
                    if entry.header().entry_type().is_dir() {
                        expect_no_content(entry.size())?;
                        continue;
                    }
                    if !entry.header().entry_type().is_file() {
                        return Err(damaged("it has something else than files").into());
                    }
                    let (name, size) = (entry.path()?.into_owned(), entry.size());
                    left.set(MOST_BYTES);
                    if !use_it(name, size, &mut entry)? {
                        return Ok(());
                    }
                    left.set(MOST_HEADER_BYTES);
                }
                left.set(MOST_BYTES);
                expect_nothing_more(&mut archive.into_inner())?;
            }
            Self::Zip => {
                let count = count_entries(&mut file, MOST_FILES)?;
                file.rewind()?;
                let mut archive = zip::ZipArchive::new(file).map_err(io::Error::from)?;
                // It knows files by their names.
                if archive.len() != count {
                    return Err(damaged("it has two files of one name").into());
                }
                for number in 0..archive.len() {
                    let mut entry = archive.by_index(number).map_err(io::Error::from)?;
                    if entry.is_dir() {
                        // Nothing, compressed, has two bytes.
                        expect_no_content(entry.size() + entry.compressed_size() / 3)?;
                        continue;
                    }
                    if !entry.is_file() {
                        return Err(damaged("it has something else than files").into());
                    }
                    let name = entry.name().map_err(io::Error::from)?;
                    let name = PathBuf::from(name.into_owned());
                    if !use_it(name, entry.size(), &mut entry)? {
                        break;
                    }
                }
            }
        }
        Ok(())
    }
}

fn expect_no_content(size: u64) -> io::Result<()> {
    match size {
        0 => Ok(()),
        _ => Err(damaged("a folder in it has content")),
    }
}

/// Reads behind the last file to the end, where what the archive is compressed with tells whether all of
/// it is there. Zeros fill up its last block.
fn expect_nothing_more(rest: &mut impl Read) -> io::Result<()> {
    let mut buffer = [0; 8 << 10];
    loop {
        match rest.read(&mut buffer)? {
            0 => return Ok(()),
            length if buffer[..length].iter().all(|&byte| byte == 0) => {}
            _ => return Err(damaged("something follows its end")),
        }
    }
}

/// Takes a file of an archive, all of it: its name, the size in bytes that it is said to have, and
/// its content; whether it wants another one.
type UseFile<'u> = dyn FnMut(PathBuf, u64, &mut dyn Read) -> io::Result<bool> + 'u;

/// A file of which no more than so many bytes are read: a name may be said to have any length, and
/// is read into memory.
struct Bounded<'b, R> {
    file: R,
    left: &'b Cell<u64>,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buffer)?;
        let left = self.left.get().checked_sub(length as u64);
        let left = left.ok_or_else(|| damaged("what it says about a file is too long"))?;
        self.left.set(left);
        Ok(length)
    }
}

/// Why an archive was not unpacked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotUnpacked {
    #[error("{0}")]
    NotRead(#[from] NotRead),
    #[error("{0}")]
    Io(#[from] io::Error),
}

pub(crate) fn damaged(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.to_owned())
}

/// What goes into an archive.
struct Files<'a> {
    folder: &'a Path,
    /// The folder that the archive unpacks to.
    around: &'a str,
    names: &'a [String],
}

impl Files<'_> {
    fn each(&self, mut add: impl FnMut(String, File, u64) -> io::Result<()>) -> io::Result<()> {
        for name in self.names {
            let file = RegularFile::open(&self.folder.join(name)).map_err(io::Error::other)?;
            let size = file.size();
            add(format!("{}/{name}", self.around), file.into_file(), size)?;
        }
        Ok(())
    }
}

fn write_tar(files: &Files<'_>, time: i64, out: impl Write) -> io::Result<()> {
    let mut compressed = zstd::Encoder::new(out, LEVEL)?;
    compressed.include_checksum(true)?;
    let mut archive = tar::Builder::new(compressed);
    files.each(|name, content, size| {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(time.try_into().unwrap_or(0));
        header.set_size(size);
        archive.append_data(&mut header, name, content.take(size))
    })?;
    archive.into_inner()?.finish()?.flush()
}

fn write_zip(files: &Files<'_>, time: i64, out: impl Write + io::Seek) -> io::Result<()> {
    let out = UntilFailed {
        out,
        position: 0,
        has_failed: false,
    };
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .unix_permissions(0o644)
        .last_modified_time(zip_time(time));
    let mut archive = zip::ZipWriter::new(out);
    files.each(|name, mut content, size| {
        // What may be larger needs the longer form of its entry from the start.
        let options = options.large_file(size >= 1 << 31);
        archive.start_file(name, options)?;
        io::copy(&mut content, &mut archive).map(|_| ())
    })?;
    archive.finish()?.flush()
}

/// What takes everything once it has failed: a writer of zip files that is dropped before its time
/// tries to end the file, and prints to the terminal why it can't.
struct UntilFailed<W> {
    out: W,
    position: u64,
    has_failed: bool,
}

impl<W> UntilFailed<W> {
    fn unless_failed<T>(
        &mut self,
        otherwise: T,
        act: impl FnOnce(&mut W) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.has_failed {
            return Ok(otherwise);
        }
        let acted = act(&mut self.out);
        self.has_failed = acted.is_err();
        acted
    }
}

impl<W: Write> Write for UntilFailed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.unless_failed(bytes.len(), |out| out.write(bytes))?;
        self.position += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_failed((), Write::flush)
    }
}

impl<W: io::Seek> io::Seek for UntilFailed<W> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        let pretended = match to {
            io::SeekFrom::Start(position) => position,
            io::SeekFrom::Current(by) | io::SeekFrom::End(by) => {
                self.position.saturating_add_signed(by)
            }
        };
        self.position = self.unless_failed(pretended, |out| out.seek(to))?;
        Ok(self.position)
    }
}

/// A time as zip has it: in UTC, and not before 1980.
fn zip_time(time: i64) -> zip::DateTime {
    let time = Timestamp::from_second(time).map(|time| time.to_zoned(TimeZone::UTC));
    let time = time.ok().and_then(|time| {
        let part = |number: i8| u8::try_from(number).ok();
        zip::DateTime::from_date_and_time(
            u16::try_from(time.year()).ok()?,
            part(time.month())?,
            part(time.day())?,
            part(time.hour())?,
            part(time.minute())?,
            part(time.second())?,
        )
        .ok()
    });
    time.unwrap_or_default()
}

/// What an archive is called inside, and its time if no other is given.
struct Label {
    folder: String,
    as_of: i64,
}

impl Label {
    fn of(bundle: &Path) -> Result<Self, Error> {
        let text = read(&bundle.join(MARKER))?.unwrap_or_default();
        let marker: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
        let dataset = &marker["dataset"];
        let (Some(name), Some(version), Some(as_of)) = (
            dataset["name"].as_str(),
            dataset["version"].as_str(),
            dataset["as_of"].as_str(),
        ) else {
            return Err(Error::refused(format!(
                "`{}` is no bundle of this program",
                bundle.display()
            )));
        };
        if read(&bundle.join(CHECKSUMS))?.is_none() {
            return Err(Error::refused(format!(
                "`{}` has no list of hashes that can be read",
                bundle.display()
            )));
        }
        let plain = |character: char| {
            let is_plain = character.is_ascii_alphanumeric() || "._+-".contains(character);
            if is_plain { character } else { '_' }
        };
        let day: Option<Date> = as_of.parse().ok();
        let start = day.and_then(|day| day.to_zoned(TimeZone::UTC).ok());
        Ok(Self {
            folder: format!("{name}-{version}").chars().map(plain).collect(),
            as_of: start.map_or(0, |start| start.timestamp().as_second()),
        })
    }
}
