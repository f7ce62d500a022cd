//! Whether a zip file is its entries and nothing else. Programs look for these in several ways: some by the
//! list at the end, some by the heads before the files, and of two with one name each takes another. So
//! there is one list, of all that is in the file, and each head says what the list says.
//!
//! The layout is that of PKWARE's APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.14 to 4.3.16.

use std::io::{self, Read, Seek, SeekFrom};

use crate::archive::damaged;

/// Sizes, in bytes, of what has one, apart from names and the like.
const HEAD: u64 = 30;
const LISTED: usize = 46;
const END: u64 = 22;
const LONG_END: u64 = 56;
const LOCATOR: u64 = 20;
/// What a number of 32 bits says of one that has more; the same number has 64 bits elsewhere.
const LONG: u64 = u32::MAX as u64;
/// What may follow a file that was written before its size was known, in bytes.
const DESCRIPTORS: [u64; 4] = [12, 16, 20, 24];

/// An entry of the list.
struct Entry {
    name: Vec<u8>,
    /// Where its head begins.
    start: u64,
    /// The size of what follows the head, in bytes.
    size: u64,
    /// Flags, method and time, sum, and sizes, as the list and the head have them.
    facts: [u8; 20],
}

/// Where the list is, and how many entries it has.
struct List {
    start: u64,
    end: u64,
    count: u64,
}

/// Makes sure that a file has just the entries of its list, each once; returns how many.
///
/// # Errors
/// There is something else, there are more than `most`, or the file can't be read.
pub(crate) fn count_entries(file: &mut (impl Read + Seek), most: usize) -> io::Result<usize> {
    let list = find_list(file)?;
    let count = usize::try_from(list.count).unwrap_or(usize::MAX);
    if count > most {
        return Err(damaged("it has too many files"));
    }
    let mut entries = read_list(file, &list)?;
    entries.sort_unstable_by_key(|entry| entry.start);
    let ends = entries.iter().skip(1).map(|entry| entry.start);
    let ends: Vec<_> = ends.chain([list.start]).collect();
    if entries.first().map_or(list.start, |entry| entry.start) != 0 {
        return Err(damaged("something is before its first file"));
    }
    for (entry, end) in entries.iter().zip(ends) {
        check_head(file, entry, end)?;
    }
    Ok(count)
}

fn find_list(file: &mut (impl Read + Seek)) -> io::Result<List> {
    let no_end = || damaged("it does not end with its list of files");
    let length = file.seek(SeekFrom::End(0))?;
    let end_start = length.checked_sub(END).ok_or_else(no_end)?;
    let end: [u8; END as usize] = read_at(file, end_start)?;
    // A comment behind it could be taken for another end.
    if !end.starts_with(b"PK\x05\x06") || end[20..] != [0, 0] {
        return Err(no_end());
    }
    let (count, size, start) = (
        number(&end[10..12]),
        number(&end[12..16]),
        number(&end[16..20]),
    );
    let long = long_end(file, end_start)?;
    let is_same = match &long {
        Some(long) => {
            let is_said = |short, long, most| short == long || short == most;
            is_said(count, long.count, u64::from(u16::MAX)) && is_said(start, long.start, LONG)
        }
        None => start + size == end_start,
    };
    let list = long.unwrap_or(List {
        start,
        end: end_start,
        count,
    });
    match is_same && list.start <= list.end {
        true => Ok(list),
        false => Err(no_end()),
    }
}

/// What the longer form of the end says, where there is one.
fn long_end(file: &mut (impl Read + Seek), end_start: u64) -> io::Result<Option<List>> {
    let Some(start) = end_start.checked_sub(LONG_END + LOCATOR) else {
        return Ok(None);
    };
    let both: [u8; (LONG_END + LOCATOR) as usize] = read_at(file, start)?;
    let (record, locator) = both.split_at(LONG_END as usize);
    if !locator.starts_with(b"PK\x06\x07") {
        return Ok(None);
    }
    if !record.starts_with(b"PK\x06\x06") || number(&locator[8..16]) != start {
        return Err(damaged("it does not end with its list of files"));
    }
    Ok(Some(List {
        start: number(&record[48..56]),
        end: start,
        count: number(&record[32..40]),
    }))
}

fn read_list(file: &mut (impl Read + Seek), list: &List) -> io::Result<Vec<Entry>> {
    let wrong = || damaged("its list of files is not as long as it says");
    let mut entries = Vec::new();
    let mut place = list.start;
    for _ in 0..list.count {
        let listed: [u8; LISTED] = read_at(file, place)?;
        let lengths = [28, 30, 32].map(|at| number(&listed[at..at + 2]));
        let [name, more, comment] = lengths;
        let length = LISTED as u64 + name + more + comment;
        if !listed.starts_with(b"PK\x01\x02") || length > list.end - place {
            return Err(wrong());
        }
        place += length;
        let name = read_some(file, name)?;
        let more = read_some(file, more)?;
        let facts = listed[8..28].try_into().expect("it has that length");
        let (packed, whole) = (number(&listed[20..24]), number(&listed[24..28]));
        let start = number(&listed[42..46]);
        let mut long = long_numbers(&more).into_iter();
        let mut read = |short: u64| match short {
            LONG => long.next().ok_or_else(wrong),
            short => Ok(short),
        };
        read(whole)?;
        let size = read(packed)?;
        let start = read(start)?;
        entries.push(Entry {
            name,
            start,
            size,
            facts,
        });
    }
    match place == list.end {
        true => Ok(entries),
        false => Err(wrong()),
    }
}

/// The numbers of 64 bits among what else is said of an entry.
fn long_numbers(mut more: &[u8]) -> Vec<u64> {
    while let Some((head, rest)) = more.split_first_chunk::<4>() {
        let length = usize::try_from(number(&head[2..])).unwrap_or(usize::MAX);
        let Some((content, rest)) = rest.split_at_checked(length) else {
            break;
        };
        if head[..2] == [1, 0] {
            return content.chunks_exact(8).map(number).collect();
        }
        more = rest;
    }
    Vec::new()
}

/// Makes sure that the head of an entry says what the list says, and that nothing but its content is before
/// `end`.
fn check_head(file: &mut (impl Read + Seek), entry: &Entry, end: u64) -> io::Result<()> {
    let head: [u8; HEAD as usize] = read_at(file, entry.start)?;
    let [name, more] = [26, 28].map(|at| number(&head[at..at + 2]));
    let is_later = entry.facts[0] & 8 != 0;
    // Where the sizes were not known when it was written, or do not fit, the head has others.
    let known = match head[18..22] == [0xFF; 4] {
        _ if is_later => 8,
        true => 12,
        false => 20,
    };
    let is_same = head.starts_with(b"PK\x03\x04")
        && head[6..6 + known] == entry.facts[..known]
        && read_some(file, name)? == entry.name;
    if !is_same {
        return Err(damaged("a file in it is not what its list says"));
    }
    let expected = (entry.start + HEAD + name + more).checked_add(entry.size);
    let rest = expected.and_then(|expected| end.checked_sub(expected));
    let is_end = rest.is_some_and(|rest| rest == 0 || (is_later && DESCRIPTORS.contains(&rest)));
    match is_end {
        true => Ok(()),
        false => Err(damaged("something is between its files")),
    }
}

/// A number, its lowest byte first.
fn number(bytes: &[u8]) -> u64 {
    let bytes = bytes.iter().rev();
    bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn read_at<const LENGTH: usize>(
    file: &mut (impl Read + Seek),
    place: u64,
) -> io::Result<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    file.seek(SeekFrom::Start(place))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// What comes next; no more than 65535 bytes are ever asked for.
fn read_some(file: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}
