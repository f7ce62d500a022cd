//! The end of a list for people that does not have every finding.

use std::cmp::Reverse;
use std::io;

use crate::{Report, grouped};

/// Says how many findings there are beyond the first `shown`, how to see them, and of which rules all
/// are; nothing, if there are no more.
pub(super) fn write(report: &Report<'_>, shown: usize, out: &mut dyn io::Write) -> io::Result<()> {
    let more = report.beyond(shown);
    let cut_here = (report.diagnostics.len() - shown) as u64;
    let way = match (more, cut_here) {
        (0, _) => return Ok(()),
        (_, 0) => "a higher `--max-findings` lists more",
        (more, cut) if more == cut => "`--format json --output FILE` writes all",
        _ => "with a higher `--max-findings`, `--format json --output FILE` writes all",
    };
    let noun = if more == 1 { "finding" } else { "findings" };
    writeln!(out, "… and {} more {noun}: {way}", grouped(more))?;
    write_by_rule(report, out)
}

/// Says how many findings each rule has, listed or not, the most first: those that are not listed may
/// be of rules that nobody has seen.
fn write_by_rule(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut rules: Vec<_> = report.summary.by_rule.iter().collect();
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
