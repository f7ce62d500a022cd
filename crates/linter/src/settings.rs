//! The settings of a dataset for its rules: levels that name nothing, and exceptions.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use treatise_dataset::{Collection, Dataset, Exception, Findings, Level, RuleLevel, Within};
use treatise_report::{Counts, Diagnostic, Place};
use treatise_schema::{nearest, nearest_id};
use treatise_source::{Pointer, Step};

use crate::finding::Weight;
use crate::plan::{Choice, Levels};
use crate::registry::{is_about_soundness, rule};

treatise_report::rules! {
    /// The rules about the settings themselves.
    RULES {
        /// A name that no rule has.
        UNKNOWN_RULE = "unknown-rule", Error, Dataset:
            "a setting or exception that names no rule, collection or file",
            "A setting that nothing reads is most likely misspelt, and what it should change stays as it is.\n\n# How to mend it\n\nGive the name that `treatise rules` lists. Collections are named as in the manifest; paths are those of files or folders of the dataset, from its root.";
        /// A setting that would hide why a dataset can't be used.
        UNSOUND_SETTING = "unsound-setting", Error, Dataset:
            "a setting or exception for a rule that always holds",
            "Texts, schemas, ids and references have to be right before anything can be made of a dataset: one that breaks a rule of these is never exported nor released. If such a finding could be accepted or turned down, a check would pass that promises nothing. So the setting changes nothing, and the finding is reported all the same.\n\n# How to mend it\n\nDelete the setting or exception, and mend what the rule finds.\n\n# What it leaves alone\n\nThe level `error`, which these rules have anyway, and all rules about content.";
        /// An exception that excuses nothing.
        UNUSED_EXCEPTION = "unused-exception", Error, Dataset:
            "an exception that matches no finding",
            "Either what it accepted was mended, or it never matched; the next fault at its place would be accepted unseen.\n\n# How to mend it\n\nDelete the exception, or mend the names in it.\n\n# What it leaves alone\n\nExceptions of rules that were not looked for in this run, or that could not see all that they look at: while something of the dataset can't be read, and for rules about documents, while the text of one that is cited is not at hand. All of them, where only some files are reported.";
        /// An exception for which nobody answers.
        UNKNOWN_OWNER = "unknown-owner", Error, Dataset:
            "an exception whose owner is an id of nobody",
            "Somebody has to look again when the exception runs out, and reviewers have to know whom to ask. An id that no agent has leads to nobody.\n\n# How to mend it\n\nGive the id of an agent, or the name of a team.\n\n# What it leaves alone\n\nNames of teams, which are those that don't begin as the ids of a collection do.";
        /// An exception that does not say why.
        EXCEPTION_WITHOUT_REASON = "exception-without-reason", Error, Dataset:
            "an exception whose reason says nothing",
            "A reviewer can only judge an accepted finding by its reason, and whoever meets it later has nothing else.\n\n# How to mend it\n\nWrite a sentence: why the finding is right or can't be mended now, and what would change that. Fewer than three words, or a word such as `todo`, is no reason.";
    }
}

/// Names in the manifest that mean nothing.
pub(crate) fn check_levels(dataset: &Dataset) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let place = |pointer: &str| dataset.place_in_manifest(pointer);
    let names = || dataset.collections().iter().map(Collection::name);
    let are_all_there = dataset.collections().iter().all(Collection::is_there);
    for (name, level) in &dataset.manifest().rules {
        if let Err(meant) = rule(name) {
            if let Some(place) = place(&format!("/rules/{name}")) {
                findings.push(unknown_rule(name, meant, place));
            }
        }
        if is_about_soundness(name) {
            let lowered = lowered(name, level).into_iter();
            findings.extend(lowered.filter_map(|pointer| {
                let message = format!("the level of `{name}` can't be lowered");
                Some(
                    Diagnostic::new(&UNSOUND_SETTING, message, place(pointer.as_str())?)
                        .with_note(ALWAYS_HOLDS)
                        .with_help("delete the setting, and mend what the rule finds")
                        .at_pointer(pointer),
                )
            }));
        }
        let RuleLevel::ByPlace {
            collections, paths, ..
        } = level
        else {
            continue;
        };
        for path in paths.keys() {
            let pointer = Pointer::root()
                .join(Step::Member("rules"))
                .join(Step::Member(name))
                .join(Step::Member("paths"))
                .join(Step::Member(path));
            let place = place(pointer.as_str());
            let is_known = dataset.reads_from(Path::new(path)) || !are_all_there;
            if let Some(place) = place.filter(|_| !is_known) {
                let message = format!("there is no file of the dataset at or below `{path}`");
                findings.push(
                    Diagnostic::new(&UNKNOWN_RULE, message, place)
                        .with_help("mend the path, or delete the setting"),
                );
            }
        }
        for collection in collections.keys() {
            let Some(place) = place(&format!("/rules/{name}/collections/{collection}")) else {
                continue;
            };
            if !names().any(|known| known == collection) {
                let message = format!("there is no collection `{collection}`");
                let finding = Diagnostic::new(&UNKNOWN_RULE, message, place);
                findings.push(match nearest(collection, names()) {
                    Some(meant) => finding.with_help(format!("did you mean `{meant}`?")),
                    None => finding,
                });
            }
        }
    }
    findings
}

const ALWAYS_HOLDS: &str = "a dataset with such an error can't be exported or released";

/// Where a rule gets a lower level than `error`.
fn lowered(name: &str, level: &RuleLevel) -> Vec<Pointer> {
    let rules = Pointer::root().join(Step::Member("rules"));
    let home = rules.join(Step::Member(name));
    let mut lowered = Vec::new();
    let mut look = |pointer: Pointer, level: Level| {
        if level != Level::Error {
            lowered.push(pointer);
        }
    };
    match level {
        RuleLevel::Everywhere(level) => look(home, *level),
        RuleLevel::ByPlace {
            level,
            collections,
            paths,
        } => {
            if let Some(level) = level {
                look(home.join(Step::Member("level")), *level);
            }
            for (kind, levels) in [("collections", collections), ("paths", paths)] {
                for (place, level) in levels {
                    let home = home.join(Step::Member(kind));
                    look(home.join(Step::Member(place)), *level);
                }
            }
        }
    }
    lowered
}

/// Gives the findings about settings the levels that were set; lints know theirs, and all other
/// rules keep their own.
pub(crate) fn apply_levels(dataset: &Dataset, findings: &mut Findings, choice: Choice<'_>) {
    let manifest = dataset.manifest();
    let is_set = |name: &str| {
        manifest.rules.contains_key(name) || choice.levels.iter().any(|(set, _)| set == name)
    };
    let (mut before, mut after) = (Counts::default(), Counts::default());
    findings.kept.retain_mut(|finding| {
        if !RULES.contains(&finding.rule) || !is_set(finding.rule.name) {
            return true;
        }
        before += Counts::of([&*finding]);
        let path = Path::new(dataset.files().name(finding.place.file));
        let home = dataset
            .collections()
            .iter()
            .find(|collection| path.starts_with(&collection.entry().path));
        let levels = Levels::of(
            finding.rule,
            home.map_or("", |collection| collection.name()),
            manifest,
            Choice {
                only: &[],
                ..choice
            },
        );
        match levels.at(path) {
            Some(Weight::Set(severity)) => finding.severity = severity,
            Some(Weight::Own(_)) => {}
            None => return false,
        }
        after += Counts::of([&*finding]);
        true
    });
    findings.counts -= before;
    findings.counts += after;
}

/// Takes the accepted findings away, and reports exceptions that accept nothing. `was_run` tells
/// whether the findings of a rule are all there.
pub(crate) fn apply_exceptions(
    dataset: &Dataset,
    findings: &mut Findings,
    was_run: impl Fn(&str) -> bool,
) {
    let exceptions = dataset.exceptions();
    if exceptions.is_empty() {
        return;
    }
    let mut by_scope: HashMap<Scope<'_>, Vec<usize>> = HashMap::new();
    for (number, exception) in exceptions.iter().enumerate() {
        let scope = Scope::of_exception(exception);
        by_scope.entry(scope).or_default().push(number);
    }
    let mut used = BTreeSet::new();
    let mut accepted = Vec::new();
    findings.kept.retain(|finding| {
        let mut is_accepted = false;
        // What keeps a dataset from being sound stays, whoever accepts it.
        if is_about_soundness(finding.rule.name) {
            return true;
        }
        let scope = Scope::of_finding(finding, dataset);
        for &number in by_scope.get(&scope).into_iter().flatten() {
            let exception = &exceptions[number];
            if is_at(finding, exception.path.as_deref()) {
                // An expired one is not unused: its own finding says what to do.
                used.insert(number);
                is_accepted |= !exception.has_expired;
            }
        }
        if is_accepted {
            accepted.push(finding.clone());
        }
        !is_accepted
    });
    findings.counts -= Counts::of(&accepted);

    let mut found = Vec::new();
    for (number, exception) in exceptions.iter().enumerate() {
        let at = |finding: Diagnostic| finding.at_pointer(exception.pointer.clone());
        if let Err(meant) = rule(&exception.rule) {
            found.push(at(unknown_rule(
                &exception.rule,
                meant,
                exception.place.clone(),
            )));
        } else if is_about_soundness(&exception.rule) {
            let message = format!("a finding of `{}` can't be accepted", exception.rule);
            found.push(at(Diagnostic::new(
                &UNSOUND_SETTING,
                message,
                exception.place.clone(),
            )
            .with_note(ALWAYS_HOLDS)
            .with_help("delete the exception, and mend what the rule finds")));
        } else if !used.contains(&number) && was_run(&exception.rule) {
            let (Within::Record(within) | Within::File(within)) = &exception.within;
            let whole = match &exception.path {
                Some(path) => format!("at `{path}` of `{within}`"),
                None => format!("in `{within}`"),
            };
            let message = format!("`{}` finds nothing {whole}", exception.rule);
            let place = exception.place.clone();
            let finding = Diagnostic::new(&UNUSED_EXCEPTION, message, place);
            found.push(at(match meant_record(&exception.within, dataset) {
                Some(meant) => finding
                    .with_note(format!("there is no record `{within}`"))
                    .with_help(format!("did you mean `{meant}`?")),
                None => finding.with_help("delete the exception"),
            }));
        }
        if let Some(fault) = fault_of_owner(&exception.owner, dataset) {
            let place = exception.owner_place.clone();
            found.push(at(Diagnostic::new(&UNKNOWN_OWNER, fault, place)
                .with_help("give the id of an agent, or the name of a team")));
        }
        if !says_something(&exception.reason) {
            found.push(at(Diagnostic::new(
                &EXCEPTION_WITHOUT_REASON,
                "the reason of this exception says nothing",
                exception.reason_place.clone(),
            )
            .with_help("say in a sentence why the finding is accepted")));
        }
    }
    findings.add(found);
}

/// What is wrong with somebody who is to answer for an exception, if anything is: who begins as the ids of
/// a collection do has to be an agent.
pub fn fault_of_owner(owner: &str, dataset: &Dataset) -> Option<String> {
    const AGENTS: &str = "agents";
    let collections = || dataset.collections().iter();
    let is_id = collections().any(|it| it.entry().behind_prefix(owner).is_some());
    let found = dataset
        .index()
        .find(owner, collections().map(Collection::name));
    match found {
        Some(record) => {
            let name = dataset.collection_of(record).name();
            (name != AGENTS).then(|| format!("the owner `{owner}` is a record of `{name}`"))
        }
        // It may be among what can't be read.
        None if !is_id || dataset.unread() > 0 => None,
        None => Some(format!(
            "there is no record `{owner}`, the owner of the exception"
        )),
    }
}

/// The record that an exception means which names one that is not there.
fn meant_record<'d>(within: &Within, dataset: &'d Dataset) -> Option<&'d str> {
    let Within::Record(id) = within else {
        return None;
    };
    let index = dataset.index();
    let names = dataset.collections().iter().map(Collection::name);
    if index.find(id, names).is_some() {
        return None;
    }
    nearest_id(id, index.records().map(|record| index.id(record)))
}

/// In what an exception accepts findings, and of which rule. There may be thousands of both.
#[derive(PartialEq, Eq, Hash)]
struct Scope<'a> {
    rule: &'a str,
    record: Option<&'a str>,
    file: Option<&'a str>,
}

impl<'a> Scope<'a> {
    fn of_exception(exception: &'a Exception) -> Self {
        let (record, file) = match &exception.within {
            Within::Record(id) => (Some(id.as_str()), None),
            Within::File(path) => (None, Some(path.as_str())),
        };
        Self {
            rule: &exception.rule,
            record,
            file,
        }
    }

    fn of_finding(finding: &'a Diagnostic, dataset: &'a Dataset) -> Self {
        let record = finding.record.as_deref();
        Self {
            rule: finding.rule.name,
            record,
            file: match record {
                Some(_) => None,
                None => Some(dataset.files().name(finding.place.file)),
            },
        }
    }
}

/// Whether a finding is at the path of an exception, if that has one.
fn is_at(finding: &Diagnostic, path: Option<&str>) -> bool {
    let pointer = finding.pointer.as_ref();
    let pointer = pointer.map_or("", |pointer| pointer.as_str());
    path.is_none_or(|path| path == pointer)
}

/// The path of the exception for a finding; none where it is about all of a record or file.
pub fn path_of_exception(finding: &Diagnostic) -> Option<&str> {
    let pointer = finding.pointer.as_ref()?.as_str();
    (!pointer.is_empty()).then_some(pointer)
}

/// Those of some findings that the exception for one of them accepts, itself among them: its place is
/// no narrower than a value.
pub fn accepted_with<'f>(
    finding: &'f Diagnostic,
    findings: &'f [Diagnostic],
    dataset: &'f Dataset,
) -> impl Iterator<Item = &'f Diagnostic> {
    let scope = Scope::of_finding(finding, dataset);
    let path = path_of_exception(finding);
    findings
        .iter()
        .filter(move |other| Scope::of_finding(other, dataset) == scope && is_at(other, path))
}

/// Whether a reason to accept a finding says anything.
pub fn says_something(reason: &str) -> bool {
    const EMPTY: &[&str] = &["todo", "fixme", "tbd", "xxx"];
    let words: Vec<_> = reason
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.len() >= 3 && !words.iter().any(|word| EMPTY.contains(&word.as_str()))
}

fn unknown_rule(name: &str, meant: Option<&str>, place: Place) -> Diagnostic {
    let finding = Diagnostic::new(&UNKNOWN_RULE, format!("there is no rule `{name}`"), place);
    match meant {
        Some(meant) => finding.with_help(format!("did you mean `{meant}`?")),
        None => finding.with_help("`treatise rules` lists them"),
    }
}
