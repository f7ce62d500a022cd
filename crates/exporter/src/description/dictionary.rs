//! `dictionary.md` and `dictionary.html`: every member of every record, in words.
//!
//! Texts of the schemas are shown as they are: of what Markdown knows, only the backticks around a
//! word mean something, and HTML means nothing at all.

use std::fmt::Write;

use treatise_schema::Field;

use super::{Facts, in_languages};
use crate::section::Section;
use crate::table::IdPlace;

/// One row of a dictionary.
struct Row {
    place: String,
    kind: String,
    is_required: bool,
    text: String,
    values: Vec<String>,
    /// Whether the values are those of today.
    is_open: bool,
    references: Vec<String>,
}

/// What there is to say about a collection or view.
struct Part {
    name: String,
    text: String,
    rows: Vec<Row>,
}

const TITLE: &str = "Data dictionary";
const COLUMNS: [&str; 4] = ["Place", "Type", "Required", "Meaning"];
const NOTE: &str =
    "Places are JSON pointers; `*` stands for any element of a list and `{}` for any key.";

fn parts(facts: &Facts<'_, '_>) -> Vec<Part> {
    let sections = facts.sections.iter().chain(&facts.views);
    sections
        .map(|facts_of| part(facts, facts_of.section))
        .collect()
}

fn part(facts: &Facts<'_, '_>, section: &Section<'_>) -> Part {
    let of_manifest = section
        .entry
        .and_then(|entry| in_languages(&entry.description, facts.manifest).next());
    let of_schema = section
        .shape
        .field
        .and_then(|field| field.description.as_ref());
    let mut rows = Vec::new();
    if let IdPlace::Beside(name) = &section.id {
        rows.push(Row {
            place: format!("/{name}"),
            kind: "string".to_owned(),
            is_required: true,
            text: "The id of the record, which the dataset has in the name of its file.".to_owned(),
            values: Vec::new(),
            is_open: false,
            references: Vec::new(),
        });
    }
    section.shape.each(&mut |field| rows.extend(row(field)));
    Part {
        name: section.name.to_owned(),
        text: of_manifest.or(of_schema).cloned().unwrap_or_default(),
        rows,
    }
}

fn row(field: &Field) -> Option<Row> {
    let place = field.path.to_string();
    if place.is_empty() {
        return None;
    }
    let types: Vec<_> = field.types.iter().map(String::as_str).collect();
    let texts = [field.title.as_deref(), field.description.as_deref()];
    let texts: Vec<_> = texts.into_iter().flatten().collect();
    let values = field.enumeration.iter().flatten().chain(&field.literals);
    let values: Vec<_> = values.collect();
    // The number 1 and the text "1" look alike, and an empty text like none.
    let is_seen = |text: &str| !text.is_empty() && text.trim() == text;
    let are_words = values
        .iter()
        .all(|value| value.as_str().is_some_and(is_seen));
    Some(Row {
        place,
        kind: types.join(" or "),
        is_required: field.is_required,
        text: texts.join(": "),
        values: values
            .into_iter()
            .map(|value| match value.as_str() {
                Some(word) if are_words => word.to_owned(),
                _ => value.to_string(),
            })
            .collect(),
        is_open: field.is_open_enum,
        references: field.references.clone(),
    })
}

pub(super) fn markdown(facts: &Facts<'_, '_>) -> String {
    let mut text = format!("# {TITLE}\n\n{}\n", in_markdown(&facts.manifest.name));
    let mut line = |written: String| text.extend([written.as_str(), "\n"]);
    line(format!("\n{NOTE}"));
    for part in parts(facts) {
        line(format!("\n## {}\n", in_markdown(&part.name)));
        line(format!("{}\n", in_markdown(&part.text)));
        line(format!("| {} |", COLUMNS.join(" | ")));
        line("|---|---|---|---|".to_owned());
        for row in part.rows {
            let mut meaning = in_markdown(&row.text);
            for (label, words) in row.lists() {
                let words: Vec<_> = words.iter().map(|word| code_in_markdown(word)).collect();
                write!(meaning, " {label} {}.", words.join(", ")).expect("a string takes it");
            }
            line(format!(
                "| {} | {} | {} | {} |",
                code_in_markdown(&row.place),
                row.kind,
                row.required(),
                meaning.trim()
            ));
        }
    }
    text
}

pub(super) fn html(facts: &Facts<'_, '_>) -> String {
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{TITLE}: {0}</title>\n\
         <style>body{{font-family:sans-serif;max-width:80rem;margin:2rem auto;padding:0 1rem}}\
         table{{border-collapse:collapse}}th,td{{border:1px solid #888;padding:.3rem .5rem;\
         text-align:left;vertical-align:top}}</style>\n</head>\n<body>\n<h1>{TITLE}: {0}</h1>\n<p>{1}</p>\n",
        in_html(&facts.manifest.name),
        in_html(NOTE)
    );
    for part in parts(facts) {
        let name = in_html(&part.name);
        let columns = COLUMNS.map(|column| format!("<th scope=\"col\">{column}</th>"));
        write!(
            text,
            "<h2 id=\"{name}\">{name}</h2>\n<p>{}</p>\n<table>\n<tr>{}</tr>\n",
            in_html(&part.text),
            columns.concat()
        )
        .expect("a string takes it");
        for row in part.rows {
            let mut meaning = in_html(&row.text);
            for (label, words) in row.lists() {
                let words: Vec<_> = words.iter().map(|word| code_in_html(word)).collect();
                write!(meaning, " {label} {}.", words.join(", ")).expect("a string takes it");
            }
            writeln!(
                text,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                code_in_html(&row.place),
                row.kind,
                row.required(),
                meaning.trim()
            )
            .expect("a string takes it");
        }
        text += "</table>\n";
    }
    text + "</body>\n</html>\n"
}

impl Row {
    fn required(&self) -> &'static str {
        if self.is_required { "yes" } else { "" }
    }

    fn lists(&self) -> impl Iterator<Item = (&'static str, &Vec<String>)> {
        let values = match self.is_open {
            true => "Values, to which later versions may add:",
            false => "Values:",
        };
        let lists = [(values, &self.values), ("Refers to", &self.references)];
        lists.into_iter().filter(|(_, words)| !words.is_empty())
    }
}

/// The pieces of a text: whether each stood between backticks, and what it is.
fn pieces(text: &str) -> Vec<(bool, &str)> {
    let parts: Vec<_> = text.split('`').collect();
    // One backtick without another means nothing.
    if parts.len().is_multiple_of(2) {
        return vec![(false, text)];
    }
    let pieces = parts.into_iter().enumerate();
    pieces
        .map(|(number, piece)| (number % 2 == 1, piece))
        .filter(|(_, piece)| !piece.is_empty())
        .collect()
}

fn in_markdown(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    let text = words.join(" ");
    let mut out = String::new();
    for (is_code, piece) in pieces(&text) {
        if is_code {
            out += &code_in_markdown(piece);
            continue;
        }
        for character in piece.chars() {
            match character {
                '&' => out += "&amp;",
                '<' => out += "&lt;",
                '>' => out += "&gt;",
                '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                    out.extend(['\\', character]);
                }
                _ => out.push(character),
            }
        }
    }
    out
}

/// A word between backticks; with one in it, it stands without.
fn code_in_markdown(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    let text = words.join(" ");
    if text.is_empty() || text.contains('`') {
        return in_markdown(&text.replace('`', "'"));
    }
    // A bar ends a cell even there.
    format!("`{}`", text.replace('|', "\\|"))
}

fn in_html(text: &str) -> String {
    let pieces = pieces(text).into_iter();
    pieces
        .map(|(is_code, piece)| {
            if is_code {
                code_in_html(piece)
            } else {
                escaped(piece)
            }
        })
        .collect()
}

fn code_in_html(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{code_in_markdown, in_html, in_markdown};

    #[test]
    fn texts_bring_no_markup() {
        for (text, markdown, html) in [
            ("a `b|c` d", "a `b\\|c` d", "a <code>b|c</code> d"),
            (
                "<img src=x onerror=alert(1)>",
                "&lt;img src=x onerror=alert(1)&gt;",
                "&lt;img src=x onerror=alert(1)&gt;",
            ),
            ("one ` tick", "one \\` tick", "one ` tick"),
            (
                "![x](y) | z\n# h",
                "\\!\\[x\\](y) \\| z \\# h",
                "![x](y) | z\n# h",
            ),
            ("`<b>`", "`<b>`", "<code>&lt;b&gt;</code>"),
        ] {
            assert_eq!(in_markdown(text), markdown);
            assert_eq!(in_html(text), html);
        }
        assert_eq!(code_in_markdown("a`b"), "a'b");
    }
}
