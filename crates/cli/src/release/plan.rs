//! All that a release consists of, before anything of it is written.

#![expect(
    clippy::disallowed_methods,
    reason = "the manifest with the new version lies in a temporary folder that nobody else sees"
)]

use std::path::Path;

use anyhow::{Context, Result, bail};
use treatise_dataset::{Dataset, LoadOptions, MANIFEST, Sound, load};
use treatise_diff::{Document, Section};
use treatise_exporter::{Checks, Options, Summary, Target, export};
use treatise_linter::{Linted, rules};
use treatise_source::LockedFolder;

use super::build::{Built, Site};
use super::shown::Shown;
use super::texts::{CHANGELOG, Text, with_version};
use super::{Ground, Since};
use crate::arguments::ReleaseOptions;
use crate::export::companions;
use crate::findings::counted;
use crate::output;
use crate::progress::Progress;
use crate::scratch::{self, RELEASE};

/// A release.
pub(super) struct Plan<'a> {
    linted: &'a Linted,
    since: Option<&'a Since>,
    version: &'a str,
    day: &'a str,
    /// The dataset with its new version.
    released: Sound<Dataset>,
    /// What changed since the release before.
    document: Option<Document>,
    section: Section,
    /// The files that change, the changelog last.
    pub(super) texts: Vec<Text>,
}

impl<'a> Plan<'a> {
    pub(super) fn of(
        ground: &'a Ground,
        linted: &'a Linted,
        since: Option<&'a Since>,
        version: &'a str,
    ) -> Result<Self> {
        let before = linted.dataset.manifest_text();
        let before = std::str::from_utf8(before).context("the manifest is not UTF-8")?;
        let after = with_version(before, version)?;
        let released = load_with(&ground.root, &after)?;
        let document = since.map(|since| since.compared.released(&released));
        let document = document.transpose()?;
        let section = document.as_ref().map_or_else(
            || first_section(&released, version, &ground.day),
            |document| document.section(version, &ground.day),
        );
        let section = ground.changelog.complete(section);
        let text = |name, before: Option<&str>, after| Text {
            name,
            path: ground.root.join(name),
            before: before.map(str::to_owned),
            after,
        };
        let mut texts = vec![text(MANIFEST, Some(before), after)];
        texts.retain(|text| text.before.as_ref() != Some(&text.after));
        let notes = ground.changelog.with(&section);
        texts.push(text(CHANGELOG, ground.notes.as_deref(), notes));
        Ok(Self {
            linted,
            since,
            version,
            day: &ground.day,
            released,
            document,
            section,
            texts,
        })
    }

    /// Builds the bundle, beside the place where it will be unless nothing is to be written.
    pub(super) fn build(
        &self,
        root: &Path,
        site: &Site<'_>,
        options: &ReleaseOptions,
        progress: &Progress,
    ) -> Result<Built> {
        let scratch = if options.dry_run {
            LockedFolder::temporary(RELEASE)
        } else {
            let around = site.around();
            // Where the root was around it when a run was killed, it need not be any more.
            scratch::sweep(root, RELEASE);
            scratch::within(&around, RELEASE)
        };
        let scratch = scratch.context("a temporary folder for the bundle can't be made")?;
        let counts = &self.linted.findings.counts;
        let notes = self.texts.last().map(|text| text.after.as_str());
        let changes = self.document.as_ref().map(Document::to_json);
        let make = |target: &Target| -> Result<Summary> {
            progress.begin_round();
            let summary = export(
                &self.released,
                target,
                &Options {
                    formats: &options.format,
                    checks: Some(Checks {
                        rules: rules().len() as u64,
                        warnings: counts.warnings,
                        informations: counts.informations,
                    }),
                    released: Some(self.day),
                    companions: &companions(notes, changes.as_deref()),
                    observer: progress,
                    ..Options::default()
                },
            )?;
            Ok(summary)
        };
        site.build(scratch, make)
    }

    /// What the release is and does, and how to commit it.
    pub(super) fn report(
        &self,
        ground: &Ground,
        built: &Built,
        site: &Site<'_>,
        tag: &str,
        options: &ReleaseOptions,
    ) -> Result<String> {
        let sentences = self.since.map_or_else(Vec::new, |since| {
            since.compared.document("", "", None).sentences()
        });
        let declared = self.linted.dataset.manifest();
        let mut files: Vec<&str> = self.texts.iter().map(|text| text.name).collect();
        // The tag has to lead to the manifest of the bundle, also where somebody else edited it.
        let is_edited = match &ground.repository {
            Some(repository) => !repository.uncommitted(&[MANIFEST])?.is_empty(),
            None => false,
        };
        if is_edited && !files.contains(&MANIFEST) {
            files.insert(0, MANIFEST);
        }
        let shown = Shown {
            root: &ground.root,
            dataset: &declared.name,
            version: self.version,
            declared: &declared.version,
            last: self.since.map(|since| since.name.as_str()),
            sentences: &sentences,
            section: &self.section.to_markdown(),
            places: &site.places()?,
            summary: &built.summary,
            files: &files,
            is_edited,
            tag: ground.repository.is_some().then_some(tag),
            is_dry: options.dry_run,
        };
        let commands = output::lines_on_terminal(&shown.commands());
        Ok(if options.quiet {
            commands
        } else {
            format!("{}\n{commands}", shown.report())
        })
    }
}

/// The dataset with another manifest, which is on no disk but a temporary one.
fn load_with(root: &Path, manifest: &str) -> Result<Sound<Dataset>> {
    let folder = LockedFolder::temporary(RELEASE).context("a temporary folder can't be made")?;
    let path = folder.path().join("dataset.json");
    std::fs::write(&path, manifest)
        .context("the manifest can't be written to a temporary folder")?;
    let (dataset, findings) = load(
        root,
        &LoadOptions {
            manifest: Some(&path),
            ..LoadOptions::default()
        },
    )?;
    let Ok(sound) = Sound::new(dataset) else {
        let first = findings.kept.first();
        let message = first.map_or("it changed meanwhile", |finding| finding.message.as_str());
        bail!("the dataset could not be released: {message}");
    };
    Ok(sound)
}

fn first_section(dataset: &Dataset, version: &str, day: &str) -> Section {
    let mut section = Section::new(version, day);
    let entry = format!(
        "First release: {} in {}.",
        counted(dataset.index().len() as u64, "record"),
        counted(dataset.collections().len() as u64, "collection")
    );
    section.add("Added", &entry);
    section
}
