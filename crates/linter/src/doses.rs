//! Doses in texts: a number with a unit behind it.

use std::sync::LazyLock;

use crate::tables::rows;

/// Units and schedules, each with its kind.
pub(crate) static ROWS: LazyLock<Vec<[&str; 2]>> =
    LazyLock::new(|| rows(include_str!("tables/doses.tsv")).collect());

/// Hyphens that may stand between a number and its unit.
const HYPHENS: [char; 2] = ['-', '\u{2011}'];

pub(crate) fn is_unit([_, kind]: [&str; 2]) -> bool {
    kind == "unit"
}

/// Whether a text, which stands right behind a number, begins with the unit of a dose.
pub(crate) fn begins_with_unit(behind: &str) -> bool {
    let rest = behind.trim_start();
    let rest = rest.strip_prefix(HYPHENS).unwrap_or(rest);
    let units = ROWS.iter().filter(|row| is_unit(**row));
    let mut rests = units.filter_map(|[unit, _]| rest.strip_prefix(unit));
    rests.any(|rest| !rest.starts_with(char::is_alphanumeric) && !is_of_laboratory(rest))
}

/// The number that a text ends with, or that a space or hyphen stands behind, and the text before it: `5`,
/// `1,000`, `.5`. The number of a name, as in `IL-2`, is none.
pub(crate) fn number_before(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_end();
    let text = text.strip_suffix(HYPHENS).unwrap_or(text);
    let is_part = |it: char| it.is_ascii_digit() || matches!(it, '.' | ',');
    let before = text.trim_end_matches(is_part);
    let name = before.strip_suffix(HYPHENS).unwrap_or(before);
    let number = &text[before.len()..];
    (number.ends_with(|last: char| last.is_ascii_digit()) && !name.ends_with(char::is_alphabetic))
        .then_some((before, number))
}

/// Whether what stands behind a unit makes it one of a laboratory: so much in a volume.
pub(crate) fn is_of_laboratory(behind: &str) -> bool {
    const VOLUMES: [&str; 12] = [
        "dL",
        "dl",
        "mL",
        "ml",
        "L",
        "l",
        "deciliter",
        "decilitre",
        "milliliter",
        "millilitre",
        "liter",
        "litre",
    ];
    divisor(behind).is_some_and(|divisor| VOLUMES.contains(&divisor))
}

/// What a unit is divided by: `dL`, where `/dL` or ` per dL` stands behind it.
pub(crate) fn divisor(behind: &str) -> Option<&str> {
    divided(behind).map(|(divisor, _)| divisor)
}

/// What a unit is divided by, and what stands behind that.
pub(crate) fn divided(behind: &str) -> Option<(&str, &str)> {
    let rest = behind.strip_prefix('/');
    let rest = rest.or_else(|| behind.strip_prefix(" per "))?;
    let end = rest.find(|it: char| !it.is_alphanumeric());
    Some(rest.split_at(end.unwrap_or(rest.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_may_stand_behind_a_hyphen_and_not_in_a_volume() {
        for behind in ["mg", " mg daily", "-mg", "\u{2011}Gy", " mg/kg", "g."] {
            assert!(begins_with_unit(behind), "{behind}");
        }
        for behind in [
            " mgs",
            " g/dL",
            " g per dL",
            " mg per deciliter",
            "--mg",
            " of mg",
            "",
        ] {
            assert!(!begins_with_unit(behind), "{behind}");
        }
    }

    #[test]
    fn a_number_is_no_part_of_a_name() {
        assert_eq!(number_before("take 1,000-"), Some(("take ", "1,000")));
        assert_eq!(number_before("take 5-7.5 "), Some(("take 5-", "7.5")));
        assert_eq!(number_before(".5"), Some(("", ".5")));
        for text in ["IL-2 ", "HER2-", "none", "", "1. "] {
            assert_eq!(number_before(text), None, "{text}");
        }
    }
}
