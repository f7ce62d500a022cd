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

/// What is dated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Event {
    Publication,
    FirstPublication,
    LastVisit,
    Update,
    NextUpdate,
    EndOfValidity,
    Fetching,
    Curation,
    Review,
    NextReview,
    Withdrawal,
    Appraisal,
    LastUseOfName,
}

/// What can't be before what.
const ORDERED: &[(Event, Event)] = &[
    (Event::FirstPublication, Event::Publication),
    (Event::Publication, Event::Update),
    (Event::Publication, Event::NextUpdate),
    (Event::Update, Event::NextUpdate),
    (Event::Publication, Event::EndOfValidity),
    (Event::Update, Event::Fetching),
    (Event::Review, Event::NextReview),
];

impl Event {
    fn name(self) -> &'static str {
        match self {
            Self::Publication => "the publication",
            Self::FirstPublication => "the first publication",
            Self::LastVisit => "the last visit",
            Self::Update => "the update",
            Self::NextUpdate => "the next update",
            Self::EndOfValidity => "the end of validity",
            Self::Fetching => "the fetching",
            Self::Curation => "the curation",
            Self::Review => "the review",
            Self::NextReview => "the next review",
            Self::Withdrawal => "the withdrawal",
            Self::Appraisal => "the appraisal",
            Self::LastUseOfName => "the last use of a name",
        }
    }

    /// Whether it may lie ahead.
    fn may_come(self) -> bool {
        matches!(
            self,
            Self::NextUpdate | Self::EndOfValidity | Self::NextReview | Self::LastUseOfName
        )
    }
}

/// A date with what it is and where it stands.
struct Dated {
    event: Event,
    days: Days,
    spot: Spot,
}

/// The dates of a record: most have few.
#[derive(Default)]
struct Dates(Vec<Dated>);

impl Dates {
    /// Adds the date in a member; one that no calendar has is reported.
    fn add(&mut self, event: Event, member: Option<Node<'_>>, found: &mut Found) {
        if let Some(text) = member.and_then(Node::as_text) {
            self.push(event, Days::of_text(&text), text.spot(), found);
        }
    }

    /// The same for a date of the reference.
    fn add_csl(&mut self, event: Event, date: Option<Node<'_>>, found: &mut Found) {
        // A date in words is no date that could be compared.
        if let Some(date) = date.filter(|date| date.get("date-parts").is_some()) {
            self.push(event, Days::of_csl(date), date.spot(), found);
        }
    }

    fn push(&mut self, event: Event, days: Option<Days>, spot: Spot, found: &mut Found) {
        match days {
            Some(days) => self.0.push(Dated { event, days, spot }),
            None => found.add(
                Finding::new(
                    spot,
                    format!("{} is dated to a day that no calendar has", event.name()),
                )
                .with_help("look the date up again"),
            ),
        }
    }

    fn of(&self, event: Event) -> impl Iterator<Item = &Dated> {
        self.0.iter().filter(move |date| date.event == event)
    }

    /// Reports what is dated before what can't be behind it.
    fn order(&self, early: Event, late: Event, found: &mut Found) {
        for early in self.of(early) {
            for late in self.of(late) {
                judge(early, late, found);
            }
        }
    }
}

fn check(record: Record<'_>, found: &mut Found) {
    let mut dates = Dates::default();
    let csl = record.get("csl");
    if let Some(csl) = csl {
        dates.add_csl(Event::Publication, csl.get("issued"), found);
        dates.add_csl(Event::FirstPublication, csl.get("original-date"), found);
        dates.add_csl(Event::LastVisit, csl.get("accessed"), found);
    }
    dates.add(Event::Update, record.get("updated"), found);
    dates.add(Event::NextUpdate, record.get("next_update"), found);
    dates.add(Event::EndOfValidity, record.get("valid_until"), found);
    for snapshot in record.items("snapshots") {
        dates.add(Event::Fetching, snapshot.get("retrieved"), found);
    }
    let review = record.get("review");
    if let Some(review) = review {
        dates.add(Event::Curation, review.get("curated_on"), found);
        dates.add(Event::Review, review.get("reviewed_on"), found);
        dates.add(Event::NextReview, review.get("due_on"), found);
    }
    let on = |member: &str| record.get(member)?.get("on");
    dates.add(Event::Withdrawal, on("deprecated"), found);
    dates.add(Event::Appraisal, on("appraisal"), found);
    for name in record.items("former_names") {
        dates.add(Event::LastUseOfName, name.get("until"), found);
    }
    // Most records have one.
    if dates.0.len() > 1 {
        for &(early, late) in ORDERED {
            dates.order(early, late, found);
        }
        let is_approved = record.review_status() == Some("reviewed");
        if is_approved {
            dates.order(Event::Curation, Event::Review, found);
        }
        let kind = csl.and_then(|csl| csl.text("type"));
        if kind.is_some_and(|kind| matches!(&*kind, "webpage" | "post-weblog")) {
            dates.order(Event::Publication, Event::Fetching, found);
        }
        // Later stored versions stand behind earlier ones.
        let later = dates.of(Event::Fetching).skip(1);
        for (early, late) in dates.of(Event::Fetching).zip(later) {
            judge(early, late, found);
        }
    }
    let Some(today) = record.plan.today else {
        return;
    };
    for date in dates.0.iter().filter(|date| !date.event.may_come()) {
        if date.days.is_after(today) {
            let as_of = &record.manifest.as_of;
            let message = format!("{} lies in the future", date.event.name());
            found.add(
                Finding::new(date.spot, message)
                    .with_note(format!("the dataset is checked as of {as_of}"))
                    .with_help("mend the date; if it is right, move `as_of` in the manifest on"),
            );
        }
    }
}

fn judge(early: &Dated, late: &Dated, found: &mut Found) {
    if !early.days.is_after(late.days) {
        return;
    }
    let (before, behind) = (early.event.name(), late.event.name());
    found.add(
        Finding::new(late.spot, format!("{behind} is dated before {before}"))
            .with_related(early.spot, format!("this is {before}"))
            .with_help("look both dates up again"),
    );
}
