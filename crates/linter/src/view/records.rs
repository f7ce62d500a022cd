//! All records that the rules know, by kind and by id.

use std::collections::BTreeSet;
use std::hash::BuildHasher as _;
use std::sync::OnceLock;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use treatise_dataset::{Collection, Dataset, Manifest, RecordKey, RecordNumber, SeededHasher};

use super::{
    Agent, Citation, Claim, Doubts, Entity, Head, Hierarchy, Issue, Kind, Provenances, Record,
    Source, Term, Text, UnwantedTerms, Vocabulary, abbreviations,
};
use crate::codes::{self, CodeTables, Use};
use crate::directory::Directory;
use crate::names::{Name, Names};

/// The records of a dataset, each kind in the order of the records.
#[derive(Debug)]
pub(crate) struct Records<'r> {
    pub(crate) claims: Vec<Claim<'r>>,
    pub(crate) sources: Vec<Source<'r>>,
    pub(crate) terms: Vec<Term<'r>>,
    pub(crate) entities: Vec<Entity<'r>>,
    pub(crate) issues: Vec<Issue<'r>>,
    pub(crate) agents: Vec<Agent<'r>>,
    dataset: &'r Dataset,
    /// Those that are no claims, in the order of the records. Their places among these are how other
    /// tables name them.
    others: &'r [Head<'r>],
    /// The claims, in the order of the records.
    claim_heads: &'r [Head<'r>],
    hasher: SeededHasher,
    /// The place of each record that is no claim, by the hash of its id. As for references
    /// in the index, records are told apart by hashes that are made anew in each run: an id lies far
    /// away in memory, and looking something up is most of what many rules do.
    by_id: Directory<Id>,
    /// For each of these, its position among those of its kind.
    positions: Vec<u32>,
    of_claims: OfClaims<'r>,
    names: OnceLock<Names<'r>>,
    /// For each selection, whether a name is in it, by its number.
    selections: [OnceLock<Vec<bool>>; Selection::COUNT],
    provenances: OnceLock<Provenances<'r>>,
    unwanted_terms: OnceLock<UnwantedTerms>,
    abbreviations: OnceLock<BTreeSet<&'r str>>,
    doubts: OnceLock<Doubts<'r>>,
    codes: OnceLock<CodeTables>,
    uses_of_codes: OnceLock<Vec<Use<'r>>>,
}

/// What is made of claims too, when it is asked for.
#[derive(Debug, Default)]
struct OfClaims<'r> {
    /// The keys of both, which lie nearer to one another.
    keys: OnceLock<[Vec<RecordKey>; 2]>,
    /// The positions of claims by their ids, which are seldom asked for.
    claims_by_id: OnceLock<FxHashMap<&'r str, u32>>,
    withdrawn: OnceLock<FxHashMap<RecordNumber, Record<'r>>>,
    vocabulary: OnceLock<Vocabulary<'r>>,
    hierarchical_claims: OnceLock<Vec<Claim<'r>>>,
    hierarchy: OnceLock<Hierarchy<'r>>,
}

/// An id in 12 bytes.
#[derive(Clone, Copy, Debug)]
struct Id {
    /// The two halves of its hash.
    hash: [u32; 2],
    place: u32,
}

fn halves(hash: u64) -> [u32; 2] {
    [(hash >> 32) as u32, hash as u32]
}

/// Names that a rule looks for in statements; each rule has its own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Selection {
    /// Of cancers of a site.
    Cancers,
    /// Of what a claim has to refer to.
    Linked,
}

impl Selection {
    const COUNT: usize = Self::Linked as usize + 1;
}

impl<'r> Records<'r> {
    /// Those of a dataset that are no claims, in their order. Until the claims are there too, the index
    /// of the dataset can't be asked for.
    pub(crate) fn without_claims(dataset: &'r Dataset, others: &'r [Head<'r>]) -> Self {
        let hasher = SeededHasher::default();
        let id = |(place, head): (usize, &Head<'_>)| {
            let hash = hasher.hash_one(head.id);
            let id = Id {
                hash: halves(hash),
                // Records are counted with 32 bits everywhere.
                place: place as u32,
            };
            (hash, id)
        };
        let mut all = Self {
            claims: Vec::new(),
            sources: Vec::new(),
            terms: Vec::new(),
            entities: Vec::new(),
            issues: Vec::new(),
            agents: Vec::new(),
            dataset,
            others,
            claim_heads: &[],
            // Of records with the same id, the first one counts, as for references.
            by_id: Directory::new(others.par_iter().enumerate().map(id).collect(), 1),
            hasher,
            positions: Vec::with_capacity(others.len()),
            of_claims: OfClaims::default(),
            names: OnceLock::new(),
            selections: Default::default(),
            provenances: OnceLock::new(),
            unwanted_terms: OnceLock::new(),
            abbreviations: OnceLock::new(),
            doubts: OnceLock::new(),
            codes: OnceLock::new(),
            uses_of_codes: OnceLock::new(),
        };
        for record in others.iter().map(Record) {
            all.positions.push(match record.plan.kind {
                Some(Kind::Source) => added(&mut all.sources, Source(record)),
                Some(Kind::Term) => added(&mut all.terms, Term(record)),
                Some(Kind::Entity) => added(&mut all.entities, Entity(record)),
                Some(Kind::Issue) => added(&mut all.issues, Issue(record)),
                Some(Kind::Agent) => added(&mut all.agents, Agent(record)),
                Some(Kind::Claim) | None => 0,
            });
        }
        all
    }

    /// Adds the claims. What was made of the others stays; what may have been made of claims is made
    /// anew when it is asked for.
    pub(crate) fn add_claims(&mut self, heads: &'r [Head<'r>]) {
        self.claims = heads.iter().map(|head| Claim(Record(head))).collect();
        self.claim_heads = heads;
        self.of_claims = OfClaims::default();
    }

    /// Makes, on all cores, what rules about claims ask for first, so that none waits for another one
    /// to make it.
    pub(crate) fn prepare(&self) {
        rayon::join(
            || self.unwanted_terms(),
            || {
                self.provenances();
                self.doubts();
                self.abbreviations();
            },
        );
    }

    /// All of them, in no order that means something.
    pub(crate) fn all(&self) -> impl Iterator<Item = Record<'r>> {
        let claims = self.claims.iter().map(|claim| claim.0);
        claims.chain(self.others())
    }

    /// All that are no claims, in no order that means something.
    pub(crate) fn others(&self) -> impl Iterator<Item = Record<'r>> {
        let sources = self.sources.iter().map(|source| source.0);
        sources
            .chain(self.terms.iter().map(|term| term.0))
            .chain(self.entities.iter().map(|entity| entity.0))
            .chain(self.issues.iter().map(|issue| issue.0))
            .chain(self.agents.iter().map(|agent| agent.0))
    }

    /// The dataset, for its index.
    pub(crate) fn dataset(&self) -> &'r Dataset {
        self.dataset
    }

    pub(crate) fn manifest(&self) -> &'r Manifest {
        self.dataset.manifest()
    }

    /// The language of the texts that every record has.
    pub(crate) fn language(&self) -> &'r str {
        self.manifest().language()
    }

    /// The record that was seen as this one.
    pub(crate) fn at_key(&self, key: RecordKey) -> Option<Record<'r>> {
        let heads = [self.others, self.claim_heads];
        let keys = self
            .of_claims
            .keys
            .get_or_init(|| heads.map(|heads| heads.iter().map(|head| head.key).collect()));
        let found = heads.iter().zip(keys).find_map(|(heads, keys)| {
            let at = keys.binary_search(&key).ok()?;
            heads.get(at)
        });
        found.map(Record)
    }

    /// The number of a record in the index.
    pub(crate) fn number(&self, record: Record<'_>) -> Option<RecordNumber> {
        self.dataset().index().number_of(record.key)
    }

    /// Whether another record refers to this one.
    pub(crate) fn is_referred_to(&self, record: Record<'_>) -> bool {
        let number = self.number(record);
        number.is_some_and(|number| self.dataset.index().is_referred_to(number))
    }

    /// The records that were withdrawn, by their numbers.
    pub(crate) fn withdrawn(&self) -> &FxHashMap<RecordNumber, Record<'r>> {
        self.of_claims.withdrawn.get_or_init(|| {
            let records = self.others.iter().chain(self.claim_heads).map(Record);
            let withdrawn = records.filter(|record| record.is_deprecated());
            let numbered = withdrawn.filter_map(|record| Some((self.number(record)?, record)));
            numbered.collect()
        })
    }

    /// The records that take the place of a withdrawn one, directly or at the end of several steps;
    /// some of them may have been withdrawn themselves.
    pub(crate) fn replacements(&self, old: Record<'r>) -> Vec<Record<'r>> {
        let mut found = Vec::new();
        let mut seen = vec![old.id];
        let mut open = vec![old];
        while let Some(record) = open.pop() {
            let block = record.get("deprecated").into_iter();
            for id in block.flat_map(|block| block.texts("replaced_by")) {
                let Some(next) = self.get(&id).filter(|next| !seen.contains(&next.id)) else {
                    continue;
                };
                seen.push(next.id);
                found.push(next);
                open.push(next);
            }
        }
        found
    }

    /// The record with a number in the index.
    pub(crate) fn numbered(&self, number: RecordNumber) -> Option<Record<'r>> {
        self.at_key(self.dataset().index().key(number))
    }

    /// The record with this id, whatever it is.
    pub(crate) fn get(&self, id: &str) -> Option<Record<'r>> {
        let other = self.other(id);
        other.or_else(|| self.claim(id).map(|claim| claim.0))
    }

    /// Whether there is a record with this id in any collection, also one that no rule knows or that
    /// is broken.
    pub(crate) fn has(&self, id: &str) -> bool {
        let names = self.dataset().collections().iter().map(Collection::name);
        self.dataset().index().find(id, names).is_some()
    }

    pub(crate) fn claim(&self, id: &str) -> Option<Claim<'r>> {
        let by_id = self.of_claims.claims_by_id.get_or_init(|| {
            let mut by_id = FxHashMap::default();
            for (position, claim) in (0..).zip(&self.claims) {
                // Of records with the same id, the first one counts, as for references.
                by_id.entry(claim.id).or_insert(position);
            }
            by_id
        });
        Some(self.claims[*by_id.get(id)? as usize])
    }

    pub(crate) fn source(&self, id: &str) -> Option<Source<'r>> {
        self.other(id)?.source()
    }

    /// The versions that came after one of a source, each the successor of the one before, as far as that
    /// leads before it comes back.
    pub(crate) fn later_versions(
        &self,
        source: Source<'r>,
    ) -> impl Iterator<Item = Source<'r>> + use<'_, 'r> {
        /// A work has fewer; those that run in a circle without this one would go on.
        const MOST_VERSIONS: usize = 64;
        let next = |version: &Source<'r>| self.source(&version.text("superseded_by")?);
        let later = std::iter::successors(next(&source), next);
        later
            .take_while(move |version| version.id != source.id)
            .take(MOST_VERSIONS)
    }

    /// The source of a citation.
    pub(crate) fn source_of(&self, citation: &Citation<'_>) -> Option<Source<'r>> {
        Some(self.sources[self.position_of_source(citation)? as usize])
    }

    /// Whom the sources come from.
    pub(crate) fn provenances(&self) -> &Provenances<'r> {
        self.provenances.get_or_init(|| Provenances::of(self))
    }

    /// The position of the source of a citation among the sources.
    pub(crate) fn position_of_source(&self, citation: &Citation<'_>) -> Option<u32> {
        let find = || {
            let citations = citation.record.citations().iter();
            let position = |one: &Citation<'_>| self.position_of(&one.source()?);
            citations.map(position).collect()
        };
        let sources = citation.record.body.opened().sources(find);
        sources[citation.position as usize]
    }

    /// The position of the source with this id among the sources.
    pub(crate) fn position_of(&self, id: &str) -> Option<u32> {
        self.position_at(self.place_of(id)?)
    }

    /// The position among the sources of what is at a place, where it is a source.
    pub(super) fn position_at(&self, place: u32) -> Option<u32> {
        let place = place as usize;
        let is_source = self.others.get(place)?.plan.kind == Some(Kind::Source);
        is_source.then(|| self.positions[place])
    }

    pub(crate) fn term(&self, id: &str) -> Option<Term<'r>> {
        self.other(id)?.term()
    }

    pub(crate) fn entity(&self, id: &str) -> Option<Entity<'r>> {
        self.other(id)?.entity()
    }

    pub(crate) fn issue(&self, id: &str) -> Option<Issue<'r>> {
        self.other(id)?.issue()
    }

    pub(crate) fn agent(&self, id: &str) -> Option<Agent<'r>> {
        self.other(id)?.agent()
    }

    /// Who vouches for a record: where the agent is named, the agent, and what it did.
    pub(crate) fn vouchers<'c>(
        &self,
        record: Record<'c>,
    ) -> impl Iterator<Item = (Text<'c>, Agent<'r>, &'static str)> {
        let name = |block: &str, member: &str| record.get(block)?.text(member);
        let named = record.known.has_vouchers.then(|| {
            [
                (name("review", "reviewed_by"), "reviewed"),
                (name("appraisal", "by"), "appraised"),
            ]
        });
        named.into_iter().flatten().filter_map(|(id, did)| {
            let id = id?;
            Some((id, self.agent(&id)?, did))
        })
    }

    /// Whether an issue says that the data of a source are not complete.
    pub(crate) fn is_known_to_lack(&self, source: Source<'r>) -> bool {
        let mut issues = self.issues_of(source.0).into_iter();
        issues.any(|issue| {
            issue.is_unsettled() && issue.kind().is_some_and(|kind| kind == "metadata")
        })
    }

    /// The issues that touch a record, but for those that were withdrawn.
    pub(crate) fn issues_of(&self, record: Record<'_>) -> Vec<Issue<'r>> {
        let issues = self.doubts_about(record);
        issues.filter(|issue| !issue.is_deprecated()).collect()
    }

    /// The claims that say what is a kind of what.
    pub(crate) fn hierarchical_claims(&self) -> &[Claim<'r>] {
        let is_it = |claim: &Claim<'_>| claim.kind().is_some_and(|kind| kind == "is-a");
        self.of_claims.hierarchical_claims.get_or_init(|| {
            let claims = self.claims.iter().copied();
            claims.filter(is_it).collect()
        })
    }

    /// Every citation of claims and of senses of terms that were not withdrawn.
    pub(crate) fn citations(&self) -> impl Iterator<Item = Citation<'r>> {
        let claims = self.claims.iter().map(|claim| claim.0);
        let terms = self.terms.iter().map(|term| term.0);
        claims
            .chain(terms)
            .filter(|record| !record.is_deprecated())
            .flat_map(|record| record.citations().iter().copied())
    }

    /// All names of entities, ready to be found in texts.
    pub(crate) fn names(&self) -> &Names<'r> {
        made(&self.names, || Names::new(self))
    }

    /// Which names a rule looks for, by their numbers. Most names in texts are of no concern to it,
    /// and what a name means lies far away in memory.
    pub(crate) fn selected(
        &self,
        selection: Selection,
        is_in: impl Fn(&Name<'r>) -> bool + Send + Sync,
    ) -> &[bool] {
        let selected: &Vec<_> = made(&self.selections[selection as usize], || {
            self.names().all().par_iter().map(is_in).collect()
        });
        selected
    }

    /// The terms that labels and statements should not use.
    pub(crate) fn unwanted_terms(&self) -> &UnwantedTerms {
        let names = self.names();
        self.unwanted_terms.get_or_init(|| UnwantedTerms::of(names))
    }

    /// The abbreviations that something explains.
    pub(crate) fn abbreviations(&self) -> &BTreeSet<&'r str> {
        self.abbreviations.get_or_init(|| abbreviations::of(self))
    }

    /// Whether an issue of one of these kinds bears on a claim.
    pub(crate) fn is_doubted(&self, claim: Claim<'_>, kinds: &[&str]) -> bool {
        let mut issues = self.doubts_about(claim.0);
        issues.any(|issue| issue.kind().is_some_and(|kind| kinds.contains(&&*kind)))
    }

    /// The issues that touch a record: those that name it under `affects`, and those that it names as
    /// open.
    pub(crate) fn doubts_about(&self, record: Record<'_>) -> impl Iterator<Item = Issue<'r>> {
        let affecting = self.doubts().about(record.id).iter().copied();
        let named = record.known.has_open_issues.then_some(record).into_iter();
        let named = named.flat_map(|record| record.texts("open_issues"));
        affecting.chain(named.filter_map(|id| self.issue(&id)))
    }

    /// The words of all texts.
    pub(crate) fn vocabulary(&self) -> &Vocabulary<'r> {
        let names = self.names();
        self.of_claims
            .vocabulary
            .get_or_init(|| Vocabulary::of(self, names))
    }

    /// What is a kind of what.
    pub(crate) fn hierarchy(&self) -> &Hierarchy<'r> {
        self.of_claims.hierarchy.get_or_init(|| Hierarchy::of(self))
    }

    /// Which issues bear on which records.
    pub(crate) fn doubts(&self) -> &Doubts<'r> {
        self.doubts.get_or_init(|| Doubts::of(self))
    }

    /// The codes of all entities, in order.
    pub(crate) fn uses_of_codes(&self) -> &[Use<'r>] {
        self.uses_of_codes.get_or_init(|| codes::uses(self))
    }

    /// The pinned tables of codes, read when they are first asked for.
    pub(crate) fn codes(&self) -> &CodeTables {
        self.codes.get_or_init(|| CodeTables::of(self))
    }

    /// The place of the record with this id among those that are no claims.
    pub(crate) fn place_of(&self, id: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(id);
        self.place_within(self.by_id.range(hash), hash)
    }

    /// The place of the record whose id has a hash, which is in a range where it is at all.
    fn place_within(&self, range: [u32; 2], hash: u64) -> Option<u32> {
        let mut near = self.by_id.within(range).iter();
        let found = near.find(|near| near.hash == halves(hash))?;
        Some(found.place)
    }

    /// The same for several ids. Each step is done for all of them, so that they wait for memory
    /// together.
    pub(super) fn places_of<'i>(&self, ids: impl Iterator<Item = &'i str>) -> Vec<Option<u32>> {
        let hashes: Vec<_> = ids.map(|id| self.hasher.hash_one(id)).collect();
        let ranges: Vec<_> = hashes.iter().map(|&hash| self.by_id.range(hash)).collect();
        let each = hashes.iter().zip(ranges);
        each.map(|(&hash, range)| self.place_within(range, hash))
            .collect()
    }

    /// Reads something of what is at some places, so that it is near when rules ask for it.
    pub(super) fn draw_near(&self, places: impl Iterator<Item = u32>) {
        let known = places.map(|place| self.others[place as usize].known);
        let known: Vec<_> = known.collect();
        for known in known {
            std::hint::black_box(known.kind_word);
        }
    }

    /// The entity at a place, if one is there.
    pub(crate) fn entity_at(&self, place: u32) -> Option<Entity<'r>> {
        self.others.get(place as usize).map(Record)?.entity()
    }

    /// The record with this id that is no claim.
    fn other(&self, id: &str) -> Option<Record<'r>> {
        let place = self.place_of(id)?;
        self.others.get(place as usize).map(Record)
    }
}

/// What is made on all cores, and once. A core that waits for others may take up another rule, which
/// asks for the same; so nothing is locked meanwhile, and at worst it is made twice.
fn made<T>(cell: &OnceLock<T>, make: impl FnOnce() -> T) -> &T {
    if let Some(made) = cell.get() {
        return made;
    }
    let made = make();
    cell.get_or_init(|| made)
}

/// Adds a record; returns its position.
fn added<T>(records: &mut Vec<T>, record: T) -> u32 {
    records.push(record);
    // Records are counted with 32 bits everywhere.
    (records.len() - 1) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_being_made_can_be_asked_for() {
        let cell = OnceLock::new();
        let value = made(&cell, || made(&cell, || 1) + 1);
        assert_eq!(*value, 1);
    }
}
