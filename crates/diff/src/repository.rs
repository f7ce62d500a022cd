//! The git repository around a dataset, asked through the program `git`: which revisions and tags
//! there are, and what the work tree has that no commit has. Nothing is written, no hook runs, and
//! nothing is fetched.

#![expect(
    clippy::disallowed_methods,
    reason = "where git is not installed, whether a folder above would be a repository"
)]

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::Error;

/// The repository around the root of a dataset.
#[derive(Clone, Debug)]
pub struct Repository {
    root: PathBuf,
    /// The folder of the dataset in the repository: empty, or with a `/` at its end.
    prefix: String,
}

impl Repository {
    /// Finds the repository around a folder; `None` where there is none.
    ///
    /// # Errors
    /// Git can't be started, or refuses to look at the repository.
    pub fn around(root: &Path) -> Result<Option<Self>, Error> {
        let output = match command(root, &["rev-parse", "--show-prefix"]).output() {
            Ok(output) => output,
            Err(error)
                if error.kind() == io::ErrorKind::NotFound
                    && folder_in_repository(root).is_none() =>
            {
                return Ok(None);
            }
            Err(error) => return Err(not_started(&error)),
        };
        if output.status.success() {
            return Ok(Some(Self {
                root: root.to_path_buf(),
                prefix: line(&output.stdout)?,
            }));
        }
        let said = String::from_utf8_lossy(&output.stderr);
        if said.contains("not a git repository") {
            return Ok(None);
        }
        Err(failed(&output))
    }

    /// The folder of the dataset in the repository: empty, or with a `/` at its end.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The commit that a revision names; `None` where it names none.
    pub(crate) fn commit(&self, revision: &str) -> Result<Option<String>, Error> {
        let name = format!("{revision}^{{commit}}");
        let arguments = [
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &name,
        ];
        let output = self.run(&arguments)?;
        if !output.status.success() {
            return Ok(None);
        }
        line(&output.stdout).map(Some)
    }

    /// The tags that lead to the commit of the work tree or to one before it, in no order that
    /// means something.
    ///
    /// # Errors
    /// Git fails.
    pub fn tags(&self) -> Result<Vec<String>, Error> {
        if self.commit("HEAD")?.is_none() {
            return Ok(Vec::new());
        }
        let listed = self.succeed(&[
            "for-each-ref",
            "--merged=HEAD",
            "--format=%(refname:strip=2)",
            "refs/tags",
        ])?;
        let listed = String::from_utf8_lossy(&listed);
        Ok(listed.lines().map(str::to_owned).collect())
    }

    /// Whether a tagged commit has this file of the dataset.
    ///
    /// # Errors
    /// Git can't be started.
    pub fn tag_has(&self, tag: &str, file: &str) -> Result<bool, Error> {
        let object = format!("refs/tags/{tag}:{}{file}", self.prefix);
        Ok(self.run(&["cat-file", "-e", &object])?.status.success())
    }

    /// Whether there is a tag of this name, wherever it leads.
    ///
    /// # Errors
    /// Git can't be started.
    pub fn has_tag(&self, name: &str) -> Result<bool, Error> {
        let reference = format!("refs/tags/{name}");
        let output = self.run(&["show-ref", "--verify", "--quiet", "--", &reference])?;
        Ok(output.status.success())
    }

    /// Whether a tag could have this name.
    ///
    /// # Errors
    /// Git can't be started.
    pub fn allows_tag(&self, name: &str) -> Result<bool, Error> {
        let reference = format!("refs/tags/{name}");
        let output = self.run(&["check-ref-format", &reference])?;
        Ok(output.status.success() && !name.starts_with('-'))
    }

    /// Whether older commits, and the tags on them, were left out when it was cloned.
    ///
    /// # Errors
    /// Git fails.
    pub fn is_shallow(&self) -> Result<bool, Error> {
        let answer = self.succeed(&["rev-parse", "--is-shallow-repository"])?;
        Ok(line(&answer)? == "true")
    }

    /// The files below some paths that the newest commit does not have as they are: changed,
    /// deleted, not added or ignored; relative to the root of the dataset, as the paths.
    ///
    /// # Errors
    /// Git fails.
    pub fn uncommitted(&self, paths: &[&str]) -> Result<Vec<String>, Error> {
        let mut arguments = vec![
            "status",
            "--porcelain=v1",
            "-z",
            "--no-renames",
            "--untracked-files=all",
            "--ignored",
            "--",
        ];
        arguments.extend(paths);
        let answer = self.succeed(&arguments)?;
        let entries = answer.split(|&byte| byte == 0);
        // `XY path`, as `git help status` has it.
        let named = entries.filter_map(|entry| entry.get(3..));
        Ok(named
            .map(|path| String::from_utf8_lossy(path).into_owned())
            .map(|path| match path.strip_prefix(&self.prefix) {
                Some(inside) => inside.to_owned(),
                None => path,
            })
            .collect())
    }

    /// The files below these paths of which git was told not to look whether they were changed, so that
    /// [`Self::uncommitted`] says nothing of them; relative to the root of the dataset, as the paths.
    ///
    /// # Errors
    /// Git fails.
    pub fn unwatched(&self, paths: &[&str]) -> Result<Vec<String>, Error> {
        let arguments = [&["ls-files", "-v", "-z", "--"], paths].concat();
        let answer = self.succeed(&arguments)?;
        let entries = answer.split(|&byte| byte == 0);
        // `X path`: a small letter is for `--assume-unchanged`, and `S` for `--skip-worktree`.
        let named = entries.filter_map(|entry| {
            let is_unwatched = entry.first()?.is_ascii_lowercase() || entry.first() == Some(&b'S');
            entry.get(2..).filter(|_| is_unwatched)
        });
        Ok(named
            .map(|path| String::from_utf8_lossy(path).into_owned())
            .collect())
    }

    /// Whether git does not take up a file because some pattern says so; relative to the root of the dataset.
    ///
    /// # Errors
    /// Git fails.
    pub fn ignores(&self, path: &str) -> Result<bool, Error> {
        let mut command = command(&self.root, &["check-ignore", "--quiet", "--", path]);
        // It knows no other paths, and refuses to be told so.
        let output = command.env_remove("GIT_LITERAL_PATHSPECS").output();
        let output = output.map_err(|error| not_started(&error))?;
        match output.status.code() {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => Err(failed(&output)),
        }
    }

    /// The files below these paths that git has written with other line ends than it keeps them, so that
    /// [`Self::uncommitted`] says nothing of the difference; relative to the root of the dataset, as the
    /// paths.
    ///
    /// # Errors
    /// Git fails.
    pub fn converted(&self, paths: &[&str]) -> Result<Vec<String>, Error> {
        let arguments = [&["ls-files", "--eol", "-z", "--"], paths].concat();
        let answer = self.succeed(&arguments)?;
        let entries = answer.split(|&byte| byte == 0);
        // `i/lf w/crlf attr/… TAB path`, the first two filled up with spaces.
        let named = entries.filter_map(|entry| {
            let tab = entry.iter().position(|&byte| byte == b'\t')?;
            let mut words = entry[..tab].split(|&byte| byte == b' ');
            let mut ends = |mark: &[u8]| words.find_map(|word| word.strip_prefix(mark));
            let (kept, written) = (ends(b"i/")?, ends(b"w/")?);
            // What is gone has no line ends at all.
            let is_converted = kept != written && !written.is_empty();
            is_converted.then(|| String::from_utf8_lossy(&entry[tab + 1..]).into_owned())
        });
        Ok(named.collect())
    }

    /// Runs git in the folder of the dataset.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<Output, Error> {
        let output = command(&self.root, arguments).output();
        output.map_err(|error| not_started(&error))
    }

    /// The same, where git has to succeed; returns what it answered.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> Result<Vec<u8>, Error> {
        let output = self.run(arguments)?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(failed(&output))
        }
    }

    /// Git in the folder of the dataset, to be started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        command(&self.root, arguments)
    }
}

/// A folder as seen from the top of the repository around it, without asking git; `None` where there is no
/// repository.
pub fn folder_in_repository(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    let top = folder.ancestors().find(|top| top.join(".git").exists())?;
    folder.strip_prefix(top).ok().map(Path::to_path_buf)
}

fn not_started(error: &io::Error) -> Error {
    Error::side(format!("git could not be started: {error}"))
}

fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    // Hooks have these for the repository that they run in; which one is meant here, the folder says.
    let of_hooks = [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_PREFIX",
        "GIT_COMMON_DIR",
    ];
    for name in of_hooks {
        command.env_remove(name);
    }
    command
        // A program that watches for changes would be one that the repository names.
        .args(["-c", "core.fsmonitor=false"])
        .arg("-C")
        .arg(root)
        .args(arguments)
        // What it says is looked at.
        .env("LC_ALL", "C")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_LITERAL_PATHSPECS", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null());
    command
}

fn failed(output: &Output) -> Error {
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or("it did not say why");
    let said = said.strip_prefix("fatal: ").unwrap_or(said);
    Error::side(format!("git failed: {said}"))
}

/// The one line of an answer.
pub(crate) fn line(answer: &[u8]) -> Result<String, Error> {
    let text = std::str::from_utf8(answer)
        .map_err(|_| Error::side("git answered something that is not Unicode"))?;
    Ok(text.strip_suffix('\n').unwrap_or(text).to_owned())
}
