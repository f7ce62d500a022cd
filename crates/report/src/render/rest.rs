//! The end of a list for people that does not have every finding.

use std::io;

use crate::Report;

/// Says how many findings there are beyond the first `shown`, and how to see them; nothing, if
/// there are no more.
pub(super) fn write(report: &Report<'_>, shown: usize, out: &mut dyn io::Write) -> io::Result<()> {
    let more = report.beyond(shown);
    let cut_here = (report.diagnostics.len() - shown) as u64;
    let way = match (more, cut_here) {
        (0, _) => return Ok(()),
        (_, 0) => "raise the limit of listed findings to see all",
        (more, cut) if more == cut => "`--format json --output FILE` writes all",
        _ => "raise the limit of listed findings, then `--format json --output FILE` writes all",
    };
    let noun = if more == 1 { "finding" } else { "findings" };
    writeln!(out, "… and {more} more {noun}: {way}")
}
