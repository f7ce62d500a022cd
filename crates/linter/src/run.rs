//! A run: the pass with the rules of single records, then the rules between records, then what the
//! settings of the dataset make of the findings.

mod between;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::mem::forget;
use std::path::Path;

use treatise_dataset::{Dataset, Findings, LoadOptions, begin, on_all_cores};
use treatise_report::{Counts, Novelty, Rule, fingerprints};

use self::between::{Inspected, Verdict};
use crate::options::{Linted, Options, Part};
use crate::registry::LINTS;
use crate::view::{Again, Closed, Head, Records};
use crate::visit::{ClaimInspector, Inspector, Keep, closed, heads};
use crate::{Error, settings};

/// Checks the dataset below `root`.
///
/// # Errors
/// A folder or file can't be read.
pub fn lint(root: &Path, options: &Options<'_>) -> Result<Linted, Error> {
    on_all_cores(|| lint_here(root, options))
}

fn lint_here(root: &Path, options: &Options<'_>) -> Result<Linted, Error> {
    let mut linted = match options.base {
        None => lint_after(None, root, options)?,
        Some(base) => {
            let old_options = Options {
                base: None,
                keep: usize::MAX,
                only: None,
                observer: &(),
                drafts: None,
                clock: None,
                ..*options
            };
            let both = |old: Inspected<'_, '_>| {
                let linted = lint_after(Some(old.records), root, options)?;
                Ok::<_, Error>((linted, old.between(None, &old_options)))
            };
            let (both, old) = inspect(base.root, &old_options, Keep::Texts, both)?;
            let (mut linted, verdict) = both?;
            let old = old.settle(verdict, &old_options);
            linted.known = mark_known(&mut linted, &old, base.name);
            linted
        }
    };
    linted.findings.sort(linted.dataset.files(), options.keep);
    Ok(linted)
}

/// Checks a dataset; `old` are the records before a change.
fn lint_after(
    old: Option<&Records<'_>>,
    root: &Path,
    options: &Options<'_>,
) -> Result<Linted, Error> {
    // Who compares, and who looks for passages and notices, looks at all claims again.
    let needs_texts = old.is_some() || options.documents.is_some() || options.notices.is_some();
    let keep = match needs_texts {
        true => Keep::Texts,
        false => Keep::Notes,
    };
    let judge = |inspected: Inspected<'_, '_>| inspected.between(old, options);
    let (verdict, looked) = inspect(root, options, keep, judge)?;
    Ok(looked.settle(verdict, options))
}

/// What of a dataset could not be looked at.
pub(crate) struct Unseen {
    /// How many records.
    pub(crate) records: u64,
    /// The names of collections that are not there.
    pub(crate) collections: Vec<String>,
}

/// Loads a dataset for what is made of its records and is no rule; also returns what could not be
/// looked at.
pub(crate) fn with_records<T: Send>(
    root: &Path,
    options: &Options<'_>,
    use_them: impl FnOnce(&Records<'_>) -> T + Send,
) -> Result<(T, Unseen), Error> {
    let use_them = |inspected: Inspected<'_, '_>| (use_them(inspected.records), inspected.broken());
    let inspect = || inspect(root, options, Keep::Texts, use_them);
    let ((made, records), looked) = on_all_cores(inspect)?;
    // What is made of nothing would look like what is made of an empty dataset.
    if looked.dataset.index().is_empty() {
        let nothing = "no record could be looked at: `treatise validate` shows why";
        return Err(Error::NotFound(nothing.into()));
    }
    let collections = looked.dataset.collections().iter();
    let absent = collections.filter(|collection| !collection.is_there());
    let collections = absent
        .map(|collection| collection.name().to_owned())
        .collect();
    Ok((
        made,
        Unseen {
            records,
            collections,
        },
    ))
}

/// Loads a dataset, runs the rules within the pass, and hands over what was seen.
fn inspect<T>(
    root: &Path,
    options: &Options<'_>,
    keep: Keep,
    use_it: impl FnOnce(Inspected<'_, '_>) -> T,
) -> Result<(T, Looked), Error> {
    // What takes findings away has to see them.
    const ENOUGH: usize = 100_000;
    let is_selective = options.base.is_some()
        || options.part == Part::Rules
        || !options.choice.only.is_empty()
        || !options.choice.levels.is_empty();
    let inspector = Inspector::new(keep, options);
    inspector.prepare();
    let load_options = LoadOptions {
        manifest: options.manifest,
        as_of: options.as_of,
        keep: if is_selective {
            usize::MAX
        } else {
            options.keep.max(ENOUGH)
        },
        only: options.only,
        observer: options.observer,
        visitor: &inspector,
        schemas: options.schemas,
        texts: None,
        drafts: options.drafts,
    };
    let (dataset, rest) = begin(root, &load_options)?;
    let plans = inspector.plans();
    let others = inspector.take_kept();
    let claims;
    let (made, findings) = {
        let again = Again::new(&dataset, inspector.hasher());
        let rooms = Rooms::default();
        let bodies = hold(&rooms.bodies, closed(&others, plans, None), options);
        let other_heads = hold(&rooms.heads, heads(bodies, plans, &dataset), options);
        let mut records = Records::without_claims(&dataset, other_heads);
        records.prepare();
        inspector.look_at(&records);
        let of_claims = LoadOptions {
            visitor: &ClaimInspector {
                inspector: &inspector,
                others: &records,
            },
            ..load_options
        };
        let findings = rest.read(&dataset, &of_claims)?;
        let mut seen = inspector.take_seen();
        claims = std::mem::take(&mut seen.kept);
        let bodies = closed(&claims, plans, Some(&again));
        let bodies = hold(&rooms.claim_bodies, bodies, options);
        let heads = heads(bodies, plans, &dataset);
        records.add_claims(hold(&rooms.claim_heads, heads, options));
        let made = use_it(Inspected {
            dataset: &dataset,
            plans,
            seen,
            records: &records,
        });
        if options.is_last {
            forget(records);
        }
        if let Some(failure) = again.failure() {
            return Err(failure.into());
        }
        (made, findings)
    };
    if options.is_last {
        forget((claims, others));
    }
    Ok((made, Looked { dataset, findings }))
}

/// Says of the findings which of them were there before, and counts these.
fn mark_known(linted: &mut Linted, old: &Linted, name: &str) -> Counts {
    let of = |linted: &Linted| fingerprints(linted.dataset.files(), &linted.findings.kept);
    let old: BTreeSet<String> = of(old).into_iter().collect();
    let here = of(linted);
    let mut known = Counts::default();
    for (finding, fingerprint) in linted.findings.kept.iter_mut().zip(here) {
        let is_known = old.contains(&fingerprint);
        finding.novelty = Some(match is_known {
            true => Novelty::Known,
            false => Novelty::New,
        });
        if is_known {
            known += Counts::of([&*finding]);
            finding
                .notes
                .push(format!("it was already there in `{name}`"));
        }
    }
    known
}

/// Room for what records are made of, which has to be there longer than they.
#[derive(Default)]
struct Rooms<'r> {
    bodies: OnceCell<Vec<Closed<'r>>>,
    heads: OnceCell<Vec<Head<'r>>>,
    claim_bodies: OnceCell<Vec<Closed<'r>>>,
    claim_heads: OnceCell<Vec<Head<'r>>>,
}

/// Puts something where it can be borrowed; in the last run, where nobody takes it apart.
fn hold<'r, T>(room: &'r OnceCell<Vec<T>>, held: Vec<T>, options: &Options<'_>) -> &'r [T] {
    match options.is_last {
        true => held.leak(),
        false => room.get_or_init(|| held),
    }
}

/// What is left of it when nobody looks at the records any more.
struct Looked {
    dataset: Dataset,
    /// What loading and the rules within the pass have found.
    findings: Findings,
}

impl Looked {
    /// Applies levels and exceptions.
    fn settle(self, verdict: Verdict, options: &Options<'_>) -> Linted {
        let Self {
            dataset,
            mut findings,
        } = self;
        let Verdict {
            diagnostics,
            skipped,
            unseen,
            timings,
            ran,
        } = verdict;
        findings.add(diagnostics);
        let is_lint = |rule: &Rule| LINTS.iter().any(|lint| lint.rule.name == rule.name);
        let is_chosen = |name: &str| {
            options.choice.only.is_empty() || options.choice.only.iter().any(|only| only == name)
        };
        findings.add(settings::check_levels(&dataset));
        findings.sort(dataset.files(), usize::MAX);
        let is_complete =
            options.only.is_none() && findings.counts.total() == findings.kept.len() as u64;
        settings::apply_exceptions(&dataset, &mut findings, |name| {
            let has_run = ran.contains(name)
                || !LINTS.iter().any(|lint| lint.rule.name == name)
                    && options.part == Part::All
                    && is_chosen(name);
            is_complete && has_run
        });
        settings::apply_levels(&dataset, &mut findings, options.choice);
        if options.part == Part::Rules || !options.choice.only.is_empty() {
            findings.kept.retain(|finding| {
                let is_settings = settings::RULES.contains(&finding.rule);
                let is_part = options.part == Part::All || is_settings || is_lint(finding.rule);
                is_part && is_chosen(finding.rule.name)
            });
            findings.counts = Counts::of(&findings.kept);
        }
        Linted {
            dataset,
            findings,
            known: Counts::default(),
            skipped,
            unseen,
            timings: timings.list(),
        }
    }
}
