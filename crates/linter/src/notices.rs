//! Notices about papers that were retracted, doubted or reinstated, as somebody pinned them in a file.
//!
//! The file is a CSV table with the columns of the Retraction Watch data that Crossref publishes. Of
//! these, `OriginalPaperDOI`, `RetractionDOI`, `RetractionNature`, `RetractionDate` and `Reason` are
//! needed; `OriginalPaperPubMedID` and `RetractionPubMedID` are read where they are there, and all
//! others are left alone.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use treatise_source::{RegularFile, Text};

use crate::Error;
use crate::finding::Finding;
use crate::view::{Records, Source, Text as Said};

/// A pinned table of notices.
#[derive(Debug, Default)]
pub struct Notices {
    /// By the DOI or PMID of the paper, in the order of the table.
    about: BTreeMap<Work, Vec<Notice>>,
    /// The papers that notices are about, by the DOI or PMID of the notice.
    notices: BTreeMap<Work, Work>,
}

/// What a notice says of a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) nature: Nature,
    pub(crate) day: Option<Date>,
    /// As the table words it, without the marks between several.
    pub(crate) reason: String,
    /// The DOI of the notice.
    pub(crate) doi: Option<String>,
    /// The line of the table.
    line: u64,
}

/// The kinds of notice that the table knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nature {
    Retraction,
    ExpressionOfConcern,
    Reinstatement,
    Correction,
}

/// A work, as tables of notices know it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Work {
    Doi(String),
    Pmid(String),
}

/// The largest table, in bytes; the published one has about 60 MB.
const MOST_BYTES: u64 = 512 << 20;

impl Notices {
    /// Reads a table.
    ///
    /// # Errors
    /// The file can't be read, is no such table, or has a row that can't be understood: a table that
    /// is read in part would call a source sound that is not.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let bytes = RegularFile::read_all(path, MOST_BYTES);
        let bytes = bytes.map_err(|error| Error::file(path, error))?;
        // Older copies of the table are not UTF-8; its DOIs are ASCII all the same.
        let text = Text::from_bytes(&bytes);
        let notices = parse(text.as_str()).map_err(|reason| Error::file(path, reason))?;
        if notices.about.is_empty() {
            return Err(Error::file(path, "the table has no notice about any paper"));
        }
        Ok(notices)
    }

    /// The notice that says how a source is to be taken today, and the identifier by which the source
    /// was found; `None` where nothing stands against it.
    ///
    /// The last notice counts, so that a reinstatement lifts what came before it; but neither a
    /// correction nor an expression of concern takes a retraction back. Those by all identifiers count
    /// together: many notices have one of them only.
    pub(crate) fn standing<'r>(&self, source: Source<'r>) -> Option<(Said<'r>, &Notice)> {
        let about = identifiers(source).flat_map(|(said, work)| {
            let about = self.about.get(&work).into_iter().flatten();
            about.map(move |notice| (said, notice))
        });
        in_order(about.collect())
            .into_iter()
            .fold(None, |standing, (said, notice)| {
                let is_retracted =
                    standing.is_some_and(|(_, it): (_, &Notice)| it.nature == Nature::Retraction);
                match notice.nature {
                    Nature::Reinstatement => None,
                    Nature::Correction => standing,
                    Nature::ExpressionOfConcern if is_retracted => standing,
                    Nature::ExpressionOfConcern | Nature::Retraction => Some((said, notice)),
                }
            })
    }

    /// The paper that a source is a notice about, where it is one and no paper of its own.
    pub(crate) fn subject<'r>(&self, source: Source<'r>) -> Option<(Said<'r>, &Work)> {
        identifiers(source).find_map(|(said, work)| Some((said, self.notices.get(&work)?)))
    }
}

/// Notices with what each was found by, in the order of their days, each once. Of a day, the order of the table
/// counts; what has no day comes first.
fn in_order<T>(mut about: Vec<(T, &Notice)>) -> Vec<(T, &Notice)> {
    about.sort_by_key(|(_, notice)| (notice.day, notice.line));
    about.dedup_by_key(|(_, notice)| notice.line);
    about
}

impl Notice {
    /// ` on 2024-03-01`, where the day is known.
    pub(crate) fn when(&self) -> String {
        let day = self.day.map(|day| format!(" on {day}"));
        day.unwrap_or_default()
    }

    /// Says in a finding why, where that can be read, and how much rests on the source.
    pub(crate) fn explain(
        &self,
        mut finding: Finding,
        records: &Records<'_>,
        source: Source<'_>,
    ) -> Finding {
        if !self.reason.is_empty() {
            finding = finding.with_note(format!("the reason is `{}`", self.reason));
        }
        if let Some(doi) = &self.doi {
            finding = finding.with_note(format!("the notice is `{doi}`"));
        }
        let citing = records.citations().filter(|citation| {
            let id = citation.source();
            id.is_some_and(|id| *id == *source.id)
        });
        finding.with_note(match citing.count() {
            0 => "nothing cites the source".to_owned(),
            1 => "the source is cited once".to_owned(),
            count => format!("the source is cited {count} times"),
        })
    }
}

impl std::fmt::Display for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Doi(doi) => f.write_str(doi),
            Self::Pmid(pmid) => write!(f, "PMID {pmid}"),
        }
    }
}

/// What a table can know a source by.
pub(crate) fn identifiers(source: Source<'_>) -> impl Iterator<Item = (Said<'_>, Work)> {
    let text = |name| source.csl().and_then(|csl| csl.text(name));
    let doi = text("DOI").map(|doi| (doi, Work::Doi(doi.to_lowercase())));
    let pmid = text("PMID").map(|pmid| (pmid, Work::Pmid(pmid.as_str().to_owned())));
    doi.into_iter().chain(pmid)
}

/// Reads the text of a table; the error says what keeps it from being read.
fn parse(text: &str) -> Result<Notices, String> {
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let find = |name: &str| header.iter().position(|column| column.trim() == name);
    let needed = |name: &str| find(name).ok_or_else(|| format!("it has no column `{name}`"));
    let (original, notice, nature, day, reason) = (
        needed("OriginalPaperDOI")?,
        needed("RetractionDOI")?,
        needed("RetractionNature")?,
        needed("RetractionDate")?,
        needed("Reason")?,
    );
    let (original_pmid, notice_pmid) = (find("OriginalPaperPubMedID"), find("RetractionPubMedID"));
    let mut notices = Notices::default();
    for row in reader.records() {
        let row = row.map_err(|error| error.to_string())?;
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |at: usize| row.get(at).unwrap_or_default().trim();
        let works = |doi: usize, pmid: Option<usize>| {
            let doi = doi_of(cell(doi)).map(Work::Doi);
            let pmid = pmid.and_then(|at| pmid_of(cell(at))).map(Work::Pmid);
            doi.into_iter().chain(pmid).collect::<Vec<_>>()
        };
        let papers = works(original, original_pmid);
        let Some(first) = papers.first().cloned() else {
            continue;
        };
        let nature = nature_of(cell(nature))
            .ok_or_else(|| format!("line {line}: `{}` is no kind of notice", cell(nature)))?;
        let found = Notice {
            nature,
            day: day_of(cell(day))
                .map_err(|()| format!("line {line}: `{}` is no date", cell(day)))?,
            reason: reason_of(cell(reason)),
            doi: doi_of(cell(notice)),
            line,
        };
        if matches!(nature, Nature::Retraction | Nature::ExpressionOfConcern) {
            for work in works(notice, notice_pmid) {
                // Some publishers retract a paper in its own place.
                if !papers.contains(&work) {
                    notices.notices.insert(work, first.clone());
                }
            }
        }
        for paper in papers {
            notices.about.entry(paper).or_default().push(found.clone());
        }
    }
    // A paper that others were retracted for is a paper all the same.
    let Notices { about, notices } = &mut notices;
    notices.retain(|work, _| !about.contains_key(work));
    Ok(Notices {
        about: std::mem::take(about),
        notices: std::mem::take(notices),
    })
}

/// A DOI as records have it; the table says `unavailable` where there is none.
fn doi_of(cell: &str) -> Option<String> {
    let folded = cell.to_lowercase();
    let start = folded.find("10.")?;
    let doi = folded[start..].trim();
    doi.contains('/').then(|| doi.to_owned())
}

/// A PMID; the table says `0` where there is none.
fn pmid_of(cell: &str) -> Option<String> {
    let number: u64 = cell.parse().ok()?;
    (number > 0).then(|| number.to_string())
}

fn nature_of(cell: &str) -> Option<Nature> {
    Some(match cell.to_lowercase().as_str() {
        "retraction" => Nature::Retraction,
        "expression of concern" => Nature::ExpressionOfConcern,
        "reinstatement" => Nature::Reinstatement,
        "correction" => Nature::Correction,
        _ => return None,
    })
}

/// A day as ISO 8601 has it, or month, day and year with slashes and perhaps a time behind them, as
/// the published table does.
fn day_of(cell: &str) -> Result<Option<Date>, ()> {
    let Some(day) = cell.split([' ', 'T']).next().filter(|day| !day.is_empty()) else {
        return Ok(None);
    };
    if let Ok(date) = day.parse::<Date>() {
        return Ok(Some(date));
    }
    let parts: Vec<i16> = day
        .split('/')
        .map(|part| part.parse().map_err(|_| ()))
        .collect::<Result<_, _>>()?;
    let [month, day, year] = parts[..] else {
        return Err(());
    };
    let small = |number: i16| i8::try_from(number).map_err(|_| ());
    Date::new(year, small(month)?, small(day)?)
        .map(Some)
        .map_err(|_| ())
}

/// `+One;+Another;` as `One; Another`.
fn reason_of(cell: &str) -> String {
    let reasons = cell
        .split(';')
        .map(|part| part.trim().trim_start_matches('+'));
    let reasons: Vec<_> = reasons.filter(|reason| !reason.is_empty()).collect();
    reasons.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "RetractionDate,RetractionDOI,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason";

    fn table(rows: &str) -> Result<Notices, String> {
        parse(&format!("{HEADER}\n{rows}"))
    }

    fn natures(notices: &Notices, doi: &str) -> Vec<Nature> {
        let about = notices.about.get(&Work::Doi(doi.into()));
        let about = about.into_iter().flatten().map(|notice| ((), notice));
        let about = in_order(about.collect()).into_iter();
        about.map(|((), notice)| notice.nature).collect()
    }

    #[test]
    fn notices_are_in_the_order_of_their_days() {
        let notices = table(
            "3/1/2024 0:00,10.1000/back,10.1000/A,17,Reinstatement,\n\
             2021-06-30,10.1000/gone,10.1000/a,0,Retraction,+Error in Data;+Investigation;\n",
        );
        let notices = notices.expect("it is a table");
        let expected = [Nature::Retraction, Nature::Reinstatement];
        assert_eq!(natures(&notices, "10.1000/a"), expected);
        let retraction = &notices.about[&Work::Doi("10.1000/a".into())][1];
        assert_eq!(retraction.reason, "Error in Data; Investigation");
        assert!(notices.about.contains_key(&Work::Pmid("17".into())));
        assert!(!notices.about.contains_key(&Work::Pmid("0".into())));
        let gone = &notices.notices[&Work::Doi("10.1000/gone".into())];
        assert_eq!(gone.to_string(), "10.1000/a");
    }

    #[test]
    fn a_paper_that_is_retracted_in_its_own_place_is_no_notice() {
        let notices = table("1/2/2020,10.1000/a,10.1000/a,0,Retraction,\n");
        assert!(notices.expect("it is a table").notices.is_empty());
    }

    #[test]
    fn what_has_no_identifier_is_passed_over() {
        let notices = table("1/2/2020,unavailable,unavailable,0,Retraction,\n");
        assert!(notices.expect("it is a table").about.is_empty());
    }

    #[test]
    fn a_table_is_read_whole_or_not_at_all() {
        let refused = |rows: &str| table(rows).expect_err("it is refused");
        assert_eq!(
            refused("2020-13-01,,10.1000/a,0,Retraction,\n"),
            "line 2: `2020-13-01` is no date"
        );
        assert_eq!(
            refused("2020-01-01,,10.1000/a,0,Withdrawn,\n"),
            "line 2: `Withdrawn` is no kind of notice"
        );
        let error = parse("OriginalPaperDOI,Reason\n").expect_err("columns are missing");
        assert_eq!(error, "it has no column `RetractionDOI`");
    }
}
