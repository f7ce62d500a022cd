//! Who may approve a change: a second person.
//!
//! Where a dataset has a collection of agents, an approval counts if it is by one of them, who is a
//! person and has not curated the record as it is now. A dataset without agents has only names, and
//! takes them for what they are.

use std::collections::BTreeMap;

use serde_json::Value;
use treatise_dataset::{Approval, Collection, Dataset, Reader};

use crate::change::Place;
use crate::role::{AGENTS, CURATED_BY, KIND, PERSON, REVIEW};
use crate::{Error, value};

/// The agents of a dataset, and the records that were asked for.
pub(crate) struct Approvers<'d> {
    old: &'d Dataset,
    new: &'d Dataset,
    has_agents: bool,
    /// The kinds of agents by their ids; `None` where there is no such agent.
    kinds: BTreeMap<String, Option<String>>,
}

impl<'d> Approvers<'d> {
    pub(crate) fn of(old: &'d Dataset, new: &'d Dataset) -> Self {
        let mut names = new.collections().iter().map(Collection::name);
        Self {
            old,
            new,
            has_agents: names.any(|name| name == AGENTS),
            kinds: BTreeMap::new(),
        }
    }

    /// Why an approval of a change does not count; `None` where it does.
    pub(crate) fn refusal(
        &mut self,
        approval: &Approval,
        place: &Place,
    ) -> Result<Option<String>, Error> {
        if !self.has_agents {
            return Ok(None);
        }
        let by = &approval.by;
        let reason = match self.kind(by)? {
            None => Some(format!("there is no record `{by}` in `{AGENTS}`")),
            // An agent without a kind is a name.
            Some(kind) if kind.is_empty() || kind == PERSON => None,
            Some(_) => Some(format!("`{by}` is no person, and a second reader is one")),
        };
        if reason.is_some() {
            return Ok(reason);
        }
        // Who changed a record is its curator now.
        let has_curated = self.curator(place)?.as_ref() == Some(by);
        Ok(has_curated.then(|| format!("`{by}` has curated the record, and is no second reader")))
    }

    fn kind(&mut self, id: &str) -> Result<Option<String>, Error> {
        if let Some(kind) = self.kinds.get(id) {
            return Ok(kind.clone());
        }
        let agent = read(self.new, AGENTS, id)?;
        // Whatever is wrong with an agent is found where the dataset is checked.
        let kind = agent.map(|agent| agent[KIND].as_str().unwrap_or_default().to_owned());
        self.kinds.insert(id.to_owned(), kind.clone());
        Ok(kind)
    }

    /// Who curated the record as it is now, or was when it went.
    fn curator(&self, place: &Place) -> Result<Option<String>, Error> {
        let (Some(collection), Some(id)) = (&place.collection, &place.record) else {
            return Ok(None);
        };
        let record = match read(self.new, collection, id)? {
            Some(record) => Some(record),
            None => read(self.old, collection, id)?,
        };
        let curator =
            record.and_then(|record| Some(record[REVIEW][CURATED_BY].as_str()?.to_owned()));
        Ok(curator)
    }
}

fn read(dataset: &Dataset, collection: &str, id: &str) -> Result<Option<Value>, Error> {
    let Some(record) = dataset.index().find(id, [collection]) else {
        return Ok(None);
    };
    Ok(Reader::new(dataset).read_whole(record, value::read)?.ok())
}
