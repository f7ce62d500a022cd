//! What a release looks like to whoever makes it: what it is, what it changes, and the commands
//! that commit and tag it.

use std::path::Path;

use treatise_dataset::MANIFEST;
use treatise_exporter::Summary;

use super::texts::CHANGELOG;
use crate::findings::counted;
use crate::output;

/// Lines of the new section that are shown where it is written anyway.
const MOST_LINES: usize = 30;

/// All that is shown of a release.
pub(super) struct Shown<'a> {
    pub(super) root: &'a Path,
    pub(super) dataset: &'a str,
    pub(super) version: &'a str,
    /// The version in the manifest before.
    pub(super) declared: &'a str,
    /// What was released last, as it is called.
    pub(super) last: Option<&'a str>,
    /// What was decided about the changes.
    pub(super) sentences: &'a [String],
    /// The section of the changelog.
    pub(super) section: &'a str,
    pub(super) places: &'a [std::path::PathBuf],
    pub(super) summary: &'a Summary,
    /// The files that are committed with it, relative to the root.
    pub(super) files: &'a [&'a str],
    /// Whether the manifest has changes that no commit has.
    pub(super) is_edited: bool,
    /// The tag that it gets, where there is a repository.
    pub(super) tag: Option<&'a str>,
    pub(super) is_dry: bool,
}

impl Shown<'_> {
    /// What it is and what it changes.
    pub(super) fn report(&self) -> String {
        let visible = output::on_terminal;
        let behind = self.last.map_or_else(
            || "the first release".to_owned(),
            |last| format!("after `{last}`"),
        );
        let head = format!("{} {}, {behind}", self.dataset, self.version);
        let mut text = visible(&head) + "\n";
        for sentence in self.sentences {
            text += &format!("  {sentence}\n");
        }
        if self.files.contains(&MANIFEST) {
            text += &format!("\n{MANIFEST}\n");
            if self.is_edited {
                text += "  with the changes in it that are not committed\n";
            }
            if self.declared != self.version {
                text += &format!("  - \"version\": \"{}\"\n", visible(self.declared));
                text += &format!("  + \"version\": \"{}\"\n", self.version);
            }
        }
        text += &format!("\n{CHANGELOG}\n");
        let most = if self.is_dry { usize::MAX } else { MOST_LINES };
        for line in self.section.lines().take(most) {
            // Behind a heading's marks is a space: no command to a service that reads the log.
            let rest = line.trim_start_matches('#');
            let (marks, rest) = if rest.starts_with(' ') {
                line.split_at(line.len() - rest.len())
            } else {
                ("", line)
            };
            text += format!("  + {marks}{}", visible(rest)).trim_end();
            text.push('\n');
        }
        let more = self.section.lines().count().saturating_sub(most);
        if more > 0 {
            text += &format!("  … and {}\n", counted(more as u64, "more line"));
        }
        text.push('\n');
        for place in self.places {
            text += &format!("{}\n", visible(&place.display().to_string()));
        }
        text += &format!(
            "  {}, {}; built twice, the same both times, and verified\n",
            counted(self.summary.files, "file"),
            indicatif::DecimalBytes(self.summary.bytes)
        );
        text
    }

    /// The commands, or what there is to say in their place.
    pub(super) fn commands(&self) -> String {
        let start = match (self.is_dry, self.tag) {
            (true, None) => return "nothing was written\n".to_owned(),
            (false, None) => return "there is no git repository to commit it to\n".to_owned(),
            (true, _) => "nothing was written; a release is then committed and tagged with\n",
            (false, _) => "to commit and tag it, run\n",
        };
        let tag = quoted(self.tag.unwrap_or_default());
        let git = if self.root == Path::new(".") {
            "git".to_owned()
        } else {
            format!("git -C {}", quoted(&self.root.to_string_lossy()))
        };
        let files: Vec<_> = self.files.iter().copied().map(quoted).collect();
        let files = files.join(" ");
        let (version, name) = (self.version, self.dataset);
        let message = quoted(&format!("Release {version}"));
        let label = quoted(&format!("{name} {version}"));
        [
            start.to_owned(),
            // Where one fails, the next one would do something else than is meant.
            format!("  {git} add -- {files} &&\n"),
            format!("  {git} commit --message={message} -- {files} &&\n"),
            format!("  {git} tag --annotate --message={label} {tag}\n"),
        ]
        .concat()
    }
}

/// A word as a POSIX shell reads it.
pub(super) fn quoted(word: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "_./:@%+=,-".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn no_name_is_a_command() {
        assert_eq!(quoted("data/x.json"), "data/x.json");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("$(rm)'"), r"'$(rm)'\'''");
        assert_eq!(quoted(""), "''");
    }
}
