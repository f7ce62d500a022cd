//! How a text changed: word by word, and in what its meaning turns on.

mod language;

use std::collections::BTreeMap;

use similar::{ChangeTag, DiffableStr as _};
use treatise_source::align;

use crate::change::{Fate, Signal, SignalSort, Word};
use language::{COMPARATORS, NEGATIONS, NUMBER_WORDS, UNITS};

/// The words of two versions of a text.
pub(crate) fn words(old: &str, new: &str) -> Vec<Word> {
    let (old, new) = (old.tokenize_words(), new.tokenize_words());
    let steps = align(&old, &new);
    let mut words: Vec<Word> = Vec::new();
    for change in steps.iter().flat_map(|step| step.iter_changes(&old, &new)) {
        let fate = match change.tag() {
            ChangeTag::Equal => Fate::Kept,
            ChangeTag::Delete => Fate::Removed,
            ChangeTag::Insert => Fate::Added,
        };
        match words.last_mut() {
            Some(last) if last.fate == fate => last.text.push_str(change.value()),
            _ => words.push(Word {
                fate,
                text: change.value().to_owned(),
            }),
        }
    }
    words
}

/// What changed that can turn the meaning round: it errs on the side of telling.
pub(crate) fn signals(old: &str, new: &str) -> Vec<Signal> {
    let (old, new) = (found(old), found(new));
    let sorts = [
        SignalSort::Number,
        SignalSort::Unit,
        SignalSort::Comparator,
        SignalSort::Negation,
    ];
    let none = Vec::new();
    sorts
        .into_iter()
        .filter_map(|sort| {
            let old = old.get(&sort).unwrap_or(&none);
            let new = new.get(&sort).unwrap_or(&none);
            (old != new).then(|| {
                let signal = |old, new| Signal { sort, old, new };
                let (gone, come) = (without(old, new), without(new, old));
                // The same parts in another order: all of them tell what happened.
                if gone.is_empty() && come.is_empty() {
                    signal(old.clone(), new.clone())
                } else {
                    signal(gone, come)
                }
            })
        })
        .collect()
}

/// The parts of one list that the other lacks, counted.
fn without(these: &[String], those: &[String]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for that in those {
        *counts.entry(that).or_default() += 1;
    }
    let mut rest = Vec::new();
    for this in these {
        match counts.get_mut(this.as_str()) {
            Some(count) if *count > 0 => *count -= 1,
            _ => rest.push(this.clone()),
        }
    }
    rest
}

/// The telling parts of a text, in their order.
fn found(text: &str) -> BTreeMap<SignalSort, Vec<String>> {
    let tokens = tokens(text);
    let mut found: BTreeMap<SignalSort, Vec<String>> = BTreeMap::new();
    let mut at = 0;
    let mut is_behind_number = false;
    while at < tokens.len() {
        let token = &tokens[at];
        let mut taken = 1;
        let mut add = |sort, text: String| found.entry(sort).or_default().push(text);
        let was_behind_number = std::mem::take(&mut is_behind_number);
        if let Some(phrase) = phrase_at(&tokens[at..], COMPARATORS) {
            taken = phrase.split(' ').count();
            add(SignalSort::Comparator, phrase.to_owned());
        } else if token.starts_with(|first: char| first.is_ascii_digit())
            || NUMBER_WORDS.contains(&token.as_str())
        {
            add(SignalSort::Number, token.clone());
            is_behind_number = true;
        } else if was_behind_number && UNITS.contains(&token.as_str()) {
            add(SignalSort::Unit, token.clone());
        } else if NEGATIONS.contains(&token.as_str())
            || token.ends_with("n't")
            || token.starts_with("kein")
        {
            add(SignalSort::Negation, token.clone());
        }
        at += taken;
    }
    found
}

/// The longest phrase of a list that the tokens start with.
fn phrase_at(tokens: &[String], phrases: &[&'static str]) -> Option<&'static str> {
    let first = tokens.first()?;
    let starts = |phrase: &&&str| {
        // Nearly all phrases are out of the question here.
        phrase.starts_with(first.as_str()) && {
            let words = phrase.split(' ');
            words.clone().count() <= tokens.len()
                && words.zip(tokens).all(|(word, token)| word == token)
        }
    };
    phrases
        .iter()
        .filter(starts)
        .max_by_key(|phrase| phrase.split(' ').count())
        .copied()
}

/// A text as words, numbers and signs in lower case. Numbers keep their signs and separators; a
/// unit that is written to its number is a token of its own.
fn tokens(text: &str) -> Vec<String> {
    let folded = text.to_lowercase().replace('\u{2019}', "'");
    let characters: Vec<char> = folded.chars().collect();
    let is_word = |character: char| character.is_alphanumeric() || "'%°‰/²³·µμ".contains(character);
    let mut tokens: Vec<String> = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let start = at;
        let character = characters[at];
        if character.is_ascii_digit() {
            at += 1;
            while at < characters.len() {
                let is_separator = ".,".contains(characters[at])
                    && characters.get(at + 1).is_some_and(char::is_ascii_digit);
                if !characters[at].is_ascii_digit() && !is_separator {
                    break;
                }
                at += 1;
            }
        } else if is_word(character) {
            while at < characters.len() && is_word(characters[at]) {
                at += 1;
            }
        } else {
            at += 1;
            if character.is_whitespace() || !"<>≤≥=±~≈+-−–".contains(character) {
                continue;
            }
        }
        let token: String = characters[start..at].iter().collect();
        // `<` and `=` together are one sign.
        match (tokens.last_mut(), token.as_str()) {
            (Some(last), "=") if last == "<" || last == ">" => last.push('='),
            _ => tokens.push(token.replace('μ', "µ")),
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(old: &str, new: &str) -> String {
        let signals = signals(old, new);
        let told: Vec<_> = signals
            .iter()
            .map(|signal| {
                let (old, new) = (signal.old.join("|"), signal.new.join("|"));
                format!("{} {old}>{new}", signal.sort.name())
            })
            .collect();
        told.join("; ")
    }

    #[test]
    fn small_edits_that_turn_a_meaning_round_are_told() {
        for (old, new, expected) in [
            ("take 5 mg a day", "take 50 mg a day", "number 5>50"),
            ("take 5 mg", "take 5 g", "unit mg>g"),
            ("take 5mg", "take 5µg", "unit mg>µg"),
            ("1.5 cm", "15 cm", "number 1.5>15"),
            ("1,5 cm", "1.5 cm", "number 1,5>1.5"),
            (
                "at least 3 cm",
                "at most 3 cm",
                "comparator at least>at most",
            ),
            ("size < 3 cm", "size <= 3 cm", "comparator <><="),
            ("it is possible", "it is not possible", "negation >not"),
            ("it can't help", "it can help", "negation can't>"),
            ("with surgery", "without surgery", "negation >without"),
            ("in two weeks", "in three weeks", "number two>three"),
            ("5 mg, then 10 mg", "10 mg, then 5 mg", "number 5|10>10|5"),
            ("keine Operation", "eine Operation", "negation keine>"),
            ("5–10 %", "5–20 %", "number 10>20"),
            ("less than 5 years", "5 years", "comparator less than>"),
        ] {
            assert_eq!(told(old, new), expected, "{old} -> {new}");
        }
    }

    #[test]
    fn other_edits_are_only_edits() {
        for (old, new) in [
            ("The liver is treated.", "The liver can be treated."),
            ("take 5 mg a day", "take 5  mg each day"),
            ("Note that it helps", "Notice that it helps"),
            ("", "some words"),
        ] {
            assert_eq!(told(old, new), "", "{old} -> {new}");
        }
    }

    #[test]
    fn words_put_both_versions_together_again() {
        let (old, new) = ("a small tumor  grows", "a large tumor  can grow");
        let joined = |left_out: Fate| -> String {
            let words = words(old, new);
            let kept = words.into_iter().filter(|word| word.fate != left_out);
            kept.map(|word| word.text).collect()
        };
        assert_eq!(joined(Fate::Added), old);
        assert_eq!(joined(Fate::Removed), new);
    }
}
