//! Finds dates that can't be as they are: a source that was updated before it was published, fetched
//! before it was written or lapsed before it began to hold, a review before the record was written, a
//! date after the day for which the dataset is checked, and days that no calendar has.
//!
//! # Why it matters
//!
//! All rules about age and validity rest on these dates. One that can't be right is a slip, and the
//! other dates of the record are no more to be trusted.
//!
//! # How to mend it
//!
//! Look the dates up again. If a record was changed after it was reviewed, it has to be reviewed again.
//!
//! # What it leaves alone
//!
//! Dates known to the year or month only are out of order when none of their days would do. Dates that
//! lie ahead by nature, such as the next update, may be after the day of the check. Only web
//! pages have to be published before they are fetched: papers appear on the web before their issue.

use crate::check::rule;
use crate::day::Days;
use crate::finding::{Finding, Found, Spot};
use crate::view::{Node, Record};

rule! {
    name: "dates-out-of-order",
    severity: Error,
    summary: "dates of a source or record that can't be as they are",
    since: "0.1.0",
    check: Record(check),
}

/// A date with what it is and where it stands.
#[derive(Clone, Copy)]
struct Dated {
    what: &'static str,
    days: Days,
    spot: Spot,
}

fn check<'r>(record: Record<'r>, found: &mut Found) {
    let [csl, updated, next, valid_until, snapshots, former_names] = record.get_each([
        "csl",
        "updated",
        "next_update",
        "valid_until",
        "snapshots",
        "former_names",
    ]);
    let [review, withdrawn, appraisal] = record.get_each(["review", "deprecated", "appraisal"]);
    let issued = csl_date(csl, "issued", "the publication", found);
    let original = csl_date(csl, "original-date", "the first publication", found);
    let accessed = csl_date(csl, "accessed", "the last visit", found);
    let updated = date(updated, "the update", found);
    let next = date(next, "the next update", found);
    let valid_until = date(valid_until, "the end of validity", found);
    let snapshots = snapshots.into_iter().flat_map(Node::elements);
    let retrieved: Vec<_> = snapshots
        .filter_map(|snapshot| date(snapshot.get("retrieved"), "the fetching", found))
        .collect();
    let [curated, reviewed, due, status] = review.map_or([None; 4], |review| {
        review.get_each(["curated_on", "reviewed_on", "due_on", "status"])
    });
    let curated = date(curated, "the curation", found);
    let reviewed = date(reviewed, "the review", found);
    let due = date(due, "the next review", found);
    let on = |node: Option<Node<'r>>| node?.get("on");
    let withdrawn = date(on(withdrawn), "the withdrawal", found);
    let appraised = date(on(appraisal), "the appraisal", found);
    for name in former_names.into_iter().flat_map(Node::elements) {
        date(name.get("until"), "the last use of a name", found);
    }

    let status = status.and_then(Node::as_text);
    let is_approved = status.is_some_and(|status| status == "reviewed");
    let mut judge = |early: &Option<Dated>, late: &Option<Dated>| {
        if let (Some(early), Some(late)) = (early, late) {
            if early.days.is_after(late.days) {
                report(early, late, found);
            }
        }
    };
    judge(&original, &issued);
    judge(&issued, &updated);
    judge(&issued, &next);
    judge(&updated, &next);
    judge(&issued, &valid_until);
    judge(&reviewed, &due);
    if is_approved {
        judge(&curated, &reviewed);
    }
    let is_page = csl.and_then(|csl| csl.text("type"));
    let is_page = is_page.is_some_and(|kind| matches!(&*kind, "webpage" | "post-weblog"));
    for &retrieved in &retrieved {
        judge(&updated, &Some(retrieved));
        if is_page {
            judge(&issued, &Some(retrieved));
        }
    }
    // Later stored versions stand behind earlier ones.
    for two in retrieved.windows(2) {
        judge(&Some(two[0]), &Some(two[1]));
    }
    let Some(today) = Days::of_text(&record.manifest.as_of) else {
        return;
    };
    let past = [
        &original, &issued, &accessed, &updated, &curated, &reviewed, &withdrawn, &appraised,
    ];
    for date in past.into_iter().flatten().chain(&retrieved) {
        if date.days.is_after(today) {
            let as_of = &record.manifest.as_of;
            found.add(
                Finding::new(date.spot, format!("{} lies in the future", date.what))
                    .with_note(format!("the dataset is checked as of {as_of}")),
            );
        }
    }
}

fn report(early: &Dated, late: &Dated, found: &mut Found) {
    found.add(
        Finding::new(
            late.spot,
            format!("{} is dated before {}", late.what, early.what),
        )
        .with_related(early.spot, format!("this is {}", early.what))
        .with_help("look both dates up again"),
    );
}

/// The date in a member; one that no calendar has is reported.
fn date(member: Option<Node<'_>>, what: &'static str, found: &mut Found) -> Option<Dated> {
    let text = member?.as_text()?;
    dated(what, Days::of_text(&text), text.spot(), found)
}

/// The same for a date of the reference.
fn csl_date(
    csl: Option<Node<'_>>,
    name: &str,
    what: &'static str,
    found: &mut Found,
) -> Option<Dated> {
    let date = csl?.get(name)?;
    // A date in words is no date that could be compared.
    date.get("date-parts")?;
    dated(what, Days::of_csl(date), date.spot(), found)
}

fn dated(what: &'static str, days: Option<Days>, spot: Spot, found: &mut Found) -> Option<Dated> {
    if days.is_none() {
        found.add(Finding::new(
            spot,
            format!("{what} is dated to a day that no calendar has"),
        ));
    }
    Some(Dated {
        what,
        days: days?,
        spot,
    })
}
