//! Names of files as relative references (RFC 3986).

use std::fmt::Write as _;

/// `name` as a reference below the root: segments are percent-encoded, and what would lead out
/// of the root (a leading `/`, a `..`) is left out, because a viewer opens what it is given.
pub(super) fn relative(name: &str) -> String {
    let mut segments = Vec::new();
    for segment in name.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            other => segments.push(encode(other)),
        }
    }
    if segments.is_empty() {
        return ".".to_owned();
    }
    segments.join("/")
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
    use super::relative;

    #[test]
    fn references_stay_below_the_root() {
        for (name, reference) in [
            ("data/drugs/drg-x.json", "data/drugs/drg-x.json"),
            ("data/a b%ä.json", "data/a%20b%25%C3%A4.json"),
            ("/etc/passwd", "etc/passwd"),
            ("../../x.json", "x.json"),
            ("a/./b/../c.json", "a/c.json"),
            ("//host/x.json", "host/x.json"),
            ("C:/x.json", "C%3A/x.json"),
            ("javascript:x", "javascript%3Ax"),
            ("a\\..\\b", "a%5C..%5Cb"),
            ("", "."),
        ] {
            assert_eq!(relative(name), reference, "{name}");
        }
    }
}
