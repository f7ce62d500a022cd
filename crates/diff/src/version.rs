//! The version that changes make, by Semantic Versioning 2.0.0.

use semver::Version;

use crate::contract::Level;

/// The lowest version behind `version` that a change of this level may have; `None` where
/// `version` is none.
///
/// Before 1.0.0 everything moves one number to the right, as Cargo has it: a major change raises
/// the second number, any other the third.
pub(crate) fn next(version: &str, level: Level) -> Option<String> {
    let version = Version::parse(version).ok()?;
    let (major, minor, patch) = (version.major, version.minor, version.patch);
    // What leads to a version has not made it yet.
    if !version.pre.is_empty()
        && (level == Level::Patch || patch == 0 && (level == Level::Minor || minor == 0))
    {
        return Some(Version::new(major, minor, patch).to_string());
    }
    let next = match (major, level) {
        (0, Level::Major) => Version::new(0, minor + 1, 0),
        (0, _) => Version::new(0, minor, patch + 1),
        (_, Level::Major) => Version::new(major + 1, 0, 0),
        (_, Level::Minor) => Version::new(major, minor + 1, 0),
        (_, Level::Patch) => Version::new(major, minor, patch + 1),
    };
    Some(next.to_string())
}

/// Whether a version is at least as high as another one; `None` where one of them is none.
pub(crate) fn is_at_least(version: &str, floor: &str) -> Option<bool> {
    let (version, floor) = (Version::parse(version).ok()?, Version::parse(floor).ok()?);
    Some(version.cmp_precedence(&floor).is_ge())
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
