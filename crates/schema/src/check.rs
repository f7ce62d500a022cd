//! What the validator would pass over in silence, or choke on: unknown keywords and formats,
//! patterns that are not linear, schemas that multiply without bound.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jsonschema::Draft;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;
use treatise_report::{Diagnostic, Severity};
use treatise_source::{Pointer, Step};

use crate::compile::{Schemas, Scope};
use crate::document::{Document, Part, Unplaced};
use crate::keyword::{ANNOTATIONS, Target, is_known, known};
use crate::nearest::nearest;
use crate::pattern::{Foreign, Pattern, PatternCache, Unusable, foreign};
use crate::rules::{INVALID_SCHEMA, UNKNOWN_FORMAT, UNKNOWN_KEYWORD};
use crate::survey::{Located, Survey};

/// How many schemas may apply to one and the same value, counted with every repetition. The
/// largest that people write by hand (all resources of FHIR in one `oneOf`) stay below 200.
const MOST_AT_ONE_VALUE: u64 = 10_000;

/// How many schemas may lead from one to the next at one value, by reference or as alternatives.
const LONGEST_CHAIN: usize = 500;

/// What all compiled patterns of a run may take, in bytes, and one of them.
const PATTERNS_BYTES: usize = 256 << 20;
pub(crate) const PATTERN_BYTES: usize = 1 << 20;

/// How many different patterns a run compiles.
const MOST_PATTERNS: usize = 10_000;

/// The size limit for each of `count` patterns.
pub(crate) fn pattern_limit(count: usize) -> usize {
    (PATTERNS_BYTES / count.max(1)).min(PATTERN_BYTES)
}

/// Keywords and formats that nothing reads. In a dataset they are errors; a schema that comes from
/// elsewhere may have keywords of its own, so that there they are worth a warning.
pub(crate) fn unknown_words(survey: &Survey<'_>, is_strict: bool) -> Vec<Diagnostic> {
    let formats = jsonschema::options();
    let mut findings = Unplaced::default();
    for located in &survey.schemas {
        let Located {
            document,
            pointer,
            draft,
            ..
        } = located;
        let draft = *draft;
        let Some(keywords) = located.schema.as_object() else {
            continue;
        };
        // Before 2019-09, what stands beside `$ref` is not looked at.
        if draft < Draft::Draft201909 && keywords.contains_key("$ref") {
            continue;
        }
        for name in keywords.keys().filter(|name| !is_known(draft, name)) {
            let at = pointer.join(Step::Member(name));
            let message =
                format!("the keyword `{name}` is neither in JSON Schema nor in our vocabulary");
            // Looking for the nearest word takes longer than all the rest.
            let findings_are_shown = !findings.is_full(document);
            let finding = findings.push(document, at, Part::Name, &UNKNOWN_KEYWORD, message);
            if !findings_are_shown {
                continue;
            }
            finding.help.push(match nearest(name, known(draft)) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "delete it, or say it in `$comment`".into(),
            });
        }
        if let Some(format) = keywords.get("format").and_then(Value::as_str)
            && !formats.is_known_format(draft, format)
        {
            let at = pointer.join(Step::Member("format"));
            let message = format!("the format `{format}` is not one that can be checked");
            let finding = findings.push(document, at, Part::Value, &UNKNOWN_FORMAT, message);
            let help = "use a `pattern`, or a format that the draft defines";
            finding.help.push(help.into());
        }
    }
    for repeated in &survey.repeated {
        let message = format!("the URI `{}` is that of another schema", repeated.uri);
        let at = repeated.pointer.clone();
        let finding = findings.push(repeated.document, at, Part::Value, &INVALID_SCHEMA, message);
        finding
            .help
            .push("give each schema an `$id` of its own".into());
    }
    let mut findings = findings.placed();
    if !is_strict {
        for finding in &mut findings {
            finding.severity = Severity::Warning;
        }
    }
    findings
}

/// Annotations in schemas that only ask, where nothing reads them: a reference there would be checked by
/// nobody.
pub(crate) fn unread_annotations(survey: &Survey<'_>) -> Vec<Diagnostic> {
    let mut findings = Unplaced::default();
    let is_asking = |located: &&Located<'_>| located.asked_by.is_some();
    let asking: Vec<_> = survey.schemas.iter().filter(is_asking).collect();
    if asking.is_empty() {
        return Vec::new();
    }
    let targets = survey.targets();
    // What is referred to may describe a value elsewhere.
    let may_describe = |located: &Located<'_>| {
        let pointer = located.pointer.as_str();
        let ends = pointer.match_indices('/').map(|(at, _)| at);
        let mut around = ends.chain([pointer.len()]).map(|end| &pointer[..end]);
        around.any(|around| targets.contains(&(&*located.document.uri, around.to_owned())))
    };
    for located in asking {
        let (Some(around), Some(keywords)) = (located.asked_by, located.schema.as_object()) else {
            continue;
        };
        let names = keywords.keys().map(String::as_str);
        let mut names = names.filter(|name| ANNOTATIONS.contains(name)).peekable();
        if names.peek().is_none() || may_describe(located) {
            continue;
        }
        for name in names {
            let at = located.pointer.join(Step::Member(name));
            let message = format!("`{name}` is read by nobody below `{around}`");
            let document = located.document;
            let finding = findings.push(document, at, Part::Name, &INVALID_SCHEMA, message);
            finding.help.push(match around {
                "propertyNames" => {
                    "nothing can be said of names; make the object an array of objects that have \
                     the name as a member"
                        .into()
                }
                _ => "say it where the value is described, as below `properties` or `items`".into(),
            });
        }
    }
    findings.placed()
}

/// The number of distinct patterns.
pub(crate) fn pattern_count(survey: &Survey<'_>) -> usize {
    let mut patterns = BTreeSet::new();
    each_pattern(survey, |pattern, _, _, _| {
        patterns.insert(pattern.to_owned());
    });
    patterns.len()
}

/// Patterns that no engine takes, or none in linear time where that is asked for, or more of them than there
/// is time for, and those that others refuse or read otherwise: errors in a dataset, and in a schema from
/// elsewhere worth a warning.
pub(crate) fn bad_patterns(
    survey: &Survey<'_>,
    patterns: &PatternCache,
    limit: usize,
    is_strict: bool,
) -> Vec<Diagnostic> {
    let mut known: BTreeMap<String, Option<Unusable>> = BTreeMap::new();
    let mut findings = Unplaced::default();
    each_pattern(survey, |pattern, document, at, part| {
        if known.len() >= MOST_PATTERNS && !known.contains_key(pattern) {
            if known.len() == MOST_PATTERNS {
                let message = format!("there are more than {MOST_PATTERNS} different patterns");
                findings.push(document, at, part, &INVALID_SCHEMA, message);
                known.insert(pattern.to_owned(), None);
            }
            return;
        }
        let fault = known
            .entry(pattern.to_owned())
            .or_insert_with(|| patterns.get(pattern, limit).err());
        if let Some(fault) = fault {
            let message = format!("this regular expression can't be used: {fault}");
            let finding = findings.push(document, at, part, &INVALID_SCHEMA, message);
            if fault.is_too_costly() {
                let note = "patterns run in linear time, so that no text can stall a check";
                finding.notes.push(note.into());
            }
        } else if let Some(foreign) = foreign(pattern) {
            let Foreign { construct, help } = foreign;
            let message =
                format!("this regular expression has `{construct}`, on which programs disagree");
            let finding = findings.push(document, at, part, &INVALID_SCHEMA, message);
            if !is_strict {
                finding.severity = Severity::Warning;
            }
            let note = "others who read the schema refuse it, or take it for something else";
            finding.notes.push(note.into());
            finding.help.push(help.into());
        }
    });
    findings.placed()
}

/// The patterns of names of members that look around what they match.
pub(crate) fn names_that_look_around(
    survey: &Survey<'_>,
    patterns: &PatternCache,
    limit: usize,
) -> Vec<Arc<Pattern>> {
    let mut found = BTreeMap::new();
    each_pattern(survey, |pattern, _, _, part| {
        let taken = (part == Part::Name).then(|| patterns.get(pattern, limit).ok());
        if let Some(taken) = taken.flatten().filter(|taken| !taken.is_linear()) {
            found.insert(pattern.to_owned(), taken);
        }
    });
    found.into_values().collect()
}

/// Calls `visit` with each pattern, the document that has it, its place and which part of that it is.
fn each_pattern<'d>(survey: &Survey<'d>, mut visit: impl FnMut(&str, &'d Document, Pointer, Part)) {
    for located in &survey.schemas {
        let Located {
            document,
            pointer,
            schema,
            ..
        } = located;
        if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
            let at = pointer.join(Step::Member("pattern"));
            visit(pattern, document, at, Part::Value);
        }
        if let Some(patterns) = schema.get("patternProperties").and_then(Value::as_object) {
            for pattern in patterns.keys() {
                let at = pointer
                    .join(Step::Member("patternProperties"))
                    .join(Step::Member(pattern));
                visit(pattern, document, at, Part::Name);
            }
        }
    }
}

/// Schemas that apply to one value more often, or lead on from one to the next for longer, than
/// any schema needs: validation would never end, or exhaust the stack.
pub(crate) fn multiplying_schema(schemas: &Schemas, documents: &[Document]) -> Option<Diagnostic> {
    let mut count = Multiplicity::default();
    let mut seen = FxHashSet::default();
    let roots = documents.iter().rev();
    let mut todo: Vec<_> = roots
        .map(|document| (document, schemas.scope_of(document)))
        .collect();
    while let Some((document, scope)) = todo.pop() {
        if !seen.insert(scope.address()) {
            continue;
        }
        let message = if count.at_one_value(&scope) > MOST_AT_ONE_VALUE {
            format!(
                "the schema multiplies: more than {MOST_AT_ONE_VALUE} schemas apply to one value"
            )
        } else if count.is_too_long {
            format!("more than {LONGEST_CHAIN} schemas lead from one to the next at one value")
        } else {
            let children = scope.children().map(|(_, scope)| scope);
            let next = scope.referred().into_iter().chain(children);
            todo.extend(next.map(|scope| (document, scope)));
            continue;
        };
        return Some(
            Diagnostic::new(&INVALID_SCHEMA, message, document.place(&Pointer::root()))
                .with_note("references that double at every level make validation exponential"),
        );
    }
    None
}

#[derive(Default)]
struct Multiplicity {
    of: FxHashMap<usize, u64>,
    open: FxHashSet<usize>,
    is_too_long: bool,
}

impl Multiplicity {
    /// How many schemas apply to the value that this one applies to.
    fn at_one_value(&mut self, scope: &Scope<'_>) -> u64 {
        let address = scope.address();
        if let Some(&count) = self.of.get(&address) {
            return count;
        }
        if self.open.len() >= LONGEST_CHAIN {
            self.is_too_long = true;
            return 0;
        }
        // A schema that comes back to itself at the same value is cut off by the validator.
        if !self.open.insert(address) {
            return 0;
        }
        let mut count: u64 = 1;
        for referred in scope.referred() {
            count = count.saturating_add(self.at_one_value(&referred));
        }
        for (target, child) in scope.children() {
            if target == Target::Same {
                count = count.saturating_add(self.at_one_value(&child));
            }
        }
        self.open.remove(&address);
        self.of.insert(address, count);
        count
    }
}
