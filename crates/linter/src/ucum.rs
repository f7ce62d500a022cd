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

/// How deep parentheses may stand in one another.
const MOST_PARENTHESES: u32 = 8;

/// What kind of quantity a unit measures: a word of the table, or `ratio` for units that are made of
/// several; `None` if it is no unit.
pub(crate) fn measured(unit: &str) -> Option<&'static str> {
    match unit.strip_prefix('/') {
        Some(rest) => term(rest, MOST_PARENTHESES).map(|_| "ratio"),
        None => term(unit, MOST_PARENTHESES),
    }
}

/// What components measure that are combined with `.` and `/`.
fn term(term: &str, depth: u32) -> Option<&'static str> {
    let mut components = components(term)?.into_iter();
    let mut measures = component(components.next()?, depth)?;
    for next in components {
        component(next, depth)?;
        measures = "ratio";
    }
    Some(measures)
}

/// The parts between `.` and `/`, outside brackets, braces and parentheses.
fn components(term: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut is_annotated) = (0, 0_u32, false);
    for (at, character) in term.char_indices() {
        match character {
            '}' => is_annotated = false,
            _ if is_annotated => {}
            '{' => is_annotated = true,
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.checked_sub(1)?,
            '.' | '/' if depth == 0 => {
                parts.push(&term[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&term[start..]);
    (depth == 0 && !is_annotated).then_some(parts)
}

/// A number, a unit with its prefix, exponent and annotation, or a term in parentheses.
fn component(component: &str, depth: u32) -> Option<&'static str> {
    if let Some(inner) = component.strip_prefix('(') {
        return term(inner.strip_suffix(')')?, depth.checked_sub(1)?);
    }
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
            ("mg%", "concentration"),
            ("cm[H2O]", "pressure"),
            ("dB", "level"),
            ("[CFU]/mL", "ratio"),
            ("[beth'U]", "activity"),
            ("[diop]", "refraction"),
            ("mg/(kg.d)", "ratio"),
            ("mL/min/(173.10*-2.m2)", "ratio"),
            ("(mg)", "mass"),
            ("mg{of (a/b}/g{creat}", "ratio"),
        ];
        for (unit, measures) in expected {
            assert_eq!(measured(unit), Some(measures), "{unit}");
        }
        for unit in [
            "years", "Mo", "yr", "cm%", "kmo", "cm{", "[ft_i", "", "a/", "µm", "H", "(kg", "kg)",
            "(kg)(d)", "(kg)d", "()", "[beth'u]",
        ] {
            assert_eq!(measured(unit), None, "{unit}");
        }
        let deep = "(".repeat(100_000);
        assert_eq!(
            measured(&format!("{deep}d{}", deep.replace('(', ")"))),
            None
        );
    }
}
