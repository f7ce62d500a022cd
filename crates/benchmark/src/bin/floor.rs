//! The program `treatise-floor`: lists the files of a dataset and reads every byte, and nothing
//! else. No validator that reads the same files from the same disk can be faster.

#![expect(
    clippy::disallowed_methods,
    reason = "a floor reads as plainly as the system allows, without the care that a validator takes"
)]

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use clap::Parser;

/// Read every file below a folder and print how many files and bytes there were
#[derive(Parser)]
#[command(name = "treatise-floor", version)]
struct Arguments {
    /// Folder to read, such as the folder `data` of a dataset
    folder: PathBuf,
    /// Number of threads that read
    #[arg(long, value_name = "N", default_value_t = 2)]
    threads: usize,
}

/// Files that a thread takes at once.
const SHARE: usize = 64;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match read_all(&arguments.folder, arguments.threads.max(1)) {
        Ok((files, bytes)) => {
            println!("{files} files, {bytes} bytes");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn read_all(folder: &Path, threads: usize) -> io::Result<(usize, u64)> {
    let mut files = Vec::new();
    list(folder, &mut files)?;
    let next = AtomicUsize::new(0);
    let read_some = || -> io::Result<u64> {
        let mut buffer = vec![0; 1 << 20];
        let mut bytes = 0;
        loop {
            let start = next.fetch_add(SHARE, Ordering::Relaxed);
            if start >= files.len() {
                return Ok(bytes);
            }
            for path in &files[start..files.len().min(start + SHARE)] {
                bytes += read(path, &mut buffer)?;
            }
        }
    };
    let bytes = thread::scope(|scope| {
        let readers: Vec<_> = (0..threads).map(|_| scope.spawn(read_some)).collect();
        let mut bytes = 0;
        for reader in readers {
            let Ok(read) = reader.join() else {
                unreachable!("promised: reading does not panic");
            };
            bytes += read?;
        }
        io::Result::Ok(bytes)
    })?;
    Ok((files.len(), bytes))
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            list(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

fn read(path: &Path, buffer: &mut [u8]) -> io::Result<u64> {
    let mut file = File::open(path)?;
    let mut bytes = 0;
    loop {
        match file.read(buffer)? {
            0 => return Ok(bytes),
            read => bytes += read as u64,
        }
    }
}
