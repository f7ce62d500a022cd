//! Names that can't exist on every system.

use std::ffi::OsStr;
use std::path::Path;

use treatise_report::Diagnostic;

use crate::manifest::{Manifest, ManifestFile};
use crate::rules::RESERVED_FILE_NAME;

/// What to do about a name that can't exist on every system.
pub(super) fn help(name: &OsStr) -> &'static str {
    match reserved_reason(name) {
        Some(DEVICE) => {
            "choose another name: Windows has no file that is called so, whatever stands behind the dot"
        }
        _ => "use letters, digits, hyphens and underscores",
    }
}

/// Why a name is refused that has no other characters than it may.
const DEVICE: &str = "is the name of a device on Windows";

/// Why a name can't exist on every system, if it can't (Win32 naming conventions).
pub(super) fn reserved_reason(name: &OsStr) -> Option<&'static str> {
    const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];
    /// The digits of ports, the raised ones among them.
    const PORTS: [char; 13] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '¹', '²', '³',
    ];
    let Some(name) = name.to_str() else {
        return Some("is not Unicode");
    };
    // A dataset has many names, and nearly none is refused: all bytes at once is quickest.
    let is_refused = name.bytes().fold(0, |refused, byte| {
        let is_sign = matches!(byte, b'<' | b'>' | b':' | b'"' | b'|' | b'?' | b'*' | b'\\');
        refused | u8::from(is_sign || byte.is_ascii_control())
    });
    if is_refused != 0 || !name.is_ascii() && name.chars().any(char::is_control) {
        return Some("has a character that Windows does not allow");
    }
    if name.ends_with(['.', ' ']) {
        return Some("ends with a dot or space");
    }
    // A space before the dot makes no other name.
    let stem = name.split('.').next().unwrap_or(name).trim_end_matches(' ');
    // No device has a longer name.
    if stem.len() > "conout$".len() {
        return None;
    }
    let stem = stem.to_ascii_lowercase();
    let number = stem
        .strip_prefix("com")
        .or_else(|| stem.strip_prefix("lpt"));
    let is_port = number
        .and_then(|number| number.strip_suffix(PORTS))
        .is_some_and(str::is_empty);
    (is_port || DEVICES.contains(&stem.as_str())).then_some(DEVICE)
}

/// Reports the names that some systems can't have among the paths of a manifest, and among what files of a
/// bundle are called after.
pub(crate) fn reserved_names(manifest: &ManifestFile) -> Vec<Diagnostic> {
    let Manifest {
        name,
        collections,
        other_files,
        ..
    } = &manifest.manifest;
    let mut names = vec![("/name".to_owned(), name)];
    let mut paths = Vec::new();
    for (position, entry) in collections.iter().enumerate() {
        let place = |member| format!("/collections/{position}/{member}");
        names.push((place("name"), &entry.name));
        paths.push((place("path"), &entry.path));
        paths.push((place("schema"), &entry.schema));
    }
    let others = other_files.iter().enumerate();
    paths.extend(others.map(|(position, entry)| {
        let place = format!("/other_files/{position}/path");
        (place, &entry.path)
    }));
    let finding = |message: String, place: &str, name: &OsStr| {
        Diagnostic::new(&RESERVED_FILE_NAME, message, manifest.place(place)).with_help(help(name))
    };
    let in_names = names.iter().filter_map(|(place, name)| {
        let name = OsStr::new(name);
        let reason = reserved_reason(name)?;
        let message = format!(
            "`{}` {reason}, and files of bundles are called so",
            name.display()
        );
        Some(finding(message, place, name))
    });
    let in_paths = paths.iter().filter_map(|(place, path)| {
        let mut steps = Path::new(path).ancestors().filter_map(|step| {
            let name = step.file_name()?;
            Some((step, name, reserved_reason(name)?))
        });
        let (step, name, reason) = steps.next()?;
        let message = format!("`{}` {reason}", step.display());
        Some(finding(message, place, name))
    });
    in_names.chain(in_paths).collect()
}

/// Why no file for an id can have it as its name, if none can.
pub(crate) fn refused_stem(id: &str) -> Option<&'static str> {
    // File systems take 255 bytes or characters.
    const MOST_BYTES: usize = 255;
    let name = format!("{id}.json");
    if id.contains('/') {
        return Some("would lead into another folder");
    }
    if name.len() > MOST_BYTES {
        return Some("is too long");
    }
    reserved_reason(OsStr::new(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_no_file_can_have_are_known() {
        for id in ["with/slash", "con", "a:b", "a\0", &"a".repeat(251)] {
            assert!(refused_stem(id).is_some(), "{id}");
        }
        for id in ["pla-tansy", "größe", "a.b", &"a".repeat(250)] {
            assert!(refused_stem(id).is_none(), "{id}");
        }
    }

    #[test]
    fn names_that_windows_refuses_are_known() {
        for name in [
            "con.json",
            "NUL",
            "com1.json",
            "a:b.json",
            "a\tb.json",
            "a\u{85}b.json",
            "a. ",
            "aux.tar.gz",
            "com¹.json",
            "LPT³",
            "con .json",
            "CONIN$.json",
            "conout$",
        ] {
            assert!(reserved_reason(OsStr::new(name)).is_some(), "{name}");
        }
        assert!(help(OsStr::new("con.json")).starts_with("choose another name"));
        assert!(help(OsStr::new("a:b.json")).starts_with("use letters"));
        for name in [
            "console.json",
            "com.json",
            "int-a.json",
            "com10.json",
            "com⁴.json",
            "lpt.json",
        ] {
            assert!(reserved_reason(OsStr::new(name)).is_none(), "{name}");
        }
    }
}
