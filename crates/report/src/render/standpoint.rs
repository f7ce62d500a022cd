//! Names of files as somebody knows them who stands elsewhere than the report.

use std::borrow::Cow;
use std::path::Path;

/// From where somebody reads the names of files, which are relative to a folder.
///
/// Both paths start at the same folder, have their parts joined by `/`, and are empty where they are that
/// folder. The default leaves names as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standpoint<'a> {
    /// The folder to which names are relative. An absolute one makes names absolute.
    pub folder: &'a str,
    /// The folder in which somebody stands.
    pub reader: &'a str,
}

impl Standpoint<'_> {
    /// A name as it leads to the file from here, with no segment that says `.`; an absolute one as it is.
    pub(super) fn name<'n>(&self, name: &'n str) -> Cow<'n, str> {
        if Path::new(name).is_absolute() {
            return Cow::Borrowed(name);
        }
        let is_absolute = Path::new(self.folder).is_absolute();
        // The empty folder is no segment.
        let path = format!("{}/{name}", self.folder);
        let path = segments(&path, is_absolute);
        let reader = segments(self.reader, false);
        let both = path.iter().zip(&reader);
        let shared = both.take_while(|(a, b)| a == b).count();
        let up = std::iter::repeat_n("..", reader.len() - shared);
        let down = path[shared..].iter().copied();
        let parts: Vec<_> = up.chain(down).collect();
        let root = match self.folder.starts_with('/') {
            true => "/",
            false => "",
        };
        Cow::Owned(format!("{root}{}", parts.join("/")))
    }
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
    fn names_lead_to_the_file_from_where_the_reader_is() {
        for (folder, reader, relative, expected) in [
            ("", "", "data/x.json", "data/x.json"),
            ("", "", "../x.json", "../x.json"),
            ("", "", "./data/../x.json", "x.json"),
            ("sets/one", "", "data/x.json", "sets/one/data/x.json"),
            ("sets/one", "", "../x.json", "sets/x.json"),
            ("sets/one", "", "./data//x.json", "sets/one/data/x.json"),
            ("sets/one", "", "../../../x.json", "../x.json"),
            ("..", "", "data/x.json", "../data/x.json"),
            ("sets", "", "/tmp/x.json", "/tmp/x.json"),
            ("/srv/set", "", "data/x.json", "/srv/set/data/x.json"),
            ("", "data/claims", "data/claims/x.json", "x.json"),
            ("", "data/claims", "data/drugs/x.json", "../drugs/x.json"),
            ("", "data/claims", "schemas/x.json", "../../schemas/x.json"),
            ("sets/one", "docs", "data/x.json", "../sets/one/data/x.json"),
        ] {
            let standpoint = Standpoint { folder, reader };
            assert_eq!(
                standpoint.name(relative),
                expected,
                "{folder} {reader} {relative}"
            );
        }
    }
}
