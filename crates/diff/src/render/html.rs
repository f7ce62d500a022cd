//! A page that needs nothing else: no script, no font, no picture, and a policy that forbids them.

use super::wording::{Group, Sections, Subject, counted, place, remarks, sides, values, verdict};
use crate::change::Fate;
use crate::document::{ChangeEntry, Document};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}\
h1{font-size:1.4rem}h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1rem;margin-bottom:.2rem}\
code,del,ins{font-family:ui-monospace,monospace;font-size:.9em;overflow-wrap:anywhere}\
del{background:#ffe0dd}ins{background:#d7f5dd;text-decoration:none}\
li{margin:.3rem 0}.safety>li,.blocked>li{border-left:4px solid #b45309;padding-left:.5rem;list-style:none}\
.blocked>li{border-color:#b91c1c}small{color:#595959}\
@media(prefers-color-scheme:dark){body{color:#eee;background:#1b1b1b}del{background:#5c1f1a}ins{background:#144d22}small{color:#aaa}}";

pub(super) fn render(document: &Document) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<ul>\n",
        title = escape(&sides(document)),
    );
    for sentence in verdict(document) {
        page += &format!("<li>{}</li>\n", escape(&sentence));
    }
    page += "</ul>\n";
    blocks(&mut page, document);
    if let Some(breakages) = &document.witness {
        page += &format!(
            "<h2>Used by the application and broken: {}</h2>\n<ul>\n",
            breakages.len()
        );
        for breakage in breakages {
            let (uses, kind) = (escape(&breakage.uses), breakage.kind);
            page += &format!("<li>{} <code>{uses}</code>: {kind}</li>\n", breakage.sort);
        }
        page += "</ul>\n";
    }
    let sections = Sections::of(document);
    section(&mut page, "For a second reader", "safety", &sections.safety);
    section(&mut page, "Other changes", "other", &sections.other);
    if !document.suggestions.is_empty() {
        page += "<h2>Perhaps renamed; nothing proves it</h2>\n<ul>\n";
        for suggestion in &document.suggestions {
            let (removed, added) = (escape(&suggestion.removed), escape(&suggestion.added));
            page += &format!(
                "<li><code>{removed}</code> to <code>{added}</code>: {} % alike</li>\n",
                suggestion.similarity
            );
        }
        page += "</ul>\n";
    }
    page += "</body>\n</html>\n";
    page
}

fn blocks(page: &mut String, document: &Document) {
    let verdict = &document.verdict;
    if verdict.blocks.is_empty() {
        return;
    }
    *page += "<h2>Blocked</h2>\n<ul class=\"blocked\">\n";
    for block in &verdict.blocks {
        let place = block.record.as_ref().or(block.file.as_ref());
        let place = place.map_or_else(String::new, |place| {
            format!(" <code>{}</code>", escape(place))
        });
        let message = escape(&block.message);
        *page += &format!(
            "<li><strong>{}</strong>{place}: {message}</li>\n",
            block.code
        );
    }
    if verdict.unlisted_blocks > 0 {
        *page += &format!("<li>and {} more</li>\n", verdict.unlisted_blocks);
    }
    *page += "</ul>\n";
}

fn section(page: &mut String, title: &str, class: &str, groups: &[Group<'_>]) {
    if groups.is_empty() {
        return;
    }
    let count = groups
        .iter()
        .map(|group| group.changes.len())
        .sum::<usize>() as u64;
    *page += &format!("<h2>{title}: {}</h2>\n", counted(count, "change"));
    for group in groups {
        let name = match group.subject {
            Subject::Record { collection, id } => {
                format!("<code>{}</code> in {}", escape(id), escape(collection))
            }
            Subject::Collection(collection) => format!("Collection {}", escape(collection)),
            Subject::File(file) => format!("<code>{}</code>", escape(file)),
            Subject::Manifest => "Manifest".to_owned(),
        };
        *page += &format!("<h3>{name}</h3>\n<ul class=\"{class}\">\n");
        for change in &group.changes {
            entry(page, change);
        }
        *page += "</ul>\n";
    }
}

fn entry(page: &mut String, change: &ChangeEntry) {
    *page += &format!("<li title=\"{}\">{}", escape(change.reason), change.title);
    let path = place(change);
    if !path.is_empty() {
        *page += &format!(" <code>{}</code>", escape(&path));
    }
    if change.words.is_empty() {
        for (fate, shown) in values(change) {
            let tag = if fate == Fate::Removed { "del" } else { "ins" };
            *page += &format!("<br><{tag}>{}</{tag}>", escape(&shown));
        }
    } else {
        *page += "<br>";
        for word in &change.words {
            let text = escape(&treatise_report::visible(&word.text));
            *page += &match word.kind {
                Fate::Kept => text,
                Fate::Removed => format!("<del>{text}</del>"),
                Fate::Added => format!("<ins>{text}</ins>"),
            };
        }
    }
    for (label, remark) in remarks(change) {
        *page += &format!("<br>{label}: {}", escape(&remark));
    }
    for echo in &change.absorbed {
        let (record, pointer) = (escape(&echo.record), escape(&echo.pointer));
        *page += &format!("<br><small>{record} {pointer}</small>");
    }
    *page += &format!(
        "<br><small>{}, {}</small></li>\n",
        change.level, change.fingerprint
    );
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in treatise_report::visible(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
