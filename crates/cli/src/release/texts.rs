//! The two files that a release changes, as texts: the manifest and the changelog.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use treatise_dataset::MANIFEST;
use treatise_source::{Limits, NotRead, Parser, RegularFile};

/// The changelog, beside `data/`.
pub(crate) const CHANGELOG: &str = "CHANGELOG.md";
/// The largest of either, in bytes.
const MOST_BYTES: u64 = 64 << 20;

/// A file that a release changes.
#[derive(Debug)]
pub(super) struct Text {
    /// Relative to the root.
    pub(super) name: &'static str,
    pub(super) path: PathBuf,
    /// `None` where it is not there yet.
    pub(super) before: Option<String>,
    pub(super) after: String,
}

/// The changelog of the dataset at `root`; `None` where it has none.
pub(crate) fn read_changelog(root: &Path) -> Result<Option<String>> {
    let path = root.join(CHANGELOG);
    match RegularFile::read_all(&path, MOST_BYTES) {
        Ok(bytes) => String::from_utf8(bytes)
            .map(Some)
            .with_context(|| format!("{}: it is not UTF-8", path.display())),
        Err(NotRead::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(reason) => bail!("{}: {reason}", path.display()),
    }
}

/// The manifest with another version, and all else byte for byte as it is.
pub(super) fn with_version(text: &str, version: &str) -> Result<String> {
    let mut parser = Parser::new();
    let parsed = parser.parse(text, Limits::default());
    let place = parsed.tree.root().get("version");
    let place = place.with_context(|| format!("`{MANIFEST}` has no version"))?;
    let span = place.span().range();
    ensure!(
        place.as_str().is_some(),
        "the version in `{MANIFEST}` is no text"
    );
    let written = serde_json::Value::from(version).to_string();
    Ok(format!(
        "{}{written}{}",
        &text[..span.start],
        &text[span.end..]
    ))
}

#[cfg(test)]
mod tests {
    use super::with_version;

    #[test]
    fn only_the_version_changes() {
        let old = "{ \"languages\": [\"en\"],\r\n\t\"version\" :\"0.1.0\",\n\"x\": {\"version\": \"0.1.0\"} }";
        let new = "{ \"languages\": [\"en\"],\r\n\t\"version\" :\"0.2.0\",\n\"x\": {\"version\": \"0.1.0\"} }";
        assert_eq!(with_version(old, "0.2.0").expect("it has one"), new);
        assert!(with_version("{}", "0.2.0").is_err());
        assert!(with_version("{\"version\": 1}", "0.2.0").is_err());
    }
}
