//! The tree of a record and its two printed forms.
//!
//! Members are a list and numbers are text, so that a tree can hold what a fault needs: a member
//! twice, or a number that no double can hold. References are told apart from other text.

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    /// Text.
    Text(String),
    /// The id of another record.
    Reference(String),
    /// A number as written.
    Number(String),
    /// Values in order.
    Array(Vec<Json>),
    /// Members in order.
    Object(Vec<Member>),
}

/// A name and its value.
pub(crate) type Member = (&'static str, Json);

/// How a tree is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// On one line, without spaces.
    Compact,
    /// One value a line, indented by two spaces.
    Pretty,
}

impl Json {
    /// Text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// An integer.
    pub(crate) fn integer(value: usize) -> Self {
        Self::Number(value.to_string())
    }

    /// An integer that is text, as bibliographic items have them.
    pub(crate) fn integer_text(value: usize) -> Self {
        Self::Text(value.to_string())
    }

    /// A list of references.
    pub(crate) fn references(ids: Vec<String>) -> Self {
        Self::Array(ids.into_iter().map(Json::Reference).collect())
    }

    /// A text in English alone.
    pub(crate) fn english(text: impl Into<String>) -> Self {
        Self::Object(vec![("en", Self::text(text))])
    }

    /// Appends the printed form.
    pub(crate) fn print(&self, style: Style, out: &mut String) {
        self.print_at(style, 0, out);
    }

    fn print_at(&self, style: Style, depth: usize, out: &mut String) {
        match self {
            Self::Text(text) | Self::Reference(text) => print_text(text, out),
            Self::Number(number) => out.push_str(number),
            Self::Array(items) => {
                out.push('[');
                for (position, item) in items.iter().enumerate() {
                    separate(position, style, depth + 1, out);
                    item.print_at(style, depth + 1, out);
                }
                close(items.is_empty(), style, depth, out);
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (position, (name, value)) in members.iter().enumerate() {
                    separate(position, style, depth + 1, out);
                    print_text(name, out);
                    out.push_str(match style {
                        Style::Compact => ":",
                        Style::Pretty => ": ",
                    });
                    value.print_at(style, depth + 1, out);
                }
                close(members.is_empty(), style, depth, out);
                out.push('}');
            }
        }
    }
}

fn separate(position: usize, style: Style, depth: usize, out: &mut String) {
    if position > 0 {
        out.push(',');
    }
    break_line(style, depth, out);
}

fn close(empty: bool, style: Style, depth: usize, out: &mut String) {
    if !empty {
        break_line(style, depth, out);
    }
}

fn break_line(style: Style, depth: usize, out: &mut String) {
    if style == Style::Pretty {
        out.push('\n');
        for _ in 0..depth {
            out.push_str("  ");
        }
    }
}

fn print_text(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(place) = rest.find(['"', '\\', '\n']) {
        out.push_str(&rest[..place]);
        out.push_str(match rest.as_bytes()[place] {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            _ => "\\n",
        });
        rest = &rest[place + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_styles_hold_the_same_value() {
        let tree = Json::Object(vec![
            ("id", Json::text("a \"quoted\" \\ text\nin two lines")),
            ("empty", Json::Array(Vec::new())),
            (
                "list",
                Json::Array(vec![Json::integer(1), Json::Number("2.5".into())]),
            ),
        ]);
        let printed = |style| {
            let mut out = String::new();
            tree.print(style, &mut out);
            out
        };
        let compact = printed(Style::Compact);
        let pretty = printed(Style::Pretty);
        let value: serde_json::Value = serde_json::from_str(&compact).unwrap();
        assert_eq!(serde_json::to_string(&value).unwrap(), compact);
        assert_eq!(serde_json::to_string_pretty(&value).unwrap(), pretty);
    }
}
