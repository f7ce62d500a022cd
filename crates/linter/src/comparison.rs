//! How a sentence compares with a number: `at most 3 cm`, `≥65 years`, `18 years or older`.

const BELOW: &[&str] = &[
    "below",
    "under",
    "less than",
    "fewer than",
    "smaller than",
    "shorter than",
    "younger than",
    "lower than",
    "less than or equal to",
    "at most",
    "up to",
    "maximum of",
];
const ABOVE: &[&str] = &[
    "above",
    "over",
    "more than",
    "greater than",
    "larger than",
    "longer than",
    "bigger than",
    "older than",
    "higher than",
    "greater than or equal to",
    "exceed",
    "exceeds",
    "exceeded",
    "exceeding",
    "at least",
    "minimum of",
];
/// What stands behind a number and its unit for the same.
const OR_BELOW: &[&str] = &[
    "or less",
    "or fewer",
    "or smaller",
    "or shorter",
    "or younger",
    "or lower",
    "or below",
    "or under",
    "and younger",
    "and below",
];
const OR_ABOVE: &[&str] = &[
    "or more",
    "or greater",
    "or larger",
    "or longer",
    "or bigger",
    "or older",
    "or higher",
    "or above",
    "or over",
    "and older",
    "and above",
    "and over",
];
/// Signs for the same before a number.
const SIGNS_BELOW: &[&str] = &["<", "≤", "⩽", "<="];
const SIGNS_ABOVE: &[&str] = &[">", "≥", "⩾", ">="];
/// How many characters may hold a comparison and the one before it.
const COMPARISON: usize = 32;

/// How the words right before a number and right behind its unit compare.
pub(crate) fn comparison(before: &str, behind: &str) -> Option<char> {
    match (comparison_before(before), comparison_behind(behind)) {
        (found, None) | (None, found) => found,
        (before, behind) => before.filter(|_| before == behind),
    }
}

fn comparison_before(before: &str) -> Option<char> {
    let before = before.trim_end();
    let ends = |signs: &[&str]| signs.iter().any(|sign| before.ends_with(sign));
    let sign = chosen(ends(SIGNS_BELOW), ends(SIGNS_ABOVE));
    if sign.is_some() {
        return sign;
    }
    let last = before.char_indices().rev().take(COMPARISON).last();
    let before = last.map_or("", |(start, _)| &before[start..]);
    let before = before.to_lowercase();
    let ends = |phrases: &[&str]| {
        let mut phrases = phrases.iter();
        phrases.any(|phrase| {
            let rest = before.strip_suffix(phrase);
            rest.is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
        })
    };
    chosen(ends(BELOW), ends(ABOVE))
}

fn comparison_behind(behind: &str) -> Option<char> {
    let behind = behind.strip_prefix(' ')?;
    let begins = |phrases: &[&str]| {
        let mut rests = phrases
            .iter()
            .filter_map(|phrase| behind.strip_prefix(phrase));
        // `3 cm or more than two` and `or over 2` begin something else.
        let is_other = |rest: &str| {
            let next = rest.trim_start();
            next.starts_with("than") || next.starts_with(|it: char| it.is_ascii_digit())
        };
        rests.any(|rest| !rest.starts_with(char::is_alphanumeric) && !is_other(rest))
    };
    chosen(begins(OR_BELOW), begins(OR_ABOVE))
}

fn chosen(is_below: bool, is_above: bool) -> Option<char> {
    match (is_below, is_above) {
        (true, false) => Some('<'),
        (false, true) => Some('>'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_stands_right_before_the_number() {
        assert_eq!(comparison("tumors of at most ", ""), Some('<'));
        assert_eq!(comparison("moreover ", ""), None);
        assert_eq!(comparison("For more than ", ""), Some('>'));
        assert_eq!(
            comparison("Nur für Tumoren über ééééé under", ""),
            Some('<')
        );
        assert_eq!(comparison("tumors of ≥ ", " in size"), Some('>'));
        assert_eq!(comparison("size<=", ""), Some('<'));
        assert_eq!(comparison("aged ", " or younger"), Some('<'));
        assert_eq!(comparison("up to ", " or more"), None);
        assert_eq!(comparison("of ", " or more than two"), None);
    }
}
