//! Finds reviewed records whose meaning was changed and whose review is still that of before.
//!
//! # Why it matters
//!
//! The reviewer approved other words. With his name below the new ones, the record claims an approval
//! that nobody has given.
//!
//! # How to mend it
//!
//! Set the status to `in-review` and have the record reviewed again, or take the change back. A claim that
//! says something else now gets an id of its own.
//!
//! # What it leaves alone
//!
//! It needs a revision to compare with (`--since`). Only members that carry meaning count
//! (`x-meaning` in the schema); neither the order of lists does, nor how a text or number is written. A
//! reference that leads from a withdrawn record to the one that takes its place still means the same, unless
//! the withdrawn one was wrong, was split, or has lost its source. Records that were withdrawn are left
//! alone.

use crate::alike::content;
use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::shape::Shape;
use crate::view::{Record, Records};
use treatise_source::{Kind, Span, Value};

rule! {
    name: "changed-since-review",
    severity: Error,
    summary: "a reviewed record whose meaning was changed after the review",
    since: "0.1.0",
    check: Change(check),
    needs: WholeDataset,
}

fn check(before: &Records<'_>, now: &Records<'_>, found: &mut Found) {
    for record in now.all() {
        let Some(review) = record.get("review") else {
            continue;
        };
        let is_approved = review
            .text("status")
            .is_some_and(|status| status == "reviewed");
        let Some(reviewed) = review.text("reviewed_on").filter(|_| is_approved) else {
            continue;
        };
        let Some(old) = before.get(record.id).filter(|_| !record.is_deprecated()) else {
            continue;
        };
        let old_day = old
            .get("review")
            .and_then(|block| block.text("reviewed_on"));
        if old_day.is_none_or(|day| *day != *reviewed) {
            continue;
        }
        let (old, new) = (meaning(old, now), meaning(record, now));
        let texts = |leaves: &[Leaf]| {
            let mut texts: Vec<_> = leaves.iter().map(Leaf::said).collect();
            texts.sort_unstable();
            texts
        };
        let (old, all) = (texts(&old), texts(&new));
        if old == all {
            continue;
        }
        let is_changed = |leaf: &&Leaf| old.binary_search(&leaf.said()).is_err();
        let mut finding = Finding::new(
            reviewed.spot(),
            format!(
                "the meaning of `{}` was changed after this review",
                record.id
            ),
        )
        .with_help("set the status to `in-review`, and have it reviewed again");
        if let Some(changed) = new.iter().find(is_changed) {
            finding = finding.with_related(record.spot_of(changed.span), "this was changed");
        }
        found.add(finding);
    }
}

/// Reasons to withdraw a record after which what replaces it is the same thing.
const SAME: &[&str] = &["superseded", "merged", "duplicate"];

/// A value that carries meaning, with its path without positions in lists. An item of a list is one value:
/// what stands together in it belongs together.
struct Leaf {
    path: String,
    text: String,
    span: Span,
}

impl Leaf {
    fn said(&self) -> (String, String) {
        (self.path.clone(), self.text.clone())
    }
}

fn meaning(record: Record<'_>, now: &Records<'_>) -> Vec<Leaf> {
    let mut meaning = Meaning {
        now,
        leaves: Vec::new(),
    };
    let shape = Some(&record.plan.shape);
    meaning.collect(record.root().value, shape, false, String::new());
    meaning.leaves
}

/// The record that stands for a withdrawn one today, where that is the same thing under another id.
fn heir<'r>(id: &str, now: &Records<'r>) -> Option<&'r str> {
    let mut record = now.get(id)?;
    let mut seen = Vec::new();
    while let Some(block) = record.get("deprecated") {
        seen.push(record.id);
        let mut next = block.texts("replaced_by");
        let (next, others) = (next.next()?, next.count());
        let is_same = block
            .text("reason")
            .is_some_and(|reason| SAME.contains(&&*reason));
        record = now.get(&next)?;
        if !is_same || others > 0 || seen.contains(&record.id) {
            return None;
        }
    }
    Some(record.id)
}

struct Meaning<'n, 'r> {
    now: &'n Records<'r>,
    leaves: Vec<Leaf>,
}

impl Meaning<'_, '_> {
    /// Collects the values that carry meaning; below one that does, all do.
    fn collect(&mut self, value: Value<'_>, shape: Option<&Shape>, is_within: bool, path: String) {
        let has_meaning = is_within || shape.is_some_and(Shape::is_meaning);
        match value.kind() {
            Kind::Object => {
                for member in value.members() {
                    let shape = shape.and_then(|shape| shape.member(member.name()));
                    let path = format!("{path}/{}", member.name());
                    self.collect(member.value, shape, has_meaning, path);
                }
            }
            Kind::Array => {
                let shape = shape.and_then(Shape::element);
                for element in value.elements() {
                    self.add(element, shape, has_meaning, format!("{path}/*"));
                }
            }
            _ => self.add(value, shape, has_meaning, path),
        }
    }

    fn add(&mut self, value: Value<'_>, shape: Option<&Shape>, is_within: bool, path: String) {
        if let Some(text) = self.text(value, shape, is_within) {
            self.leaves.push(Leaf {
                path,
                text,
                span: value.span(),
            });
        }
    }

    /// What a value means, however it is written and in whatever order its lists are; `None` where nothing in
    /// it carries meaning.
    fn text(&self, value: Value<'_>, shape: Option<&Shape>, is_within: bool) -> Option<String> {
        let has_meaning = is_within || shape.is_some_and(Shape::is_meaning);
        let mut parts: Vec<String> = match value.kind() {
            Kind::Object => {
                let members = value.members().filter_map(|member| {
                    let name = member.name();
                    let shape = shape.and_then(|shape| shape.member(name));
                    let text = self.text(member.value, shape, has_meaning)?;
                    Some(format!("{name:?}:{text}"))
                });
                members.collect()
            }
            Kind::Array => {
                let shape = shape.and_then(Shape::element);
                let texts = value.elements();
                let texts = texts.filter_map(|element| self.text(element, shape, has_meaning));
                texts.collect()
            }
            _ => return has_meaning.then(|| self.scalar(value)),
        };
        parts.sort_unstable();
        (!parts.is_empty()).then(|| format!("[{}]", parts.join(",")))
    }

    fn scalar(&self, value: Value<'_>) -> String {
        let heir = value.as_str().and_then(|id| heir(id, self.now));
        heir.map_or_else(|| content(value), |heir| format!("{heir:?}"))
    }
}
