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
use treatise_dataset::Manifest;
use treatise_diff::{Changelog, Repository, Source};
use treatise_linter::{Linted, Options as LintOptions, lint};

use crate::Outcome;
use crate::arguments::{ReleaseOptions, ReportOptions};
use crate::check::{find_root_in, read_date, report_findings, summary_of};
use crate::compared::Compared;
use crate::export::source_date;
use crate::lint::read_documents;
use crate::output::{self, say};
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

/// What was released last, and what changed since then.
struct Since {
    name: String,
    compared: Compared,
}

/// Makes a release, or shows what it would be.
pub(crate) fn release(options: &ReleaseOptions) -> Result<Outcome> {
    let ground = Ground::find(options)?;
    let last = last::find(options, &ground)?;
    let Some(linted) = ground.check(options)? else {
        return Ok(Outcome::Findings);
    };
    let manifest = linted.dataset.manifest();
    if let Some(repository) = &ground.repository {
        hindrance::expect_committed(repository, manifest, options)?;
    }
    let since = last.map(|last| Since::of(last, &ground, options));
    let since = since.transpose()?;
    if let Some(since) = &since {
        let verdict = &since.compared.verdict;
        hindrance::expect_compared(verdict, &options.despite)?;
        if hindrance::tell_blocks(verdict) {
            return Ok(Outcome::Findings);
        }
        hindrance::warn_of_unread(verdict, &since.name);
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
    let built = plan.build(&site, options, &progress);
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
            day: read_date(&options.as_of)?,
            repository: Repository::around(&root)?,
            changelog: Changelog::new(notes.as_deref()),
            notes,
            root,
        })
    }

    /// Checks the dataset with all rules for the day of the release; `None` where there are errors,
    /// which are reported.
    fn check(&self, options: &ReleaseOptions) -> Result<Option<Linted>> {
        let documents = read_documents(options.documents.as_deref())?;
        let report = ReportOptions::human(options.quiet);
        let progress = Progress::new(options.quiet);
        let linted = lint(
            &self.root,
            &LintOptions {
                as_of: Some(&self.day),
                keep: report.max_findings,
                observer: &progress,
                documents: documents.as_ref(),
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
        let (files, summary) = (linted.dataset.files(), summary_of(&linted.dataset));
        report_findings(files, &linted.findings, summary, &report, took)?;
        say("nothing was released: mend the errors first");
        Ok(None)
    }
}

impl Since {
    /// Compares the dataset with what was released last.
    fn of(last: Last, ground: &Ground, options: &ReleaseOptions) -> Result<Self> {
        let Last {
            name,
            source,
            tagged,
        } = last;
        let progress = Progress::new(options.quiet);
        let (old, new) =
            treatise_diff::open(source, Source::folder(&ground.root), Some(&ground.root))?;
        let compared = Compared::of(&old, &new, &progress);
        progress.finish();
        let compared = compared?;
        hindrance::expect_same(tagged.as_ref(), &compared, &name)?;
        Ok(Self { name, compared })
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
            "nothing was released: nothing changed since {}; name a version to release all the same",
            since.name
        ));
    }
    Ok(version)
}
