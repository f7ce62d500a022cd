//! The trees of records: at hand in the pass, kept, or made again from the text when a rule asks.

use std::ops::Range;
use std::sync::OnceLock;

use treatise_dataset::RecordKey;
use treatise_source::{KeptTrees, Limits, Parser, Tree};

use super::{Citation, Head, Known, Node, Prose, Text};
use crate::names::Named;
use crate::plan::Plan;

/// What a record is read from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Body<'r> {
    Open(&'r Opened<'r>),
    Closed(&'r Closed<'r>),
}

/// A record with its tree.
#[derive(Debug)]
pub(crate) struct Opened<'r> {
    pub(super) root: Node<'r>,
    prose: OnceLock<Vec<Prose<'r>>>,
    /// Its statement in the default language, and that in another one, where the schema does not say
    /// that it is for people.
    statements: [OnceLock<Prose<'r>>; 2],
    citations: OnceLock<Vec<Citation<'r>>>,
    /// For each citation, the position of its source among all sources.
    sources: OnceLock<Vec<Option<u32>>>,
    entities: OnceLock<Vec<Text<'r>>>,
    /// The places of these among all records.
    linked: OnceLock<Vec<u32>>,
    /// The names in its statement in the default language.
    named: OnceLock<Vec<Named>>,
}

/// Records of one collection that rules between records will want to see. Their texts are together: to
/// find room for each of them took longer than to copy it.
#[derive(Debug)]
pub(crate) struct Batch {
    /// Position of the collection in the manifest.
    collection: usize,
    texts: String,
    trees: KeptTrees,
    records: Vec<Kept>,
}

/// One of them.
#[derive(Debug)]
struct Kept {
    key: RecordKey,
    /// Where in the texts.
    id: Range<usize>,
    known: Known,
    shelf: Shelf,
}

/// What is kept of a record after the pass.
#[derive(Debug)]
enum Shelf {
    /// Those that others refer to are looked at again and again: the position among the trees.
    Tree(usize),
    /// Of most records, nothing is asked any more; their trees are made again from the text, which is
    /// here among the texts.
    Text(Range<usize>),
}

/// Where a record is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shelved<'r> {
    batch: &'r Batch,
    kept: &'r Kept,
}

/// A record that is opened when it is asked for.
#[derive(Debug)]
pub(crate) struct Closed<'r> {
    place: Shelved<'r>,
    remade: OnceLock<Box<KeptTrees>>,
    tree: OnceLock<Box<Tree<'r>>>,
    opened: OnceLock<Box<Opened<'r>>>,
}

impl<'r> Body<'r> {
    pub(super) fn opened(self) -> &'r Opened<'r> {
        match self {
            Self::Open(opened) => opened,
            Self::Closed(closed) => closed.opened(),
        }
    }

    /// What spans of the record point into.
    pub(super) fn text(self) -> &'r str {
        match self {
            Self::Open(opened) => opened.root.value.tree().text(),
            Self::Closed(closed) => closed.text(),
        }
    }
}

impl<'r> Opened<'r> {
    pub(crate) fn new(key: RecordKey, tree: &'r Tree<'r>) -> Self {
        Self {
            root: Node {
                key,
                value: tree.root(),
            },
            prose: OnceLock::new(),
            statements: [OnceLock::new(), OnceLock::new()],
            citations: OnceLock::new(),
            sources: OnceLock::new(),
            entities: OnceLock::new(),
            linked: OnceLock::new(),
            named: OnceLock::new(),
        }
    }

    /// Its statement in the default language or the one other that rules ask for, where that is none
    /// of the texts for people.
    pub(super) fn statement(&self, text: Text<'r>, is_default: bool) -> &Prose<'r> {
        self.statements[usize::from(is_default)].get_or_init(|| Prose::new(text, None))
    }

    /// The citations in it, which are looked for once.
    pub(super) fn citations(&self, find: impl FnOnce() -> Vec<Citation<'r>>) -> &[Citation<'r>] {
        self.citations.get_or_init(find)
    }

    /// Where the sources of its citations are, which are looked for once.
    pub(super) fn sources(&self, find: impl FnOnce() -> Vec<Option<u32>>) -> &[Option<u32>] {
        self.sources.get_or_init(find)
    }

    /// What it is about, where it is a claim.
    pub(super) fn entities(&self, find: impl FnOnce() -> Vec<Text<'r>>) -> &[Text<'r>] {
        self.entities.get_or_init(find)
    }

    /// The places of what it is about, which are looked up once.
    pub(super) fn linked(&self, find: impl FnOnce() -> Vec<u32>) -> &[u32] {
        self.linked.get_or_init(find)
    }

    /// The names in its statement, which are looked for once.
    pub(super) fn named(&self, find: impl FnOnce() -> Vec<Named>) -> &[Named] {
        self.named.get_or_init(find)
    }

    /// The texts for people in it.
    pub(super) fn prose(&self, plan: &Plan) -> &[Prose<'r>] {
        self.prose.get_or_init(|| Prose::of(self.root, plan))
    }
}

impl Batch {
    /// Records that others refer to.
    pub(crate) fn of_trees(collection: usize, heads: &[Head<'_>]) -> Self {
        let mut batch = Self::with_room(collection, heads, |head| head.id.len());
        let trees = heads
            .iter()
            .map(|head| head.body.opened().root.value.tree());
        batch.trees = KeptTrees::new(trees);
        for (at, head) in heads.iter().enumerate() {
            batch.add(head, Shelf::Tree(at));
        }
        batch
    }

    /// Records of which little will be asked.
    pub(crate) fn of_texts(collection: usize, heads: &[Head<'_>]) -> Self {
        let bytes = |head: &Head<'_>| head.id.len() + head.body.text().len();
        let mut batch = Self::with_room(collection, heads, bytes);
        for head in heads {
            let text = batch.push(head.body.text());
            batch.add(head, Shelf::Text(text));
        }
        batch
    }

    /// An empty one with room for some records and their bytes of texts.
    fn with_room(
        collection: usize,
        heads: &[Head<'_>],
        bytes: impl Fn(&Head<'_>) -> usize,
    ) -> Self {
        Self {
            collection,
            texts: String::with_capacity(heads.iter().map(bytes).sum()),
            trees: KeptTrees::default(),
            records: Vec::with_capacity(heads.len()),
        }
    }

    fn add(&mut self, head: &Head<'_>, shelf: Shelf) {
        let id = self.push(head.id);
        self.records.push(Kept {
            key: head.key,
            id,
            known: head.known,
            shelf,
        });
    }

    fn push(&mut self, text: &str) -> Range<usize> {
        let start = self.texts.len();
        self.texts.push_str(text);
        start..self.texts.len()
    }

    fn text(&self, range: &Range<usize>) -> &str {
        &self.texts[range.clone()]
    }

    /// Its records, in no order, by their keys.
    pub(crate) fn shelved(&self) -> impl Iterator<Item = (RecordKey, Shelved<'_>)> {
        let records = self.records.iter();
        records.map(|kept| (kept.key, Shelved { batch: self, kept }))
    }
}

impl<'r> Closed<'r> {
    pub(crate) fn new(place: Shelved<'r>) -> Self {
        Self {
            place,
            remade: OnceLock::new(),
            tree: OnceLock::new(),
            opened: OnceLock::new(),
        }
    }

    pub(crate) fn key(&self) -> RecordKey {
        self.place.kept.key
    }

    /// Position of its collection in the manifest.
    pub(crate) fn collection(&self) -> usize {
        self.place.batch.collection
    }

    pub(crate) fn id(&self) -> &'r str {
        self.place.batch.text(&self.place.kept.id)
    }

    pub(crate) fn known(&self) -> Known {
        self.place.kept.known
    }

    /// What spans of the record point into.
    fn text(&self) -> &'r str {
        match &self.place.kept.shelf {
            Shelf::Tree(at) => self.place.batch.trees.text(*at),
            Shelf::Text(text) => self.place.batch.text(text),
        }
    }

    fn opened(&'r self) -> &'r Opened<'r> {
        self.opened.get_or_init(|| {
            let tree = self.tree.get_or_init(|| {
                Box::new(match &self.place.kept.shelf {
                    Shelf::Tree(at) => self.place.batch.trees.tree(*at),
                    Shelf::Text(_) => {
                        let remade = || Box::new(remade(self.text()));
                        self.remade.get_or_init(remade).tree(0)
                    }
                })
            });
            Box::new(Opened::new(self.place.kept.key, tree))
        })
    }
}

/// The tree of a text that was parsed before, without fault.
fn remade(text: &str) -> KeptTrees {
    let mut parser = Parser::new();
    let limits = Limits {
        depth: Limits::MAX_DEPTH,
    };
    let parsed = parser.parse(text, limits);
    KeptTrees::new(std::iter::once(&parsed.tree))
}
