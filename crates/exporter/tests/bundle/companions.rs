//! Files that go along with a bundle.

use std::fs;

use treatise_exporter::{Companion, Options, verify};

use crate::folder::{export_to, exported, files, json, museum, sha256, sound, temporary};

#[test]
fn a_companion_is_listed_wherever_files_are() {
    let options = Options {
        companions: &[
            Companion {
                name: "NEWS.md",
                purpose: "what is new",
                bytes: b"# New\n",
            },
            Companion {
                name: "notes.json",
                purpose: "every note",
                bytes: b"{}",
            },
        ],
        ..Options::default()
    };
    let bundle = exported(&museum(), &options);
    let all = files(&bundle.path);
    assert_eq!(all["NEWS.md"], b"# New\n");
    let hash = sha256(b"# New\n");
    let text = |name: &str| String::from_utf8(all[name].clone()).expect("it is text");
    assert!(text("SHA256SUMS").contains(&format!("{hash}  NEWS.md\n")));
    assert!(text("README.txt").contains("  NEWS.md: what is new\n"));
    assert!(text("statement.intoto.json").contains(&hash));
    let package = json(&bundle.path.join("datapackage.json"));
    let resources = package["resources"].as_array().expect("it is a list");
    let described = resources
        .iter()
        .find(|resource| resource["path"] == "NEWS.md");
    let described = described.expect("it is described");
    assert_eq!(described["hash"], format!("sha256:{hash}"));
    assert_eq!(described["mediatype"], "text/markdown");
    assert_eq!(described["description"], "what is new");
    let verified = verify(&bundle.path, 10, &()).expect("it can be read");
    assert_eq!(verified.findings.counts.total(), 0);
    fs::write(bundle.path.join("NEWS.md"), "# Old\n").expect("it can be written");
    let verified = verify(&bundle.path, 10, &()).expect("it can be read");
    assert_eq!(verified.findings.kept[0].rule.name, "altered-file");
}

#[test]
fn a_companion_takes_the_place_of_nothing() {
    let dataset = sound(&museum());
    for name in ["json/objects.json", "../escape", "", "a/b"] {
        let around = temporary();
        let companion = Companion {
            name,
            purpose: "nothing good",
            bytes: b"",
        };
        let options = Options {
            companions: &[companion],
            ..Options::default()
        };
        let refused = export_to(&dataset, &around.path().join("bundle"), &options);
        let message = refused.expect_err("it is refused").to_string();
        assert!(
            message.contains("a bundle can't have another file"),
            "{message}"
        );
        assert_eq!(fs::read_dir(around.path()).expect("it is there").count(), 0);
    }
}
