//! `CITATION.cff`: how to cite the dataset (Citation File Format 1.2.0).
//!
//! It is YAML, of which JSON strings are part, so that no text of the manifest is taken for syntax.

use treatise_dataset::Manifest;

use super::in_languages;

pub(super) fn write(manifest: &Manifest) -> String {
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
        // The day for which it was found to be sound is the only one that it has.
        ("date-released", manifest.as_of.clone()),
    ];
    if let Some(abstract_) = in_languages(&manifest.description, manifest).next() {
        lines.push(("abstract", quoted(abstract_)));
    }
    if let Some(homepage) = &manifest.homepage {
        lines.push(("url", quoted(homepage)));
    }
    if let Some(licence) = &manifest.licence {
        lines.push(("license", quoted(licence)));
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

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
