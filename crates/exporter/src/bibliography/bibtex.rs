//! BibTeX, in UTF-8 as biber and newer styles read it.

use std::fmt::Write;

use super::item::{Item, Name};
use crate::names::Names;

pub(super) fn write(items: &[&Item]) -> String {
    let mut text = String::new();
    // Keys have fewer characters than ids, and take `A` for `a`.
    let mut keys = Names::default();
    for item in items {
        let kind = item.text("type").unwrap_or_default();
        let key = keys.take(&key(&item.id));
        writeln!(text, "@{}{{{key},", entry_type(&kind)).expect("a string takes it");
        for (name, value) in fields(item, &kind) {
            writeln!(text, "  {name} = {{{value}}},").expect("a string takes it");
        }
        text.push_str("}\n\n");
    }
    text
}

fn entry_type(kind: &str) -> &'static str {
    match kind {
        "article-journal" | "article-magazine" | "article-newspaper" => "article",
        "chapter" => "incollection",
        "book" => "book",
        "report" => "techreport",
        "pamphlet" => "booklet",
        "paper-conference" => "inproceedings",
        _ => "misc",
    }
}

fn fields(item: &Item, kind: &str) -> Vec<(&'static str, String)> {
    let text = |name: &str| item.text(name).map(|text| escaped(&text));
    let (date, _) = item.date("issued");
    let part = |position: usize| date.get(position).map(ToString::to_string);
    let container = match kind {
        "chapter" | "paper-conference" => "booktitle",
        "article-journal" | "article-magazine" | "article-newspaper" => "journal",
        _ => "howpublished",
    };
    let pages = item.pages().map(|(first, last)| match last {
        Some(last) => format!("{}--{}", escaped(&first), escaped(&last)),
        None => escaped(&first),
    });
    let publisher = if kind == "report" {
        "institution"
    } else {
        "publisher"
    };
    let number = text("issue").or_else(|| text("number"));
    let pmid = text("PMID").map(|pmid| format!("PMID: {pmid}"));
    [
        ("author", names(item, "author")),
        ("editor", names(item, "editor")),
        // Braces keep styles from changing capitals.
        ("title", text("title").map(|title| format!("{{{title}}}"))),
        (container, text("container-title")),
        ("series", text("collection-title")),
        ("chapter", text("chapter-number")),
        ("edition", text("edition")),
        ("volume", text("volume")),
        ("number", number),
        ("pages", pages),
        (publisher, text("publisher")),
        ("address", text("publisher-place")),
        ("year", part(0)),
        ("month", part(1)),
        ("day", part(2)),
        ("doi", item.text("DOI").map(|doi| verbatim(&doi))),
        ("isbn", text("ISBN")),
        ("issn", text("ISSN")),
        ("url", item.text("URL").map(|url| verbatim(&url))),
        ("language", text("language")),
        ("note", pmid),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}

fn names(item: &Item, role: &str) -> Option<String> {
    let names: Vec<_> = item
        .names(role)
        .iter()
        .map(|name| match name {
            // It is one name, whatever words it has.
            Name::Literal(literal) => braced(literal),
            Name::Person {
                family,
                given,
                suffix,
            } => person(family, given, suffix),
        })
        .collect();
    (!names.is_empty()).then(|| names.join(" and "))
}

/// `Family`, `Family, Given` or `Family, Suffix, Given`.
fn person(family: &str, given: &str, suffix: &str) -> String {
    let parts = match (given, suffix) {
        // Of several words without a comma, only the last would be the family's.
        ("", "") if family.contains(' ') => return braced(family),
        ("", "") => vec![family],
        (_, "") => vec![family, given],
        _ => vec![family, suffix, given],
    };
    let parts = parts.into_iter().map(|part| {
        let word = |word: &str| word.eq_ignore_ascii_case("and");
        // A comma would begin the next part, and `and` the next name; `others` are no name, and a
        // name must not end with a comma.
        if part.is_empty() || part == "others" || part.contains(',') || part.split(' ').any(word) {
            return braced(part);
        }
        escaped(part)
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// A text that is one word to what reads names.
fn braced(text: &str) -> String {
    format!("{{{}}}", escaped(text))
}

/// What can stand in a key; all else is an underscore.
fn key(id: &str) -> String {
    let plain = |character: char| {
        if character.is_ascii_alphanumeric() || "-_.:+/".contains(character) {
            character
        } else {
            '_'
        }
    };
    id.chars().map(plain).collect()
}

/// A text of a field that biber and styles take as it is written, but for braces and what escapes
/// them.
fn verbatim(text: &str) -> String {
    text.replace('\\', "%5C")
        .replace('{', "%7B")
        .replace('}', "%7D")
}

/// A text that TeX takes for itself.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            // Braces count even behind a backslash.
            '{' => escaped.push_str("\\textbraceleft{}"),
            '}' => escaped.push_str("\\textbraceright{}"),
            '$' | '&' | '#' | '%' | '_' => escaped.extend(['\\', character]),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{Item, write};

    #[test]
    fn nothing_in_a_text_is_taken_for_tex() {
        let text = r#"{"type": "chapter", "title": "50% of A & B_{x} ~ \\\\",
            "author": [{"family": "Gogh", "given": "V.", "non-dropping-particle": "van"},
                {"literal": "Care and Cure"}], "issued": {"date-parts": [[2020, 5, 1]]},
            "container-title": "Parts", "page": "1-2"}"#;
        let item = Item::new("works", "a b", text, true).expect("it is an object");
        let expected = r"@incollection{a_b,
  author = {van Gogh, V. and {Care and Cure}},
  title = {{50\% of A \& B\_\textbraceleft{}x\textbraceright{} \textasciitilde{} \textbackslash{}\textbackslash{}}},
  booktitle = {Parts},
  pages = {1--2},
  year = {2020},
  month = {5},
  day = {1},
}

";
        assert_eq!(write(&[&item]), expected);
    }

    #[test]
    fn no_part_of_a_name_is_taken_for_another() {
        for (name, expected) in [
            (r#"{"family": "Gogh", "given": "V."}"#, "Gogh, V."),
            (r#"{"family": "Plato"}"#, "Plato"),
            (r#"{"family": "Garcia Lopez"}"#, "{Garcia Lopez}"),
            (
                r#"{"family": "Garcia Lopez", "given": "A."}"#,
                "Garcia Lopez, A.",
            ),
            (
                r#"{"family": "King", "given": "Martin Luther, Jr."}"#,
                "King, {Martin Luther, Jr.}",
            ),
            (
                r#"{"family": "King", "given": "Martin", "suffix": "Jr."}"#,
                "King, Jr., Martin",
            ),
            (r#"{"family": "Smith", "suffix": "Jr"}"#, "Smith, Jr, {}"),
            (
                r#"{"family": "Smith And Jones", "given": "X"}"#,
                "{Smith And Jones}, X",
            ),
            (
                r#"{"family": "Smith", "given": "X AND", "suffix": "and"}"#,
                "Smith, {and}, {X AND}",
            ),
            (
                r#"{"family": "Anderson", "given": "Sand"}"#,
                "Anderson, Sand",
            ),
            (r#"{"family": "others"}"#, "{others}"),
            (r#"{"family": "Smith, Ltd"}"#, "{Smith, Ltd}"),
            (r#"{"family": "Smith,"}"#, "{Smith,}"),
        ] {
            let text = format!(r#"{{"author": [{name}, {{"literal": "Z"}}]}}"#);
            let item = Item::new("works", "a", &text, true).expect("it is an object");
            let field = format!("  author = {{{expected} and {{Z}}}},\n");
            let written = write(&[&item]);
            assert!(written.contains(&field), "{written}");
        }
    }

    #[test]
    fn addresses_stay_as_they_are() {
        let text =
            r#"{"DOI": "10.1007/978-3-319-12345-6_7", "URL": "https://a.org/b_c?x=1&y=%20#{f}"}"#;
        let item = Item::new("works", "a", text, true).expect("it is an object");
        let written = write(&[&item]);
        for field in [
            "doi = {10.1007/978-3-319-12345-6_7}",
            "url = {https://a.org/b_c?x=1&y=%20#%7Bf%7D}",
        ] {
            assert!(written.contains(field), "{written}");
        }
    }

    #[test]
    fn no_two_works_have_one_key() {
        let item = |id| Item::new("works", id, "{}", true).expect("it is an object");
        let items = [item("a b"), item("A_b"), item("a_b_2"), item("\u{e4}b")];
        let text = write(&items.each_ref());
        let keys = text.lines().filter_map(|line| line.strip_prefix("@misc{"));
        let keys: Vec<_> = keys.collect();
        assert_eq!(keys, ["a_b,", "A_b_2,", "a_b_2_2,", "_b,"]);
    }
}
