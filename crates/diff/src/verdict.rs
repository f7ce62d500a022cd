//! What all changes together mean: which version they make, what they break, what wants a second
//! reader, and what may not be released.

use std::collections::BTreeMap;

use treatise_dataset::{Approval, Dataset, Findings};
use treatise_report::Severity;

use crate::Error;
use crate::approver::Approvers;
use crate::change::Change;
use crate::compare::Comparison;
use crate::contract::{Effect, Level, Profile};
use crate::{fingerprint, version};

/// A comparison with all that is decided about it.
#[derive(Debug)]
pub struct Verdict {
    /// What the changes raise; `None` where there is nothing to release.
    pub level: Option<Level>,
    /// The lowest version that the newer side may have.
    pub floor: Option<String>,
    /// Whether the newer side declares at least that version, or a pre-release of it.
    pub is_declared: bool,
    /// What happens to each way of using the data, in the order of [`Profile::ALL`].
    pub effects: [Effect; 4],
    /// Whether something could not be compared.
    pub is_incomplete: bool,
    /// The changes with what is decided about each, in their order.
    pub judged: Vec<Judged>,
    /// What may not be released.
    pub blocks: Vec<Block>,
    /// How many findings that block are not listed.
    pub unlisted_blocks: u64,
}

/// A change with what is decided about it.
#[derive(Debug)]
pub struct Judged {
    /// The change.
    pub change: Change,
    /// What it is known by.
    pub fingerprint: String,
    /// Who approved it.
    pub approval: Option<Approval>,
    /// An approval that does not count.
    pub refused: Option<Refused>,
}

/// An approval that does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Who gave it.
    pub by: String,
    /// Why it does not count.
    pub reason: String,
}

/// Why the newer side may not be released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The rule that is broken, or the kind of the change.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// The file, where it is a finding.
    pub file: Option<String>,
    /// The line in it, from 1.
    pub line: Option<u32>,
    /// The id of the record.
    pub record: Option<String>,
    /// The change, where it is one.
    pub fingerprint: Option<String>,
}

impl Judged {
    /// Whether a second reader is wanted and nobody has been one.
    pub fn is_unread(&self) -> bool {
        self.change.wants_reader() && self.approval.is_none()
    }
}

impl Verdict {
    /// Judges a comparison. `findings` are those of the newer side: what is wrong with it blocks
    /// its release.
    ///
    /// # Errors
    /// A record that tells who may approve a change can't be read.
    pub fn of(
        comparison: &Comparison,
        old: &Dataset,
        new: &Dataset,
        findings: &Findings,
    ) -> Result<Self, Error> {
        let mut approvals: BTreeMap<&str, Vec<&Approval>> = BTreeMap::new();
        for approval in new.approvals() {
            let same = approvals.entry(&approval.fingerprint).or_default();
            same.push(approval);
        }
        let fingerprints = fingerprint::fingerprints(&comparison.changes);
        let mut approvers = Approvers::of(old, new);
        let mut judged = Vec::with_capacity(comparison.changes.len());
        for (change, fingerprint) in comparison.changes.iter().cloned().zip(fingerprints) {
            let (mut approval, mut refused) = (None, None);
            // Of several one that counts is enough.
            for &given in approvals.get(fingerprint.as_str()).into_iter().flatten() {
                match approvers.refusal(given, &change.place)? {
                    None => approval = approval.or(Some(given.clone())),
                    Some(reason) => {
                        let by = given.by.clone();
                        refused = refused.or(Some(Refused { by, reason }));
                    }
                }
            }
            judged.push(Judged {
                refused: refused.filter(|_| approval.is_none()),
                approval,
                change,
                fingerprint,
            });
        }
        let levels = judged.iter().map(|judged| judged.change.level());
        let rewritten = (comparison.counts.reformatted > 0).then_some(Level::Patch);
        let level = levels.chain(rewritten).max();
        let mut effects = [Effect::Compatible; 4];
        let mut is_incomplete = false;
        for judged in &judged {
            let own = judged.change.kind.contract().effects;
            is_incomplete |= own.contains(&Effect::CouldNotCompare);
            for (effect, own) in effects.iter_mut().zip(own) {
                *effect = (*effect).max(own);
            }
        }
        let from = &old.manifest().version;
        let floor = level.map_or_else(|| Some(from.clone()), |level| version::next(from, level));
        let declared = &new.manifest().version;
        let is_declared = floor.as_deref().and_then(|floor| match level {
            Some(_) => version::leads_to(declared, floor),
            // Nothing changed: what only leads to the version is behind it.
            None => version::is_at_least(declared, floor),
        });
        let (mut blocks, unlisted_blocks) = blocks_of(findings, new);
        blocks.extend(judged.iter().filter_map(block_of));
        Ok(Self {
            level,
            floor,
            is_declared: is_declared == Some(true),
            effects,
            is_incomplete,
            judged,
            blocks,
            unlisted_blocks,
        })
    }

    /// What happens to one way of using the data.
    pub fn effect(&self, profile: Profile) -> Effect {
        self.effects[profile as usize]
    }

    /// Whether a change is known to break what versions promise. What could not be compared is not
    /// known to: [`Self::is_incomplete`] tells.
    pub fn is_breaking(&self) -> bool {
        self.judged.iter().any(|judged| {
            let effects = judged.change.kind.contract().effects;
            judged.change.level() == Level::Major && !effects.contains(&Effect::CouldNotCompare)
        })
    }

    /// Whether something may not be released.
    pub fn is_blocked(&self) -> bool {
        !self.blocks.is_empty() || self.unlisted_blocks > 0
    }

    /// Whether a change wants a second reader and has none.
    pub fn is_unread(&self) -> bool {
        self.judged.iter().any(Judged::is_unread)
    }
}

/// What is wrong with the newer side itself; no approval makes it right.
fn blocks_of(findings: &Findings, new: &Dataset) -> (Vec<Block>, u64) {
    let errors = findings
        .kept
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let blocks: Vec<_> = errors
        .map(|finding| Block {
            code: finding.rule.name.to_owned(),
            message: finding.message.clone(),
            file: Some(new.files().name(finding.place.file).to_owned()),
            line: Some(finding.place.from.line),
            record: finding.record.clone(),
            fingerprint: None,
        })
        .collect();
    let unlisted = findings.counts.errors - blocks.len() as u64;
    (blocks, unlisted)
}

fn block_of(judged: &Judged) -> Option<Block> {
    let contract = judged.change.kind.contract();
    (contract.is_blocked && judged.approval.is_none()).then(|| Block {
        code: contract.name.to_owned(),
        message: contract.title.to_owned(),
        file: None,
        line: None,
        record: judged.change.place.record.clone(),
        fingerprint: Some(judged.fingerprint.clone()),
    })
}
