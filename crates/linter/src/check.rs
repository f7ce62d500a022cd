//! What a rule looks at, and how it is declared.

use treatise_report::{Rule, Scope};

use crate::alike::Keys;
use crate::documents::Documents;
use crate::exercise::Exercised;
use crate::finding::Found;
use crate::marked::Marked;
use crate::notices::Notices;
use crate::schemas::Schemas;
use crate::view::{Agent, Citation, Claim, Entity, Issue, Prose, Record, Records, Source, Term};

/// What a rule looks at; a rule costs nothing on records of other kinds.
#[derive(Clone, Copy)]
pub(crate) enum Check {
    /// Every record of every collection.
    Record(fn(Record<'_>, &mut Found)),
    /// The form of every record of every collection, for what holds whatever the record says: where it
    /// is asked for, also of records that are not as their schema says.
    Form(fn(Record<'_>, &mut Found)),
    /// Every text for people (`x-prose`) of every collection.
    Prose(fn(&Prose<'_>, &mut Found)),
    /// Every claim.
    Claim(fn(Claim<'_>, &mut Found)),
    /// Every source.
    Source(fn(Source<'_>, &mut Found)),
    /// Every term.
    #[allow(dead_code, reason = "no rule happens to look at terms alone")]
    Term(fn(Term<'_>, &mut Found)),
    /// Every condition, site, intervention, drug, biomarker, criterion and goal.
    Entity(fn(Entity<'_>, &mut Found)),
    /// Every issue.
    Issue(fn(Issue<'_>, &mut Found)),
    /// Every agent.
    Agent(fn(Agent<'_>, &mut Found)),
    /// Every citation, of claims and of the senses of terms.
    #[allow(dead_code, reason = "no rule happens to look at citations alone")]
    Citation(fn(&Citation<'_>, &mut Found)),
    /// Every claim, with all records at hand that are no claims.
    EachClaim(fn(Claim<'_>, &Records<'_>, &mut Found)),
    /// Every record of a kind that the rules know, with all records at hand that are no claims.
    EachRecord(fn(Record<'_>, &Records<'_>, &mut Found)),
    /// The records that the first function marks, of a kind that the rules know, with all records at
    /// hand. What a mark other than 0 means is for the rule to say.
    Marked(
        fn(Record<'_>) -> u8,
        for<'r> fn(&Marked<'_, 'r>, &Records<'r>, &mut Found),
    ),
    /// The same, where the first function has all records at hand that are no claims.
    MarkedAmong(
        fn(Record<'_>, &Records<'_>) -> u8,
        for<'r> fn(&Marked<'_, 'r>, &Records<'r>, &mut Found),
    ),
    /// The records to which the first function gives a key that another one has too, of a kind that
    /// the rules know, with all records at hand.
    Alike(
        fn(Record<'_>, &mut Keys<'_>),
        for<'r> fn(&[Record<'r>], &Records<'r>, &mut Found),
    ),
    /// All records at once.
    Dataset(fn(&Records<'_>, &mut Found)),
    /// All records, and the texts of the documents; it is skipped where these are not at hand.
    Documents(fn(&Records<'_>, &Documents, &mut Found)),
    /// The records before a change, and after; it is skipped where there is no "before".
    Change(fn(&Records<'_>, &Records<'_>, &mut Found)),
    /// All records, and a table of notices about papers; it is skipped where none is at hand.
    Notices(fn(&Records<'_>, &Notices, &mut Found)),
    /// The schemas of the collections, of any dataset.
    Schemas(fn(&Schemas<'_>, &mut Found)),
    /// The schemas, and what the records of each collection exercise of theirs.
    Exercise(fn(&Schemas<'_>, &[Exercised], &mut Found)),
}

impl Check {
    /// How much it sees at once.
    pub(crate) const fn scope(&self) -> Scope {
        match self {
            Self::Record(_)
            | Self::Form(_)
            | Self::Prose(_)
            | Self::Claim(_)
            | Self::Source(_)
            | Self::Term(_)
            | Self::Entity(_)
            | Self::Issue(_)
            | Self::Agent(_)
            | Self::Citation(_) => Scope::Record,
            Self::EachClaim(_)
            | Self::EachRecord(_)
            | Self::Marked(..)
            | Self::MarkedAmong(..)
            | Self::Alike(..)
            | Self::Dataset(_)
            | Self::Documents(_)
            | Self::Notices(_)
            | Self::Schemas(_)
            | Self::Exercise(_) => Scope::Dataset,
            Self::Change(_) => Scope::Change,
        }
    }
}

/// A rule with its check, and cases that show it.
pub(crate) struct Lint {
    pub(crate) rule: &'static Rule,
    pub(crate) check: Check,
    /// Whether it concludes from what is not there: from what no record says, names or refers to. It is
    /// skipped where something can't be read, and so may say it.
    pub(crate) needs_whole: bool,
    /// Makes its tables, where it has some.
    pub(crate) prepare: fn(),
    pub(crate) examples: &'static [Example],
}

/// A case: what is changed in a small dataset, and what is found then.
pub(crate) struct Example {
    pub(crate) name: &'static str,
    pub(crate) changes: &'static str,
    pub(crate) found: &'static str,
}

/// Declares the rule of a file: its static `RULE` and its `CHECK`. The page is the doc comment of
/// the file.
macro_rules! rule {
    (
        name: $name:literal,
        severity: $severity:ident,
        summary: $summary:literal,
        since: $since:literal,
        check: $kind:ident($($check:ident),+)
        $(, needs: $needs:ident)?
        $(, tables: [$($table:path),+])?
        $(, fix: $fix:ident)?
        $(, status: $status:expr)? $(,)?
    ) => {
        /// Makes the tables of the rule, so that nobody waits for them later.
        pub(crate) fn prepare() {
            $($(std::sync::LazyLock::force(&$table);)+)?
        }
        pub(crate) const CHECK: $crate::check::Check = $crate::check::Check::$kind($($check),+);
        pub(crate) const NEEDS_WHOLE: bool = $crate::check::rule!(@needs $($needs)?);
        // What is found in one record alone is not held back until all have been read.
        const _: () = assert!(!NEEDS_WHOLE || !matches!(CHECK.scope(), treatise_report::Scope::Record));
        pub(crate) static RULE: treatise_report::Rule = treatise_report::Rule {
            name: $name,
            severity: treatise_report::Severity::$severity,
            summary: $summary,
            page: include_str!(concat!(env!("OUT_DIR"), "/pages/", $name, ".md")),
            scope: CHECK.scope(),
            since: $since,
            status: $crate::check::rule!(@status $($status)?),
            fix: $crate::check::rule!(@fix $($fix)?),
        };
    };
    (@status) => { treatise_report::Status::Stable };
    (@status $status:expr) => { $status };
    (@needs) => { false };
    (@needs WholeDataset) => { true };
    (@fix) => { None };
    (@fix $fix:ident) => { Some(treatise_report::Applicability::$fix) };
}
pub(crate) use rule;
