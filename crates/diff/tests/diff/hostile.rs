//! Content that wants to be more than content.

use crate::cases::folders;
use crate::compared::{compare, dataset, dataset_of, tests};
use serde_json::json;
use std::collections::BTreeMap;
use treatise_diff::Format;

#[test]
fn content_stays_content() {
    let case = tests("cases/hostile-content");
    let (old, new) = (dataset(&case.join("old")), dataset(&case.join("new")));
    let compared = compare(old.path(), new.path());
    let human = compared.render(Format::Human);
    assert!(
        !human.contains('\u{1b}') && !human.contains('\u{202e}'),
        "{human}"
    );
    assert!(human.lines().all(|line| !line.starts_with("::")), "{human}");
    let html = compared.render(Format::Html);
    assert!(
        !html.contains("<img") && !html.contains("<script"),
        "{html}"
    );
    insta::assert_snapshot!("hostile_markdown", compared.render(Format::Markdown));
    insta::assert_snapshot!("hostile_changelog", compared.render(Format::Changelog));
    insta::assert_snapshot!("hostile_html", html);
}

/// `CommonMark` 6.1: a code span is closed by a run of backticks of the length that opened it.
fn outside_of_code(markdown: &str) -> String {
    let mut outside = String::new();
    let mut rest = markdown;
    while let Some(start) = rest.find('`') {
        outside.push_str(&rest[..start]);
        let length = rest[start..].chars().take_while(|one| *one == '`').count();
        let fence = "`".repeat(length);
        let mut at = start + length;
        loop {
            let Some(found) = rest[at..].find('`') else {
                panic!("a code span is not closed: {}", &rest[start..]);
            };
            let run = rest[at + found..]
                .chars()
                .take_while(|one| *one == '`')
                .count();
            at += found + run;
            if run == fence.len() {
                break;
            }
        }
        rest = &rest[at..];
    }
    outside + rest
}

#[test]
fn nothing_of_the_data_stands_outside_of_code_spans() {
    for folder in folders() {
        let (old, new) = (dataset(&folder.join("old")), dataset(&folder.join("new")));
        let compared = compare(old.path(), new.path());
        let outside = outside_of_code(&compared.render(Format::Markdown));
        for character in ['@', '[', '|', '\u{1b}'] {
            assert!(
                !outside.contains(character),
                "{}: {outside}",
                folder.display()
            );
        }
        let tags = outside.matches('<').count();
        let known = [
            "<sub>",
            "</sub>",
            "<details>",
            "</details>",
            "<summary>",
            "</summary>",
        ];
        let ours: usize = known.iter().map(|tag| outside.matches(tag).count()).sum();
        assert_eq!(tags, ours, "{outside}");
    }
}

#[test]
fn a_comment_never_gets_too_long() {
    let drugs = |version: usize| -> BTreeMap<String, _> {
        (0..400)
            .map(|number| {
                let id = format!("drg-{number:03}");
                let comment = format!("{} {version}", "word ".repeat(number));
                let tags: Vec<_> = (0..number % 9)
                    .map(|tag| format!("{tag}-{version}"))
                    .collect();
                let drug =
                    json!({"id": id, "label": {"en": "x"}, "comment": comment, "tags": tags});
                (id, drug)
            })
            .collect()
    };
    let (old, new) = (dataset_of(&drugs(1)), dataset_of(&drugs(2)));
    let compared = compare(old.path(), new.path());
    let markdown = compared.render(Format::Markdown);
    assert!(markdown.chars().count() <= 65_000);
    assert!(
        markdown.contains("further changes not shown"),
        "{}",
        &markdown[markdown.len() - 300..]
    );
    assert_eq!(
        markdown.matches("<details>").count(),
        markdown.matches("</details>").count()
    );
    outside_of_code(&markdown);
    assert!(compared.render(Format::Html).contains("drg-399"));
}

#[test]
fn many_redirects_over_one_long_way_are_followed() {
    const STEPS: usize = 400;
    let drug = |id: String, target: Option<String>| {
        let mut drug = json!({"id": id, "label": {"en": "x"}});
        if let Some(target) = target {
            drug["deprecated"] =
                json!({"on": "2026-01-01", "reason": "superseded", "replaced_by": [target]});
        }
        (id, drug)
    };
    let step = |number: usize| format!("drg-step-{number:03}");
    let drugs = |target: usize| -> BTreeMap<String, _> {
        let chain = (0..STEPS).map(|number| drug(step(number), Some(step(number + 1))));
        let leading =
            (0..STEPS).map(|number| drug(format!("drg-to-{number:03}"), Some(step(target))));
        let end = drug(step(STEPS), None);
        chain.chain(leading).chain([end]).collect()
    };
    let (old, new) = (dataset_of(&drugs(0)), dataset_of(&drugs(STEPS)));
    let kinds = compare(old.path(), new.path()).kinds();
    assert_eq!(kinds.len(), 2 * STEPS, "{kinds:?}");
    assert!(!kinds.contains(&"redirect-changed"), "{kinds:?}");
}
