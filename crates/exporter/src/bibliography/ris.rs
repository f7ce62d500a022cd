//! RIS, which every reference manager imports.

use super::item::{Item, Name};

pub(super) fn write(items: &[&Item]) -> String {
    let mut text = String::new();
    for item in items {
        for (tag, value) in lines(item) {
            text.extend([tag, "  - ", &value, "\r\n"]);
        }
        text.push_str("ER  - \r\n\r\n");
    }
    text
}

fn lines(item: &Item) -> Vec<(&'static str, String)> {
    let kind = item.text("type").unwrap_or_default();
    let mut lines = vec![
        ("TY", reference_type(&kind).to_owned()),
        ("ID", item.id.clone()),
    ];
    for (tag, role) in [("AU", "author"), ("ED", "editor"), ("A4", "translator")] {
        lines.extend(item.names(role).into_iter().map(|name| (tag, full(name))));
    }
    let (date, _) = item.date("issued");
    if let Some(year) = date.first() {
        lines.push(("PY", year.to_string()));
        let part = |position: usize| {
            let part = date.get(position);
            part.map_or_else(String::new, |part| format!("{part:02}"))
        };
        lines.push(("DA", format!("{year}/{}/{}/", part(1), part(2))));
    }
    if let Some((first, last)) = item.pages() {
        lines.push(("SP", first));
        lines.extend(last.map(|last| ("EP", last)));
    }
    let others = [
        ("TI", "title"),
        ("ST", "title-short"),
        ("T2", "container-title"),
        ("JA", "container-title-short"),
        ("T3", "collection-title"),
        ("VL", "volume"),
        ("IS", "issue"),
        ("M1", "number"),
        ("ET", "edition"),
        ("PB", "publisher"),
        ("CY", "publisher-place"),
        ("SN", "ISSN"),
        ("SN", "ISBN"),
        ("DO", "DOI"),
        ("AN", "PMID"),
        ("C2", "PMCID"),
        ("UR", "URL"),
        ("LA", "language"),
    ];
    lines.extend(
        others
            .into_iter()
            .filter_map(|(tag, name)| Some((tag, item.text(name)?))),
    );
    lines
}

fn reference_type(kind: &str) -> &'static str {
    match kind {
        "article-journal" => "JOUR",
        "article-magazine" => "MGZN",
        "article-newspaper" => "NEWS",
        "webpage" => "ELEC",
        "post-weblog" => "BLOG",
        "chapter" => "CHAP",
        "book" => "BOOK",
        "report" => "RPRT",
        "pamphlet" => "PAMP",
        "paper-conference" => "CPAPER",
        _ => "GEN",
    }
}

fn full(name: Name) -> String {
    match name {
        Name::Literal(literal) => literal,
        Name::Person {
            family,
            given,
            suffix,
        } => {
            let mut parts = vec![family, given, suffix];
            // The suffix is what is behind the second comma, also where nothing is before it.
            while parts.last().is_some_and(String::is_empty) {
                parts.pop();
            }
            parts.join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Item, write};

    #[test]
    fn names_have_the_commas_that_their_parts_need() {
        for (name, expected) in [
            (r#"{"family": "Garcia Lopez"}"#, "Garcia Lopez"),
            (r#"{"family": "Gogh", "given": "V."}"#, "Gogh, V."),
            (r#"{"family": "Smith", "suffix": "Jr"}"#, "Smith, , Jr"),
            (
                r#"{"family": "Smith", "given": "X", "suffix": "Jr"}"#,
                "Smith, X, Jr",
            ),
        ] {
            let text = format!(r#"{{"author": [{name}]}}"#);
            let item = Item::new("works", "a", &text, true).expect("it is an object");
            let line = format!("AU  - {expected}\r\n");
            let written = write(&[&item]);
            assert!(written.contains(&line), "{written}");
        }
    }

    #[test]
    fn no_text_begins_a_line_of_its_own() {
        let text = r#"{"type": "webpage", "title": "One\nER  - two", "issued": {"date-parts": [["2020"]]}}"#;
        let item = Item::new("works", "a", text, true).expect("it is an object");
        let expected = "TY  - ELEC\r\nID  - a\r\nPY  - 2020\r\nDA  - 2020///\r\n\
            TI  - One ER - two\r\nER  - \r\n\r\n";
        assert_eq!(write(&[&item]), expected);
    }
}
