//! The keyword `pattern`, on automata that are built in advance where they are small.
//!
//! Nearly every string of a record is matched with a short pattern. The general engine builds its
//! automaton while it searches, and shares it between threads; for short texts that costs more
//! than the search. A dense automaton answers at once. Patterns that would make a large one stay
//! with the general engine; both take linear time.

use std::sync::{Arc, Mutex};

use jsonschema::paths::Location;
use jsonschema::{Keyword, ValidationError};
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::{Anchored, Input};
use regex_syntax::ast::ErrorKind;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use crate::instance::{Instance, TreeJson};

/// What a dense automaton may take, in bytes, what building it may, and what all of a run may.
const DENSE_BYTES: usize = 64 << 10;
const BUILDING_BYTES: usize = 256 << 10;
const ALL_DENSE_BYTES: usize = 32 << 20;

/// A pattern ready to match.
#[derive(Debug)]
pub(crate) enum Pattern {
    Dense(Box<dense::DFA<Vec<u32>>>),
    General(regex::Regex),
}

/// Why a pattern can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unusable {
    #[error("it looks ahead or behind")]
    LookAround,
    #[error("it refers back to a group")]
    BackReference,
    #[error("it takes more than {0} bytes when compiled")]
    TooLarge(usize),
    #[error("it is not a valid regular expression")]
    Invalid,
}

impl Unusable {
    fn of(pattern: &str) -> Self {
        let parsed = regex_syntax::ast::parse::Parser::new().parse(pattern);
        match parsed.as_ref().map_err(regex_syntax::ast::Error::kind) {
            Err(ErrorKind::UnsupportedLookAround) => Self::LookAround,
            Err(ErrorKind::UnsupportedBackreference) => Self::BackReference,
            _ => Self::Invalid,
        }
    }
}

impl Pattern {
    /// Compiles a pattern of ECMA-262; `limit` is what it may take, in bytes, and `room` what a
    /// dense automaton may take beside the others.
    pub(crate) fn new(pattern: &str, limit: usize, room: usize) -> Result<Self, Unusable> {
        let translated =
            jsonschema_regex::to_rust_regex(pattern).map_err(|()| Unusable::of(pattern))?;
        let dense = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .start_kind(StartKind::Unanchored)
                    .dfa_size_limit(Some(DENSE_BYTES.min(room)))
                    .determinize_size_limit(Some(BUILDING_BYTES)),
            )
            .thompson(thompson::Config::new().nfa_size_limit(Some(limit)))
            .build(&translated);
        if let Ok(automaton) = dense {
            return Ok(Self::Dense(Box::new(automaton)));
        }
        let general = regex::RegexBuilder::new(&translated)
            .size_limit(limit)
            .build();
        general.map(Self::General).map_err(|error| match error {
            regex::Error::CompiledTooBig(limit) => Unusable::TooLarge(limit),
            _ => Unusable::of(&translated),
        })
    }

    /// What its dense automaton takes, in bytes.
    fn dense_bytes(&self) -> usize {
        match self {
            Self::Dense(automaton) => automaton.memory_usage(),
            Self::General(_) => 0,
        }
    }

    /// Whether the pattern occurs in a text.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        match self {
            Self::Dense(automaton) => {
                let input = Input::new(text).anchored(Anchored::No).earliest(true);
                // It has no byte at which it gives up: the search always ends.
                matches!(automaton.try_search_fwd(&input), Ok(Some(_)))
            }
            Self::General(regex) => regex.is_match(text),
        }
    }
}

/// Compiled patterns: the same ones stand in many places, and in every schema that refers to them.
#[derive(Clone, Debug, Default)]
pub(crate) struct PatternCache(Arc<Mutex<Compiled>>);

#[derive(Debug, Default)]
struct Compiled {
    patterns: FxHashMap<String, Result<Arc<Pattern>, Unusable>>,
    dense_bytes: usize,
}

impl PatternCache {
    /// The compiled form of a pattern, which may take `limit` bytes.
    pub(crate) fn get(&self, source: &str, limit: usize) -> Result<Arc<Pattern>, Unusable> {
        let mut compiled = self
            .0
            .lock()
            .expect("no pattern panics while it is compiled");
        if let Some(known) = compiled.patterns.get(source) {
            return known.clone();
        }
        let room = ALL_DENSE_BYTES.saturating_sub(compiled.dense_bytes);
        let pattern = Pattern::new(source, limit, room).map(Arc::new);
        compiled.dense_bytes += pattern.as_ref().map_or(0, |pattern| pattern.dense_bytes());
        compiled.patterns.insert(source.to_owned(), pattern.clone());
        pattern
    }

    /// What makes the keyword for a schema.
    pub(crate) fn keyword(
        &self,
        limit: usize,
    ) -> impl for<'a> Fn(&'a Map<String, Value>, &'a Value, Location) -> Made<'a> + Send + Sync + 'static
    {
        let cache = self.clone();
        move |_, value, _| {
            let source = value.as_str().unwrap_or_default();
            match cache.get(source, limit) {
                Ok(pattern) => Ok(Box::new(PatternKeyword {
                    source: source.to_owned(),
                    pattern,
                })),
                Err(unusable) => Err(ValidationError::schema(format!(
                    "the pattern `{source}` can't be used: {unusable}"
                ))),
            }
        }
    }
}

type Made<'a> = Result<Box<dyn for<'i> Keyword<'i, TreeJson>>, ValidationError<'a>>;

/// The keyword.
struct PatternKeyword {
    source: String,
    pattern: Arc<Pattern>,
}

impl<'i> Keyword<'i, TreeJson> for PatternKeyword {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) {
            Ok(())
        } else {
            // The message carries the pattern to the explanation.
            Err(ValidationError::custom(self.source.clone()))
        }
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        instance
            .value
            .as_str()
            .is_none_or(|text| self.pattern.is_match(text))
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, Unusable};

    #[test]
    fn both_engines_agree() {
        let texts = [
            "", "src-a", "src-a-b1", "src-", "Src-a", "src-ä", "xsrc-a", "src-a\n", "日本",
        ];
        for pattern in [
            "^src-[a-z0-9]+(-[a-z0-9]+)*$",
            "^src-",
            "a",
            "",
            r"^\S+$",
            r"^\p{L}+$",
            r"\d{2,4}",
            "^(a|b)*$",
            "^.{0,3}$",
            r"[^\x00-\x7f]",
        ] {
            let compiled = Pattern::new(pattern, 1 << 20, 1 << 20).expect("a legal pattern");
            let translated = jsonschema_regex::to_rust_regex(pattern).expect("a legal pattern");
            let general = regex::Regex::new(&translated).expect("a legal pattern");
            for text in texts {
                assert_eq!(
                    compiled.is_match(text),
                    general.is_match(text),
                    "{pattern} on {text:?}"
                );
            }
        }
    }

    #[test]
    fn short_patterns_are_dense_and_large_ones_are_not() {
        let is_dense = |pattern| {
            matches!(
                Pattern::new(pattern, 1 << 20, 1 << 20),
                Ok(Pattern::Dense(_))
            )
        };
        assert!(is_dense("^clm-[a-z0-9]+(-[a-z0-9]+)*$"));
        assert!(!is_dense(r"^\p{L}{1,50}$"));
    }

    #[test]
    fn what_can_not_be_used_is_told_apart() {
        let fault = |pattern| Pattern::new(pattern, 1 << 20, 1 << 20).err();
        assert_eq!(fault("(?=a)"), Some(Unusable::LookAround));
        assert_eq!(fault("(?<!a)b"), Some(Unusable::LookAround));
        assert_eq!(fault(r"(a)\1"), Some(Unusable::BackReference));
        assert_eq!(fault("(a"), Some(Unusable::Invalid));
        assert_eq!(fault("[a-z]{1000000}"), Some(Unusable::TooLarge(1 << 20)));
    }

    #[test]
    fn where_there_is_no_room_patterns_stay_with_the_general_engine() {
        let pattern = Pattern::new("^a$", 1 << 20, 0);
        assert!(matches!(pattern, Ok(Pattern::General(_))));
    }
}
