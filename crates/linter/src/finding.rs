//! What a rule says, before it is known where in a file that is.

use std::cell::{OnceCell, RefCell};
use std::ops::Range;

use treatise_dataset::RecordKey;
use treatise_report::fault::Origin;
use treatise_report::{Applicability, Diagnostic, Edit, Fix, Place, Rule, Severity};
use treatise_source::{LineIndex, Lineage, Pointer, Span, Tree, Written};

use crate::canonical;
use crate::shape::Shape;
use crate::view::{Record, Text};

/// A place in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Spot {
    /// The record.
    pub(crate) record: RecordKey,
    /// Where in it, in bytes.
    pub(crate) span: Span,
}

/// A place in a record, or a part of the string that stands there.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) spot: Spot,
    /// The part, by bytes of what the string says, where the string is written with escapes: where that
    /// is, is found out for all findings in the string together.
    pub(crate) within: Option<Range<usize>>,
}

impl From<Spot> for Part {
    fn from(spot: Spot) -> Self {
        Self { spot, within: None }
    }
}

/// Where a finding points to.
#[derive(Clone, Debug)]
pub(crate) enum Whereabouts {
    /// Into a record.
    At(Part),
    /// To the entry of a collection in the manifest: the record with this id is not there.
    Gone {
        /// Position of the collection in the manifest.
        collection: usize,
        id: String,
    },
    /// Into the manifest, to the value at this pointer.
    InManifest(String),
    /// Into the file of a schema.
    InSchema { place: Place, pointer: Pointer },
}

/// What is wrong, where, why, and what to do; see [`Diagnostic`].
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) place: Whereabouts,
    message: String,
    label: Option<String>,
    related: Vec<(Spot, String)>,
    notes: Vec<String>,
    help: Vec<String>,
    severity: Option<Severity>,
    fix: Option<(Applicability, Vec<(Span, String)>)>,
}

impl Finding {
    /// A finding: `message` stands alone on one line, without full stop, literals in backticks.
    pub(crate) fn new(part: impl Into<Part>, message: impl Into<String>) -> Self {
        Self::with_whereabouts(Whereabouts::At(part.into()), message.into())
    }

    /// A finding about a record that is not there any more.
    pub(crate) fn without_place(record: Record<'_>, message: impl Into<String>) -> Self {
        let place = Whereabouts::Gone {
            collection: record.collection.position(),
            id: record.id.to_owned(),
        };
        Self::with_whereabouts(place, message.into())
    }

    /// A finding about something that the manifest names, with the pointer to where it does.
    pub(crate) fn in_manifest(pointer: String, message: impl Into<String>) -> Self {
        Self::with_whereabouts(Whereabouts::InManifest(pointer), message.into())
    }

    /// A finding about a schema.
    pub(crate) fn in_schema(
        (place, pointer): (Place, Pointer),
        message: impl Into<String>,
    ) -> Self {
        Self::with_whereabouts(Whereabouts::InSchema { place, pointer }, message.into())
    }

    fn with_whereabouts(place: Whereabouts, message: String) -> Self {
        Self {
            place,
            message,
            label: None,
            related: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            severity: None,
            fix: None,
        }
    }

    /// Says something at the place itself.
    pub(crate) fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds a further place, which may be in another record.
    pub(crate) fn with_related(mut self, spot: Spot, text: impl Into<String>) -> Self {
        self.related.push((spot, text.into()));
        self
    }

    /// Adds a reason.
    pub(crate) fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds what to do.
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Gives the finding another level than its rule has; where the level of the rule was set, that
    /// one counts.
    pub(crate) fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Adds edits of the record that mend it. Those that would change what carries meaning
    /// (`x-meaning`) are dropped: a program mends no clinical statement.
    pub(crate) fn with_fix(
        mut self,
        applicability: Applicability,
        edits: impl IntoIterator<Item = (Span, String)>,
    ) -> Self {
        self.fix = Some((applicability, edits.into_iter().collect()));
        self
    }

    /// The same for parts of a text, by bytes of what it says; nothing where it is written with escapes.
    pub(crate) fn with_replaced(
        self,
        applicability: Applicability,
        text: Text<'_>,
        parts: impl IntoIterator<Item = (Range<usize>, String)>,
    ) -> Self {
        let edits = parts.into_iter();
        let edits = edits.map(|(range, replacement)| Some((text.span_of(range)?, replacement)));
        match edits.collect::<Option<Vec<_>>>() {
            Some(edits) => self.with_fix(applicability, edits),
            None => self,
        }
    }
}

impl Finding {
    /// The diagnostic, as far as it does not depend on the record.
    pub(crate) fn into_diagnostic(
        self,
        rule: &'static Rule,
        weight: Weight,
        place: Place,
        related: impl Fn(Spot) -> Option<Place>,
    ) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(rule, self.message, place);
        diagnostic.severity = match weight {
            Weight::Own(severity) => self.severity.unwrap_or(severity),
            Weight::Set(severity) => severity,
        };
        diagnostic.label = self.label;
        diagnostic.notes = self.notes;
        diagnostic.help = self.help;
        for (spot, text) in self.related {
            if let Some(place) = related(spot) {
                diagnostic = diagnostic.with_related(place, text);
            }
        }
        diagnostic
    }
}

/// What a rule has found so far.
#[derive(Debug, Default)]
pub(crate) struct Found(pub(crate) Vec<Finding>);

impl Found {
    pub(crate) fn add(&mut self, finding: Finding) {
        self.0.push(finding);
    }
}

/// A record with all that a finding in it needs to become a diagnostic.
pub(crate) struct Site<'t> {
    pub(crate) tree: &'t Tree<'t>,
    pub(crate) origin: Origin,
    pub(crate) id: &'t str,
    pub(crate) shape: &'t Shape,
    lines: LineIndex<'t>,
    lineage: OnceCell<Lineage<'t>>,
    /// The string with escapes in which a finding was last, and how it is written.
    written: RefCell<Option<(Span, Written)>>,
    /// Whether the tree has all that the text has.
    is_kept: OnceCell<bool>,
}

impl<'t> Site<'t> {
    pub(crate) fn new(tree: &'t Tree<'t>, origin: Origin, id: &'t str, shape: &'t Shape) -> Self {
        Self {
            tree,
            origin,
            id,
            shape,
            lines: LineIndex::new(tree.text()),
            lineage: OnceCell::new(),
            written: RefCell::new(None),
            is_kept: OnceCell::new(),
        }
    }

    pub(crate) fn place(&self, span: Span) -> Place {
        self.origin.place(&self.lines, span)
    }

    /// Where a part of the record is written; the whole string, where it is no part of it.
    fn span_of(&self, part: Part) -> Span {
        let string = part.spot.span;
        let Some(within) = part.within else {
            return string;
        };
        let mut last = self.written.borrow_mut();
        if last.as_ref().is_none_or(|(known, _)| *known != string) {
            let written = self.lineage().value_around(string).written();
            *last = written.map(|written| (string, written));
        }
        let written = last.as_ref().map(|(_, written)| written);
        let span = written.and_then(|written| written.span_of(within));
        span.unwrap_or(string)
    }

    /// The value that a finding is about. At the name of the first member of an object, that is the
    /// object: something is missing in it.
    fn pointer(&self, span: Span) -> Pointer {
        let lineage = self.lineage();
        let value = lineage.value_around(span);
        let object = lineage.parent(value).filter(|parent| {
            let first = parent.members().next();
            first.is_some_and(|first| first.name_span() == span)
        });
        lineage.pointer(object.unwrap_or(value))
    }

    fn lineage(&self) -> &Lineage<'t> {
        self.lineage.get_or_init(|| Lineage::of(self.tree))
    }

    /// Whether a span lies in a value that carries meaning.
    fn has_meaning(&self, span: Span) -> bool {
        let lineage = self.lineage();
        let value = lineage.value_around(span);
        let has_it = value.span().start <= span.start && span.end <= value.span().end;
        let around = match has_it {
            true => Some(value),
            // The name of a member belongs to the object.
            false => lineage.parent(value),
        };
        let path = around.map(|around| lineage.path(around));
        self.shape.has_meaning(&path.unwrap_or_default())
    }

    /// The diagnostic for a finding at a part of the record; `related` are places in other records.
    pub(crate) fn conclude(
        &self,
        part: Part,
        finding: Finding,
        rule: &'static Rule,
        weight: Weight,
        related: impl Fn(Spot) -> Option<Place>,
    ) -> Diagnostic {
        let span = self.span_of(part);
        let fix = finding
            .fix
            .as_ref()
            .and_then(|(applicability, edits)| self.fix(*applicability, edits));
        // A fix is made from what the tree has, and the tree lacks some of what the text has.
        let is_kept = || canonical::keeps_all(self.tree.text());
        let is_held_back = fix.is_some() && !*self.is_kept.get_or_init(is_kept);
        let mut diagnostic = finding
            .into_diagnostic(rule, weight, self.place(span), related)
            .in_record((!self.id.is_empty()).then_some(self.id))
            .at_pointer(self.pointer(span));
        if is_held_back {
            diagnostic.notes.push(
                "it is not mended by itself: the record repeats a key or has half a surrogate pair, \
                 which has to be mended first"
                    .into(),
            );
        } else {
            diagnostic.fix = fix;
        }
        diagnostic
    }

    fn fix(&self, applicability: Applicability, edits: &[(Span, String)]) -> Option<Fix> {
        let is_allowed = |(span, replacement): &(Span, String)| {
            let text = &self.tree.text()[span.range()];
            let is_layout = !text.is_empty() && parts_lines(text) && parts_lines(replacement);
            is_layout || !self.has_meaning(*span)
        };
        edits.iter().all(is_allowed).then(|| Fix {
            applicability,
            edits: edits
                .iter()
                .map(|(span, replacement)| Edit {
                    file: self.origin.file,
                    start: self.origin.offset + u64::from(span.start),
                    end: self.origin.offset + u64::from(span.end),
                    replacement: replacement.clone(),
                })
                .collect(),
        })
    }
}

/// The level of a rule for a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// The rule's own.
    Own(Severity),
    /// Set in the manifest or on the command line.
    Set(Severity),
}

/// Whether a text is nothing but characters that stand between values only: in a string they would have
/// to be escaped.
fn parts_lines(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'\n' | b'\r'))
}
