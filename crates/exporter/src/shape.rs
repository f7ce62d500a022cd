//! The rows of a field table as the tree that they describe.

use serde_json::Value as Json;
use treatise_schema::{Field, FieldPath, Schema, Segment, Types};
use treatise_source::{Key, Pointer, Value};

/// A place in the records of a collection, and the places below it.
#[derive(Debug, Default)]
pub(crate) struct Shape<'f> {
    /// What the schema says about it.
    pub(crate) field: Option<&'f Field>,
    /// The types of what may stand here, where that is known.
    pub(crate) possible: Option<Types>,
    /// The same, but for values that are listed one by one.
    pub(crate) open: Option<Types>,
    /// Members with a name, in the order of the schema.
    pub(crate) members: Vec<(Key, Shape<'f>)>,
    /// Any element of an array.
    pub(crate) element: Option<Box<Shape<'f>>>,
    /// Any value of an object whose keys are data.
    pub(crate) entry: Option<Box<Shape<'f>>>,
    /// The names of members that were taken away, which are no entries.
    taken_away: Vec<String>,
    /// Whether something that was described at or below it was taken away.
    pub(crate) is_shortened: bool,
}

impl<'f> Shape<'f> {
    /// The shape of the records that a schema describes.
    pub(crate) fn of(schema: &'f Schema) -> Self {
        let mut root = Self::default();
        let fields = schema.fields().fields().iter();
        let types = schema.possible_types().iter().zip(schema.open_types());
        for (field, (&possible, &open)) in fields.zip(types) {
            let shape = root.below(field.path.segments());
            shape.field = Some(field);
            shape.possible = Some(possible);
            shape.open = Some(open);
        }
        root
    }

    fn below(&mut self, path: &[Segment]) -> &mut Self {
        let Some((first, rest)) = path.split_first() else {
            return self;
        };
        let next = first.branch(&mut self.members, &mut self.element, &mut self.entry);
        next.below(rest)
    }

    /// Makes sure that a member is kept, described or not.
    pub(crate) fn keep_member(&mut self, pointer: &Pointer) {
        let path: Vec<_> = pointer.tokens().map(Segment::Member).collect();
        self.below(&path);
    }

    /// Takes away members: `keep` says of each whether it stays whole (`true`), stays with what
    /// below it stays (`false`), or goes with all below.
    pub(crate) fn shorten(&mut self, keep: &impl Fn(&Field) -> Option<bool>) {
        let taken_away = &mut self.taken_away;
        self.members.retain_mut(|(key, member)| {
            let stays = member.stays(keep);
            if !stays {
                taken_away.push(key.name().to_owned());
            }
            stays
        });
        let mut is_shortened = !self.taken_away.is_empty();
        for (_, member) in &self.members {
            is_shortened |= member.is_shortened;
        }
        for below in [&mut self.element, &mut self.entry] {
            if let Some(shape) = below {
                if shape.stays(keep) {
                    is_shortened |= shape.is_shortened;
                } else {
                    *below = None;
                    is_shortened = true;
                }
            }
        }
        self.is_shortened |= is_shortened;
    }

    fn stays(&mut self, keep: &impl Fn(&Field) -> Option<bool>) -> bool {
        // A place without a row is only the way to others.
        match self.field.map_or(Some(false), keep) {
            None => false,
            Some(true) => true,
            Some(false) => {
                self.shorten(keep);
                true
            }
        }
    }

    /// Keeps the ways to the places that are wanted, with all below these; whether there are any.
    pub(crate) fn keep_ways(&mut self, is_wanted: &impl Fn(&Field) -> bool) -> bool {
        if self.field.is_some_and(is_wanted) {
            return true;
        }
        for below in [&mut self.element, &mut self.entry] {
            if !below
                .as_mut()
                .is_some_and(|shape| shape.keep_ways(is_wanted))
            {
                *below = None;
            }
        }
        let has_entries = self.entry.is_some();
        self.members.retain_mut(|(_, member)| {
            // Beside entries, a member that is not known would be taken for one.
            member.keep_ways(is_wanted) || has_entries
        });
        self.has_inside()
    }

    /// Notes that texts by language may lose some languages.
    pub(crate) fn mark_languages(&mut self) -> bool {
        let mut is_shortened = self.field.is_some_and(|field| field.is_language_map);
        for (_, member) in &mut self.members {
            is_shortened |= member.mark_languages();
        }
        for below in [&mut self.element, &mut self.entry].into_iter().flatten() {
            is_shortened |= below.mark_languages();
        }
        self.is_shortened |= is_shortened;
        self.is_shortened
    }

    /// Hands over what the schema says about each place, parents before their children.
    pub(crate) fn each(&self, use_it: &mut impl FnMut(&'f Field)) {
        self.field.into_iter().for_each(&mut *use_it);
        for (_, member) in &self.members {
            member.each(use_it);
        }
        for below in [&self.element, &self.entry].into_iter().flatten() {
            below.each(use_it);
        }
    }

    /// Hands over the references in what the shape has of a value, with the collections that each
    /// may lead to.
    pub(crate) fn each_reference(&self, value: Value<'_>, found: &mut dyn FnMut(&str, &[String])) {
        if let (Some(field), Some(text)) = (self.field, value.as_str())
            && !field.references.is_empty()
        {
            found(text, &field.references);
        }
        self.each_value_below(value, &mut |shape, value| {
            shape.each_reference(value, found);
        });
    }

    /// Hands over the values where the schema continues with itself, so that no shape is below them.
    pub(crate) fn each_continued<'v>(
        &self,
        value: Value<'v>,
        found: &mut dyn FnMut(&FieldPath, Value<'v>),
    ) {
        if let Some(field) = self.field.filter(|field| field.is_recursive) {
            found(&field.path, value);
        }
        self.each_value_below(value, &mut |shape, value| {
            shape.each_continued(value, found);
        });
    }

    /// Hands over the values directly in a value, each with its shape, as far as that has them.
    pub(crate) fn each_value_below<'v>(
        &self,
        value: Value<'v>,
        use_it: &mut dyn FnMut(&Self, Value<'v>),
    ) {
        if let Some(element) = &self.element {
            for value in value.elements() {
                use_it(element, value);
            }
        }
        for member in value.members() {
            if let Some(below) = self.below_name(member.name()) {
                use_it(below, member.value);
            }
        }
    }

    /// The member that a chain of names leads to.
    pub(crate) fn find(&self, names: &[&str]) -> Option<&Self> {
        names
            .iter()
            .try_fold(self, |shape, name| shape.member(name))
    }

    /// What is described for a member of this name, be it as an entry.
    pub(crate) fn below_name(&self, name: &str) -> Option<&Self> {
        let is_entry = || !self.taken_away.iter().any(|taken| taken == name);
        let entry = || self.entry.as_deref().filter(|_| is_entry());
        self.member(name).or_else(entry)
    }

    /// Whether a member of this name is described.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        self.members
            .iter()
            .find(|(key, _)| key.name() == name)
            .map(|(_, shape)| shape)
    }

    /// Whether a value of the type may stand here, as far as the schema says outright.
    pub(crate) fn may_be(&self, type_name: &str) -> bool {
        self.field
            .is_some_and(|field| field.types.contains(type_name))
    }

    /// Whether nothing but an object may stand here.
    pub(crate) fn is_object_only(&self) -> bool {
        self.possible == Some(Types::OBJECT)
    }

    /// Whether neither an array nor an object may stand here.
    pub(crate) fn is_scalar_only(&self) -> bool {
        let compound = Types::ARRAY.or(Types::OBJECT);
        self.possible
            .is_some_and(|possible| !possible.meet(compound))
    }

    /// Whether something that is neither array nor object may stand here.
    pub(crate) fn may_be_scalar(&self) -> bool {
        let is_scalar = |value: &Json| !(value.is_array() || value.is_object() || value.is_null());
        self.field.is_some_and(|field| {
            ["string", "number", "integer", "boolean"]
                .iter()
                .any(|name| field.types.contains(*name))
                || field.literals.iter().any(is_scalar)
                || field.enumeration.iter().flatten().any(is_scalar)
        })
    }

    /// The types that may stand here beside those that a branch names, because another leaves them open;
    /// where none names any, what is described is taken for all.
    pub(crate) fn left_open(&self) -> Types {
        let Some((field, possible)) = self.field.zip(self.possible) else {
            return Types::NONE;
        };
        let listed = field.enumeration.iter().flatten().chain(&field.literals);
        let listed = listed.map(Types::of).fold(Types::NONE, Types::or);
        let named = field.types.iter().map(|name| Types::named(name));
        let named = named.fold(listed, Types::or);
        match named {
            Types::NONE => Types::NONE,
            named => possible.without(named),
        }
    }

    /// Whether the object around it always has it.
    pub(crate) fn is_required(&self) -> bool {
        self.field.is_some_and(|field| field.is_required)
    }

    /// Whether the schema says what is inside.
    pub(crate) fn has_inside(&self) -> bool {
        !self.members.is_empty() || self.element.is_some() || self.entry.is_some()
    }
}
