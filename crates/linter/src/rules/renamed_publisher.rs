//! Finds sources that call an organisation by a name which it had given up when they were published.
//!
//! # Why it matters
//!
//! Publishers and providers are bought and renamed. Who looks for a work under a name that the
//! organisation did not bear any more does not find it; most likely, name or date was copied from
//! another work.
//!
//! # How to mend it
//!
//! Look at the work. If it bears the newer name, put that in; if it bears the old one, put the end of
//! its use (`former_names`) right.
//!
//! # What it leaves alone
//!
//! Sources without a date of publication, and names that no agent lists as former ones.

use rustc_hash::FxHashMap;

use crate::check::rule;
use crate::day::Days;
use crate::finding::{Finding, Found};
use crate::view::{Agent, Node, Records, Text};

rule! {
    name: "renamed-publisher",
    severity: Warning,
    summary: "an organisation under a name that it had given up when the source was published",
    since: "0.1.0",
    check: Dataset(check),
}

fn check(records: &Records<'_>, found: &mut Found) {
    let mut former: FxHashMap<String, (Agent<'_>, Text<'_>, Days)> = FxHashMap::default();
    for &agent in &records.agents {
        for name in agent.items("former_names") {
            let until = name.text("until").and_then(|until| Days::of_text(&until));
            if let Some((text, until)) = name.text("name").zip(until) {
                former.insert(text.to_lowercase(), (agent, text, until));
            }
        }
    }
    if former.is_empty() {
        return;
    }
    for source in &records.sources {
        let Some((csl, issued)) = source.csl().zip(source.issued().and_then(Days::of_csl)) else {
            continue;
        };
        for text in names(csl) {
            let Some((agent, name, until)) = former.get(&text.to_lowercase()) else {
                continue;
            };
            if !issued.is_after(*until) {
                continue;
            }
            let today = agent.name().map_or("", Text::as_str);
            found.add(
                Finding::new(
                    text.spot(),
                    format!("`{}` had given up the name `{}` by then", agent.id, &**name),
                )
                .with_related(name.spot(), "this is the former name, with its end")
                .with_help(format!("the name today is `{today}`")),
            );
        }
    }
}

/// The names of organisations in a reference.
fn names(csl: Node<'_>) -> impl Iterator<Item = Text<'_>> {
    let people = ["author", "editor", "translator"].into_iter();
    let people = people
        .flat_map(move |role| csl.items(role))
        .filter_map(|name| name.text("literal"));
    csl.text("publisher").into_iter().chain(people)
}
