//! JSON pointers (RFC 6901): the path from the root of a document to one value.

use std::fmt;

/// A JSON pointer in its string form; the root is the empty string.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(String);

/// One step of a pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'p> {
    /// Into an object, by name.
    Member(&'p str),
    /// Into an array, by position from 0.
    Element(usize),
}

impl Pointer {
    /// The pointer to the whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// Reads the string form. It is empty or starts with `/`, and `~` is only used as `~0` or
    /// `~1`.
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = (text.is_empty() || text.starts_with('/'))
            && text
                .split('~')
                .skip(1)
                .all(|rest| rest.starts_with(['0', '1']));
        well_formed.then(|| Self(text.to_owned()))
    }

    /// Appends one step.
    pub fn push(&mut self, step: Step<'_>) {
        self.0.push('/');
        match step {
            Step::Member(name) => {
                for character in name.chars() {
                    match character {
                        '~' => self.0.push_str("~0"),
                        '/' => self.0.push_str("~1"),
                        other => self.0.push(other),
                    }
                }
            }
            Step::Element(position) => self.0.push_str(&position.to_string()),
        }
    }

    /// The pointer to a member or element below.
    #[must_use]
    pub fn join(&self, step: Step<'_>) -> Self {
        let mut joined = self.clone();
        joined.push(step);
        joined
    }

    /// The same place, counted from around the value that `outer` leads to.
    #[must_use]
    pub fn within(&self, outer: &Self) -> Self {
        Self(format!("{outer}{self}"))
    }

    /// The way to this place from one around it; `None` where that is not around it.
    #[must_use]
    pub fn below(&self, outer: &Self) -> Option<Self> {
        let rest = self.0.strip_prefix(&outer.0)?;
        rest.starts_with('/').then(|| Self(rest.to_owned()))
    }

    /// The position that a token names: digits without a leading zero (RFC 6901, section 4).
    pub fn position(token: &str) -> Option<usize> {
        let is_canonical = token == "0" || !token.starts_with(['0', '+']);
        is_canonical.then(|| token.parse().ok()).flatten()
    }

    /// The string form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The unescaped names and positions from the root, as text: only the value that they are
    /// applied to tells whether `0` is a name or a position.
    pub fn tokens(&self) -> impl Iterator<Item = String> + '_ {
        self.0
            .split('/')
            .skip(1)
            .map(|token| token.replace("~1", "/").replace("~0", "~"))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_escaped_and_read_back() {
        let mut pointer = Pointer::root();
        pointer.push(Step::Member("a/b~c"));
        pointer.push(Step::Element(3));
        assert_eq!(pointer.as_str(), "/a~1b~0c/3");
        assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["a/b~c", "3"]);
        assert_eq!(Pointer::parse("/a~1b~0c/3"), Some(pointer));
    }

    #[test]
    fn a_place_is_the_same_from_inside_and_from_around() {
        let pointer = |text| Pointer::parse(text).expect("it is well formed");
        assert_eq!(pointer("/b/c").within(&pointer("/a")), pointer("/a/b/c"));
        assert_eq!(
            pointer("/a/b/c").below(&pointer("/a")),
            Some(pointer("/b/c"))
        );
        assert_eq!(pointer("/a").below(&Pointer::root()), Some(pointer("/a")));
        for outer in ["/a", "/ab", "/b"] {
            assert_eq!(pointer("/a").below(&pointer(outer)), None, "{outer}");
        }
        assert_eq!(pointer("/ab").below(&pointer("/a")), None);
    }

    #[test]
    fn malformed_pointers_are_refused() {
        for text in ["a", "/~", "/~2", "/a~"] {
            assert_eq!(Pointer::parse(text), None, "{text}");
        }
    }
}
