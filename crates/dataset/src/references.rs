//! Checks across records: ids that are there twice, references that lead nowhere or in circles.

use std::collections::BTreeMap;

use treatise_report::Diagnostic;
use treatise_report::fault::Origin;
use treatise_schema::nearest;
use treatise_source::{LineIndex, Span};

use crate::Error;
use crate::collection::ReferenceField;
use crate::findings::{Counts, Findings};
use crate::index::{RecordNumber, ReferenceEntry};
use crate::rules::{DANGLING_REFERENCE, DUPLICATE_ID, REFERENCE_CYCLE, SELF_REFERENCE};
use crate::{Dataset, reader::Reader};
use treatise_schema::WRONG_COLLECTION;

/// Something wrong between records, before it is worded: so a million of them are only counted.
struct Suspect {
    record: u32,
    start: u32,
    kind: Kind,
}

enum Kind {
    DuplicateId {
        first: RecordNumber,
    },
    /// The reference: worker and position in its list.
    Dangling(usize, usize),
    WrongCollection(usize, usize, RecordNumber),
    SelfReference(usize, usize),
    Cycle(Vec<RecordNumber>, Span, u16),
}

/// Runs the checks; keeps findings while there are fewer than `limit`.
pub(crate) fn check(
    dataset: &Dataset,
    duplicates: &[(RecordNumber, RecordNumber)],
    findings: &mut Findings,
    limit: usize,
) -> Result<(), Error> {
    let mut suspects: Vec<Suspect> = duplicates
        .iter()
        .map(|&(first, later)| Suspect {
            record: later.0,
            start: 0,
            kind: Kind::DuplicateId { first },
        })
        .collect();
    let cyclic = references(dataset, &mut suspects);
    for (field, edges) in cyclic {
        suspects.extend(cycles(&edges).into_iter().map(|(cycle, span)| Suspect {
            record: cycle[0].0,
            start: span.start,
            kind: Kind::Cycle(cycle, span, field),
        }));
    }
    suspects.sort_by_key(|suspect| (suspect.record, suspect.start));

    let room = limit.saturating_sub(findings.kept.len());
    let errors = suspects.len() as u64;
    let mut worded = Vec::new();
    let mut reader = Reader::new(dataset);
    let mut wording = Wording {
        dataset,
        comparisons_left: Wording::MOST_COMPARISONS,
    };
    for suspect in suspects.iter().take(room) {
        worded.push(wording.word(suspect, &mut reader)?);
    }
    let counts = Counts {
        errors,
        ..Counts::default()
    };
    findings.extend(worded, counts, limit);
    Ok(())
}

/// An edge of a relation between records of one collection, and where it is written.
struct Edge {
    from: u32,
    to: u32,
    span: Span,
}

/// Finds references that lead nowhere; returns the relations that could have circles.
fn references(dataset: &Dataset, suspects: &mut Vec<Suspect>) -> BTreeMap<u16, Vec<Edge>> {
    let index = &dataset.index;
    let mut cyclic: BTreeMap<u16, Vec<Edge>> = BTreeMap::new();
    for (worker, resolved) in index.resolve().iter().enumerate() {
        for (position, reference) in index.references[worker].iter().enumerate() {
            let field = &dataset.fields[usize::from(reference.field)];
            let found = resolved[reference.target as usize];
            let mut suspect = |kind| {
                suspects.push(Suspect {
                    record: reference.record,
                    start: reference.start,
                    kind,
                });
            };
            if found.collections & field.allowed == 0 {
                let target = index.target(worker, reference);
                if field.literals.iter().any(|literal| literal == target) {
                    continue;
                }
                suspect(match found.first {
                    Some(first) => Kind::WrongCollection(worker, position, RecordNumber(first)),
                    None => Kind::Dangling(worker, position),
                });
                continue;
            }
            let own = 1 << field.collection;
            if found.collections & field.allowed & own == 0 {
                continue;
            }
            let target = dataset.target_in(worker, reference, field.collection);
            if target == Some(RecordNumber(reference.record)) {
                if !field.is_reflexive {
                    suspect(Kind::SelfReference(worker, position));
                }
            } else if let (Some(target), false) = (target, field.is_symmetric) {
                cyclic.entry(reference.field).or_default().push(Edge {
                    from: reference.record,
                    to: target.0,
                    span: span_of(reference),
                });
            }
        }
    }
    cyclic
}

fn span_of(reference: &ReferenceEntry) -> Span {
    Span::new(
        reference.start,
        reference.start + u32::from(reference.length),
    )
}

/// One circle for each set of records that lead to one another: its records from the first one on,
/// and where that one refers to the next.
fn cycles(edges: &[Edge]) -> Vec<(Vec<RecordNumber>, Span)> {
    let mut next: BTreeMap<u32, Vec<(u32, Span)>> = BTreeMap::new();
    for edge in edges {
        next.entry(edge.from)
            .or_default()
            .push((edge.to, edge.span));
    }
    for targets in next.values_mut() {
        targets.sort_unstable();
    }
    // Depth first with a stack of its own: chains may be long.
    let mut state: BTreeMap<u32, bool> = BTreeMap::new();
    let mut found = Vec::new();
    for &start in next.keys() {
        if state.contains_key(&start) {
            continue;
        }
        let mut path: Vec<(u32, usize)> = vec![(start, 0)];
        state.insert(start, false);
        while let Some((record, position)) = path.last_mut() {
            let target = next.get(record).and_then(|targets| targets.get(*position));
            let Some(&(target, _)) = target else {
                state.insert(*record, true);
                path.pop();
                continue;
            };
            *position += 1;
            match state.get(&target) {
                None => {
                    state.insert(target, false);
                    path.push((target, 0));
                }
                // It is on the path: from there to here is a circle.
                Some(false) => {
                    let from = path
                        .iter()
                        .position(|&(record, _)| record == target)
                        .expect("an open record is on the path");
                    found.push(normalised(&path[from..], &next));
                }
                Some(true) => {}
            }
        }
    }
    found.sort_by(|left, right| left.0.cmp(&right.0));
    found.dedup_by(|left, right| left.0 == right.0);
    found
}

/// A circle that starts with its smallest record, wherever it was entered.
fn normalised(
    path: &[(u32, usize)],
    next: &BTreeMap<u32, Vec<(u32, Span)>>,
) -> (Vec<RecordNumber>, Span) {
    let mut circle: Vec<u32> = path.iter().map(|&(record, _)| record).collect();
    let smallest = (0..circle.len())
        .min_by_key(|&position| circle[position])
        .expect("a circle has records");
    circle.rotate_left(smallest);
    let second = circle.get(1).or(circle.first()).copied();
    let span = next[&circle[0]]
        .iter()
        .find(|&&(target, _)| Some(target) == second)
        .map_or(Span::default(), |&(_, span)| span);
    (circle.into_iter().map(RecordNumber).collect(), span)
}

struct Wording<'d> {
    dataset: &'d Dataset,
    /// Comparing an id with all others is dear; only the first findings get a suggestion.
    comparisons_left: usize,
}

impl Wording<'_> {
    const MOST_COMPARISONS: usize = 2_000_000;

    fn word(&mut self, suspect: &Suspect, reader: &mut Reader<'_>) -> Result<Diagnostic, Error> {
        let dataset = self.dataset;
        let record = RecordNumber(suspect.record);
        let index = &dataset.index;
        let id = index.id(record);
        let place = |reader: &mut Reader<'_>, record: RecordNumber, span: Option<Span>| {
            reader.read(record, |value| {
                let lines = LineIndex::new(value.tree().text());
                let id = dataset.collection_of(record).id_of(value);
                let start = value.span().start;
                let whole = id.map_or(Span::new(start, start + 1), treatise_source::Value::span);
                let span = span.unwrap_or(whole);
                let entry = &index.records[record.0 as usize];
                let origin = Origin {
                    file: entry.file,
                    offset: entry.offset,
                    first_line: entry.line,
                };
                let pointer = value.tree().value_around(span).pointer();
                (origin.place(&lines, span), pointer)
            })
        };
        let reference = |worker: usize, position: usize| {
            let reference = &index.references[worker][position];
            let field = &dataset.fields[usize::from(reference.field)];
            let target = index.target(worker, reference);
            (span_of(reference), field, target)
        };
        let (mut diagnostic, pointer) = match &suspect.kind {
            Kind::DuplicateId { first } => {
                let (here, pointer) = place(reader, record, None)?;
                let (there, _) = place(reader, *first, None)?;
                let message = format!("the id `{id}` is there twice");
                let diagnostic = Diagnostic::new(&DUPLICATE_ID, message, here)
                    .with_related(there, "the first time")
                    .with_help("give one of them another id, or merge the two");
                (diagnostic, pointer)
            }
            Kind::Dangling(worker, position) => {
                let (span, field, target) = reference(*worker, *position);
                let (here, pointer) = place(reader, record, Some(span))?;
                let message = format!("there is no record `{target}`");
                let mut diagnostic = Diagnostic::new(&DANGLING_REFERENCE, message, here)
                    .with_note(format!("expected the id of a record of {}", named(field)));
                diagnostic.help.push(match self.meant(target, field) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "mend the id, or add the record".into(),
                });
                (diagnostic, pointer)
            }
            Kind::WrongCollection(worker, position, found) => {
                let (span, field, target) = reference(*worker, *position);
                let (here, pointer) = place(reader, record, Some(span))?;
                let (there, _) = place(reader, *found, None)?;
                let actual = dataset.collection_of(*found).name();
                let message =
                    format!("`{target}` is a record of `{actual}`, which is not allowed here");
                let diagnostic = Diagnostic::new(&WRONG_COLLECTION, message, here)
                    .with_related(there, "this is the record")
                    .with_help(format!("refer to a record of {}", named(field)));
                (diagnostic, pointer)
            }
            Kind::SelfReference(worker, position) => {
                let (span, ..) = reference(*worker, *position);
                let (here, pointer) = place(reader, record, Some(span))?;
                let diagnostic =
                    Diagnostic::new(&SELF_REFERENCE, format!("`{id}` refers to itself"), here)
                        .with_help("delete the reference, or name the record that is meant");
                (diagnostic, pointer)
            }
            Kind::Cycle(cycle, span, field) => {
                let (here, pointer) = place(reader, record, Some(*span))?;
                let mut ids: Vec<&str> = cycle.iter().map(|&record| index.id(record)).collect();
                ids.push(ids[0]);
                let shown: Vec<_> = ids.iter().map(|id| format!("`{id}`")).collect();
                let message = format!("records refer to one another in a circle: {}", cut(&shown));
                let path = &dataset.fields[usize::from(*field)].path;
                let diagnostic = Diagnostic::new(&REFERENCE_CYCLE, message, here)
                    .with_note(format!("each does so at `{path}`"))
                    .with_help("cut the circle where it is wrong");
                (diagnostic, pointer)
            }
        };
        diagnostic.record = (!id.is_empty()).then(|| id.to_owned());
        Ok(diagnostic.at_pointer(pointer))
    }

    /// The id that a dangling one most likely stands for.
    fn meant(&mut self, target: &str, field: &ReferenceField) -> Option<String> {
        let index = &self.dataset.index;
        let is_near = |id: &&str| id.len().abs_diff(target.len()) <= target.len() / 3 + 1;
        let candidates: Vec<&str> = index
            .records()
            .filter(|&record| field.allowed & 1 << index.collection(record) != 0)
            .map(|record| index.id(record))
            .filter(is_near)
            .take(self.comparisons_left)
            .collect();
        self.comparisons_left -= candidates.len();
        nearest(target, candidates).map(str::to_owned)
    }
}

fn named(field: &ReferenceField) -> String {
    let names: Vec<_> = field.names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// The links of a chain; of a long one, the beginning and the end.
fn cut(links: &[String]) -> String {
    const MOST: usize = 8;
    if links.len() <= MOST {
        return links.join(" → ");
    }
    let (head, tail) = (&links[..MOST - 2], &links[links.len() - 1]);
    format!("{} → … → {tail}", head.join(" → "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_circle_is_found_once_from_its_smallest_record() {
        let edge = |from, to| Edge {
            from,
            to,
            span: Span::new(from * 10, from * 10 + 1),
        };
        let edges = [
            edge(5, 3),
            edge(3, 4),
            edge(4, 5),
            edge(1, 3),
            edge(7, 8),
            edge(8, 7),
        ];
        let found: Vec<_> = cycles(&edges)
            .into_iter()
            .map(|(cycle, span)| {
                (
                    cycle.iter().map(|record| record.0).collect::<Vec<_>>(),
                    span.start,
                )
            })
            .collect();
        assert_eq!(found, [(vec![3, 4, 5], 30), (vec![7, 8], 70)]);
        assert!(cycles(&[edge(1, 2), edge(2, 3), edge(1, 3)]).is_empty());
    }
}
