//! The keyword `pattern`, on tables and dense automata where these are small.
//!
//! Nearly every string of a record is matched with a short pattern. The general engine builds its
//! automaton while it searches, and shares it between threads; for short texts that costs more
//! than the search. A dense automaton answers at once, and one with few states faster still as a
//! plain table. Patterns that would make a large one stay with the general engine; all take linear
//! time. Those that look around what they match do not, and run on another engine, in schemas from
//! elsewhere alone.
//!
//! Whether a pattern can be used is known at once; what it runs on is built when a text first comes
//! to it, since many schemas have more patterns than a run has uses for.

mod backtracking;
mod foreign;
mod names;
mod spelled;
mod table;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use jsonschema::paths::Location;
use jsonschema::{Keyword, ValidationError};
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::{Anchored, Input};
use regex_syntax::ast::ErrorKind;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use self::backtracking::Backtracking;
pub(crate) use self::backtracking::{options as options_for_names, with_long_matches};
pub(crate) use self::foreign::{Foreign, foreign};
pub(crate) use self::names::spell_out_names;
pub(crate) use self::spelled::in_ecma_262;
use self::spelled::spelled_out;
use self::table::Table;
use crate::instance::{Instance, TreeJson};

/// What a dense automaton may take, in bytes, what building it may, and what all of a run may.
const DENSE_BYTES: usize = 64 << 10;
const BUILDING_BYTES: usize = 256 << 10;
const ALL_DENSE_BYTES: usize = 32 << 20;

/// A pattern that can be used.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// As the engines for linear time write it.
    translated: String,
    room: Arc<Room>,
    /// One that backtracks is there from the beginning.
    engine: OnceLock<Engine>,
}

/// What a pattern runs on.
#[derive(Debug)]
enum Engine {
    Table(Table),
    Dense(Box<dense::DFA<Vec<u32>>>),
    General(regex::Regex),
    Backtracking(Box<Backtracking>),
}

/// What further dense automata may take, in bytes.
#[derive(Debug)]
pub(crate) struct Room(AtomicUsize);

impl Default for Room {
    fn default() -> Self {
        Self(AtomicUsize::new(ALL_DENSE_BYTES))
    }
}

/// Why a pattern can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unusable {
    #[error("it looks ahead or behind")]
    LookAround,
    #[error("it looks ahead or behind in a way that no engine at hand can follow")]
    UnsupportedLookAround,
    #[error("it refers back to a group")]
    BackReference,
    #[error("it takes more than {0} bytes when compiled")]
    TooLarge(usize),
    #[error("it is not a valid regular expression")]
    Invalid,
    #[error("{what}, at `{at}`")]
    Slip { what: &'static str, at: String },
}

impl Unusable {
    fn of(pattern: &str) -> Self {
        let parsed = regex_syntax::ast::parse::Parser::new().parse(pattern);
        let Err(error) = parsed else {
            return Self::Invalid;
        };
        match error.kind() {
            ErrorKind::UnsupportedLookAround => Self::LookAround,
            ErrorKind::UnsupportedBackreference => Self::BackReference,
            // The parser knows no names there.
            ErrorKind::EscapeUnrecognized if pattern.contains(r"\k<") => Self::BackReference,
            kind => match slip(kind) {
                Some(what) => Self::Slip {
                    what,
                    at: part_at(pattern, error.span()),
                },
                None => Self::Invalid,
            },
        }
    }

    /// Whether it would be used but for the time that a text could make it take.
    pub(crate) fn is_too_costly(&self) -> bool {
        !matches!(
            self,
            Self::Invalid | Self::UnsupportedLookAround | Self::Slip { .. }
        )
    }
}

/// What is wrong, where a few words say it.
fn slip(kind: &ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::ClassRangeInvalid => "a range of characters ends before it starts",
        ErrorKind::ClassRangeLiteral => "a range of characters has a class at its start or end",
        ErrorKind::ClassUnclosed => "a class of characters is not closed",
        ErrorKind::DecimalEmpty
        | ErrorKind::DecimalInvalid
        | ErrorKind::RepetitionCountDecimalEmpty => "a number belongs behind the brace",
        ErrorKind::EscapeUnexpectedEof => "nothing stands behind the backslash",
        ErrorKind::EscapeUnrecognized => "this escape stands for nothing",
        ErrorKind::EscapeHexEmpty
        | ErrorKind::EscapeHexInvalid
        | ErrorKind::EscapeHexInvalidDigit => "this escape is no number of a character",
        ErrorKind::GroupUnclosed => "a group is not closed",
        ErrorKind::GroupUnopened => "no group is open that this could close",
        ErrorKind::NestLimitExceeded(_) => "groups are nested too deep",
        ErrorKind::RepetitionCountUnclosed => "a brace is not closed",
        ErrorKind::RepetitionCountInvalid => "the most repetitions are fewer than the least",
        ErrorKind::RepetitionMissing => "there is nothing to repeat",
        _ => return None,
    })
}

/// The part of a pattern that a span has, or what follows it where that is nothing, in a few signs.
fn part_at(pattern: &str, span: &regex_syntax::ast::Span) -> String {
    const MOST: usize = 20;
    let from = &pattern[span.start.offset..];
    let length = span.end.offset.saturating_sub(span.start.offset);
    let shown = from
        .char_indices()
        .nth(MOST)
        .map_or(from.len(), |(at, _)| at);
    match length {
        1.. if length <= shown => from[..length].to_owned(),
        _ if shown < from.len() => format!("{}…", &from[..shown]),
        _ => from.to_owned(),
    }
}

impl Pattern {
    /// Takes a pattern of ECMA-262; `limit` is what it may take when compiled, in bytes. Only where it
    /// `may_look_around` need its matches not be found in linear time.
    pub(crate) fn new(
        pattern: &str,
        limit: usize,
        may_look_around: bool,
        room: &Arc<Room>,
    ) -> Result<Self, Unusable> {
        let pattern = spelled_out(pattern);
        match Self::linear(&pattern, limit, room) {
            Err(Unusable::LookAround) if may_look_around => {
                let engine = Engine::Backtracking(Box::new(Backtracking::new(&pattern, limit)?));
                Ok(Self {
                    translated: pattern.into_owned(),
                    room: Arc::clone(room),
                    engine: engine.into(),
                })
            }
            linear => linear,
        }
    }

    fn linear(pattern: &str, limit: usize, room: &Arc<Room>) -> Result<Self, Unusable> {
        let translated =
            jsonschema_regex::to_rust_regex(pattern).map_err(|()| Unusable::of(pattern))?;
        let config = thompson::Config::new()
            .which_captures(thompson::WhichCaptures::None)
            .nfa_size_limit(Some(limit));
        let measured = thompson::Compiler::new()
            .configure(config)
            .build(&translated);
        match measured {
            Ok(_) => Ok(Self {
                translated: translated.into_owned(),
                room: Arc::clone(room),
                engine: OnceLock::new(),
            }),
            Err(error) => Err(match error.size_limit() {
                Some(limit) => Unusable::TooLarge(limit),
                None => Unusable::of(&translated),
            }),
        }
    }

    /// Whether any match is found in linear time.
    pub(crate) fn is_linear(&self) -> bool {
        !matches!(self.engine.get(), Some(Engine::Backtracking(_)))
    }

    /// Whether the pattern occurs in a text.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        let engine = self
            .engine
            .get_or_init(|| Engine::new(&self.translated, &self.room));
        engine.is_match(text)
    }
}

impl Engine {
    fn new(translated: &str, room: &Room) -> Self {
        let most = DENSE_BYTES.min(room.0.load(Ordering::Relaxed));
        let dense = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .start_kind(StartKind::Unanchored)
                    .dfa_size_limit(Some(most))
                    .determinize_size_limit(Some(BUILDING_BYTES)),
            )
            .build(translated);
        if let Ok(automaton) = dense {
            // The empty text within a character, which only the search knows to leave out.
            let is_within_characters = automaton.has_empty() && translated.contains(r"\B");
            if !is_within_characters
                && let Some(table) = Table::new(&automaton)
                && room.take(table.size())
            {
                return Self::Table(table);
            }
            if room.take(automaton.memory_usage()) {
                return Self::Dense(Box::new(automaton));
            }
        }
        let general = regex::RegexBuilder::new(translated)
            .size_limit(usize::MAX)
            .build();
        Self::General(general.expect("the pattern was compiled and measured before"))
    }

    fn is_match(&self, text: &str) -> bool {
        match self {
            Self::Table(table) => table.is_match(text),
            Self::Dense(automaton) => {
                let input = Input::new(text).anchored(Anchored::No).earliest(true);
                // It has no byte at which it gives up: the search always ends.
                matches!(automaton.try_search_fwd(&input), Ok(Some(_)))
            }
            Self::General(regex) => regex.is_match(text),
            Self::Backtracking(engine) => engine.is_match(text),
        }
    }
}

impl Room {
    /// Takes some of it, if there is as much.
    fn take(&self, bytes: usize) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(bytes)
            })
            .is_ok()
    }
}

/// What became of a pattern.
type Taken = Result<Arc<Pattern>, Unusable>;

/// Compiled patterns: the same ones stand in many places, and in every schema that refers to them.
#[derive(Clone, Debug, Default)]
pub(crate) struct PatternCache {
    patterns: Arc<Mutex<FxHashMap<String, Taken>>>,
    may_look_around: bool,
    room: Arc<Room>,
}

impl PatternCache {
    /// An empty one for patterns that may look around what they match, or must not.
    pub(crate) fn new(may_look_around: bool) -> Self {
        Self {
            may_look_around,
            ..Self::default()
        }
    }

    /// A pattern, which may take `limit` bytes when compiled.
    pub(crate) fn get(&self, source: &str, limit: usize) -> Taken {
        let mut patterns = self
            .patterns
            .lock()
            .expect("no pattern panics while it is compiled");
        if let Some(known) = patterns.get(source) {
            return known.clone();
        }
        let pattern = Pattern::new(source, limit, self.may_look_around, &self.room).map(Arc::new);
        patterns.insert(source.to_owned(), pattern.clone());
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
    use super::*;

    fn pattern(source: &str) -> Result<Pattern, Unusable> {
        Pattern::new(source, 1 << 20, false, &Arc::default())
    }

    /// The same pattern on each engine that takes it.
    fn engines(source: &str) -> Vec<Engine> {
        let translated = jsonschema_regex::to_rust_regex(source).expect("a legal pattern");
        let general = regex::Regex::new(&translated).expect("a legal pattern");
        let config = dense::Config::new().start_kind(StartKind::Unanchored);
        let mut engines = vec![Engine::General(general)];
        if let Ok(automaton) = dense::Builder::new().configure(config).build(&translated) {
            engines.extend(Table::new(&automaton).map(Engine::Table));
            engines.push(Engine::Dense(Box::new(automaton)));
        }
        engines
    }

    #[test]
    fn all_engines_agree() {
        let long = format!("src-{}", "a".repeat(300));
        let texts = [
            &long,
            &long[1..],
            "",
            "src-a",
            "src-a-b1",
            "src-",
            "Src-a",
            "src-ä",
            "xsrc-a",
            "src-a\n",
            "日本",
        ];
        for source in [
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
            let engines = engines(source);
            assert!(engines.len() > 1, "{source}");
            for text in texts {
                let verdicts: Vec<_> = engines.iter().map(|engine| engine.is_match(text)).collect();
                assert!(
                    verdicts.iter().all(|verdict| *verdict == verdicts[0]),
                    "{source} on {text:?}: {verdicts:?}"
                );
            }
        }
    }

    #[test]
    fn short_patterns_are_tables_and_large_ones_are_not() {
        let is_table = |source| {
            let pattern = pattern(source).expect("a legal pattern");
            matches!(
                Engine::new(&pattern.translated, &pattern.room),
                Engine::Table(_)
            )
        };
        assert!(is_table("^clm-[a-z0-9]+(-[a-z0-9]+)*$"));
        assert!(!is_table(r"^\p{L}{1,50}$"));
    }

    #[test]
    fn dots_and_words_are_those_of_ecma_262() {
        let is_match =
            |source: &str, text| pattern(source).expect("a legal pattern").is_match(text);
        for end in ["\n", "\r", "\u{2028}", "\u{2029}"] {
            assert!(!is_match("^.$", end), "{end:?}");
            assert!(is_match(r"^(?:.|\s)[.]?$", end), "{end:?}");
        }
        assert!(is_match("^.é.$", "äéß") && is_match(r"^\.$", "."));
        assert!(is_match(r"\bb", "äb") && !is_match(r"\bb", "ab") && is_match(r"a\b.", "aä"));
        assert!(
            !is_match(r"\B", "a\u{2028}b")
                && is_match(r"\B", "\u{2028}")
                && !is_match(r"^a?\B", "a日b")
        );
        assert!(!is_match(r"\bä", " ä") && is_match(r"\Bä", " ä") && !is_match(r"ä\Bb", "äb"));
    }

    #[test]
    fn escapes_are_those_of_ecma_262() {
        let is_match =
            |source: &str, text| pattern(source).expect("a legal pattern").is_match(text);
        assert!(is_match(r"^\0$", "\0") && is_match(r"^[\b]$", "\u{8}") && !is_match(r"[\b]", "b"));
        assert!(is_match("^[^]$", "\n") && !is_match("[]", "]") && is_match("^(?:a|[])$", "a"));
        assert!(is_match(r"^\ud83d\ude00$", "😀") && is_match(r"^[\ud83d\ude00]{2}$", "😀😀"));
    }

    #[test]
    fn what_can_not_be_used_is_told_apart() {
        let fault = |source| pattern(source).err();
        assert_eq!(fault("(?=a)"), Some(Unusable::LookAround));
        assert_eq!(fault("(?<!a)b"), Some(Unusable::LookAround));
        assert_eq!(fault(r"(a)\1"), Some(Unusable::BackReference));
        assert_eq!(fault(r"(?<n>a)\k<n>"), Some(Unusable::BackReference));
        assert_eq!(fault(r"\p{Nothing}"), Some(Unusable::Invalid));
        assert_eq!(fault("[a-z]{1000000}"), Some(Unusable::TooLarge(1 << 20)));
    }

    #[test]
    fn a_slip_is_named_with_its_place() {
        for (source, said) in [
            ("a(b", "a group is not closed, at `(`"),
            ("ab)c", "no group is open that this could close, at `)`"),
            (
                "[z-a]",
                "a range of characters ends before it starts, at `z-a`",
            ),
            (
                r"^[\w-_.]+$",
                r"a range of characters has a class at its start or end, at `\w`",
            ),
            ("[ab", "a class of characters is not closed, at `[`"),
            ("*a", "there is nothing to repeat, at `*a`"),
            ("a{2", "a brace is not closed, at `{2`"),
            ("a{x}", "a number belongs behind the brace, at `x}`"),
            (
                "a{3,2}",
                "the most repetitions are fewer than the least, at `{3,2}`",
            ),
            (r"a\Z", r"this escape stands for nothing, at `\Z`"),
            ("a\\", r"nothing stands behind the backslash, at `\`"),
        ] {
            let fault = pattern(source).err().map(|fault| fault.to_string());
            assert_eq!(fault.as_deref(), Some(said), "{source}");
        }
        let long = format!("({}", "a".repeat(1000));
        assert!(pattern(&long).is_err_and(|fault| fault.to_string().len() < 100));
    }

    #[test]
    fn where_there_is_no_room_patterns_stay_with_the_general_engine() {
        let room = Room(AtomicUsize::new(0));
        assert!(matches!(Engine::new("^a$", &room), Engine::General(_)));
    }
}
