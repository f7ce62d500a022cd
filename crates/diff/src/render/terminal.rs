//! For people, on a terminal or in a log.

use std::fmt::Write;

use treatise_report::visible;

use super::Style;
use super::wording::{Group, Sections, Subject, place, remarks, sides, values, verdict};
use crate::change::Fate;
use crate::document::{ChangeEntry, Document};

/// ANSI escapes for the parts of the text.
struct Paint(Style);

impl Paint {
    fn with(&self, code: &str, text: &str) -> String {
        match self.0 {
            Style::Plain => text.to_owned(),
            Style::Colored => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }

    fn bold(&self, text: &str) -> String {
        self.with("1", text)
    }

    fn red(&self, text: &str) -> String {
        self.with("31", text)
    }

    fn green(&self, text: &str) -> String {
        self.with("32", text)
    }

    fn yellow(&self, text: &str) -> String {
        self.with("1;33", text)
    }

    fn dim(&self, text: &str) -> String {
        self.with("2", text)
    }
}

pub(super) fn render(document: &Document, style: Style) -> String {
    let paint = Paint(style);
    let mut out = String::new();
    line(&mut out, &paint.bold(&sides(document)));
    for sentence in verdict(document) {
        line(&mut out, &format!("  {sentence}"));
    }
    for block in &document.verdict.blocks {
        let place = match (&block.record, &block.file) {
            (Some(record), _) => visible(record),
            (None, Some(file)) => visible(file),
            (None, None) => String::new(),
        };
        let text = format!(
            "blocked[{}] {place}: {}",
            block.code,
            visible(&block.message)
        );
        line(&mut out, &paint.red(&text));
    }
    let sections = Sections::of(document);
    section(&mut out, &paint, "For a second reader", &sections.safety);
    section(&mut out, &paint, "Other changes", &sections.other);
    if let Some(breakages) = &document.witness {
        line(&mut out, "");
        let count = breakages.len();
        let title = format!("Used by the application and broken: {count}");
        line(&mut out, &paint.bold(&title));
        for breakage in breakages {
            let text = format!(
                "  {} {}: {}",
                breakage.sort,
                visible(&breakage.uses),
                breakage.kind
            );
            line(&mut out, &text);
        }
    }
    if !document.suggestions.is_empty() {
        line(&mut out, "");
        line(&mut out, &paint.bold("Perhaps renamed; nothing proves it"));
        for suggestion in &document.suggestions {
            let text = format!(
                "  {} {} to {} ({} % alike)",
                suggestion.collection, suggestion.removed, suggestion.added, suggestion.similarity
            );
            line(&mut out, &visible(&text));
        }
    }
    out
}

fn section(out: &mut String, paint: &Paint, title: &str, groups: &[Group<'_>]) {
    if groups.is_empty() {
        return;
    }
    line(out, "");
    line(out, &paint.bold(title));
    for group in groups {
        let name = match group.subject {
            Subject::Record { collection, id } => format!("{collection} {id}"),
            Subject::Collection(collection) => format!("{collection} (collection)"),
            Subject::File(file) => file.to_owned(),
            Subject::Manifest => "manifest".to_owned(),
        };
        line(out, &format!("  {}", paint.bold(&visible(&name))));
        for change in &group.changes {
            entry(out, paint, change);
        }
    }
}

fn entry(out: &mut String, paint: &Paint, change: &ChangeEntry) {
    let sign = match (change.is_safety_relevant, &change.approval) {
        (true, None) => paint.yellow("!"),
        (true, Some(_)) => paint.green("✓"),
        (false, _) => "·".to_owned(),
    };
    let path = place(change);
    let colon = if path.is_empty() { "" } else { " " };
    let facts = paint.dim(&format!("{} {}", change.level, change.fingerprint));
    let text = format!("    {sign} {}{colon}{path}  {facts}", change.title);
    line(out, &text);
    if change.words.is_empty() {
        for (fate, shown) in values(change) {
            let text = match fate {
                Fate::Removed => paint.red(&format!("- {shown}")),
                _ => paint.green(&format!("+ {shown}")),
            };
            line(out, &format!("        {text}"));
        }
    } else {
        let mut words = String::new();
        for word in &change.words {
            let text = visible(&word.text);
            words += &match word.kind {
                Fate::Kept => text,
                Fate::Removed => paint.red(&format!("[-{text}-]")),
                Fate::Added => paint.green(&format!("{{+{text}+}}")),
            };
        }
        line(out, &format!("        {words}"));
    }
    for (label, text) in remarks(change) {
        line(out, &format!("        {label}: {text}"));
    }
}

fn line(out: &mut String, text: &str) {
    writeln!(out, "{text}").expect("a string takes all that is written");
}
