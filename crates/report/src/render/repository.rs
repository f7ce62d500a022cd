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
    let mut parts: Vec<&str> = Vec::new();
    for part in options.folder.split('/').chain(name.split('/')) {
        match part {
            "" | "." => {}
            // What lies above the top has no name in there.
            ".." if parts.last().is_none_or(|last| *last == "..") => parts.push(part),
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    Cow::Owned(parts.join("/"))
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
