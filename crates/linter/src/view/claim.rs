//! A claim: one statement that could be false on its own.

use super::node::view;
use super::{Node, Text};

view! {
    /// A record of `claims`.
    Claim
}

impl<'r> Claim<'r> {
    /// Its type, such as `indication`.
    pub(crate) fn kind(self) -> Option<Text<'r>> {
        self.text("type")
    }

    pub(crate) fn subject(self) -> Option<Text<'r>> {
        self.text("subject")
    }

    pub(crate) fn object(self) -> Option<Text<'r>> {
        self.text("object")
    }

    /// The sentence in a language.
    pub(crate) fn statement(self, language: &str) -> Option<Text<'r>> {
        self.get("statement")?.text(language)
    }

    /// The criteria and what they do.
    pub(crate) fn criteria(self) -> impl Iterator<Item = Node<'r>> + use<'r> {
        self.items("criteria")
    }

    /// The ids of everything that it is about: subject, object, scope, criteria, and whatever else
    /// its type has.
    pub(crate) fn entities(self) -> Vec<Text<'r>> {
        let scope = self.get("scope");
        let scoped = |name| scope.into_iter().flat_map(move |scope| scope.texts(name));
        ["subject", "object", "comparator", "via"]
            .into_iter()
            .filter_map(|name| self.text(name))
            .chain(self.texts("with"))
            .chain(scoped("conditions"))
            .chain(scoped("primaries"))
            .chain(scoped("sites"))
            .chain(self.criteria().filter_map(|use_| use_.text("criterion")))
            .collect()
    }
}
