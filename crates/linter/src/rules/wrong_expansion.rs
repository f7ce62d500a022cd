//! Finds abbreviations whose expansion can't be what they stand for: letters are missing from it or in
//! another order, or it is the name of something else.
//!
//! # Why it matters
//!
//! A wrong expansion is a wrong fact that looks like help. One letter may make another procedure of it.
//!
//! # How to mend it
//!
//! Mend the expansion. If it is the source that expands it wrongly, record the wrong name as a term of the
//! kind `misnomer`, and an issue of the kind `wrong-expansion`.
//!
//! # What it leaves alone
//!
//! Abbreviations out of another language than the expansion, which the letters can't tell: accept the
//! finding with that reason. Digits and punctuation don't count, and a Greek letter may stand for its
//! name (`TNF-α` for `tumor necrosis factor alpha`).

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Record, Records, Term, Text};

rule! {
    name: "wrong-expansion",
    severity: Error,
    summary: "an expansion that an abbreviation can't stand for",
    since: "0.1.0",
    check: EachRecord(check),
    needs: WholeDataset,
}

fn check(record: Record<'_>, records: &Records<'_>, found: &mut Found) {
    let Some(term) = record.term().filter(|term| !term.is_deprecated()) else {
        return;
    };
    let (Some(name), Some(expansion)) = (term.name(), term.text("expansion")) else {
        return;
    };
    if term.kind().is_none_or(|kind| kind != "abbreviation") {
        return;
    }
    if !stands_for(&name, &expansion) {
        found.add(
            Finding::new(
                expansion.spot(),
                format!("`{}` can't stand for `{}`", &*name, &*expansion),
            )
            .with_related(
                name.spot(),
                "its letters are not in the expansion in this order",
            )
            .with_help("mend the expansion"),
        );
    } else if let Some(other) = other_meaning(records, term, &expansion) {
        found.add(
            Finding::new(
                expansion.spot(),
                format!(
                    "`{}` is a name of `{other}`, and the abbreviation denotes something else",
                    &*expansion
                ),
            )
            .with_help("mend the expansion, or what the term denotes"),
        );
    }
}

/// Whether the letters of an abbreviation are those of the expansion, the first one at the beginning and
/// the others in order. Greek letters count by their names, which may stand there too.
fn stands_for(abbreviation: &str, expansion: &str) -> bool {
    let short = letters(abbreviation);
    // A plural has an ending of its own.
    let short = match short.split_last() {
        Some(('s', rest)) if abbreviation.ends_with('s') => rest,
        _ => &short[..],
    };
    let mut long = String::new();
    for letter in letters(expansion) {
        match names(letter) {
            Some([name, _]) => long.push_str(name),
            None => long.push(letter),
        }
    }
    let Some((&first, others)) = short.split_first() else {
        return false;
    };
    match skip(&long, first) {
        Some((0, rest)) => are_in(others, rest),
        // `β-hCG` is the `human chorionic gonadotropin, beta subunit` too.
        Some((at, rest)) if names(first).is_some() => {
            let begins = |letter: &char| skip(&long, *letter).is_some_and(|(start, _)| start == 0);
            others.first().is_some_and(begins) && are_in(others, &format!("{}{rest}", &long[..at]))
        }
        _ => false,
    }
}

fn letters(text: &str) -> Vec<char> {
    let letters = text.chars().filter(|it| it.is_alphabetic());
    letters.flat_map(char::to_lowercase).collect()
}

/// Whether letters, or the names of those that are Greek, are in a text in this order.
fn are_in(letters: &[char], text: &str) -> bool {
    let mut rest = text;
    letters.iter().all(|letter| match skip(rest, *letter) {
        Some((_, behind)) => {
            rest = behind;
            true
        }
        None => false,
    })
}

/// Where a letter or its name first is in a text, and what follows it.
fn skip(text: &str, letter: char) -> Option<(usize, &str)> {
    let behind = |(at, found): (usize, &str)| (at, &text[at + found.len()..]);
    match names(letter) {
        Some(names) => {
            let found = names
                .iter()
                .filter_map(|name| text.match_indices(*name).next());
            found.min().map(behind)
        }
        None => text.match_indices(letter).next().map(behind),
    }
}

/// How a Greek letter is called; `alfa` is how it is written in the names of substances.
fn names(letter: char) -> Option<[&'static str; 2]> {
    let name = match letter {
        'α' => return Some(["alpha", "alfa"]),
        // The second one is the sign for a millionth.
        'μ' | 'µ' => return Some(["mu", "micro"]),
        'β' => "beta",
        'γ' => "gamma",
        'δ' => "delta",
        'ε' => "epsilon",
        'ζ' => "zeta",
        'η' => "eta",
        'θ' => "theta",
        'ι' => "iota",
        'κ' => "kappa",
        'λ' => "lambda",
        'ν' => "nu",
        'ξ' => "xi",
        'π' => "pi",
        'ρ' => "rho",
        'σ' | 'ς' => "sigma",
        'τ' => "tau",
        'φ' => "phi",
        'χ' => "chi",
        'ψ' => "psi",
        'ω' => "omega",
        _ => return None,
    };
    Some([name, name])
}

/// A record that bears the expansion as its only name and that the term does not denote.
fn other_meaning<'r>(records: &Records<'r>, term: Term<'_>, expansion: &str) -> Option<&'r str> {
    let mut meanings = Vec::new();
    for mention in records.names().find(expansion) {
        if mention.range == (0..expansion.len()) {
            meanings.extend(mention.name.entities.iter().map(|entity| entity.id));
        }
    }
    let denoted: Vec<_> = term.denoted().map(Text::as_str).collect();
    let is_meant = meanings.iter().any(|id| denoted.contains(id));
    meanings.first().copied().filter(|_| !is_meant)
}
