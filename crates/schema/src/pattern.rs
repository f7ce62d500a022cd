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
use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use crate::instance::{Instance, TreeJson};

/// What a dense automaton may take, in bytes, and what building it may.
const DENSE_BYTES: usize = 64 << 10;
const BUILDING_BYTES: usize = 256 << 10;

/// A pattern ready to match.
#[derive(Debug)]
pub(crate) enum Pattern {
    Dense(Box<dense::DFA<Vec<u32>>>),
    General(regex::Regex),
}

impl Pattern {
    /// Compiles a pattern of ECMA-262; `limit` is what it may take, in bytes. `None` where the
    /// linear-time engine does not take it.
    pub(crate) fn new(pattern: &str, limit: usize) -> Option<Self> {
        let translated = jsonschema_regex::to_rust_regex(pattern).ok()?;
        let dense = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .start_kind(StartKind::Unanchored)
                    .dfa_size_limit(Some(DENSE_BYTES))
                    .determinize_size_limit(Some(BUILDING_BYTES)),
            )
            .thompson(thompson::Config::new().nfa_size_limit(Some(limit)))
            .build(&translated);
        match dense {
            Ok(automaton) => Some(Self::Dense(Box::new(automaton))),
            Err(_) => regex::RegexBuilder::new(&translated)
                .size_limit(limit)
                .build()
                .ok()
                .map(Self::General),
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
pub(crate) struct PatternCache(Arc<Mutex<FxHashMap<String, Arc<Pattern>>>>);

impl PatternCache {
    fn get(&self, source: &str, limit: usize) -> Option<Arc<Pattern>> {
        let mut patterns = self
            .0
            .lock()
            .expect("no pattern panics while it is compiled");
        if let Some(known) = patterns.get(source) {
            return Some(Arc::clone(known));
        }
        let pattern = Arc::new(Pattern::new(source, limit)?);
        patterns.insert(source.to_owned(), Arc::clone(&pattern));
        Some(pattern)
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
                Some(pattern) => Ok(Box::new(PatternKeyword {
                    source: source.to_owned(),
                    pattern,
                })),
                None => Err(ValidationError::schema(format!(
                    "`{source}` is no pattern that the linear-time engine takes"
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
    use super::Pattern;

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
            let compiled = Pattern::new(pattern, 1 << 20).expect("a legal pattern");
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
        let is_dense = |pattern| matches!(Pattern::new(pattern, 1 << 20), Some(Pattern::Dense(_)));
        assert!(is_dense("^clm-[a-z0-9]+(-[a-z0-9]+)*$"));
        assert!(!is_dense(r"^\p{L}{1,50}$"));
        assert!(Pattern::new("(?=a)", 1 << 20).is_none());
        assert!(Pattern::new("[a-z]{1000000}", 1 << 20).is_none());
    }
}
