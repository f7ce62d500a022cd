//! One finding: what is wrong, where, why, and what to do.

use std::cmp::Ordering;

use sha2::{Digest, Sha256};
use treatise_source::Pointer;

use crate::{Files, Fix, Place, Rule};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Certain, and blocks a change.
    Error,
    /// Likely, or a question for an editor.
    Warning,
    /// Worth knowing.
    Information,
}

impl Severity {
    /// The word for it in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
        }
    }
}

/// How a finding stands to the dataset before a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Novelty {
    /// It was not there.
    New,
    /// It was there too.
    Known,
}

/// A second place that explains the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is there.
    pub text: String,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What it breaks.
    pub rule: &'static Rule,
    /// How much it weighs; the rule's own level unless the run decided otherwise.
    pub severity: Severity,
    /// What is wrong: stands alone on one line, no full stop, literals in backticks.
    pub message: String,
    /// The narrowest place that shows it.
    pub place: Place,
    /// What to say at that place beyond the message.
    pub label: Option<String>,
    /// Further places.
    pub labels: Vec<Label>,
    /// Why it is wrong.
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Vec<String>,
    /// The id of the record, where it has one.
    pub record: Option<String>,
    /// The value within the document.
    pub pointer: Option<Pointer>,
    /// How the program can mend it.
    pub fix: Option<Fix>,
    /// Whether it was there before a change; `None` where nothing was compared.
    pub novelty: Option<Novelty>,
}

impl Diagnostic {
    /// A finding with no more than what every finding has.
    pub fn new(rule: &'static Rule, message: impl Into<String>, place: Place) -> Self {
        Self {
            rule,
            severity: rule.severity,
            message: message.into(),
            place,
            label: None,
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            record: None,
            pointer: None,
            fix: None,
            novelty: None,
        }
    }

    /// Says something at the place itself.
    #[must_use]
    pub fn with_label(mut self, text: impl Into<String>) -> Self {
        self.label = Some(text.into());
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn with_related(mut self, place: Place, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            place,
            text: text.into(),
        });
        self
    }

    /// Adds a reason.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Names the record.
    #[must_use]
    pub fn in_record(mut self, record: Option<&str>) -> Self {
        self.record = record.map(str::to_owned);
        self
    }

    /// Names the value within the document.
    #[must_use]
    pub fn at_pointer(mut self, pointer: Pointer) -> Self {
        self.pointer = Some(pointer);
        self
    }

    /// Whether it is known to have been there before a change.
    pub fn is_known(&self) -> bool {
        self.novelty == Some(Novelty::Known)
    }

    /// Whether it is only told: it is worth knowing, or was there before a change.
    pub(crate) fn is_remark(&self) -> bool {
        self.is_known() || self.severity == Severity::Information
    }

    /// Moves all its places down by some lines: a block of a file is read before it is known how
    /// many lines stand above it.
    pub fn move_down(&mut self, lines: u32) {
        let labels = self.labels.iter_mut().map(|label| &mut label.place);
        for place in labels.chain([&mut self.place]) {
            place.from.line += lines;
            place.to.line += lines;
        }
    }

    /// The one order of findings: by file name, place, rule and message. It is total, so that the
    /// same findings are always listed in the same way.
    pub fn compare(&self, other: &Self, files: &Files) -> Ordering {
        let key = |finding: &Self| (finding.place.start, finding.place.end);
        files
            .name(self.place.file)
            .cmp(files.name(other.place.file))
            .then_with(|| key(self).cmp(&key(other)))
            .then_with(|| self.rule.name.cmp(other.rule.name))
            .then_with(|| self.message.cmp(&other.message))
            .then_with(|| self.pointer.cmp(&other.pointer))
            .then_with(|| self.record.cmp(&other.record))
            .then_with(|| self.notes.cmp(&other.notes))
            .then_with(|| self.help.cmp(&other.help))
    }

    /// What stays the same when lines move and items of an array are reordered: 32 hexadecimal
    /// digits over the rule, the record with what it lies in (or the file, where there is no
    /// record), the pointer without what may be a position in an array, and the message.
    /// `occurrence` tells apart findings that are equal in all that, from 0 in the order of
    /// findings.
    pub fn fingerprint(&self, files: &Files, occurrence: usize) -> String {
        let mut hash = Sha256::new();
        let mut part = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        part(self.rule.name);
        let file = files.name(self.place.file);
        if let Some(record) = &self.record {
            part("record");
            part(home_of_records(file));
            part(record);
        } else {
            part("file");
            part(file);
        }
        let pointer = self.pointer.as_ref().map_or("", Pointer::as_str);
        for token in pointer.split('/') {
            let is_position = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
            part(if is_position { "*" } else { token });
        }
        part(&self.message);
        part(&occurrence.to_string());
        let digest = hash.finalize();
        let half = digest.first_chunk().expect("SHA-256 has 32 bytes");
        format!("{:032x}", u128::from_be_bytes(*half))
    }
}

/// What the records of a file lie in: two collections may have the same id. It is the folder of a
/// file that is one record, whatever that file is named, and a file with a record in each line by its
/// name without the extension, so that it stays the same when such a file becomes a folder.
fn home_of_records(file: &str) -> &str {
    match file.rsplit_once('.') {
        Some((path, "json")) => path.rsplit_once('/').map_or("", |(folder, _)| folder),
        Some((path, _)) => path,
        None => file,
    }
}
