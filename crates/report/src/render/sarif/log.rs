//! The objects of SARIF that are written, by the sections of the standard that define them.

use serde::Serialize;
use treatise_source::LineColumn;

use crate::{Excerpt, Place};

/// Section 3.13.
#[derive(Serialize)]
pub(super) struct Log<'a> {
    #[serde(rename = "$schema")]
    pub(super) schema: &'static str,
    pub(super) version: &'static str,
    pub(super) runs: [Run<'a>; 1],
}

impl Log<'_> {
    pub(super) const SCHEMA: &'static str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
    pub(super) const VERSION: &'static str = "2.1.0";
}

/// Section 3.14.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run<'a> {
    pub(super) tool: Tool<'a>,
    pub(super) invocations: [Invocation; 1],
    pub(super) original_uri_base_ids: UriBases,
    pub(super) column_kind: &'static str,
    pub(super) results: Vec<SearchResult<'a>>,
}

/// Section 3.18.
#[derive(Serialize)]
pub(super) struct Tool<'a> {
    pub(super) driver: Driver<'a>,
}

/// Section 3.19.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Driver<'a> {
    pub(super) name: &'static str,
    pub(super) semantic_version: &'a str,
    pub(super) rules: Vec<RuleDescriptor>,
}

/// Section 3.49.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleDescriptor {
    pub(super) id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    pub(super) short_description: Text,
    pub(super) full_description: Text,
    pub(super) help: Help,
    pub(super) default_configuration: Configuration,
    pub(super) properties: RuleProperties,
}

/// Section 3.12, without Markdown.
#[derive(Serialize)]
pub(super) struct Text {
    pub(super) text: String,
}

/// Section 3.12.
#[derive(Serialize)]
pub(super) struct Help {
    pub(super) text: String,
    pub(super) markdown: String,
}

/// Section 3.50.
#[derive(Serialize)]
pub(super) struct Configuration {
    pub(super) level: &'static str,
}

/// A property bag (section 3.8) with the names that code scanning reads.
#[derive(Serialize)]
pub(super) struct RuleProperties {
    pub(super) tags: [&'static str; 1],
    #[serde(rename = "problem.severity")]
    pub(super) problem_severity: &'static str,
}

/// Section 3.20.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation {
    pub(super) execution_successful: bool,
    pub(super) tool_execution_notifications: Vec<Notification>,
}

/// Section 3.58.
#[derive(Serialize)]
pub(super) struct Notification {
    pub(super) level: &'static str,
    pub(super) message: Message,
}

/// Section 3.11.
#[derive(Serialize)]
pub(super) struct Message {
    pub(super) text: String,
}

/// Section 3.14.14. The place of the root is not given: it differs between machines.
#[derive(Serialize)]
pub(super) struct UriBases {
    #[serde(rename = "%SRCROOT%")]
    pub(super) root: Description,
}

impl UriBases {
    pub(super) const ROOT: &'static str = "%SRCROOT%";
}

/// Section 3.4, where the URI is not known.
#[derive(Serialize)]
pub(super) struct Description {
    pub(super) description: Text,
}

/// Section 3.27.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SearchResult<'a> {
    pub(super) rule_id: &'static str,
    pub(super) rule_index: usize,
    pub(super) level: &'static str,
    /// Section 3.27.24; where nothing was compared, there is no baseline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) baseline_state: Option<&'static str>,
    pub(super) message: Message,
    pub(super) locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) related_locations: Vec<Location<'a>>,
    pub(super) partial_fingerprints: PartialFingerprints,
}

/// Section 3.27.17.
#[derive(Serialize)]
pub(super) struct PartialFingerprints {
    #[serde(rename = "treatise/v1")]
    pub(super) v1: String,
}

/// Section 3.28.
#[derive(Serialize)]
pub(super) struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<u32>,
    #[serde(rename = "physicalLocation")]
    pub(super) physical: PhysicalLocation,
    #[serde(rename = "logicalLocations", skip_serializing_if = "Vec::is_empty")]
    pub(super) logical: Vec<LogicalLocation<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<Message>,
}

/// Section 3.29.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation {
    pub(super) artifact_location: ArtifactLocation,
    pub(super) region: Region,
}

/// Section 3.4.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactLocation {
    pub(super) uri: String,
    /// There where the URI is relative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) uri_base_id: Option<&'static str>,
}

/// Section 3.30. Columns count from 1 in code points, and the end is behind the last character. A byte
/// order mark is no character of the text (section 3.30.2).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Text>,
}

impl Region {
    pub(super) fn new(place: &Place) -> Self {
        Self {
            start_line: place.from.line,
            start_column: column(place, place.from),
            end_line: place.to.line,
            end_column: column(place, place.to),
            snippet: snippet(place).map(|text| Text { text }),
        }
    }
}

fn column(place: &Place, at: LineColumn) -> u32 {
    let counts_mark = place.has_mark && at.line == 1 && at.column > 1;
    at.column - u32::from(counts_mark)
}

/// The text of the region, where it is on one line and the excerpt has all of it.
fn snippet(place: &Place) -> Option<String> {
    let excerpt = place.excerpt.as_ref()?;
    let before = place.from.column.checked_sub(excerpt.first_column)?;
    let length = place.to.column.checked_sub(place.from.column)? as usize;
    let is_within = place.from.line == place.to.line && length <= Excerpt::MAX_CHARACTERS;
    let rest = excerpt.text.chars().skip(before as usize);
    let text: String = rest.take(if is_within { length } else { 0 }).collect();
    let is_whole = text.chars().count() == length;
    let begins_with_mark = place.has_mark && place.from == LineColumn { line: 1, column: 1 };
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) if begins_with_mark => rest.to_owned(),
        _ => text,
    };
    (is_whole && !text.is_empty()).then_some(text)
}

/// Section 3.33.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogicalLocation<'a> {
    pub(super) fully_qualified_name: &'a str,
    pub(super) kind: &'static str,
}

#[cfg(test)]
mod tests {
    use treatise_source::{LineIndex, Span};

    use super::*;
    use crate::Files;

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        let text = "\u{feff}{\"a\": 1}\n\u{feff}b";
        let file = Files::new().add("a.json".as_ref());
        for (span, from, to, shown) in [
            ((0, 3), (1, 1), (1, 1), None),
            ((0, 4), (1, 1), (1, 2), Some("{")),
            ((4, 7), (1, 2), (1, 5), Some("\"a\"")),
            ((3, 16), (1, 1), (2, 3), None),
            ((15, 16), (2, 2), (2, 3), Some("b")),
        ] {
            let place = Place::new(file, &LineIndex::new(text), Span::new(span.0, span.1));
            let region = Region::new(&place);
            assert_eq!((region.start_line, region.start_column), from, "{span:?}");
            assert_eq!((region.end_line, region.end_column), to, "{span:?}");
            let snippet = region.snippet.map(|snippet| snippet.text);
            assert_eq!(snippet.as_deref(), shown, "{span:?}");
        }
    }

    #[test]
    fn only_what_begins_a_file_is_its_mark() {
        let text = "\u{feff}{}";
        let file = Files::new().add("a.ndjson".as_ref());
        let place = Place::within(file, &LineIndex::new(text), Span::new(3, 5), 10, 2);
        let region = Region::new(&place);
        assert_eq!((region.start_column, region.end_column), (2, 4));
    }
}
