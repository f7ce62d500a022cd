//! One schema document, and findings at places in it.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde_json::Value;
use treatise_report::{Diagnostic, FileId, Place, Rule};
use treatise_source::{KeptText, Pointer, Span};

use crate::explain::Finder;

/// One file that holds a schema.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) file: FileId,
    /// What relative references in it are resolved against.
    pub(crate) uri: String,
    pub(crate) text: String,
    pub(crate) value: Value,
    /// Read when it is first asked for a place.
    kept: OnceLock<KeptText>,
}

impl Document {
    /// A document whose text has this value.
    pub(crate) fn new(file: FileId, uri: String, text: String, value: Value) -> Self {
        Self {
            file,
            uri,
            text,
            value,
            kept: OnceLock::new(),
        }
    }

    /// Whether another one is the same file with the same text.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (self.file, &self.uri, &self.text) == (other.file, &other.uri, &other.text)
    }

    /// Whether the document is known under this URI, by its place or by its own `$id`.
    pub(crate) fn is_at(&self, uri: &str) -> bool {
        let own = ["$id", "id"]
            .iter()
            .filter_map(|name| self.value.get(name)?.as_str());
        own.chain([self.uri.as_str()])
            .any(|own| own.trim_end_matches('#') == uri)
    }

    /// Where the value that `pointer` leads to is written. The whole file if there is none.
    pub(crate) fn place(&self, pointer: &Pointer) -> Place {
        self.place_of(pointer, Part::Value)
    }

    /// Where a value or its name is written.
    pub(crate) fn place_of(&self, pointer: &Pointer, part: Part) -> Place {
        let tree = self.kept().tree();
        let name = || {
            let (parent, _) = pointer.as_str().rsplit_once('/')?;
            let parent = tree.root().find(&Pointer::parse(parent)?)?;
            Some(parent.member(&pointer.tokens().last()?)?.name_span())
        };
        let span = match part {
            Part::Name => name(),
            Part::Value => None,
        };
        self.place_at(span.or_else(|| Some(tree.root().find(pointer)?.span())))
    }

    fn kept(&self) -> &KeptText {
        self.kept.get_or_init(|| KeptText::new(&self.text))
    }

    /// A place in the text, or all of it.
    fn place_at(&self, span: Option<Span>) -> Place {
        match span {
            Some(span) => {
                let lines = self.kept().lines();
                Place::new(self.file, lines, first_line_of(&self.text, span))
            }
            None => Place::whole_file(self.file),
        }
    }

    /// Where some values or their names are written: faster than one by one where objects and arrays
    /// have many of them.
    pub(crate) fn places<'p>(
        &self,
        wanted: impl IntoIterator<Item = (&'p Pointer, Part)>,
    ) -> Vec<Place> {
        let tree = self.kept().tree();
        let finder = Finder::new(tree.root());
        let place = |(pointer, part): (&Pointer, Part)| {
            let name = match part {
                Part::Name => finder.name_of(pointer),
                Part::Value => None,
            };
            self.place_at(name.or_else(|| Some(finder.find(pointer)?.span())))
        };
        wanted.into_iter().map(place).collect()
    }
}

/// What of a member to point at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Name,
    Value,
}

/// Findings that know where in which document they are, but not yet the lines: these are looked
/// up for all of a document at once.
#[derive(Default)]
pub(crate) struct Unplaced<'d> {
    findings: Vec<(&'d Document, Pointer, Part, Diagnostic)>,
    /// How many there are of a document, by its URI.
    counts: FxHashMap<&'d str, usize>,
}

impl<'d> Unplaced<'d> {
    /// How many findings of one kind are shown of one document.
    const MOST: usize = 1_000;

    pub(crate) fn push(
        &mut self,
        document: &'d Document,
        pointer: Pointer,
        part: Part,
        rule: &'static Rule,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        let finding = Diagnostic::new(rule, message, Place::whole_file(document.file))
            .at_pointer(pointer.clone());
        *self.counts.entry(&document.uri).or_default() += 1;
        self.findings.push((document, pointer, part, finding));
        let (.., finding) = self.findings.last_mut().expect("it was just pushed");
        finding
    }

    /// Whether no more will be shown of a document.
    pub(crate) fn is_full(&self, document: &Document) -> bool {
        let count = self.counts.get(document.uri.as_str());
        count.is_some_and(|&count| count >= Self::MOST)
    }

    pub(crate) fn placed(mut self) -> Vec<Diagnostic> {
        self.findings
            .sort_by(|left, right| left.0.uri.cmp(&right.0.uri));
        let mut placed = Vec::with_capacity(self.findings.len());
        for of_document in self
            .findings
            .chunk_by(|left, right| left.0.uri == right.0.uri)
        {
            let document = of_document[0].0;
            let shown = &of_document[..of_document.len().min(Self::MOST)];
            let wanted = shown.iter().map(|(_, pointer, part, _)| (pointer, *part));
            for ((.., finding), place) in shown.iter().zip(document.places(wanted)) {
                placed.push(Diagnostic {
                    place,
                    ..finding.clone()
                });
            }
            let rest = of_document.len() - shown.len();
            if let (1.., Some(last)) = (rest, placed.last_mut()) {
                last.notes
                    .push(format!("{rest} more like it are not shown"));
            }
        }
        placed
    }
}

/// A span cut to its first line: nobody wants half a schema underlined.
fn first_line_of(text: &str, span: Span) -> Span {
    let content = &text[span.range()];
    let length = content.find('\n').unwrap_or(content.len());
    Span::new(span.start, span.start + length as u32)
}
