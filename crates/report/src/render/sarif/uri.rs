//! Names of files as URIs and relative references (RFC 3986).

use std::fmt::Write as _;
use std::path::Path;

use crate::render::standpoint::segments;

/// `name` as a URI where it is an absolute path, and else as a reference below the root, or beside it
/// where somebody has named such a file. Segments are percent-encoded.
pub(super) fn of(name: &str) -> String {
    let is_absolute = Path::new(name).is_absolute();
    let segments = segments(name, is_absolute).into_iter().map(encode);
    let segments: Vec<String> = segments.collect();
    match (is_absolute, segments.is_empty()) {
        (true, _) => format!("file:///{}", segments.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => segments.join("/"),
    }
}

/// Whether what [`of`] has made is a reference.
pub(super) fn is_relative(uri: &str) -> bool {
    // The colons of names are encoded.
    !uri.contains(':')
}

fn encode(segment: &str) -> String {
    let mut encoded = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            other => write!(encoded, "%{other:02X}").expect("a string takes all text"),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::{is_relative, of};

    #[test]
    fn references_are_below_the_root_or_beside_it() {
        for (name, reference) in [
            ("data/drugs/drg-x.json", "data/drugs/drg-x.json"),
            ("data/a b%ä.json", "data/a%20b%25%C3%A4.json"),
            ("x.json", "x.json"),
            ("../x.json", "../x.json"),
            ("../../x.json", "../../x.json"),
            ("a/../../x.json", "../x.json"),
            ("a/./b/../c.json", "a/c.json"),
            ("C:/x.json", "C%3A/x.json"),
            ("javascript:x", "javascript%3Ax"),
            ("a\\..\\b", "a%5C..%5Cb"),
            ("", "."),
        ] {
            assert_eq!(of(name), reference, "{name}");
            assert!(is_relative(reference), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn absolute_paths_are_uris() {
        for (name, uri) in [
            ("/tmp/x/a b.json", "file:///tmp/x/a%20b.json"),
            ("/tmp/../../etc/x.json", "file:///etc/x.json"),
            ("//host/x.json", "file:///host/x.json"),
        ] {
            assert_eq!(of(name), uri, "{name}");
            assert!(!is_relative(uri), "{name}");
        }
    }
}
