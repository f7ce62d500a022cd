//! The paragraphs under a heading, as citations count them.
//!
//! The text of a document has lost its markup: a heading is a block of few words that ends like no
//! sentence, and a list is a block that begins with a mark, or with numbers that go on or follow a colon.
//! What a person sees and a program does not, such as the caption of a picture, is theirs to tell.

use std::ops::Range;

use super::Document;

/// The longest heading, in characters.
const LONGEST_HEADING: usize = 100;
/// Marks that an item of a list begins with.
const MARKS: &[char] = &['•', '◦', '▪', '‣', '–', '-', '*', '·'];
/// What closes behind the end of a sentence.
const CLOSING: &[char] = &[')', ']', '"', '”', '’', '»'];

impl Document {
    /// The passages under a heading, in order: a list is one with the paragraph that leads into it.
    /// `None` where no block is the heading.
    pub fn paragraphs(&self, heading: &str) -> Option<Vec<Range<usize>>> {
        Some(self.paragraphs_below(self.headings(heading).next()?))
    }

    /// The same under the heading that is this block.
    pub fn paragraphs_below(&self, heading: usize) -> Vec<Range<usize>> {
        let mut paragraphs: Vec<Range<usize>> = Vec::new();
        for (at, looks) in self.looks().enumerate().skip(heading + 1) {
            match (looks, paragraphs.last_mut()) {
                (Looks::Heading, _) => break,
                (Looks::List, Some(before)) => before.end = at + 1,
                _ => paragraphs.push(at..at + 1),
            }
        }
        paragraphs
    }

    /// The blocks that look like headings.
    pub fn likely_headings(&self) -> impl Iterator<Item = &str> {
        let blocks = self.blocks().iter().zip(self.looks());
        let headings = blocks.filter(|(_, looks)| *looks == Looks::Heading);
        headings.map(|(block, _)| block.as_str())
    }

    /// What each block looks like.
    fn looks(&self) -> impl Iterator<Item = Looks> {
        // The paragraph before, and the numbers that the list and the headings before would go on with.
        let (mut before, mut next, mut next_heading) = ("", None, None);
        let blocks = self.blocks();
        blocks.iter().enumerate().map(move |(at, block)| {
            let items = Numbering::of(block);
            let goes_on = |first, last: Numbering| {
                let behind = blocks
                    .get(at + 1)
                    .and_then(|block| Numbering::at_start(block));
                // One number may be that of the next heading, and so is, unless another item follows.
                let is_next_heading = next_heading == Some(first) && is_heading(block);
                next == Some(first) && (!is_next_heading || behind == Some(last.next()))
            };
            let is_list = is_marked(block)
                || items.is_some_and(|(first, last)| {
                    first != last || before.ends_with(':') || goes_on(first, last)
                });
            next = items.filter(|_| is_list).map(|(_, last)| last.next());
            before = block;
            match is_list {
                true => Looks::List,
                false if is_heading(block) => {
                    let number = items.map(|(first, _)| first.next());
                    next_heading = number.or(next_heading);
                    Looks::Heading
                }
                false => Looks::Paragraph,
            }
        })
    }
}

/// What a block looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Looks {
    Heading,
    Paragraph,
    List,
}

/// The number or letter before an item of a list, with what stands behind it: `2.` or `b)`. Headings may
/// be numbered too, so that one alone makes no list.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Numbering {
    number: u32,
    is_letter: bool,
    sign: char,
}

impl Numbering {
    /// Those of the first and the last item in a block, which begins with the first.
    fn of(block: &str) -> Option<(Self, Self)> {
        let first = Self::at_start(block)?;
        let (mut last, mut rest) = (first, block);
        while let Some((_, behind)) = rest.split_once(&format!(" {} ", last.next().written())) {
            last = last.next();
            rest = behind;
        }
        Some((first, last))
    }

    fn at_start(block: &str) -> Option<Self> {
        let (word, _) = block.split_once(' ')?;
        let sign = word.chars().next_back()?;
        let number = word.strip_suffix(['.', ')'])?;
        let of_letter = |letter: u8| u32::from(letter - b'a') + 1;
        let (number, is_letter) = match number.as_bytes() {
            [letter @ b'a'..=b'z'] if sign == ')' => (of_letter(*letter), true),
            [_, ..] if number.len() <= 3 && number.bytes().all(|it| it.is_ascii_digit()) => {
                (number.parse().ok()?, false)
            }
            _ => return None,
        };
        Some(Self {
            number,
            is_letter,
            sign,
        })
    }

    fn next(self) -> Self {
        let number = self.number + 1;
        Self { number, ..self }
    }

    fn written(self) -> String {
        let Self { number, sign, .. } = self;
        match self.is_letter {
            true => {
                let letter = char::from_digit(number + 9, 36).unwrap_or('z');
                format!("{letter}{sign}")
            }
            false => format!("{number}{sign}"),
        }
    }
}

fn is_heading(block: &str) -> bool {
    let is_short = block.chars().nth(LONGEST_HEADING).is_none();
    is_short && !ends_sentence(block)
}

/// Whether a block ends as sentences do, with what may stand behind: a bracket, a quotation mark, the
/// number of a reference.
fn ends_sentence(block: &str) -> bool {
    let is_end = |text: &str| text.ends_with(['.', '!', ':', ';', ',']);
    let bare = block.trim_end_matches(CLOSING);
    let numbers = bare.trim_end_matches(|it: char| it.is_ascii_digit() || "[, –-".contains(it));
    let has_reference = block.ends_with(']') && bare[numbers.len()..].contains('[');
    is_end(block) || is_end(bare) || has_reference && is_end(numbers.trim_end_matches(CLOSING))
}

fn is_marked(block: &str) -> bool {
    let rest = block.trim_start_matches(MARKS);
    rest.len() < block.len() && rest.starts_with(' ')
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::super::Documents;
    use super::Looks;

    fn looks_of(text: &str) -> Vec<Looks> {
        let mut documents = Documents::default();
        documents.add(text.as_bytes());
        let (_, document) = documents.all().next().expect("it was added");
        document.looks().collect()
    }

    #[test]
    fn numbers_and_letters_make_a_list_where_they_go_on_or_follow_a_colon() {
        use Looks::{Heading, List, Paragraph};
        let text = "Who\n\nAll of these:\n\n1. Only one lobe\n2. No growth\n\nElse not.";
        assert_eq!(looks_of(text), [Heading, Paragraph, List, Paragraph]);
        let text = "Of these:\n\na) ice\n\nb) snow\n\nThaw";
        assert_eq!(looks_of(text), [Paragraph, List, List, Heading]);
        let text = "Both count.\n\n9) ice 10) snow\n\n11) hail";
        assert_eq!(looks_of(text), [Paragraph, List, List]);
        let text = "2. Methods\n\nOf these:\n\n1. Ice\n2. Snow\n\n3. Results\n\nIt was cold.";
        let expected = [Heading, Paragraph, List, Heading, Paragraph];
        assert_eq!(looks_of(text), expected);
        let text = "1. Frost\n\nIt is cold.\n\n2. Thaw\n\n3. Rain\n\nIt is wet.";
        let expected = [Heading, Paragraph, Heading, Heading, Paragraph];
        assert_eq!(looks_of(text), expected);
    }

    #[test]
    fn a_sentence_ends_before_brackets_quotation_marks_and_references() {
        for text in [
            "It is cold.[3]",
            "It is cold. [3, 4]",
            "It is cold.” [3–5]",
            "(It is cold.)",
            "“It is cold.”",
            "They said: \"It is cold.\"",
        ] {
            assert_eq!(looks_of(text), [Looks::Paragraph], "{text}");
        }
        for text in ["Frost (ice)", "Frost [3]", "The “ice”", "What is frost?"] {
            assert_eq!(looks_of(text), [Looks::Heading], "{text}");
        }
    }

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
