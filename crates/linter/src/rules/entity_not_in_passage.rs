//! Finds claims whose subject is named in none of the cited passages: neither by its label nor by any
//! term, neither in the text nor in the heading or title above it. The same for every single drug and
//! every biomarker that the claim relates it to.
//!
//! # Why it matters
//!
//! Either the wrong passage was cited, or the editor has put a name to what the source only describes.
//! The first is a mistake; the second is an inference that the source has not made.
//!
//! # How to mend it
//!
//! Look at the passage again. If it means the entity by another word, add that word as a term. If it
//! describes something of which the entity is one way, claim it of the wider entity, or record the
//! inference as an issue and accept the finding.
//!
//! # What it leaves alone
//!
//! It needs the texts of the documents (`--documents`). A name counts as found when all its words are
//! in the passage, whatever their endings and order. What the entity is a kind of, and what is a kind of
//! it, counts too, and so does the site of a condition. Of what the subject is related to, only single
//! drugs and biomarkers are looked for: all else is often described in many words. Documents in a
//! language in which the dataset has no names are not looked at.
//!
//! On 30 November 2026, it found 4 of the 364 claims of the dataset: three of pleurodesis and one of
//! metastasectomy, which the pages describe and don't name. All four are inferences of the editor.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::rule;
use crate::documents::{Cited, Documents, significant};
use crate::finding::{Finding, Found};
use crate::view::{Claim, Entity, Records, Text};

rule! {
    name: "entity-not-in-passage",
    severity: Warning,
    summary: "what a claim is about is not named in the passage that it cites",
    since: "0.1.0",
    check: Documents(check),
    needs: WholeDataset,
}

fn check(records: &Records<'_>, documents: &Documents, found: &mut Found) {
    let lexicon = Lexicon::of(records);
    for &claim in &records.claims {
        if claim.is_deprecated() {
            continue;
        }
        let Some((passage, place)) = passage(records, documents, claim) else {
            continue;
        };
        for id in sought(records, claim) {
            if lexicon.is_named(&id, &passage) {
                continue;
            }
            found.add(
                Finding::new(id.spot(), format!("no cited passage names `{}`", &*id))
                    .with_related(place.spot(), "this is the first passage")
                    .with_help(
                        "add the word that the source uses as a term, or look at the passage again",
                    ),
            );
        }
    }
}

/// What has to be named: the subject, and what is known by one name only.
fn sought<'r>(records: &Records<'r>, claim: Claim<'r>) -> Vec<Text<'r>> {
    let others = ["object", "comparator"]
        .into_iter()
        .filter_map(|name| claim.text(name))
        .chain(claim.texts("with"))
        .filter(|id| {
            let is_substance = |entity: Entity<'_>| {
                let level = entity.text("level");
                level.is_some_and(|level| level == "substance")
            };
            records.entity(id).is_some_and(|entity| {
                entity.collection.name() == "biomarkers" || is_substance(entity)
            })
        });
    let subject = claim.subject();
    let subject = subject.filter(|id| records.get(id).is_some());
    subject.into_iter().chain(others).collect()
}

/// The words of all cited passages, with their headings and titles, and the first of the passages;
/// `None` where one of them can't be read.
fn passage<'r>(
    records: &Records<'r>,
    documents: &Documents,
    claim: Claim<'r>,
) -> Option<(Cited, Text<'r>)> {
    let known = &records.manifest().languages;
    let is_known = |language: &str| known.iter().any(|known| known.starts_with(language));
    let mut cited = Cited::default();
    for citation in claim.citations() {
        cited.add(records, documents, citation, is_known)?;
    }
    Some((cited, claim.citations().first()?.passage()?))
}

/// The names of everything, by id, each as its words; and what is near what.
struct Lexicon<'r> {
    names: BTreeMap<&'r str, Vec<Vec<String>>>,
    near: BTreeMap<&'r str, BTreeSet<&'r str>>,
}

impl<'r> Lexicon<'r> {
    fn of(records: &Records<'r>) -> Self {
        let mut lexicon = Self {
            names: BTreeMap::new(),
            near: BTreeMap::new(),
        };
        for entity in &records.entities {
            for (_, label) in entity.languages("label") {
                lexicon.name(entity.0.id, &label);
            }
            lexicon.connect(entity.0.id, entity.text("site"));
        }
        for agent in &records.agents {
            let former = agent.items("former_names");
            let former = former.filter_map(|name| name.text("name"));
            for name in agent.name().into_iter().chain(former) {
                lexicon.name(agent.0.id, &name);
            }
        }
        for term in &records.terms {
            for text in term.name().into_iter().chain(term.text("expansion")) {
                lexicon.name(term.0.id, &text);
                for id in term.denoted() {
                    lexicon.name(id.as_str(), &text);
                }
            }
        }
        for claim in &records.claims {
            let is_hierarchy = claim.kind().is_some_and(|kind| kind == "is-a");
            if let Some((narrow, wide)) = claim.subject().zip(claim.object()) {
                if is_hierarchy {
                    lexicon.connect(narrow.as_str(), Some(wide));
                    lexicon.connect(wide.as_str(), Some(narrow));
                }
            }
        }
        lexicon
    }

    fn name(&mut self, id: &'r str, name: &str) {
        let words: Vec<_> = significant(name).collect();
        if !words.is_empty() {
            self.names.entry(id).or_default().push(words);
        }
    }

    fn connect(&mut self, id: &'r str, other: Option<Text<'r>>) {
        self.near
            .entry(id)
            .or_default()
            .extend(other.map(Text::as_str));
    }

    fn is_named(&self, id: &str, passage: &Cited) -> bool {
        let near = self.near.get(id).into_iter().flatten().copied();
        let mut names = near
            .chain([id])
            .filter_map(|id| self.names.get(id))
            .flatten()
            .peekable();
        // What has no name can't be missed.
        names.peek().is_none() || names.any(|name| passage.has(name))
    }
}
