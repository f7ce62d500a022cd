//! `CITATION.cff`: how to cite the dataset (Citation File Format 1.2.0).
//!
//! It is YAML, of which JSON strings are part, so that no text of the manifest is taken for syntax.

use treatise_dataset::Manifest;

use super::in_languages;

/// The identifiers of licences that the format knows, and no others; each has a page among those of SPDX.
const LICENCES: &str = include_str!("licences.txt");

/// `released` is the day of the release, where it is known.
pub(super) fn write(manifest: &Manifest, released: Option<&str>) -> String {
    let title = in_languages(&manifest.title, manifest).next();
    let title = title.unwrap_or(&manifest.name);
    let mut lines = vec![
        ("cff-version", "1.2.0".to_owned()),
        ("type", "dataset".to_owned()),
        (
            "message",
            quoted("If you use this dataset, please cite it as below, with its version."),
        ),
        ("title", quoted(title)),
        ("version", quoted(&manifest.version)),
    ];
    if let Some(day) = released {
        lines.push(("date-released", day.to_owned()));
    }
    if let Some(abstract_) = in_languages(&manifest.description, manifest).next() {
        lines.push(("abstract", quoted(abstract_)));
    }
    if let Some(homepage) = &manifest.homepage {
        lines.push(("url", quoted(homepage)));
    }
    let licences = manifest.licence.as_deref().and_then(choice);
    let licences = licences.and_then(|licences| licences.into_iter().map(known).collect());
    if let Some(licences) = licences {
        let licences: Vec<_> = Vec::into_iter(licences).map(quoted).collect();
        let one_or_list = match &licences[..] {
            [one] => one.clone(),
            several => format!("[{}]", several.join(", ")),
        };
        lines.push(("license", one_or_list));
    }
    let mut text = String::new();
    for (name, value) in lines {
        text.extend([name, ": ", &value, "\n"]);
    }
    text += &format!(
        "authors:\n  - name: {}\n",
        quoted(&format!("The editors of {}", manifest.name))
    );
    text
}

/// The licences of an expression of which a reader may choose one; `None` where the terms are otherwise:
/// formats of others take identifiers of SPDX, and nothing that is made of them.
pub(super) fn choice(expression: &str) -> Option<Vec<&str>> {
    let licences = expression.trim_matches(['(', ')']).split(" OR ");
    let is_identifier = |licence: &&str| {
        let is_own = licence.starts_with("LicenseRef-") || licence.starts_with("DocumentRef-");
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+');
        !licence.is_empty() && !is_own && licence.bytes().all(is_part)
    };
    let licences: Vec<_> = licences.collect();
    licences.iter().all(is_identifier).then_some(licences)
}

/// A licence as SPDX spells it, where it is among those that formats of others know.
pub(super) fn known(licence: &str) -> Option<&'static str> {
    let mut known = LICENCES.lines().filter(|line| !line.starts_with('#'));
    known.find(|known| known.eq_ignore_ascii_case(licence))
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::{choice, known};

    #[test]
    fn licences_are_identifiers_of_which_one_holds() {
        assert_eq!(choice("CC-BY-4.0"), Some(vec!["CC-BY-4.0"]));
        assert_eq!(choice("MIT OR Apache-2.0"), Some(vec!["MIT", "Apache-2.0"]));
        for other in [
            "LicenseRef-own",
            "MIT AND CC0-1.0",
            "GPL-2.0-only WITH Classpath-exception-2.0",
        ] {
            assert_eq!(choice(other), None, "{other}");
        }
    }

    #[test]
    fn licences_that_the_format_does_not_know_are_left_out() {
        assert_eq!(known("CC-BY-4.0"), Some("CC-BY-4.0"));
        assert_eq!(known("cc-by-4.0"), Some("CC-BY-4.0"));
        assert_eq!(known("GPL-2.0+"), Some("GPL-2.0+"));
        for other in ["CDLA-Permissive-2.0", "proprietary", "NOASSERTION", "", "#"] {
            assert_eq!(known(other), None, "{other}");
        }
    }
}
