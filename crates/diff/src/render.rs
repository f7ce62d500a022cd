//! Renderings of a change document: one file for each form.

mod changelog;
mod html;
mod markdown;
mod terminal;
mod wording;

use crate::document::Document;

pub(crate) use changelog::section;
pub(crate) use wording::verdict;

/// A form of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// For people, on a terminal.
    Human,
    /// The document itself.
    Json,
    /// For a comment on a pull request: at most 65,000 characters.
    Markdown,
    /// A page that needs nothing else.
    Html,
    /// RFC 6902, which makes the newer records of the older ones.
    Patch,
    /// A section as Keep a Changelog 1.1.0 has it.
    Changelog,
}

/// How a terminal is written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Without colours.
    #[default]
    Plain,
    /// With colours.
    Colored,
}

impl Format {
    /// All forms, in the order in which they are listed.
    pub const ALL: [Self; 6] = [
        Self::Human,
        Self::Json,
        Self::Markdown,
        Self::Html,
        Self::Patch,
        Self::Changelog,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Patch => "patch",
            Self::Changelog => "changelog",
        }
    }

    /// The form of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// Renders a document; `patch` is the comparison's.
pub fn render(
    document: &Document,
    patch: &[crate::Operation],
    format: Format,
    style: Style,
) -> String {
    match format {
        Format::Human => terminal::render(document, style),
        Format::Json => document.to_json(),
        Format::Markdown => markdown::render(document),
        Format::Html => html::render(document),
        Format::Patch => crate::patch::to_json(patch),
        Format::Changelog => changelog::render(document),
    }
}
