//! The trees of records: at hand in the pass, kept, or made again from the text when a rule asks.

use std::sync::OnceLock;

use treatise_dataset::RecordKey;
use treatise_source::{KeptTree, Limits, Parser, Tree};

use super::{Citation, Known, Node, Prose, Text};
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
    /// The names in its statement in the default language.
    named: OnceLock<Vec<Named>>,
}

/// A record that rules between records will want to see.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) key: RecordKey,
    /// Position of its collection in the manifest.
    pub(crate) collection: usize,
    pub(crate) id: Box<str>,
    pub(crate) known: Known,
    pub(crate) shelf: Shelf,
}

/// What is kept of a record after the pass.
#[derive(Debug)]
pub(crate) enum Shelf {
    /// Those that others refer to are looked at again and again.
    Tree(Box<KeptTree>),
    /// Of most records, nothing is asked any more; their trees are made again.
    Text(Box<str>),
}

/// A record that is opened when it is asked for.
#[derive(Debug)]
pub(crate) struct Closed<'r> {
    pub(crate) kept: &'r Kept,
    remade: OnceLock<Box<KeptTree>>,
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

    /// The names in its statement, which are looked for once.
    pub(super) fn named(&self, find: impl FnOnce() -> Vec<Named>) -> &[Named] {
        self.named.get_or_init(find)
    }

    /// The texts for people in it.
    pub(super) fn prose(&self, plan: &Plan) -> &[Prose<'r>] {
        self.prose.get_or_init(|| Prose::of(self.root, plan))
    }
}

impl Shelf {
    /// What spans of the record point into.
    pub(crate) fn source(&self) -> &str {
        match self {
            Self::Tree(tree) => tree.tree().text(),
            Self::Text(text) => text,
        }
    }
}

impl<'r> Closed<'r> {
    pub(crate) fn new(kept: &'r Kept) -> Self {
        Self {
            kept,
            remade: OnceLock::new(),
            tree: OnceLock::new(),
            opened: OnceLock::new(),
        }
    }

    fn opened(&'r self) -> &'r Opened<'r> {
        self.opened.get_or_init(|| {
            let tree = self.tree.get_or_init(|| {
                Box::new(match &self.kept.shelf {
                    Shelf::Tree(kept) => kept.tree(),
                    Shelf::Text(text) => self.remade.get_or_init(|| Box::new(remade(text))).tree(),
                })
            });
            Box::new(Opened::new(self.kept.key, tree))
        })
    }
}

/// The tree of a text that was parsed before, without fault.
fn remade(text: &str) -> KeptTree {
    let mut parser = Parser::new();
    let limits = Limits {
        depth: Limits::MAX_DEPTH,
    };
    KeptTree::new(&parser.parse(text, limits).tree)
}
