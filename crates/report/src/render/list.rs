//! A list for people: as many findings as there is room for, and at its end what it does not have.

use std::cmp::Reverse;
use std::io;

use super::Options;
use super::wording::more_findings;
use crate::{Diagnostic, Report, grouped};

/// Writes the text of each finding until there is no room for one, and then what is left.
pub(super) fn write(
    report: &Report<'_>,
    options: &Options<'_>,
    text_of: impl Fn(&Diagnostic) -> String,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut room = options.max_bytes.unwrap_or(usize::MAX);
    let mut shown = 0;
    for diagnostic in report.diagnostics {
        let text = text_of(diagnostic);
        let Some(left) = room.checked_sub(text.len()) else {
            break;
        };
        room = left;
        out.write_all(text.as_bytes())?;
        shown += 1;
    }
    write_rest(report, shown, out)
}

/// Says how many findings there are beyond the first `shown`, how to see them, and of which rules all
/// are; nothing, if there are no more.
fn write_rest(report: &Report<'_>, shown: usize, out: &mut dyn io::Write) -> io::Result<()> {
    let more = report.beyond(shown);
    let cut_here = (report.diagnostics.len() - shown) as u64;
    let way = match (more, cut_here) {
        (0, _) => return Ok(()),
        (_, 0) => "a higher `--max-findings` lists more",
        (more, cut) if more == cut => "`--format json --output FILE` writes all",
        _ => "with a higher `--max-findings`, `--format json --output FILE` writes all",
    };
    writeln!(out, "… and {}: {way}", more_findings(more))?;
    write_by_rule(report, out)
}

/// Says how many findings each rule has, listed or not, the most first: those that are not listed may
/// be of rules that nobody has seen.
fn write_by_rule(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut rules: Vec<_> = report.summary.counts.by_rule.iter().collect();
    rules.sort_by_key(|(name, count)| (Reverse(**count), **name));
    let counts: Vec<_> = rules.iter().map(|(_, count)| grouped(**count)).collect();
    if !rules.is_empty() {
        writeln!(out, "all findings by rule:")?;
    }
    let width = counts.iter().map(String::len).max().unwrap_or(0);
    for ((name, _), count) in rules.iter().zip(counts) {
        writeln!(out, "  {count:>width$}  {name}")?;
    }
    Ok(())
}
