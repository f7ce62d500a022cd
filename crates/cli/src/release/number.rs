//! Which version a release gets: what is asked for, or declared in the manifest, and never less
//! than what the changes make it.

use anyhow::{Context, Result, bail};
use semver::Version;
use treatise_diff::is_enough;

/// What decides the version.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers<'a> {
    /// What the caller wants.
    pub(super) asked: Option<&'a Version>,
    /// What the manifest says.
    pub(super) declared: &'a str,
    /// What was released last; `None` for the first release.
    pub(super) last: Option<Before<'a>>,
}

/// The release before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before<'a> {
    pub(super) version: &'a str,
    /// The lowest version that the changes since then allow.
    pub(super) floor: Option<&'a str>,
    pub(super) is_changed: bool,
}

impl Numbers<'_> {
    /// The version; `None` where nothing changed and none is asked for.
    pub(super) fn choose(self) -> Result<Option<Version>> {
        let declared = Version::parse(self.declared).with_context(|| {
            format!("the version in the manifest, `{}`, is none", self.declared)
        })?;
        let Some(last) = self.last else {
            return match self.asked {
                Some(asked) if *asked < declared => {
                    bail!("{asked} is lower than the version in the manifest, {declared}")
                }
                Some(asked) => Ok(Some(asked.clone())),
                None => Ok(Some(declared)),
            };
        };
        let parsed = Version::parse(last.version).ok().zip(last.floor);
        let (before, floor) = parsed.with_context(|| {
            format!(
                "the version of the last release, `{}`, is none",
                last.version
            )
        })?;
        let floor = Version::parse(floor).context("the floor of a version is a version")?;
        match self.asked {
            Some(asked) if asked.cmp_precedence(&before).is_le() => {
                bail!("{asked} is not higher than {before}, which was released last")
            }
            Some(asked) if !is_enough(asked, &floor) => {
                bail!("{asked} is too low: the changes since {before} make it at least {floor}")
            }
            Some(asked) => Ok(Some(asked.clone())),
            None if declared.cmp_precedence(&before).is_gt() && is_enough(&declared, &floor) => {
                Ok(Some(declared))
            }
            None if last.is_changed => Ok(Some(floor)),
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(asked: &str, declared: &str, before: &str, floor: &str) -> String {
        let asked = Version::parse(asked).ok();
        let numbers = Numbers {
            asked: asked.as_ref(),
            declared,
            last: (!before.is_empty()).then_some(Before {
                version: before,
                floor: Some(floor),
                is_changed: before != floor,
            }),
        };
        match numbers.choose() {
            Ok(Some(version)) => version.to_string(),
            Ok(None) => "nothing".to_owned(),
            Err(error) => format!("{error:#}"),
        }
    }

    #[test]
    fn no_version_is_lower_than_the_changes_make_it() {
        for (asked, declared, before, floor, expected) in [
            ("", "0.1.0", "", "", "0.1.0"),
            ("0.2.0", "0.1.0", "", "", "0.2.0"),
            (
                "0.0.9",
                "0.1.0",
                "",
                "",
                "0.0.9 is lower than the version in the manifest, 0.1.0",
            ),
            ("", "1.0.0", "1.0.0", "1.1.0", "1.1.0"),
            ("", "1.2.0", "1.0.0", "1.1.0", "1.2.0"),
            ("", "1.0.1", "1.0.0", "1.1.0", "1.1.0"),
            ("2.0.0", "1.0.0", "1.0.0", "1.1.0", "2.0.0"),
            ("1.1.0-rc.1", "1.0.0", "1.0.0", "1.1.0", "1.1.0-rc.1"),
            (
                "1.0.1",
                "1.0.0",
                "1.0.0",
                "1.1.0",
                "1.0.1 is too low: the changes since 1.0.0 make it at least 1.1.0",
            ),
            (
                "1.0.0",
                "1.0.0",
                "1.0.0",
                "1.1.0",
                "1.0.0 is not higher than 1.0.0, which was released last",
            ),
            ("", "1.0.0", "1.0.0", "1.0.0", "nothing"),
            ("1.0.1", "1.0.0", "1.0.0", "1.0.0", "1.0.1"),
            ("", "1.1.0-rc.1", "1.1.0-rc.1", "1.1.0", "1.1.0"),
            (
                "",
                "1.0.0",
                "one",
                "1.0.0",
                "the version of the last release, `one`, is none",
            ),
        ] {
            assert_eq!(
                chosen(asked, declared, before, floor),
                expected,
                "{asked} {declared} {before} {floor}"
            );
        }
    }
}
