//! From records to what the writers take, apart from any file: so that it is done on all cores.

use std::collections::BTreeMap;

use treatise_source::{Kind, Value};

use crate::export::LeftOut;
use crate::format::{Batch, Demand};
use crate::section::Section;
use crate::table::IdPlace;
use crate::{Error, record};

/// Some records of a section, ready to be written, and what there is to say about them.
pub(crate) struct Block {
    pub(crate) batch: Batch,
    pub(crate) records: u64,
    /// How many are in which state of review.
    pub(crate) review: BTreeMap<String, u64>,
    /// How many values no table has a place for.
    pub(crate) left_out: u64,
    pub(crate) first_left_out: Option<LeftOut>,
}

/// Makes blocks of the records of a section.
pub(crate) struct Encoder<'s, 'd> {
    section: &'s Section<'d>,
    demand: Demand,
    block: Block,
}

impl<'s, 'd> Encoder<'s, 'd> {
    pub(crate) fn new(section: &'s Section<'d>, demand: &Demand) -> Self {
        Self {
            section,
            demand: demand.clone(),
            block: Block::new(section, demand),
        }
    }

    /// Adds a record to the block.
    pub(crate) fn record(&mut self, id: &str, record: Value<'_>) -> Result<(), Error> {
        let block = &mut self.block;
        block.records += 1;
        if self.section.knows_review {
            let status = record.get("review").and_then(|review| review.get("status"));
            if let Some(status) = status.and_then(Value::as_str) {
                block.count_review(status);
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
        if self.demand.has_records() {
            // Nothing but an object has a member for the id, and the value may not be lost for it.
            if let Some((name, _)) = id_member.filter(|_| record.kind() != Kind::Object) {
                return Err(Error::refused(format!(
                    "the record `{id}` of `{}` is no object, so that JSON and NDJSON have no \
                     member `{name}` for its id, which is the name of its file; make the records \
                     objects, or export formats of tables only, such as csv",
                    self.section.name
                )));
            }
            block
                .batch
                .record(|out| record::write(record, &self.section.shape, id_member, out));
        }
        if self.demand.has_rows() {
            let batch = &mut block.batch;
            let unplaced = self.section.tables.rows(id, record, &mut |table, cells| {
                batch.row(table, cells);
            });
            if let Some(column) = unplaced.misfit {
                return Err(Error::refused(format!(
                    "the column `{column}` can't hold what the record `{id}` of `{}` has there: the \
                     schema names other types, in a branch that does not hold for all records; name \
                     the types in each branch, or export json or ndjson only",
                    self.section.name
                )));
            }
            block.left_out += unplaced.count;
            if let (Some(pointer), None) = (unplaced.first, &block.first_left_out) {
                block.first_left_out = Some(LeftOut {
                    count: 0,
                    collection: self.section.name.to_owned(),
                    record: id.to_owned(),
                    pointer,
                });
            }
        }
        Ok(())
    }

    /// The block with all records since the last one.
    pub(crate) fn take(&mut self) -> Block {
        std::mem::replace(&mut self.block, Block::new(self.section, &self.demand))
    }
}

impl Block {
    fn new(section: &Section<'_>, demand: &Demand) -> Self {
        Self {
            batch: Batch::new(demand, section.tables.tables.len()),
            records: 0,
            review: BTreeMap::new(),
            left_out: 0,
            first_left_out: None,
        }
    }

    fn count_review(&mut self, status: &str) {
        match self.review.get_mut(status) {
            Some(count) => *count += 1,
            None => {
                self.review.insert(status.to_owned(), 1);
            }
        }
    }
}
