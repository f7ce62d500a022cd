//! Checks across records: ids that are there twice, references that lead nowhere or in cycles.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use treatise_report::fault::Origin;
use treatise_report::{Counts, Diagnostic, FileId, Place, Rule};
use treatise_schema::{Types, WRONG_COLLECTION, WorkLimit, nearest_id};
use treatise_source::{
    Limits, LineIndex, Lineage, NotRead, Parser, Pointer, RegularFile, Span, Text,
};

use crate::collection::ReferenceField;
use crate::cycles::{Edge, cycles as cycles_of};
use crate::findings::{Findings, is_wanted};
use crate::index::{RecordNumber, Reference};
use crate::layout::{Layout, names_nothing, refused_stem};
use crate::pass::shortened;
use crate::reader::Reader;
use crate::rules::{DANGLING_REFERENCE, DUPLICATE_ID, REFERENCE_CYCLE, SELF_REFERENCE};
use crate::{Dataset, Error, LoadOptions};

/// Something wrong between records, before it is worded: so a million of them are only counted.
struct Suspect {
    record: RecordNumber,
    /// Where in the record, or its id.
    start: Option<u32>,
    kind: Kind,
}

enum Kind {
    DuplicateId { other: RecordNumber },
    Dangling(u16),
    WrongCollection(u16, RecordNumber),
    SelfReference(u16),
    Cycle(u16, Vec<u32>),
}

impl Kind {
    fn rule(&self) -> &'static Rule {
        match self {
            Self::DuplicateId { .. } => &DUPLICATE_ID,
            Self::Dangling(_) => &DANGLING_REFERENCE,
            Self::WrongCollection(..) => &WRONG_COLLECTION,
            Self::SelfReference(_) => &SELF_REFERENCE,
            Self::Cycle(..) => &REFERENCE_CYCLE,
        }
    }
}

/// Runs the checks; keeps as many findings as are wanted, and only those in the files and folders that
/// are. At the places in `said`, the schema has said that an id can't be one of the right collection.
pub(crate) fn check(
    dataset: &Dataset,
    duplicates: &[(RecordNumber, RecordNumber)],
    said: &BTreeSet<(FileId, u64)>,
    findings: &mut Findings,
    options: &LoadOptions<'_>,
) -> Result<(), Error> {
    let &LoadOptions { keep, only, .. } = options;
    let is_wanted = |record: RecordNumber| {
        let file = dataset.file_of(record);
        is_wanted(Path::new(dataset.files.name(file)), only)
    };
    // What records do wrong together is shown in one that is wanted.
    let mut suspects: Vec<Suspect> = duplicates
        .iter()
        .map(|&(first, later)| {
            let (record, other) = match is_wanted(first) && !is_wanted(later) {
                true => (first, later),
                false => (later, first),
            };
            Suspect {
                record,
                start: None,
                kind: Kind::DuplicateId { other },
            }
        })
        .collect();
    let lookup = dataset.index().look_up(&dataset.fields);
    dataset.index().share(duplicates);
    // What a collection has that is not there, nobody knows.
    let absent = dataset.collections.iter().filter(|one| !one.is_there());
    let absent = absent.fold(0_u64, |absent, one| absent | 1 << one.number);
    let can_judge = |reference: &&Reference| {
        let field = &dataset.fields[usize::from(reference.field)];
        field.is_known() && (reference.to.is_some() || field.allowed & absent == 0)
    };
    suspects.extend(
        lookup
            .unresolved
            .iter()
            .filter(can_judge)
            .map(|reference| Suspect {
                record: reference.from,
                start: Some(reference.start),
                kind: match reference.to {
                    Some(found) => Kind::WrongCollection(reference.field, found),
                    None => Kind::Dangling(reference.field),
                },
            }),
    );
    let mut texts = Texts::new(dataset);
    suspects.extend(cycles(lookup.within, &mut texts, is_wanted)?);
    // The schema has said enough there.
    suspects.retain(|suspect| {
        let (entry, offset) = dataset.index().entry(suspect.record);
        let place = suspect
            .start
            .map(|start| (entry.file, offset + u64::from(start)));
        !place.is_some_and(|place| said.contains(&place))
    });
    suspects.retain(|suspect| is_wanted(suspect.record));
    suspects.sort_by_key(|suspect| (suspect.record, suspect.start));
    let suspects = without_texts(suspects, &mut texts)?;

    let room = keep.saturating_sub(findings.kept.len());
    let counts = suspects.iter().map(|suspect| suspect.kind.rule());
    let counts = Counts::of_errors(counts);
    let mut wording = Wording {
        dataset,
        steps_left: Wording::MOST_STEPS,
        contents: BTreeMap::new(),
        places: BTreeMap::new(),
    };
    let mut reader = Reader::new(dataset);
    let mut worded = Vec::new();
    let shown = &suspects[..suspects.len().min(room)];
    // A record may have many of them, and is read once.
    for of_record in shown.chunk_by(|one, other| one.record == other.record) {
        let starts: Vec<_> = of_record.iter().map(|suspect| suspect.start).collect();
        let seen = look(dataset, &mut reader, of_record[0].record, &starts)?;
        for (suspect, here) in of_record.iter().zip(seen) {
            worded.push(wording.word(suspect, here, &mut reader)?);
        }
    }
    findings.extend(worded, counts, keep);
    Ok(())
}

/// Tells references from texts at places where both may be, because a branch marks none.
struct Texts<'d> {
    dataset: &'d Dataset,
    reader: Reader<'d>,
    work: WorkLimit,
    /// Whether there may be texts, by field.
    doubtful: BTreeMap<u16, bool>,
}

impl<'d> Texts<'d> {
    fn new(dataset: &'d Dataset) -> Self {
        Self {
            dataset,
            reader: Reader::new(dataset),
            work: WorkLimit::default(),
            doubtful: BTreeMap::new(),
        }
    }

    /// Whether there may be texts at the places of a field.
    fn may_be_at(&mut self, number: u16) -> bool {
        let dataset = self.dataset;
        *self.doubtful.entry(number).or_insert_with(|| {
            let field = &dataset.fields[usize::from(number)];
            field.is_repeated || may_be_text(dataset, field)
        })
    }

    /// Which of some places in a record have references.
    fn references_at(&mut self, record: RecordNumber, starts: &[u32]) -> Result<Vec<bool>, Error> {
        let Some(schema) = self.dataset.collection_of(record).schema() else {
            return Ok(vec![true; starts.len()]);
        };
        let work = &self.work;
        self.reader.read(record, |root| {
            let Some(places) = schema.references_in(root.tree(), work) else {
                return vec![true; starts.len()];
            };
            let lineage = Lineage::of(root.tree());
            let is_reference = |&start: &u32| {
                let value = lineage.value_around(Span::new(start, start + 1));
                places.contains(&lineage.pointer(value))
            };
            starts.iter().map(is_reference).collect()
        })
    }
}

/// Leaves out what is no reference in its record. Whether something is one is found out only where it
/// may be otherwise.
fn without_texts(mut suspects: Vec<Suspect>, texts: &mut Texts<'_>) -> Result<Vec<Suspect>, Error> {
    let field_of = |suspect: &Suspect| match suspect.kind {
        Kind::Dangling(field) | Kind::WrongCollection(field, _) | Kind::SelfReference(field) => {
            Some(field)
        }
        // Cycles are made of references only.
        Kind::DuplicateId { .. } | Kind::Cycle(..) => None,
    };
    let mut no_references = BTreeSet::new();
    for of_record in suspects.chunk_by(|one, other| one.record == other.record) {
        let mut doubtful = Vec::new();
        for suspect in of_record {
            if field_of(suspect).is_some_and(|field| texts.may_be_at(field)) {
                doubtful.extend(suspect.start);
            }
        }
        if !doubtful.is_empty() {
            let record = of_record[0].record;
            let are_references = texts.references_at(record, &doubtful)?;
            let judged = doubtful.into_iter().zip(are_references);
            let others = judged.filter(|(_, is_one)| !is_one);
            no_references.extend(others.map(|(start, _)| (record, start)));
        }
    }
    suspects.retain(|suspect| {
        let start = suspect.start.filter(|_| field_of(suspect).is_some());
        start.is_none_or(|start| !no_references.contains(&(suspect.record, start)))
    });
    Ok(suspects)
}

/// Whether a branch leaves a text that is no reference at the place of one.
fn may_be_text(dataset: &Dataset, field: &ReferenceField) -> bool {
    let collection = &dataset.collections[usize::from(field.collection)];
    let Some(schema) = collection.schema() else {
        return false;
    };
    let mut rows = schema.fields().fields().iter().zip(schema.possible_types());
    rows.any(|(row, types)| row.path == field.path && types.meet(Types::PLAIN))
}

/// Records that refer to themselves, and cycles of records that refer to one another.
fn cycles(
    within: Vec<Reference>,
    texts: &mut Texts<'_>,
    is_wanted: impl Fn(RecordNumber) -> bool,
) -> Result<Vec<Suspect>, Error> {
    let dataset = texts.dataset;
    let mut suspects = Vec::new();
    let mut relations: BTreeMap<u16, Vec<Edge>> = BTreeMap::new();
    for reference in within {
        let field = &dataset.fields[usize::from(reference.field)];
        let Some(to) = reference.to else {
            continue;
        };
        if to == reference.from {
            if !field.is_reflexive {
                suspects.push(Suspect {
                    record: reference.from,
                    start: Some(reference.start),
                    kind: Kind::SelfReference(reference.field),
                });
            }
        } else if !field.is_symmetric {
            relations.entry(reference.field).or_default().push(Edge {
                from: reference.from.0,
                to: to.0,
                start: reference.start,
            });
        }
    }
    for (field, mut edges) in relations {
        let mut found = cycles_of(&mut edges, |record| is_wanted(RecordNumber(record)));
        if !found.is_empty() && texts.may_be_at(field) {
            edges = references_among(edges, texts)?;
            found = cycles_of(&mut edges, |record| is_wanted(RecordNumber(record)));
        }
        suspects.extend(found.into_iter().map(|cycle| Suspect {
            record: RecordNumber(cycle.records[0]),
            start: Some(cycle.start),
            kind: Kind::Cycle(field, cycle.records),
        }));
    }
    Ok(suspects)
}

/// Those of one field that are references, and not texts.
fn references_among(mut edges: Vec<Edge>, texts: &mut Texts<'_>) -> Result<Vec<Edge>, Error> {
    edges.sort_unstable_by_key(|edge| (edge.from, edge.start));
    let mut references = Vec::new();
    for of_record in edges.chunk_by(|one, other| one.from == other.from) {
        let starts: Vec<_> = of_record.iter().map(|edge| edge.start).collect();
        let are_references = texts.references_at(RecordNumber(of_record[0].from), &starts)?;
        let judged = of_record.iter().zip(are_references);
        references.extend(judged.filter(|(_, is_one)| *is_one).map(|(edge, _)| *edge));
    }
    Ok(references)
}

/// A value of a record that was read again.
struct Seen {
    place: Place,
    pointer: Pointer,
    text: String,
}

/// What is in a file with the name that the record of a reference would have.
#[derive(Clone, Copy)]
enum Content {
    /// It can't be read, and so neither can its id.
    Unreadable,
    /// A record with another id.
    Other,
}

struct Wording<'d> {
    dataset: &'d Dataset,
    /// Comparing an id with all others is dear; only the first findings get a suggestion.
    steps_left: usize,
    /// What is in files that were looked into: many references may lead to one of them.
    contents: BTreeMap<String, Option<Content>>,
    /// Where the ids of records are that were looked for: many references may lead to one of them.
    places: BTreeMap<RecordNumber, Place>,
}

impl Wording<'_> {
    /// Less than a second.
    const MOST_STEPS: usize = 200_000_000;

    fn word(
        &mut self,
        suspect: &Suspect,
        here: Seen,
        reader: &mut Reader<'_>,
    ) -> Result<Diagnostic, Error> {
        let dataset = self.dataset;
        let index = dataset.index();
        let id = index.id(suspect.record);
        let field = |number: u16| &dataset.fields[usize::from(number)];
        let mut diagnostic = match &suspect.kind {
            Kind::DuplicateId { other } => {
                let there = self.place_of(*other, reader)?;
                let label = match *other < suspect.record {
                    true => "the first time",
                    false => "another time",
                };
                Diagnostic::new(
                    &DUPLICATE_ID,
                    format!("the id `{id}` is there twice"),
                    here.place,
                )
                .with_related(there, label)
                .with_help("give one of them another id, or merge the two")
            }
            Kind::Dangling(number) => {
                let field = field(*number);
                let absent = format!("there is no record `{}`", here.text);
                let (message, help) = match self.file_named(&here.text, field) {
                    Some((path, Content::Unreadable)) => (
                        format!("the record `{}` can't be read", here.text),
                        format!("mend its file, `{path}`"),
                    ),
                    Some((path, Content::Other)) => (
                        absent,
                        format!("the record in `{path}` has another id: mend that or this one"),
                    ),
                    None => match self.meant(&here.text, field) {
                        Some(meant) => (
                            absent,
                            format!(
                                "did you mean `{meant}`? If not, mend the id, or add the record"
                            ),
                        ),
                        None => (absent, "mend the id, or add the record".into()),
                    },
                };
                Diagnostic::new(&DANGLING_REFERENCE, message, here.place)
                    .with_note(format!("expected the id of a record of {}", named(field)))
                    .with_help(help)
            }
            Kind::WrongCollection(number, found) => {
                let there = self.place_of(*found, reader)?;
                let actual = dataset.collection_of(*found).name();
                let message = format!(
                    "`{}` is a record of `{actual}`, which is not allowed here",
                    here.text
                );
                Diagnostic::new(&WRONG_COLLECTION, message, here.place)
                    .with_related(there, "this is the record")
                    .with_help(format!("refer to a record of {}", named(field(*number))))
            }
            Kind::SelfReference(_) => Diagnostic::new(
                &SELF_REFERENCE,
                format!("`{id}` refers to itself"),
                here.place,
            )
            .with_help(
                "delete the reference, name the record that is meant, or mark the member \
                 `x-reflexive` in the schema if a record may refer to itself",
            ),
            Kind::Cycle(number, cycle) => {
                let mut ids: Vec<&str> = cycle
                    .iter()
                    .map(|&record| index.id(RecordNumber(record)))
                    .collect();
                ids.push(ids[0]);
                let shown: Vec<_> = ids.iter().map(|id| format!("`{id}`")).collect();
                let message = format!("records refer to one another in a circle: {}", cut(&shown));
                Diagnostic::new(&REFERENCE_CYCLE, message, here.place)
                    .with_note(format!("each does so at `{}`", field(*number).path))
                    .with_help(
                        "cut the circle where it is wrong, or mark the member `x-symmetric` in the \
                         schema if the relation holds both ways",
                    )
            }
        };
        diagnostic.record = (!id.is_empty()).then(|| shortened(id));
        Ok(diagnostic.at_pointer(here.pointer))
    }

    /// Where the id of a record is.
    fn place_of(&mut self, record: RecordNumber, reader: &mut Reader<'_>) -> Result<Place, Error> {
        if let Some(known) = self.places.get(&record) {
            return Ok(known.clone());
        }
        let seen = look(self.dataset, reader, record, &[None])?.pop();
        let place = seen.expect("what is looked at is seen").place;
        self.places.insert(record, place.clone());
        Ok(place)
    }

    /// The file that a record with this id would have, by its path from the root, where it is
    /// there though the id is not.
    fn file_named(&mut self, id: &str, field: &ReferenceField) -> Option<(String, Content)> {
        if id.is_empty() || refused_stem(id).is_some() {
            return None;
        }
        let dataset = self.dataset;
        let mut allowed = dataset.collections.iter().filter(|collection| {
            let is_allowed = field.allowed & 1 << collection.number != 0;
            is_allowed && matches!(collection.layout, Layout::Folder(_))
        });
        allowed.find_map(|collection| {
            let folder = collection.entry.path.trim_end_matches('/');
            let path = format!("{folder}/{id}.json");
            let known = self.contents.get(&path).copied();
            let content = known.unwrap_or_else(|| content_of(dataset, &path));
            self.contents.insert(path.clone(), content);
            Some((path, content?))
        })
    }

    /// The id that a dangling one most likely stands for.
    fn meant(&mut self, target: &str, field: &ReferenceField) -> Option<String> {
        const STEPS_OF_A_LOOK: usize = 10;
        /// More bytes than two characters and some hyphens have.
        const FURTHEST: usize = 16;
        let index = self.dataset.index();
        let mut candidates = Vec::new();
        for record in index.records() {
            self.steps_left = self.steps_left.checked_sub(STEPS_OF_A_LOOK)?;
            if field.allowed & 1 << index.collection(record) == 0 {
                continue;
            }
            let id = index.id(record);
            if id.len().abs_diff(target.len()) <= FURTHEST {
                // Edit distance takes quadratic time.
                self.steps_left = self.steps_left.checked_sub(id.len() * target.len())?;
                candidates.push(id);
            }
        }
        nearest_id(target, candidates).map(str::to_owned)
    }
}

/// Reads a record again, at each of the values that start somewhere, or at its id.
fn look(
    dataset: &Dataset,
    reader: &mut Reader<'_>,
    record: RecordNumber,
    starts: &[Option<u32>],
) -> Result<Vec<Seen>, Error> {
    let (entry, offset) = dataset.index().entry(record);
    let collection = dataset.collection_of(record);
    let origin = Origin {
        file: entry.file,
        offset,
        first_line: entry.line,
    };
    reader.read(record, |root| {
        let lines = LineIndex::new(root.tree().text());
        let lineage = Lineage::of(root.tree());
        let seen = starts.iter().map(|start| {
            let value = match *start {
                Some(start) => lineage.value_around(Span::new(start, start + 1)),
                None => collection.id_of(root).unwrap_or(root),
            };
            let mut span = value.span();
            if value.as_str().is_none() {
                span.end = span.start + 1;
            }
            Seen {
                place: origin.place(&lines, span),
                pointer: lineage.pointer(value),
                text: value.as_str().unwrap_or_default().to_owned(),
            }
        });
        seen.collect()
    })
}

/// What is in a file; `None` where there is none.
fn content_of(dataset: &Dataset, path: &str) -> Option<Content> {
    let limit = dataset.manifest.limits.record_bytes;
    let bytes = match RegularFile::read_all(&dataset.root.join(path), limit) {
        Ok(bytes) => bytes,
        Err(NotRead::Io(error)) if names_nothing(&error) => return None,
        Err(_) => return Some(Content::Unreadable),
    };
    let text = Text::from_bytes(&bytes);
    let mut parser = Parser::new();
    let parsed = parser.parse(text.as_str(), Limits::default());
    Some(if text.faults().is_empty() && parsed.is_complete() {
        Content::Other
    } else {
        Content::Unreadable
    })
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
