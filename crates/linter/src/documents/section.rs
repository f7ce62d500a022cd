//! The paragraphs under a heading, as citations count them.
//!
//! The text of a document has lost its markup: a heading is a block of few words that ends like no
//! sentence, and a list is a block that begins with a mark. What a person sees and a program does
//! not, such as the caption of a picture, is theirs to tell.

use std::ops::Range;

use super::Document;

/// The longest heading, in characters.
const LONGEST_HEADING: usize = 100;
/// Marks that an item of a list begins with.
const MARKS: &[char] = &['•', '◦', '▪', '‣', '–', '-', '*', '·'];

impl Document {
    /// The passages under a heading, in order: a list is one with the paragraph that leads into it.
    /// `None` where no block is the heading.
    pub fn paragraphs(&self, heading: &str) -> Option<Vec<Range<usize>>> {
        Some(self.paragraphs_below(self.headings(heading).next()?))
    }

    /// The same under the heading that is this block.
    pub fn paragraphs_below(&self, heading: usize) -> Vec<Range<usize>> {
        let mut paragraphs: Vec<Range<usize>> = Vec::new();
        for (at, block) in self.blocks().iter().enumerate().skip(heading + 1) {
            if is_heading(block) {
                break;
            }
            match paragraphs.last_mut() {
                Some(before) if is_list(block) => before.end = at + 1,
                _ => paragraphs.push(at..at + 1),
            }
        }
        paragraphs
    }

    /// The blocks that look like headings.
    pub fn likely_headings(&self) -> impl Iterator<Item = &str> {
        let blocks = self.blocks().iter();
        blocks.map(String::as_str).filter(|block| is_heading(block))
    }
}

fn is_heading(block: &str) -> bool {
    let is_short = block.chars().nth(LONGEST_HEADING).is_none();
    is_short && !block.ends_with(['.', '!', ':', ';', ',']) && !is_list(block)
}

fn is_list(block: &str) -> bool {
    let rest = block.trim_start_matches(MARKS);
    rest.len() < block.len() && rest.starts_with(' ')
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::super::Documents;

    #[test]
    fn a_list_counts_with_its_paragraph_and_the_next_heading_ends_a_section() {
        let text =
            "Frost\n\nIt is cold.\n\nOf these:\n\n• ice\n• snow\n\nIt melts.\n\nThaw\n\nIt is wet.";
        let mut documents = Documents::default();
        documents.add(text.as_bytes());
        let (_, document) = documents.all().next().expect("it was added");
        assert_eq!(document.paragraphs("Frost"), Some(vec![1..2, 2..4, 4..5]));
        let last = document.paragraphs("Thaw").expect("it is a heading");
        assert!(matches!(last[..], [Range { start: 6, end: 7 }]));
        assert_eq!(document.paragraphs("Ice"), None);
        let headings: Vec<_> = document.likely_headings().collect();
        assert_eq!(headings, ["Frost", "Thaw"]);
    }
}
