//! Finds references to records that were withdrawn, and names what takes their place.
//!
//! # Why it matters
//!
//! A record is withdrawn because it is wrong, was joined with another one or has lost its source. What
//! refers to it rests on that.
//!
//! # How to mend it
//!
//! Refer to the record that takes its place, and read again whether it still fits;
//! `treatise check --fix --unsafe-fixes` does it where the reference carries no meaning. Where
//! nothing takes its place, withdraw the record that refers to it too, or do without.
//!
//! # What it leaves alone
//!
//! References from records that were withdrawn themselves, and issues that are not open: they tell what
//! was so once.

use rustc_hash::FxHashMap;
use treatise_report::Applicability;
use treatise_source::{Kind, Value};

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Node, Record, Records};

rule! {
    name: "reference-to-deprecated",
    severity: Error,
    summary: "a reference to a record that was withdrawn",
    since: "0.1.0",
    check: Dataset(check),
    fix: Unsafe,
}

fn check(records: &Records<'_>, found: &mut Found) {
    let withdrawn = records.withdrawn();
    if withdrawn.is_empty() {
        return;
    }
    // To see that nothing leads to any of them takes less time than to look for what does.
    let index = records.dataset().index();
    if !withdrawn.keys().any(|&old| index.is_referred_to(old)) {
        return;
    }
    let is_withdrawn = |record| withdrawn.contains_key(&record);
    let referrers = records.dataset().referrers_to_any(is_withdrawn);
    let by_id: FxHashMap<&str, Record<'_>> = withdrawn.values().map(|old| (old.id, *old)).collect();
    for record in referrers
        .into_iter()
        .filter_map(|number| records.numbered(number))
    {
        of_record(record, &by_id, records, found);
    }
}

fn of_record<'r>(
    record: Record<'r>,
    withdrawn: &FxHashMap<&str, Record<'r>>,
    records: &Records<'r>,
    found: &mut Found,
) {
    let is_closed = || {
        let issue = records.issue(record.id);
        issue.is_some_and(|issue| issue.status().is_some_and(|status| status != "open"))
    };
    if record.is_deprecated() || is_closed() {
        return;
    }
    visit(record.root().value, &mut |value| {
        let id = value.as_str().and_then(|id| withdrawn.get(id));
        if let Some(old) = id.filter(|old| old.id != record.id) {
            let node = Node {
                value,
                ..record.root()
            };
            report(records, node, *old, found);
        }
    });
}

/// Calls `each` with every string in a value. An id is found nowhere but in references.
fn visit<'r>(value: Value<'r>, each: &mut impl FnMut(Value<'r>)) {
    match value.kind() {
        Kind::String => each(value),
        Kind::Object => value.members().for_each(|member| visit(member.value, each)),
        Kind::Array => value.elements().for_each(|element| visit(element, each)),
        _ => {}
    }
}

fn report<'r>(records: &Records<'r>, node: Node<'r>, old: Record<'r>, found: &mut Found) {
    let replacements = records.replacements(old).into_iter();
    let living = replacements.filter(|next| !next.is_deprecated());
    let successors: Vec<_> = living.map(|next| next.id).collect();
    let finding = Finding::new(node.spot(), format!("`{}` was withdrawn", old.id))
        .with_related(old.heading(), "this is the record");
    found.add(match &successors[..] {
        [] => finding.with_help("nothing takes its place: do without, or withdraw this record too"),
        [one] => {
            let finding = finding.with_help(format!("`{one}` takes its place"));
            match node.as_text().and_then(|text| text.span_of(0..text.len())) {
                Some(span) => finding.with_fix(Applicability::Unsafe, [(span, (*one).to_owned())]),
                None => finding,
            }
        }
        several => {
            let names: Vec<_> = several.iter().map(|id| format!("`{id}`")).collect();
            finding.with_help(format!(
                "one of these takes its place: {}",
                names.join(", ")
            ))
        }
    });
}
