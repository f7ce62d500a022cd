//! The pages of a column, held against what this program writes, before the library decodes them: it
//! takes what the head of a page says for true, and panics or asks for any amount of memory where
//! that is not so.

use parquet::basic::{Encoding, Type};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::ColumnDescPtr;

/// Pages that are such as this program writes.
pub(super) struct Pages {
    reader: Box<dyn PageReader>,
    column: ColumnDescPtr,
    has_dictionary: bool,
}

type Judgement = std::result::Result<(), &'static str>;

impl Pages {
    pub(super) fn new(reader: Box<dyn PageReader>, column: ColumnDescPtr) -> Self {
        Self {
            reader,
            column,
            has_dictionary: false,
        }
    }

    fn judge(&mut self, page: &Page) -> Judgement {
        match page {
            Page::DictionaryPage {
                buf, num_values, ..
            } => {
                // Any other value takes a byte at least.
                let is_whole = match self.column.physical_type() {
                    Type::BYTE_ARRAY => are_texts(buf, *num_values as usize),
                    _ => *num_values as usize <= buf.len(),
                };
                self.has_dictionary = true;
                is_whole
                    .then_some(())
                    .ok_or("a dictionary has not the values that it says")
            }
            Page::DataPage {
                def_level_encoding, ..
            } if *def_level_encoding != Encoding::RLE => {
                Err("a page has its gaps in an encoding that no export uses")
            }
            Page::DataPage {
                encoding: Encoding::PLAIN,
                buf,
                num_values,
                ..
            } => self.judge_plain(buf, *num_values as usize),
            Page::DataPage {
                encoding: Encoding::PLAIN_DICTIONARY | Encoding::RLE_DICTIONARY,
                ..
            } => match self.has_dictionary {
                true => Ok(()),
                false => Err("a page refers to a dictionary that is not there"),
            },
            Page::DataPage { .. } => Err("a page is in an encoding that no export uses"),
            Page::DataPageV2 { .. } => Err("a page is of a kind that no export uses"),
        }
    }

    /// Judges a page that has its values one behind the other, after its gaps where it can have any.
    fn judge_plain(&self, page: &[u8], rows: usize) -> Judgement {
        if self.column.physical_type() != Type::BYTE_ARRAY {
            return Ok(());
        }
        let (count, texts) = match self.column.max_def_level() {
            0 => (rows, page),
            _ => {
                let (gaps, texts) =
                    split_text(page).ok_or("a page has not the gaps that it says")?;
                (present(gaps, rows), texts)
            }
        };
        are_texts(texts, count)
            .then_some(())
            .ok_or("a page has not the texts that it says")
    }
}

/// Whether there are so many texts, one behind the other, and nothing else.
fn are_texts(mut bytes: &[u8], count: usize) -> bool {
    for _ in 0..count {
        let Some((_, rest)) = split_text(bytes) else {
            return false;
        };
        bytes = rest;
    }
    bytes.is_empty()
}

/// What has its length before it, and what follows.
fn split_text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
}

/// How many of so many rows have a value, by a list of ones and zeros in runs: the number of a run is
/// that of its repetitions, or, if odd, that of the bytes which have eight each.
fn present(mut runs: &[u8], rows: usize) -> usize {
    let (mut seen, mut count) = (0, 0);
    while seen < rows {
        let Some((head, rest)) = split_number(runs) else {
            break;
        };
        let length = usize::try_from(head >> 1).unwrap_or(usize::MAX);
        if head & 1 == 0 {
            let Some((level, rest)) = rest.split_first() else {
                break;
            };
            let length = length.min(rows - seen);
            seen += length;
            count += if *level == 1 { length } else { 0 };
            runs = rest;
        } else {
            let (packed, rest) = rest.split_at(length.min(rest.len()));
            for byte in packed {
                let length = (rows - seen).min(8);
                let mask = u8::try_from((1_u32 << length) - 1).unwrap_or(u8::MAX);
                seen += length;
                count += (byte & mask).count_ones() as usize;
            }
            runs = rest;
        }
    }
    count
}

/// A number of seven bits a byte, the lowest first, and what follows.
fn split_number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let end = bytes.iter().position(|byte| byte & 0x80 == 0)?;
    let (number, rest) = bytes.split_at(end + 1);
    let number = number.iter().rev().try_fold(0_u64, |number, byte| {
        Some(number.checked_mul(1 << 7)? | u64::from(byte & 0x7F))
    });
    Some((number?, rest))
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.reader.get_next_page()?;
        if let Some(page) = &page {
            let judged = self.judge(page);
            judged.map_err(|reason| ParquetError::General(reason.to_owned()))?;
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.reader.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.reader.skip_next_page()
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parquet::schema::parser::parse_message_type;
    use parquet::schema::types::SchemaDescriptor;

    use super::*;

    const NUMBERS: &str = "message table { required int64 column; }";
    const TEXTS: &str = "message table { required binary column (UTF8); }";
    const SOME_TEXTS: &str = "message table { optional binary column (UTF8); }";

    struct Given(std::vec::IntoIter<Page>);

    impl PageReader for Given {
        fn get_next_page(&mut self) -> Result<Option<Page>> {
            Ok(self.0.next())
        }

        fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
            Ok(None)
        }

        fn skip_next_page(&mut self) -> Result<()> {
            Ok(())
        }
    }

    impl Iterator for Given {
        type Item = Result<Page>;

        fn next(&mut self) -> Option<Self::Item> {
            self.get_next_page().transpose()
        }
    }

    fn column(message: &str) -> ColumnDescPtr {
        let message = parse_message_type(message).expect("it is a schema");
        SchemaDescriptor::new(Arc::new(message)).column(0)
    }

    /// A dictionary of two empty texts, or of a number.
    fn dictionary(num_values: u32) -> Page {
        Page::DictionaryPage {
            buf: vec![0; 8].into(),
            num_values,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        }
    }

    fn data(encoding: Encoding, def_level_encoding: Encoding) -> Page {
        Page::DataPage {
            buf: vec![0; 8].into(),
            num_values: 1,
            encoding,
            def_level_encoding,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        }
    }

    /// What is said of the first page that is none of ours.
    fn said(pages: Vec<Page>, message: &str) -> Option<String> {
        let pages = Pages::new(Box::new(Given(pages.into_iter())), column(message));
        let mut failures = pages.filter_map(Result::err);
        failures.next().map(|error| error.to_string())
    }

    #[test]
    fn heads_that_promise_what_is_not_there_are_refused() {
        let plain = || data(Encoding::PLAIN, Encoding::RLE);
        let coded = || data(Encoding::RLE_DICTIONARY, Encoding::RLE);
        assert_eq!(said(vec![plain(), plain()], NUMBERS), None);
        assert_eq!(said(vec![dictionary(8), coded(), plain()], NUMBERS), None);

        let second = Page::DataPageV2 {
            buf: vec![0; 8].into(),
            num_values: 1,
            encoding: Encoding::PLAIN,
            num_nulls: 0,
            num_rows: 1,
            def_levels_byte_len: u32::MAX,
            rep_levels_byte_len: u32::MAX,
            is_compressed: false,
            statistics: None,
        };
        for (pages, expected) in [
            (
                vec![plain(), coded()],
                "a page refers to a dictionary that is not there",
            ),
            (
                vec![dictionary(9), coded()],
                "a dictionary has not the values that it says",
            ),
            (
                vec![data(Encoding::PLAIN, Encoding::PLAIN)],
                "a page has its gaps in an encoding that no export uses",
            ),
            (
                vec![data(Encoding::DELTA_BYTE_ARRAY, Encoding::RLE)],
                "a page is in an encoding that no export uses",
            ),
            (vec![second], "a page is of a kind that no export uses"),
        ] {
            let said = said(pages, NUMBERS).unwrap_or_default();
            assert!(said.ends_with(expected), "{said}");
        }
    }

    /// What is said of a page with these bytes.
    fn said_of_page(bytes: &[u8], num_values: u32, message: &str) -> Option<String> {
        let page = Page::DataPage {
            buf: bytes.to_vec().into(),
            num_values,
            encoding: Encoding::PLAIN,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        said(vec![page], message)
    }

    #[test]
    fn texts_are_as_many_as_is_said() {
        assert_eq!(said(vec![dictionary(2)], TEXTS), None);
        for count in [1, 3, 8] {
            let said = said(vec![dictionary(count)], TEXTS).unwrap_or_default();
            assert!(said.ends_with("has not the values that it says"), "{said}");
        }
        let text = b"\x01\0\0\0a\0\0\0\0";
        assert_eq!(said_of_page(text, 2, TEXTS), None);
        for (length, count) in [(9, 1), (9, 3), (8, 2), (4, 1), (2, 1)] {
            let said = said_of_page(&text[..length], count, TEXTS).unwrap_or_default();
            assert!(said.ends_with("has not the texts that it says"), "{said}");
        }
    }

    #[test]
    fn gaps_have_no_texts() {
        let page = |gaps: &[u8]| {
            let length = u8::try_from(gaps.len()).expect("it is short");
            [&[length, 0, 0, 0], gaps, b"\x01\0\0\0a\0\0\0\0"].concat()
        };
        // Two values of three rows: in a run each, or one bit each.
        for gaps in [&[2 << 1, 1, 1 << 1, 0][..], &[1 << 1 | 1, 0b101], &[0xC, 1]] {
            let rows = if gaps[0] == 0xC { 2 } else { 3 };
            assert_eq!(
                said_of_page(&page(gaps), rows, SOME_TEXTS),
                None,
                "{gaps:?}"
            );
        }
        for gaps in [&[3 << 1, 1][..], &[1 << 1 | 1, 0b100], &[], &[0x80]] {
            let said = said_of_page(&page(gaps), 3, SOME_TEXTS).unwrap_or_default();
            assert!(said.ends_with("has not the texts that it says"), "{said}");
        }
        let said = said_of_page(&[9, 0, 0, 0], 1, SOME_TEXTS).unwrap_or_default();
        assert!(said.ends_with("has not the gaps that it says"), "{said}");
    }
}
