//! One collection or view on its way into the bundle.

use std::collections::BTreeMap;

use crate::Error;
use crate::bundle::Bundle;
use crate::description::SectionFacts;
use crate::encoder::{Block, Encoder};
use crate::export::LeftOut;
use crate::format::{Demand, Writers};
use crate::section::Section;

/// Hands the records of a section to all writers, and counts.
pub(crate) struct Run<'s, 'd, 'w> {
    section: &'s Section<'d>,
    writers: &'w mut Writers,
    demand: Demand,
    records: u64,
    review: BTreeMap<String, u64>,
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
            demand: writers.demand(),
            records: 0,
            review: BTreeMap::new(),
            left_out: 0,
            rows: vec![0; section.tables.tables.len()],
            first_left_out: None,
            section,
            writers,
        })
    }

    /// What makes encoders for its records, on any thread.
    pub(crate) fn encoders(&self) -> impl Fn() -> Encoder<'s, 'd> + Sync + use<'s, 'd> {
        let (section, demand) = (self.section, self.demand.clone());
        move || Encoder::new(section, &demand)
    }

    /// Takes the records that come next.
    pub(crate) fn take(&mut self, block: Block) -> Result<(), Error> {
        self.records += block.records;
        for (status, count) in block.review {
            *self.review.entry(status).or_default() += count;
        }
        self.left_out += block.left_out;
        self.first_left_out = self.first_left_out.take().or(block.first_left_out);
        for (rows, more) in self.rows.iter_mut().zip(&block.batch.rows) {
            *rows += more;
        }
        self.writers.take(&block.batch)
    }

    pub(crate) fn finish(
        self,
        bundle: &mut Bundle,
    ) -> Result<(SectionFacts<'s, 'd>, Option<LeftOut>), Error> {
        self.writers.end(bundle)?;
        let facts = SectionFacts {
            section: self.section,
            records: self.records,
            review: self.section.knows_review.then_some(self.review),
            left_out: self.left_out,
            rows: self.demand.has_rows().then_some(self.rows),
        };
        Ok((facts, self.first_left_out))
    }
}
