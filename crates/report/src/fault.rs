//! Faults of texts and trees as findings: the rules that they break, and the sentences.

use treatise_source::{Fault, FaultKind, LineIndex, NumberLoss, Span, Syntax};

use crate::{Diagnostic, FileId, Place, Severity};

/// Where a document lies: its file, and where in the file it starts.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// The file.
    pub file: FileId,
    /// Offset of the document in the file, in bytes.
    pub offset: u64,
    /// Line on which it starts, from 1.
    pub first_line: u32,
}

impl Origin {
    /// A document that is the whole file.
    pub fn whole(file: FileId) -> Self {
        Self {
            file,
            offset: 0,
            first_line: 1,
        }
    }

    /// A place in the document.
    pub fn place(self, lines: &LineIndex<'_>, span: Span) -> Place {
        Place::within(self.file, lines, span, self.offset, self.first_line)
    }
}

/// How a document is read.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Whether the rules of a curated dataset hold, or only those of JSON itself: then what is legal
    /// JSON but unwise is a warning.
    pub is_strict: bool,
    /// Whether it is a line, and the other lines of its file are documents too.
    pub is_line: bool,
}

crate::rules! {
    /// The rules of texts and trees.
    TEXT_RULES {
        /// Bytes that are not UTF-8.
        INVALID_UTF8 = "invalid-utf8", Error, File:
            "bytes that are not UTF-8",
            "JSON is exchanged in UTF-8. Save the file in that encoding; the bytes shown come from another one.";
        /// A byte order mark.
        BYTE_ORDER_MARK = "byte-order-mark", Error, File:
            "a byte order mark at the start of the file",
            "RFC 8259 forbids it and many readers stumble over it. Save the file as UTF-8 without BOM.";
        /// Not JSON.
        INVALID_JSON = "invalid-json", Error, File:
            "text that is not JSON",
            "The file breaks the grammar of RFC 8259, so no program reads it as meant. Mend the place shown; what follows it is read as well as possible.";
        /// A repeated member name.
        DUPLICATE_KEY = "duplicate-key", Error, File:
            "a member name that occurs twice in one object",
            "JSON readers keep one of the two values, mostly the last, without a word. Delete the one that is not meant.";
        /// A number that a double changes.
        LOSSY_NUMBER = "lossy-number", Error, File:
            "a number that changes when it is read as a double",
            "Most programs read JSON numbers as IEEE 754 doubles. Write fewer digits, or a string where every digit matters.";
        /// Half a surrogate pair.
        LONE_SURROGATE = "lone-surrogate", Error, File:
            "an escape for half of a UTF-16 surrogate pair",
            "It stands for no character, and readers refuse or replace it. Write the character itself, or both halves.";
        /// A control character.
        CONTROL_CHARACTER = "control-character", Error, File:
            "a control character in a text",
            "It can't be seen and can steer terminals and logs. Delete it; line feed and tab are the only ones allowed.";
        /// A character that shows nothing.
        INVISIBLE_CHARACTER = "invisible-character", Error, File:
            "a character that shows nothing",
            "Two texts that look the same differ by it, and content can be hidden with it. Delete it. It is right where it changes what is seen: a joiner or non-joiner between letters that would join otherwise (Persian, Hindi), a zero-width space beside a letter of Khmer or Thai, the variation selectors and joiners of emoji.";
        /// A direction control.
        BIDI_CONTROL = "bidi-control", Error, File:
            "a character that changes the direction of the text around it",
            "A reviewer sees another order than a program reads (CVE-2021-42574). Delete it. A mark of direction is right in a string that has letters written from right to left nearby.";
        /// Too deep.
        TOO_DEEP = "too-deep", Error, File:
            "arrays or objects nested deeper than the limit",
            "Deep nesting exhausts programs that read by recursion. Flatten the value.";
    }
}

/// The finding for a fault.
pub fn diagnose(
    fault: &Fault,
    lines: &LineIndex<'_>,
    text: &str,
    origin: Origin,
    reading: Reading,
) -> Diagnostic {
    let place = origin.place(lines, fault.span);
    let source = text.get(fault.span.range()).unwrap_or_default();
    let related = |diagnostic: Diagnostic, label: &str| match fault.related {
        Some(span) => diagnostic.with_related(origin.place(lines, span), label),
        None => diagnostic,
    };
    let diagnostic = match fault.kind {
        FaultKind::InvalidUtf8 | FaultKind::Utf16 => encoding_diagnostic(fault, place),
        FaultKind::ByteOrderMark => mark_diagnostic(place, origin),
        FaultKind::InvalidJson(syntax) => {
            syntax_diagnostic(syntax, source, place, reading.is_line, related)
        }
        FaultKind::DuplicateKey => related(
            Diagnostic::new(
                &DUPLICATE_KEY,
                format!("the member {} occurs twice in this object", quoted(source)),
                place,
            )
            .with_label("readers mostly keep this one"),
            "and drop this one without a word",
        )
        .with_help("delete the one that is not meant"),
        FaultKind::LossyNumber(loss) => number_diagnostic(loss, source, place),
        FaultKind::LoneSurrogate => Diagnostic::new(
            &LONE_SURROGATE,
            format!(
                "{} is half of a surrogate pair and stands for no character",
                quoted(source)
            ),
            place,
        )
        .with_help("write the character itself, or both halves of the pair"),
        FaultKind::ControlCharacter(character) => Diagnostic::new(
            &CONTROL_CHARACTER,
            format!(
                "the text contains the control character {}",
                named(character)
            ),
            place,
        )
        .with_help("delete it; only line feed and tab are allowed"),
        FaultKind::InvisibleCharacter(character) => Diagnostic::new(
            &INVISIBLE_CHARACTER,
            format!(
                "the text contains {}, which shows nothing",
                named(character)
            ),
            place,
        )
        .with_help("delete it"),
        FaultKind::BidiControl(character) => Diagnostic::new(
            &BIDI_CONTROL,
            format!(
                "the text contains {}, which changes the direction of the text around it",
                named(character)
            ),
            place,
        )
        .with_help("delete it"),
        FaultKind::TooDeep { limit } => Diagnostic::new(
            &TOO_DEEP,
            format!("arrays and objects are nested more than {limit} deep"),
            place,
        )
        .with_note("the rest of the document was not read"),
        FaultKind::TooManyFaults => Diagnostic::new(
            &INVALID_JSON,
            "too many faults: the rest of the document was not read",
            place,
        )
        .with_help("mend the faults above and run again"),
    };
    let diagnostic = with_unlisted(diagnostic, fault.unlisted);
    let is_legal_json = !matches!(
        fault.kind,
        FaultKind::InvalidUtf8
            | FaultKind::Utf16
            | FaultKind::InvalidJson(_)
            | FaultKind::TooDeep { .. }
            | FaultKind::TooManyFaults
            | FaultKind::LoneSurrogate
    );
    if is_legal_json && !reading.is_strict {
        return Diagnostic {
            severity: Severity::Warning,
            ..diagnostic
        };
    }
    diagnostic
}

fn encoding_diagnostic(fault: &Fault, place: Place) -> Diagnostic {
    let message = match (fault.kind, fault.span.len()) {
        (FaultKind::Utf16, _) => "the file is written in UTF-16".to_owned(),
        (_, 1) => "this byte is not UTF-8".to_owned(),
        (_, count) => format!("these {count} bytes are not UTF-8"),
    };
    Diagnostic::new(&INVALID_UTF8, message, place).with_help("save the file as UTF-8")
}

fn with_unlisted(diagnostic: Diagnostic, unlisted: u64) -> Diagnostic {
    match unlisted {
        0 => diagnostic,
        1 => diagnostic.with_note("there is 1 more fault like this that is not listed"),
        more => diagnostic.with_note(format!(
            "there are {more} more faults like these that are not listed"
        )),
    }
}

fn mark_diagnostic(place: Place, origin: Origin) -> Diagnostic {
    let (message, help) = match origin.offset {
        0 => (
            "the file starts with a byte order mark",
            "save the file as UTF-8 without BOM",
        ),
        // It comes from the start of a file that was put behind another one.
        _ => ("the line starts with a byte order mark", "delete it"),
    };
    Diagnostic::new(&BYTE_ORDER_MARK, message, place).with_help(help)
}

fn syntax_diagnostic(
    syntax: Syntax,
    source: &str,
    place: Place,
    is_line: bool,
    related: impl Fn(Diagnostic, &str) -> Diagnostic,
) -> Diagnostic {
    let new = |message: String, place| Diagnostic::new(&INVALID_JSON, message, place);
    let found = || match source {
        "" => "the end of the text".to_owned(),
        _ => quoted(source),
    };
    match syntax {
        Syntax::Empty => new("the document is empty".into(), place)
            .with_help("write a JSON value, or delete the file"),
        Syntax::ExpectedValue => new(format!("expected a value, found {}", found()), place),
        Syntax::UnknownWord => new(format!("{} is no JSON value", found()), place)
            .with_help("the only words are `true`, `false` and `null`; put text in double quotes"),
        Syntax::InvalidNumber => new(format!("{} is no JSON number", found()), place).with_help(
            "a number has no leading zeros or plus sign, and digits on both sides of its point",
        ),
        Syntax::ExpectedKey => new(format!("expected a member name, found {}", found()), place)
            .with_help(match source {
                "," => "delete it: no member stands before this comma",
                _ => "put member names in double quotes",
            }),
        Syntax::ExpectedColon => new(
            format!("expected a colon after the member name, found {}", found()),
            place,
        )
        .with_help("put a colon between the name and its value"),
        Syntax::MissingComma => new("a comma is missing before this".into(), place)
            .with_help("put a comma after the value before it"),
        Syntax::ExpectedCommaOrEnd => new(
            format!("expected a comma or a closing bracket, found {}", found()),
            place,
        ),
        Syntax::TrailingComma => new("nothing follows this comma".into(), place)
            .with_help("delete it: JSON has no comma after the last item"),
        Syntax::MismatchedBracket => related(
            new(format!("{} does not close what is open", found()), place),
            "this is open",
        ),
        Syntax::UnclosedBracket => {
            let unclosed = related(
                new("the document ends before this is closed".into(), place)
                    .with_label("the document ends here"),
                "this is never closed",
            );
            match is_line {
                true => unclosed.with_help("a line holds one whole value; put all of it on this line, or delete what opens it"),
                false => unclosed,
            }
        }
        Syntax::UnclosedString => new("this string is never closed".into(), place)
            .with_help("put a double quote at its end, and write a line break in it as `\\n`"),
        Syntax::SingleQuotes => {
            new("this string is in single quotes".into(), place).with_help("use double quotes")
        }
        Syntax::CurlyQuotes => new(
            "this string is in typographic quotation marks".into(),
            place,
        )
        .with_help("use straight double quotes"),
        Syntax::MergeConflict => new("a merge conflict is left unresolved here".into(), place)
            .with_help(
                "keep what is right of both versions, and delete the lines that git has added",
            ),
        Syntax::Comment => new("JSON has no comments".into(), place)
            .with_help("delete it; what readers should know can be a member of its own"),
        Syntax::RawControlCharacter(character) => new(
            format!(
                "a string holds the raw control character {}",
                named(character)
            ),
            place,
        )
        .with_help("delete it, or write a tab as `\\t` and a line feed as `\\n`"),
        Syntax::InvalidEscape => new(format!("JSON has no escape {}", found()), place)
            .with_help("write a backslash as `\\\\`"),
        Syntax::TrailingCharacters => new("the document goes on after its value".into(), place)
            .with_help(match is_line {
                true => {
                    "a line holds one value; delete what follows, or put it on a line of its own"
                }
                false => "a file holds one value; delete the rest",
            }),
    }
}

fn number_diagnostic(loss: NumberLoss, source: &str, place: Place) -> Diagnostic {
    let number = quoted(source);
    let (message, help) = match loss {
        NumberLoss::BeyondSafeInteger => (
            format!("{number} is beyond ±2^53, where doubles no longer hold every integer"),
            "write it as a string, or in a larger unit",
        ),
        NumberLoss::Rounded => (
            format!("{number} has more digits than a double keeps"),
            "write at most 15 significant digits, or a string",
        ),
        NumberLoss::Overflow => (
            format!("{number} is larger than any double"),
            "write it as a string, or in a larger unit",
        ),
        NumberLoss::Underflow => (
            format!("{number} is so small that a double makes it zero"),
            "write `0`, or use a smaller unit",
        ),
        NumberLoss::NegativeZero => (
            format!("{number} loses its sign in many programs"),
            "write `0`",
        ),
    };
    Diagnostic::new(&LOSSY_NUMBER, message, place).with_help(help)
}

/// A piece of the text in backticks, cut where it is long.
fn quoted(source: &str) -> String {
    const LONGEST: usize = 60;
    let content = source.strip_prefix('"');
    let content = content.and_then(|content| content.strip_suffix('"'));
    // Quotes alone are what is meant.
    let content = content.filter(|content| !content.is_empty());
    let mut characters = content.unwrap_or(source).chars();
    let shown: String = characters.by_ref().take(LONGEST).collect();
    let rest = if characters.next().is_some() {
        "…"
    } else {
        ""
    };
    format!("`{shown}{rest}`")
}

fn named(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}
