//! The trees of records: at hand in the pass, kept, or made again when a rule asks, from the text or the
//! file.

use std::hash::BuildHasher as _;
use std::ops::Range;
use std::sync::OnceLock;

use treatise_dataset::{Dataset, Error, Reader, RecordKey, SeededHasher};
use treatise_source::{KeptTrees, Limits, Parser, Span, Tree, Value};

use super::{Citation, Claim, Head, Known, Node, Prose, Record, Text};
use crate::names::Named;
use crate::plan::Plan;

/// Bytes that hardly any text has, and for which several rules look: one look at the text is enough for
/// all of them.
pub(super) const RARE: [u8; 3] = [b'\r', b'\x7f', b'@'];

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
    /// What it says or is called in the default language, and in another one, where the schema does not
    /// say that it is for people.
    said: OnceLock<Box<[OnceLock<Prose<'r>>; 2]>>,
    citations: OnceLock<Vec<Citation<'r>>>,
    /// For each citation, the position of its source among all sources.
    sources: OnceLock<Vec<Option<u32>>>,
    entities: OnceLock<Vec<Text<'r>>>,
    /// The places of these among the records that are no claims.
    linked: OnceLock<Vec<u32>>,
    /// The names in its statement in the default language.
    named: OnceLock<Vec<Named>>,
    /// By which reasons terms in its label are unwanted, a bit each.
    unwanted: OnceLock<u8>,
    has_rare_bytes: OnceLock<bool>,
}

/// Records of one collection that rules between records will want to see. Their texts are together: to
/// find room for each of them took longer than to copy it.
#[derive(Debug)]
pub(crate) struct Batch {
    /// Position of the collection in the manifest.
    collection: usize,
    ids: String,
    texts: String,
    trees: KeptTrees,
    records: Vec<Kept>,
}

/// One of them.
#[derive(Debug)]
struct Kept {
    key: RecordKey,
    /// Where among the ids.
    id: Span,
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
    /// Not even the text is here: it is read again.
    Away {
        /// The hash of the text.
        hash: u64,
        /// For each of [`Noted`], the id, among the ids.
        ids: [Option<Span>; 2],
    },
}

/// What is noted of a claim whose text is not kept.
#[derive(Clone, Copy, Debug)]
pub(super) enum Noted {
    /// The id of what it is about.
    Subject,
    /// That of what it says about it.
    Object,
}

/// Where records are read again whose texts were not kept.
#[derive(Debug)]
pub(crate) struct Again<'d> {
    dataset: &'d Dataset,
    hasher: &'d SeededHasher,
    failure: OnceLock<Error>,
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
    /// `None` where all that is asked for was kept.
    again: Option<&'r Again<'r>>,
    /// What was made when it was asked for; most records are never asked.
    made: OnceLock<Box<Made<'r>>>,
}

#[derive(Debug, Default)]
struct Made<'r> {
    /// Where the tree was not kept.
    trees: OnceLock<Box<KeptTrees>>,
    tree: OnceLock<Tree<'r>>,
    opened: OnceLock<Opened<'r>>,
}

impl<'r> Body<'r> {
    pub(super) fn opened(self) -> &'r Opened<'r> {
        match self {
            Self::Open(opened) => opened,
            Self::Closed(closed) => closed.opened(),
        }
    }

    /// The tree of the record, made for whoever asks.
    pub(crate) fn tree(self) -> Tree<'r> {
        match self {
            Self::Open(opened) => *opened.root.value.tree(),
            Self::Closed(closed) => closed.tree(),
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
            said: OnceLock::new(),
            citations: OnceLock::new(),
            sources: OnceLock::new(),
            entities: OnceLock::new(),
            linked: OnceLock::new(),
            named: OnceLock::new(),
            unwanted: OnceLock::new(),
            has_rare_bytes: OnceLock::new(),
        }
    }

    /// Whether any of [`RARE`] is in the text.
    pub(super) fn has_rare_bytes(&self) -> bool {
        *self.has_rare_bytes.get_or_init(|| {
            let [one, other, third] = RARE;
            let text = self.root.value.tree().text();
            memchr::memchr3(one, other, third, text.as_bytes()).is_some()
        })
    }

    /// What it says or is called in the default language or the one other that rules ask for, where
    /// that is none of the texts for people.
    pub(super) fn said(&self, text: Text<'r>, is_default: bool) -> &Prose<'r> {
        // Most schemas do say it.
        let said = self.said.get_or_init(Default::default);
        said[usize::from(is_default)].get_or_init(|| Prose::new(text, None))
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

    /// By which reasons terms in its label are unwanted, which are looked for once.
    pub(super) fn unwanted(&self, find: impl FnOnce() -> u8) -> u8 {
        *self.unwanted.get_or_init(find)
    }

    /// The texts for people in it.
    pub(super) fn prose(&self, plan: &Plan) -> &[Prose<'r>] {
        self.prose.get_or_init(|| Prose::of(self.root, plan))
    }
}

impl Batch {
    /// Records that others refer to.
    pub(crate) fn of_trees(collection: usize, heads: &[Head<'_>]) -> Self {
        let bytes = heads.iter().map(|head| head.id.len()).sum();
        let mut batch = Self::with_room(collection, heads.len(), bytes);
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
        let bytes = heads.iter().map(|head| head.id.len()).sum();
        let mut batch = Self::with_room(collection, heads.len(), bytes);
        let bytes = heads.iter().map(|head| head.body.text().len()).sum();
        batch.texts.reserve_exact(bytes);
        for head in heads {
            let start = batch.texts.len();
            batch.texts.push_str(head.body.text());
            batch.add(head, Shelf::Text(start..batch.texts.len()));
        }
        batch
    }

    /// Claims of which hardly anything will be asked: only what is noted of them is kept.
    pub(crate) fn of_notes<'h>(
        collection: usize,
        heads: &'h [Head<'h>],
        hasher: &SeededHasher,
    ) -> Self {
        let ids = |head: &'h Head<'h>| {
            let claim = Claim(Record(head));
            [claim.subject(), claim.object()].map(|id| id.map(Text::as_str))
        };
        let noted: Vec<_> = heads.iter().map(ids).collect();
        let noted_bytes = noted.iter().flatten().flatten().map(|id| id.len());
        let bytes = heads.iter().map(|head| head.id.len()).chain(noted_bytes);
        let mut batch = Self::with_room(collection, heads.len(), bytes.sum());
        for (head, noted) in heads.iter().zip(noted) {
            let shelf = Shelf::Away {
                hash: hasher.hash_one(head.body.text()),
                ids: noted.map(|id| id.map(|id| batch.push_id(id))),
            };
            batch.add(head, shelf);
        }
        batch
    }

    /// An empty one with room for some records and the bytes of their ids.
    fn with_room(collection: usize, records: usize, bytes: usize) -> Self {
        Self {
            collection,
            ids: String::with_capacity(bytes),
            texts: String::new(),
            trees: KeptTrees::default(),
            records: Vec::with_capacity(records),
        }
    }

    fn add(&mut self, head: &Head<'_>, shelf: Shelf) {
        let id = self.push_id(head.id);
        self.records.push(Kept {
            key: head.key,
            id,
            known: *head.known,
            shelf,
        });
    }

    fn push_id(&mut self, id: &str) -> Span {
        let start = self.ids.len();
        self.ids.push_str(id);
        // The ids of a few records are far shorter than this can count.
        Span::new(start as u32, self.ids.len() as u32)
    }

    fn id(&self, span: Span) -> &str {
        &self.ids[span.range()]
    }

    /// The key of its first record.
    pub(crate) fn first(&self) -> Option<RecordKey> {
        self.records.first().map(|kept| kept.key)
    }

    /// Position of their collection in the manifest.
    pub(crate) fn collection(&self) -> usize {
        self.collection
    }

    /// Its records, in their order.
    pub(crate) fn shelved(&self) -> impl Iterator<Item = Shelved<'_>> {
        let records = self.records.iter();
        records.map(|kept| Shelved { batch: self, kept })
    }
}

impl<'r> Closed<'r> {
    pub(crate) fn new(place: Shelved<'r>, again: Option<&'r Again<'r>>) -> Self {
        Self {
            place,
            again,
            made: OnceLock::new(),
        }
    }

    fn made(&self) -> &Made<'r> {
        self.made.get_or_init(Box::default)
    }

    pub(crate) fn key(&self) -> RecordKey {
        self.place.kept.key
    }

    /// Position of its collection in the manifest.
    pub(crate) fn collection(&self) -> usize {
        self.place.batch.collection
    }

    pub(crate) fn id(&self) -> &'r str {
        self.place.batch.id(self.place.kept.id)
    }

    pub(crate) fn known(&self) -> &'r Known {
        &self.place.kept.known
    }

    /// What spans of the record point into.
    fn text(&'r self) -> &'r str {
        match &self.place.kept.shelf {
            Shelf::Tree(at) => self.place.batch.trees.text(*at),
            Shelf::Text(text) => &self.place.batch.texts[text.clone()],
            Shelf::Away { hash, .. } => self.read_again(*hash).text(0),
        }
    }

    /// The id of what it is about, or of what it says about that, where it was noted.
    pub(super) fn noted(&self, noted: Noted) -> Option<&'r str> {
        match &self.place.kept.shelf {
            Shelf::Away { ids, .. } => Some(self.place.batch.id(ids[noted as usize]?)),
            Shelf::Tree(_) | Shelf::Text(_) => None,
        }
    }

    fn read_again(&'r self, hash: u64) -> &'r KeptTrees {
        self.made().trees.get_or_init(|| {
            let again = self.again.expect("who keeps notes can read again");
            Box::new(again.read(self.place.kept.key, hash))
        })
    }

    fn tree(&'r self) -> Tree<'r> {
        match &self.place.kept.shelf {
            Shelf::Tree(at) => self.place.batch.trees.tree(*at),
            Shelf::Text(_) => {
                let remade = || Box::new(remade(self.text()));
                self.made().trees.get_or_init(remade).tree(0)
            }
            Shelf::Away { hash, .. } => self.read_again(*hash).tree(0),
        }
    }

    fn opened(&'r self) -> &'r Opened<'r> {
        let made = self.made();
        made.opened.get_or_init(|| {
            let tree = made.tree.get_or_init(|| self.tree());
            Opened::new(self.place.kept.key, tree)
        })
    }
}

impl<'d> Again<'d> {
    pub(crate) fn new(dataset: &'d Dataset, hasher: &'d SeededHasher) -> Self {
        Self {
            dataset,
            hasher,
            failure: OnceLock::new(),
        }
    }

    /// What kept a record from being read again as it was; then it was taken for an empty one.
    pub(crate) fn failure(self) -> Option<Error> {
        self.failure.into_inner()
    }

    /// The tree of a record whose text has this hash.
    fn read(&self, key: RecordKey, hash: u64) -> KeptTrees {
        let number = self.dataset.index().number_of(key);
        let number = number.expect("a record that was seen is in the index");
        let is_same = |text: &str| self.hasher.hash_one(text) == hash;
        let keep = |root: Value<'_>| KeptTrees::new(std::iter::once(root.tree()));
        let read = Reader::new(self.dataset).read_same(number, is_same, keep);
        read.unwrap_or_else(|error| {
            // The first failure is as good as any other.
            let _ = self.failure.set(error);
            remade("{}")
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
