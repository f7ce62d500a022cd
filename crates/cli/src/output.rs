//! Where reports go: standard output, or a file that is there whole or not at all.

#![expect(
    clippy::disallowed_methods,
    reason = "the terminal is known by the environment, and reports are written here"
)]

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Read as _, Write};
use std::path::Path;

use anyhow::{Context, Result};
use treatise_report::{Format, Options, Report, Standpoint, render};
use treatise_source::{NotRead, RegularFile, StagedFile, hold};

use crate::arguments::Destination;
use crate::place::{from_here, in_repository};

/// What a report on a terminal or in a log may have, in bytes.
const MOST_BYTES: usize = 1 << 20;

/// Writes a report, whose names of files are relative to a folder, to each of its destinations, also where
/// one of them fails.
pub(crate) fn write(
    report: &Report<'_>,
    folder: &Path,
    destinations: &[Destination<Format>],
) -> Result<()> {
    let mut outcome = Ok(());
    let (shown, reader) = from_here(folder);
    let in_repository = in_repository(folder);
    let plain = Options {
        here: Standpoint {
            folder: &shown,
            reader: &reader,
        },
        repository: Standpoint {
            folder: &in_repository,
            reader: "",
        },
        ..Options::default()
    };
    for destination in destinations {
        let written = match &destination.file {
            Some(path) => write_file(path, |out| render(report, destination.format, &plain, out))
                .with_context(|| format!("the report could not be written to {}", path.display())),
            None => write_stdout(|out| {
                let options = Options {
                    color: has_color(),
                    width: width(),
                    max_bytes: Some(MOST_BYTES),
                    ..plain
                };
                render(report, destination.format, &options, out)
            }),
        };
        outcome = outcome.and(written);
    }
    outcome
}

/// Writes a text to a file, or to standard output; it is told whether colours are seen there.
pub(crate) fn write_text(file: Option<&Path>, text: impl FnOnce(bool) -> String) -> Result<()> {
    match file {
        Some(path) => write_file(path, |out| out.write_all(text(false).as_bytes()))
            .with_context(|| format!("the report could not be written to {}", path.display())),
        None => write_stdout(|out| out.write_all(text(has_color()).as_bytes())),
    }
}

/// Writes to a temporary sibling that takes the file's place when it is complete.
pub(crate) fn write_file(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => return Err(io::Error::other("it is a folder")),
        // Devices and pipes are written to; a file must not take their place.
        Ok(metadata) if !metadata.is_file() => {
            let mut out = BufWriter::new(File::options().write(true).open(path)?);
            fill(&mut out)?;
            return out.flush();
        }
        _ => {}
    }
    StagedFile::new(path, fill)?.commit()
}

/// Writes a file that is not there yet, and the folder around it where there is none.
pub(crate) fn write_new_file(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    StagedFile::new(path, |out| out.write_all(text.as_bytes()))?.commit_new()
}

/// Writes a line behind those of a file, which is there whole or not at all. A run that writes there too is
/// waited for, so that none takes away the line of another.
pub(crate) fn append_line(path: &Path, line: &str) -> io::Result<()> {
    rewrite(path, |before, out| match before {
        Some(before) => write_behind(before, line, out),
        None => writeln!(out, "{}", line.trim_end()),
    })
}

/// Writes a file anew from what is in it, if it is there; it is there whole or not at all. A run that writes
/// it too is waited for, so that none takes away what another wrote.
pub(crate) fn rewrite(
    path: &Path,
    fill: impl Fn(Option<&File>, &mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    loop {
        let before = match RegularFile::open(path) {
            Ok(file) => Some(file.into_file()),
            Err(NotRead::Io(error)) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(io::Error::other(error)),
        };
        let Some(before) = before else {
            let file = StagedFile::new(path, |out| fill(None, out))?;
            match file.commit_new() {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                written => return written,
            }
        };
        if hold(&before, path)? {
            let file = StagedFile::new(path, |out| fill(Some(&before), out))?;
            if cfg!(not(unix)) {
                // Nothing is held there, and what is open can't be replaced.
                drop(before);
            }
            return file.commit();
        }
    }
}

/// Writes what a file has, and a line behind it.
fn write_behind(mut before: &File, line: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut last = b'\n';
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = before.read(&mut buffer)?;
        let Some(end) = buffer[..read].last() else {
            break;
        };
        last = *end;
        out.write_all(&buffer[..read])?;
    }
    if last != b'\n' {
        writeln!(out)?;
    }
    writeln!(out, "{}", line.trim_end())
}

/// Writes to standard output. Whoever reads may stop reading (`| head`); that is no failure.
pub(crate) fn write_stdout(fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let stdout = io::stdout().lock();
    let mut out = BufWriter::with_capacity(1 << 16, stdout);
    let written = fill(&mut out).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // What is still in the buffer has no reader either.
            let _ = out.into_parts();
            Ok(())
        }
        other => other.context("standard output could not be written to"),
    }
}

/// Text of unknown origin, such as the name of a file, made safe for a terminal.
pub(crate) fn on_terminal(text: &str) -> String {
    treatise_report::visible(text)
}

/// Writes a patch to standard output: to a terminal as it can be read, and else as `git apply` takes it,
/// to the byte.
pub(crate) fn write_patch(patch: &[u8]) -> Result<()> {
    let is_read_by_people = io::stdout().is_terminal();
    write_stdout(|out| match is_read_by_people {
        true => {
            let text = String::from_utf8_lossy(patch);
            out.write_all(lines_on_terminal(&text).as_bytes())
        }
        false => out.write_all(patch),
    })
}

/// The same for lines that stay lines, such as those of a diff.
pub(crate) fn lines_on_terminal(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines.fold(String::new(), |shown, line| match line.strip_suffix('\n') {
        Some(line) => shown + &on_terminal(line) + "\n",
        None => shown + &on_terminal(line),
    })
}

/// Says something on standard error that may have text of unknown origin in it, such as the name
/// of a file; if nobody listens, that is no failure.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{}", on_terminal(text));
}

fn has_color() -> bool {
    // https://no-color.org: any value but the empty one.
    let is_off = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    io::stdout().is_terminal() && !is_off("NO_COLOR") && !is_dumb
}

/// How long lines may be, in columns: as somebody says, or as wide as the terminal is.
fn width() -> usize {
    const USUAL: usize = 100;
    const LEAST: usize = 40;
    let said = std::env::var("COLUMNS").ok();
    let said = said.and_then(|columns| columns.parse().ok());
    let seen = || {
        let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
        Some(usize::from(width.0))
    };
    let columns = said.or_else(seen);
    columns.map_or(USUAL, |columns| columns.max(LEAST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_that_write_to_one_file_at_a_time_lose_nothing() {
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        let path = folder.path().join("lines.ndjson");
        let path = &path;
        std::thread::scope(|scope| {
            for number in 0..8 {
                scope.spawn(move || {
                    for at in 0..8 {
                        append_line(path, &format!("{number}.{at}")).expect("there is room");
                    }
                });
            }
        });
        let text = std::fs::read_to_string(path).expect("it is there");
        let mut lines: Vec<_> = text.lines().collect();
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), 64);
    }
}
