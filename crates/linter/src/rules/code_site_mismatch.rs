//! Finds conditions with an ICD-10 code for another part of the body than their `site`.
//!
//! # Why it matters
//!
//! The codes of metastases differ in one digit from organ to organ: C78.0 is the lung, C78.7 the liver. A
//! wrong digit is a wrong organ in every statistic.
//!
//! # How to mend it
//!
//! Mend the code or the site.
//!
//! # What it leaves alone
//!
//! Conditions without a site, and codes of categories that `src/tables/code-sites.tsv` does not have. It
//! compares with the English label of the site.

use std::sync::LazyLock;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::tables::rows;
use crate::view::Records;

rule! {
    name: "code-site-mismatch",
    severity: Error,
    summary: "a code for another part of the body than the site of the condition",
    since: "0.1.0",
    check: Dataset(check),
}

static SITES: LazyLock<Vec<[&str; 2]>> =
    LazyLock::new(|| rows(include_str!("../tables/code-sites.tsv")).collect());

fn check(records: &Records<'_>, found: &mut Found) {
    for &use_ in records.uses_of_codes() {
        if !matches!(&*use_.system, "ICD-10" | "ICD-10-CM") {
            continue;
        }
        let Some(site) = use_.record.text("site") else {
            continue;
        };
        let label = records.entity(&site).and_then(|site| site.label("en"));
        let fitting = SITES
            .iter()
            .filter(|[category, _]| use_.code.starts_with(category));
        let longest = fitting.max_by_key(|[category, _]| category.len());
        let Some((label, [category, words])) = label.zip(longest) else {
            continue;
        };
        let label = label.to_lowercase();
        if words.split(' ').any(|word| label.contains(word)) {
            continue;
        }
        found.add(
            Finding::new(
                use_.code.spot(),
                format!(
                    "`{category}` is about the {}, and the site is `{}`",
                    words.replace(' ', " or "),
                    &*site
                ),
            )
            .with_related(site.spot(), "this is the site")
            .with_help("mend the code, or the site"),
        );
    }
}
