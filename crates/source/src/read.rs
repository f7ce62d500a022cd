//! Reading files that strangers may have put there.
//!
//! Only regular files are opened, links are never followed, and nothing is read past a limit.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place where files are opened, after a look at what they are"
)]

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum NotRead {
    /// It is a symbolic link.
    #[error("it is a symbolic link, and links are never followed")]
    Symlink,
    /// It is a folder.
    #[error("it is a folder")]
    Folder,
    /// It is a FIFO, socket or device.
    #[error("it is not a regular file")]
    NotRegular,
    /// It is larger than the limit; both in bytes.
    #[error("it has {size} bytes, more than the limit of {limit}")]
    TooLarge {
        /// Size of the file.
        size: u64,
        /// Largest size that is read.
        limit: u64,
    },
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A file that is known to be regular.
#[derive(Debug)]
pub struct RegularFile {
    file: File,
    size: u64,
}

impl RegularFile {
    /// Opens `path` for reading if it is a regular file itself.
    ///
    /// # Errors
    /// [`NotRead`], all but `TooLarge`.
    pub fn open(path: &Path) -> Result<Self, NotRead> {
        let kind = std::fs::symlink_metadata(path)?.file_type();
        if kind.is_symlink() {
            return Err(NotRead::Symlink);
        }
        if kind.is_dir() {
            return Err(NotRead::Folder);
        }
        if !kind.is_file() {
            return Err(NotRead::NotRegular);
        }
        Self::open_seen(path)
    }

    /// Opens a path that was just seen to be a regular file. Should it have been replaced since, a
    /// link is still not followed and a FIFO not waited for.
    fn open_seen(path: &Path) -> Result<Self, NotRead> {
        let mut options = OpenOptions::new();
        options.read(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
        }
        let file = options.open(path).map_err(|error| {
            #[cfg(unix)]
            if error.raw_os_error() == Some(libc::ELOOP) {
                return NotRead::Symlink;
            }
            NotRead::Io(error)
        })?;
        Self::of(file)
    }

    /// An open file, if it is a regular one.
    fn of(file: File) -> Result<Self, NotRead> {
        #[cfg(unix)]
        let (is_regular, is_folder, size) = {
            // The plain call: what the standard library uses tells more and takes longer.
            let status = rustix::fs::fstat(&file).map_err(io::Error::from)?;
            let kind = rustix::fs::FileType::from_raw_mode(status.st_mode);
            let size = u64::try_from(status.st_size).unwrap_or(0);
            (kind.is_file(), kind.is_dir(), size)
        };
        #[cfg(not(unix))]
        let (is_regular, is_folder, size) = {
            let metadata = file.metadata()?;
            (metadata.is_file(), metadata.is_dir(), metadata.len())
        };
        if is_folder {
            return Err(NotRead::Folder);
        }
        if !is_regular {
            return Err(NotRead::NotRegular);
        }
        Ok(Self { file, size })
    }

    /// All that is in a file.
    ///
    /// # Errors
    /// [`NotRead`].
    pub fn read_all(path: &Path, limit: u64) -> Result<Vec<u8>, NotRead> {
        let mut bytes = Vec::new();
        let length = Self::open(path)?.read(limit, &mut bytes)?;
        bytes.truncate(length);
        Ok(bytes)
    }

    /// Size in bytes when it was opened.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Whether the first byte is not in memory, so that reading it waits for the disk; `false` on
    /// systems that don't tell.
    pub fn would_wait(&self) -> bool {
        #[cfg(target_os = "linux")]
        {
            use rustix::io::{Errno, ReadWriteFlags, preadv2};
            let mut byte = [0];
            let mut buffers = [io::IoSliceMut::new(&mut byte)];
            let read = preadv2(&self.file, &mut buffers, 0, ReadWriteFlags::NOWAIT);
            read == Err(Errno::AGAIN)
        }
        #[cfg(not(target_os = "linux"))]
        false
    }

    /// Asks the system to have the file in memory soon, if it is within the limit, and does not wait
    /// for it; does nothing on systems that can't be asked.
    pub fn fetch(&self, limit: u64) {
        #[cfg(target_os = "linux")]
        if self.size <= limit {
            use rustix::fs::{Advice, fadvise};
            // Who refuses lets the reader wait.
            let _ = fadvise(&self.file, 0, None, Advice::WillNeed);
        }
        #[cfg(not(target_os = "linux"))]
        let _ = limit;
    }

    /// The open file.
    pub fn into_file(self) -> File {
        self.file
    }

    /// Reads the whole file into `buffer`, whose length only grows, and returns how many bytes of
    /// it are the file's.
    ///
    /// # Errors
    /// `TooLarge` before a byte is read, or where the file has grown meanwhile; `Io`.
    pub fn read(self, limit: u64, buffer: &mut Vec<u8>) -> Result<usize, NotRead> {
        self.read_behind(limit, buffer, 0)
    }

    /// The same, but into what follows the first `start` bytes of `buffer`, which stay as they are.
    ///
    /// # Errors
    /// `TooLarge` before a byte is read, or where the file has grown meanwhile; `Io`.
    pub fn read_behind(
        mut self,
        limit: u64,
        buffer: &mut Vec<u8>,
        start: usize,
    ) -> Result<usize, NotRead> {
        let too_large = |size| NotRead::TooLarge { size, limit };
        if self.size > limit {
            return Err(too_large(self.size));
        }
        // One byte more than the size, so that the end shows without another call.
        let mut room = self.size as usize + 1;
        let mut filled = 0;
        loop {
            if buffer.len() < start + room {
                buffer.resize(start + room, 0);
            }
            match self.file.read(&mut buffer[start + filled..start + room]) {
                Ok(0) => return Ok(filled),
                Ok(count) => {
                    filled += count;
                    if filled as u64 > limit {
                        return Err(too_large(filled as u64));
                    }
                    if filled as u64 == self.size {
                        return Ok(filled);
                    }
                    if filled == room {
                        room = room * 2 + 4096;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// A folder whose files are opened by their names: no part of the path is looked up again, and none
/// can be replaced meanwhile.
#[derive(Debug)]
pub struct Folder {
    #[cfg(unix)]
    descriptor: std::os::fd::OwnedFd,
    #[cfg(not(unix))]
    path: std::path::PathBuf,
}

impl Folder {
    /// Opens a folder.
    ///
    /// # Errors
    /// The system refuses, or it is no folder.
    pub fn open(path: &Path) -> io::Result<Self> {
        #[cfg(unix)]
        {
            use rustix::fs::{Mode, OFlags};
            let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
            let descriptor = rustix::fs::open(path, flags, Mode::empty())?;
            Ok(Self { descriptor })
        }
        #[cfg(not(unix))]
        Ok(Self {
            path: path.to_path_buf(),
        })
    }

    /// Opens the file with a name that a listing has just shown to be regular: it saves a system
    /// call. Should it have been replaced since, a link is still not followed and a FIFO not waited
    /// for.
    ///
    /// # Errors
    /// [`NotRead`], all but `TooLarge`.
    pub fn open_listed(&self, name: &OsStr) -> Result<RegularFile, NotRead> {
        #[cfg(unix)]
        {
            use rustix::fs::{Mode, OFlags};
            use rustix::io::Errno;
            let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            let opened = rustix::fs::openat(&self.descriptor, name, flags, Mode::empty());
            let descriptor = opened.map_err(|error| match error {
                Errno::LOOP => NotRead::Symlink,
                other => NotRead::Io(other.into()),
            })?;
            RegularFile::of(descriptor.into())
        }
        #[cfg(not(unix))]
        RegularFile::open_seen(&self.path.join(name))
    }
}

/// Whole lines of a file.
#[derive(Debug, Default)]
pub struct Block {
    /// The lines, each with its line end; the last of the file may lack it. A line over the limit
    /// may be among them, where it was read anyway: who takes lines measures them.
    pub bytes: Vec<u8>,
    /// Offset of the first byte in the file.
    pub offset: u64,
    /// Position of the block in the file, from 0.
    pub number: u32,
    /// Whether the block is nothing but the first `limit` bytes of one line over the limit; the
    /// rest of the line was passed over.
    pub is_oversized: bool,
}

/// Reads a file in blocks of whole lines.
#[derive(Debug)]
pub struct BlockReader<R> {
    input: R,
    carry: Vec<u8>,
    offset: u64,
    number: u32,
    line_limit: usize,
    at_end: bool,
}

/// What is read at a time: large against the cost of a call, small against the caches.
const BLOCK_BYTES: usize = 1 << 20;

impl<R: Read> BlockReader<R> {
    /// Reads `input`; a line may have `line_limit` bytes.
    pub fn new(input: R, line_limit: usize) -> Self {
        Self {
            input,
            carry: Vec::new(),
            offset: 0,
            number: 0,
            line_limit,
            at_end: false,
        }
    }

    /// Puts the next lines into `block`; `false` where there are none left.
    ///
    /// # Errors
    /// Whatever the input gives.
    pub fn read(&mut self, block: &mut Block) -> io::Result<bool> {
        block.bytes.clear();
        block.offset = self.offset;
        block.number = self.number;
        block.is_oversized = false;
        block.bytes.append(&mut self.carry);
        let mut searched = 0;
        loop {
            let end = memchr::memrchr(b'\n', &block.bytes[searched..]);
            if let Some(end) = end {
                self.carry
                    .extend_from_slice(&block.bytes[searched + end + 1..]);
                block.bytes.truncate(searched + end + 1);
                break;
            }
            searched = block.bytes.len();
            if searched > self.line_limit {
                block.is_oversized = true;
                block.bytes.truncate(self.line_limit);
                self.offset += searched as u64;
                self.skip_line()?;
                self.number += 1;
                return Ok(true);
            }
            if self.at_end {
                break;
            }
            self.fill(&mut block.bytes)?;
        }
        self.offset += block.bytes.len() as u64;
        self.number += 1;
        Ok(!block.bytes.is_empty())
    }

    fn fill(&mut self, buffer: &mut Vec<u8>) -> io::Result<()> {
        buffer.reserve(BLOCK_BYTES);
        let count = (&mut self.input)
            .take(BLOCK_BYTES as u64)
            .read_to_end(buffer)?;
        self.at_end = count == 0;
        Ok(())
    }

    fn skip_line(&mut self) -> io::Result<()> {
        let mut buffer = Vec::new();
        while !self.at_end {
            buffer.clear();
            self.fill(&mut buffer)?;
            let end = memchr::memchr(b'\n', &buffer).map_or(buffer.len(), |end| end + 1);
            self.offset += end as u64;
            if end < buffer.len() || buffer.ends_with(b"\n") {
                self.carry.extend_from_slice(&buffer[end..]);
                return Ok(());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(input: &[u8], limit: usize) -> Vec<(u64, Vec<u8>, bool)> {
        let mut reader = BlockReader::new(input, limit);
        let mut block = Block::default();
        let mut all = Vec::new();
        while reader.read(&mut block).expect("a slice can be read") {
            all.push((block.offset, block.bytes.clone(), block.is_oversized));
        }
        all
    }

    #[test]
    fn blocks_end_with_lines() {
        let line = [b"x".repeat(700_000), b"\n".to_vec()].concat();
        let input = line.repeat(4);
        let read = blocks(&input, 1 << 20);
        assert!(read.len() > 1);
        assert!(read.iter().all(|(_, bytes, _)| bytes.ends_with(b"\n")));
        let joined: Vec<u8> = read.into_iter().flat_map(|(_, bytes, _)| bytes).collect();
        assert!(joined == input);
    }

    #[test]
    fn a_line_over_the_limit_is_cut_and_the_next_one_read() {
        let input = [b"ab\n".to_vec(), b"y".repeat(3 << 20), b"\ncd".to_vec()].concat();
        let read = blocks(&input, 10);
        assert_eq!(read.len(), 3);
        assert_eq!(read[0], (0, b"ab\n".to_vec(), false));
        assert_eq!((read[1].0, read[1].1.len(), read[1].2), (3, 10, true));
        assert_eq!(read[2], ((3 << 20) + 4, b"cd".to_vec(), false));
    }

    /// Gives a few bytes at a time, and is interrupted in between.
    struct Stammering<'b> {
        bytes: &'b [u8],
        calls: usize,
    }

    impl Read for Stammering<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.calls += 1;
            if self.calls.is_multiple_of(3) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let most = buffer.len().min(self.calls * 7919 % 50_000 + 1);
            self.bytes.read(&mut buffer[..most])
        }
    }

    #[test]
    fn short_reads_change_nothing() {
        let lines = [10, 0, 2 << 20, 70_000, 5 << 20, 1, 1 << 20, 3];
        let input: Vec<u8> = lines
            .iter()
            .flat_map(|&length| [b"z".repeat(length), b"\n".to_vec()].concat())
            .collect();
        for limit in [0, 1, 100_000, 3 << 20, usize::MAX] {
            let mut reader = BlockReader::new(
                Stammering {
                    bytes: &input,
                    calls: 0,
                },
                limit,
            );
            let mut block = Block::default();
            let mut end = 0;
            let mut numbers = 0..;
            while reader
                .read(&mut block)
                .expect("interruptions are no errors")
            {
                assert_eq!(Some(block.number), numbers.next());
                assert_eq!(block.offset, end);
                let start = end as usize;
                assert!(input[start..].starts_with(&block.bytes));
                end += if block.is_oversized {
                    assert_eq!(block.bytes.len(), limit);
                    let rest = &input[start..];
                    memchr::memchr(b'\n', rest).expect("lines end") as u64 + 1
                } else {
                    assert!(block.bytes.ends_with(b"\n"));
                    block.bytes.len() as u64
                };
            }
            assert_eq!(end as usize, input.len());
        }
    }

    #[test]
    fn an_empty_input_has_no_block() {
        assert!(blocks(b"", 10).is_empty());
    }
}
