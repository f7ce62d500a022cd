//! What holds for every fix of every rule: it brings no new finding, a second one changes nothing, and
//! no clinical statement is ever another one afterwards.
//!
//! Held against every case, and against records whose texts and forms were spoilt at random.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;
use rayon::prelude::*;
use serde_json::{Map, Value};
use treatise_dataset::Collection;
use treatise_linter::{
    Base, Documents, Fixed, Linted, Options, apply, difference, fixes, lint, rules,
};
use treatise_report::Applicability;
use treatise_schema::{FieldPath, FieldTable, Schema, Segment};

use crate::case::{Case, cases, files, read, schemas, tests, write};

/// As the program does it: fixes that make room for others are applied again.
const MOST_ROUNDS: usize = 8;

/// Findings by rule, record and place in it.
type Count = BTreeMap<(String, String, String), usize>;

#[test]
fn a_fix_of_a_case_is_declared_and_mends_and_does_nothing_else() {
    type Offered = BTreeSet<(&'static str, Applicability)>;
    let tried = |case: &Case| -> (Option<String>, Offered) {
        let folder = case.dataset(case.records());
        let documents = documents();
        let options = options(&documents);
        let before = look(folder.path(), &options);
        let found = before.findings.kept.iter();
        let offered = found.filter_map(|finding| {
            let fix = finding.fix.as_ref()?;
            Some((finding.rule.name, fix.applicability))
        });
        let fault = fault(&before, &options);
        let fault = fault.map(|fault| format!("{}/{}: {fault}", case.rule, case.name));
        (fault, offered.collect())
    };
    let tried: Vec<_> = cases().par_iter().map(tried).collect();
    let (faults, offered): (Vec<_>, Vec<_>) = tried.into_iter().unzip();
    let faults: Vec<_> = faults.into_iter().flatten().collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let offered: Offered = offered.into_iter().flatten().collect();
    let declared = rules()
        .into_iter()
        .filter_map(|rule| Some((rule.name, rule.fix?)));
    assert_eq!(offered, declared.collect());
}

fn documents() -> Documents {
    Documents::read(&tests().join("base/documents")).expect("the documents can be read")
}

/// All that can be found is.
fn options(documents: &Documents) -> Options<'_> {
    Options {
        schemas: Some(schemas()),
        documents: Some(documents),
        keep: usize::MAX,
        ..Options::default()
    }
}

/// What is wrong with the fixes of a dataset, if anything is.
fn fault_in(root: &Path) -> Option<String> {
    let documents = documents();
    let options = options(&documents);
    fault(&look(root, &options), &options)
}

fn fault(before: &Linted, options: &Options<'_>) -> Option<String> {
    let fixed = |allowed| fixes(before, allowed).expect("the dataset can be read");
    let (safe, all) = (fixed(Applicability::Safe), fixed(Applicability::Unsafe));
    let is_same = difference(&safe) == difference(&all);
    fault_of(before, options, &safe, Applicability::Safe).or_else(|| {
        let others = (!is_same).then_some(&all)?;
        fault_of(before, options, others, Applicability::Unsafe)
    })
}

fn look(root: &Path, options: &Options<'_>) -> Linted {
    lint(root, options).expect("the dataset can be read")
}

/// What is wrong with some fixes of a dataset, and those that they make room for.
fn fault_of(
    before: &Linted,
    options: &Options<'_>,
    fixed: &Fixed,
    allowed: Applicability,
) -> Option<String> {
    if fixed.is_empty() {
        return None;
    }
    let root = before.dataset.root();
    let copy = tempfile::tempdir().expect("there is a temporary folder");
    for (path, content) in files(root) {
        write(&copy.path().join(path), &content);
    }
    let copy = copy.path();
    apply(copy, fixed).expect("a temporary folder can be written to");
    let mut rounds = 1;
    // Rules about changes see what the fixes have changed.
    let since = Options {
        base: Some(Base {
            root,
            name: "before",
            approved: &[],
        }),
        ..*options
    };
    let after = loop {
        let after = look(copy, &since);
        let more = fixes(&after, allowed).expect("the dataset can be read");
        if more.is_empty() {
            break after;
        }
        if rounds == MOST_ROUNDS {
            return Some(format!("the fixes ({}) come to no end", allowed.name()));
        }
        rounds += 1;
        apply(copy, &more).expect("a temporary folder can be written to");
    };
    let (old, new) = (count(before), count(&after));
    let more = new.iter().find(|(finding, count)| {
        let there = old.get(*finding).copied().unwrap_or_default();
        **count > there
    });
    if let Some((finding, _)) = more {
        return Some(format!("the fixes ({}) bring {finding:?}", allowed.name()));
    }
    changed_meaning(before, root, copy)
        .map(|place| format!("the fixes ({}) change {place}", allowed.name()))
}

fn count(linted: &Linted) -> Count {
    let mut count = Count::new();
    for finding in &linted.findings.kept {
        let file = linted.dataset.files().name(finding.place.file);
        let pointer = finding.pointer.as_ref().map(ToString::to_string);
        let key = (
            finding.rule.name.to_owned(),
            file.to_owned(),
            pointer.unwrap_or_default(),
        );
        *count.entry(key).or_default() += 1;
    }
    count
}

/// The first place that carries meaning and has another value in the copy.
fn changed_meaning(linted: &Linted, root: &Path, copy: &Path) -> Option<String> {
    for collection in linted.dataset.collections() {
        let Some(table) = collection.schema().map(Schema::fields) else {
            continue;
        };
        let place = &collection.entry().path;
        let [before, after] = [root, copy].map(|root| texts(collection, &root.join(place)));
        assert_eq!(before.len(), after.len(), "no record comes or goes");
        for ((name, before), after) in before.iter().zip(after.values()) {
            // What is no JSON is not mended.
            let (Ok(before), Ok(after)) =
                (serde_json::from_str(before), serde_json::from_str(after))
            else {
                continue;
            };
            let is_same = holds_same(table, &FieldPath::default(), &before, &after);
            if !is_same {
                return Some(format!("{place}/{name}"));
            }
        }
    }
    None
}

/// The texts of the records of a collection, by their files or lines.
fn texts(collection: &Collection, place: &Path) -> BTreeMap<String, String> {
    if !collection.has_lines() {
        return files(place);
    }
    let lines = read(place);
    let numbered = (1..).zip(lines.split('\n'));
    let lines = numbered.map(|(number, line): (u32, _)| (format!("{number:06}"), line.to_owned()));
    lines.collect()
}

/// Whether all that carries meaning is the same in both values at a place.
fn holds_same(table: &FieldTable, path: &FieldPath, before: &Value, after: &Value) -> bool {
    if table.get(path).is_some_and(|field| field.is_meaning) {
        return before == after;
    }
    let below = |segment: Segment| {
        let mut children = table.children(path);
        children
            .find(|field| field.path.segments().last() == Some(&segment))
            .map(|field| field.path.clone())
    };
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => before.iter().all(|(name, value)| {
            let path = below(Segment::Member(name.clone())).or_else(|| below(Segment::Entry));
            let other = after.get(name).unwrap_or(&Value::Null);
            path.is_none_or(|path| holds_same(table, &path, value, other))
        }),
        (Value::Array(before), Value::Array(after)) => {
            before.len() == after.len()
                && before.iter().zip(after).all(|(value, other)| {
                    let path = below(Segment::Element);
                    path.is_none_or(|path| holds_same(table, &path, value, other))
                })
        }
        _ => true,
    }
}

/// How a text is spoilt.
#[derive(Clone, Copy, Debug)]
enum Spoil {
    DoubledSpace,
    LeadingSpace,
    StraightQuotes,
    Decomposed,
    OtherVariety,
    Capital,
    FullStop,
    UpperCase,
    OtherDash,
    Resolver,
    Http,
    Glued,
    Escapes,
}

/// How a file is written.
#[derive(Clone, Copy, Debug)]
enum Form {
    Canonical,
    Compact,
    Reversed,
    Escaped,
    CarriageReturns,
}

const SPOILS: &[Spoil] = &[
    Spoil::DoubledSpace,
    Spoil::LeadingSpace,
    Spoil::StraightQuotes,
    Spoil::Decomposed,
    Spoil::OtherVariety,
    Spoil::Capital,
    Spoil::FullStop,
    Spoil::UpperCase,
    Spoil::OtherDash,
    Spoil::Resolver,
    Spoil::Http,
    Spoil::Glued,
    Spoil::Escapes,
];
const FORMS: &[Form] = &[
    Form::Canonical,
    Form::Compact,
    Form::Reversed,
    Form::Escaped,
    Form::CarriageReturns,
];

impl Spoil {
    fn apply(self, text: &str) -> String {
        match self {
            Self::DoubledSpace => text.replacen(' ', "  ", 1) + " ",
            Self::LeadingSpace => format!(" {text}"),
            Self::StraightQuotes => {
                let straight = text.replace('’', "'").replace(['“', '”'], "\"");
                straight.replacen(' ', " \"", 1) + "\""
            }
            Self::Decomposed => text.replacen('e', "e\u{301}", 1),
            Self::OtherVariety => text.replace("tumor", "tumour").replace("color", "colour"),
            Self::Capital => text
                .split(' ')
                .map(|word| {
                    let mut characters = word.chars();
                    let first = characters.next().map(|first| first.to_ascii_uppercase());
                    first.into_iter().chain(characters).collect()
                })
                .collect::<Vec<String>>()
                .join(" "),
            Self::FullStop => format!("{text}."),
            Self::UpperCase => text.to_uppercase(),
            Self::OtherDash => text.replace('-', "–"),
            Self::Resolver => format!("https://doi.org/{text}"),
            Self::Http => text.replace("https://", "http://www."),
            Self::Glued => text.replacen(". ", ".", 1).replacen(", ", ",", 1),
            Self::Escapes => text.replace('/', "%2f"),
        }
    }
}

impl Form {
    fn write(self, record: &Value) -> String {
        match self {
            Self::Canonical => {
                serde_json::to_string_pretty(record).expect("a JSON value can be written") + "\n"
            }
            Self::CarriageReturns => Self::Canonical.write(record).replace('\n', "\r\n"),
            Self::Compact => record.to_string(),
            Self::Reversed => reversed(record).to_string(),
            Self::Escaped => {
                let escaped = record.to_string();
                escaped
                    .chars()
                    .map(|character| match u32::from(character) {
                        code @ 0x80..0x1_0000 => format!("\\u{code:04x}"),
                        _ => character.to_string(),
                    })
                    .collect()
            }
        }
    }
}

fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().rev();
            let members = members.map(|(name, value)| (name.clone(), reversed(value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(elements) => elements.iter().map(reversed).collect(),
        other => other.clone(),
    }
}

/// The strings of a value, ids of records left alone: those of broken records are broken as well.
fn strings(value: &mut Value) -> Vec<&mut String> {
    match value {
        Value::String(text) => vec![text],
        Value::Object(members) => {
            let members = members.iter_mut().filter(|(name, _)| *name != "id");
            members.flat_map(|(_, value)| strings(value)).collect()
        }
        Value::Array(elements) => elements.iter_mut().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

/// Spoils a dataset: which record, which of its strings and how, and the form of the file.
fn spoil(root: &Path, spoils: &[(Index, Index, Index, Index)]) {
    let paths: Vec<_> = files(&root.join("data"))
        .into_keys()
        .filter(|path| {
            path.contains('/') && Path::new(path).extension().is_some_and(|it| it == "json")
        })
        .collect();
    // A case may have its records in lines of one file.
    if paths.is_empty() {
        return;
    }
    for (record, text, how, form) in spoils {
        let path = root.join("data").join(&paths[record.index(paths.len())]);
        let Ok(mut value) = serde_json::from_str::<Value>(&read(&path)) else {
            continue;
        };
        let mut strings = strings(&mut value);
        if !strings.is_empty() {
            let at = text.index(strings.len());
            let spoilt = how.get(SPOILS).apply(strings[at]);
            *strings[at] = spoilt;
        }
        write(&path, &form.get(FORMS).write(&value));
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_fix_of_spoilt_records_mends_and_does_nothing_else(
        case in any::<Index>(),
        spoils in prop::collection::vec(any::<(Index, Index, Index, Index)>(), 1..12),
    ) {
        let mut cases = cases();
        cases.push(Case::base(&tests().join("base")));
        let case = case.get(&cases);
        let folder = case.dataset(case.records());
        spoil(folder.path(), &spoils);
        prop_assert_eq!(fault_in(folder.path()), None, "{}/{}", case.rule, case.name);
    }
}

#[test]
fn accents_written_apart_hide_no_words() {
    let folder = Case::base(&tests().join("base")).dataset(None);
    let path = folder.path().join("data/agents/agt-example-society.json");
    let mut agent: Value = serde_json::from_str(&read(&path)).expect("it is JSON");
    agent["notes"] = serde_json::json!({ "en": "Not so he\u{301}at.E\u{301}tat is left." });
    write(&path, &agent.to_string());
    assert_eq!(fault_in(folder.path()), None);
}

#[test]
fn the_real_dataset_can_be_spoilt_and_mended() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let copy = tempfile::tempdir().expect("there is a temporary folder");
    for folder in ["data", "schemas"] {
        for (path, content) in files(&root.join(folder)) {
            write(&copy.path().join(folder).join(path), &content);
        }
    }
    let data = copy.path().join("data");
    let texts = files(&data).into_iter().enumerate();
    for (number, (path, text)) in texts.filter(|(_, (path, _))| path.contains('/')) {
        let Ok(mut value) = serde_json::from_str::<Value>(&text) else {
            continue;
        };
        // Every string in its turn, so that each kind of fault meets each kind of record.
        for (at, string) in strings(&mut value).into_iter().enumerate() {
            if (number + at).is_multiple_of(5) {
                *string = SPOILS[(number / 5 + at) % SPOILS.len()].apply(string);
            }
        }
        write(&data.join(path), &FORMS[number % FORMS.len()].write(&value));
    }
    assert_eq!(fault_in(copy.path()), None);
}

#[test]
fn what_carries_meaning_is_told_from_what_does_not() {
    let folder = Case::base(&tests().join("base")).dataset(None);
    let linted = lint(folder.path(), &Options::default()).expect("the base can be read");
    let claims = linted.dataset.collections().iter();
    let mut claims = claims.filter(|collection| collection.name() == "claims");
    let table = claims
        .next()
        .and_then(Collection::schema)
        .map(Schema::fields);
    let table = table.expect("the base has claims");
    let claim: Value = serde_json::from_str(&read(
        &folder
            .path()
            .join("data/claims/clm-cryoablation-fever.json"),
    ))
    .expect("it is JSON");
    let same = |change: &dyn Fn(&mut Value)| {
        let mut changed = claim.clone();
        change(&mut changed);
        holds_same(table, &FieldPath::default(), &claim, &changed)
    };
    assert!(same(
        &|claim| claim["review"]["curated_on"] = "2020-01-01".into()
    ));
    assert!(!same(
        &|claim| claim["statement"]["en"] = "Another one.".into()
    ));
    assert!(!same(&|claim| claim["frequency"] = "never".into()));
}

#[test]
fn what_somebody_has_saved_meanwhile_is_not_overwritten() {
    let options = Options {
        schemas: Some(schemas()),
        ..Options::default()
    };
    let mended = cases().iter().find_map(|case| {
        let folder = case.dataset(case.records());
        let linted = look(folder.path(), &options);
        let fixed = fixes(&linted, Applicability::Safe).expect("the dataset can be read");
        (!fixed.is_empty()).then_some((folder, fixed))
    });
    let (folder, fixed) = mended.expect("some rule has fixes");
    for (path, content) in files(folder.path()) {
        write(&folder.path().join(path), &(content + "\n"));
    }
    let saved = files(folder.path());
    let refused = apply(folder.path(), &fixed).expect_err("these are other texts");
    let said = refused.to_string();
    assert!(said.contains("it has changed since it was read"), "{said}");
    assert_eq!(files(folder.path()), saved);
}
