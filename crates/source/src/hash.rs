//! Hashes as lists of them are written: SHA-256 in lower-case hexadecimal digits.

use std::fmt::Write;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::{NotRead, RegularFile};

/// The SHA-256 of these bytes.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The SHA-256 of a file of any size, which is never in memory as a whole.
///
/// # Errors
/// [`NotRead`], all but `TooLarge`.
pub fn sha256_of(path: &Path) -> Result<String, NotRead> {
    let mut file = RegularFile::open(path)?.into_file();
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let length = file.read(&mut buffer)?;
        if length == 0 {
            break;
        }
        hasher.update(&buffer[..length]);
    }
    Ok(hexadecimal(&hasher.finalize()))
}

/// Bytes in such digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a string takes all that is written");
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// FIPS 180-2, appendix B.1.
    const OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn digits_are_lower_case_and_none_is_left_out() {
        assert_eq!(hexadecimal(&[0x00, 0x0A, 0xFF]), "000aff");
        assert_eq!(sha256(b"abc"), OF_ABC);
    }

    #[test]
    fn a_file_is_hashed_whole() {
        let long = vec![b'x'; 200_000];
        for (bytes, hash) in [(&b"abc"[..], OF_ABC), (&long, &sha256(&long))] {
            let mut file = tempfile::NamedTempFile::new().expect("there is room for a file");
            file.write_all(bytes).expect("there is room");
            assert_eq!(sha256_of(file.path()).expect("it can be read"), hash);
        }
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let refused = sha256_of(folder.path());
        assert!(matches!(refused, Err(NotRead::Folder)));
    }
}
