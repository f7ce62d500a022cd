//! Names of files in a bundle: what the export makes of the name of a table, and what is no path
//! that leads elsewhere.

use std::fmt::Write;
use std::path::{Component, Path};

use treatise_source::sha256;

/// The longest stem of a file, in bytes: file systems allow 255 with the extension.
const LONGEST_STEM: usize = 200;

/// A name of a table as the name of a file: what is not a letter, digit, `.`, `_` or `-` of ASCII
/// is written as `%` and its bytes in hexadecimal digits, so that different names stay different
/// and none leads out of its folder.
pub fn file_stem(name: &str) -> String {
    let mut stem = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-') {
            stem.push(char::from(byte));
        } else {
            write!(stem, "%{byte:02X}").expect("a string takes all that is written");
        }
    }
    if stem.len() > LONGEST_STEM {
        // The hash keeps apart what is cut.
        let hash = sha256(name.as_bytes());
        stem.truncate(LONGEST_STEM - 17);
        stem = format!("{stem}-{}", &hash[..16]);
    }
    stem
}

/// Whether the path of a file has nothing but names in it, none of which leads out of the bundle.
pub fn is_inside(file: &str) -> bool {
    let mut components = Path::new(file).components();
    !file.is_empty() && components.all(|component| matches!(component, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_stay_in_their_folder() {
        assert_eq!(file_stem("claims.citations"), "claims.citations");
        assert_eq!(
            file_stem("a.../../b c\0é%"),
            "a...%2F..%2Fb%20c%00%C3%A9%25"
        );
        assert_eq!(file_stem("a\\b:c"), "a%5Cb%3Ac");
    }

    #[test]
    fn long_names_stay_apart() {
        let long = "x".repeat(300);
        let (left, right) = (
            file_stem(&format!("{long}a")),
            file_stem(&format!("{long}b")),
        );
        assert!(left.len() <= 200 && right.len() <= 200);
        assert_ne!(left, right);
    }

    #[test]
    fn what_leads_out_is_not_inside() {
        assert!(is_inside("json/claims.json"));
        for file in ["", "/etc", "../x", "json/../../x"] {
            assert!(!is_inside(file), "{file}");
        }
    }
}
