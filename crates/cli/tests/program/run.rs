//! Starts the program; all other tests go through here.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// How a run ended and what it said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
        Self {
            status: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// The program, in a folder and with an environment that says nothing.
pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_treatise"));
    command
        .current_dir(folder)
        .env_remove("COLUMNS")
        .env_remove("NO_COLOR")
        .env_remove("SOURCE_DATE_EPOCH")
        .stdin(Stdio::null());
    command
}

/// Runs the program in a folder.
pub(crate) fn run<A: AsRef<OsStr>>(folder: &Path, arguments: &[A]) -> Ran {
    let output = program(folder).args(arguments).output();
    output.expect("the program starts").into()
}

/// Runs the program in a folder with something on its standard input.
pub(crate) fn run_with_input(folder: &Path, arguments: &[&str], input: &str) -> Ran {
    let mut child = program(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin
        .write_all(input.as_bytes())
        .expect("the program reads its input");
    drop(stdin);
    child.wait_with_output().expect("the program ends").into()
}

impl Ran {
    /// Holds the run against what is expected of it; the time that it took is left out.
    #[track_caller]
    pub(crate) fn expect(&self, status: i32, stdout: &str, stderr: &str) {
        assert_eq!(self.status, Some(status), "{self:#?}");
        assert_eq!(self.stdout, stdout);
        assert_eq!(self.stderr_without_time(), stderr);
    }

    /// Checks that the program refused to run, with this text in its error.
    #[track_caller]
    pub(crate) fn expect_refusal(&self, message: &str) {
        assert_eq!(self.status, Some(2), "{self:#?}");
        assert!(self.stderr.contains(message), "{self:#?}");
        assert!(self.stderr.starts_with("error: "), "{self:#?}");
    }

    pub(crate) fn stderr_without_time(&self) -> String {
        let parts: Vec<_> = self.stderr.split(" s: ").collect();
        let cut = |part: &&str| match part.rsplit_once(", ") {
            Some((before, time)) if time.parse::<f64>().is_ok() => format!("{before}, T"),
            _ => (*part).to_owned(),
        };
        parts.iter().map(cut).collect::<Vec<_>>().join(" s: ")
    }
}

/// A temporary folder with these files in it.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    for (path, content) in files {
        write(folder.path(), path, content);
    }
    folder
}

pub(crate) fn write(folder: &Path, path: &str, content: &str) -> PathBuf {
    let path = folder.join(path);
    let parent = path.parent().expect("the path has a folder");
    std::fs::create_dir_all(parent).expect("a temporary folder can be written to");
    std::fs::write(&path, content).expect("a temporary folder can be written to");
    path
}

/// Runs git in a folder, as somebody with a name; returns what it prints.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=T", "-c", "user.email=t@example.org"])
        .args(arguments)
        .output()
        .expect("git starts");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("git writes UTF-8")
}

/// Makes a folder a repository, with all that is in it committed.
pub(crate) fn make_repository(folder: &Path) {
    git(folder, &["init", "--quiet", "--initial-branch=main"]);
    commit(folder);
}

/// Commits all that is in a folder.
pub(crate) fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", "a change"]);
}

pub(crate) fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).expect("the program wrote the file")
}

pub(crate) const MANIFEST: &str = r#"{
  "name": "garden", "version": "0.1.0", "as_of": "2026-11-22",
  "collections": [
    { "name": "plants", "path": "data/plants", "schema": "schemas/plants.json", "id": "/id" }
  ]
}
"#;

pub(crate) const SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string" },
    "sown": { "type": "string", "format": "date", "examples": ["2026-04-01"] },
    "parent": { "type": "string", "x-references": ["plants"] }
  },
  "additionalProperties": false
}
"#;

/// A dataset of two records without a fault.
pub(crate) fn sound() -> TempDir {
    folder(&[
        ("data/dataset.json", MANIFEST),
        ("schemas/plants.json", SCHEMA),
        ("data/plants/rue.json", "{\n  \"id\": \"rue\"\n}\n"),
        (
            "data/plants/tansy.json",
            "{\n  \"id\": \"tansy\",\n  \"parent\": \"rue\"\n}\n",
        ),
    ])
}

/// The same with two faults.
pub(crate) fn faulty() -> TempDir {
    let folder = sound();
    write(folder.path(), "data/plants/dill.json", r#"{ "id": 7 }"#);
    write(
        folder.path(),
        "data/plants/mint.json",
        "{\n  \"id\": \"mint\",\n  \"parent\": \"ruee\"\n}\n",
    );
    folder
}

/// What `--format short` says about [`faulty`].
pub(crate) const FAULTS: &str = "\
data/plants/dill.json:1:9: error[schema-violation]: expected a string, found the number `7`
data/plants/mint.json:3:13: error[dangling-reference]: there is no record `ruee`
";

/// Makes a rule of the linter an error by the manifest, and breaks it.
pub(crate) fn break_strict_rule(root: &Path) {
    write(
        root,
        "data/plants/tansy.json",
        "{ \"id\": \"tansy\", \"parent\": \"rue\" }",
    );
    let strict = MANIFEST.replace(
        "\"as_of\"",
        "\"rules\": {\"unformatted\": \"error\"}, \"as_of\"",
    );
    write(root, "data/dataset.json", &strict);
}
