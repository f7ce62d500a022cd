//! The changelog of a dataset, as Keep a Changelog 1.1.0 has it: what each release changes, for
//! those who use the data. What people wrote into it stays theirs: a release takes what stands
//! under "Unreleased" into its section, and changes nothing else.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag};
use semver::Version;

/// The headings of a section, in their order.
const HEADINGS: [&str; 6] = [
    "Added",
    "Changed",
    "Deprecated",
    "Removed",
    "Fixed",
    "Security",
];

/// How a changelog starts that nobody has written yet.
const START: &str = "\
# Changelog

What each release changes for those who use the data.
The form is that of [Keep a Changelog](https://keepachangelog.com/en/1.1.0/), and the versions follow [Semantic Versioning](https://semver.org/spec/v2.0.0.html).

## [Unreleased]
";

/// The text of a changelog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changelog {
    text: String,
    has_crlf: bool,
}

/// What a changelog says about one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    version: String,
    date: String,
    /// What stands before the first heading.
    preamble: String,
    /// The headings with the text below each.
    blocks: Vec<(String, String)>,
}

/// A heading.
struct Heading<'t> {
    title: &'t str,
    /// Where its line starts.
    start: usize,
    /// Where the line behind it starts.
    end: usize,
}

impl Section {
    /// A section without entries. A version or date has nothing that Markdown could take for
    /// markup; what has is left out.
    pub fn new(version: &str, date: &str) -> Self {
        let is_plain =
            |character: &char| character.is_ascii_alphanumeric() || ".-+".contains(*character);
        let plain = |text: &str| text.chars().filter(is_plain).collect();
        Self {
            version: plain(version),
            date: plain(date),
            preamble: String::new(),
            blocks: Vec::new(),
        }
    }

    /// Adds an entry, which is Markdown on one line, under a heading.
    pub fn add(&mut self, heading: &str, entry: &str) {
        self.append(heading, &format!("- {entry}"));
    }

    /// Says something before all headings.
    pub(crate) fn say(&mut self, text: &str) {
        text.clone_into(&mut self.preamble);
    }

    fn append(&mut self, heading: &str, text: &str) {
        match self.blocks.iter_mut().find(|(name, _)| name == heading) {
            Some((_, block)) if !block.is_empty() => {
                block.push('\n');
                block.push_str(text);
            }
            Some((_, block)) => block.push_str(text),
            None => self.blocks.push((heading.to_owned(), text.to_owned())),
        }
    }

    /// The same with what somebody has written before its own entries.
    fn behind(self, written: &str) -> Self {
        let mut merged = Self {
            preamble: String::new(),
            blocks: Vec::new(),
            ..self
        };
        let mut rest = written;
        let mut heading = None;
        for next in headings(written, HeadingLevel::H3) {
            let before = &rest[..next.start - (written.len() - rest.len())];
            merged.take(heading, before);
            heading = Some(next.title);
            rest = &written[next.end..];
        }
        merged.take(heading, rest);
        let (blocks, preamble) = (self.blocks, self.preamble);
        if merged.preamble.is_empty() && merged.blocks.is_empty() {
            merged.preamble = preamble;
        }
        for (heading, block) in blocks {
            merged.append(&heading, &block);
        }
        merged
    }

    fn take(&mut self, heading: Option<&str>, text: &str) {
        let text = text.trim_matches('\n').trim_end();
        match heading {
            Some(heading) => self.append(heading, text),
            None => text.clone_into(&mut self.preamble),
        }
    }

    /// The section as Markdown.
    pub fn to_markdown(&self) -> String {
        let mut text = format!("## [{}] - {}\n", self.version, self.date);
        if !self.preamble.is_empty() {
            text += &format!("\n{}\n", self.preamble);
        }
        let place = |name: &str| HEADINGS.iter().position(|heading| *heading == name);
        let mut blocks: Vec<_> = self.blocks.iter().collect();
        blocks.sort_by_key(|(name, _)| place(name).unwrap_or(HEADINGS.len()));
        for (heading, block) in blocks {
            text += &format!("\n### {heading}\n");
            if !block.is_empty() {
                text += &format!("\n{block}\n");
            }
        }
        text
    }
}

impl Changelog {
    /// A changelog as it was read, or a new one.
    pub fn new(text: Option<&str>) -> Self {
        let text = text.unwrap_or(START);
        let lines = text.matches('\n').count();
        let has_crlf = lines > 0 && text.matches("\r\n").count() == lines;
        Self {
            text: if has_crlf {
                text.replace("\r\n", "\n")
            } else {
                text.to_owned()
            },
            has_crlf,
        }
    }

    /// The versions that have a section, in their order.
    pub fn versions(&self) -> Vec<Version> {
        let headings = headings(&self.text, HeadingLevel::H2);
        let versions = headings.iter().map(|heading| version_of(heading.title));
        versions.flatten().collect()
    }

    /// The day that the heading of a version gives, in the form `2026-01-31`; `None` where there is none.
    pub fn day_of(&self, version: &str) -> Option<&str> {
        let version = Version::parse(version).ok()?;
        let headings = headings(&self.text, HeadingLevel::H2).into_iter();
        let mut own =
            headings.filter(|heading| version_of(heading.title).as_ref() == Some(&version));
        let mut words = own.next()?.title.split_whitespace();
        words.find_map(|word| {
            let word = word.trim_matches(['(', ')']);
            let form = word
                .bytes()
                .map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
            form.eq(*b"0000-00-00").then_some(word)
        })
    }

    /// A section with what is written for it under "Unreleased".
    #[must_use]
    pub fn complete(&self, section: Section) -> Section {
        match self.unreleased() {
            Some((from, to)) => section.behind(&self.text[from..to]),
            None => section,
        }
    }

    /// The text with a section for a new version, which [`Self::complete`] made.
    pub fn with(&self, section: &Section) -> String {
        let (from, to) = self.unreleased().unwrap_or_else(|| {
            let first = headings(&self.text, HeadingLevel::H2)
                .first()
                .map(|heading| heading.start);
            let place = first.unwrap_or(self.text.len());
            (place, place)
        });
        let before = self.text[..from].trim_end();
        let after = self.text[to..].trim_start_matches('\n');
        let mut text = before.to_owned();
        if !text.is_empty() {
            text += "\n\n";
        }
        text += &section.to_markdown();
        if !after.is_empty() {
            text += &format!("\n{after}");
        }
        if self.has_crlf {
            text = text.replace('\n', "\r\n");
        }
        text
    }

    /// Where the text under "Unreleased" starts and ends, without the targets of links behind it.
    fn unreleased(&self) -> Option<(usize, usize)> {
        let headings = headings(&self.text, HeadingLevel::H2);
        let position = headings.iter().position(|heading| {
            let title = heading.title.trim_start_matches('[');
            let word = title.split([']', ' ']).next().unwrap_or_default();
            word.eq_ignore_ascii_case("unreleased")
        })?;
        let from = headings[position].end;
        let to = match headings.get(position + 1) {
            Some(next) => next.start,
            None => from + without_targets(&self.text[from..]).len(),
        };
        Some((from, to))
    }
}

/// A text without the targets of links (`[name]: address`) at its end.
fn without_targets(text: &str) -> &str {
    let mut kept = text;
    loop {
        let trimmed = kept.trim_end();
        let start = trimmed.rfind('\n').map_or(0, |at| at + 1);
        let last = &trimmed[start..];
        if !last.starts_with('[') || !last.contains("]: ") {
            return kept;
        }
        kept = &trimmed[..start];
    }
}

fn version_of(title: &str) -> Option<Version> {
    let word = title.split_whitespace().next()?;
    // The name of a link may have its target behind it: `[2.0.0](https://example.org)`.
    let word = word.strip_prefix('[').map_or(word, |name| {
        name.split_once(']').map_or(name, |(name, _)| name)
    });
    Version::parse(word.strip_prefix('v').unwrap_or(word)).ok()
}

/// The headings of a level that stand in nothing else, such as a list or code, in their order.
fn headings(text: &str, level: HeadingLevel) -> Vec<Heading<'_>> {
    let mut headings = Vec::new();
    let mut depth = 0;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                let is_it = matches!(tag, Tag::Heading { level: own, .. } if own == level);
                if is_it && depth == 0 {
                    headings.push(Heading::at(text, range));
                }
                depth += 1;
            }
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    headings
}

impl<'t> Heading<'t> {
    /// The heading at some bytes, with the whole of its lines.
    fn at(text: &'t str, range: Range<usize>) -> Self {
        let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let written = text[range.clone()].trim();
        let last = range.start + text[range].trim_end().len();
        let end = text[last..]
            .find('\n')
            .map_or(text.len(), |at| last + at + 1);
        let title = match written.strip_prefix('#') {
            Some(rest) => {
                let rest = rest.trim_start_matches('#').trim();
                // Marks behind the title belong to it only where no space sets them apart.
                match rest.trim_end_matches('#') {
                    bare if bare.is_empty() || bare.ends_with([' ', '\t']) => bare.trim_end(),
                    _ => rest,
                }
            }
            // It is underlined.
            None => written
                .rsplit_once('\n')
                .map_or(written, |(title, _)| title.trim_end()),
        };
        Self { title, start, end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section() -> Section {
        let mut section = Section::new("1.1.0", "2026-02-03");
        section.add("Added", "one record");
        section.add("Changed", "one dose");
        section
    }

    fn released(text: Option<&str>) -> String {
        let changelog = Changelog::new(text);
        changelog.with(&changelog.complete(section()))
    }

    const SECTION: &str =
        "## [1.1.0] - 2026-02-03\n\n### Added\n\n- one record\n\n### Changed\n\n- one dose\n";

    #[test]
    fn a_new_changelog_has_one_section() {
        let text = released(None);
        assert_eq!(text, format!("{START}\n{SECTION}"));
        assert_eq!(
            Changelog::new(Some(&text)).versions(),
            [Version::new(1, 1, 0)]
        );
    }

    #[test]
    fn a_version_has_the_day_of_its_heading() {
        let text =
            "# Log 2026-01-01\n\n## [1.1.0] - 2026-02-03\n\n## v1.0.0 (2026-01-02)\n\n## 0.9.0\n";
        let changelog = Changelog::new(Some(text));
        assert_eq!(changelog.day_of("1.1.0"), Some("2026-02-03"));
        assert_eq!(changelog.day_of("1.0.0"), Some("2026-01-02"));
        for unknown in ["0.9.0", "2.0.0", "new"] {
            assert_eq!(changelog.day_of(unknown), None);
        }
    }

    #[test]
    fn versions_are_seen_in_links_too() {
        let text = "## [2.0.0](https://example.org/1.0.0...2.0.0) (2026-01-01)\n\n## [1.1.0]\n\n\
            ## v1.0.0\n\n## [0.9.0][link]\n";
        assert_eq!(
            Changelog::new(Some(text)).versions(),
            [(2, 0, 0), (1, 1, 0), (1, 0, 0), (0, 9, 0)].map(|(a, b, c)| Version::new(a, b, c))
        );
    }

    #[test]
    fn what_is_there_stays() {
        let old = "## [1.0.0] - 2026-01-01\n\nIt began.\n\n[1.0.0]: https://example.org\n";
        let text = released(Some(&format!("# Log\n\n{old}")));
        assert_eq!(text, format!("# Log\n\n{SECTION}\n{old}"));
        let text = released(Some("# Log"));
        assert_eq!(text, format!("# Log\n\n{SECTION}"));
    }

    #[test]
    fn what_was_written_goes_into_the_section() {
        let written = "# Log\n\n## [Unreleased]\n\nThanks to Kim.\n\n### Fixed\n\n- a slip\n  \
            of two lines\n\n### Added\n\n- a page\n\n```\n## no heading\n```\n\n## v1.0.0\n\nOld.\n";
        let expected = "# Log\n\n## [Unreleased]\n\n## [1.1.0] - 2026-02-03\n\nThanks to Kim.\n\n\
            ### Added\n\n- a page\n\n```\n## no heading\n```\n- one record\n\n\
            ### Changed\n\n- one dose\n\n### Fixed\n\n- a slip\n  of two lines\n\n## v1.0.0\n\nOld.\n";
        assert_eq!(released(Some(written)), expected);
        let windows = written.replace('\n', "\r\n");
        assert_eq!(released(Some(&windows)), expected.replace('\n', "\r\n"));
    }

    #[test]
    fn targets_of_links_stay_at_the_end() {
        let text = released(Some("## Unreleased\n\n- note\n\n[a]: b\n[Unreleased]: c\n"));
        let expected = "## Unreleased\n\n## [1.1.0] - 2026-02-03\n\n- note\n\n### Added\n\n\
            - one record\n\n### Changed\n\n- one dose\n\n[a]: b\n[Unreleased]: c\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn headings_in_comments_are_none() {
        let fenced = "````\n```\n## [9.0.0]\n````\n```x```\n~~~\n~~~rust\n## [9.0.0]\n~~~~ \n";
        let text = format!("{fenced}The mark `<!--` opens.\n\n## [1.0.0]\n");
        assert_eq!(
            Changelog::new(Some(&text)).versions(),
            [Version::new(1, 0, 0)]
        );
        let text = "# Log\n<!--\n## [9.0.0]\n-->\n## [1.0.0] <!-- x -->\n";
        assert_eq!(
            Changelog::new(Some(text)).versions(),
            [Version::new(1, 0, 0)]
        );
    }

    #[test]
    fn headings_are_those_of_markdown() {
        let old = "## [1.2.3]\n\n### Added\n\n- old\n";
        for written in [
            "- one\n\n      ```\n      x\n",
            "\t```\n",
            "<details>\n## no heading\n</details>\n",
            "<pre>\n\n## [9.9.9]\n\n### Added\n\n</pre>\n",
            "- a list\n\n  ## [9.9.9]\n",
            "> ## [9.9.9]\n",
        ] {
            let text = format!("# Log\n\n## [Unreleased]\n\n{written}\n{old}");
            let changelog = Changelog::new(Some(&text));
            assert_eq!(changelog.versions(), [Version::new(1, 2, 3)], "{written}");
            let released = released(Some(&text));
            assert!(
                released.ends_with(&format!("- one dose\n\n{old}")),
                "{released}"
            );
            assert!(released.contains(written.trim_matches('\n')), "{released}");
        }
        let text = "Log\n===\n\n[2.0.0] - 2026-02-02\n---\n\n  ##\t[1.0.0] ##\n\n##[0.9.0]\n";
        let versions = [Version::new(2, 0, 0), Version::new(1, 0, 0)];
        assert_eq!(Changelog::new(Some(text)).versions(), versions);
    }
}
