//! From pointers to values, for many pointers into one document.
//!
//! A member or element is found by walking past its siblings. Where an object or array has many,
//! and many of them fail, that is quadratic; here each such one is indexed the first time.

use std::cell::RefCell;

use rustc_hash::FxHashMap;
use treatise_source::{Kind, Member, Pointer, Span, Step, Value};

pub(crate) struct Finder<'r> {
    root: Value<'r>,
    /// By the index of the node.
    objects: RefCell<FxHashMap<u32, FxHashMap<&'r str, Member<'r>>>>,
    arrays: RefCell<FxHashMap<u32, Vec<Value<'r>>>>,
}

/// Up to this many siblings are walked past.
const FEW: usize = 16;

impl<'r> Finder<'r> {
    pub(crate) fn new(root: Value<'r>) -> Self {
        Self {
            root,
            objects: RefCell::default(),
            arrays: RefCell::default(),
        }
    }

    /// The value that a pointer leads to.
    pub(crate) fn find(&self, pointer: &Pointer) -> Option<Value<'r>> {
        pointer
            .tokens()
            .try_fold(self.root, |value, token| match value.kind() {
                Kind::Object => self.member(value, &token).map(|member| member.value),
                Kind::Array => self.element(value, token.parse().ok()?),
                _ => None,
            })
    }

    /// Where the name of the member that a pointer leads to is written.
    pub(crate) fn name_of(&self, pointer: &Pointer) -> Option<Span> {
        let (parent, _) = pointer.as_str().rsplit_once('/')?;
        let name = pointer.tokens().last()?;
        let parent = self.find(&Pointer::parse(parent)?)?;
        self.member(parent, &name).map(|member| member.name_span())
    }

    fn member(&self, object: Value<'r>, name: &str) -> Option<Member<'r>> {
        if object.len() <= FEW {
            return object.member(name);
        }
        let mut objects = self.objects.borrow_mut();
        let members = objects.entry(object.index()).or_insert_with(|| {
            object
                .members()
                .map(|member| (member.name(), member))
                .collect()
        });
        members.get(name).copied()
    }

    pub(super) fn element(&self, array: Value<'r>, position: usize) -> Option<Value<'r>> {
        if array.len() <= FEW {
            return array.elements().nth(position);
        }
        let mut arrays = self.arrays.borrow_mut();
        let elements = arrays
            .entry(array.index())
            .or_insert_with(|| array.elements().collect());
        elements.get(position).copied()
    }
}

/// The pointer to an element of an array.
pub(super) fn element_of(array: &Pointer, position: usize) -> Pointer {
    array.join(Step::Element(position))
}
