//! Reports to render: ordinary ones, and ones with all that a hostile file can put into them.

use std::path::Path;

use treatise_report::{
    Counts, Diagnostic, Excerpt, FileId, Files, Format, Novelty, Options, Place, Report, Severity,
    Skipped, Summary, render,
};
use treatise_source::{LineColumn, LineIndex, Pointer, Span};

treatise_report::rules! {
    /// Rules of the samples.
    RULES {
        /// An error.
        DUPLICATE_KEY = "duplicate-key", Error, File:
            "a member name that occurs twice in one object",
            "JSON readers keep one of the two values without a word. Delete the other one.";
        /// A warning.
        MIXED_SPELLING = "mixed-spelling", Warning, File:
            "two spellings of one word",
            "A reader takes them for two things.";
        /// An information.
        UNUSED_TERM = "unused-term", Information, File:
            "a term that no record uses",
            "It may be left over.";
    }
}

/// A report and what it borrows.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    pub(crate) files: Files,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) summary: Summary,
}

impl Sample {
    pub(crate) fn add(&mut self, diagnostic: Diagnostic) {
        self.summary.counts += Counts::of([&diagnostic]);
        self.summary.listed += 1;
        self.diagnostics.push(diagnostic);
    }

    pub(crate) fn report(&self) -> Report<'_> {
        Report {
            files: &self.files,
            diagnostics: &self.diagnostics,
            summary: &self.summary,
            rules: RULES,
            tool_version: "1.2.3",
        }
    }

    pub(crate) fn render(&self, format: Format, options: &Options) -> String {
        let mut bytes = Vec::new();
        render(&self.report(), format, options, &mut bytes).expect("memory takes all bytes");
        String::from_utf8(bytes).expect("every format is UTF-8")
    }
}

/// The place of `part` in `text`.
pub(crate) fn place(file: FileId, text: &str, part: &str) -> Place {
    let start = text.find(part).expect("the part is in the text") as u32;
    let span = Span::new(start, start + part.len() as u32);
    Place::new(file, &LineIndex::new(text), span)
}

/// Nothing found, and something skipped.
pub(crate) fn empty() -> Sample {
    let mut sample = Sample::default();
    sample.files.add(Path::new("data/drugs/drg-cetuximab.json"));
    sample.summary.files = 12;
    sample.summary.records = 340;
    sample.summary.references = 1204;
    sample.summary.skipped.push(Skipped {
        what: "passage-not-found".to_owned(),
        count: Some(88),
        why: "no document texts were given".to_owned(),
    });
    sample.summary.skipped.push(Skipped {
        what: "deleted-record".to_owned(),
        count: None,
        why: "no revision to compare with was given".to_owned(),
    });
    sample
}

/// What an editor meets on an ordinary day.
pub(crate) fn ordinary() -> Sample {
    let mut sample = Sample::default();
    sample.summary.files = 3;
    sample.summary.records = 3;
    sample.summary.references = 7;
    let drug = sample.files.add(Path::new("data/drugs/drg-cetuximab.json"));
    let term = sample.files.add(Path::new("data/terms/trm-egfr.json"));
    let text =
        "{\n  \"id\": \"drg-cetuximab\",\n  \"label\": \"Cetuximab\",\n  \"id\": \"drg-x\"\n}\n";
    sample.add(
        Diagnostic::new(
            &DUPLICATE_KEY,
            "the key `id` occurs twice in this object",
            place(drug, text, "\"id\": \"drg-x"),
        )
        .with_label("the second one")
        .with_related(place(drug, text, "\"id\": \"drg-c"), "the first one")
        .with_note("JSON readers keep the last one, without a word")
        .with_help("delete the one that is not meant")
        .in_record(Some("drg-cetuximab"))
        .at_pointer(Pointer::parse("/id").expect("a pointer")),
    );
    let long = format!(
        "{}\n{{\"labels\": [\"EGFR\", \"egfr\"], \"note\": \"x\"}}\n",
        "\n".repeat(117)
    );
    sample.add(
        Diagnostic::new(
            &MIXED_SPELLING,
            "`egfr` is spelled `EGFR` elsewhere",
            place(term, &long, "\"egfr\""),
        )
        .with_related(place(term, &long, "\"EGFR\""), "here")
        .with_related(place(drug, text, "\"Cetuximab\""), "and near this")
        .with_help("write `EGFR`")
        .with_help("or, if it is another gene,\nadd a term for it")
        .at_pointer(Pointer::parse("/labels/1").expect("a pointer")),
    );
    sample.add(Diagnostic::new(
        &UNUSED_TERM,
        "no record uses this term",
        Place::whole_file(term),
    ));
    sample
}

/// The same with what was there before a change, and what was not.
pub(crate) fn compared() -> Sample {
    let mut sample = ordinary();
    let file = sample.diagnostics[0].place.file;
    sample.add(Diagnostic::new(
        &DUPLICATE_KEY,
        "the key `label` occurs twice in this object",
        Place::whole_file(file),
    ));
    let Sample {
        files, diagnostics, ..
    } = &mut sample;
    diagnostics.sort_by(|left, right| left.compare(right, files));
    for (diagnostic, position) in sample.diagnostics.iter_mut().zip(0..) {
        diagnostic.novelty = Some(if position % 2 == 0 {
            diagnostic
                .notes
                .push("it was already there in `v1`".to_owned());
            Novelty::Known
        } else {
            Novelty::New
        });
    }
    let is_failure = |found: &&Diagnostic| found.severity != Severity::Information;
    let known = sample.diagnostics.iter().filter(is_failure);
    sample.summary.known = known.filter(|found| found.is_known()).count() as u64;
    sample.summary.counts = Counts::of(&sample.diagnostics);
    sample
}

/// Text that is made to deceive a terminal, a CI system or a parser.
pub(crate) const HOSTILE: &str = "\u{1b}[31mred\u{9b}0m \u{202e}txet\u{2066} zero\u{200b}width\u{feff} \
    100% ::error::x ##[group]y ##vso[task.setvariable]z ]]> &<>\"' `{0}` [link](1) \u{7f}\u{fffe}\u{e0041}";

/// Everything that can go wrong between a file and a screen.
pub(crate) fn hostile() -> Sample {
    let mut sample = Sample::default();
    let name = format!("::error::/a:b,c/{HOSTILE}\n.json");
    let evil = sample.files.add(Path::new(&name));
    let plain = sample.files.add(Path::new("/etc/plain.json"));
    let line = format!("\t\"{HOSTILE}\": 薬e\u{301}👩🏽\u{200d}⚕\u{fe0f}x\t\"here\"");
    sample.add(
        Diagnostic::new(&DUPLICATE_KEY, HOSTILE, place(evil, &line, "\"here\""))
            .with_label(format!("{HOSTILE}\n::warning::label"))
            .with_related(place(plain, &line, "薬e\u{301}"), HOSTILE)
            .with_note(format!("first\n::error::note\n##[endgroup]\r\n{HOSTILE}"))
            .with_help("::set-output name=x::y\n  ::debug::z")
            .in_record(Some(HOSTILE))
            .at_pointer(Pointer::parse("/\u{202e}/a~1b/3").expect("a pointer")),
    );
    sample.add(Diagnostic::new(
        &MIXED_SPELLING,
        "a message\nof two lines\r\n::error::three",
        Place::whole_file(evil),
    ));
    let long = format!(
        "{{\"x\": \"{}here{}\"}}",
        "ab\u{301}".repeat(300),
        "薬".repeat(300)
    );
    sample.add(
        Diagnostic::new(
            &UNUSED_TERM,
            format!("`{}` is long", "v".repeat(400)),
            place(plain, &long, "here"),
        )
        .with_label("a place in a long line"),
    );
    let lines = "[\n  \"a\",\n  \"b\"\n]\n";
    sample.add(
        Diagnostic::new(
            &MIXED_SPELLING,
            "several lines",
            place(plain, lines, "\"a\",\n  \"b\""),
        )
        .with_label("this list")
        .with_related(place(plain, lines, "[\n"), ""),
    );
    sample.add(
        Diagnostic::new(
            &MIXED_SPELLING,
            "the end of the file",
            place(plain, "{", ""),
        )
        .with_label("`}` is missing"),
    );
    let end = LineColumn { line: 1, column: 2 };
    sample.add(Diagnostic::new(
        &MIXED_SPELLING,
        "an empty place behind the last character",
        Place {
            start: 1,
            end: 1,
            from: end,
            to: end,
            ..place(plain, "{", "")
        },
    ));
    sample.add(Diagnostic::new(
        &MIXED_SPELLING,
        "a cut line",
        Place {
            excerpt: Some(Excerpt {
                text: "in the middle".to_owned(),
                first_column: 5001,
                is_cut: true,
            }),
            from: LineColumn {
                line: 7,
                column: 5004,
            },
            to: LineColumn {
                line: 7,
                column: 5007,
            },
            ..place(plain, "{", "{")
        },
    ));
    sample
}

/// More than GitHub shows, more than is listed, and equal ones.
pub(crate) fn many() -> Sample {
    let mut sample = Sample::default();
    let file = sample.files.add(Path::new("data/claims.ndjson"));
    let text = "{\"id\": \"clm-1\"}\n".repeat(13);
    let lines = LineIndex::new(&text);
    for number in 0..13 {
        for (rule, column) in [
            (&DUPLICATE_KEY, 1),
            (&MIXED_SPELLING, 7),
            (&UNUSED_TERM, 14),
        ] {
            let start = number * 16 + column;
            let place = Place::new(file, &lines, Span::new(start, start + 2));
            sample.add(Diagnostic::new(rule, "the same message", place));
        }
    }
    sample.summary.counts.errors += 500;
    sample
}

/// A run that came to no result.
pub(crate) fn failed() -> Sample {
    let mut sample = Sample::default();
    sample.summary.files = 1;
    sample.summary.failure = Some(format!("there is nothing in {HOSTILE}\n::error::x"));
    sample
}

pub(crate) fn all() -> [(&'static str, Sample); 6] {
    [
        ("failed", failed()),
        ("empty", empty()),
        ("ordinary", ordinary()),
        ("compared", compared()),
        ("hostile", hostile()),
        ("many", many()),
    ]
}
