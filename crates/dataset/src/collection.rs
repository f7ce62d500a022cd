//! A collection at work: its schema, and where in its records ids and references are.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::sync::Arc;

use treatise_report::Files;
use treatise_schema::{FieldPath, FieldTable, Schema, Segment};
use treatise_source::{Key, Kind, Pointer, Value};

use crate::layout::Layout;
use crate::manifest::CollectionEntry;

/// A collection of the manifest with all that checking its records needs.
#[derive(Debug)]
pub struct Collection {
    pub(crate) entry: CollectionEntry,
    pub(crate) layout: Layout,
    /// Links in its folder that have the names of records, and were not followed.
    pub(crate) links: u64,
    pub(crate) schema: Option<Arc<Schema>>,
    pub(crate) number: u16,
    /// Places of references that have no number any more, so that what is there is not looked at.
    pub(crate) fields_without_number: usize,
    id: Option<IdPlace>,
    plan: Plan,
}

/// Where the id of a record is.
#[derive(Debug)]
struct IdPlace {
    pointer: Pointer,
    /// Its tokens.
    keys: Vec<Key>,
}

impl IdPlace {
    fn new(pointer: Pointer) -> Self {
        let keys = pointer.tokens().map(|token| Key::new(&token)).collect();
        Self { pointer, keys }
    }

    fn find<'t>(&self, record: Value<'t>) -> Option<Value<'t>> {
        let mut keys = self.keys.iter();
        // It hardly ever leads through an array.
        keys.try_fold(record, Value::get_key)
            .or_else(|| record.find(&self.pointer))
    }
}

/// A place in the records of a collection that holds references.
#[derive(Clone, Debug)]
pub(crate) struct ReferenceField {
    pub(crate) path: FieldPath,
    /// The collections that it may refer to, by name.
    pub(crate) names: Vec<String>,
    /// The same, a bit for each collection of the manifest.
    pub(crate) allowed: u64,
    /// Words that may stand there instead of an id.
    pub(crate) literals: Vec<String>,
    /// The collection that has the field.
    pub(crate) collection: u16,
    /// Whether the relation holds both ways.
    pub(crate) is_symmetric: bool,
    /// Whether it may hold between a record and itself.
    pub(crate) is_reflexive: bool,
    /// Whether the schema comes back to it, at places where other parts of it may hold.
    pub(crate) is_repeated: bool,
}

impl ReferenceField {
    /// Whether the manifest has all its collections; if not, that is what has to be mended first.
    pub(crate) fn is_known(&self) -> bool {
        self.allowed.count_ones() as usize == self.names.len()
    }
}

/// The way to all references of a record: the part of its schema that leads to one.
#[derive(Debug, Default)]
struct Plan {
    field: Option<u16>,
    members: Vec<(Key, Plan)>,
    elements: Option<Box<Plan>>,
    entries: Option<Box<Plan>>,
    /// The places around this one as which the schema continues here, as far as references are below
    /// them.
    continues: Vec<FieldPath>,
}

impl Collection {
    /// Prepares a collection; its reference fields are added to `fields`.
    pub(crate) fn new(
        entry: CollectionEntry,
        layout: Layout,
        schema: Option<Arc<Schema>>,
        number: u16,
        numbers: &BTreeMap<String, u16>,
        fields: &mut Vec<ReferenceField>,
    ) -> Self {
        let id = entry.id.as_deref().and_then(Pointer::parse);
        let id = id.map(IdPlace::new);
        let (mut plan, first) = (Plan::default(), fields.len());
        let mut fields_without_number = 0;
        let table = schema.as_deref().map(Schema::fields);
        for field in table.into_iter().flat_map(FieldTable::fields) {
            // The definition of an id may say what it is the id of; there it refers to nothing.
            let is_id = entry.id.as_deref() == Some(&field.path.to_string());
            if field.references.is_empty() || is_id {
                continue;
            }
            let Ok(field_number) = u16::try_from(fields.len()) else {
                fields_without_number += 1;
                continue;
            };
            let bits = field.references.iter().filter_map(|name| numbers.get(name));
            let is_symmetric = field.is_symmetric
                || field
                    .path
                    .parent()
                    .and_then(|parent| table?.get(&parent))
                    .is_some_and(|parent| parent.is_symmetric);
            plan.place(field.path.segments()).field = Some(field_number);
            fields.push(ReferenceField {
                path: field.path.clone(),
                names: field.references.clone(),
                allowed: bits.fold(0, |bits, &number| bits | 1 << number),
                literals: field
                    .literals
                    .iter()
                    .filter_map(|value| value.as_str().map(str::to_owned))
                    .collect(),
                collection: number,
                is_symmetric,
                is_reflexive: field.is_reflexive,
                is_repeated: false,
            });
        }
        let own = &mut fields[first..];
        if let Some(table) = table {
            plan.close(table, own);
        }
        Self {
            entry,
            layout,
            links: 0,
            schema,
            number,
            fields_without_number,
            id,
            plan,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.entry.name
    }

    /// Its position in the manifest.
    pub fn position(&self) -> usize {
        usize::from(self.number)
    }

    /// What the manifest says about it.
    pub fn entry(&self) -> &CollectionEntry {
        &self.entry
    }

    /// Its schema, if it could be used.
    pub fn schema(&self) -> Option<&Schema> {
        self.schema.as_deref()
    }

    /// Whether its folder or file is there.
    pub fn is_there(&self) -> bool {
        !matches!(self.layout, Layout::Absent)
    }

    /// Whether a file with this name lies in its folder.
    pub(crate) fn has_file(&self, name: &str, files: &Files) -> bool {
        let Layout::Folder(records) = &self.layout else {
            return false;
        };
        // They are in the order of their names.
        let name = Some(OsStr::new(name));
        let found = records.binary_search_by(|record| record.path(files).file_name().cmp(&name));
        found.is_ok()
    }

    /// Whether its records are lines of one file.
    pub fn has_lines(&self) -> bool {
        matches!(self.layout, Layout::Lines(_))
    }

    /// Whether ids stand in the records, and not only in the names of the files.
    pub(crate) fn has_id_member(&self) -> bool {
        self.id.is_some()
    }

    /// Whether the schema asks for the member that a JSON pointer leads to, whatever else there is.
    pub(crate) fn requires(&self, pointer: &str) -> bool {
        let fields = self
            .schema()
            .into_iter()
            .flat_map(|schema| schema.fields().fields());
        fields
            .filter(|field| field.is_required)
            .any(|field| field.path.to_string() == pointer)
    }

    /// The value that is a record's id.
    pub(crate) fn id_of<'t>(&self, record: Value<'t>) -> Option<Value<'t>> {
        self.id.as_ref()?.find(record)
    }

    /// Calls `found` with each reference of a record and the number of its field.
    pub(crate) fn references<'t>(&self, record: Value<'t>, found: &mut impl FnMut(Value<'t>, u16)) {
        self.plan.walk(&self.plan, record, found);
    }

    /// The same for the value at a place in a record.
    pub(crate) fn references_at<'t>(
        &self,
        path: &FieldPath,
        value: Value<'t>,
        found: &mut impl FnMut(Value<'t>, u16),
    ) {
        if let Some(plan) = self.plan.at(path.segments()) {
            plan.walk(&self.plan, value, found);
        }
    }
}

impl Plan {
    /// The plan for a place, made where there is none.
    fn place(&mut self, path: &[Segment]) -> &mut Self {
        let Some((first, rest)) = path.split_first() else {
            return self;
        };
        let below = first.branch(&mut self.members, &mut self.elements, &mut self.entries);
        below.place(rest)
    }

    /// Leads on where the schema continues with itself, and marks the references that are met again so.
    fn close(&mut self, table: &FieldTable, references: &mut [ReferenceField]) {
        for field in table.fields() {
            for around in &field.continues {
                let is_below = |reference: &&mut ReferenceField| {
                    let path = reference.path.segments();
                    path.starts_with(around.segments())
                };
                let mut repeated = references.iter_mut().filter(is_below).peekable();
                if repeated.peek().is_some() {
                    let here = self.place(field.path.segments());
                    here.continues.push(around.clone());
                }
                repeated.for_each(|reference| reference.is_repeated = true);
            }
        }
    }

    fn at(&self, path: &[Segment]) -> Option<&Self> {
        let Some((first, rest)) = path.split_first() else {
            return Some(self);
        };
        let below = match first {
            Segment::Member(name) => self.member(name),
            Segment::Element => self.elements.as_deref(),
            Segment::Entry => self.entries.as_deref(),
        };
        below?.at(rest)
    }

    fn member(&self, name: &str) -> Option<&Self> {
        let mut members = self.members.iter();
        members
            .find(|(key, _)| key.name() == name)
            .map(|(_, below)| below)
    }

    /// `root` is the plan for records.
    fn walk<'p, 't>(
        &'p self,
        root: &'p Self,
        value: Value<'t>,
        found: &mut impl FnMut(Value<'t>, u16),
    ) {
        if !self.continues.is_empty() {
            walk_together(root, vec![self], value, found);
            return;
        }
        if let Some(field) = self.field {
            if value.kind() == Kind::String {
                found(value, field);
            }
        }
        for (key, below) in &self.members {
            if let Some(member) = value.get_key(key) {
                below.walk(root, member, found);
            }
        }
        if let Some(below) = &self.elements {
            value
                .elements()
                .for_each(|element| below.walk(root, element, found));
        }
        if let Some(below) = &self.entries {
            value
                .members()
                .for_each(|member| below.walk(root, member.value, found));
        }
    }
}

/// Walks a value by all plans that hold for it, and hands over each reference once. Plans that are met
/// again and again would otherwise double at every level.
fn walk_together<'p, 't>(
    root: &'p Plan,
    mut plans: Vec<&'p Plan>,
    value: Value<'t>,
    found: &mut impl FnMut(Value<'t>, u16),
) {
    let mut next = 0;
    while let Some(&plan) = plans.get(next) {
        let continued = plan.continues.iter();
        for plan in continued.filter_map(|path| root.at(path.segments())) {
            if !plans.iter().any(|known| std::ptr::eq(*known, plan)) {
                plans.push(plan);
            }
        }
        next += 1;
    }
    if value.kind() == Kind::String {
        let field = plans.iter().find_map(|plan| plan.field);
        if let Some(field) = field {
            found(value, field);
        }
    }
    let elements: Vec<_> = plans
        .iter()
        .filter_map(|plan| plan.elements.as_deref())
        .collect();
    if !elements.is_empty() {
        for element in value.elements() {
            walk_together(root, elements.clone(), element, found);
        }
    }
    for member in value.members() {
        let below = plans.iter().flat_map(|plan| {
            let entry = plan.entries.as_deref();
            plan.member(member.name()).into_iter().chain(entry)
        });
        let below: Vec<_> = below.collect();
        if !below.is_empty() {
            walk_together(root, below, member.value, found);
        }
    }
}
