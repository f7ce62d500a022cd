//! `export`.

#![expect(
    clippy::disallowed_methods,
    reason = "`SOURCE_DATE_EPOCH` tells the time, and a profile is a file of the caller"
)]

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use treatise_dataset::{Dataset, LoadOptions, Sound, load};
use treatise_diff::{Changelog, Source, open};
use treatise_exporter::{
    Archive, Checks, Companion, Format, Options, Profile, Summary, Target, export as write_bundle,
};
use treatise_report::Rule;
use treatise_source::{NotRead, RegularFile};

use crate::arguments::{ExportOptions, ReportOptions};
use crate::compared::Compared;
use crate::diff::source;
use crate::findings::{counted, report_dataset};
use crate::place::{find_root, read_as_of};
use crate::progress::Progress;
use crate::release::{CHANGELOG, read_changelog};
use crate::{Outcome, output};

/// A profile lists members; none is as large.
const MOST_BYTES_OF_PROFILE: u64 = 8 << 20;

/// Writes a bundle of the dataset, if it is sound.
pub(crate) fn export(options: &ExportOptions) -> Result<Outcome> {
    // Known before a large dataset is read.
    let target = Target::new(&options.out)?;
    for archive in &options.archive {
        archive.path_beside(target.path())?;
    }
    let time = source_date()?;
    let profile = find_profile(&options.profile)?;
    ensure!(
        options.since.is_none() || profile == Profile::full(),
        "--since tells of the whole dataset, and --profile `{}` has a part of it",
        options.profile
    );
    let root = find_root(&options.dataset.place)?;
    let as_of = read_as_of(&options.dataset)?;
    let report = ReportOptions::human(options.quiet);
    let progress = Progress::new(options.quiet);
    let loaded = load(
        &root,
        &LoadOptions {
            manifest: options.dataset.place.manifest.as_deref(),
            as_of: as_of.as_deref(),
            keep: report.max_findings,
            only: None,
            observer: &progress,
            ..LoadOptions::default()
        },
    );
    let took = progress.finish();
    let (dataset, findings) = loaded?;
    let counts = &findings.counts;
    let sound = match Sound::new(dataset) {
        Ok(sound) => sound,
        Err(dataset) => {
            let outcome = report_dataset(&dataset, &findings, &report, took)?;
            if !options.quiet {
                output::say(
                    "nothing was exported: a bundle is made of a dataset without errors only",
                );
            }
            return Ok(outcome);
        }
    };
    let notes = read_changelog(&root)?;
    let changelog = Changelog::new(notes.as_deref());
    let released = changelog.day_of(&sound.manifest().version);
    // A heading may have what is no day.
    let released = released.filter(|day| day.parse::<jiff::civil::Date>().is_ok());
    let changes = options
        .since
        .as_deref()
        .map(|given| changes_since(given, &root, &sound, options))
        .transpose()?;
    let progress = Progress::new(options.quiet);
    let written = write_bundle(
        &sound,
        &target,
        &Options {
            formats: &options.format,
            collections: &options.collection,
            profile,
            checks: Some(Checks {
                rules: rules().count() as u64,
                warnings: counts.warnings,
                informations: counts.informations,
            }),
            commit: options.commit.as_deref(),
            released,
            companions: &companions(notes.as_deref(), changes.as_deref()),
            observer: &progress,
        },
    );
    let summary = written?;
    for archive in &options.archive {
        archive.pack(target.path(), time)?;
    }
    let took = took + progress.finish();
    warn_of_left_out(&summary);
    if !options.quiet {
        output::say(&format!(
            "exported {} of {} to {}: {}, {}, {:.2} s",
            counted(summary.records, "record"),
            counted(summary.collections, "collection"),
            target.path().display(),
            counted(summary.files, "file"),
            indicatif::DecimalBytes(summary.bytes),
            took.as_secs_f64()
        ));
    }
    Ok(Outcome::Sound)
}

/// What changed since another version, as it is published.
fn changes_since(
    given: &str,
    root: &Path,
    sound: &Dataset,
    options: &ExportOptions,
) -> Result<String> {
    let progress = Progress::new(options.quiet);
    let source = source::find(given, root).context("--since")?;
    let (old, new) = open(source, Source::folder(root), Some(root))?;
    let compared = Compared::of(&old, &new, &progress);
    progress.finish();
    Ok(compared?.released(sound)?.to_json())
}

/// What a dataset is checked for before it is exported.
fn rules() -> impl Iterator<Item = &'static Rule> {
    treatise_report::fault::TEXT_RULES
        .iter()
        .chain(treatise_schema::RULES)
        .chain(treatise_dataset::RULES)
        .copied()
}

/// The files that go along with a bundle: the changelog, and what changed since the version before.
pub(crate) fn companions<'a>(
    notes: Option<&'a str>,
    changes: Option<&'a str>,
) -> Vec<Companion<'a>> {
    let notes = notes.map(|text| Companion {
        name: CHANGELOG,
        purpose: "what each release changes, for those who use the data",
        bytes: text.as_bytes(),
    });
    let changes = changes.map(|text| Companion {
        name: "changes.json",
        purpose: "every change since the version before, and what it breaks",
        bytes: text.as_bytes(),
    });
    notes.into_iter().chain(changes).collect()
}

/// What is missing is said also to those who want to hear little.
fn warn_of_left_out(summary: &Summary) {
    let Some(left_out) = &summary.left_out else {
        return;
    };
    let first = format!(
        "`{}` of `{}` in `{}`",
        left_out.pointer, left_out.record, left_out.collection
    );
    output::say(&format!(
        "warning: the tables lack {} for want of a column, first {first}",
        counted(left_out.count, "value")
    ));
}

/// A profile that every dataset has, or one in a file.
fn find_profile(name: &str) -> Result<Profile> {
    if let Some(profile) = Profile::parse(name) {
        return Ok(profile);
    }
    let bytes = match RegularFile::read_all(Path::new(name), MOST_BYTES_OF_PROFILE) {
        Ok(bytes) => bytes,
        Err(NotRead::Io(error)) if error.kind() == ErrorKind::NotFound => {
            bail!("--profile: `{name}` is none of full, reviewed and minimal, and no file")
        }
        Err(error) => bail!("--profile: {name}: {error}"),
    };
    let text = std::str::from_utf8(&bytes);
    let text = text.with_context(|| format!("--profile: {name} is not UTF-8"))?;
    Profile::from_json(text).with_context(|| format!("--profile: {name}"))
}

/// The time that files in archives get, by <https://reproducible-builds.org/specs/source-date-epoch/>.
pub(crate) fn source_date() -> Result<Option<i64>> {
    const NAME: &str = "SOURCE_DATE_EPOCH";
    let Some(value) = std::env::var_os(NAME) else {
        return Ok(None);
    };
    let seconds = value.to_str().and_then(|text| text.parse().ok());
    let seconds = seconds.filter(|seconds| *seconds >= 0);
    seconds
        .map(Some)
        .with_context(|| format!("{NAME} is no number of seconds since 1970"))
}

/// Takes the name of a kind of archive.
pub(crate) fn archives() -> impl TypedValueParser<Value = Archive> {
    let names = PossibleValuesParser::new(Archive::ALL.map(Archive::name));
    names.map(|name| Archive::parse(&name).expect("only these names are taken"))
}

/// Takes the name of a format that this program can write.
pub(crate) fn formats() -> impl TypedValueParser<Value = Format> {
    let names = PossibleValuesParser::new(Format::ALL.iter().map(|format| format.name()));
    names.map(|name| Format::parse(&name).expect("only these names are taken"))
}
