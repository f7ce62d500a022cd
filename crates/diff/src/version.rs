//! The version that changes make, by Semantic Versioning 2.0.0.

use crate::contract::Level;

/// The lowest version behind `version` that a change of this level may have; `None` where
/// `version` is none.
///
/// Before 1.0.0 everything moves one number to the right, as Cargo has it: a major change raises
/// the second number, any other the third.
pub fn next(version: &str, level: Level) -> Option<String> {
    let (numbers, is_final) = parse(version)?;
    let [major, minor, patch] = numbers;
    // What leads to a version has not made it yet.
    if !is_final && (level == Level::Patch || patch == 0 && (level == Level::Minor || minor == 0)) {
        return Some(format!("{major}.{minor}.{patch}"));
    }
    Some(match (major, level) {
        (0, Level::Major) => format!("0.{}.0", minor + 1),
        (0, _) => format!("0.{minor}.{}", patch + 1),
        (_, Level::Major) => format!("{}.0.0", major + 1),
        (_, Level::Minor) => format!("{major}.{}.0", minor + 1),
        (_, Level::Patch) => format!("{major}.{minor}.{}", patch + 1),
    })
}

/// Whether a version is at least as high as another one; `None` where one of them is none.
pub(crate) fn is_at_least(version: &str, floor: &str) -> Option<bool> {
    let (numbers, is_final) = parse(version)?;
    let (least, _) = parse(floor)?;
    Some(numbers > least || numbers == least && is_final)
}

/// The three numbers, and whether nothing stands behind them that makes it an earlier one.
fn parse(version: &str) -> Option<([u64; 3], bool)> {
    let version = version.split('+').next()?;
    let (numbers, is_final) = match version.split_once('-') {
        Some((numbers, _)) => (numbers, false),
        None => (version, true),
    };
    let numbers: Result<Vec<u64>, _> = numbers.split('.').map(str::parse).collect();
    Some((numbers.ok()?.try_into().ok()?, is_final))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_raises_its_number() {
        for (version, level, expected) in [
            ("1.2.3", Level::Patch, "1.2.4"),
            ("1.2.3", Level::Minor, "1.3.0"),
            ("1.2.3", Level::Major, "2.0.0"),
            ("0.2.3", Level::Patch, "0.2.4"),
            ("0.2.3", Level::Minor, "0.2.4"),
            ("0.2.3", Level::Major, "0.3.0"),
            ("2.0.0-rc.1", Level::Major, "2.0.0"),
            ("2.1.0-rc.1", Level::Minor, "2.1.0"),
            ("2.1.0-rc.1", Level::Major, "3.0.0"),
            ("1.2.3+build", Level::Patch, "1.2.4"),
        ] {
            assert_eq!(next(version, level).as_deref(), Some(expected), "{version}");
        }
        assert_eq!(next("one", Level::Patch), None);
    }

    #[test]
    fn versions_are_compared_by_number() {
        assert_eq!(is_at_least("1.10.0", "1.9.0"), Some(true));
        assert_eq!(is_at_least("1.9.0", "1.9.0"), Some(true));
        assert_eq!(is_at_least("1.9.0-rc.1", "1.9.0"), Some(false));
        assert_eq!(is_at_least("x", "1.9.0"), None);
    }
}
