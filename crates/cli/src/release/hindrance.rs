//! What keeps a dataset from being released, each said so that it can be mended.

use std::collections::BTreeSet;

use anyhow::{Result, bail, ensure};
use semver::Version;
use treatise_dataset::{Dataset, MANIFEST};
use treatise_diff::{Effect, Judged, Repository, Verdict};

use super::Ground;
use super::shown::quoted;
use super::texts::CHANGELOG;
use crate::arguments::ReleaseOptions;
use crate::compared::Compared;
use crate::findings::counted;
use crate::output::say;

/// Fewer digits of a fingerprint are a slip of the hand.
const FEWEST_DIGITS: usize = 6;
/// Changes that are listed one by one.
const MOST_LISTED: usize = 20;

/// Refuses to release what no commit has: the tag would lead to other data than the bundle has. The
/// manifest and the changelog are committed with the release. Where nothing is written, it is only
/// said.
pub(super) fn expect_committed(
    repository: &Repository,
    dataset: &Dataset,
    options: &ReleaseOptions,
) -> Result<()> {
    let manifest = dataset.manifest();
    let mut places: BTreeSet<&str> = ["data"].into();
    for entry in &manifest.collections {
        let folder = entry.schema.rsplit_once('/').map(|(folder, _)| folder);
        places.insert(folder.unwrap_or(&entry.schema));
        places.insert(&entry.path);
    }
    // What a schema at the root refers to lies beside it.
    places.extend(dataset.schema_texts().map(|(path, _)| path));
    places.extend(manifest.other_files.iter().map(|other| other.path.as_str()));
    let places: Vec<_> = places.into_iter().collect();
    // Where nothing is written, it is only said, with what would come of it.
    let refuse = |what: &str, reason: &str, help: &str| {
        if !options.dry_run {
            bail!("{what}; {help}");
        }
        say(&format!(
            "warning: {what}; a release would be refused{reason}"
        ));
        Ok(())
    };
    if repository.ignores(CHANGELOG)? {
        let help = "take it out of `.gitignore`: it is committed with the release";
        let what = format!("git ignores `{CHANGELOG}`");
        refuse(&what, &format!(": {help}"), help)?;
    }
    if let Some(first) = repository.converted(&places)?.first() {
        let help = "the bundle has the bytes of the commit: put `* text eol=lf` into `.gitattributes`, \
             and have git write the files again";
        let what = format!("`{first}` has other line ends here than in its commit");
        refuse(&what, &format!(": {help}"), help)?;
    }
    let watched = [&places[..], &[CHANGELOG]].concat();
    let unwatched = repository.unwatched(&watched)?;
    if let Some(first) = unwatched.first() {
        let what = format!(
            "git was told not to look at {} of the dataset, first `{first}`",
            counted(unwatched.len() as u64, "file"),
        );
        refuse(
            &what,
            ", as its tag may lead to other data",
            "take it back with `git update-index --no-assume-unchanged --no-skip-worktree`: the tag \
             has to lead to the data of the bundle",
        )?;
    }
    let mut files = repository.uncommitted(&places)?;
    files.retain(|file| file != MANIFEST);
    let Some(first) = files.first() else {
        return Ok(());
    };
    let what = format!(
        "{} of the dataset {} not committed as {}, first `{first}`",
        counted(files.len() as u64, "file"),
        if files.len() == 1 { "is" } else { "are" },
        if files.len() == 1 {
            "it is"
        } else {
            "they are"
        },
    );
    refuse(
        &what,
        ", as its tag would lead to other data",
        "commit, move or delete what is not to be released: the tag has to lead to the data of the bundle",
    )
}

/// Refuses a tag on something else than the release that it names.
pub(super) fn expect_same(tagged: Option<&Version>, compared: &Compared, name: &str) -> Result<()> {
    let declared = &compared.pair.older().manifest().version;
    if let Some(tagged) = tagged {
        ensure!(
            tagged.to_string() == *declared,
            "the tag `{name}` leads to a manifest with the version {declared}; name what was released \
             last with --since"
        );
    }
    Ok(())
}

/// Refuses what could not be compared, as far as the caller does not name it.
pub(super) fn expect_compared(verdict: &Verdict, despite: &[String]) -> Result<()> {
    let is_unknown = |judged: &&Judged| {
        let effects = judged.change.kind.contract().effects;
        effects.contains(&Effect::CouldNotCompare)
    };
    let unknown: Vec<_> = verdict.judged.iter().filter(is_unknown).collect();
    for start in despite {
        ensure!(
            start.len() >= FEWEST_DIGITS,
            "--despite: give at least {FEWEST_DIGITS} digits of the fingerprint"
        );
        ensure!(
            unknown
                .iter()
                .any(|judged| judged.fingerprint.starts_with(start.as_str())),
            "--despite: nothing that could not be compared has the fingerprint `{start}`"
        );
    }
    let is_named = |judged: &&&Judged| {
        let mut starts = despite.iter();
        !starts.any(|start| judged.fingerprint.starts_with(start.as_str()))
    };
    let left: Vec<_> = unknown.iter().filter(is_named).collect();
    if left.is_empty() {
        return Ok(());
    }
    for judged in left.iter().take(MOST_LISTED) {
        say(&format!("could not compare: {}", told(judged)));
    }
    bail!(
        "{} could not be compared, so what {} breaks is not known; look at {} and name {} with \
         --despite FINGERPRINT",
        counted(left.len() as u64, "place"),
        if left.len() == 1 { "it" } else { "each" },
        if left.len() == 1 { "it" } else { "them" },
        if left.len() == 1 { "it" } else { "each" },
    )
}

/// Says what may not be released; whether there is anything.
pub(super) fn tell_blocks(verdict: &Verdict) -> bool {
    for block in verdict.blocks.iter().take(MOST_LISTED) {
        let place = block.record.as_ref().or(block.file.as_ref());
        let place = place.map_or_else(String::new, |place| format!(" {place}"));
        let print = block.fingerprint.as_ref();
        let print = print.map_or_else(String::new, |print| format!(" ({print})"));
        say(&format!(
            "blocked[{}]{place}: {}{print}",
            block.code, block.message
        ));
    }
    if verdict.is_blocked() {
        let count = verdict.blocks.len() as u64 + verdict.unlisted_blocks;
        say(&format!(
            "nothing was released: {} that may not be; undo it, or have it approved in \
             `data/approvals.json`",
            counted(count, "change")
        ));
    }
    verdict.is_blocked()
}

/// Says which approvals don't count, since who gave them takes the changes for approved.
pub(super) fn warn_of_refused(verdict: &Verdict) {
    for judged in &verdict.judged {
        if let Some(refused) = &judged.refused {
            say(&format!(
                "warning: the approval of {} by {} does not count: {}",
                judged.fingerprint, refused.by, refused.reason
            ));
        }
    }
}

/// Says that nobody has looked at changes of meaning.
pub(super) fn warn_of_unread(verdict: &Verdict, last: &str, options: &ReleaseOptions) {
    let unread = verdict.judged.iter().filter(|judged| judged.is_unread());
    let count = unread.count() as u64;
    if count > 0 {
        say(&format!(
            "warning: {} of meaning since `{last}` {} for a second reader; {} lists {}",
            counted(count, "change"),
            if count == 1 { "waits" } else { "wait" },
            listing(last, options),
            if count == 1 { "it" } else { "them" },
        ));
    }
}

/// The command that lists the changes since a release.
fn listing(last: &str, options: &ReleaseOptions) -> String {
    let root = options.root.as_ref();
    let root = root.map_or_else(String::new, |root| {
        format!(" --root {}", quoted(&root.to_string_lossy()))
    });
    format!("`treatise diff{root} {}`", quoted(last))
}

/// Refuses a version that exists.
pub(super) fn expect_new(version: &Version, tag: &str, ground: &Ground) -> Result<()> {
    if let Some(repository) = &ground.repository {
        ensure!(
            repository.allows_tag(tag)?,
            "--tag-prefix: git allows no tag `{tag}`"
        );
        ensure!(
            !repository.has_tag(tag)?,
            "{version} is released already: there is a tag `{tag}`; name a higher version"
        );
    }
    ensure!(
        !ground.changelog.versions().contains(version),
        "`{CHANGELOG}` has a section for {version} already; name another version, or remove the \
         section to have it written anew"
    );
    Ok(())
}

/// A change in a line.
fn told(judged: &Judged) -> String {
    let change = &judged.change;
    let place = &change.place;
    let parts = [&place.collection, &place.record, &place.file];
    let mut place_text: Vec<_> = parts.into_iter().flatten().cloned().collect();
    place_text.extend(Some(place.path_text()).filter(|path| !path.is_empty()));
    format!(
        "{} {} ({})",
        place_text.join(" "),
        change.kind.contract().title,
        judged.fingerprint
    )
}
