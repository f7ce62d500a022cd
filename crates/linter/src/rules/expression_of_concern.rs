//! Finds sources whose journal has expressed concern about them, in the table that `--notices` names.
//!
//! # Why it matters
//!
//! A journal expresses concern while it looks into a paper, or where it can't come to an end. The paper
//! may be retracted tomorrow, and whoever relies on it wants to know that today.
//!
//! # How to mend it
//!
//! Add a second source for what the claims say, or record an issue of the kind `factual-doubt` that
//! affects the source or the claims that cite it.
//!
//! The table is that of [`retracted-source`](retracted-source.md).
//!
//! # What it leaves alone
//!
//! Papers that were reinstated later, and papers that were retracted, which are another rule's. Sources
//! that an unsettled issue of the kind `factual-doubt` affects; sources that were withdrawn.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::notices::{Nature, Notices};
use crate::view::Records;

rule! {
    name: "expression-of-concern",
    severity: Warning,
    summary: "a source about which its journal has expressed concern",
    since: "0.1.0",
    check: Notices(check),
    needs: WholeDataset,
}

fn check(records: &Records<'_>, notices: &Notices, found: &mut Found) {
    for &source in &records.sources {
        let standing = notices.standing(source);
        let Some((said, notice)) = standing.filter(|_| !source.is_deprecated()) else {
            continue;
        };
        let is_covered = records.issues_of(source.0).into_iter().any(|issue| {
            issue.is_unsettled() && issue.kind().is_some_and(|kind| kind == "factual-doubt")
        });
        if notice.nature != Nature::ExpressionOfConcern || is_covered {
            continue;
        }
        let finding = Finding::new(
            said.spot(),
            format!(
                "the journal of `{}` has expressed concern about it{}",
                &*said,
                notice.when()
            ),
        )
        .with_help("add another source, or record an issue of the kind `factual-doubt`");
        found.add(notice.explain(finding, records, source));
    }
}
