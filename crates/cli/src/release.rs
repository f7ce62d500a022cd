//! `release`: the version that the changes make, in the manifest, in the changelog, and in a
//! bundle. Everything is known and built before the first file is written.

mod build;
mod hindrance;
mod last;
mod number;
mod plan;
mod shown;
mod texts;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use semver::Version;
use treatise_dataset::{Dataset, Level, Manifest};
use treatise_diff::{Changelog, Repository, Side, Source};
use treatise_linter::{
    Base, Choice, DELETED_RECORD, Linted, Notices, Options as LintOptions, lint,
};

use crate::Outcome;
use crate::arguments::{ReleaseOptions, ReportOptions};
use crate::check::{approved, read_documents};
use crate::compared::Compared;
use crate::export::source_date;
use crate::findings::{report_linted, say_skipped};
use crate::output::{self, say};
use crate::place::{find_root_in, read_date};
use crate::progress::Progress;
use build::Site;
use last::Last;
use number::{Before, Numbers};
use plan::Plan;

pub(crate) use texts::{CHANGELOG, read_changelog};

/// What a release starts from.
struct Ground {
    root: PathBuf,
    /// The day of the release.
    day: String,
    repository: Option<Repository>,
    /// The changelog as it was read.
    notes: Option<String>,
    changelog: Changelog,
}

/// What was released last, beside the dataset, both as folders.
struct Sides {
    name: String,
    tagged: Option<Version>,
    old: Side,
    new: Side,
}

/// What was released last, and what changed since then.
struct Since {
    name: String,
    compared: Compared,
    /// Who may approve a change is looked up in them again, when the release is described.
    _sides: [Side; 2],
}

/// Makes a release, or shows what it would be.
pub(crate) fn release(options: &ReleaseOptions) -> Result<Outcome> {
    let ground = Ground::find(options)?;
    let last = last::find(options, &ground)?;
    let sides = last.map(|last| Sides::open(last, &ground)).transpose()?;
    let Some(linted) = ground.check(sides.as_ref(), options)? else {
        return Ok(Outcome::Findings);
    };
    let manifest = linted.dataset.manifest();
    if let Some(repository) = &ground.repository {
        hindrance::expect_committed(repository, &linted.dataset, options)?;
    }
    let since = sides.map(|sides| Since::of(sides, options)).transpose()?;
    if let Some(since) = &since {
        let verdict = &since.compared.verdict;
        hindrance::expect_compared(verdict, &options.despite)?;
        hindrance::warn_of_refused(verdict);
        if hindrance::tell_blocks(verdict) {
            return Ok(Outcome::Findings);
        }
        hindrance::warn_of_unread(verdict, &since.name, options);
    }
    let Some(version) = choose(manifest, since.as_ref(), options)? else {
        return Ok(Outcome::Findings);
    };
    let tag = format!("{}{version}", options.tag_prefix);
    hindrance::expect_new(&version, &tag, &ground)?;
    let version = version.to_string();
    let usual = || {
        let name = format!("{}-{version}", manifest.name);
        if ground.root == Path::new(".") {
            Path::new("releases").join(name)
        } else {
            ground.root.join("releases").join(name)
        }
    };
    let site = Site {
        out: &options.out.clone().unwrap_or_else(usual),
        archives: &options.archive,
        time: source_date()?,
    };
    site.expect_free(&linted.dataset)?;

    let plan = Plan::of(&ground, &linted, since.as_ref(), &version)?;
    let progress = Progress::new(options.quiet);
    let built = plan.build(&ground.root, &site, options, &progress);
    progress.finish();
    let built = built?;
    let report = plan.report(&ground, &built, &site, &tag, options)?;
    if !options.dry_run {
        built.place(&plan.texts)?;
    }
    output::write_stdout(|out| out.write_all(report.as_bytes()))?;
    Ok(Outcome::Sound)
}

impl Ground {
    fn find(options: &ReleaseOptions) -> Result<Self> {
        let root = find_root_in(options.root.as_deref())?;
        let notes = read_changelog(&root)?;
        Ok(Self {
            day: read_date("--as-of", &options.as_of)?,
            repository: Repository::around(&root)?,
            changelog: Changelog::new(notes.as_deref()),
            notes,
            root,
        })
    }

    /// Checks the dataset with all rules, those about changes since the release before too: for the day
    /// of the release, and for that of the manifest, for which whoever has the tag will check it. `None`
    /// where there are errors, which are reported.
    fn check(&self, sides: Option<&Sides>, options: &ReleaseOptions) -> Result<Option<Linted>> {
        let Some(linted) = self.check_for(Some(&self.day), sides, options)? else {
            return Ok(None);
        };
        let is_of_this_day = declared_day(&linted.dataset).as_deref() == Some(&self.day);
        if !is_of_this_day && self.check_for(None, sides, options)?.is_none() {
            say(
                "it was checked for the `as_of` in `data/dataset.json`, as whoever has the release will \
                 check it",
            );
            return Ok(None);
        }
        if !options.quiet {
            say_skipped(&linted.skipped);
        }
        Ok(Some(linted))
    }

    /// Checks the dataset for a day, or for that of the manifest.
    fn check_for(
        &self,
        day: Option<&str>,
        sides: Option<&Sides>,
        options: &ReleaseOptions,
    ) -> Result<Option<Linted>> {
        // What is gone is blocked as a change, which an approval allows.
        let levels = [(DELETED_RECORD.name.to_owned(), Level::Off)];
        let documents = read_documents(options.documents.as_deref())?;
        let notices = options.notices.as_deref().map(Notices::read).transpose()?;
        let approved = match sides {
            Some(sides) => approved(&sides.old, &self.root)?,
            None => Vec::new(),
        };
        let report = ReportOptions::human(options.quiet);
        let progress = Progress::new(options.quiet);
        let linted = lint(
            &self.root,
            &LintOptions {
                as_of: day,
                keep: report.max_findings,
                observer: &progress,
                documents: documents.as_ref(),
                notices: notices.as_ref(),
                base: sides.map(|sides| Base {
                    root: sides.old.root(),
                    name: &sides.name,
                    approved: &approved,
                }),
                choice: Choice {
                    levels: &levels,
                    only: &[],
                },
                ..LintOptions::default()
            },
        );
        let took: Duration = progress.finish();
        let mut linted = linted?;
        if linted.findings.counts.errors == 0 {
            return Ok(Some(linted));
        }
        // What is no error forbids nothing.
        let is_error = |finding: &treatise_report::Diagnostic| {
            finding.severity == treatise_report::Severity::Error
        };
        linted.findings.kept.retain(is_error);
        report_linted(&linted, 0, &report, took)?;
        say("nothing was released: mend the errors first");
        Ok(None)
    }
}

/// The day that the manifest itself has, whichever the dataset was checked for.
fn declared_day(dataset: &Dataset) -> Option<String> {
    let manifest: serde_json::Value = serde_json::from_slice(dataset.manifest_text()).ok()?;
    Some(manifest["as_of"].as_str()?.to_owned())
}

impl Sides {
    fn open(last: Last, ground: &Ground) -> Result<Self> {
        let new = Source::folder(&ground.root);
        let (old, new) = treatise_diff::open(last.source, new, Some(&ground.root))?;
        Ok(Self {
            name: last.name,
            tagged: last.tagged,
            old,
            new,
        })
    }
}

impl Since {
    /// Compares the dataset with what was released last.
    fn of(sides: Sides, options: &ReleaseOptions) -> Result<Self> {
        let Sides {
            name,
            tagged,
            old,
            new,
        } = sides;
        let progress = Progress::new(options.quiet);
        let compared = Compared::of(&old, &new, &progress);
        progress.finish();
        let compared = compared?;
        hindrance::expect_same(tagged.as_ref(), &compared, &name)?;
        Ok(Self {
            name,
            compared,
            _sides: [old, new],
        })
    }
}

/// The version; `None` where there is nothing to release, which is said.
fn choose(
    manifest: &Manifest,
    since: Option<&Since>,
    options: &ReleaseOptions,
) -> Result<Option<Version>> {
    let numbers = Numbers {
        asked: options.version.as_ref(),
        declared: &manifest.version,
        last: since.map(|Since { compared, .. }| Before {
            version: &compared.pair.older().manifest().version,
            floor: compared.verdict.floor.as_deref(),
            is_changed: compared.verdict.level.is_some(),
        }),
    };
    let version = numbers.choose()?;
    if let (None, Some(since)) = (&version, since) {
        say(&format!(
            "nothing was released: nothing changed since `{}`; name a version to release all the same",
            since.name
        ));
    }
    Ok(version)
}
