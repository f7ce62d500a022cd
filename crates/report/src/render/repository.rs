//! Names of files as a repository has them, for readers that know nothing of where the program ran.

use std::borrow::Cow;
use std::path::Path;

use super::Options;

/// A name that is relative to the folder of the run, from the top of the repository; an absolute one as it
/// is.
pub(super) fn name<'n>(options: &Options<'_>, name: &'n str) -> Cow<'n, str> {
    if options.folder.is_empty() || Path::new(name).is_absolute() {
        return Cow::Borrowed(name);
    }
    let name = format!("{}/{name}", options.folder);
    Cow::Owned(segments(&name, false).join("/"))
}

/// The segments of a path without those that say `.`, and `..` only where it leads out of what the path is
/// relative to.
pub(super) fn segments(path: &str, is_absolute: bool) -> Vec<&str> {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                let last = segments.pop_if(|last| *last != "..");
                // Above the root of the file system there is nothing.
                if last.is_none() && !is_absolute {
                    segments.push("..");
                }
            }
            other => segments.push(other),
        }
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_start_at_the_top() {
        for (folder, relative, expected) in [
            ("", "data/x.json", "data/x.json"),
            ("", "../x.json", "../x.json"),
            ("sets/one", "data/x.json", "sets/one/data/x.json"),
            ("sets/one", "../x.json", "sets/x.json"),
            ("sets/one", "./data//x.json", "sets/one/data/x.json"),
            ("sets/one", "../../../x.json", "../x.json"),
            ("sets", "/tmp/x.json", "/tmp/x.json"),
        ] {
            let options = Options {
                folder,
                ..Options::default()
            };
            assert_eq!(name(&options, relative), expected, "{folder} {relative}");
        }
    }
}
