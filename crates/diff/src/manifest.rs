//! What changed in the manifest.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use treatise_dataset::{Dataset, MANIFEST};
use treatise_source::{Limits, Parser, RegularFile, Text};

use crate::change::{Change, Detail, Place};
use crate::contract::Kind;
use crate::{Error, value};

/// The largest manifest that is read, in bytes; loading has read it already.
const MOST_BYTES: u64 = 8 << 20;

/// Members that say what is compared in other ways, or that every release changes. Other files are
/// compared themselves, and a bundle has none.
const LEFT_OUT: &[&str] = &[
    "$schema",
    "version",
    "collections",
    "languages",
    OTHER_FILES,
];

const OTHER_FILES: &str = "other_files";

/// What changed in the manifest, its collections included.
pub(crate) fn changes(old: &Dataset, new: &Dataset) -> Result<Vec<Change>, Error> {
    let (was, is) = (read(old)?, read(new)?);
    let mut changes = Vec::new();
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    for name in names {
        let (old, new) = (was.get(name), is.get(name));
        if old == new || LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        let kind = if name == "licence" {
            Kind::LicenceChanged
        } else {
            Kind::ManifestChanged
        };
        changes.push(Change {
            old: old.cloned(),
            new: new.cloned(),
            ..blank(kind, Place::in_manifest(name))
        });
    }
    let languages = |dataset: &Dataset| -> BTreeSet<String> {
        dataset.manifest().languages.iter().cloned().collect()
    };
    let (before, after) = (languages(old), languages(new));
    for gone in before.difference(&after) {
        changes.push(Change {
            old: Some(gone.as_str().into()),
            ..blank(Kind::LanguageRemoved, Place::in_manifest("languages"))
        });
    }
    for come in after.difference(&before) {
        changes.push(Change {
            new: Some(come.as_str().into()),
            ..blank(Kind::LanguageAdded, Place::in_manifest("languages"))
        });
    }
    let listed = |dataset: &Dataset| dataset.manifest().languages.clone();
    if before == after && listed(old) != listed(new) {
        changes.push(Change {
            old: Some(listed(old).into()),
            new: Some(listed(new).into()),
            ..blank(Kind::LanguagesReordered, Place::in_manifest("languages"))
        });
    }
    changes.extend(other_files(was.get(OTHER_FILES), is.get(OTHER_FILES)));
    changes.extend(collections(old, new));
    Ok(changes)
}

/// What is said otherwise of the other files. Which there are, and what is in them, is compared itself, and
/// a bundle has none.
fn other_files(old: Option<&Value>, new: Option<&Value>) -> Option<Change> {
    let by_path = |entries: &Value| -> BTreeMap<String, Value> {
        let entries = entries.as_array().into_iter().flatten();
        let named = entries.filter_map(|entry| {
            let path = entry.get("path")?.as_str()?;
            Some((path.to_owned(), entry.clone()))
        });
        named.collect()
    };
    let (old, new) = (by_path(old?), by_path(new?));
    let told = |these: &BTreeMap<String, Value>, those: &BTreeMap<String, Value>| -> Value {
        let otherwise = these.iter().filter(|(path, entry)| {
            let twin = those.get(*path);
            twin.is_some_and(|twin| twin != *entry)
        });
        otherwise.map(|(_, entry)| entry.clone()).collect()
    };
    let (before, after) = (told(&old, &new), told(&new, &old));
    (before != after).then(|| Change {
        old: Some(before),
        new: Some(after),
        ..blank(Kind::ManifestChanged, Place::in_manifest(OTHER_FILES))
    })
}

fn collections(old: &Dataset, new: &Dataset) -> Vec<Change> {
    let mut changes = Vec::new();
    let place = |name: &str| Place {
        collection: Some(name.to_owned()),
        ..Place::default()
    };
    let entries = |dataset: &Dataset| -> Vec<_> {
        let collections = dataset.collections().iter();
        collections
            .map(|collection| collection.entry().clone())
            .collect()
    };
    let (before, after) = (entries(old), entries(new));
    for entry in &before {
        let Some(twin) = after.iter().find(|twin| twin.name == entry.name) else {
            changes.push(blank(Kind::CollectionRemoved, place(&entry.name)));
            continue;
        };
        let id = |entry: &treatise_dataset::CollectionEntry| {
            let members = [("id", &entry.id), ("prefix", &entry.prefix)];
            let given = members.into_iter().filter_map(|(name, value)| {
                let value = value.as_deref()?;
                Some((name.to_owned(), Value::from(value)))
            });
            Value::Object(given.collect())
        };
        if id(entry) != id(twin) {
            changes.push(Change {
                old: Some(id(entry)),
                new: Some(id(twin)),
                ..blank(Kind::CollectionIdChanged, place(&entry.name))
            });
        }
        let texts = |entry: &treatise_dataset::CollectionEntry| serde_json::json!({"title": entry.title, "description": entry.description});
        if texts(entry) != texts(twin) {
            changes.push(Change {
                old: Some(texts(entry)),
                new: Some(texts(twin)),
                ..blank(Kind::ManifestChanged, place(&entry.name))
            });
        }
    }
    for entry in &after {
        if before.iter().all(|twin| twin.name != entry.name) {
            changes.push(blank(Kind::CollectionAdded, place(&entry.name)));
        }
    }
    changes
}

fn blank(kind: Kind, place: Place) -> Change {
    Change {
        kind,
        place,
        old: None,
        new: None,
        is_meaning: false,
        detail: Detail::None,
    }
}

/// The members of a manifest as they are written: there are more than the engine knows.
fn read(dataset: &Dataset) -> Result<Map<String, Value>, Error> {
    let path = dataset.root().join(MANIFEST);
    let bytes = RegularFile::read_all(&path, MOST_BYTES)
        .map_err(|reason| Error::side(format!("{}: {reason}", path.display())))?;
    let text = Text::from_bytes(&bytes);
    let mut parser = Parser::new();
    let parsed = parser.parse(text.as_str(), Limits::default());
    match value::read(parsed.tree.root()) {
        Value::Object(members) => Ok(members),
        _ => Ok(Map::new()),
    }
}
