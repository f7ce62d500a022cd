//! What nearly every rule asks for.
//!
//! Rules between records go through all of them, and a record is far away in memory or has no tree
//! any more. What is noted here, beside the handle, spares opening it.

use treatise_source::{NameMarks, Span, Value};

use super::Kind;
use crate::plan::Plan;
use crate::words::Word;

/// What is known of a record without its tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    /// The type, or the kind.
    pub(crate) kind: Place,
    pub(crate) kind_word: Word,
    pub(crate) category: Word,
    pub(crate) level: Word,
    /// What a source has to gain.
    pub(crate) interest: Word,
    /// How the references of a source are tied to its text.
    pub(crate) linkage: Word,
    /// The type of the CSL-JSON item.
    pub(crate) csl_type: Word,
    /// What the quantity of a criterion measures.
    pub(crate) measures: Word,
    /// How far its review has come.
    pub(crate) review_status: Word,
    /// The names of its members.
    pub(crate) names: NameMarks,
    pub(crate) subject: Place,
    pub(crate) object: Place,
    /// What it says or is called in the default language: the statement of a claim, the label of an
    /// entity, the name of a term or agent.
    pub(crate) said: Place,
    pub(crate) is_deprecated: bool,
    /// Whether it is a claim that the source does not deny.
    pub(crate) is_asserted: bool,
    /// Whether it is a thing of some site of the body.
    pub(crate) has_site: bool,
    /// Whether it is a term that is easily taken for others.
    pub(crate) is_confusable: bool,
    /// Whether it says who reviewed or appraised it.
    pub(crate) has_vouchers: bool,
    /// Whether it is a source of which there is a newer version.
    pub(crate) is_superseded: bool,
    /// Whether it names open issues.
    pub(crate) has_open_issues: bool,
}

/// Where a string of a record is. Every record has some, so that it is no larger than it must be: the span
/// in the text; one without an end says which node of the tree it is, and the outermost is none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    start: u32,
    end: u32,
}

/// What a [`Place`] is.
pub(crate) enum Stands {
    Nowhere,
    /// Its span in the text, quotes included; between these stands the string as it is.
    Plain(Span),
    /// A string with escapes: its position among the nodes of the tree.
    Escaped(u32),
}

impl Known {
    /// What is known of a record whose texts are in `language` at least.
    pub(crate) fn of(root: Value<'_>, language: &str, plan: &Plan) -> Self {
        let [
            kind_of_claim,
            kind,
            subject,
            object,
            polarity,
            deprecated,
            review,
            appraisal,
            issues,
        ] = [
            root.get("type"),
            root.get("kind"),
            root.get("subject"),
            root.get("object"),
            root.get("polarity"),
            root.get("deprecated"),
            root.get("review"),
            root.get("appraisal"),
            root.get("open_issues"),
        ];
        // What claims don't have; they are most of the records.
        let is_claim = plan.kind == Some(Kind::Claim);
        let others = || {
            [
                root.get("category"),
                root.get("level"),
                root.get("interest"),
                root.get("reference_linkage"),
                root.get("csl"),
                root.get("quantity"),
                root.get("site"),
                root.get("confusable_with"),
                root.get("superseded_by"),
            ]
        };
        let [
            category,
            level,
            interest,
            linkage,
            csl,
            quantity,
            site,
            confusable,
            superseded,
        ] = match is_claim {
            true => [None; 9],
            false => others(),
        };
        // Claims have a type, and sources, terms, issues and agents a kind.
        let kind = kind_of_claim.or(kind);
        let word = |value: Option<Value<'_>>| plan.words.number(value.and_then(Value::as_str));
        let in_language = |member: &str| root.get(member).and_then(|map| map.get(language));
        let said = match plan.kind {
            Some(Kind::Claim) => in_language("statement"),
            Some(Kind::Entity) => in_language("label"),
            Some(Kind::Term) => root.get("text"),
            Some(Kind::Agent) => root.get("name"),
            Some(Kind::Source | Kind::Issue) | None => None,
        };
        let has = |block: Option<Value<'_>>, member: &str| {
            block.is_some_and(|block| block.get(member).is_some())
        };
        let polarity = polarity.and_then(Value::as_str);
        Self {
            kind: Place::of(kind),
            kind_word: word(kind),
            category: word(category),
            level: word(level),
            interest: word(interest),
            linkage: word(linkage),
            csl_type: word(csl.and_then(|csl| csl.get("type"))),
            measures: word(quantity.and_then(|quantity| quantity.get("measures"))),
            review_status: word(review.and_then(|review| review.get("status"))),
            names: NameMarks::of(root),
            subject: Place::of(subject),
            object: Place::of(object),
            said: Place::of(said),
            is_deprecated: deprecated.is_some(),
            is_asserted: polarity.is_none_or(|polarity| polarity == "asserts"),
            has_site: site.is_some(),
            is_confusable: confusable.is_some(),
            has_vouchers: has(review, "reviewed_by") || has(appraisal, "by"),
            is_superseded: superseded.is_some(),
            has_open_issues: issues.is_some(),
        }
    }
}

impl Place {
    fn of(value: Option<Value<'_>>) -> Self {
        let found = value.and_then(|value| Some((value, value.as_str()?)));
        match found {
            None => Self { start: 0, end: 0 },
            // Every escape is longer than what it stands for.
            Some((value, text)) if value.span().len() as usize == text.len() + 2 => {
                let Span { start, end } = value.span();
                Self { start, end }
            }
            Some((value, _)) => Self {
                start: value.index(),
                end: 0,
            },
        }
    }

    pub(crate) fn stands(self) -> Stands {
        match self {
            Self { start: 0, end: 0 } => Stands::Nowhere,
            Self { start, end: 0 } => Stands::Escaped(start),
            Self { start, end } => Stands::Plain(Span::new(start, end)),
        }
    }
}
