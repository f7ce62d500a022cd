//! Sides that are no folder with a dataset: revisions, bundles, and what is neither.

use std::path::Path;
use std::process::Command;

use sha2::{Digest, Sha256};
use tempfile::TempDir;
use treatise_diff::{Format, Source};

use crate::compared::{compare, compare_sources, dataset, tests};

fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=T", "-c", "user.email=t@example.org"])
        .args(arguments)
        .output()
        .expect("git starts");
    assert!(output.status.success(), "{output:?}");
}

/// A repository whose two commits are the versions of a case, with the dataset in a folder.
fn repository(case: &str, at: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    let root = folder.path().join(at);
    for side in ["old", "new"] {
        let version = dataset(&tests(&format!("cases/{case}/{side}")));
        for name in ["sources", "drugs", "claims"] {
            // Git holds no empty folders.
            let (prefix, record) = match name {
                "sources" => ("src", r#"{"id":"src-keep","title":"x"}"#),
                "drugs" => ("drg", r#"{"id":"drg-keep","label":{"en":"x"}}"#),
                _ => ("clm", r#"{"id":"clm-keep","subject":"drg-keep"}"#),
            };
            let file = version
                .path()
                .join(format!("data/{name}/{prefix}-keep.json"));
            std::fs::write(file, record).expect("a record can be written");
        }
        let _ = std::fs::remove_dir_all(root.join("data"));
        std::fs::create_dir_all(&root).expect("a folder can be made");
        let copied = Command::new("cp")
            .arg("-R")
            .arg(format!("{}/.", version.path().display()))
            .arg(&root)
            .status();
        assert!(copied.expect("cp starts").success());
        git(folder.path(), &["add", "--all"]);
        git(folder.path(), &["commit", "--quiet", "--message", side]);
    }
    folder
}

#[test]
fn revisions_are_compared_like_folders() {
    for at in ["", "some/where"] {
        let repository = repository("records-merged", at);
        let root = repository.path().join(at);
        let before = compare(
            dataset(&tests("cases/records-merged/old")).path(),
            dataset(&tests("cases/records-merged/new")).path(),
        );
        let find = |given: &str| Source::find(given, &root).expect("it is a revision");
        let compared = compare_sources(find("HEAD~1"), find("main"), None);
        assert_eq!(compared.kinds(), before.kinds());
        assert_eq!(compared.comparison.changes, before.comparison.changes);
        for range in ["HEAD~1..HEAD", "HEAD~1..", "main~1...main"] {
            let (old, new) = Source::find_range(range, &root)
                .expect("both ends are there")
                .expect("it is a range");
            assert_eq!(
                compare_sources(old, new, None).kinds(),
                before.kinds(),
                "{range}"
            );
        }
        // The work tree against a revision.
        let compared = compare_sources(find("HEAD"), Source::folder(&root), None);
        assert_eq!(compared.kinds(), [""; 0]);
    }
}

#[test]
fn schemas_at_the_root_come_with_a_revision() {
    let repository = repository("record-added", "");
    let root = repository.path();
    let write = |name: &str, text: &str| {
        std::fs::write(root.join(name), text).expect("it can be written");
    };
    let manifest = std::fs::read_to_string(root.join("data/dataset.json"));
    let manifest = manifest.expect("it can be read");
    write(
        "data/dataset.json",
        &manifest.replace("schemas/sources.schema.json", "sources.json"),
    );
    write("sources.json", r#"{"$ref": "definitions.json"}"#);
    write("definitions.json", r#"{"type": "object"}"#);
    git(root, &["add", "--all"]);
    git(root, &["commit", "--quiet", "--message", "root"]);
    let revision = Source::find("HEAD", root).expect("it is a revision");
    let compared = compare_sources(revision, Source::folder(root), None);
    assert_eq!(compared.kinds(), [""; 0]);
}

#[test]
fn of_a_shallow_clone_it_is_said_how_to_get_the_rest() {
    let repository = repository("record-added", "");
    let root = repository.path();
    git(
        root,
        &["commit", "--quiet", "--allow-empty", "--message", "x"],
    );
    let from = format!("file://{}", root.display());
    let clone = tempfile::tempdir().expect("there is room for a clone");
    git(
        clone.path(),
        &["clone", "--quiet", "--depth=1", &from, "clone"],
    );
    let error = Source::find("HEAD~1", &clone.path().join("clone")).expect_err("it is not there");
    assert!(
        error.to_string().ends_with("`git fetch --unshallow`"),
        "{error}"
    );
}

#[test]
fn what_is_no_side_is_refused() {
    let repository = repository("record-added", "");
    let root = repository.path();
    for (given, expected) in [
        (
            "no-such-thing",
            "the repository has no revision `no-such-thing`",
        ),
        ("--output=x", "and no git revision"),
        ("HEAD:data", "and no git revision"),
        ("../none", "and no git revision"),
        ("", "names no version"),
    ] {
        let error = Source::find(given, root).expect_err(given).to_string();
        assert!(error.contains(expected), "{given}: {error}");
    }
    for path in ["../none", "some/../none", "../.."] {
        let range = Source::find_range(path, root);
        assert!(range.is_ok_and(|range| range.is_none()), "{path}");
    }
    for given in ["", "..", "..."] {
        let error = Source::find_range(given, root)
            .expect_err(given)
            .to_string();
        assert!(error.contains("names no version"), "{given}: {error}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc/passwd", root.join("data/drugs/drg-link.json"))
            .expect("a link can be made");
        git(root, &["add", "--all"]);
        git(root, &["commit", "--quiet", "--message", "link"]);
        let find = |given: &str| Source::find(given, root).expect("it is a revision");
        let error = treatise_diff::open(find("HEAD~1"), find("HEAD"), None);
        let error = error.expect_err("links are not followed").to_string();
        assert!(error.contains("is a link"), "{error}");
    }
}

/// A bundle as the exporter writes it, made of the parts that matter here.
fn bundle(of: &Path, format: &str, version: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let records = folder.path().join(format);
    std::fs::create_dir_all(&records).expect("a folder can be made");
    let mut listed = Vec::new();
    for name in ["sources", "drugs", "claims"] {
        let mut lines = Vec::new();
        let files = std::fs::read_dir(of.join("data").join(name)).expect("it can be listed");
        for file in files {
            let text = std::fs::read_to_string(file.expect("it can be listed").path());
            let record: serde_json::Value =
                serde_json::from_str(&text.expect("it can be read")).expect("it is JSON");
            lines.push(record.to_string());
        }
        lines.sort();
        let text = match format {
            "json" if lines.is_empty() => "[]\n".to_owned(),
            "json" => format!("[\n{}\n]\n", lines.join(",\n")),
            "ndjson" if lines.is_empty() => String::new(),
            _ => lines.join("\n") + "\n",
        };
        std::fs::write(records.join(format!("{name}.{format}")), text).expect("it can be written");
        listed.push(serde_json::json!({"name": name, "records": lines.len()}));
    }
    if format == "json" {
        let description = serde_json::json!({
            "name": "pharmacy", "version": version, "as_of": "2026-01-31", "licence": "CC0-1.0",
            "languages": ["en"], "collections": [
                {"name": "sources", "prefix": "src"},
                {"name": "drugs", "prefix": "drg"},
                {"name": "claims", "prefix": "clm"},
            ],
        });
        std::fs::write(records.join("dataset.json"), description.to_string())
            .expect("it can be written");
    }
    let marker = serde_json::json!({
        "layout": 1, "is_complete": true, "profile": "full", "formats": [format],
        "collections": listed,
        "dataset": {"name": "pharmacy", "version": version, "as_of": "2026-01-31"},
    });
    std::fs::write(folder.path().join("bundle.json"), marker.to_string())
        .expect("it can be written");
    let mut files = vec!["bundle.json".to_owned()];
    for file in std::fs::read_dir(&records).expect("it can be listed") {
        let name = file.expect("it can be listed").file_name();
        files.push(format!("{format}/{}", name.to_string_lossy()));
    }
    let lines = files.iter().map(|file| format!("-  {file}\n"));
    let checksums: String = lines.collect();
    std::fs::write(folder.path().join("SHA256SUMS"), checksums).expect("it can be written");
    rehash(folder.path());
    folder
}

/// Makes the list of hashes of a bundle that of its files as they are now.
fn rehash(bundle: &Path) {
    let list = std::fs::read_to_string(bundle.join("SHA256SUMS")).expect("it can be read");
    let lines = list.lines().map(|line| {
        let (_, file) = line.split_once("  ").expect("it is an entry");
        let bytes = std::fs::read(bundle.join(file)).expect("it can be read");
        format!("{}  {file}\n", hexadecimal(&Sha256::digest(&bytes)))
    });
    let checksums: String = lines.collect();
    std::fs::write(bundle.join("SHA256SUMS"), checksums).expect("it can be written");
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).expect("it is less than 16");
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(digit).collect()
}

#[test]
fn damaged_bundles_are_refused() {
    let case = tests("cases/citations");
    let new = dataset(&case.join("new"));
    let refused = |damage: &dyn Fn(&Path), expected: &str| {
        let released = bundle(new.path(), "ndjson", "1.4.1");
        damage(released.path());
        let given = released.path().display().to_string();
        let side = Source::find(&given, new.path()).expect("it is a bundle");
        let error = treatise_diff::open(side, Source::folder(new.path()), None);
        let error = error.expect_err("it is damaged").to_string();
        assert!(error.contains(expected), "{error}");
    };
    let write = |file: &'static str, text: &'static str| {
        move |bundle: &Path| std::fs::write(bundle.join(file), text).expect("it can be written")
    };
    let remove = |file: &'static str| {
        move |bundle: &Path| std::fs::remove_file(bundle.join(file)).expect("it was there")
    };
    refused(
        &write("ndjson/drugs.ndjson", "{}\n"),
        "`ndjson/drugs.ndjson` is not as it was written",
    );
    refused(
        &remove("ndjson/drugs.ndjson"),
        "`ndjson/drugs.ndjson` can't be read",
    );
    refused(&remove("SHA256SUMS"), "`SHA256SUMS` can't be read");
    refused(
        &write("SHA256SUMS", ""),
        "`SHA256SUMS` does not list `bundle.json`",
    );
    refused(
        &write("SHA256SUMS", "0  ../x\n"),
        "`SHA256SUMS` has a line `0  ../x`",
    );
    refused(
        &write("more.txt", "x"),
        "`SHA256SUMS` does not list `more.txt`",
    );
}

#[test]
fn parts_of_a_dataset_are_refused() {
    let case = tests("cases/citations");
    let new = dataset(&case.join("new"));
    for (from, to, expected) in [
        (
            r#""profile":"full""#,
            r#""profile":"minimal""#,
            "the bundle has only what the profile `minimal` keeps of its dataset",
        ),
        (
            r#""is_complete":true"#,
            r#""is_complete":false"#,
            "the bundle has a part of its dataset only",
        ),
        (
            r#""layout":1"#,
            r#""layout":2"#,
            "a layout that is not known",
        ),
    ] {
        for has_manifest in [false, true] {
            let part = bundle(new.path(), "ndjson", "1.4.1");
            let marker = part.path().join("bundle.json");
            let text = std::fs::read_to_string(&marker).expect("it can be read");
            assert!(text.contains(from), "{text}");
            std::fs::write(&marker, text.replace(from, to)).expect("it can be written");
            if has_manifest {
                let manifest = "data/dataset.json";
                let list = part.path().join("SHA256SUMS");
                let listed = std::fs::read_to_string(&list).expect("it can be read");
                std::fs::write(list, listed + "-  " + manifest + "\n").expect("it can be written");
                std::fs::create_dir(part.path().join("data")).expect("a folder can be made");
                let copied = std::fs::copy(new.path().join(manifest), part.path().join(manifest));
                copied.expect("it can be copied");
            }
            rehash(part.path());
            let given = part.path().display().to_string();
            let find = || Source::find(&given, new.path()).expect("it is a bundle");
            let folder = || Source::folder(new.path());
            for (old, new_side) in [
                (find(), folder()),
                (find(), find()),
                (folder(), Source::folder(part.path())),
            ] {
                let error = treatise_diff::open(old, new_side, Some(new.path()));
                let error = error.expect_err("it is a part").to_string();
                assert!(error.contains(expected), "{error}");
            }
        }
    }
}

#[test]
fn bundles_are_compared_with_the_schemas_of_the_other_side() {
    let case = tests("cases/citations");
    let (old, new) = (dataset(&case.join("old")), dataset(&case.join("new")));
    let expected = compare(old.path(), new.path());
    for format in ["json", "ndjson"] {
        let released = bundle(old.path(), format, "1.4.1");
        let given = released.path().display().to_string();
        let find = || Source::find(&given, new.path()).expect("it is a bundle");
        let compared = compare_sources(find(), Source::folder(new.path()), None);
        assert_eq!(compared.comparison.changes, expected.comparison.changes);
        assert_eq!(compared.pair.older().manifest().version, "1.4.1");
        let both = compare_sources(find(), find(), Some(new.path()));
        assert_eq!(both.kinds(), [""; 0]);
        let error = treatise_diff::open(find(), find(), None).expect_err("there are no schemas");
        assert!(
            error.to_string().contains("this bundle has no schemas"),
            "{error}"
        );
    }
    assert!(!expected.render(Format::Human).is_empty());
}

#[test]
fn a_bundle_is_compared_with_its_own_schemas() {
    let old = dataset(&tests("base"));
    let new = dataset(&tests("cases/schema-hidden-behind-rows/new"));
    let expected = compare(old.path(), new.path());
    assert!(!expected.kinds().is_empty());
    for format in ["json", "ndjson"] {
        let released = bundle(old.path(), format, "1.4.2");
        let root = released.path();
        let mut marker = json_of(&root.join("bundle.json"));
        let manifest = json_of(&old.path().join("data/dataset.json"));
        let collections = marker["collections"].as_array_mut();
        for collection in collections.expect("it is a list") {
            let entries = manifest["collections"].as_array().into_iter().flatten();
            let mut entries = entries.filter(|entry| entry["name"] == collection["name"]);
            let entry = entries.next().expect("it is in the manifest");
            collection["schema"] = entry["schema"].clone();
            collection["id"] = entry["id"].clone();
        }
        std::fs::write(root.join("bundle.json"), marker.to_string()).expect("it can be written");
        let files = copy_schemas(old.path(), root);
        list_files(root, &files);
        let given = root.display().to_string();
        let find = || Source::find(&given, new.path()).expect("it is a bundle");
        let compared = compare_sources(find(), Source::folder(new.path()), None);
        assert_eq!(compared.kinds(), expected.kinds(), "{format}");
        let both = compare_sources(find(), find(), None);
        assert_eq!(both.kinds(), [""; 0], "{format}");
    }
}

/// Copies the schemas of a dataset into a bundle; returns their paths.
fn copy_schemas(of: &Path, bundle: &Path) -> Vec<String> {
    std::fs::create_dir_all(bundle.join("schemas")).expect("a folder can be made");
    let schemas = std::fs::read_dir(of.join("schemas")).expect("it can be listed");
    let copied = schemas.map(|schema| {
        let schema = schema.expect("it can be listed");
        let file = format!("schemas/{}", schema.file_name().to_string_lossy());
        std::fs::copy(schema.path(), bundle.join(&file)).expect("it can be copied");
        file
    });
    copied.collect()
}

/// A bundle that is a dataset, whose records have their ids in a member that the export added.
fn bundle_with_ids(of: &Path) -> TempDir {
    let released = bundle(of, "ndjson", "1.4.1");
    let root = released.path();
    let mut marker = json_of(&root.join("bundle.json"));
    let mut manifest = json_of(&of.join("data/dataset.json"));
    for position in 0..3 {
        let collection = &mut marker["collections"][position];
        let name = collection["name"]
            .as_str()
            .expect("it is a name")
            .to_owned();
        collection["id"] = "/id".into();
        let entries = manifest["collections"].as_array_mut();
        let mut entries = entries.expect("it is a list").iter_mut();
        let entry = entries.find(|entry| entry["name"] == name.as_str());
        let entry = entry.expect("it is in the manifest");
        collection["schema_without_id"] = entry["schema"].clone();
        entry["path"] = format!("ndjson/{name}.ndjson").into();
        entry["id"] = "/id".into();
    }
    std::fs::create_dir_all(root.join("data")).expect("a folder can be made");
    let mut files = copy_schemas(of, root);
    files.push("data/dataset.json".to_owned());
    std::fs::write(root.join("bundle.json"), marker.to_string()).expect("it can be written");
    std::fs::write(root.join("data/dataset.json"), manifest.to_string())
        .expect("it can be written");
    list_files(root, &files);
    released
}

/// Adds files to the list of a bundle.
fn list_files(bundle: &Path, files: &[String]) {
    let list = bundle.join("SHA256SUMS");
    let listed = std::fs::read_to_string(&list).expect("it can be read");
    let lines = files.iter().map(|file| format!("-  {file}\n"));
    std::fs::write(list, listed + &lines.collect::<String>()).expect("it can be written");
    rehash(bundle);
}

fn json_of(path: &Path) -> serde_json::Value {
    let text = std::fs::read(path).expect("it can be read");
    serde_json::from_slice(&text).expect("it is JSON")
}

#[test]
fn records_that_are_not_there_are_not_taken_for_removed() {
    let case = tests("cases/citations");
    let of = dataset(&case.join("new"));
    let refused = |released: &TempDir, file: &str| {
        let root = released.path();
        std::fs::remove_file(root.join(file)).expect("it is there");
        let list = std::fs::read_to_string(root.join("SHA256SUMS")).expect("it can be read");
        let lines = list.lines().filter(|line| !line.ends_with(file));
        let lines: String = lines.flat_map(|line| [line, "\n"]).collect();
        std::fs::write(root.join("SHA256SUMS"), lines).expect("it can be written");
        let error = Source::folder(root).open(Some(of.path()));
        let error = error.expect_err("a file is missing").to_string();
        assert!(error.contains(file), "{error}");
    };
    for format in ["json", "ndjson"] {
        refused(
            &bundle(of.path(), format, "1.4.1"),
            &format!("{format}/claims.{format}"),
        );
    }
    refused(&bundle_with_ids(of.path()), "ndjson/claims.ndjson");

    // One that is a dataset as it is.
    let released = bundle_with_ids(of.path());
    let path = released.path().join("bundle.json");
    let mut marker = json_of(&path);
    for collection in marker["collections"].as_array_mut().expect("it is a list") {
        let members = collection.as_object_mut().expect("it is an object");
        members.remove("schema_without_id");
    }
    std::fs::write(path, marker.to_string()).expect("it can be written");
    rehash(released.path());
    let whole = Source::folder(released.path()).open(None);
    whole.expect("nothing is missing");
    refused(&released, "ndjson/claims.ndjson");
}

#[test]
fn what_a_bundle_names_stays_within_it() {
    use serde_json::{Value, json};

    let case = tests("cases/citations");
    let of = dataset(&case.join("new"));
    let whole = bundle_with_ids(of.path());
    treatise_diff::Source::folder(whole.path())
        .open(None)
        .expect("nothing is wrong with it");

    // What lies where a path that leads out of the temporary folder would be written to.
    let outside = tempfile::tempdir().expect("there is room for a folder");
    let schema = outside.path().join("x.schema.json");
    std::fs::write(&schema, "{}").expect("it can be written");
    let absolute = schema.display().to_string();
    let refused = |file: &str, change: &dyn Fn(&mut Value), expected: &str| {
        let released = bundle_with_ids(of.path());
        let path = released.path().join(file);
        let mut document = json_of(&path);
        change(&mut document);
        std::fs::write(&path, document.to_string()).expect("it can be written");
        rehash(released.path());
        let error = Source::folder(released.path()).open(None);
        let error = error.expect_err("it is crafted").to_string();
        assert!(error.contains(expected), "{error}");
    };
    for path in ["../x.schema.json", "schemas/../../x.json", &absolute, ""] {
        let named = |member: &'static str| {
            let path = path.to_owned();
            move |document: &mut Value| document["collections"][0][member] = json!(path)
        };
        let expected = format!("the path `{path}` leads out of it");
        refused("bundle.json", &named("schema_without_id"), &expected);
        refused("data/dataset.json", &named("path"), &expected);
        // Those of all others are replaced.
        let keeps_its_schema = |document: &mut Value| {
            let entry = json!({"name": "more", "path": "data/more", "schema": path});
            let entries = document["collections"].as_array_mut();
            entries.expect("it is a list").push(entry);
        };
        refused("data/dataset.json", &keeps_its_schema, &expected);
    }
    let manifest = "data/dataset.json";
    refused(manifest, &|it| *it = json!([]), "this is no manifest");
    refused(manifest, &|it| *it = json!("x"), "this is no manifest");
    refused(
        manifest,
        &|it| it["collections"] = json!({}),
        "this is a manifest without a list of collections",
    );
    refused(
        manifest,
        &|it| it["collections"][0] = json!("drugs"),
        "this is a manifest with a collection that is no object",
    );
    refused(
        manifest,
        &|it| it["collections"][0]["path"] = json!(1),
        "this is a manifest with a collection without a path",
    );
    refused(
        "bundle.json",
        &|it| it["collections"][0]["schema_without_id"] = json!(1),
        "this is a manifest with a schema that is no path",
    );
}

#[test]
fn schemas_for_a_bundle_are_those_within_the_other_side() {
    use serde_json::json;

    let case = tests("cases/citations");
    let of = dataset(&case.join("new"));
    let released = bundle(of.path(), "json", "1.4.1");
    let refused = |change: &dyn Fn(&Path), expected: &str| {
        let other = dataset(&case.join("new"));
        change(other.path());
        let error = Source::folder(released.path()).open(Some(other.path()));
        let error = error.expect_err("it is crafted").to_string();
        assert!(error.contains(expected), "{error}");
    };
    let manifest = |manifest: serde_json::Value| {
        move |root: &Path| {
            std::fs::write(root.join("data/dataset.json"), manifest.to_string())
                .expect("it can be written");
        }
    };
    refused(&manifest(json!([])), "this is no manifest");
    refused(
        &manifest(json!({"collections": ["drugs"]})),
        "this is a manifest with a collection that is no object",
    );
    let mut leading_out = json_of(&of.path().join("data/dataset.json"));
    leading_out["collections"][0]["schema"] = json!("../x.schema.json");
    refused(
        &manifest(leading_out),
        "the path `../x.schema.json` leads out of it",
    );
    #[cfg(unix)]
    refused(
        &|root| {
            std::fs::rename(root.join("schemas"), root.join("there")).expect("it can be moved");
            std::os::unix::fs::symlink("there", root.join("schemas")).expect("it can be made");
        },
        "leads over a link",
    );
}
