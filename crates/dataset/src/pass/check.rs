//! The checks of one record: against its schema, and whether its id is as ids of its collection are.

use std::cell::OnceCell;

use treatise_report::fault::Origin;
use treatise_report::{Diagnostic, Place};
use treatise_schema::{COSTLY_VALIDATION, Verdict, WorkLimit};
use treatise_source::{Kind, LineIndex, Lineage, Pointer, Span, Tree};

use super::Pass;
use super::group::RecordText;
use crate::collection::Collection;
use crate::layout::refused_stem;
use crate::rules::{FILE_NAME_MISMATCH, ID_WITHOUT_PREFIX, MISSING_ID};

/// The checks of one record.
pub(super) struct Check<'r, 't> {
    pub(super) collection: &'r Collection,
    pub(super) record: &'r RecordText<'r>,
    tree: &'t Tree<'t>,
    lines: OnceCell<LineIndex<'t>>,
    lineage: OnceCell<Lineage<'t>>,
}

impl<'r, 't> Check<'r, 't> {
    pub(super) fn new(
        collection: &'r Collection,
        record: &'r RecordText<'r>,
        tree: &'t Tree<'t>,
    ) -> Self {
        Self {
            collection,
            record,
            tree,
            lines: OnceCell::new(),
            lineage: OnceCell::new(),
        }
    }

    pub(super) fn lines(&self) -> &LineIndex<'t> {
        self.lines.get_or_init(|| LineIndex::new(self.tree.text()))
    }

    pub(super) fn origin(&self) -> Origin {
        Origin {
            file: self.record.file,
            offset: self.record.offset,
            first_line: self.record.line,
        }
    }

    fn place(&self, span: Span) -> Place {
        self.origin().place(self.lines(), span)
    }

    /// The pointer to the innermost value around a span.
    pub(super) fn pointer_at(&self, span: Span) -> Pointer {
        let lineage = self.lineage();
        lineage.pointer(lineage.value_around(span))
    }

    fn lineage(&self) -> &Lineage<'t> {
        self.lineage.get_or_init(|| Lineage::of(self.tree))
    }

    /// Checks the record against its schema, and returns whether it is as the schema says.
    pub(super) fn schema(&self, work: &WorkLimit, found: &mut Vec<Diagnostic>) -> bool {
        let Some(schema) = &self.collection.schema else {
            return false;
        };
        let explained = match schema.judge(self.tree, work) {
            Verdict::Valid => return true,
            Verdict::Invalid => schema.explain(self.tree, work),
            Verdict::GivenUp => None,
        };
        let Some(violations) = explained else {
            let message = "checking this record against its schema takes too many steps";
            found.push(
                Diagnostic::new(&COSTLY_VALIDATION, message, self.place(Span::new(0, 1)))
                    .with_note("it was given up; whether the record is as the schema says is not known")
                    .with_help("look in the schema for alternatives (`anyOf`, `oneOf`) that refer to themselves, and for patterns that look ahead or behind"),
            );
            return false;
        };
        found.extend(violations.into_iter().map(|violation| {
            let rule = violation.rule;
            violation.into_diagnostic(rule, |span| self.place(span))
        }));
        false
    }

    /// Whether what the schema finds at one place is that the id at another is wrong, or that it or what
    /// it lies in is missing.
    fn is_about_id(&self, found: &str, id: &str) -> bool {
        let Some(rest) = id.strip_prefix(found) else {
            return false;
        };
        let Some(below) = rest.strip_prefix('/') else {
            return rest.is_empty();
        };
        let step = below.find('/').unwrap_or(below.len());
        let missing = &id[..found.len() + 1 + step];
        let root = self.tree.root();
        let is_there = Pointer::parse(missing).is_some_and(|missing| root.find(&missing).is_some());
        !is_there && self.collection.requires(missing)
    }

    /// Checks the id; what was found in the record before starts at `first`.
    pub(super) fn identity(
        &self,
        id: &str,
        pass: &Pass<'_>,
        found: &mut Vec<Diagnostic>,
        first: usize,
    ) {
        let entry = &self.collection.entry;
        let root = self.tree.root();
        let id_value = self.collection.id_of(root);
        let start = root.span().start;
        let span = id_value.map_or(Span::new(start, start + 1), treatise_source::Value::span);
        let pointer = || id_value.map_or_else(Pointer::root, |value| self.lineage().pointer(value));
        if id.is_empty() {
            const GIVE: &str = "give the record an id";
            const QUOTE: &str = "put the number in quotes, and where others refer to it too";
            let at = entry.id.as_deref().unwrap_or_default();
            // Where the schema asks for the id, it has already said so.
            let is_said = !self.collection.has_id_member()
                || found[first..]
                    .iter()
                    .filter_map(|finding| finding.pointer.as_ref())
                    .any(|pointer| self.is_about_id(pointer.as_str(), at));
            if !is_said {
                let (message, help) = match id_value.map(treatise_source::Value::kind) {
                    None => (format!("the record has no id at `{at}`"), GIVE),
                    Some(Kind::String) => ("the id is empty".to_owned(), GIVE),
                    Some(Kind::Number) => ("the id is not a string".to_owned(), QUOTE),
                    Some(_) => ("the id is not a string".to_owned(), GIVE),
                };
                found.push(
                    Diagnostic::new(&MISSING_ID, message, self.place(span))
                        .with_help(help)
                        .at_pointer(pointer()),
                );
            }
            return;
        }
        if let Some(finding) = self.prefix(id, span) {
            let finding = finding.at_pointer(pointer());
            if let Some(home) = home(id, pass.collections) {
                let (name, path) = (&home.entry.name, &home.entry.path);
                // That a record of another collection is not as this one asks is no fault of its own.
                found.truncate(first);
                found.push(finding.with_help(format!(
                    "it is an id of `{name}`: move the record to `{path}`, or mend the id"
                )));
            } else {
                found.push(finding);
            }
        }
        if let Some(stem) = self.record.stem {
            if stem != id {
                found.push(
                    Diagnostic::new(
                        &FILE_NAME_MISMATCH,
                        format!("the id is `{id}`, but the file is named `{stem}`"),
                        self.place(span),
                    )
                    .with_help(match refused_stem(id) {
                        Some(reason) => format!("mend the id: as the name of a file, it {reason}"),
                        None if self.collection.has_file(&format!("{id}.json"), pass.files) => {
                            format!("mend the id: there is a file `{id}.json` already")
                        }
                        None => format!("rename the file to `{id}.json`, or mend the id"),
                    })
                    .at_pointer(pointer()),
                );
            }
        }
    }

    /// What is wrong with an id that does not start with the prefix of the collection.
    fn prefix(&self, id: &str, span: Span) -> Option<Diagnostic> {
        let entry = &self.collection.entry;
        let prefix = entry.prefix.as_deref()?;
        let message = match entry.behind_prefix(id) {
            Some("") => format!("the id `{id}` has nothing behind its prefix"),
            Some(_) => return None,
            None => format!("the id `{id}` does not start with `{prefix}-`"),
        };
        Some(
            Diagnostic::new(&ID_WITHOUT_PREFIX, message, self.place(span)).with_note(format!(
                "ids of the collection `{}` have the form `{prefix}-name`",
                entry.name
            )),
        )
    }
}

/// The collection to whose ids an id belongs, by its prefix; of several the one with the longest.
fn home<'c>(id: &str, collections: &'c [Collection]) -> Option<&'c Collection> {
    let length = |collection: &Collection| {
        let rest = collection.entry.behind_prefix(id)?;
        // The longer the prefix, the shorter is what stands behind it.
        (!rest.is_empty()).then_some(id.len() - rest.len())
    };
    let homes = collections.iter().filter(|it| length(it).is_some());
    homes.max_by_key(|it| length(it))
}
