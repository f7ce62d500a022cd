//! Sources, terms, entities, issues and agents.

use super::node::view;
use super::{Node, Text};

view! {
    /// A record of `sources`.
    Source
}
view! {
    /// A record of `terms`.
    Term
}
view! {
    /// A condition, site, intervention, drug, biomarker, criterion or goal.
    Entity
}
view! {
    /// A record of `issues`.
    Issue
}
view! {
    /// A record of `agents`.
    Agent
}

impl<'r> Source<'r> {
    /// Its kind, such as `guideline`.
    pub(crate) fn kind(self) -> Option<Text<'r>> {
        self.kind_text()
    }

    /// The CSL-JSON item.
    pub(crate) fn csl(self) -> Option<Node<'r>> {
        self.get("csl")
    }

    /// The type of the CSL-JSON item, such as `webpage`.
    pub(crate) fn csl_type(self) -> Option<&'r str> {
        self.word(self.known.csl_type, || self.csl()?.text("type"))
    }

    /// What who made it has to gain from it.
    pub(crate) fn interest(self) -> Option<&'r str> {
        self.word(self.known.interest, || self.text("interest"))
    }

    /// How its references are tied to its text, such as `in-text`.
    pub(crate) fn linkage(self) -> Option<&'r str> {
        self.word(self.known.linkage, || self.text("reference_linkage"))
    }

    /// When it was published, as a CSL date.
    pub(crate) fn issued(self) -> Option<Node<'r>> {
        self.csl()?.get("issued")
    }

    /// The stored versions.
    pub(crate) fn snapshots(self) -> impl Iterator<Item = Node<'r>> + use<'r> {
        self.items("snapshots")
    }

    /// The stored version of that name.
    pub(crate) fn snapshot(self, id: &str) -> Option<Node<'r>> {
        self.snapshots()
            .find(|snapshot| snapshot.text("id").is_some_and(|text| &*text == id))
    }
}

impl<'r> Term<'r> {
    /// The name itself.
    pub(crate) fn name(self) -> Option<Text<'r>> {
        self.text_at(self.known.said)
    }

    /// Its kind, such as `abbreviation`.
    pub(crate) fn kind(self) -> Option<Text<'r>> {
        self.kind_text()
    }

    /// The ids of what it names.
    pub(crate) fn denoted(self) -> impl Iterator<Item = Text<'r>> + use<'r> {
        self.items("senses")
            .filter_map(|sense| sense.text("denotes"))
    }
}

impl<'r> Entity<'r> {
    /// The preferred name in a language.
    pub(crate) fn label(self, language: &str) -> Option<Text<'r>> {
        if language == self.manifest.language() {
            self.text_at(self.known.said)
        } else {
            self.get("label")?.text(language)
        }
    }

    /// What sort of thing it is among those of its collection.
    pub(crate) fn category(self) -> Option<&'r str> {
        self.word(self.known.category, || self.text("category"))
    }

    /// What its quantity measures, such as `length`.
    pub(crate) fn measures(self) -> Option<&'r str> {
        self.word(self.known.measures, || {
            self.get("quantity")?.text("measures")
        })
    }

    /// How general it is, such as `class` or `substance`.
    pub(crate) fn level(self) -> Option<&'r str> {
        self.word(self.known.level, || self.text("level"))
    }
}

impl<'r> Issue<'r> {
    /// Its kind, such as `outdated`.
    pub(crate) fn kind(self) -> Option<Text<'r>> {
        self.kind_text()
    }

    /// `open`, `resolved` or `accepted`.
    pub(crate) fn status(self) -> Option<Text<'r>> {
        self.text("status")
    }

    /// Whether it is still true of the data: open, or accepted as it is.
    pub(crate) fn is_unsettled(self) -> bool {
        self.status().is_some_and(|status| status != "resolved")
    }

    /// The ids of the records that it touches.
    pub(crate) fn affects(self) -> impl Iterator<Item = Text<'r>> + use<'r> {
        self.texts("affects")
    }
}

impl<'r> Agent<'r> {
    /// What it is, such as `person`.
    pub(crate) fn kind(self) -> Option<Text<'r>> {
        self.kind_text()
    }

    /// Its name today.
    pub(crate) fn name(self) -> Option<Text<'r>> {
        self.text_at(self.known.said)
    }
}
