//! Finds claims with a threshold or a rate that is not the one in their statement: another number before
//! the same unit, or `<` where the statement says "at least".
//!
//! # Why it matters
//!
//! Programs choose by the number in the field, and people read the one in the sentence. A slip in one of
//! them sends a patient with a tumor of 5 cm to a treatment for tumors of up to 3 cm.
//!
//! # How to mend it
//!
//! Read the passage again, and mend the one that is wrong.
//!
//! # What it leaves alone
//!
//! Statements without digits before the unit of the field, as where the unit is another one or the number
//! stands in words; numbers without a unit, which may be stages, grades or anything; fields whose number
//! stands anywhere in the statement, be it rounded or in words (`seventy`); shares that the statement has
//! in other words, such as `a third` and `12 of 45`, and those of which one is what the other leaves of
//! 100%; what an interval covers (`95% CI`); statements with fractions in digits, with `a half`, with spaces
//! between thousands or nothing before the point, with powers of ten (`1.5 × 10^9/L`), with `hundred` and
//! the like or with two sides, such as `3 × 2 cm`; units of which one is in a volume or time and the
//! other is not, or in another one; claims with more than 64 numbers; a comparison where the criterion
//! excludes, the claim denies or the statement has a negation or a word like `outside`, as it may be said
//! the other way round then; other languages than English.
//!
//! # How often it is right
//!
//! No statement of the project's dataset has a number in digits, so that it is not known yet.

use std::cell::LazyCell;

use treatise_source::Value;

use crate::amounts::{
    BARE, COMPOSED, QUANTITY, SHARE, Said, UNITS, Unit, bare, is_share, said, shares, unit_of,
};
use crate::check::rule;
use crate::comparison::comparison;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Node, Prose, Sign};

rule! {
    name: "quantity-mismatch",
    severity: Warning,
    summary: "a threshold or rate that is not the one in the statement",
    since: "0.1.0",
    check: Claim(check),
    tables: [QUANTITY, BARE, SHARE, COMPOSED],
}

/// Words by which a sentence may say a condition the other way round.
const NEGATIONS: &[&str] = &[
    "no",
    "not",
    "cannot",
    "never",
    "none",
    "nothing",
    "nobody",
    "hardly",
    "barely",
    "scarcely",
    "rarely",
    "seldom",
    "unless",
    "until",
    "except",
    "outside",
    "exclude",
    "excludes",
    "excluded",
    "excluding",
    "exclusion",
    "preclude",
    "precludes",
    "precluded",
    "prevent",
    "prevents",
    "prevented",
    // With `out`.
    "rule",
    "rules",
    "ruled",
    "fail",
    "fails",
    "failed",
    "ineligible",
    "unsuitable",
    "impossible",
    "contraindicate",
    "contraindicates",
    "contraindicated",
    "contraindication",
    "contraindications",
    "instead",
    "rather",
];
/// The same, up to the next comma.
const NEAR_NEGATIONS: &[&str] = &["without", "neither", "nor"];

/// Of more fields or quantities than a person writes into a claim, none is compared.
const MOST: usize = 64;

/// A number with a unit in the fields of a claim.
struct Stated<'r> {
    node: Node<'r>,
    number: f64,
    unit: Unit<'r>,
    /// `<` or `>`, where it can be compared with the sentence.
    comparator: Option<char>,
}

fn check(claim: Claim<'_>, found: &mut Found) {
    // Most statements have no number.
    let prose = claim
        .english()
        .filter(|prose| prose.wording.may_have(Sign::Digit));
    let Some(prose) = prose.filter(|_| !claim.is_deprecated()) else {
        return;
    };
    let all = stated(claim);
    // Most statements have none of the units, and need not be gone through for quantities.
    let has_unit = |stated: &Stated<'_>| {
        let (.., words) = UNITS[stated.unit.row];
        words.iter().any(|word| prose.text.contains(word))
    };
    let are_few = all.len() <= MOST;
    if !are_few || !all.iter().any(has_unit) || COMPOSED.is_match(&prose.text) {
        return;
    }
    let said = said(&prose.text);
    if said.len() > MOST {
        return;
    }
    let is_explained = |said: &Said<'_>| {
        let mut all = all.iter();
        all.any(|stated| is_same(said, stated) || is_rest(said, stated))
    };
    let unexplained: Vec<_> = said.iter().filter(|said| !is_explained(said)).collect();
    let bare = bare(&prose.text);
    let is_bare = |stated: &Stated<'_>| {
        let mut bare = bare.iter();
        bare.any(|(number, decimals)| is_rounded(*number, *decimals, stated.number))
    };
    // Few statements have a share in words, and fewer need it.
    let shares = LazyCell::new(|| shares(&prose.text));
    let is_share_in_words = |stated: &Stated<'_>| {
        /// In percent: a third may be 31%.
        const TOLERANCE: f64 = 3.0;
        let is_near = |share: &f64| (share - stated.number).abs() <= TOLERANCE;
        is_share(stated.unit) && shares.iter().any(is_near)
    };
    for stated in &all {
        let same: Vec<_> = said.iter().filter(|said| is_same(said, stated)).collect();
        let mut others = unexplained
            .iter()
            .filter(|said| said.unit == stated.unit && said.is_in_digits && same.is_empty());
        let is_elsewhere = || is_bare(stated) || is_share_in_words(stated);
        if let Some(other) = others.next().filter(|_| !is_elsewhere()) {
            let message = format!(
                "the statement says `{}`, and the field `{}`",
                &prose.text[other.range.clone()],
                stated.node.value.source()
            );
            report(prose, other, stated, message, found);
        } else if let Some(turned) = turned(prose, &same, stated) {
            let message = "the statement compares the other way round than the field".to_owned();
            report(prose, turned, stated, message, found);
        }
    }
}

/// The numbers in the fields of a claim.
fn stated(claim: Claim<'_>) -> Vec<Stated<'_>> {
    let mut all = Vec::new();
    for use_ in claim.criteria() {
        let is_required = use_.text("role").is_some_and(|role| role == "requires");
        add(use_, is_required && claim.is_asserted(), &mut all);
    }
    if let Some(rate) = claim.get("rate") {
        add(rate, claim.is_asserted(), &mut all);
        if let Some(period) = rate.get("period") {
            add(period, false, &mut all);
        }
    }
    all
}

fn add<'r>(node: Node<'r>, is_compared: bool, all: &mut Vec<Stated<'r>>) {
    // Most criteria have none.
    let Some(unit) = node.text("unit").and_then(|unit| unit_of(unit.as_str())) else {
        return;
    };
    let comparator = node.text("comparator").filter(|_| is_compared);
    let comparator = comparator.and_then(|comparator| comparator.chars().next());
    let values = ["value", "low", "high"].into_iter();
    let values = values.filter_map(|name| node.get(name));
    for value in values {
        if let Some(number) = number_of(value.value) {
            all.push(Stated {
                node: value,
                number,
                unit,
                comparator,
            });
        }
    }
}

fn number_of(value: Value<'_>) -> Option<f64> {
    value.as_number()?;
    value.source().parse().ok()
}

/// Whether a number in a sentence is that of a field, be it in another unit of the same kind.
fn is_same(said: &Said<'_>, stated: &Stated<'_>) -> bool {
    /// Months and years are rounded.
    const TOLERANCE: f64 = 0.03;
    let (_, kind, factor, _) = UNITS[said.unit.row];
    let (_, stated_kind, stated_factor, _) = UNITS[stated.unit.row];
    if said.unit == stated.unit {
        return is_rounded(said.number, said.decimals, stated.number);
    }
    let is_comparable = kind == stated_kind && said.unit.divisor == stated.unit.divisor;
    let (said, stated) = (said.number * factor, stated.number * stated_factor);
    is_comparable && (said - stated).abs() <= TOLERANCE * stated.abs()
}

/// Whether a number with so many decimals is another one, or that one rounded.
fn is_rounded(number: f64, decimals: i32, exact: f64) -> bool {
    let scale = 10_f64.powi(decimals);
    let is_near = |other: f64| (number - other).abs() < 1e-9;
    is_near(exact) || is_near((exact * scale).round() / scale)
}

/// Whether a share in a sentence is what that of a field leaves: 70 % who had none, of 30 % who had it.
fn is_rest(said: &Said<'_>, stated: &Stated<'_>) -> bool {
    is_share(said.unit)
        && is_share(stated.unit)
        && is_rounded(said.number, said.decimals, 100.0 - stated.number)
}

/// Where the sentence compares with the number of a field the other way round, and nowhere the same way.
fn turned<'s, 't>(
    prose: &Prose<'_>,
    same: &[&'s Said<'t>],
    stated: &Stated<'_>,
) -> Option<&'s Said<'t>> {
    let opposite = match stated.comparator? {
        '<' => '>',
        '>' => '<',
        _ => return None,
    };
    let text = prose.text.as_str();
    let comparisons = same
        .iter()
        .map(|said| comparison(&text[..said.range.start], said.behind));
    let comparisons: Vec<_> = comparisons.collect();
    let first = same.first().copied()?;
    let is_turned = comparisons.iter().all(|it| *it == Some(opposite));
    (is_turned && !has_negation(prose, first.range.start)).then_some(first)
}

/// Whether a sentence may say what stands at a place the other way round.
fn has_negation(prose: &Prose<'_>, place: usize) -> bool {
    let clause = prose.text[..place].rfind([',', ';']).unwrap_or_default();
    prose.wording.words.iter().any(|word| {
        let range = word.range();
        let is_near = (clause..place).contains(&range.start);
        let word = prose.text[range].to_lowercase();
        NEGATIONS.contains(&&*word)
            || (is_near && NEAR_NEGATIONS.contains(&&*word))
            || word.ends_with("n't")
            || word.ends_with("n’t")
    })
}

fn report(
    prose: &Prose<'_>,
    said: &Said<'_>,
    stated: &Stated<'_>,
    message: String,
    found: &mut Found,
) {
    found.add(
        Finding::new(prose.text.part(said.range.clone()), message)
            .with_related(stated.node.spot(), "this is the field")
            .with_help("read the passage again, and mend the one that is wrong"),
    );
}
