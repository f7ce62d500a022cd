//! A value of a record, and the record itself.

use std::ops::{Deref, Range};

use treatise_dataset::{Collection, Manifest, RecordKey};
use treatise_source::{Span, Value};

use super::body::RARE;
use super::known::{Place, Stands};
use super::{
    Agent, Body, Citation, Claim, Entity, Issue, Kind, Known, Opened, Source, Term, Wording,
};
use crate::finding::{Part, Spot};
use crate::plan::Plan;
use crate::words::{Said, Word};

/// A value that knows its record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node<'r> {
    pub(crate) key: RecordKey,
    pub(crate) value: Value<'r>,
}

/// A string that knows its place; reads like a `&str`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'r> {
    pub(super) string: &'r str,
    pub(super) spot: Spot,
}

/// Whether a string is written without escapes: every escape is longer than what it stands for.
fn is_plain(text: &str, span: Span) -> bool {
    span.len() as usize == text.len() + 2
}

/// A text for people.
#[derive(Clone, Debug)]
pub(crate) struct Prose<'r> {
    pub(crate) text: Text<'r>,
    pub(crate) wording: Wording,
    /// The language that the record gives for it.
    pub(crate) language: Option<&'r str>,
}

/// A record; as a [`Node`], it is the outermost value. What is known of it is at hand; its tree is
/// made when something else is asked for, where it was not kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'r>(pub(crate) &'r Head<'r>);

/// What a record is, and where the rest of it is.
#[derive(Debug)]
pub(crate) struct Head<'r> {
    pub(crate) id: &'r str,
    pub(crate) key: RecordKey,
    pub(crate) collection: &'r Collection,
    pub(crate) manifest: &'r Manifest,
    pub(crate) plan: &'r Plan,
    pub(crate) known: &'r Known,
    pub(crate) body: Body<'r>,
}

impl<'r> Head<'r> {
    /// The same record, read from elsewhere.
    pub(crate) fn with_body<'s>(&self, body: Body<'s>) -> Head<'s>
    where
        'r: 's,
    {
        Head {
            id: self.id,
            key: self.key,
            collection: self.collection,
            manifest: self.manifest,
            plan: self.plan,
            known: self.known,
            body,
        }
    }
}

impl<'r> Node<'r> {
    /// The whole value.
    pub(crate) fn spot(self) -> Spot {
        self.spot_of(self.value.span())
    }

    /// A place in the record.
    pub(crate) fn spot_of(self, span: Span) -> Spot {
        Spot {
            record: self.key,
            span,
        }
    }

    /// Where to point when a member is missing: the name of the first one.
    pub(crate) fn opening(self) -> Spot {
        let first = self.value.members().next();
        first.map_or_else(|| self.spot(), |member| self.spot_of(member.name_span()))
    }

    /// A member.
    #[expect(clippy::inline_always, reason = "so a name's hash is a constant")]
    #[inline(always)]
    pub(crate) fn get(self, name: &str) -> Option<Self> {
        Some(self.with(self.value.get(name)?))
    }

    /// A member that is a string.
    #[expect(clippy::inline_always, reason = "so a name's hash is a constant")]
    #[inline(always)]
    pub(crate) fn text(self, name: &str) -> Option<Text<'r>> {
        self.get(name)?.as_text()
    }

    /// The elements of a member that is an array.
    #[expect(clippy::inline_always, reason = "so a name's hash is a constant")]
    #[inline(always)]
    pub(crate) fn items(self, name: &str) -> impl Iterator<Item = Node<'r>> + use<'r> {
        self.get(name).into_iter().flat_map(Self::elements)
    }

    /// The elements, where it is an array.
    pub(crate) fn elements(self) -> impl Iterator<Item = Node<'r>> + use<'r> {
        self.value.elements().map(move |element| self.with(element))
    }

    /// The strings in a member that is an array.
    #[expect(clippy::inline_always, reason = "so a name's hash is a constant")]
    #[inline(always)]
    pub(crate) fn texts(self, name: &str) -> impl Iterator<Item = Text<'r>> + use<'r> {
        self.items(name).filter_map(Node::as_text)
    }

    /// The texts of a member that is a map by language, with their languages.
    pub(crate) fn languages(
        self,
        name: &str,
    ) -> impl Iterator<Item = (&'r str, Text<'r>)> + use<'r> {
        let map = self.value.get(name).into_iter();
        map.flat_map(Value::members)
            .filter_map(move |member| Some((member.name(), self.with(member.value).as_text()?)))
    }

    /// The value as a string.
    pub(crate) fn as_text(self) -> Option<Text<'r>> {
        let string = self.value.as_str()?;
        let spot = self.spot();
        Some(Text { string, spot })
    }

    fn with(self, value: Value<'r>) -> Self {
        Self { value, ..self }
    }
}

impl<'r> Text<'r> {
    /// The string, for as long as the records are there.
    pub(crate) fn as_str(self) -> &'r str {
        self.string
    }

    /// The string with its quotes.
    pub(crate) fn spot(self) -> Spot {
        self.spot
    }

    /// A part of the string, by bytes.
    pub(crate) fn part(self, range: Range<usize>) -> Part {
        match self.span_of(range.clone()) {
            Some(span) => Spot { span, ..self.spot }.into(),
            None => Part {
                spot: self.spot,
                within: Some(range),
            },
        }
    }

    /// Where a part of the string, by bytes, is written; `None` where the string has escapes.
    pub(crate) fn span_of(self, range: Range<usize>) -> Option<Span> {
        let span = self.spot.span;
        let at = |offset: usize| span.start + 1 + offset as u32;
        is_plain(self.string, span).then(|| Span::new(at(range.start), at(range.end)))
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.string
    }
}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        self.string == other
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.string == *other
    }
}

impl<'r> Prose<'r> {
    pub(super) fn new(text: Text<'r>, language: Option<&'r str>) -> Self {
        Self {
            text,
            wording: Wording::of(&text),
            language,
        }
    }

    /// Those of a record.
    pub(super) fn of(root: Node<'r>, plan: &Plan) -> Vec<Self> {
        let mut prose = Vec::new();
        let shape = &plan.shape;
        shape.prose(root.value, None, &mut |value, language| {
            let text = Node { value, ..root }.as_text();
            prose.extend(text.map(|text| Prose::new(text, language)));
        });
        prose
    }
}

impl<'r> Record<'r> {
    /// A member. Most that rules ask for are in few records, and then the tree need not be looked at.
    #[expect(clippy::inline_always, reason = "so a name's hash is a constant")]
    #[inline(always)]
    pub(crate) fn get(self, name: &str) -> Option<Node<'r>> {
        let may_be_there = self.known.names.may_have(name);
        may_be_there.then(|| self.root().get(name)).flatten()
    }

    /// A member that is a string.
    #[expect(clippy::inline_always, reason = "so a name's hash is a constant")]
    #[inline(always)]
    pub(crate) fn text(self, name: &str) -> Option<Text<'r>> {
        self.get(name)?.as_text()
    }

    /// The elements of a member that is an array.
    #[expect(clippy::inline_always, reason = "so a name's hash is a constant")]
    #[inline(always)]
    pub(crate) fn items(self, name: &str) -> impl Iterator<Item = Node<'r>> + use<'r> {
        self.get(name).into_iter().flat_map(Node::elements)
    }

    /// The strings in a member that is an array.
    #[expect(clippy::inline_always, reason = "so a name's hash is a constant")]
    #[inline(always)]
    pub(crate) fn texts(self, name: &str) -> impl Iterator<Item = Text<'r>> + use<'r> {
        self.items(name).filter_map(Node::as_text)
    }

    /// How far its review has come, such as `draft`.
    pub(crate) fn review_status(self) -> Option<&'r str> {
        self.word(self.known.review_status, || {
            self.get("review")?.text("status")
        })
    }

    /// Its id, or its beginning where it has none: where findings about the record as a whole
    /// point to.
    pub(crate) fn heading(self) -> Spot {
        let id = self.text("id").filter(|id| *id == self.id);
        id.map_or_else(|| self.opening(), Text::spot)
    }

    /// Whether it was withdrawn.
    pub(crate) fn is_deprecated(self) -> bool {
        self.known.is_deprecated
    }

    /// Looks at the record without keeping what is made for that: few will ask for it again.
    pub(crate) fn glance<T>(self, look: impl FnOnce(Record<'_>) -> T) -> T {
        let tree = self.body.tree();
        let opened = Opened::new(self.key, &tree);
        look(Record(&self.with_body(Body::Open(&opened))))
    }

    /// The record, if it is of a kind.
    fn of(self, kind: Kind) -> Option<Self> {
        (self.plan.kind == Some(kind)).then_some(self)
    }

    /// The claim that it is, if it is one.
    pub(crate) fn claim(self) -> Option<Claim<'r>> {
        self.of(Kind::Claim).map(Claim)
    }

    /// The source that it is, if it is one.
    pub(crate) fn source(self) -> Option<Source<'r>> {
        self.of(Kind::Source).map(Source)
    }

    /// The term that it is, if it is one.
    pub(crate) fn term(self) -> Option<Term<'r>> {
        self.of(Kind::Term).map(Term)
    }

    /// The condition, site, intervention, drug, biomarker, criterion or goal that it is, if it is one.
    pub(crate) fn entity(self) -> Option<Entity<'r>> {
        self.of(Kind::Entity).map(Entity)
    }

    /// The issue that it is, if it is one.
    pub(crate) fn issue(self) -> Option<Issue<'r>> {
        self.of(Kind::Issue).map(Issue)
    }

    /// The agent that it is, if it is one.
    pub(crate) fn agent(self) -> Option<Agent<'r>> {
        self.of(Kind::Agent).map(Agent)
    }

    /// A place in it, without a look at its tree.
    pub(super) fn spot_in(self, span: Span) -> Spot {
        Spot {
            record: self.key,
            span,
        }
    }

    /// A string whose place is known.
    pub(super) fn text_at(self, place: Place) -> Option<Text<'r>> {
        match place.stands() {
            Stands::Nowhere => None,
            Stands::Plain(span) => {
                let content = span.start as usize + 1..span.end as usize - 1;
                let spot = self.spot_in(span);
                let string = self.body.text().get(content)?;
                Some(Text { string, spot })
            }
            Stands::Escaped(index) => {
                let root = self.root();
                let value = root.value.tree().value_at(index)?;
                root.with(value).as_text()
            }
        }
    }

    /// The type or kind.
    pub(super) fn kind_text(self) -> Option<Text<'r>> {
        match (self.known.kind_word.said(), self.known.kind.stands()) {
            (Said::Listed(number), Stands::Plain(span)) => Some(Text {
                string: self.0.plan.words.get(number),
                spot: self.spot_in(span),
            }),
            _ => self.text_at(self.known.kind),
        }
    }

    /// What a word says that is `Other` where it stands in no list.
    pub(super) fn word(
        self,
        word: Word,
        other: impl FnOnce() -> Option<Text<'r>>,
    ) -> Option<&'r str> {
        match word.said() {
            Said::Absent => None,
            Said::Listed(number) => Some(self.0.plan.words.get(number)),
            Said::Other => other().map(Text::as_str),
        }
    }

    /// Whether its text has this byte, which has to be one of those that are rare.
    pub(crate) fn has_rare_byte(self, byte: u8) -> bool {
        debug_assert!(RARE.contains(&byte), "only these are looked for");
        let text = || self.body.text().as_bytes();
        self.body.opened().has_rare_bytes() && memchr::memchr(byte, text()).is_some()
    }

    /// The record as a value.
    pub(crate) fn root(self) -> Node<'r> {
        self.body.opened().root
    }

    /// The texts for people in it.
    pub(crate) fn prose(self) -> &'r [Prose<'r>] {
        self.0.body.opened().prose(self.0.plan)
    }

    /// What it says or is called, with its words: in the default language, or in the one other that
    /// rules ask for.
    pub(crate) fn worded(self, text: Text<'r>, is_default: bool) -> &'r Prose<'r> {
        let mut prose = self.prose().iter();
        let known = prose.find(|prose| prose.text.spot() == text.spot());
        known.unwrap_or_else(|| self.body.opened().said(text, is_default))
    }

    /// The citations in it: those of a claim, or of the senses of a term.
    pub(crate) fn citations(self) -> &'r [Citation<'r>] {
        self.body.opened().citations(|| {
            let own = self.items("citations");
            let senses = self.items("senses");
            let of_senses = senses.flat_map(|sense| sense.items("citations"));
            let all = (0..).zip(own.chain(of_senses));
            all.map(|(position, node)| Citation::new(self, position, node.value))
                .collect()
        })
    }
}

impl<'r> Deref for Record<'r> {
    type Target = Head<'r>;

    fn deref(&self) -> &Head<'r> {
        self.0
    }
}

impl<'r> Deref for Head<'r> {
    type Target = Node<'r>;

    fn deref(&self) -> &Node<'r> {
        &self.body.opened().root
    }
}

/// Gives a view what its record has.
macro_rules! view {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name<'r>(pub(crate) $crate::view::Record<'r>);

        impl<'r> std::ops::Deref for $name<'r> {
            type Target = $crate::view::Record<'r>;

            fn deref(&self) -> &$crate::view::Record<'r> {
                &self.0
            }
        }
    };
}
pub(super) use view;
