//! A claim: one statement that could be false on its own.

use super::body::Noted;
use super::known::{Place, Stands};
use super::node::view;
use super::{Body, Citation, Node, Prose, Records, Text};
use crate::names::{Mention, Named, Worded};

view! {
    /// A record of `claims`.
    Claim
}

impl<'r> Claim<'r> {
    /// Its type, such as `indication`.
    pub(crate) fn kind(self) -> Option<Text<'r>> {
        self.kind_text()
    }

    pub(crate) fn subject(self) -> Option<Text<'r>> {
        self.noted_at(self.known.subject, Noted::Subject)
    }

    pub(crate) fn object(self) -> Option<Text<'r>> {
        self.noted_at(self.known.object, Noted::Object)
    }

    /// An id whose place is known, and which was noted where the text was not kept.
    fn noted_at(self, place: Place, noted: Noted) -> Option<Text<'r>> {
        let (Stands::Plain(span), Body::Closed(closed)) = (place.stands(), self.body) else {
            return self.text_at(place);
        };
        let spot = self.spot_in(span);
        let noted = closed.noted(noted).map(|string| Text { string, spot });
        noted.or_else(|| self.text_at(place))
    }

    /// Whether the source says so, and does not deny it.
    pub(crate) fn is_asserted(self) -> bool {
        self.known.is_asserted
    }

    /// The ids of one list of its scope: `conditions`, `primaries` or `sites`.
    pub(crate) fn scoped(self, name: &str) -> Vec<Text<'r>> {
        let scope = self.get("scope");
        scope.map_or_else(Vec::new, |scope| scope.texts(name).collect())
    }

    /// The sentence in a language.
    pub(crate) fn statement(self, language: &str) -> Option<Text<'r>> {
        if language == self.manifest.language() {
            self.text_at(self.known.said)
        } else {
            self.get("statement")?.text(language)
        }
    }

    /// The sentence in English, with its words.
    pub(crate) fn english(self) -> Option<&'r Prose<'r>> {
        self.said("en")
    }

    /// The sentence in a language, with its words.
    pub(crate) fn said(self, language: &str) -> Option<&'r Prose<'r>> {
        let text = self.statement(language)?;
        Some(self.worded(text, language == self.manifest.language()))
    }

    /// The names in the statement in the default language.
    pub(crate) fn mentions<'n, 'm>(
        self,
        records: &'n Records<'m>,
    ) -> impl Iterator<Item = Mention<'n, 'm>> {
        let names = records.names();
        let named = self.named(records).iter();
        named.map(|&named| names.mention(named))
    }

    /// The same, by the numbers of the names.
    pub(crate) fn named(self, records: &Records<'_>) -> &'r [Named] {
        let names = records.names();
        self.body.opened().named(|| {
            let said = self.said(self.manifest.language());
            let named = said.map(|said| names.positions(Worded::of(said)));
            named.unwrap_or_default()
        })
    }

    /// Whether a treatment may be chosen by it: it is neither a definition nor a hierarchy, nor what
    /// a provider says about its own offer.
    pub(crate) fn is_clinical(self) -> bool {
        let is_general = self
            .kind()
            .is_some_and(|kind| matches!(&*kind, "definition" | "is-a"));
        let is_own_offer = self
            .text("reason")
            .is_some_and(|reason| reason == "provider-offer");
        !is_general && !is_own_offer
    }

    /// Whether it tells how things are, and not for whom a treatment is good or bad.
    pub(crate) fn is_descriptive(self) -> bool {
        self.kind().is_some_and(|kind| {
            matches!(
                &*kind,
                "occurrence" | "mechanism" | "goal" | "route" | "availability"
            )
        })
    }

    /// The citations that support it.
    pub(crate) fn support(self) -> impl Iterator<Item = &'r Citation<'r>> {
        let citations = self.citations().iter();
        citations.filter(|citation| citation.stance().is_some_and(|stance| stance == "supports"))
    }

    /// The criteria and what they do.
    pub(crate) fn criteria(self) -> impl Iterator<Item = Node<'r>> + use<'r> {
        self.items("criteria")
    }

    /// The ids of everything that it is about: subject, object, scope, criteria, and whatever else
    /// its type has.
    pub(crate) fn entities(self) -> &'r [Text<'r>] {
        self.body.opened().entities(|| self.find_entities())
    }

    /// The places of these among all records, as far as they are no claims.
    pub(crate) fn linked(self, records: &Records<'_>) -> &'r [u32] {
        self.body.opened().linked(|| {
            let entities = self.entities().iter();
            entities.filter_map(|id| records.place_of(id)).collect()
        })
    }

    fn find_entities(self) -> Vec<Text<'r>> {
        let mut found = Vec::with_capacity(8);
        found.extend(self.subject());
        found.extend(self.object());
        found.extend(self.text("comparator"));
        found.extend(self.text("via"));
        found.extend(self.texts("with"));
        if let Some(scope) = self.get("scope") {
            found.extend(scope.texts("conditions"));
            found.extend(scope.texts("primaries"));
            found.extend(scope.texts("sites"));
        }
        found.extend(self.criteria().filter_map(|use_| use_.text("criterion")));
        found
    }
}
