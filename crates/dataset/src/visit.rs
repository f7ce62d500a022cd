//! What others look at while a record is at hand, so that no record is read or parsed twice.

use std::path::Path;

use treatise_report::Diagnostic;
use treatise_report::fault::Origin;
use treatise_source::Tree;

use crate::{Collection, Manifest};

/// A record before all of them are counted; sorts as its number will.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey {
    pub(crate) part: (u32, u32),
    pub(crate) position: u32,
}

/// A record whose text could be read whole, while its tree is at hand.
#[derive(Clone, Copy, Debug)]
pub struct Visited<'t> {
    /// Its collection.
    pub collection: &'t Collection,
    /// By what it is known later.
    pub key: RecordKey,
    /// Its id, or the name of its file where it has lost it; empty where it has neither.
    pub id: &'t str,
    /// What it says.
    pub tree: &'t Tree<'t>,
    /// Its file, relative to the root.
    pub path: &'t Path,
    /// Where it stands. In a file of lines, the line is counted from the start of a part of it, as
    /// in all findings of the pass, which are moved down when the lines above are known.
    pub origin: Origin,
}

/// Wants to see every sound record.
pub trait Visitor: Sync {
    /// Somebody for one of the workers.
    fn begin<'v>(
        &'v self,
        manifest: &'v Manifest,
        collections: &'v [Collection],
    ) -> Box<dyn RecordVisitor + 'v>;

    /// Of each collection, whether its records are to be seen when those of all collections that
    /// don't wait have been. What is not said counts as no.
    fn waiting(&self, _manifest: &Manifest, _collections: &[Collection]) -> Vec<bool> {
        Vec::new()
    }
}

/// Sees the records of one worker.
pub trait RecordVisitor {
    /// Looks at some records of one collection, in their order, and adds what is wrong with them to
    /// `found`; each finding says in what record it is. They come by the dozen, so that one thing
    /// after the other can be done with all of them: what looks at records has more code than the
    /// caches of a core hold.
    fn visit(&mut self, records: &[Visited<'_>], found: &mut Vec<Diagnostic>);

    /// Looks at some records in the same way that are not as their schema says.
    fn visit_broken(&mut self, _records: &[Visited<'_>], _found: &mut Vec<Diagnostic>) {}

    /// There are no more records for this worker.
    fn end(&mut self) {}
}

/// Doesn't want to see any.
impl Visitor for () {
    fn begin<'v>(&'v self, _: &'v Manifest, _: &'v [Collection]) -> Box<dyn RecordVisitor + 'v> {
        Box::new(())
    }
}

impl RecordVisitor for () {
    fn visit(&mut self, _: &[Visited<'_>], _: &mut Vec<Diagnostic>) {}
}
