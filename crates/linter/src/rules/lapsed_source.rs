//! Finds sources whose announced update is overdue or whose validity has ended, at the day for which
//! the dataset is checked (`as_of`).
//!
//! # Why it matters
//!
//! Guidelines and pages for patients say how long they hold. After that day their publisher does
//! not stand by them any more, and a treatment that they name may have been replaced.
//!
//! # How to mend it
//!
//! Look for a newer version. If there is one, add it as a source of its own and name it under
//! `superseded_by`; if not, accept the finding in `data/exceptions.json` until you look again.
//!
//! # What it leaves alone
//!
//! A year or a month has passed when all its days have. Sources that were withdrawn (`deprecated`) or
//! that name their successor are left to other rules.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Source;

rule! {
    name: "lapsed-source",
    severity: Error,
    summary: "a source whose next update or end of validity has passed",
    since: "0.1.0",
    check: Source(check),
}

fn check(source: Source<'_>, found: &mut Found) {
    if source.is_deprecated() || source.get("superseded_by").is_some() {
        return;
    }
    let as_of = source.manifest.as_of.as_str();
    for (member, what) in [
        ("valid_until", "the source was valid until"),
        ("next_update", "the next update of the source was due in"),
    ] {
        let Some(day) = source.text(member) else {
            continue;
        };
        // ISO dates sort as text, and a year or month is compared with as much of the day.
        if as_of.get(..day.len()).is_some_and(|passed| passed > &*day) {
            found.add(
                Finding::new(day.spot(), format!("{what} {}", &*day))
                    .with_note(format!("the dataset is checked as of {as_of}"))
                    .with_help("look for a newer version of the source"),
            );
        }
    }
}
