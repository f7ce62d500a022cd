//! The version that changes make, by Semantic Versioning 2.0.0.

use semver::Version;

use crate::contract::Level;

/// One of the numbers of a version.
enum Raised {
    Major,
    Minor,
    Patch,
}

/// The lowest version behind `version` that a change of this level may have; `None` where
/// `version` is none, or none that can be raised.
///
/// Before 1.0.0 everything moves one number to the right, as Cargo has it: a major change raises
/// the second number, any other the third.
pub(crate) fn next(version: &str, level: Level) -> Option<String> {
    let version = Version::parse(version).ok()?;
    let (major, minor, patch) = (version.major, version.minor, version.patch);
    // Which number is raised; those behind it are zero then.
    let raised = match (major, level) {
        (0, Level::Major) | (1.., Level::Minor) => Raised::Minor,
        (0, Level::Minor | Level::Patch) | (1.., Level::Patch) => Raised::Patch,
        (1.., Level::Major) => Raised::Major,
    };
    let is_raised = match raised {
        Raised::Major => minor == 0 && patch == 0,
        Raised::Minor => patch == 0,
        Raised::Patch => true,
    };
    // What leads to a version has not made it yet.
    let next = match raised {
        _ if is_raised && !version.pre.is_empty() => Version::new(major, minor, patch),
        Raised::Major => Version::new(major.checked_add(1)?, 0, 0),
        Raised::Minor => Version::new(major, minor.checked_add(1)?, 0),
        Raised::Patch => Version::new(major, minor, patch.checked_add(1)?),
    };
    Some(next.to_string())
}

/// Whether a version is at least as high as another one; `None` where one of them is none.
pub(crate) fn is_at_least(version: &str, floor: &str) -> Option<bool> {
    let (version, floor) = (Version::parse(version).ok()?, Version::parse(floor).ok()?);
    Some(version.cmp_precedence(&floor).is_ge())
}

/// Whether a version, or the one that it leads to as a pre-release, is at least as high as a floor.
pub fn is_enough(version: &Version, floor: &Version) -> bool {
    let numbers = |version: &Version| (version.major, version.minor, version.patch);
    numbers(version) >= numbers(floor)
}

/// The same for versions as they are written; `None` where one of them is none.
pub(crate) fn leads_to(version: &str, floor: &str) -> Option<bool> {
    let (version, floor) = (Version::parse(version).ok()?, Version::parse(floor).ok()?);
    Some(is_enough(&version, &floor))
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
            ("0.2.0-rc.1", Level::Major, "0.2.0"),
            ("0.2.1-rc.1", Level::Major, "0.3.0"),
            ("0.2.1-rc.1", Level::Minor, "0.2.1"),
            ("0.0.1-rc.1", Level::Patch, "0.0.1"),
            ("1.2.3+build", Level::Patch, "1.2.4"),
        ] {
            assert_eq!(next(version, level).as_deref(), Some(expected), "{version}");
        }
        assert_eq!(next("one", Level::Patch), None);
        assert_eq!(next("18446744073709551615.0.0", Level::Major), None);
    }

    #[test]
    fn versions_are_compared_by_number() {
        assert_eq!(is_at_least("1.10.0", "1.9.0"), Some(true));
        assert_eq!(is_at_least("1.9.0", "1.9.0"), Some(true));
        assert_eq!(is_at_least("1.9.0-rc.1", "1.9.0"), Some(false));
        assert_eq!(is_at_least("x", "1.9.0"), None);
        assert_eq!(leads_to("1.9.0-rc.1", "1.9.0"), Some(true));
        assert_eq!(leads_to("1.8.9", "1.9.0"), Some(false));
    }
}
