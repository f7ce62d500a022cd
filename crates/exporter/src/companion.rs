//! Files that go along with a bundle and are made by others, such as a changelog: what is in them
//! is not known here.

use std::path::{Component, Path};

use crate::Error;
use crate::bundle::Bundle;

/// A file that goes along with a bundle.
#[derive(Clone, Copy, Debug)]
pub struct Companion<'a> {
    /// Its name, without a folder.
    pub name: &'a str,
    /// What it is, for people, in a few words.
    pub purpose: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// Adds them to a bundle.
pub(crate) fn write(companions: &[Companion<'_>], bundle: &mut Bundle) -> Result<(), Error> {
    for companion in companions {
        let mut parts = Path::new(companion.name).components();
        let is_name = matches!(
            (parts.next(), parts.next()),
            (Some(Component::Normal(_)), None)
        );
        if !is_name || bundle.written().contains_key(companion.name) {
            return Err(Error::refused(format!(
                "a bundle can't have another file `{}`",
                companion.name
            )));
        }
        let mut file = bundle.file(companion.name)?;
        file.write(companion.bytes)?;
        bundle.add(file)?;
    }
    Ok(())
}
