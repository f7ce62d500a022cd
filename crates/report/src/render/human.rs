//! `human`: findings as rustc shows its own, with the line in question and carets.
//!
//! Nothing is said by colour alone. The place is written here and not by `annotate-snippets`,
//! which would count columns in the text that is shown and not in the file.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

use annotate_snippets::renderer::DEFAULT_LINE_NUM_STYLE;
use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Renderer};

use super::snippet::{Snippet, later_line};
use super::{Options, Standpoint, list};
use crate::cut::cut;
use crate::{Diagnostic, Label, Place, Report, Severity, safe};

/// The width of lines is decided here and not again by `annotate-snippets`.
const UNLIMITED: usize = 1 << 20;

pub(super) fn write(
    report: &Report<'_>,
    options: &Options<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let page = |diagnostic: &Diagnostic| Page::new(report, options, diagnostic).finish();
    list::write(report, options, page, out)
}

/// A place and what is said about it.
struct Spot<'a> {
    place: &'a Place,
    label: Option<String>,
    kind: AnnotationKind,
}

/// One finding while it is written.
struct Page<'a> {
    report: &'a Report<'a>,
    diagnostic: &'a Diagnostic,
    renderer: Renderer,
    level: Level<'static>,
    color: bool,
    here: Standpoint<'a>,
    /// Columns for a line of a file.
    room: usize,
    /// Digits of the longest line number.
    gutter: usize,
    text: String,
}

impl<'a> Page<'a> {
    fn new(report: &'a Report<'a>, options: &Options<'a>, diagnostic: &'a Diagnostic) -> Self {
        let renderer = if options.color {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let places = diagnostic.labels.iter().map(|label| &label.place);
        let gutter = std::iter::once(&diagnostic.place)
            .chain(places)
            .filter(|place| place.excerpt.is_some())
            .map(|place| digits(place.from.line))
            .max()
            .unwrap_or(1);
        Self {
            report,
            diagnostic,
            renderer: renderer.term_width(UNLIMITED),
            level: match diagnostic.severity {
                Severity::Error => Level::ERROR,
                Severity::Warning => Level::WARNING,
                Severity::Information => Level::INFO.with_name(Severity::Information.name()),
            },
            color: options.color,
            here: options.here,
            room: options.width.saturating_sub(gutter + " | ".len()),
            gutter,
            text: String::new(),
        }
    }

    fn finish(mut self) -> String {
        let title = self
            .level
            .clone()
            .primary_title(safe::line(&cut(&self.diagnostic.message)).into_owned())
            .id(self.diagnostic.rule.name);
        self.text = self.renderer.render(&[Group::with_title(title)]);
        self.text.push('\n');

        let first = Spot {
            place: &self.diagnostic.place,
            label: self.diagnostic.label.as_deref().map(one_line),
            kind: AnnotationKind::Primary,
        };
        let mut others = self.diagnostic.labels.iter().map(Spot::second).collect();
        self.place("-->", &first, &mut others);
        while !others.is_empty() {
            let next = others.remove(0);
            self.bar();
            self.place(":::", &next, &mut others);
        }
        self.notes();
        self.text.push('\n');
        self.text
    }

    /// Writes `spot` and, if there is a line to show, those of `others` that are on the same line.
    fn place(&mut self, arrow: &str, spot: &Spot<'_>, others: &mut Vec<Spot<'_>>) {
        let place = spot.place;
        self.indent(self.gutter);
        self.styled(arrow);
        let name = self.here.name(self.report.files.name(place.file));
        let name = safe::line(&name);
        let (line, column) = (place.from.line, place.from.column);
        write!(self.text, " {name}:{line}:{column}").expect("a string takes all text");
        let Some(snippet) = Snippet::new(place, self.room) else {
            // Without a line there is nothing to point at: what would stand there stands here.
            if let Some(label) = spot.words() {
                self.text.push_str(": ");
                self.text.push_str(&label);
            }
            self.text.push('\n');
            return;
        };
        self.text.push('\n');

        let mut annotations: Vec<_> = spot.annotation(&snippet).into_iter().collect();
        others.retain(|other| {
            let is_here = other.place.file == place.file
                && other.place.from.line == line
                && other.place.excerpt == place.excerpt;
            let annotation = is_here.then(|| other.annotation(&snippet)).flatten();
            let is_kept = annotation.is_none();
            annotations.extend(annotation);
            is_kept
        });
        let source = annotate_snippets::Snippet::source(snippet.text)
            .line_start(line as usize)
            .fold(false)
            .annotations(annotations);
        self.body([source.into()], digits(line));
    }

    fn notes(&mut self) {
        let notes = self.diagnostic.notes.iter().map(|note| (Level::NOTE, note));
        let help = self.diagnostic.help.iter().map(|help| (Level::HELP, help));
        let messages: Vec<_> = notes
            .chain(help)
            .map(|(level, text)| {
                let text: Vec<_> = safe::lines(&cut(text)).map(Cow::into_owned).collect();
                Element::from(level.message(text.join("\n")))
            })
            .collect();
        if !messages.is_empty() {
            self.bar();
            self.body(messages, 0);
        }
    }

    /// Writes `elements`, moved to the right so that their bar stands below the others.
    fn body(&mut self, elements: impl IntoIterator<Item = Element<'a>>, gutter: usize) {
        let group = Group::with_level(self.level.clone()).elements(elements);
        for line in self.renderer.render(&[group]).lines() {
            self.indent(self.gutter - gutter);
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
    }

    fn bar(&mut self) {
        self.indent(self.gutter + 1);
        self.styled("|");
        self.text.push('\n');
    }

    fn indent(&mut self, columns: usize) {
        self.text.extend(std::iter::repeat_n(' ', columns));
    }

    fn styled(&mut self, mark: &str) {
        if self.color {
            let style = DEFAULT_LINE_NUM_STYLE;
            write!(self.text, "{style}{mark}{style:#}").expect("a string takes all text");
        } else {
            self.text.push_str(mark);
        }
    }
}

impl<'a> Spot<'a> {
    fn second(label: &'a Label) -> Self {
        Self {
            place: &label.place,
            label: Some(one_line(&label.text)),
            kind: AnnotationKind::Context,
        }
    }

    /// What is said at the place, with where it ends if that is on a later line.
    fn words(&self) -> Option<String> {
        let label = self.label.clone().filter(|label| !label.is_empty());
        let Some(last) = later_line(self.place) else {
            return label;
        };
        let end = format!("goes on to line {last}");
        Some(label.map_or(end.clone(), |label| format!("{label} ({end})")))
    }

    fn annotation<'s>(&self, snippet: &Snippet) -> Option<Annotation<'s>> {
        let span = snippet.span(self.place)?;
        Some(self.kind.span(span).label(self.words()))
    }
}

fn one_line(text: &str) -> String {
    safe::line(&cut(text)).into_owned()
}

fn digits(number: u32) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}
