//! One collection or view on its way into the bundle.

use std::collections::BTreeMap;

use treatise_source::Value;

use crate::bundle::Bundle;
use crate::description::SectionFacts;
use crate::export::LeftOut;
use crate::format::Writers;
use crate::row::Unplaced;
use crate::section::Section;
use crate::table::IdPlace;
use crate::{Error, record};

/// Hands the records of a section to all writers, and counts.
pub(crate) struct Run<'s, 'd, 'w> {
    section: &'s Section<'d>,
    writers: &'w mut Writers,
    text: Vec<u8>,
    records: u64,
    review: Option<BTreeMap<String, u64>>,
    left_out: u64,
    rows: Vec<u64>,
    first_left_out: Option<LeftOut>,
}

impl<'s, 'd, 'w> Run<'s, 'd, 'w> {
    pub(crate) fn start(
        section: &'s Section<'d>,
        writers: &'w mut Writers,
        bundle: &Bundle,
    ) -> Result<Self, Error> {
        writers.begin(section.name, &section.tables.tables, bundle)?;
        Ok(Self {
            text: Vec::new(),
            records: 0,
            review: section.knows_review.then(BTreeMap::new),
            left_out: 0,
            rows: vec![0; section.tables.tables.len()],
            first_left_out: None,
            section,
            writers,
        })
    }

    pub(crate) fn record(&mut self, id: &str, record: Value<'_>) -> Result<(), Error> {
        self.records += 1;
        if let Some(review) = &mut self.review {
            let status = record.get("review").and_then(|review| review.get("status"));
            if let Some(status) = status.and_then(Value::as_str) {
                *review.entry(status.to_owned()).or_default() += 1;
            }
        }
        let id_member = match &self.section.id {
            IdPlace::Within(_) => None,
            IdPlace::Beside(name) => Some((name.as_str(), id)),
        };
        if let Some((name, _)) = id_member.filter(|(name, _)| record.get(name).is_some()) {
            return Err(Error::refused(format!(
                "the record `{id}` of `{0}` has a member `{name}` that its schema does not \
                 describe, and its id is the name of its file; describe the member, or say in the \
                 manifest that `{0}` have their ids at `/{name}`",
                self.section.name
            )));
        }
        if self.writers.have_records() {
            self.text.clear();
            record::write(record, &self.section.shape, id_member, &mut self.text);
            self.writers.record(&self.text)?;
        }
        if self.writers.have_tables() {
            let unplaced = self.write_rows(id, record)?;
            self.left_out += unplaced.count;
            if let (Some(pointer), None) = (unplaced.first, &self.first_left_out) {
                self.first_left_out = Some(LeftOut {
                    count: 0,
                    collection: self.section.name.to_owned(),
                    record: id.to_owned(),
                    pointer,
                });
            }
        }
        Ok(())
    }

    fn write_rows(&mut self, id: &str, record: Value<'_>) -> Result<Unplaced, Error> {
        let (writers, rows) = (&mut self.writers, &mut self.rows);
        self.section.tables.rows(id, record, &mut |table, cells| {
            rows[table] += 1;
            writers.row(table, cells)
        })
    }

    pub(crate) fn finish(
        self,
        bundle: &mut Bundle,
    ) -> Result<(SectionFacts<'s, 'd>, Option<LeftOut>), Error> {
        self.writers.end(bundle)?;
        let facts = SectionFacts {
            section: self.section,
            records: self.records,
            review: self.review,
            left_out: self.left_out,
            rows: self.writers.have_tables().then_some(self.rows),
        };
        Ok((facts, self.first_left_out))
    }
}
