//! All records that the rules know, by kind and by id.

use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHasher};
use treatise_dataset::{Collection, Dataset, Manifest, RecordNumber};

use super::{
    Agent, Citation, Claim, Doubts, Entity, Hierarchy, Issue, Kind, Record, Source, Term, Text,
    Vocabulary,
};
use crate::codes::CodeTables;
use crate::names::{Names, Said};

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
    /// The kind of the record with an id, and its position among those of its kind.
    by_id: FxHashMap<&'r str, (Kind, u32)>,
    names: OnceLock<Names<'r>>,
    said: OnceLock<Vec<Said<'r>>>,
    withdrawn: OnceLock<Withdrawn<'r>>,
    vocabulary: OnceLock<Vocabulary<'r>>,
    issues_by_record: OnceLock<FxHashMap<&'r str, Vec<Issue<'r>>>>,
    hierarchy: OnceLock<Hierarchy<'r>>,
    doubts: OnceLock<Doubts<'r>>,
    codes: OnceLock<CodeTables>,
}

/// The records that were withdrawn.
#[derive(Debug)]
pub(crate) struct Withdrawn<'r> {
    pub(crate) by_id: FxHashMap<&'r str, Record<'r>>,
    /// How long their shortest id is, in bytes.
    pub(crate) shortest: usize,
}

impl<'r> Records<'r> {
    pub(crate) fn new(
        dataset: &'r Dataset,
        records: impl Iterator<Item = (Kind, Record<'r>)>,
    ) -> Self {
        let mut all = Self {
            claims: Vec::new(),
            sources: Vec::new(),
            terms: Vec::new(),
            entities: Vec::new(),
            issues: Vec::new(),
            agents: Vec::new(),
            dataset,
            by_id: FxHashMap::default(),
            names: OnceLock::new(),
            said: OnceLock::new(),
            withdrawn: OnceLock::new(),
            vocabulary: OnceLock::new(),
            issues_by_record: OnceLock::new(),
            hierarchy: OnceLock::new(),
            doubts: OnceLock::new(),
            codes: OnceLock::new(),
        };
        for (kind, record) in records {
            let position = match kind {
                Kind::Claim => added(&mut all.claims, Claim(record)),
                Kind::Source => added(&mut all.sources, Source(record)),
                Kind::Term => added(&mut all.terms, Term(record)),
                Kind::Entity => added(&mut all.entities, Entity(record)),
                Kind::Issue => added(&mut all.issues, Issue(record)),
                Kind::Agent => added(&mut all.agents, Agent(record)),
            };
            // Of records with the same id, the first one counts, as for references.
            all.by_id.entry(record.id).or_insert((kind, position));
        }
        all
    }

    /// All of them, in no order that means something.
    pub(crate) fn all(&self) -> impl Iterator<Item = Record<'r>> {
        let claims = self.claims.iter().map(|claim| claim.0);
        claims
            .chain(self.sources.iter().map(|source| source.0))
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

    /// The labels of entities that are in use, in the default language.
    pub(crate) fn labels(&self) -> impl Iterator<Item = Text<'r>> {
        let language = self.language();
        let entities = self.entities.iter();
        let entities = entities.filter(|entity| !entity.is_deprecated());
        entities.filter_map(move |entity| entity.label(language))
    }

    /// The statements of claims that are in use, in the default language.
    pub(crate) fn statements(&self) -> impl Iterator<Item = Text<'r>> {
        let language = self.language();
        let claims = self.claims.iter().filter(|claim| !claim.is_deprecated());
        claims.filter_map(move |claim| claim.statement(language))
    }

    /// The claim that a text stands in.
    pub(crate) fn claim_of(&self, text: Text<'r>) -> Option<Claim<'r>> {
        let key = text.spot().record;
        let claims = &self.claims;
        let at = claims.binary_search_by_key(&key, |claim| claim.key).ok()?;
        Some(claims[at])
    }

    /// The number of a record in the index.
    pub(crate) fn number(&self, record: Record<'r>) -> Option<RecordNumber> {
        self.dataset.index().number_of(record.key)
    }

    /// The record with this id, whatever it is.
    pub(crate) fn get(&self, id: &str) -> Option<Record<'r>> {
        let &(kind, position) = self.by_id.get(id)?;
        Some(self.at(kind, position))
    }

    /// Whether there is a record with this id in any collection, also one that no rule knows or that
    /// is broken.
    pub(crate) fn has(&self, id: &str) -> bool {
        let names = self.dataset.collections().iter().map(Collection::name);
        self.dataset.index().find(id, names).is_some()
    }

    pub(crate) fn claim(&self, id: &str) -> Option<Claim<'r>> {
        self.of(Kind::Claim, id).map(Claim)
    }

    pub(crate) fn source(&self, id: &str) -> Option<Source<'r>> {
        self.of(Kind::Source, id).map(Source)
    }

    pub(crate) fn term(&self, id: &str) -> Option<Term<'r>> {
        self.of(Kind::Term, id).map(Term)
    }

    pub(crate) fn entity(&self, id: &str) -> Option<Entity<'r>> {
        self.of(Kind::Entity, id).map(Entity)
    }

    pub(crate) fn issue(&self, id: &str) -> Option<Issue<'r>> {
        self.of(Kind::Issue, id).map(Issue)
    }

    pub(crate) fn agent(&self, id: &str) -> Option<Agent<'r>> {
        self.of(Kind::Agent, id).map(Agent)
    }

    /// Who vouches for a record: where the agent is named, the agent, and what it did.
    pub(crate) fn vouchers(
        &self,
        record: Record<'r>,
    ) -> impl Iterator<Item = (Text<'r>, Agent<'r>, &'static str)> {
        let name = |block: &str, member: &str| record.get(block)?.text(member);
        let named = [
            (name("review", "reviewed_by"), "reviewed"),
            (name("appraisal", "by"), "appraised"),
        ];
        named.into_iter().filter_map(|(id, did)| {
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

    /// The issues that touch a record: those that name it under `affects`, and those that it names
    /// as open. Issues that were withdrawn don't count.
    pub(crate) fn issues_of(&self, record: Record<'r>) -> Vec<Issue<'r>> {
        let by_record = self.issues_by_record.get_or_init(|| {
            let mut by_record: FxHashMap<&str, Vec<Issue<'r>>> = FxHashMap::default();
            for &issue in &self.issues {
                for id in issue.affects() {
                    by_record.entry(id.as_str()).or_default().push(issue);
                }
            }
            by_record
        });
        let affecting = by_record.get(record.id).into_iter().flatten().copied();
        let named = record.texts("open_issues");
        let named = named.filter_map(|id| self.issue(&id));
        affecting
            .chain(named)
            .filter(|issue| !issue.is_deprecated())
            .collect()
    }

    /// Every citation of claims and of senses of terms that were not withdrawn.
    pub(crate) fn citations(&self) -> impl Iterator<Item = Citation<'r>> {
        let claims = self.claims.iter().map(|claim| claim.0);
        let terms = self.terms.iter().map(|term| term.0);
        claims
            .chain(terms)
            .filter(|record| !record.is_deprecated())
            .flat_map(Record::citations)
    }

    /// All names of entities, ready to be found in texts.
    pub(crate) fn names(&self) -> &Names<'r> {
        self.names.get_or_init(|| Names::new(self))
    }

    /// The claims in use whose statements in the default language have names.
    pub(crate) fn said(&self) -> &[Said<'r>] {
        self.said.get_or_init(|| Said::all(self))
    }

    /// The claims in use that have the same in all of these members, as it is written: groups of at
    /// least two, each in the order of the claims.
    pub(crate) fn alike(&self, members: &[&str]) -> Vec<Vec<Claim<'r>>> {
        let source = |claim: Claim<'r>, name: &str| claim.get(name).map(|it| it.value.source());
        let mut hashed: Vec<(u64, usize)> = Vec::with_capacity(self.claims.len());
        for (position, &claim) in self.claims.iter().enumerate() {
            if !claim.is_deprecated() {
                let mut hasher = FxHasher::default();
                for name in members {
                    source(claim, name).hash(&mut hasher);
                }
                hashed.push((hasher.finish(), position));
            }
        }
        hashed.sort_unstable();
        let mut groups = Vec::new();
        for same in hashed.chunk_by(|one, other| one.0 == other.0) {
            let mut rest: Vec<_> = same.iter().map(|&(_, at)| self.claims[at]).collect();
            // Nearly always all of them; a hash may be that of other members too.
            while let [first, _, ..] = rest[..] {
                let is_like = |claim: &Claim<'r>| {
                    let mut members = members.iter();
                    members.all(|name| source(first, name) == source(*claim, name))
                };
                let (group, others) = rest.into_iter().partition(is_like);
                groups.push(group);
                rest = others;
            }
        }
        groups.retain(|group: &Vec<_>| group.len() > 1);
        groups
    }

    /// The records that were withdrawn.
    pub(crate) fn withdrawn(&self) -> &Withdrawn<'r> {
        self.withdrawn.get_or_init(|| {
            let withdrawn = self.all().filter(|record| record.is_deprecated());
            let by_id: FxHashMap<_, _> = withdrawn.map(|record| (record.id, record)).collect();
            let shortest = by_id.keys().map(|id| id.len()).min();
            Withdrawn {
                shortest: shortest.unwrap_or_default(),
                by_id,
            }
        })
    }

    /// The words of all texts.
    pub(crate) fn vocabulary(&self) -> &Vocabulary<'r> {
        self.vocabulary.get_or_init(|| Vocabulary::of(self))
    }

    /// What is a kind of what.
    pub(crate) fn hierarchy(&self) -> &Hierarchy<'r> {
        self.hierarchy.get_or_init(|| Hierarchy::of(self))
    }

    /// Which issues bear on which records.
    pub(crate) fn doubts(&self) -> &Doubts<'r> {
        self.doubts.get_or_init(|| Doubts::of(self))
    }

    /// The pinned tables of codes, read when they are first asked for.
    pub(crate) fn codes(&self) -> &CodeTables {
        self.codes.get_or_init(|| CodeTables::of(self))
    }

    fn of(&self, kind: Kind, id: &str) -> Option<Record<'r>> {
        let &(found, position) = self.by_id.get(id)?;
        (found == kind).then(|| self.at(kind, position))
    }

    /// The record at a position among those of its kind.
    fn at(&self, kind: Kind, position: u32) -> Record<'r> {
        let at = position as usize;
        match kind {
            Kind::Claim => self.claims[at].0,
            Kind::Source => self.sources[at].0,
            Kind::Term => self.terms[at].0,
            Kind::Entity => self.entities[at].0,
            Kind::Issue => self.issues[at].0,
            Kind::Agent => self.agents[at].0,
        }
    }
}

/// Adds a record; returns its position.
fn added<T>(records: &mut Vec<T>, record: T) -> u32 {
    records.push(record);
    // Records are counted with 32 bits everywhere.
    (records.len() - 1) as u32
}
