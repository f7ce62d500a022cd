//! Finds web addresses that lead nowhere for others, or that carry what only traced the click: no
//! public host, a user name, a parameter of a campaign, a marked piece of text, punctuation at the
//! end.
//!
//! # Why it matters
//!
//! Readers check a claim at the address of its source. Parameters of campaigns tell the publisher where
//! the reader came from, and make two addresses of one page, so that a source is entered twice.
//!
//! # How to mend it
//!
//! Open the address and copy it as it is when all parameters that the page does not need are gone;
//! `treatise check --fix` takes the known ones away.
//!
//! # What it leaves alone
//!
//! That an address begins with `https` is a matter of the schema. Whether there is a page is not known
//! without the network. A punctuation mark at the end is told and not deleted: it may be part of the
//! address.

use treatise_report::Applicability;
use url::{Host, Url};

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::tables::rows;
use crate::view::Source;

rule! {
    name: "invalid-url",
    severity: Error,
    summary: "a web address without public host, or with what only traced a click",
    since: "0.1.0",
    check: Source(check),
    fix: Safe,
}

/// Parameters that say where a click came from.
const TRACKERS: &str = include_str!("../tables/tracking-parameters.tsv");

fn check(source: Source<'_>, found: &mut Found) {
    let Some(text) = source.csl().and_then(|csl| csl.text("URL")) else {
        return;
    };
    let Ok(url) = Url::parse(&text) else {
        found.add(Finding::new(text.spot(), "this is no web address"));
        return;
    };
    let is_public = match url.host() {
        Some(Host::Domain(name)) => {
            let last = name.rsplit('.').next().unwrap_or_default();
            name.contains('.')
                && !["invalid", "local", "localhost", "internal", "test"].contains(&last)
        }
        _ => false,
    };
    if !is_public {
        found.add(
            Finding::new(text.spot(), "the address has no host that others can reach")
                .with_help("name the public address of the page"),
        );
    }
    if !url.username().is_empty() || url.password().is_some() {
        found.add(
            Finding::new(text.spot(), "the address has a user name or password in it")
                .with_help("leave it out, and change the password"),
        );
    }
    let (clean, reason) = clean(&text);
    // A full stop may be part of the address, as behind an abbreviation, and is left to people.
    let rest = without_punctuation(&clean);
    if rest.len() < clean.len() {
        let message = "the address ends with a punctuation mark";
        let help = format!("if the mark is no part of it, the address is `{rest}`");
        found.add(Finding::new(text.spot(), message).with_help(help));
    }
    if let Some(reason) = reason {
        let mut finding =
            Finding::new(text.spot(), reason).with_help(format!("the address is `{clean}`"));
        if let Some(span) = text.span_of(0..text.len()) {
            finding = finding.with_fix(Applicability::Safe, [(span, clean)]);
        }
        found.add(finding);
    }
}

/// The address without what only traced the click, and the first thing that did.
fn clean(address: &str) -> (String, Option<&'static str>) {
    let mut reason = None;
    let (head, mut fragment) = match address.split_once('#') {
        Some((head, fragment)) => (head, Some(fragment)),
        None => (address, None),
    };
    let (path, query) = match head.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (head, None),
    };
    let kept: Vec<_> = query
        .into_iter()
        .flat_map(|query| query.split('&'))
        .filter(|parameter| !is_tracker(parameter))
        .collect();
    if query.is_some_and(|query| query != kept.join("&")) {
        reason.get_or_insert("the address says where a click came from");
    }
    if let Some((own, _)) = fragment.and_then(|fragment| fragment.split_once(":~:")) {
        fragment = Some(own).filter(|own| !own.is_empty());
        reason.get_or_insert("the address marks a piece of text");
    }
    let mut clean = path.to_owned();
    if !kept.is_empty() {
        clean = format!("{clean}?{}", kept.join("&"));
    }
    if let Some(fragment) = fragment {
        clean = format!("{clean}#{fragment}");
    }
    (clean, reason)
}

/// The address without the marks at its end that mostly belong to the sentence around it.
fn without_punctuation(mut address: &str) -> &str {
    let count = |bracket| address.matches(bracket).count();
    let mut unopened = count(')').saturating_sub(count('('));
    loop {
        address = match address.strip_suffix(['.', ',', ';', '>', '"']) {
            Some(rest) => rest,
            None => match address.strip_suffix(')') {
                Some(rest) if unopened > 0 => {
                    unopened -= 1;
                    rest
                }
                _ => return address,
            },
        };
    }
}

fn is_tracker(parameter: &str) -> bool {
    let (name, _) = parameter.split_once('=').unwrap_or((parameter, ""));
    rows::<2>(TRACKERS).any(|[tracker, _]| match tracker.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == tracker,
    })
}
