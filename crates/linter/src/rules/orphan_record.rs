//! Finds conditions, sites, interventions, drugs, biomarkers, criteria, goals and agents to which
//! nothing refers.
//!
//! # Why it matters
//!
//! An entity says only what a thing is called; what is known of it is in the claims. One that no
//! claim, term or source names says nothing, and is most likely left over from a claim that was
//! changed, or a double of another entity.
//!
//! # How to mend it
//!
//! Delete it if it was never published, withdraw it if it was, or refer to it from the claim that it
//! was made for. Where a reference leads nowhere, or a file belongs to no collection, look at these
//! first: one of them may be what refers to it.
//!
//! # What it leaves alone
//!
//! Claims, terms, sources and issues, which nothing needs to refer to, and records that were
//! withdrawn.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Records;

rule! {
    name: "orphan-record",
    severity: Warning,
    summary: "an entity or agent to which nothing refers",
    since: "0.1.0",
    check: Dataset(check),
    needs: WholeDataset,
}

fn check(records: &Records<'_>, found: &mut Found) {
    let help = match records.dataset().may_lack_references() {
        true => {
            "mend the references that lead nowhere and the files that belong to no collection first: \
             one of them may be what refers to it"
        }
        false => "delete it, or refer to it from the claim that it was made for",
    };
    let entities = records.entities.iter().map(|entity| entity.0);
    let agents = records.agents.iter().map(|agent| agent.0);
    for record in entities.chain(agents) {
        if record.is_deprecated() || records.is_referred_to(record) {
            continue;
        }
        let message = format!("nothing refers to `{}`", record.id);
        found.add(Finding::new(record.heading(), message).with_help(help));
    }
}
