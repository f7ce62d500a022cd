//! The change document: the published form of a comparison, from which all others are rendered.
//!
//! Its schema is `schemas/output/changes.schema.json`; it changes only on purpose.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use treatise_dataset::Dataset;
use treatise_report::Report;

use crate::change::{Change, Detail, Fate};
use crate::changelog::Section;
use crate::compare::RecordCounts;
use crate::contract::{Effect, Kind, Profile};
use crate::gist::{Gist, Teller};
use crate::render;
use crate::succession::Suggestion;
use crate::verdict::{Judged, Verdict};
use crate::witness::Breakage;

/// Changes when a reader of an older document would misread a newer one.
const VERSION: u32 = 1;

/// All that is said about a comparison.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    pub(crate) version: u32,
    pub(crate) tool: Tool,
    pub(crate) dataset: String,
    pub(crate) old: SideEntry,
    pub(crate) new: SideEntry,
    pub(crate) verdict: VerdictEntry,
    pub(crate) counts: CountsEntry,
    pub(crate) changes: Vec<ChangeEntry>,
    pub(crate) suggestions: Vec<SuggestionEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) witness: Option<Vec<BreakageEntry>>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct SideEntry {
    /// As it was named to the program.
    pub(crate) given: String,
    pub(crate) version: String,
    pub(crate) as_of: String,
    pub(crate) records: u64,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct VerdictEntry {
    pub(crate) level: Option<&'static str>,
    pub(crate) version: Option<String>,
    pub(crate) is_declared: bool,
    pub(crate) profiles: BTreeMap<&'static str, &'static str>,
    pub(crate) is_incomplete: bool,
    pub(crate) is_safety_relevant: bool,
    pub(crate) unread: u64,
    pub(crate) blocks: Vec<BlockEntry>,
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) unlisted_blocks: u64,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct BlockEntry {
    pub(crate) code: String,
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) record: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fingerprint: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct CountsEntry {
    pub(crate) unchanged_records: u64,
    pub(crate) reformatted_records: u64,
    pub(crate) changes: u64,
    pub(crate) by_kind: BTreeMap<&'static str, u64>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ChangeEntry {
    pub(crate) fingerprint: String,
    pub(crate) kind: &'static str,
    #[serde(skip)]
    pub(crate) title: &'static str,
    #[serde(skip)]
    pub(crate) reason: &'static str,
    pub(crate) level: &'static str,
    pub(crate) is_safety_relevant: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) approval: Option<ApprovalEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refused_approval: Option<ApprovalEntry>,
    /// The ways of using the data that are not safe from it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) effects: BTreeMap<&'static str, &'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) collection: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) record: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) old_pointer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) new_pointer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) old: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) new: Option<Value>,
    /// Where it is a whole record that was added or is gone, what that says.
    #[serde(skip)]
    pub(crate) gist: Option<Gist>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) words: Vec<WordEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) signals: Vec<SignalEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) moved: Option<MovedEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) targets: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) evidence: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) absorbed: Vec<EchoEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ApprovalEntry {
    pub(crate) by: String,
    pub(crate) reason: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct WordEntry {
    pub(crate) fate: &'static str,
    pub(crate) text: String,
    #[serde(skip)]
    pub(crate) kind: Fate,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct SignalEntry {
    pub(crate) sort: &'static str,
    pub(crate) old: Vec<String>,
    pub(crate) new: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct MovedEntry {
    pub(crate) from: usize,
    pub(crate) to: usize,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct EchoEntry {
    pub(crate) collection: String,
    pub(crate) record: String,
    pub(crate) pointer: String,
    pub(crate) from: String,
    pub(crate) to: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct SuggestionEntry {
    pub(crate) collection: String,
    pub(crate) removed: String,
    pub(crate) added: String,
    pub(crate) similarity: u32,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct BreakageEntry {
    pub(crate) uses: String,
    pub(crate) sort: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) fingerprint: String,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // The signature is serde's.
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What a document says beside the verdict.
pub struct Frame<'a> {
    /// The older side, as it was named.
    pub old_given: &'a str,
    /// The newer side, as it was named.
    pub new_given: &'a str,
    /// The older side.
    pub old: &'a Dataset,
    /// The newer side.
    pub new: &'a Dataset,
    /// How many records there are.
    pub counts: RecordCounts,
    /// Records that look like renamed ones.
    pub suggestions: &'a [Suggestion],
    /// What an application uses of what changed, where one was asked about.
    pub breakages: Option<&'a [Breakage]>,
}

impl Document {
    /// Puts all that is known together.
    pub fn new(verdict: &Verdict, frame: &Frame<'_>) -> Self {
        let mut by_kind = BTreeMap::new();
        for judged in &verdict.judged {
            *by_kind.entry(judged.change.kind.name()).or_default() += 1;
        }
        let mut tellers = Tellers {
            old: frame.old,
            new: frame.new,
            known: BTreeMap::new(),
        };
        let side = |given: &str, dataset: &Dataset, records| SideEntry {
            given: given.to_owned(),
            version: dataset.manifest().version.clone(),
            as_of: dataset.manifest().as_of.clone(),
            records,
        };
        Self {
            version: VERSION,
            tool: Tool {
                name: Report::TOOL,
                version: env!("CARGO_PKG_VERSION"),
            },
            dataset: frame.new.manifest().name.clone(),
            old: side(frame.old_given, frame.old, frame.counts.old),
            new: side(frame.new_given, frame.new, frame.counts.new),
            verdict: verdict_entry(verdict),
            counts: CountsEntry {
                unchanged_records: frame.counts.unchanged,
                reformatted_records: frame.counts.reformatted,
                changes: verdict.judged.len() as u64,
                by_kind,
            },
            changes: verdict
                .judged
                .iter()
                .map(|judged| ChangeEntry {
                    gist: tellers.gist(&judged.change),
                    ..change_entry(judged)
                })
                .collect(),
            suggestions: frame.suggestions.iter().map(suggestion_entry).collect(),
            witness: frame
                .breakages
                .map(|breakages| breakages.iter().map(breakage_entry).collect()),
        }
    }

    /// What was decided, in sentences without full stop, the heaviest first.
    pub fn sentences(&self) -> Vec<String> {
        render::verdict(self)
    }

    /// The section of a changelog about a version that is released on a day.
    pub fn section(&self, version: &str, date: &str) -> Section {
        render::section(self, version, date)
    }

    /// The document as JSON text.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("the document is plain data");
        text.push('\n');
        text
    }
}

/// What tells the records of each side in short, made where it is needed.
struct Tellers<'d> {
    old: &'d Dataset,
    new: &'d Dataset,
    known: BTreeMap<(bool, String), Option<Teller<'d>>>,
}

impl Tellers<'_> {
    /// What a record says that was added or is gone.
    fn gist(&mut self, change: &Change) -> Option<Gist> {
        let is_whole = matches!(
            change.kind,
            Kind::RecordAdded | Kind::RecordRemoved | Kind::RecordRenamedWithoutRedirect
        );
        if !is_whole {
            return None;
        }
        let (dataset, record) = match (&change.old, &change.new) {
            (None, Some(record)) => (self.new, record),
            (Some(record), None) => (self.old, record),
            _ => return None,
        };
        let name = change.place.collection.as_ref()?;
        let key = (change.new.is_some(), name.clone());
        let teller = self.known.entry(key).or_insert_with(|| {
            let mut collections = dataset.collections().iter();
            let collection = collections.find(|collection| collection.name() == name)?;
            Some(Teller::of(collection, dataset))
        });
        let gist = teller.as_ref()?.tell(record);
        (!gist.facts.is_empty()).then_some(gist)
    }
}

fn verdict_entry(verdict: &Verdict) -> VerdictEntry {
    let profiles = Profile::ALL.into_iter();
    let judged = || verdict.judged.iter();
    VerdictEntry {
        level: verdict.level.map(crate::Level::name),
        version: verdict.floor.clone(),
        is_declared: verdict.is_declared,
        profiles: profiles
            .map(|profile| (profile.name(), verdict.effect(profile).name()))
            .collect(),
        is_incomplete: verdict.is_incomplete,
        is_safety_relevant: judged().any(|judged| judged.change.wants_reader()),
        unread: judged().filter(|judged| judged.is_unread()).count() as u64,
        blocks: verdict
            .blocks
            .iter()
            .map(|block| BlockEntry {
                code: block.code.clone(),
                message: block.message.clone(),
                file: block.file.clone(),
                line: block.line,
                record: block.record.clone(),
                fingerprint: block.fingerprint.clone(),
            })
            .collect(),
        unlisted_blocks: verdict.unlisted_blocks,
    }
}

fn change_entry(judged: &Judged) -> ChangeEntry {
    let Change {
        kind,
        place,
        old,
        new,
        detail,
        ..
    } = &judged.change;
    let contract = kind.contract();
    let effects = Profile::ALL.into_iter().zip(contract.effects);
    let mut entry = ChangeEntry {
        fingerprint: judged.fingerprint.clone(),
        kind: contract.name,
        title: contract.title,
        reason: contract.reason,
        level: judged.change.level().name(),
        is_safety_relevant: judged.change.wants_reader(),
        approval: judged.approval.as_ref().map(|approval| ApprovalEntry {
            by: approval.by.clone(),
            reason: approval.reason.clone(),
        }),
        refused_approval: judged.refused.as_ref().map(|refused| ApprovalEntry {
            by: refused.by.clone(),
            reason: refused.reason.clone(),
        }),
        effects: effects
            .filter(|(_, effect)| *effect != Effect::Compatible)
            .map(|(profile, effect)| (profile.name(), effect.name()))
            .collect(),
        collection: place.collection.clone(),
        record: place.record.clone(),
        file: place.file.clone(),
        path: place.path_text(),
        old_pointer: place.old_pointer.clone(),
        new_pointer: place.new_pointer.clone(),
        old: old.clone(),
        new: new.clone(),
        gist: None,
        words: Vec::new(),
        signals: Vec::new(),
        moved: None,
        targets: Vec::new(),
        evidence: Vec::new(),
        absorbed: Vec::new(),
        note: None,
    };
    entry.detail(detail);
    entry
}

impl ChangeEntry {
    fn detail(&mut self, detail: &Detail) {
        match detail {
            Detail::None => {}
            Detail::Note(note) => self.note = Some(note.clone()),
            Detail::Moved { from, to, .. } => {
                self.moved = Some(MovedEntry {
                    from: *from,
                    to: *to,
                });
            }
            Detail::Text { words, signals } => {
                let word = |word: &crate::Word| WordEntry {
                    fate: match word.fate {
                        Fate::Kept => "kept",
                        Fate::Removed => "removed",
                        Fate::Added => "added",
                    },
                    text: word.text.clone(),
                    kind: word.fate,
                };
                let signal = |signal: &crate::Signal| SignalEntry {
                    sort: signal.sort.name(),
                    old: signal.old.clone(),
                    new: signal.new.clone(),
                };
                self.words = words.iter().map(word).collect();
                self.signals = signals.iter().map(signal).collect();
            }
            Detail::Redirect {
                targets,
                evidence,
                absorbed,
                ..
            } => {
                self.targets.clone_from(targets);
                self.evidence = evidence.iter().map(|evidence| evidence.name()).collect();
                let echo = |echo: &crate::Echo| EchoEntry {
                    collection: echo.collection.clone(),
                    record: echo.record.clone(),
                    pointer: echo.pointer.clone(),
                    from: echo.from.clone(),
                    to: echo.to.clone(),
                };
                self.absorbed = absorbed.iter().map(echo).collect();
            }
        }
    }
}

fn suggestion_entry(suggestion: &Suggestion) -> SuggestionEntry {
    SuggestionEntry {
        collection: suggestion.collection.clone(),
        removed: suggestion.removed.clone(),
        added: suggestion.added.clone(),
        similarity: suggestion.similarity,
    }
}

fn breakage_entry(breakage: &Breakage) -> BreakageEntry {
    BreakageEntry {
        uses: breakage.uses.clone(),
        sort: breakage.sort.name(),
        kind: breakage.kind.name(),
        fingerprint: breakage.fingerprint.clone(),
    }
}
