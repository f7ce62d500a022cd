//! Sources: a bibliographic item, who published it, and the version that was read.

use crate::collection::Collection;
use crate::json::{Json, Member};
use crate::plan::Plan;
use crate::random::Random;
use crate::record::{date, notes};
use crate::words;

/// Kinds of source, each with a type of bibliographic item that fits it.
const KINDS: [(&str, &str); 12] = [
    ("guideline", "report"),
    ("systematic-review", "article-journal"),
    ("trial", "article-journal"),
    ("regulatory-label", "document"),
    ("consensus", "article-journal"),
    ("narrative-review", "article-journal"),
    ("book-chapter", "chapter"),
    ("patient-information", "webpage"),
    ("expert-opinion", "webpage"),
    ("consumer-article", "webpage"),
    ("provider-marketing", "webpage"),
    ("book", "book"),
];

/// The sources that a claim can rest on, by their numbers.
pub(super) const STRONG: [(usize, usize); 3] = [(0, 12), (1, 12), (2, 12)];

/// Whether a source is a paper, in which passages are found by their pages.
pub(super) fn is_paper(number: usize) -> bool {
    KINDS[number % KINDS.len()].1 == "article-journal"
}

/// Whether neither of two sources retells the other, and they come from different publishers.
pub(super) fn are_independent(plan: &Plan, one: usize, other: usize) -> bool {
    let (one_publisher, other_publisher) = (publisher(plan, one), publisher(plan, other));
    one_publisher != other_publisher
        && !cited(plan, one).contains(&other)
        && !cited(plan, other).contains(&one)
}

/// The id of the version of a source that was read.
pub(super) fn snapshot(number: usize) -> String {
    format!("document-{number:03}")
}

/// Appends what lies between the id and the review.
pub(super) fn fill(plan: &Plan, number: usize, random: &mut Random, members: &mut Vec<Member>) {
    let (kind, item) = KINDS[number % KINDS.len()];
    members.push(("kind", Json::text(kind)));
    members.push(("csl", csl(plan, number, random, item)));
    members.push((
        "publisher",
        Json::Reference(plan.id(Collection::Agents, publisher(plan, number))),
    ));
    let interests: &[&str] = match kind {
        "guideline" | "systematic-review" | "trial" => &["public-body", "none-declared", "unknown"],
        _ => &[
            "public-body",
            "none-declared",
            "advertising",
            "provider",
            "unknown",
        ],
    };
    members.push(("interest", Json::text(random.one_of(interests))));
    let country = random.one_of(&["DE", "US", "GB", "ZZ"]);
    members.push(("jurisdictions", Json::Array(vec![Json::text(country)])));
    if kind == "guideline" {
        members.push(("valid_until", Json::text("2028-12")));
        members.push((
            "version",
            Json::Text(format!("{}.{}", 1 + number % 5, number % 3)),
        ));
        members.push((
            "register",
            Json::Object(vec![
                ("system", Json::text("AWMF")),
                ("number", Json::Text(format!("032-{:03}OL", number % 1000))),
            ]),
        ));
    }
    let cited = cited(plan, number);
    if !cited.is_empty() {
        let ids = cited
            .into_iter()
            .map(|older| plan.id(Collection::Sources, older));
        members.push(("cites", Json::references(ids.collect())));
    }
    // Where a text that retells others says which, a claim would have to cite these.
    let linkages: &[&str] = match kind {
        "guideline" | "systematic-review" | "trial" | "regulatory-label" | "consensus" => {
            &["in-text", "list-only", "none"]
        }
        _ => &["list-only", "none"],
    };
    members.push(("reference_linkage", Json::text(random.one_of(linkages))));
    let version = Json::Object(vec![
        ("id", Json::Text(snapshot(number))),
        ("sha256", Json::Text(words::hash(random))),
        ("retrieved", Json::Text(date(random))),
        ("language", Json::text("en")),
    ]);
    members.push(("snapshots", Json::Array(vec![version])));
    if random.chance(30) {
        members.push(("licence", Json::text("CC-BY-4.0")));
    }
    if random.chance(20) {
        members.push(notes(random));
    }
}

/// The agent that published a source.
fn publisher(plan: &Plan, number: usize) -> usize {
    let mut random = plan.open_random(Collection::Sources, number);
    plan.any(&mut random, Collection::Agents)
}

/// The older sources to which a source refers.
fn cited(plan: &Plan, number: usize) -> Vec<usize> {
    let mut cited = Vec::new();
    if number == 0 {
        return cited;
    }
    let mut random = plan.open_random(Collection::Sources, number);
    // The first number decides on the publisher.
    random.bits();
    for _ in 0..random.below(5) {
        let older = plan.any_below(&mut random, Collection::Sources, number);
        if !cited.contains(&older) {
            cited.push(older);
        }
    }
    cited
}

fn csl(plan: &Plan, number: usize, random: &mut Random, item: &'static str) -> Json {
    let title = plan.label(Collection::Sources, number);
    let title = words::sentence(random, &title);
    let title = title.trim_end_matches('.');
    let mut members = vec![("type", Json::text(item)), ("title", Json::text(title))];
    if matches!(item, "article-journal" | "chapter") {
        members.push((
            "container-title",
            Json::text("Annals of Generated Oncology"),
        ));
    }
    let authors = (0..random.between(1, 6)).map(|place| {
        let given = random.one_of(&["Ada", "René", "Jürgen", "Mary", "Ines", "Paul"]);
        Json::Object(vec![
            ("family", Json::Text(format!("Writer{number}x{place}"))),
            ("given", Json::text(given)),
        ])
    });
    members.push(("author", Json::Array(authors.collect())));
    if item == "article-journal" {
        members.push(("volume", Json::integer_text(random.between(1, 90))));
        members.push((
            "page",
            Json::Text(format!("{}-{}", 100 + number, 109 + number)),
        ));
    }
    if item == "chapter" {
        members.push((
            "page",
            Json::Text(format!("{}-{}", 10 + number, 19 + number)),
        ));
    }
    if matches!(item, "chapter" | "book") {
        members.push(("publisher", Json::text("Generated Press")));
    }
    let day = [
        random.between(2010, 2022),
        random.between(1, 12),
        random.between(1, 28),
    ];
    let day = Json::Array(day.into_iter().map(Json::integer).collect());
    let issued = Json::Object(vec![("date-parts", Json::Array(vec![day]))]);
    members.push(("issued", issued));
    members.push(("language", Json::text("en")));
    if item == "article-journal" {
        members.push(("DOI", Json::Text(format!("10.5555/generated.{number}"))));
        members.push(("PMID", Json::integer_text(10_000_000 + number)));
    }
    members.push((
        "URL",
        Json::Text(format!("https://example.org/sources/{number}")),
    ));
    Json::Object(members)
}
