//! `short`: a line per finding, as editors and `grep` read it. What was there before a change says so
//! at its end.

use std::io;

use super::{Options, list, wording};
use crate::cut::cut;
use crate::{Diagnostic, Report, safe};

pub(super) fn write(
    report: &Report<'_>,
    options: &Options<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    list::write(
        report,
        options,
        |diagnostic| line(report, options, diagnostic),
        out,
    )
}

fn line(report: &Report<'_>, options: &Options<'_>, diagnostic: &Diagnostic) -> String {
    let name = options.here.name(report.files.name(diagnostic.place.file));
    let known = match diagnostic.is_known() {
        true => " (already there)",
        false => "",
    };
    format!(
        "{}: {}[{}]: {}{known}\n",
        wording::place(&name, &diagnostic.place),
        diagnostic.severity.name(),
        diagnostic.rule.name,
        safe::line(&cut(&diagnostic.message)),
    )
}
