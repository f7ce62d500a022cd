//! How a text changed: word by word, and in what its meaning turns on.

mod language;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use similar::{ChangeTag, DiffOp, DiffableStr as _};
use treatise_source::align;

use crate::change::{Fate, Signal, SignalSort, Word};
use language::{
    COMPARATORS, FREQUENCIES, FREQUENCY_CODES, JOINING, NEGATIONS, NEGATIVE_PREFIXES, NUMBER_ENDS,
    NUMBER_WORDS, NUMBERED, PER, UNITS,
};

/// A part of a text on which its meaning turns.
#[derive(Clone, Debug)]
struct Telling {
    sort: SignalSort,
    text: String,
    /// Where it is among the tokens.
    place: Range<usize>,
}

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
    let (old, new) = (tokens(old), tokens(new));
    let (gone, come) = (without(&old, &new), without(&new, &old));
    let steps = align(&old, &new);
    let (old, new) = (found(&old), found(&new));
    let sorts = [
        SignalSort::Number,
        SignalSort::Unit,
        SignalSort::Comparator,
        SignalSort::Negation,
    ];
    let signal = |sort: SignalSort| {
        let of_sort = |parts: &[Telling]| -> Vec<Telling> {
            let parts = parts.iter().filter(|part| part.sort == sort);
            parts.cloned().collect()
        };
        let (old, new) = (of_sort(&old), of_sort(&new));
        let (mut before, mut after) = (texts(&old), texts(&new));
        if sort == SignalSort::Negation {
            before.extend(turned_round(&gone, &come));
            after.extend(turned_round(&come, &gone));
        }
        if before == after {
            // Among other words the same one denies, bounds or counts other things; a unit goes with its
            // number.
            let is_told = sort != SignalSort::Unit;
            let moved = is_told.then(|| moved(&old, &new, &steps));
            return moved.filter(|(left, entered)| !left.is_empty() || !entered.is_empty());
        }
        let (gone, come) = (without(&before, &after), without(&after, &before));
        // The same parts in another order: all of them tell what happened.
        let is_order = gone.is_empty() && come.is_empty();
        Some(if is_order {
            (before, after)
        } else {
            (gone, come)
        })
    };
    sorts
        .into_iter()
        .filter_map(|sort| {
            let (old, new) = signal(sort)?;
            Some(Signal { sort, old, new })
        })
        .collect()
}

fn texts(parts: &[Telling]) -> Vec<String> {
    parts.iter().map(|part| part.text.clone()).collect()
}

/// The parts of each version that do not stand where the other one has them too.
fn moved(old: &[Telling], new: &[Telling], steps: &[DiffOp]) -> (Vec<String>, Vec<String>) {
    fn within(parts: &[Telling], range: Range<usize>) -> Vec<String> {
        let start = parts.partition_point(|part| part.place.end <= range.start);
        let end = parts.partition_point(|part| part.place.start < range.end);
        texts(parts.get(start..end).unwrap_or_default())
    }
    let (mut left, mut entered) = (Vec::new(), Vec::new());
    for step in steps {
        if let DiffOp::Equal { .. } = step {
            continue;
        }
        let (gone, come) = (within(old, step.old_range()), within(new, step.new_range()));
        if gone != come {
            left.extend(gone);
            entered.extend(come);
        }
    }
    (left, entered)
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

/// The words that say the opposite of one of the others, as `unresectable` does of `resectable`.
fn turned_round(words: &[String], others: &[String]) -> Vec<String> {
    /// Shorter ones mostly mean something else, as in `into` and `inside`.
    const SHORTEST: usize = 5;
    /// Behind this prefix few do, and `unsafe` and `unfit` are short.
    const DENYING: (&str, usize) = ("un", 3);
    let others: BTreeSet<&str> = others.iter().map(String::as_str).collect();
    let is_turned = |word: &&String| {
        let mut prefixes = NEGATIVE_PREFIXES.iter();
        prefixes.any(|prefix| {
            let rest = word.strip_prefix(prefix);
            let is_denying = *prefix == DENYING.0;
            let shortest = if is_denying { DENYING.1 } else { SHORTEST };
            rest.is_some_and(|rest| rest.len() >= shortest && others.contains(rest))
        })
    };
    words.iter().filter(is_turned).cloned().collect()
}

/// The telling parts of a text, in their order.
fn found(tokens: &[String]) -> Vec<Telling> {
    let mut found: Vec<Telling> = Vec::new();
    let mut at = 0;
    // Behind a number, and behind what says "per".
    let mut expects_unit = false;
    // Behind what is numbered, such as a stage, and behind the first of several numerals.
    let mut expects_numeral = false;
    while at < tokens.len() {
        let token = &tokens[at];
        let mut taken = 1;
        let mut told = None;
        let mut add = |sort, text: String| told = Some((sort, text));
        let may_be_unit = std::mem::take(&mut expects_unit);
        let may_be_numeral = std::mem::take(&mut expects_numeral);
        // What joins numerals may be a comparator too: `bis III`.
        expects_numeral = may_be_numeral && joins(token);
        if let Some(phrase) = phrase_at(&tokens[at..], COMPARATORS) {
            taken = phrase.split(' ').count();
            add(SignalSort::Comparator, phrase.to_owned());
        } else if may_be_unit && is_unit(token) || is_frequency(token) {
            add(SignalSort::Unit, token.clone());
            // A word that is a unit in one language says "per" in another: `2 an hour`.
            expects_unit = PER.contains(&token.as_str());
        } else if is_number(token) {
            add(SignalSort::Number, token.clone());
            expects_unit = true;
        } else if may_be_unit && token.chars().all(is_minus) {
            // A number and its unit are often joined: `5-year survival`.
            expects_unit = true;
        } else if may_be_numeral && is_numeral(token) {
            add(SignalSort::Number, token.clone());
            expects_numeral = true;
        } else if NUMBERED.contains(&token.as_str()) {
            expects_numeral = true;
        } else if PER.contains(&token.as_str()) {
            expects_unit = true;
        } else if NEGATIONS.contains(&token.as_str())
            || token.ends_with("n't")
            || token.starts_with("n'")
            || token.starts_with("kein")
        {
            add(SignalSort::Negation, token.clone());
        } else if let Some(digits) = digits_of(token) {
            add(SignalSort::Number, digits);
        }
        let place = at..at + taken;
        found.extend(told.map(|(sort, text)| Telling { sort, text, place }));
        at += taken;
    }
    found
}

fn is_number(token: &str) -> bool {
    let digits = token.strip_prefix('-').unwrap_or(token);
    digits.starts_with(char::is_numeric)
        || NUMBER_WORDS.contains(&token)
        || NUMBER_ENDS.iter().any(|end| token.ends_with(end))
}

/// Whether a token is a unit, or one in another one, as in `mg/day`.
fn is_unit(token: &str) -> bool {
    let mut parts = token.split('/').filter(|part| !part.is_empty());
    UNITS.contains(&token) || token.contains('/') && parts.all(|part| UNITS.contains(&part))
}

fn is_frequency(token: &str) -> bool {
    FREQUENCIES.iter().any(|word| token.starts_with(word)) || FREQUENCY_CODES.contains(&token)
}

/// Whether a token is a Roman numeral as stages have it, or several, as in `iii`, `iiib` and `ii/iii`.
fn is_numeral(token: &str) -> bool {
    token.split('/').all(|numeral| {
        let digits = numeral.trim_end_matches(|one: char| one.is_numeric());
        let digits = digits.strip_suffix(['a', 'b', 'c']).unwrap_or(digits);
        !digits.is_empty() && digits.chars().all(|one| "ivx".contains(one))
    })
}

/// Whether a token stands between what is numbered and its numeral, or between two numerals.
fn joins(token: &str) -> bool {
    token.chars().all(is_minus) || JOINING.contains(&token)
}

/// The digits in a word such as `q8h` or `her2`, however it is spelt; a unit has none of its own.
fn digits_of(token: &str) -> Option<String> {
    let digits: String = token.chars().filter(|one| one.is_numeric()).collect();
    (!digits.is_empty() && !is_unit(token)).then_some(digits)
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

/// Part of a word: a letter or digit, or what stands in units.
fn is_word(character: char) -> bool {
    character.is_alphanumeric() || "'%°‰/²³·µμ".contains(character)
}

/// A hyphen or dash that may be a minus.
fn is_minus(character: char) -> bool {
    "-−–‐‑－".contains(character)
}

/// What stands before the digits behind a whole number.
const POINTS: [char; 2] = ['.', ','];

/// A text as words, numbers and signs in lower case. Numbers keep their signs, separators and
/// exponents; a unit that is written to its number is a token of its own.
fn tokens(text: &str) -> Vec<String> {
    let folded = text.to_lowercase().replace('\u{2019}', "'");
    let folded = folded.replace(['⩾', '≧'], "≥").replace(['⩽', '≦'], "≤");
    let characters: Vec<char> = folded.chars().collect();
    let mut tokens: Vec<String> = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let start = at;
        let character = characters[at];
        if let Some(length) = number_at(&characters, at) {
            at += length;
            let mut number: String = characters[start..at].iter().collect();
            if is_minus(character) {
                number.replace_range(..character.len_utf8(), "-");
            }
            // `.5` is `0.5`.
            if let Some(point) = number.find(POINTS).filter(|&point| point < 2) {
                let is_first = !number[..point].contains(char::is_numeric);
                number.insert_str(point, if is_first { "0" } else { "" });
            }
            tokens.push(number);
            continue;
        }
        if let Some((code, length)) = code_at(&characters, at) {
            at += length;
            tokens.push(code);
            continue;
        }
        if is_word(character) {
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

/// A code for how often something is done that is written with dots and starts here, without them, and how
/// many characters it has: `b.i.d.`.
fn code_at(characters: &[char], start: usize) -> Option<(String, usize)> {
    let before = start.checked_sub(1).map(|before| characters[before]);
    if before.is_some_and(|before| is_word(before) || before == '.') {
        return None;
    }
    let pairs = characters[start..].chunks_exact(2);
    let letters: String = pairs
        .take_while(|pair| pair[0].is_alphabetic() && pair[1] == '.')
        .map(|pair| pair[0])
        .collect();
    let length = 2 * letters.chars().count();
    FREQUENCY_CODES
        .contains(&letters.as_str())
        .then_some((letters, length))
}

/// How many characters a number has that starts here, in any script: with a minus that is none
/// between two numbers or words, with separators, as a fraction, with an exponent.
fn number_at(characters: &[char], start: usize) -> Option<usize> {
    let is_digit = |at: usize| characters.get(at).is_some_and(|one| one.is_numeric());
    let is_any = |at: usize, set: &str| characters.get(at).is_some_and(|one| set.contains(*one));
    let mut at = start;
    if is_minus(characters[start]) {
        let before = start.checked_sub(1).map(|before| characters[before]);
        if before.is_some_and(|before| is_word(before) || ")]".contains(before)) {
            return None;
        }
        at += 1;
    }
    // A point may be first where nothing stands before it that it could end.
    let before = start.checked_sub(1).map(|before| characters[before]);
    let is_free = before.is_none_or(|before| !is_word(before) && !")].".contains(before));
    if is_free && characters.get(at).is_some_and(|one| POINTS.contains(one)) {
        at += 1;
    }
    if !is_digit(at) {
        return None;
    }
    while at < characters.len() {
        let is_exponent = is_any(at, "e^");
        let has_sign = is_exponent && is_any(at + 1, "+-−⁺⁻");
        at += match characters[at] {
            _ if is_digit(at) => 1,
            _ if has_sign && is_digit(at + 2) => 3,
            _ if (is_exponent || is_any(at, ".,٫٬'/⁄⁺⁻")) && is_digit(at + 1) => 2,
            _ => break,
        };
    }
    Some(at - start)
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
            ("at −5 °C", "at 5 °C", "number -5>5"),
            ("at -5 C", "at 5 C", "number -5>5"),
            ("at 5 C", "at 5 F", "unit c>f"),
            ("½ tablet", "¼ tablet", "number ½>¼"),
            ("1/2 tablet", "1/4 tablet", "number 1/2>1/4"),
            ("10³ cells", "10³² cells", "number 10³>10³²"),
            ("10⁻³ mol", "10⁻⁶ mol", "number 10⁻³>10⁻⁶"),
            ("1e5 cells", "1e6 cells", "number 1e5>1e6"),
            ("1e-5 mol", "1e5 mol", "number 1e-5>1e5"),
            ("1'000 steps", "1’500 steps", "number 1'000>1'500"),
            ("٥ mg", "٦ mg", "number ٥>٦"),
            ("give 3 an hour", "give 3 an day", "unit hour>day"),
            ("5 mg per day", "5 mg per hour", "unit day>hour"),
            ("5 mg/day", "5 mg/hour", "unit mg/day>mg/hour"),
            ("two tablets a day", "two tablets an hour", "unit day>hour"),
            ("5 mg daily", "5 mg weekly", "unit daily>weekly"),
            ("5-year survival", "5-month survival", "unit year>month"),
            ("a two‑week pause", "a two‑day pause", "unit week>day"),
            ("5-Jahres-Rate", "5-Monats-Rate", "unit jahres>monats"),
            (
                "resectable metastases",
                "unresectable metastases",
                "negation >unresectable",
            ),
            (
                "It is contraindicated.",
                "It is indicated.",
                "negation contraindicated>",
            ),
            ("before surgery", "after surgery", "comparator before>after"),
            (
                "Elle n’est pas sûre.",
                "Elle est sûre.",
                "negation n'est|pas>",
            ),
            ("con cirugía", "sin cirugía", "negation >sin"),
            (
                "au moins 3 cm",
                "au plus 3 cm",
                "comparator au moins>au plus",
            ),
            ("deux ans", "deux mois", "unit ans>mois"),
            ("dos veces", "tres veces", "number dos>tres"),
            (
                "zwei täglich",
                "zwei wöchentlich",
                "unit täglich>wöchentlich",
            ),
            ("two tablets", "three tablets", "number two>three"),
            ("one tablet", "ninety tablets", "number one>ninety"),
            ("the first line", "the second line", "number first>second"),
            (
                "zwei Tabletten",
                "dreizehn Tabletten",
                "number zwei>dreizehn",
            ),
            (
                "fünfundzwanzig Tage",
                "fünfunddreißig Tage",
                "number fünfundzwanzig>fünfunddreißig",
            ),
        ] {
            assert_eq!(told(old, new), expected, "{old} -> {new}");
        }
    }

    #[test]
    fn what_is_short_or_moved_is_told() {
        for (old, new, expected) in [
            (".5 mg", "5 mg", "number 0.5>5"),
            ("at -.5 °C", "at .5 °C", "number -0.5>0.5"),
            (
                "It is effective, and not safe.",
                "It is not effective, and safe.",
                "negation not>not",
            ),
            (
                "Not for men but for women.",
                "For men but not for women.",
                "negation not>not",
            ),
            ("3 cm or more", "3 cm or less", "comparator or more>or less"),
            ("size ⩾3 cm", "size ⩽3 cm", "comparator ≥>≤"),
            ("Stage II disease", "Stage III disease", "number ii>iii"),
            ("Stadium IIIA", "Stadium IIIB", "number iiia>iiib"),
            ("Stage II or III", "Stage II or IV", "number iii>iv"),
            ("Stage II–III", "Stage II–IV", "number iii>iv"),
            ("Stage II/III", "Stage II/IV", "number ii/iii>ii/iv"),
            ("stage-III disease", "stage-IV disease", "number iii>iv"),
            (
                "Stages I, II and III",
                "Stages I, II and IV",
                "number iii>iv",
            ),
            ("Stadium II bis III", "Stadium II bis IV", "number iii>iv"),
            (
                "stage II or higher",
                "stage II or lower",
                "comparator or higher>or lower",
            ),
            ("5 mg q8h", "5 mg q12h", "number 8>12"),
            ("a T2 tumour", "a T3 tumour", "number 2>3"),
            ("5 mg b.i.d.", "5 mg t.i.d.", "unit bid>tid"),
            ("It is unsafe.", "It is safe.", "negation unsafe>"),
            ("They are fit.", "They are unfit.", "negation >unfit"),
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
            ("COVID-19 is mild", "COVID-19 can be mild"),
            ("after 5-10 days", "after 5–10 days"),
            ("at -5 °C", "at −5 °C"),
            ("a well-known drug", "a well known drug"),
            ("it goes to the liver", "it goes into the liver"),
            ("", "some words"),
            ("0.5 mg", ".5 mg"),
            ("at most ≥3 cm", "at most ⩾3 cm"),
            ("HER-2 is found", "HER2 is found"),
            ("5 mg b.i.d.", "5 mg bid"),
            (
                "It is not safe, and helps.",
                "It is not safe, but it helps.",
            ),
            ("The end.5 mg are left.", "The end. 5 mg are left."),
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
