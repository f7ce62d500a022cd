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
        ("", "and no git revision"),
    ] {
        let error = Source::find(given, root).expect_err(given).to_string();
        assert!(error.contains(expected), "{given}: {error}");
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
