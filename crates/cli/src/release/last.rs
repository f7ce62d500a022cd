//! What was released last: what the caller names, or else the highest version among the tags.

use anyhow::{Context, Result, bail, ensure};
use semver::Version;
use treatise_dataset::MANIFEST;
use treatise_diff::{Repository, Source};

use super::Ground;
use super::texts::CHANGELOG;
use crate::arguments::ReleaseOptions;
use crate::diff::source;

/// The release before.
#[derive(Debug)]
pub(super) struct Last {
    /// What it is called in messages.
    pub(super) name: String,
    pub(super) source: Source,
    /// The version that it has by its tag.
    pub(super) tagged: Option<Version>,
}

/// Finds it; `None` where nothing was released yet.
pub(super) fn find(options: &ReleaseOptions, ground: &Ground) -> Result<Option<Last>> {
    let Ground {
        root,
        repository,
        changelog,
        ..
    } = ground;
    if let Some(given) = &options.since {
        let source = source::find(given, root).context("--since")?;
        return Ok(Some(Last {
            name: given.clone(),
            source,
            tagged: None,
        }));
    }
    let told = changelog.versions().into_iter().max();
    let Some(repository) = repository else {
        if let Some(told) = told {
            bail!(
                "`{CHANGELOG}` says that {told} was released, and there is no git repository to \
                 find it in; name its bundle with --since"
            );
        }
        return Ok(None);
    };
    let tagged = highest(repository, &options.tag_prefix)?;
    let Some((version, tag)) = tagged else {
        ensure!(
            !repository.is_shallow()?,
            "this clone is shallow, and no release is in what it has; get the rest with \
             `git fetch --unshallow --tags`, or name the last release with --since"
        );
        if let Some(told) = told {
            bail!(
                "`{CHANGELOG}` says that {told} was released, and no tag `{}{told}` leads here; \
                 name what was released with --since",
                options.tag_prefix
            );
        }
        return Ok(None);
    };
    if let Some(told) = told.filter(|told| *told > version) {
        bail!(
            "`{CHANGELOG}` has a section for {told}, and the last release that is tagged is \
             `{tag}`; tag the other one, or remove its section, or name what was released with \
             --since"
        );
    }
    Ok(Some(Last {
        source: Source::revision(&format!("refs/tags/{tag}"), root)?,
        name: tag,
        tagged: Some(version),
    }))
}

/// The tag with the highest version whose commit has a dataset.
fn highest(repository: &Repository, prefix: &str) -> Result<Option<(Version, String)>> {
    let tags = repository.tags()?.into_iter();
    let mut versions: Vec<(Version, String)> = tags
        .filter_map(|tag| {
            let version = tag.strip_prefix(prefix)?.parse().ok()?;
            Some((version, tag))
        })
        .collect();
    versions.sort();
    for (version, tag) in versions.into_iter().rev() {
        if repository.tag_has(&tag, MANIFEST)? {
            return Ok(Some((version, tag)));
        }
    }
    Ok(None)
}
