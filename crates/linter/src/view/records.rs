//! All records that the rules know, by kind and by id.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use treatise_dataset::{Collection, Dataset, Manifest, RecordNumber};

use super::{
    Agent, Citation, Claim, Doubts, Entity, Hierarchy, Issue, Kind, Record, Source, Term, Text,
};
use crate::codes::CodeTables;
use crate::names::Names;

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
    by_id: FxHashMap<&'r str, (Kind, Record<'r>)>,
    names: OnceLock<Names<'r>>,
    issues_by_record: OnceLock<FxHashMap<&'r str, Vec<Issue<'r>>>>,
    hierarchy: OnceLock<Hierarchy<'r>>,
    doubts: OnceLock<Doubts<'r>>,
    codes: OnceLock<CodeTables>,
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
            issues_by_record: OnceLock::new(),
            hierarchy: OnceLock::new(),
            doubts: OnceLock::new(),
            codes: OnceLock::new(),
        };
        for (kind, record) in records {
            match kind {
                Kind::Claim => all.claims.push(Claim(record)),
                Kind::Source => all.sources.push(Source(record)),
                Kind::Term => all.terms.push(Term(record)),
                Kind::Entity => all.entities.push(Entity(record)),
                Kind::Issue => all.issues.push(Issue(record)),
                Kind::Agent => all.agents.push(Agent(record)),
            }
            // Of records with the same id, the first one counts, as for references.
            all.by_id.entry(record.id).or_insert((kind, record));
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
        self.manifest().default_language.as_deref().unwrap_or("en")
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
        self.by_id.get(id).map(|&(_, record)| record)
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
        let &(found, record) = self.by_id.get(id)?;
        (found == kind).then_some(record)
    }
}
