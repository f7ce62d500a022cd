//! Patterns that look around what they match, on an engine that backtracks. Schemas from elsewhere have
//! them; in those of a dataset they are refused.
//!
//! Such an engine can take exponential time for a short text. Each match may take a few steps, longer ones
//! draw from what the run has left, and what takes still more is given up, so that the verdict is unknown.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::OnceLock;

use fancy_regex::{Regex, RegexBuilder};
use jsonschema::PatternOptions;

use super::Unusable;

/// Steps that any match may take: less than a tenth of a millisecond.
const FEW_STEPS: usize = 2_000;
/// Steps of a long match: some ten milliseconds.
const MANY_STEPS: usize = 1_000_000;

/// The engine.
#[derive(Debug)]
pub(super) struct Backtracking {
    translated: String,
    size_limit: usize,
    quick: Regex,
    patient: OnceLock<Option<Regex>>,
}

/// What patterns did while a validator ran.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spent {
    /// How many long matches there were.
    pub(crate) long_matches: u64,
    /// Whether a match was given up, so that the verdict means nothing.
    pub(crate) gave_up: bool,
}

#[derive(Clone, Copy)]
struct Patience {
    long_matches_left: u64,
    spent: Spent,
}

thread_local! {
    /// That of the validator that runs: it hands nothing on to its patterns but the text, and runs on one
    /// thread.
    static PATIENCE: Cell<Option<Patience>> = const { Cell::new(None) };
}

/// Runs a validator whose patterns may make so many long matches.
pub(crate) fn with_long_matches<T>(most: u64, run: impl FnOnce() -> T) -> (T, Spent) {
    let before = PATIENCE.replace(Some(Patience {
        long_matches_left: most,
        spent: Spent::default(),
    }));
    let result = run();
    let after = PATIENCE.replace(before);
    (result, after.map(|after| after.spent).unwrap_or_default())
}

/// How the validator compiles the names of members by pattern where these may look around.
pub(crate) fn options(size_limit: usize) -> PatternOptions<jsonschema::FancyRegex> {
    PatternOptions::fancy_regex()
        .backtrack_limit(MANY_STEPS)
        .size_limit(size_limit)
}

impl Backtracking {
    /// Takes a pattern of ECMA-262 in which what the engines lack is spelled out.
    pub(super) fn new(pattern: &str, size_limit: usize) -> Result<Self, Unusable> {
        let translated = translated(pattern)?;
        let quick =
            built(&translated, FEW_STEPS, size_limit).ok_or(Unusable::UnsupportedLookAround)?;
        Ok(Self {
            translated,
            size_limit,
            quick,
            patient: OnceLock::new(),
        })
    }

    /// Whether the pattern occurs in a text. Where that is given up, the answer means nothing.
    pub(super) fn is_match(&self, text: &str) -> bool {
        let mut patience = PATIENCE.get();
        if patience.is_some_and(|patience| patience.spent.gave_up) {
            return true;
        }
        if let Ok(is_match) = self.quick.is_match(text) {
            return is_match;
        }
        let is_match = patience
            .as_mut()
            .and_then(|patience| self.long_match(text, patience));
        PATIENCE.set(patience);
        is_match.unwrap_or(true)
    }

    /// The same where it takes more than a few steps; `None` where it is given up.
    fn long_match(&self, text: &str, patience: &mut Patience) -> Option<bool> {
        let left = patience.long_matches_left.checked_sub(1);
        let is_match = left.and_then(|left| {
            patience.long_matches_left = left;
            patience.spent.long_matches += 1;
            let build = || built(&self.translated, MANY_STEPS, self.size_limit);
            self.patient
                .get_or_init(build)
                .as_ref()?
                .is_match(text)
                .ok()
        });
        patience.spent.gave_up = is_match.is_none();
        is_match
    }
}

fn built(translated: &str, most_steps: usize, size_limit: usize) -> Option<Regex> {
    /// What an instruction of the engine takes about, in bytes.
    const INSTRUCTION: usize = 64;
    RegexBuilder::new(translated)
        .backtrack_limit(most_steps)
        .delegate_size_limit(size_limit)
        .max_prog_size(size_limit / INSTRUCTION)
        .build()
        .ok()
}

/// How a pattern looks around, and a name for a group that stands for it.
const LOOKS: [(&str, &str); 4] = [
    ("(?=", "ahead"),
    ("(?!", "notahead"),
    ("(?<=", "behind"),
    ("(?<!", "notbehind"),
];

/// A pattern that looks around as the validator has to have it, which takes what it is given for ECMA-262;
/// `None` where it does not, or can't be used.
pub(super) fn for_the_validator(pattern: &str) -> Option<String> {
    let looks_around = marked(pattern) != pattern;
    let translated = looks_around.then(|| translated(pattern).ok());
    translated.flatten().map(|translated| flat(&translated))
}

/// The same pattern without classes in classes, which ECMA-262 does not have.
fn flat(pattern: &str) -> String {
    let mut flat = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            '[' => class_length(rest),
            other => other.len_utf8(),
        };
        let (part, behind) = rest.split_at(length);
        let is_nested = first == '[' && part[1..].contains('[');
        let class = is_nested.then(|| regex_syntax::parse(part).ok()).flatten();
        match class {
            // Nothing is in it.
            Some(class) if class.properties().minimum_len().is_none() => {
                flat.push_str(r"[^\x00-\x{10ffff}]");
            }
            Some(class) => flat.push_str(&class.to_string()),
            None => flat.push_str(part),
        }
        rest = behind;
    }
    flat
}

/// How long the class is with which a text begins, the classes in it included.
fn class_length(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut is_escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 && !is_escaped {
            return at + character.len_utf8();
        }
    }
    text.len()
}

/// A pattern as the engine writes it. The translation knows nothing of looking around, so that groups take the
/// place of that for as long as it takes.
fn translated(pattern: &str) -> Result<String, Unusable> {
    let marked = marked(pattern);
    let translated =
        jsonschema_regex::to_rust_regex(&marked).map_err(|()| fault(Unusable::of(&marked)))?;
    let parsed = regex_syntax::ast::parse::Parser::new().parse(&translated);
    match parsed {
        Ok(_) => Ok(with_words_of_ascii(&unmarked(&translated))),
        Err(_) => Err(fault(Unusable::of(&translated))),
    }
}

/// A fault of a marked pattern as one of the pattern.
fn fault(unusable: Unusable) -> Unusable {
    match unusable {
        Unusable::Slip { what, at } => Unusable::Slip {
            what,
            at: unmarked(&at),
        },
        other => other,
    }
}

fn marked(pattern: &str) -> String {
    let mut marked = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut is_in_class = false;
    let mut count = 0;
    while let Some(first) = rest.chars().next() {
        let look = LOOKS.iter().find(|(look, _)| rest.starts_with(look));
        let (length, written) = match (first, look) {
            ('\\', _) => {
                let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                (length, Cow::Borrowed(&rest[..length]))
            }
            ('(', Some((look, name))) if !is_in_class => {
                count += 1;
                (look.len(), Cow::Owned(format!("(?P<{name}{count}>")))
            }
            _ => {
                is_in_class = first == '[' || is_in_class && first != ']';
                let length = first.len_utf8();
                (length, Cow::Borrowed(&rest[..length]))
            }
        };
        marked.push_str(&written);
        rest = &rest[length..];
    }
    marked
}

fn unmarked(pattern: &str) -> String {
    let mut unmarked = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, behind)) = rest.split_once("(?P<") {
        unmarked.push_str(before);
        let look = behind.split_once('>').and_then(|(name, behind)| {
            let name = name.trim_end_matches(|it: char| it.is_ascii_digit());
            let (look, _) = LOOKS.iter().find(|(_, known)| *known == name)?;
            Some((look, behind))
        });
        let (opening, behind) = look.unwrap_or((&"(?P<", behind));
        unmarked.push_str(opening);
        rest = behind;
    }
    unmarked.push_str(rest);
    unmarked
}

/// The same pattern with the boundaries of words of ASCII as the engine has them.
fn with_words_of_ascii(pattern: &str) -> String {
    pattern
        .replace(r"(?-u:\b)", AT_END)
        .replace(r"(?-u:\B)", WITHIN)
}

/// Where a word begins or ends, and where it does not.
pub(super) const AT_END: &str =
    "(?:(?<![0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<=[0-9A-Za-z_])(?![0-9A-Za-z_]))";
pub(super) const WITHIN: &str =
    "(?:(?<![0-9A-Za-z_])(?![0-9A-Za-z_])|(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_]))";

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(pattern: &str) -> Result<Backtracking, Unusable> {
        Backtracking::new(pattern, 1 << 20)
    }

    fn is_match(pattern: &str, text: &str) -> bool {
        let engine = engine(pattern).expect("a pattern that can be used");
        let (is_match, spent) = with_long_matches(1, || engine.is_match(text));
        assert!(!spent.gave_up, "{pattern}");
        is_match
    }

    #[test]
    fn what_is_around_a_match_counts() {
        for (pattern, text, expected) in [
            ("^(?!foo)[a-z]+$", "bar", true),
            ("^(?!foo)[a-z]+$", "foobar", false),
            ("a(?=b)", "ab", true),
            ("(?<=a)b", "ab", true),
            ("(?<!a)b", "ab", false),
            ("(?<=a+,)b", "aaa,b", true),
            (r"[(?=]\(?=a", "((=a", true),
            (r"^(?=.*\d)(?=.*[a-z]).{4,}$", "abc1", true),
            (r"^(?:(?!--).)*$", "a-b--c", false),
        ] {
            assert_eq!(is_match(pattern, text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn classes_are_those_of_ecma_262() {
        assert!(is_match(r"^(?!a)\d$", "1") && !is_match(r"^(?!a)\d$", "١"));
        assert!(is_match(r"^(?!a).$", "é") && !is_match(r"^(?!a).$", "\u{2028}"));
        assert!(!is_match(r"^(?!a)\w$", "é") && is_match(r"^(?!a)\s$", "\u{feff}"));
        assert!(!is_match("^(?=a)a$", "a\n"));
    }

    #[test]
    fn what_the_engine_lacks_is_told() {
        let fault = |pattern| engine(pattern).err();
        assert_eq!(fault(r"(?=(a))\1"), Some(Unusable::BackReference));
        let told = fault("(?=a)(b").map(|fault| fault.to_string());
        assert_eq!(told.as_deref(), Some("a group is not closed, at `(`"));
        let told = fault("(?!a").map(|fault| fault.to_string());
        assert_eq!(told.as_deref(), Some("a group is not closed, at `(`"));
    }

    #[test]
    fn a_match_of_too_many_steps_is_given_up() {
        let engine = engine("^(?=a)(?:a|a(?=a)|aa)*$").expect("a pattern that can be used");
        let few = "a".repeat(5);
        let (is_match, spent) = with_long_matches(0, || engine.is_match(&few));
        assert!(is_match && !spent.gave_up && spent.long_matches == 0);
        let costly = format!("{}b", "a".repeat(60));
        let (_, spent) = with_long_matches(0, || engine.is_match(&costly));
        assert!(spent.gave_up && spent.long_matches == 0);
        let (_, spent) = with_long_matches(5, || engine.is_match(&costly));
        assert!(spent.gave_up && spent.long_matches == 1);
    }
}
