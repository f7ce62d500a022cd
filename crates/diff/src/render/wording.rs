//! What all renderings for people say alike: the verdict in sentences, values on one line, and
//! which changes come first.

use serde_json::Value;
use treatise_report::visible;

use crate::change::Fate;
use crate::document::{ChangeEntry, Document};
use crate::value::canonical;

/// A change needs so much of a value at most, in characters.
const LONGEST_VALUE: usize = 300;

/// The changes of one subject.
pub(super) struct Group<'d> {
    pub(super) subject: Subject<'d>,
    pub(super) changes: Vec<&'d ChangeEntry>,
}

/// What changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject<'d> {
    Manifest,
    File(&'d str),
    /// The schema of a collection, or what the manifest says about it.
    Collection(&'d str),
    Record {
        collection: &'d str,
        id: &'d str,
    },
}

impl<'d> Subject<'d> {
    pub(super) fn of(change: &'d ChangeEntry) -> Self {
        match (&change.collection, &change.record, &change.file) {
            (Some(collection), Some(id), _) => Self::Record { collection, id },
            (Some(collection), None, _) => Self::Collection(collection),
            (None, _, Some(file)) => Self::File(file),
            (None, _, None) => Self::Manifest,
        }
    }
}

/// The changes as people should read them: those that want a second reader first.
pub(super) struct Sections<'d> {
    pub(super) safety: Vec<Group<'d>>,
    pub(super) other: Vec<Group<'d>>,
}

impl<'d> Sections<'d> {
    pub(super) fn of(document: &'d Document) -> Self {
        let (safety, other): (Vec<_>, Vec<_>) = document
            .changes
            .iter()
            .partition(|change| change.is_safety_relevant);
        Self {
            safety: groups(&safety),
            other: groups(&other),
        }
    }
}

fn groups<'d>(changes: &[&'d ChangeEntry]) -> Vec<Group<'d>> {
    changes
        .chunk_by(|left, right| Subject::of(left) == Subject::of(right))
        .map(|changes| Group {
            subject: Subject::of(changes[0]),
            changes: changes.to_vec(),
        })
        .collect()
}

/// A number with the noun that it counts.
pub(super) fn counted(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// What was compared, in a line.
pub(super) fn sides(document: &Document) -> String {
    let (old, new) = (&document.old, &document.new);
    visible(&format!(
        "{}: {} ({}, {}) to {} ({}, {})",
        document.dataset,
        old.given,
        old.version,
        counted(old.records, "record"),
        new.given,
        new.version,
        counted(new.records, "record"),
    ))
}

/// What was decided, in sentences without full stop, the heaviest first.
pub(crate) fn verdict(document: &Document) -> Vec<String> {
    let verdict = &document.verdict;
    let mut said = Vec::new();
    let blocks = verdict.blocks.len() as u64 + verdict.unlisted_blocks;
    if blocks > 0 {
        said.push(format!("blocked: {}", counted(blocks, "reason")));
    }
    if verdict.is_incomplete {
        said.push("not everything could be compared".to_owned());
    }
    let wanted = document.changes.iter();
    let wanted = wanted.filter(|change| change.is_safety_relevant).count() as u64;
    if wanted > 0 {
        let approved = wanted - verdict.unread;
        said.push(format!(
            "for a second reader: {}, {approved} approved",
            counted(wanted, "change")
        ));
    }
    let refused = document.changes.iter();
    let refused = refused.filter(|change| change.refused_approval.is_some());
    match refused.count() as u64 {
        0 => {}
        1 => said.push("1 approval does not count".to_owned()),
        count => said.push(format!("{count} approvals do not count")),
    }
    match (verdict.level, &verdict.version) {
        (None, _) => said.push("nothing changed".to_owned()),
        (Some(level), None) => said.push(format!(
            "{level}; the version {} is none that can be raised",
            visible(&document.old.version)
        )),
        (Some(level), Some(version)) if verdict.is_declared => said.push(format!(
            "{level}: at least {version}, and {} is declared",
            visible(&document.new.version)
        )),
        (Some(level), Some(version)) => {
            said.push(format!("{level}: the next version is at least {version}"));
        }
    }
    let harmed: Vec<_> = verdict
        .profiles
        .iter()
        .filter(|(_, effect)| **effect != "compatible")
        .map(|(profile, effect)| format!("{profile} {effect}"))
        .collect();
    if !harmed.is_empty() {
        said.push(format!("consumers: {}", harmed.join(", ")));
    }
    let counts = &document.counts;
    let mut numbers = format!(
        "{}; {} unchanged",
        counted(counts.changes, "change"),
        counted(counts.unchanged_records, "record"),
    );
    if counts.reformatted_records > 0 {
        numbers += &format!(", {} only written otherwise", counts.reformatted_records);
    }
    said.push(numbers);
    said
}

/// A value on one line, cut where it is long; text stands as it is.
pub(super) fn value(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => canonical(other),
    };
    cut(&text)
}

/// Two values as they are told from one another: text has quotes where another value looks the
/// same, and long values begin where they differ.
pub(super) fn both(old: &Value, new: &Value) -> (String, String) {
    let (before, after) = (value(old), value(new));
    if before != after {
        return (before, after);
    }
    let (old, new) = (visible(&canonical(old)), visible(&canonical(new)));
    let characters = old.chars().zip(new.chars());
    let shared = characters.take_while(|(one, other)| one == other).count();
    let from_there = |text: &str| match shared < LONGEST_VALUE {
        true => cut(text),
        false => {
            let rest = text.chars().skip(shared);
            cut(&format!("…{}", rest.collect::<String>()))
        }
    };
    (from_there(&old), from_there(&new))
}

fn cut(text: &str) -> String {
    let shown = visible(text);
    match shown.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown,
    }
}

/// What was there and what is there, on lines with the sign of the side; of a whole record, what it
/// says.
pub(super) fn values(change: &ChangeEntry) -> Vec<(Fate, String)> {
    if let (None, Some(old), Some(new)) = (&change.gist, &change.old, &change.new) {
        let (old, new) = both(old, new);
        return vec![(Fate::Removed, old), (Fate::Added, new)];
    }
    let sides = [(Fate::Removed, &change.old), (Fate::Added, &change.new)];
    let shown = sides
        .into_iter()
        .filter_map(|(fate, side)| Some((fate, side.as_ref()?)));
    match &change.gist {
        None => shown.map(|(fate, side)| (fate, value(side))).collect(),
        Some(gist) => {
            let facts = gist.facts.iter();
            let facts = facts.map(|(name, text)| format!("{}: {}", visible(name), cut(text)));
            let more = gist.further as u64;
            let more = (more > 0).then(|| format!("and {}", counted(more, "further member")));
            let facts: Vec<_> = facts.chain(more).collect();
            shown
                .flat_map(|(fate, _)| facts.iter().map(move |fact| (fate, fact.clone())))
                .collect()
        }
    }
}

/// What a record that was added or is gone says, in a text.
pub(super) fn headline(change: &ChangeEntry) -> Option<String> {
    Some(cut(change.gist.as_ref()?.headline.as_ref()?))
}

/// Where a change is, below its record.
pub(super) fn place(change: &ChangeEntry) -> String {
    visible(&change.path)
}

/// What there is to say beyond the values, as label and text.
pub(super) fn remarks(change: &ChangeEntry) -> Vec<(&'static str, String)> {
    let mut remarks = Vec::new();
    for signal in &change.signals {
        let list = |texts: &[String]| {
            if texts.is_empty() {
                "nothing".to_owned()
            } else {
                texts.join(", ")
            }
        };
        let text = if signal.old == signal.new {
            format!("{} elsewhere", list(&signal.old))
        } else {
            format!("{} became {}", list(&signal.old), list(&signal.new))
        };
        remarks.push((signal.sort, visible(&text)));
    }
    if let Some(moved) = &change.moved {
        // Where others came or went, an item may pass others and have the same number.
        let text = if moved.from == moved.to {
            format!("past others, to [{}]", moved.to)
        } else {
            format!("from [{}] to [{}]", moved.from, moved.to)
        };
        remarks.push(("moved", text));
    }
    if !change.targets.is_empty() {
        remarks.push(("now", visible(&change.targets.join(", "))));
    }
    if !change.evidence.is_empty() {
        remarks.push(("known by", change.evidence.join(", ")));
    }
    if !change.absorbed.is_empty() {
        let count = change.absorbed.len() as u64;
        remarks.push(("explains", counted(count, "changed reference")));
    }
    if let Some(note) = &change.note {
        remarks.push(("note", visible(note)));
    }
    if let Some(approval) = &change.approval {
        let text = format!("by {}: {}", approval.by, approval.reason);
        remarks.push(("approved", visible(&text)));
    }
    if let Some(refused) = &change.refused_approval {
        let text = format!("the approval by {}: {}", refused.by, refused.reason);
        remarks.push(("not counted", visible(&text)));
    }
    remarks
}
