//! The pages of a column, held against what this program writes, before the library decodes them: it
//! takes what the head of a page says for true, and panics or asks for any amount of memory where
//! that is not so.

use parquet::basic::Encoding;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};

/// Pages whose heads are such as this program writes.
pub(super) struct Pages {
    pages: Box<dyn PageReader>,
    has_dictionary: bool,
}

impl Pages {
    pub(super) fn new(pages: Box<dyn PageReader>) -> Self {
        Self {
            pages,
            has_dictionary: false,
        }
    }

    fn judge(&mut self, page: &Page) -> std::result::Result<(), &'static str> {
        match page {
            // Each value takes a byte at least.
            Page::DictionaryPage {
                buf, num_values, ..
            } if *num_values as usize > buf.len() => Err("a dictionary is shorter than it says"),
            Page::DictionaryPage { .. } => {
                self.has_dictionary = true;
                Ok(())
            }
            Page::DataPage {
                def_level_encoding, ..
            } if *def_level_encoding != Encoding::RLE => {
                Err("a page has its gaps in an encoding that no export uses")
            }
            Page::DataPage {
                encoding: Encoding::PLAIN,
                ..
            } => Ok(()),
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
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        if let Some(page) = &page {
            let judged = self.judge(page);
            judged.map_err(|reason| ParquetError::General(reason.to_owned()))?;
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
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
    use super::*;

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
    fn said(pages: Vec<Page>) -> Option<String> {
        let pages = Pages::new(Box::new(Given(pages.into_iter())));
        let mut failures = pages.filter_map(Result::err);
        failures.next().map(|error| error.to_string())
    }

    #[test]
    fn heads_that_promise_what_is_not_there_are_refused() {
        let plain = || data(Encoding::PLAIN, Encoding::RLE);
        let coded = || data(Encoding::RLE_DICTIONARY, Encoding::RLE);
        assert_eq!(said(vec![plain(), plain()]), None);
        assert_eq!(said(vec![dictionary(8), coded(), plain()]), None);

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
                "a dictionary is shorter than it says",
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
            let said = said(pages).unwrap_or_default();
            assert!(said.ends_with(expected), "{said}");
        }
    }
}
