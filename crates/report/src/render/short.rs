//! `short`: a line per finding, as editors and `grep` read it. What was there before a change says so
//! at its end.

use std::io;

use super::{Options, rest, wording};
use crate::cut::cut;
use crate::{Diagnostic, Report, safe};

pub(super) fn write(
    report: &Report<'_>,
    options: &Options,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut room = options.max_bytes.unwrap_or(usize::MAX);
    let mut shown = 0;
    for diagnostic in report.diagnostics {
        let line = line(report, diagnostic);
        let Some(left) = room.checked_sub(line.len()) else {
            break;
        };
        room = left;
        out.write_all(line.as_bytes())?;
        shown += 1;
    }
    rest::write(report, shown, out)
}

fn line(report: &Report<'_>, diagnostic: &Diagnostic) -> String {
    let known = match diagnostic.is_known() {
        true => " (already there)",
        false => "",
    };
    format!(
        "{}: {}[{}]: {}{known}\n",
        wording::place(report, &diagnostic.place),
        diagnostic.severity.name(),
        diagnostic.rule.name,
        safe::line(&cut(&diagnostic.message)),
    )
}
