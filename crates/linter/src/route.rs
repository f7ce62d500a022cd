//! Which rules look at the records of a collection in the pass, and in what way.

use crate::check::Check;
use crate::plan::Plan;
use crate::registry::LINTS;
use crate::view::Kind;

/// The rules that look at the records of one collection, by what they look at.
#[derive(Default)]
pub(crate) struct Route {
    /// Those that look at one record at a time, or at something in it.
    pub(crate) of_records: Vec<usize>,
    /// Those of them that look at its form alone.
    pub(crate) of_form: Vec<usize>,
    /// Those between records that look at each of them alone first.
    pub(crate) of_each: Vec<usize>,
    /// Those that look from a claim at others.
    pub(crate) of_others: Vec<usize>,
    pub(crate) is_kept: bool,
}

impl Route {
    pub(crate) fn of(plan: &Plan) -> Self {
        let mut route = Self::default();
        for (number, lint) in LINTS.iter().enumerate() {
            if !plan.looks_for(number) {
                continue;
            }
            let kind = match lint.check {
                Check::Form(_) => {
                    route.of_records.push(number);
                    route.of_form.push(number);
                    continue;
                }
                Check::Record(_) | Check::Prose(_) => {
                    route.of_records.push(number);
                    continue;
                }
                Check::Citation(_) => {
                    if matches!(plan.kind, Some(Kind::Claim | Kind::Term)) {
                        route.of_records.push(number);
                    }
                    continue;
                }
                Check::Marked(..) | Check::Alike(..) => {
                    if plan.kind.is_some() {
                        route.of_each.push(number);
                        route.is_kept = true;
                    }
                    continue;
                }
                Check::EachClaim(_) | Check::EachRecord(_) | Check::MarkedAmong(..) => {
                    if plan.kind == Some(Kind::Claim) {
                        route.of_others.push(number);
                    }
                    route.is_kept |= plan.kind.is_some();
                    continue;
                }
                Check::Dataset(_) | Check::Documents(_) | Check::Notices(_) | Check::Change(_) => {
                    route.is_kept |= plan.kind.is_some();
                    continue;
                }
                Check::Schemas(_) | Check::Exercise(_) => continue,
                Check::Claim(_) => Kind::Claim,
                Check::Source(_) => Kind::Source,
                Check::Term(_) => Kind::Term,
                Check::Entity(_) => Kind::Entity,
                Check::Issue(_) => Kind::Issue,
                Check::Agent(_) => Kind::Agent,
            };
            if plan.kind == Some(kind) {
                route.of_records.push(number);
            }
        }
        route
    }
}
