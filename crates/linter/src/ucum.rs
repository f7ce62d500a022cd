//! Units as UCUM writes them.
//!
//! Only what the grammar of UCUM says about units is here: no number is converted.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::tables::rows;

/// What a unit measures, and whether a prefix may stand before it.
static UNITS: LazyLock<FxHashMap<&str, (&str, bool)>> = LazyLock::new(|| {
    let rows = rows(include_str!("tables/ucum.tsv"));
    rows.map(|[code, measures, prefixes]| (code, (measures, prefixes == "yes")))
        .collect()
});

static PREFIXES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let rows = rows(include_str!("tables/ucum-prefixes.tsv"));
    rows.map(|[code]| code).collect()
});

/// What kind of quantity a unit measures: a word of the table, or `ratio` for units that are made of
/// several; `None` if it is no unit.
pub(crate) fn measured(unit: &str) -> Option<&'static str> {
    let (unit, has_start) = match unit.strip_prefix('/') {
        Some(rest) => (rest, true),
        None => (unit, false),
    };
    let mut components = components(unit)?.into_iter();
    let only = component(components.next()?)?;
    let mut is_alone = !has_start;
    for next in components {
        component(next)?;
        is_alone = false;
    }
    Some(if is_alone { only } else { "ratio" })
}

/// The parts between `.` and `/`, outside brackets and braces.
fn components(unit: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_i32);
    for (at, character) in unit.char_indices() {
        match character {
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            '.' | '/' if depth == 0 => {
                parts.push(&unit[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&unit[start..]);
    (depth == 0).then_some(parts)
}

/// A number, or a unit with its prefix, exponent and annotation.
fn component(component: &str) -> Option<&'static str> {
    let (unit, annotation) = component
        .find('{')
        .map_or((component, ""), |at| component.split_at(at));
    if !annotation.is_empty() && !annotation.ends_with('}') {
        return None;
    }
    if unit.is_empty() {
        return (!annotation.is_empty()).then_some("count");
    }
    if unit.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some("count");
    }
    let bare = unit.trim_end_matches(|it: char| it.is_ascii_digit());
    let (bare, has_exponent) = if bare.len() < unit.len() {
        (bare.strip_suffix(['+', '-']).unwrap_or(bare), true)
    } else {
        (unit, false)
    };
    let measures = atom(bare)?;
    Some(match (measures, has_exponent) {
        ("count", _) => "count",
        ("length", true) if unit.ends_with('3') => "volume",
        (_, true) => "ratio",
        (measures, false) => measures,
    })
}

fn atom(code: &str) -> Option<&'static str> {
    if let Some(&(measures, _)) = UNITS.get(code) {
        return Some(measures);
    }
    PREFIXES.iter().find_map(|prefix| {
        let &(measures, takes_prefixes) = UNITS.get(code.strip_prefix(prefix)?)?;
        takes_prefixes.then_some(measures)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_those_of_ucum() {
        let expected = [
            ("a", "duration"),
            ("mo", "duration"),
            ("cm", "length"),
            ("cm3", "volume"),
            ("mL", "volume"),
            ("%", "fraction"),
            ("1", "count"),
            ("{score}", "count"),
            ("10*9/L", "ratio"),
            ("mg/dL", "ratio"),
            ("/min", "ratio"),
            ("%/a", "ratio"),
            ("mm[Hg]", "pressure"),
            ("{cells}/uL", "ratio"),
            ("kg.m-2", "ratio"),
        ];
        for (unit, measures) in expected {
            assert_eq!(measured(unit), Some(measures), "{unit}");
        }
        for unit in [
            "years", "Mo", "yr", "mg%", "kmo", "cm{", "[ft_i", "", "a/", "µm",
        ] {
            assert_eq!(measured(unit), None, "{unit}");
        }
    }
}
