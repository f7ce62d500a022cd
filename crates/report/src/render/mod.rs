//! From a report to bytes: one file per output format.
//!
//! A new format is a file here with a function `write`, its `mod`, and its line in [`formats!`].
//! The structs that a format writes belong to its file, so that a published format changes only
//! on purpose.

mod finding;
mod github;
mod human;
mod json;
mod json_text;
mod junit;
mod list;
mod ndjson;
mod sarif;
mod short;
mod snippet;
mod standpoint;
mod wording;

use std::io;

pub use standpoint::Standpoint;

use crate::Report;

/// Makes the enum and everything that must know all formats from one list.
macro_rules! formats {
    ($($(#[doc = $doc:literal])+ $format:ident => $module:ident,)+) => {
        /// An output format.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Format {
            $($(#[doc = $doc])+ $format,)+
        }

        impl Format {
            /// All formats.
            pub const ALL: &'static [Self] = &[$(Self::$format),+];

            /// The name of the format in arguments.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$format => stringify!($module),)+
                }
            }
        }

        fn write(
            report: &Report<'_>,
            format: Format,
            options: &Options<'_>,
            out: &mut dyn io::Write,
        ) -> io::Result<()> {
            match format {
                $(Format::$format => $module::write(report, options, out),)+
            }
        }
    };
}

formats! {
    /// For people: the line in question with carets, reasons and what to do.
    Human => human,
    /// A line per finding, `file:line:column: severity[rule]: message`.
    Short => short,
    /// One JSON document.
    Json => json,
    /// A JSON document per line: the findings, then the summary.
    Ndjson => ndjson,
    /// SARIF 2.1.0, the exchange format of static analysis (OASIS).
    Sarif => sarif,
    /// Workflow commands of GitHub Actions, which become annotations.
    Github => github,
    /// XML as `JUnit` writes it, which most CI systems show.
    Junit => junit,
}

impl Format {
    /// The format of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|format| format.name() == name)
    }
}

/// Writes `report` to `out`. The same report and options give the same bytes.
///
/// # Errors
///
/// Whatever `out` fails with.
pub fn render(
    report: &Report<'_>,
    format: Format,
    options: &Options<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match options.max_bytes {
        // Documents for programs are complete in themselves: where they would be too long, they
        // are made again with fewer findings.
        Some(max_bytes) if !matches!(format, Format::Human | Format::Short) => {
            write_fitting(report, format, options, max_bytes, out)
        }
        _ => write(report, format, options, out),
    }
}

fn write_fitting(
    report: &Report<'_>,
    format: Format,
    options: &Options<'_>,
    max_bytes: usize,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut shown = report.diagnostics.len();
    loop {
        let mut summary = report.summary.clone();
        summary.listed = summary.listed.min(shown as u64);
        let part = Report {
            diagnostics: &report.diagnostics[..shown],
            summary: &summary,
            ..*report
        };
        let mut text = Vec::new();
        write(&part, format, options, &mut text)?;
        if text.len() <= max_bytes || shown == 0 {
            return out.write_all(&text);
        }
        // Findings are not all of one length: a little less than what would fit of the average.
        shown = (shown - 1).min(shown * max_bytes / text.len()) * 19 / 20;
    }
}

/// How to render; colour and width are for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options<'a> {
    /// From where files are named to people, who open them from the folder that they are in (`human`,
    /// `short`).
    pub here: Standpoint<'a>,
    /// From where files are named to services that know them from the top of the repository (`github`,
    /// `sarif`).
    pub repository: Standpoint<'a>,
    /// Whether to use colours (`human`).
    pub color: bool,
    /// Width of the terminal in columns, for lines quoted from files (`human`).
    pub width: usize,
    /// At most this many bytes, in which as many findings are listed as fit; what is missing is
    /// counted.
    pub max_bytes: Option<usize>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            here: Standpoint::default(),
            repository: Standpoint::default(),
            color: false,
            width: 120,
            max_bytes: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn formats_are_found_by_their_name() {
        for &format in Format::ALL {
            assert_eq!(Format::parse(format.name()), Some(format));
        }
        assert_eq!(Format::parse("xml"), None);
    }
}
