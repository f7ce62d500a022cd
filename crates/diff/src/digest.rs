//! Hashes as lists of them are written.

use std::fmt::Write;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};
use treatise_source::{NotRead, RegularFile};

/// Bytes in lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a string takes all that is written");
    }
    text
}

/// The SHA-256 of a file of any size, in such digits.
pub(crate) fn hash_of(path: &Path) -> Result<String, NotRead> {
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
