//! `release`: in small repositories, from nothing to the tag and back.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::grounding::{self, CLAIM};
use crate::run::{
    MANIFEST, Ran, SCHEMA, break_strict_rule, commit, folder, git, make_repository, program, read,
    run, sound, write,
};

const DAY: [&str; 2] = ["--as-of", "2026-12-24"];

/// The sound dataset in a repository.
fn repository() -> TempDir {
    let dataset = sound();
    write(dataset.path(), ".gitignore", "/releases\n");
    make_repository(dataset.path());
    dataset
}

/// The same with its first release, tagged.
fn released() -> TempDir {
    let dataset = repository();
    release(dataset.path(), &[]).expect_released("0.1.0");
    commit(dataset.path());
    git(dataset.path(), &["tag", "v0.1.0"]);
    dataset
}

fn release(folder: &Path, arguments: &[&str]) -> Ran {
    run(folder, &[&["release"], &DAY[..], arguments].concat())
}

impl Ran {
    #[track_caller]
    fn expect_released(&self, version: &str) {
        assert_eq!(self.status, Some(0), "{self:#?}");
        let start = format!("garden {version}, ");
        assert!(self.stdout.starts_with(&start), "{self:#?}");
    }
}

/// All files of a folder but those of git, with what is in them.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("it can be listed") {
            let path = entry.expect("it can be listed").path();
            if path.ends_with(".git") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("it is in there");
                let bytes = std::fs::read(&path).expect("it can be read");
                files.push((name.display().to_string(), bytes));
            }
        }
    }
    files.sort();
    files
}

const TANSY: &str =
    "{\n  \"id\": \"tansy\",\n  \"sown\": \"2026-03-01\",\n  \"parent\": \"rue\"\n}\n";

#[test]
fn the_first_release_has_the_version_of_the_manifest() {
    let dataset = repository();
    let ran = release(dataset.path(), &[]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    // How many files the bundle has, and how large it is, changes with the program.
    let (before, size) = ran.stdout.split_once(" files, ").expect("it is told");
    let (_, after) = size.split_once("; ").expect("it is told");
    let expected = "\
garden 0.1.0, the first release

CHANGELOG.md
  + ## [0.1.0] - 2026-12-24
  +
  + ### Added
  +
  + - First release: 2 records in 1 collection.

releases/garden-0.1.0
  built twice, the same both times, and verified

to commit and tag it, run
  git add -- CHANGELOG.md &&
  git commit --message='Release 0.1.0' -- CHANGELOG.md &&
  git tag --annotate --message='garden 0.1.0' v0.1.0
";
    let (before, _) = before.rsplit_once("  ").expect("the number is told");
    assert_eq!(format!("{before}  {after}"), expected);
    assert_eq!(read(dataset.path().join("data/dataset.json")), MANIFEST);
    let bundle = dataset.path().join("releases/garden-0.1.0");
    assert_eq!(
        read(bundle.join("CHANGELOG.md")),
        read(dataset.path().join("CHANGELOG.md"))
    );
    assert!(!bundle.join("changes.json").exists());
    run(dataset.path(), &["verify", "-q", "releases/garden-0.1.0"]).expect(0, "", "");
}

#[test]
fn what_is_printed_commits_and_tags_what_was_built() {
    let dataset = released();
    let root = dataset.path();
    write(root, "data/plants/tansy.json", TANSY);
    write(root, "data/plants/sage.json", "{\n  \"id\": \"sage\"\n}\n");
    commit(root);
    let ran = release(root, &["--archive", "zip"]);
    ran.expect_released("0.1.1");
    assert!(
        ran.stdout
            .contains("after `v0.1.0`\n  minor: the next version is at least 0.1.1\n"),
        "{ran:#?}"
    );
    assert!(root.join("releases/garden-0.1.1.zip").exists());
    assert_eq!(
        read(root.join("data/dataset.json")),
        MANIFEST.replace("0.1.0", "0.1.1")
    );
    let notes = read(root.join("CHANGELOG.md"));
    let expected = "## [Unreleased]\n\n## [0.1.1] - 2026-12-24\n\n### Added\n\n\
        - `sage` in `plants`: record added\n\n### Changed\n\n- value given: 1 time\n\n\
        ## [0.1.0] - 2026-12-24\n";
    assert!(notes.contains(expected), "{notes}");
    run_commands(root, &ran);
    assert_eq!(git(root, &["status", "--porcelain"]), "");
    assert_eq!(git(root, &["describe"]), "v0.1.1\n");

    // Whoever checks the tag out gets the same bundle; only what it was checked for is another.
    let arguments = ["export", "-q", "--since", "v0.1.0", "--out", "again"];
    run(root, &arguments).expect(0, "", "");
    let without_statement = |folder: &str| {
        let mut files = files(&root.join(folder));
        files.retain(|(name, _)| name != "statement.intoto.json" && name != "SHA256SUMS");
        files
    };
    assert_eq!(
        without_statement("again"),
        without_statement("releases/garden-0.1.1")
    );
    let changes = read(root.join("again/changes.json"));
    assert!(changes.contains("\"given\": \"0.1.1\""), "{changes}");
    // And the bundle is a version to compare with.
    let ran = run(root, &["diff", "-q", "releases/garden-0.1.1"]);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    assert!(ran.stdout.contains("nothing changed"), "{ran:#?}");
    release(root, &["--since", "releases/garden-0.1.0", "0.2.0"]).expect_released("0.2.0");
}

/// Runs what a release prints, as somebody with a name.
#[track_caller]
fn run_commands(root: &Path, ran: &Ran) {
    let (_, commands) = ran.stdout.split_once("run\n").expect("there are commands");
    for (name, value) in [("user.name", "T"), ("user.email", "t@example.org")] {
        git(root, &["config", name, value]);
    }
    let status = Command::new("sh")
        .args(["-e", "-c", commands])
        .current_dir(root)
        .status();
    assert!(status.expect("a shell starts").success(), "{ran:#?}");
}

#[test]
fn a_manifest_that_somebody_edited_is_committed_with_the_release() {
    let edited = |version: &str| {
        MANIFEST
            .replace("0.1.0", version)
            .replace("\"as_of\"", "\"title\": {\"en\": \"A garden\"}, \"as_of\"")
    };
    for dataset in [repository(), released()] {
        let root = dataset.path();
        write(root, "data/dataset.json", &edited("0.2.0"));
        let ran = release(root, &[]);
        ran.expect_released("0.2.0");
        let told =
            "data/dataset.json\n  with the changes in it that are not committed\n\nCHANGELOG.md\n";
        assert!(ran.stdout.contains(told), "{ran:#?}");
        run_commands(root, &ran);
        assert_eq!(git(root, &["status", "--porcelain"]), "");
        let tagged = git(root, &["show", "v0.2.0:data/dataset.json"]);
        assert_eq!(tagged, edited("0.2.0"));
        // Where the version is raised too, both are told, and the next release finds this one.
        write(
            root,
            "data/dataset.json",
            &edited("0.2.0").replace("A g", "My g"),
        );
        let ran = release(root, &["0.3.0"]);
        ran.expect_released("0.3.0");
        let told = "not committed\n  - \"version\": \"0.2.0\"\n  + \"version\": \"0.3.0\"\n";
        assert!(ran.stdout.contains(told), "{ran:#?}");
        assert!(ran.stdout.contains("after `v0.2.0`"), "{ran:#?}");
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    let dataset = released();
    write(dataset.path(), "data/plants/tansy.json", TANSY);
    let before = files(dataset.path());
    let ran = release(dataset.path(), &["--dry-run", "1.0.0"]);
    ran.expect_released("1.0.0");
    assert!(
        ran.stdout
            .contains("  - \"version\": \"0.1.0\"\n  + \"version\": \"1.0.0\"\n"),
        "{ran:#?}"
    );
    assert!(ran.stdout.contains("\nnothing was written; "), "{ran:#?}");
    assert!(ran.stderr.contains("warning: 1 file of the dataset is not committed as it is, first `data/plants/tansy.json`"), "{ran:#?}");
    assert_eq!(files(dataset.path()), before);
}

#[test]
fn no_bundle_is_put_among_the_files_of_the_dataset() {
    let dataset = released();
    let root = dataset.path();
    for arguments in [&["--out", "data/x", "--dry-run"][..], &["--out", "data/x"]] {
        let arguments = [&["0.9.0"], arguments].concat();
        let words = "`data/x` is in `data`, where the dataset has its own files";
        release(root, &arguments).expect_refusal(words);
    }
    assert!(!root.join("data/x").exists());
}

#[test]
fn versions_that_are_taken_or_too_low_are_refused() {
    let dataset = released();
    let root = dataset.path();
    let ran = release(root, &[]);
    assert_eq!(ran.status, Some(1), "{ran:#?}");
    assert!(
        ran.stderr.contains("nothing changed since `v0.1.0`"),
        "{ran:#?}"
    );
    write(root, "data/plants/tansy.json", TANSY);
    commit(root);
    git(root, &["tag", "v0.1.1", "HEAD~1"]);
    let before = files(root);
    for (version, message) in [
        ("0.1.0", "is not higher than 0.1.0"),
        ("0.0.9", "is not higher than 0.1.0"),
        ("one", "a version has three numbers"),
    ] {
        release(root, &["--since", "HEAD~1", version]).expect_refusal(message);
    }
    release(root, &["--since", "HEAD~1"]).expect_refusal("there is a tag `v0.1.1`");
    // The tag is on a commit that says otherwise.
    release(root, &[]).expect_refusal("leads to a manifest with the version 0.1.0");
    assert_eq!(files(root), before);
    git(root, &["tag", "--delete", "v0.1.1"]);
    std::fs::remove_file(root.join("data/plants/tansy.json")).expect("it was there");
    write(root, "data/approvals.json", r#"{"approvals": []}"#);
    commit(root);
    release(root, &["0.1.1"]).expect_blocked();
}

impl Ran {
    #[track_caller]
    fn expect_blocked(&self) {
        assert_eq!(
            (self.status, self.stdout.as_str()),
            (Some(1), ""),
            "{self:#?}"
        );
        assert!(
            self.stderr
                .contains("blocked[record-removed] tansy: record removed ("),
            "{self:#?}"
        );
    }
}

#[test]
fn what_is_wrong_or_unknown_is_not_released() {
    let dataset = released();
    let root = dataset.path();
    write(
        root,
        "data/plants/tansy.json",
        "{\n  \"id\": \"tansy\",\n  \"parent\": \"ruee\"\n}\n",
    );
    commit(root);
    let ran = release(root, &[]);
    assert_eq!(ran.status, Some(1), "{ran:#?}");
    assert!(ran.stdout.contains("error[dangling-reference]"), "{ran:#?}");
    assert!(
        ran.stderr
            .contains("nothing was released: mend the errors first"),
        "{ran:#?}"
    );
    // A rule of the linter, which the manifest makes an error.
    break_strict_rule(root);
    commit(root);
    let ran = release(root, &[]);
    assert_eq!(ran.status, Some(1), "{ran:#?}");
    assert!(ran.stdout.contains("error[unformatted]"), "{ran:#?}");
    // A constraint that nobody can compare.
    let dataset = repository();
    let root = dataset.path();
    let schema = read(root.join("schemas/plants.json"));
    let with = |word: &str| {
        let rule = format!(
            "\"not\": {{\"const\": {{\"id\": \"{}\"}}}},",
            word.repeat(3_000)
        );
        let schema = schema.replace(
            "\"type\": \"object\",",
            &format!("\"type\": \"object\", {rule}"),
        );
        write(root, "schemas/plants.json", &schema);
        commit(root);
    };
    with("x");
    release(root, &[]).expect_released("0.1.0");
    commit(root);
    git(root, &["tag", "v0.1.0"]);
    with("y");
    let ran = release(root, &[]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""), "{ran:#?}");
    assert!(
        ran.stderr.contains("1 place could not be compared"),
        "{ran:#?}"
    );
    let print = ran
        .stderr
        .split_once("could not be compared (")
        .expect("it is named")
        .1;
    let print = &print[..12];
    release(root, &["--despite", "123456"]).expect_refusal("has the fingerprint `123456`");
    release(root, &["--despite", "1"]).expect_refusal("at least 6 digits");
    release(root, &["--despite", print]).expect_released("0.2.0");
}

/// A dataset that the rules about claims know, with a claim that a person has reviewed, released.
fn reviewed() -> TempDir {
    let draft = "\"status\": \"draft\",\n    \"curated_by\": \"agt-drafting-tool\",\n    \"curated_on\": \"2026-03-01\"";
    let by = |day: &str| {
        format!(
            "\"status\": \"reviewed\",\n    \"curated_by\": \"agt-drafting-tool\",\n    \
             \"curated_on\": \"2026-03-01\",\n    \"reviewed_by\": \"agt-ann-example\",\n    \
             \"reviewed_on\": \"{day}\""
        )
    };
    let dataset = grounding::dataset(draft, &by("2026-04-01"));
    let root = dataset.path();
    let person = format!(
        "{{\n  \"id\": \"agt-ann-example\",\n  \"kind\": \"person\",\n  \"name\": \"Ann Example\",\n  \
         \"review\": {{\n    {draft}\n  }}\n}}\n"
    );
    write(root, "data/agents/agt-ann-example.json", &person);
    write(root, ".gitignore", "/releases\n");
    make_repository(root);
    let ran = release(root, &[]);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    commit(root);
    git(root, &["tag", "v0.1.0"]);
    dataset
}

/// Whoever checks out the tag checks for the day of the manifest.
#[test]
fn what_lies_behind_the_day_of_the_manifest_is_not_released() {
    let (from, to) = ("2026-03-01", "2026-07-01");
    let dataset = grounding::dataset(from, to);
    let root = dataset.path();
    write(root, ".gitignore", "/bundle\n");
    make_repository(root);
    let ran = release(root, &[]);
    assert_eq!(ran.status, Some(1), "{ran:#?}");
    assert!(ran.stdout.contains("error[dates-out-of-order]"), "{ran:#?}");
    assert!(
        ran.stderr.contains("it was checked for the `as_of`"),
        "{ran:#?}"
    );
    let manifest = read(root.join("data/dataset.json")).replace("2026-06-01", to);
    write(root, "data/dataset.json", &manifest);
    commit(root);
    assert_eq!(release(root, &["--out", "bundle"]).status, Some(0));
    let citation = read(root.join("bundle/CITATION.cff"));
    assert!(
        citation.contains("date-released: 2026-12-24\n"),
        "{citation}"
    );
    commit(root);
    let exported = run(root, &["export", "--out", "again", "--quiet"]);
    assert_eq!(exported.status, Some(0), "{exported:#?}");
    assert_eq!(read(root.join("again/CITATION.cff")), citation);
}

#[test]
fn rules_about_changes_compare_with_the_last_release() {
    let dataset = reviewed();
    let root = dataset.path();
    let claim = read(root.join(CLAIM));
    let changed = claim.replace("\"often\"", "\"sometimes\"");
    let changed = changed.replace("\"frequent\"", "\"sometimes\"");
    write(root, CLAIM, &changed);
    commit(root);
    for arguments in [&["--dry-run"][..], &[], &["--since", "HEAD~1"]] {
        let ran = release(root, arguments);
        assert_eq!(ran.status, Some(1), "{ran:#?}");
        assert!(
            ran.stdout.contains("error[changed-since-review]"),
            "{ran:#?}"
        );
        assert!(!ran.stderr.contains("--since"), "{ran:#?}");
    }
    write(root, CLAIM, &changed.replace("2026-04-01", "2026-05-01"));
    commit(root);
    let ran = release(root, &["--documents", "texts"]);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    // What was not looked for is told, as in `check`.
    assert!(
        ran.stderr
            .contains("retracted-source (0): there is no table"),
        "{ran:#?}"
    );
    assert!(!ran.stderr.contains("passage-not-found"), "{ran:#?}");
    commit(root);
    git(root, &["tag", "v0.1.1"]);
    let ran = release(root, &["-q", "0.9.0", "--dry-run"]);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    assert!(!ran.stderr.contains("not checked"), "{ran:#?}");
    release(root, &["0.9.0", "--notices", "nowhere.csv"]).expect_refusal("nowhere.csv");
    // A record that is gone is blocked as a change, which an approval allows.
    std::fs::remove_file(root.join(CLAIM)).expect("it was there");
    commit(root);
    let ran = release(root, &[]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""), "{ran:#?}");
    assert!(
        ran.stderr
            .contains("blocked[record-removed] clm-cryoablation-fever"),
        "{ran:#?}"
    );
    let compared = run(root, &["diff", "v0.1.1", "--format", "json"]);
    let compared: serde_json::Value = serde_json::from_str(&compared.stdout).expect("it is JSON");
    let changes = compared["changes"].as_array().expect("an array").iter();
    let approvals = changes.map(|change| {
        serde_json::json!({"fingerprint": change["fingerprint"], "by": "agt-ann-example",
            "reason": "The source does not say it at all."})
    });
    let approvals = serde_json::json!({"approvals": approvals.collect::<Vec<_>>()});
    write(root, "data/approvals.json", &approvals.to_string());
    commit(root);
    let ran = release(root, &["--dry-run"]);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
}

#[test]
fn what_no_commit_has_is_not_released() {
    let dataset = released();
    let root = dataset.path();
    for path in ["data/plants/sage.json", "schemas/more.json"] {
        let path = write(root, path, "{\n  \"id\": \"sage\"\n}\n");
        release(root, &["0.2.0"]).expect_refusal("1 file of the dataset is not committed as it is");
        std::fs::remove_file(path).expect("it was there");
    }
    for mark in ["assume-unchanged", "skip-worktree"] {
        let update = |option: &str| git(root, &["update-index", option, "data/plants/rue.json"]);
        update(&format!("--{mark}"));
        let rue = read(root.join("data/plants/rue.json"));
        write(root, "data/plants/rue.json", &rue.replace("2026", "2025"));
        release(root, &["0.2.0"]).expect_refusal(
            "git was told not to look at 1 file of the dataset, first `data/plants/rue.json`",
        );
        write(root, "data/plants/rue.json", &rue);
        update(&format!("--no-{mark}"));
    }
    write(root, ".git/info/exclude", "sage.json\n");
    let path = write(root, "data/plants/sage.json", "{\n  \"id\": \"sage\"\n}\n");
    release(root, &["0.2.0"]).expect_refusal("first `data/plants/sage.json`");
    std::fs::remove_file(path).expect("it was there");
    // What is no part of the dataset is not looked at, and the changelog is committed with it.
    write(root, "README.md", "not committed");
    let notes = read(root.join("CHANGELOG.md"));
    let notes = notes.replace("## [Unreleased]\n", "## [Unreleased]\n\nThanks to all.\n");
    write(root, "CHANGELOG.md", &notes);
    release(root, &["0.2.0"]).expect_released("0.2.0");
    let notes = read(root.join("CHANGELOG.md"));
    assert!(
        notes.contains("## [0.2.0] - 2026-12-24\n\nThanks to all.\n"),
        "{notes}"
    );
}

#[test]
fn what_git_keeps_otherwise_or_not_at_all_is_not_released() {
    let dataset = released();
    let root = dataset.path();
    write(root, ".git/info/exclude", "CHANGELOG.md\n");
    // Git keeps what it has, whatever is to be ignored.
    let refusal = "git ignores `CHANGELOG.md`";
    release(root, &["0.2.0", "--dry-run"]).expect_released("0.2.0");
    git(root, &["rm", "--quiet", "--cached", "CHANGELOG.md"]);
    release(root, &["0.2.0"]).expect_refusal(refusal);
    let dry = release(root, &["0.2.0", "--dry-run"]);
    assert!(
        dry.stderr.contains(&format!("warning: {refusal}")),
        "{dry:#?}"
    );

    let dataset = released();
    let root = dataset.path();
    let clone = tempfile::tempdir().expect("there is a temporary folder");
    let arguments = ["clone", "--quiet", "--config=core.autocrlf=true", ".", "."];
    let [from, to] = [root, clone.path()].map(|path| path.to_str().expect("it is text"));
    let arguments = [&arguments[..3], &[from, to]].concat();
    git(root, &arguments);
    // Records with such line ends are errors of their own.
    write(
        clone.path(),
        "data/plants/rue.json",
        &read(root.join("data/plants/rue.json")),
    );
    write(
        clone.path(),
        "data/plants/tansy.json",
        &read(root.join("data/plants/tansy.json")),
    );
    write(
        clone.path(),
        "data/dataset.json",
        &read(root.join("data/dataset.json")),
    );
    release(clone.path(), &["0.2.0"])
        .expect_refusal("`schemas/plants.json` has other line ends here than in its commit");
}

#[test]
fn what_a_schema_at_the_root_refers_to_is_committed_too() {
    let manifest = MANIFEST.replace("schemas/plants.json", "plants.schema.json");
    let schema = SCHEMA.replace(
        r#""sown": { "#,
        r#""name": { "$ref": "more.json" }, "sown": { "#,
    );
    let dataset = folder(&[
        ("data/dataset.json", manifest.as_str()),
        ("plants.schema.json", &schema),
        ("data/plants/rue.json", "{\n  \"id\": \"rue\"\n}\n"),
        (".gitignore", "/releases\n"),
    ]);
    let root = dataset.path();
    make_repository(root);
    write(root, "more.json", "{ \"type\": \"string\" }\n");
    let refusal = "1 file of the dataset is not committed as it is, first `more.json`";
    release(root, &["0.2.0"]).expect_refusal(refusal);
    commit(root);
    write(root, "more.json", "{ \"type\": \"number\" }\n");
    release(root, &["0.2.0"]).expect_refusal(refusal);
    git(root, &["checkout", "--quiet", "more.json"]);
    release(root, &["0.2.0"]).expect_released("0.2.0");
}

#[test]
fn releases_are_found_wherever_the_dataset_is() {
    // In a folder of a repository that has other tags.
    let outside = tempfile::tempdir().expect("there is a temporary folder");
    let root = outside.path().join("some where");
    write(outside.path(), "README.md", "other things");
    make_repository(outside.path());
    git(outside.path(), &["tag", "v7.0.0"]);
    for (name, bytes) in files(sound().path()) {
        write(&root, &name, &String::from_utf8(bytes).expect("it is text"));
    }
    commit(outside.path());
    let named = |arguments: &[&str]| {
        let all = [&["--root", "some where", "--out", "bundle"], arguments].concat();
        release(outside.path(), &all)
    };
    let ran = named(&[]);
    ran.expect_released("0.1.0");
    let command = "git -C 'some where' commit --message='Release 0.1.0' -- CHANGELOG.md &&\n";
    assert!(ran.stdout.contains(command), "{ran:#?}");
    commit(outside.path());
    git(outside.path(), &["tag", "v0.1.0"]);
    named(&["0.2.0"]).expect_refusal("`bundle` is already there, and a release replaces nothing");
    let ran = release(&root, &["--dry-run", "0.2.0"]);
    assert!(ran.stdout.contains("after `v0.1.0`"), "{ran:#?}");
    // A clone without its history knows no release, and does not guess.
    let clone = tempfile::tempdir().expect("there is a temporary folder");
    let from = format!("file://{}", outside.path().display());
    git(
        clone.path(),
        &["clone", "--quiet", "--depth=1", "--no-tags", &from, "clone"],
    );
    release(&clone.path().join("clone/some where"), &[]).expect_refusal("this clone is shallow");
}

#[test]
fn without_git_the_last_release_is_a_bundle() {
    let dataset = sound();
    let root = dataset.path();
    let ran = release(root, &[]);
    ran.expect_released("0.1.0");
    assert!(
        ran.stdout
            .ends_with("there is no git repository to commit it to\n"),
        "{ran:#?}"
    );
    release(root, &[]).expect_refusal("`CHANGELOG.md` says that 0.1.0 was released");
    write(root, "data/plants/tansy.json", TANSY);
    let since = ["--since", "releases/garden-0.1.0"];
    release(root, &since).expect_released("0.1.1");
    // Damage on the way is no change of the data.
    let record = root.join("releases/garden-0.1.0/ndjson/plants.ndjson");
    std::fs::write(&record, "{\"id\":\"rue\"}\n").expect("it can be written");
    release(root, &since).expect_refusal("`ndjson/plants.ndjson` is not as it was written");
    release(root, &["--since", "nothing"]).expect_refusal("there is no git repository here");
}

#[test]
fn what_fails_leaves_all_as_it_was() {
    let dataset = released();
    let root = dataset.path();
    write(root, "data/plants/tansy.json", TANSY);
    commit(root);
    let before = files(root);
    let refuse = |arguments: &[&str], message: &str| {
        release(root, arguments).expect_refusal(message);
        assert_eq!(files(root), before);
    };
    refuse(&["--out", "releases/garden-0.1.0"], "is already there");
    refuse(&["--out", ".."], "name a folder that is not there yet");
    refuse(
        &["--since", "HEAD~1", "--tag-prefix", "a b "],
        "git allows no tag `a b 0.1.1`",
    );
    let ran = run(root, &["release", "--as-of", "tomorrow"]);
    ran.expect_refusal("`tomorrow` is no date");
    refuse(
        &["--since", "none"],
        "the repository has no revision `none`",
    );
    refuse(&["--out", ".gitignore/bundle"], ".gitignore");
    let notes = root.join("CHANGELOG.md");
    let text = read(&notes);
    std::fs::remove_file(&notes).expect("it was there");
    std::os::unix::fs::symlink("README.md", &notes).expect("a link can be made");
    release(root, &[]).expect_refusal("CHANGELOG.md: ");
    std::fs::remove_file(&notes).expect("it was there");
    let told = text.replace("[0.1.0]", "[0.3.0]");
    write(root, "CHANGELOG.md", &told);
    release(root, &[])
        .expect_refusal("has a section for 0.3.0, and the last release that is tagged is `v0.1.0`");
    assert!(!root.join("releases/garden-0.1.1").exists());
}

#[test]
fn the_program_of_git_is_not_needed_where_there_is_no_repository() {
    let dataset = sound();
    let ran = program(dataset.path())
        .env("PATH", "")
        .args(["release", "-q"])
        .args(DAY)
        .output();
    let ran: Ran = ran.expect("the program starts").into();
    ran.expect(0, "there is no git repository to commit it to\n", "");
}

#[test]
fn a_release_may_have_any_formats() {
    for format in ["json", "csv", "sqlite", "parquet", "csv-excel"] {
        let dataset = repository();
        let ran = release(dataset.path(), &["--format", format]);
        ran.expect_released("0.1.0");
        assert!(ran.stderr.contains("note: "), "{ran:#?}");
    }
}
