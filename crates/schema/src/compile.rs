//! From documents to validators.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{
    Draft, PatternOptions, ReferencingError, Registry, Resource, Retrieve, Uri, ValidationError,
    Validator,
};
use serde_json::{Value, json};
use treatise_report::Diagnostic;
use treatise_source::{Limits, LineIndex, Parser, Pointer, Tree};

use crate::check;
use crate::document::{Document, Unplaced};
use crate::expand::expanded;
use crate::explain::{self, Violation};
use crate::field::FieldTable;
use crate::gate::{self, Gate, Ground};
use crate::instance::{Instance, TreeJson};
use crate::keyword::{Target, subschemas};
use crate::library::{self, Library, nowhere, push_unresolved};
use crate::pattern::{Pattern, PatternCache, options_for_names, spell_out_names};
use crate::possible::{Finder, Listed, Types};
use crate::rules::{INVALID_SCHEMA, UNKNOWN_KEYWORD};
use crate::survey::{Survey, at, draft_of, meta_schema_of};
use crate::work::WorkLimit;

/// What to ask of schemas and records beyond the keywords.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether `format` is checked, and not only a note.
    pub asserts_formats: bool,
    /// Whether schemas follow the rules of a curated dataset, so that unknown words are errors.
    pub is_strict: bool,
}

/// Schemas that refer to one another, checked as schemas.
#[derive(Debug)]
pub struct Schemas {
    library: Arc<Library>,
    registry: Registry<'static>,
    /// The documents that the validator is given otherwise than they are written, by their URIs.
    spelled_out: BTreeMap<String, Value>,
    options: Options,
    pattern_limit: usize,
    patterns: PatternCache,
    /// The patterns of names of members that look around what they match.
    names_that_look_around: Vec<Arc<Pattern>>,
    /// Whether gates can be built for them.
    can_have_gates: bool,
}

/// One schema, ready to validate.
#[derive(Debug)]
pub struct Schema {
    schemas: Arc<Schemas>,
    uri: String,
    validator: Validator<TreeJson>,
    /// What most sound documents need no more than.
    gate: Option<Gate>,
    fields: OnceLock<FieldTable>,
    possible_types: OnceLock<Vec<Types>>,
    open_types: OnceLock<Vec<Types>>,
}

/// Whether a document is as its schema says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Valid,
    /// It is not.
    Invalid,
    /// Finding out took too much work.
    GivenUp,
}

/// Nothing is ever fetched: what the registry doesn't have does not exist.
struct Nothing;

impl Retrieve for Nothing {
    fn retrieve(
        &self,
        uri: &Uri<String>,
    ) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        Err(format!("`{uri}` is not at hand").into())
    }
}

impl Schemas {
    /// Checks the documents of a library as schemas and links them. The findings are warnings
    /// where the schemas can be used.
    ///
    /// # Errors
    /// The findings, where they can't. One of them is an error, unless a document refers to one whose
    /// text can't be read: what is wrong with that was said when it was to be added.
    pub fn link(
        library: Library,
        options: Options,
    ) -> Result<(Self, Vec<Diagnostic>), Vec<Diagnostic>> {
        let library = Arc::new(library);
        let survey = library.survey();
        let mut findings = library.unresolved(&survey);
        let pattern_limit = check::pattern_limit(check::pattern_count(&survey));
        findings.extend(check::unknown_words(&survey, options.is_strict));
        if options.is_strict {
            findings.extend(check::unread_annotations(&survey));
        }
        let patterns = PatternCache::new(!options.is_strict);
        findings.extend(check::bad_patterns(
            &survey,
            &patterns,
            pattern_limit,
            options.is_strict,
        ));
        for document in &library.documents {
            let draft = library.default_draft.detect(&document.value);
            let parts = survey.dialects(document, draft).into_iter();
            let parts: Vec<_> = parts
                .map(|(pointer, draft)| (pointer, meta_validators(draft)))
                .collect();
            // The vocabulary knows our keywords by name too: a misspelt one is said once.
            let said: Vec<_> = findings
                .iter()
                .filter(|finding| finding.rule.name == UNKNOWN_KEYWORD.name)
                .map(|finding| (finding.place.file, finding.place.start))
                .collect();
            let found = meta_findings(document, &parts);
            let is_new =
                |finding: &Diagnostic| !said.contains(&(finding.place.file, finding.place.start));
            findings.extend(found.into_iter().filter(is_new));
        }
        let is_error = |finding: &Diagnostic| finding.severity == treatise_report::Severity::Error;
        if findings.iter().any(is_error) || library.leads_to_unreadable(&survey) {
            return Err(findings);
        }
        let spelled_out = spelled_out(&survey);
        let registry = match registry_of(&library, &survey, &spelled_out) {
            Ok(registry) => registry,
            Err(error) => {
                // It does not say which document it is about; the first is as good as any.
                findings.extend(library.documents.first().map(|document| {
                    let message = format!("the schemas can't be linked: {error}");
                    Diagnostic::new(&INVALID_SCHEMA, message, document.place(&Pointer::root()))
                }));
                return Err(findings);
            }
        };
        let names_that_look_around =
            check::names_that_look_around(&survey, &patterns, pattern_limit);
        let schemas = Self {
            library: Arc::clone(&library),
            registry,
            spelled_out,
            options,
            pattern_limit,
            patterns,
            names_that_look_around,
            can_have_gates: gate::is_ground_for(&survey),
        };
        findings.extend(check::multiplying_schema(&schemas, &library.documents));
        findings.extend(schemas.unresolved_anchors(&survey));
        if !findings.iter().any(is_error) {
            findings.extend(schemas.custom_meta_findings(&survey));
        }
        if findings.iter().any(is_error) {
            return Err(findings);
        }
        Ok((schemas, findings))
    }

    /// Links schemas that the program brings along, and whose checks are tests of its own: checking
    /// them in every run takes longer than all the rest of a short one.
    ///
    /// # Panics
    /// They can't be linked.
    pub fn link_unchecked(library: Library, options: Options) -> Self {
        let survey = library.survey();
        let spelled_out = spelled_out(&survey);
        let registry =
            registry_of(&library, &survey, &spelled_out).expect("schemas of our own can be linked");
        let pattern_limit = check::pattern_limit(check::pattern_count(&survey));
        let can_have_gates = gate::is_ground_for(&survey);
        drop(survey);
        Self {
            library: Arc::new(library),
            registry,
            spelled_out,
            options,
            pattern_limit,
            patterns: PatternCache::default(),
            names_that_look_around: Vec::new(),
            can_have_gates,
        }
    }

    /// Whether they are what [`Schemas::link`] would make of this library with the same options.
    pub fn are_of(&self, library: &Library) -> bool {
        self.library.is_same(library)
    }

    /// A finding for each reference by name to which nothing answers.
    fn unresolved_anchors(&self, survey: &Survey<'_>) -> Vec<Diagnostic> {
        let mut findings = Unplaced::default();
        for link in &survey.links {
            // What comes with the validator is in another registry.
            let is_ours = link
                .uri
                .as_deref()
                .is_some_and(|uri| survey.document_of(uri).is_some());
            let Ok(base) = jsonschema::uri::from_str(&link.base) else {
                continue;
            };
            if is_ours && self.registry.resolver(base).lookup(link.reference).is_err() {
                let pointer = link.pointer.clone();
                push_unresolved(&mut findings, link.document, pointer, nowhere(link));
            }
        }
        findings.placed()
    }

    /// What meta-schemas that are themselves documents find wrong with the documents that name
    /// them.
    fn custom_meta_findings(&self, survey: &Survey<'_>) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for document in &self.library.documents {
            let meta = meta_schema_of(document).and_then(|uri| survey.document_of(uri));
            let Some(meta) = meta else {
                continue;
            };
            match self.validator_of(meta) {
                Ok(validator) => {
                    let whole = (Pointer::root(), vec![&validator]);
                    findings.extend(meta_findings(document, &[whole]));
                }
                Err(finding) => findings.push(finding),
            }
        }
        findings
    }

    /// Whether the library has a document with this URI.
    pub fn contains(&self, uri: &str) -> bool {
        self.library.contains(uri)
    }

    /// Compiles the schema with this URI, which the library has.
    ///
    /// # Errors
    /// Why it can't be compiled.
    #[expect(clippy::result_large_err, reason = "a schema fails once, if at all")]
    pub fn compile(self: &Arc<Self>, uri: &str) -> Result<Schema, Diagnostic> {
        let document = self
            .library
            .document(uri)
            .expect("only schemas of the library are compiled");
        let validator = self.validator_of(document)?;
        let schema = Schema {
            schemas: Arc::clone(self),
            uri: document.uri.clone(),
            validator,
            gate: self.gate_of(document),
            fields: OnceLock::new(),
            possible_types: OnceLock::new(),
            open_types: OnceLock::new(),
        };
        if self.options.is_strict && !schema.fields().is_complete() {
            // References in the places that the table does not hold would go unchecked.
            let message = "the schema describes more places than a field table can hold";
            let place = document.place(&Pointer::root());
            return Err(Diagnostic::new(&INVALID_SCHEMA, message, place));
        }
        Ok(schema)
    }

    #[expect(clippy::result_large_err, reason = "a schema fails once, if at all")]
    fn validator_of(&self, document: &Document) -> Result<Validator<TreeJson>, Diagnostic> {
        let mut options = jsonschema::options_for::<TreeJson>()
            .with_registry(&self.registry)
            .with_base_uri(document.uri.clone())
            .with_retriever(Nothing)
            .with_keyword("pattern", self.patterns.keyword(self.pattern_limit))
            .should_validate_formats(self.options.asserts_formats)
            .should_ignore_unknown_formats(true);
        options = match self.names_that_look_around.is_empty() {
            true => {
                options.with_pattern_options(PatternOptions::regex().size_limit(self.pattern_limit))
            }
            false => options.with_pattern_options(options_for_names(self.pattern_limit)),
        };
        if document.value.get("$schema").is_none() {
            options = options.with_draft(self.library.default_draft);
        }
        let mut reference = None;
        if self.spelled_out.contains_key(&document.uri) {
            // What is spelled out is no pattern of ECMA-262: as the schema itself it would be refused.
            let documents = &self.library.documents;
            let draft = draft_of(document, documents, self.library.default_draft);
            options = options.with_draft(draft).with_base_uri("dataset:///");
            reference = Some(json!({ "$ref": document.uri }));
        }
        let value = reference.as_ref().unwrap_or(&document.value);
        let built = options.build(value).or_else(|error| {
            // What a meta-schema asks of patterns was looked at, and is less than that of the validator.
            match error.kind() {
                ValidationErrorKind::Format { format } if format == "regex" => options
                    .build(&json!({ "$ref": document.uri }))
                    .map_err(|_| error),
                _ => Err(error),
            }
        });
        built.map_err(|error| {
            let pointer = Pointer::parse(error.instance_path().as_str()).unwrap_or_default();
            Diagnostic::new(
                &INVALID_SCHEMA,
                format!("the schema can't be compiled: {error}"),
                document.place(&pointer),
            )
            .at_pointer(pointer)
        })
    }

    fn gate_of(&self, document: &Document) -> Option<Gate> {
        let ground = Ground {
            pattern: &|source| {
                let pattern = self.patterns.get(source, self.pattern_limit).ok();
                pattern.filter(|pattern| pattern.is_linear())
            },
            validator: &|keywords| {
                jsonschema::options_for::<TreeJson>()
                    .with_draft(Draft::Draft202012)
                    .with_retriever(Nothing)
                    .should_validate_formats(self.options.asserts_formats)
                    .should_ignore_unknown_formats(true)
                    .build(keywords)
                    .ok()
            },
        };
        self.can_have_gates
            .then(|| Gate::new(&self.scope_of(document), &ground))
            .flatten()
    }

    pub(crate) fn scope_of<'s>(&'s self, document: &'s Document) -> Scope<'s> {
        let base = jsonschema::uri::from_str(&document.uri).expect("the library made this URI");
        let draft = draft_of(
            document,
            &self.library.documents,
            self.library.default_draft,
        );
        let resolver = self.registry.resolver(base);
        Scope::new(&document.value, resolver, draft)
    }

    /// Every schema in the documents.
    pub(crate) fn survey(&self) -> Survey<'_> {
        self.library.survey()
    }

    /// Where in memory the schema is that a reference leads to.
    pub(crate) fn address_of(&self, base: &str, reference: &str) -> Option<usize> {
        let base = jsonschema::uri::from_str(base).ok()?;
        let resolver = self.registry.resolver(base);
        let (schema, ..) = resolver.lookup(reference).ok()?.into_inner();
        Some(std::ptr::from_ref(schema) as usize)
    }

    /// A validator of values that are no records, for the schema at an absolute reference.
    pub(crate) fn validator_at(&self, location: &str) -> Option<jsonschema::Validator> {
        let options = jsonschema::options()
            .with_draft(self.library.default_draft)
            .with_registry(&self.registry)
            .with_base_uri("dataset:///")
            .with_retriever(Nothing)
            .should_validate_formats(self.options.asserts_formats)
            .should_ignore_unknown_formats(true);
        let options = match self.options.is_strict {
            true => {
                options.with_pattern_options(PatternOptions::regex().size_limit(self.pattern_limit))
            }
            false => options.with_pattern_options(options_for_names(self.pattern_limit)),
        };
        options.build(&json!({ "$ref": location })).ok()
    }

    /// The schema at an absolute URI with a JSON pointer as fragment.
    pub(crate) fn at(&self, location: &str) -> Option<&Value> {
        let (base, fragment) = location.split_once('#').unwrap_or((location, ""));
        let base = jsonschema::uri::from_str(base).ok()?;
        let resolver = self.registry.resolver(base);
        let found = resolver.lookup(&format!("#{fragment}")).ok()?;
        Some(found.into_inner().0)
    }
}

impl Schema {
    /// Whether a document is as the schema says.
    pub fn judge(&self, tree: &Tree<'_>, work: &WorkLimit) -> Verdict {
        if self.gate.as_ref().is_some_and(|gate| gate.admits(tree)) {
            return Verdict::Valid;
        }
        self.judge_in_full(tree, work)
    }

    /// The verdict of the validator.
    pub(crate) fn judge_in_full(&self, tree: &Tree<'_>, work: &WorkLimit) -> Verdict {
        let fuel = work.fuel_for(tree);
        let is_valid = self.run(tree, work, || {
            self.validator.is_valid(Instance::new(tree.root(), &fuel))
        });
        match is_valid.filter(|_| !fuel.ran_dry()) {
            None => Verdict::GivenUp,
            Some(true) => Verdict::Valid,
            Some(false) => Verdict::Invalid,
        }
    }

    /// Runs the validator on a document; `None` where a pattern would have taken too many steps, so that
    /// what it says means nothing.
    fn run<T>(&self, tree: &Tree<'_>, work: &WorkLimit, validate: impl FnOnce() -> T) -> Option<T> {
        // The names of members are matched within the validator, which would not tell.
        let names = &self.schemas.names_that_look_around;
        let can_be_matched = names.is_empty()
            || work
                .with_patterns(|| {
                    let members = tree.values().flat_map(treatise_source::Value::members);
                    for member in members {
                        for pattern in names {
                            pattern.is_match(member.name());
                        }
                    }
                })
                .is_some();
        can_be_matched
            .then(|| work.with_patterns(validate))
            .flatten()
    }

    /// Where in a document that is as the schema says a branch that holds marks a reference
    /// (`x-references`), by pointers; `None` where it is otherwise, so that no branch can be told to
    /// hold, and where finding out takes too much work.
    pub fn references_in(&self, tree: &Tree<'_>, work: &WorkLimit) -> Option<BTreeSet<Pointer>> {
        let fuel = work.fuel_to_annotate(tree);
        let evaluation = self.run(tree, work, || {
            self.validator.evaluate(Instance::new(tree.root(), &fuel))
        })?;
        let marks = evaluation.iter_annotations().filter(|entry| {
            let annotations = entry.annotations.value();
            annotations.get("x-references").is_some()
        });
        let places = marks.filter_map(|entry| Pointer::parse(entry.instance_location.as_str()));
        let places = places.collect();
        let is_valid = evaluation.flag().valid;
        (is_valid && !fuel.ran_dry()).then_some(places)
    }

    #[cfg(test)]
    pub(crate) fn gate(&self) -> Option<&Gate> {
        self.gate.as_ref()
    }

    /// Every failing keyword of a document that is not as the schema says, in the order of the
    /// text. Where finding them takes too much work, the first says so, and those follow that
    /// were found; `None` where even the verdict takes too much.
    pub fn explain(&self, tree: &Tree<'_>, work: &WorkLimit) -> Option<Vec<Violation>> {
        let fuel = work.fuel_to_explain(tree);
        let errors: Option<Vec<_>> = self.run(tree, work, || {
            let instance = Instance::new(tree.root(), &fuel);
            self.validator.iter_errors(instance).collect()
        });
        match errors {
            Some(errors) if !fuel.ran_dry() => Some(self.word(&errors, tree)),
            found => match self.judge_in_full(tree, work) {
                Verdict::Valid => Some(Vec::new()),
                Verdict::Invalid => Some(self.explain_in_part(found.unwrap_or_default(), tree)),
                Verdict::GivenUp => None,
            },
        }
    }

    /// What was found before there was too much of it.
    fn explain_in_part(
        &self,
        mut errors: Vec<ValidationError<'_>>,
        tree: &Tree<'_>,
    ) -> Vec<Violation> {
        errors.retain(explain::is_certain);
        let mut violations = vec![explain::unexplained(tree.root(), errors.is_empty())];
        violations.extend(self.word(&errors, tree));
        violations
    }

    fn word(&self, errors: &[ValidationError<'_>], tree: &Tree<'_>) -> Vec<Violation> {
        let schemas = &*self.schemas;
        explain::violations(errors, tree.root(), &self.uri, &|location| {
            schemas.at(location)
        })
    }

    /// The schema with its references put in place; those that lead back into themselves stay.
    /// `None` where that is not possible.
    pub(crate) fn expanded(&self) -> Option<Value> {
        expanded(&self.scope())
    }

    /// The schemas that were linked together with it.
    pub(crate) fn linked(&self) -> &Schemas {
        &self.schemas
    }

    pub(crate) fn library(&self) -> &Library {
        &self.schemas.library
    }

    pub(crate) fn uri(&self) -> &str {
        &self.uri
    }

    /// A row for every place where a record can have a value.
    pub fn fields(&self) -> &FieldTable {
        self.fields.get_or_init(|| FieldTable::of(&self.scope()))
    }

    /// The types of the values that can come at the place of each of these rows, over all branches and
    /// what they leave open.
    pub fn possible_types(&self) -> &[Types] {
        self.possible_types
            .get_or_init(|| self.find_types(Finder::default()))
    }

    /// The same, but for values that are listed one by one.
    pub fn open_types(&self) -> &[Types] {
        self.open_types
            .get_or_init(|| self.find_types(Finder::with(Listed::LeftOut)))
    }

    fn find_types(&self, mut finder: Finder) -> Vec<Types> {
        let scope = self.scope();
        let fields = self.fields().fields().iter();
        let types = fields.map(|field| finder.at(&scope, field.path.segments()));
        types.collect()
    }

    fn scope(&self) -> Scope<'_> {
        let document = self.schemas.library.document(&self.uri);
        let document = document.expect("only schemas of the library are compiled");
        self.schemas.scope_of(document)
    }
}

/// The documents that the validator would misread, by their URIs, as it has to have them.
fn spelled_out(survey: &Survey<'_>) -> BTreeMap<String, Value> {
    let mut documents = BTreeMap::new();
    // It passes over an empty reference, which leads to the schema around it.
    for link in survey.links.iter().filter(|link| link.reference.is_empty()) {
        let document = documents
            .entry(link.document.uri.clone())
            .or_insert_with(|| link.document.value.clone());
        if let Some(reference) = document.pointer_mut(link.pointer.as_str()) {
            *reference = json!("#");
        }
    }
    spell_out_names(survey, &mut documents);
    documents
}

/// The documents of a library, and what they refer to of what comes with the validator.
fn registry_of(
    library: &Library,
    survey: &Survey<'_>,
    spelled_out: &BTreeMap<String, Value>,
) -> Result<Registry<'static>, ReferencingError> {
    let built_in = library::built_in(survey).into_iter().map(|(uri, value)| {
        (
            uri,
            library.default_draft.detect(&value).create_resource(value),
        )
    });
    let resources = library.documents.iter().map(|document| {
        let draft = library.default_draft.detect(&document.value);
        let value = spelled_out.get(&document.uri);
        let value = value.unwrap_or(&document.value);
        (document.uri.clone(), draft.create_resource(value.clone()))
    });
    Registry::new()
        .draft(library.default_draft)
        .retriever(Nothing)
        .extend::<_, String, Resource>(resources.chain(built_in))
        .and_then(jsonschema::RegistryBuilder::prepare)
}

/// A schema with what its references are resolved against.
#[derive(Clone)]
pub(crate) struct Scope<'s> {
    pub(crate) schema: &'s Value,
    resolver: Resolver<'s>,
    pub(crate) draft: Draft,
}

type Resolver<'s> = referencing::Resolver<'s>;

impl<'s> Scope<'s> {
    fn new(schema: &'s Value, resolver: Resolver<'s>, draft: Draft) -> Self {
        let resolver = match resolver.in_subresource(draft.create_resource_ref(schema)) {
            Ok(inner) => inner,
            Err(_) => resolver,
        };
        Self {
            schema,
            resolver,
            draft,
        }
    }

    /// Tells schemas apart: each stands once in memory.
    pub(crate) fn address(&self) -> usize {
        std::ptr::from_ref(self.schema) as usize
    }

    /// The schemas that it refers to, and that apply where it applies.
    pub(crate) fn referred(&self) -> Vec<Scope<'s>> {
        ["$ref", "$dynamicRef", "$recursiveRef"]
            .into_iter()
            .filter_map(|keyword| self.reference(keyword))
            .collect()
    }

    /// The schema that one of the keywords of that kind refers to.
    pub(crate) fn reference(&self, keyword: &str) -> Option<Scope<'s>> {
        let reference = self.schema.get(keyword)?.as_str()?;
        let (schema, resolver, draft) = self.resolver.lookup(reference).ok()?.into_inner();
        Some(Scope::new(schema, resolver, draft))
    }

    /// Its direct subschemas, and what they apply to.
    pub(crate) fn children(&self) -> impl Iterator<Item = (Target, Scope<'s>)> + '_ {
        self.schema
            .as_object()
            .into_iter()
            .flat_map(|keywords| subschemas(keywords, self.draft))
            .map(|subschema| (subschema.target, self.child(subschema.schema)))
    }

    /// One of its direct subschemas.
    pub(crate) fn child(&self, schema: &'s Value) -> Scope<'s> {
        Scope::new(schema, self.resolver.clone(), self.draft)
    }
}

/// What meta-schemas find wrong with the parts of a document: each has those of its own draft.
fn meta_findings(
    document: &Document,
    parts: &[(Pointer, Vec<&Validator<TreeJson>>)],
) -> Vec<Diagnostic> {
    let mut parser = Parser::new();
    let parsed = parser.parse(&document.text, Limits::default());
    let lines = LineIndex::new(&document.text);
    let finder = explain::Finder::new(parsed.tree.root());
    let mut findings = Vec::new();
    for (pointer, validators) in parts {
        let part = finder.find(pointer).expect("the survey has been there");
        let others = parts.iter().filter_map(|(other, _)| other.below(pointer));
        let others: Vec<_> = others.collect();
        let violations = meta_violations(document, part, &others, validators, &parsed.tree);
        findings.extend(violations.into_iter().map(|mut violation| {
            violation.pointer = violation.pointer.within(pointer);
            let value = at(&document.value, &violation.pointer);
            let name = violation.pointer.tokens().last();
            if let (Some(name), Some(value)) = (name, value)
                && let Some(help) = former_form(&name, value)
            {
                violation.help.push(help.to_owned());
                if document.value.get("$schema").is_none() {
                    let note = "no `$schema` says which draft the schema follows";
                    violation.notes.push(note.to_owned());
                }
            }
            violation.into_diagnostic(&INVALID_SCHEMA, |span| {
                treatise_report::Place::new(document.file, &lines, span)
            })
        }));
    }
    findings
}

/// How to write a keyword whose value has a form that it had in earlier drafts alone.
fn former_form(keyword: &str, value: &Value) -> Option<&'static str> {
    Some(match (keyword, value) {
        ("items", Value::Array(_)) => {
            "the schemas of the first items are in `prefixItems` since 2020-12"
        }
        ("required", Value::Bool(_)) => {
            "name the member in the `required` of the object that has it, which is a list"
        }
        ("exclusiveMinimum", Value::Bool(_)) => {
            "since draft 6 this is the number itself, in place of `minimum`"
        }
        ("exclusiveMaximum", Value::Bool(_)) => {
            "since draft 6 this is the number itself, in place of `maximum`"
        }
        ("type", Value::String(word)) if word == "any" => "leave `type` out",
        _ => return None,
    })
}

/// What the first of some meta-schemas finds wrong with a part of a document that finds anything: the
/// vocabulary includes the meta-schema of its draft, and what that finds is not found twice. `others`
/// are the parts in it that have meta-schemas of their own.
fn meta_violations(
    document: &Document,
    part: treatise_source::Value<'_>,
    others: &[Pointer],
    validators: &[&Validator<TreeJson>],
    tree: &Tree<'_>,
) -> Vec<Violation> {
    let is_of_another = |error: &ValidationError<'_>| {
        let place = Pointer::parse(error.instance_path().as_str()).unwrap_or_default();
        let mut others = others.iter();
        others.any(|other| place == *other || place.below(other).is_some())
    };
    let work = WorkLimit::default();
    for validator in validators {
        let fuel = work.fuel_to_explain(tree);
        let instance = Instance::new(part, &fuel);
        if validator.is_valid(instance) {
            continue;
        }
        let errors = validator.iter_errors(instance);
        let errors: Vec<_> = errors.filter(|error| !is_of_another(error)).collect();
        if !errors.is_empty() {
            return explain::violations(&errors, part, &document.uri, &|_| None);
        }
    }
    Vec::new()
}

/// The meta-schemas of a draft, with ours where that goes with it.
fn meta_validators(draft: Draft) -> Vec<&'static Validator<TreeJson>> {
    let own = (draft == Draft::Draft202012).then(vocabulary_validator);
    meta_validator(draft)
        .into_iter()
        .chain(own.flatten())
        .collect()
}

fn meta_validator(draft: Draft) -> Option<&'static Validator<TreeJson>> {
    static DRAFTS: [OnceLock<Option<Validator<TreeJson>>>; 5] = [const { OnceLock::new() }; 5];
    let (slot, uri) = match draft {
        Draft::Draft4 => (0, "http://json-schema.org/draft-04/schema"),
        Draft::Draft6 => (1, "http://json-schema.org/draft-06/schema"),
        Draft::Draft7 => (2, "http://json-schema.org/draft-07/schema"),
        Draft::Draft201909 => (3, "https://json-schema.org/draft/2019-09/schema"),
        Draft::Draft202012 => (4, "https://json-schema.org/draft/2020-12/schema"),
        _ => return None,
    };
    DRAFTS[slot]
        .get_or_init(|| {
            jsonschema::options_for::<TreeJson>()
                .with_draft(draft)
                .with_retriever(Nothing)
                // What is wrong with a pattern is said by who looks at patterns, and with a reason.
                .with_format("regex", |_: &str| true)
                .build(&json!({ "$ref": uri }))
                .ok()
        })
        .as_ref()
}

/// The meta-schema of the annotation keywords, as it is published.
pub const VOCABULARY: &str = include_str!("../../../schemas/vocabulary.schema.json");

fn vocabulary_validator() -> Option<&'static Validator<TreeJson>> {
    static VALIDATOR: OnceLock<Option<Validator<TreeJson>>> = OnceLock::new();
    VALIDATOR
        .get_or_init(|| {
            let schema = serde_json::from_str(VOCABULARY).expect("our own meta-schema is JSON");
            jsonschema::options_for::<TreeJson>()
                .with_draft(Draft::Draft202012)
                .with_retriever(Nothing)
                .build(&schema)
                .ok()
        })
        .as_ref()
}

#[cfg(test)]
pub(crate) mod tests {
    use treatise_report::Files;

    use super::*;

    #[test]
    fn the_form_that_a_keyword_had_in_earlier_drafts_is_known() {
        let helps = |text: &str| {
            let mut library = Library::lenient(Draft::Draft202012);
            let file = Files::new().add("schema.json".as_ref());
            library.add(file, &Library::uri_of_path("schema.json"), text.as_bytes());
            let options = Options {
                asserts_formats: true,
                is_strict: false,
            };
            let findings =
                Schemas::link(library, options).expect_err("it is not of the latest draft");
            let of = |finding: &Diagnostic| {
                let is_of_no_draft = |note: &String| note.starts_with("no `$schema`");
                let notes = finding.notes.iter().filter(|note| is_of_no_draft(note));
                (finding.help.join(" "), notes.count())
            };
            findings.iter().map(of).collect::<Vec<_>>()
        };
        for (text, help, notes) in [
            (r#"{"items": [{}]}"#, "`prefixItems`", 1),
            (
                r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "items": [{}]}"#,
                "`prefixItems`",
                0,
            ),
            (r#"{"properties": {"a": {"required": true}}}"#, "a list", 1),
            (r#"{"exclusiveMinimum": true}"#, "of `minimum`", 1),
            (r#"{"exclusiveMaximum": false}"#, "of `maximum`", 1),
            (r#"{"type": "any"}"#, "leave `type` out", 1),
            (r#"{"items": 5}"#, "", 0),
        ] {
            let found = helps(text);
            assert!(
                found.len() == 1 && found[0].0.contains(help) && found[0].1 == notes,
                "{text}: {found:?}"
            );
        }
    }

    /// The schema, where it can be compiled.
    pub(crate) fn schema(document: &Value) -> Option<Schema> {
        let mut library = Library::lenient(Draft::Draft202012);
        let file = Files::new().add("schema.json".as_ref());
        let uri = Library::uri_of_path("schema.json");
        library.add(file, &uri, document.to_string().as_bytes());
        let options = Options {
            asserts_formats: true,
            is_strict: false,
        };
        let (schemas, _) = Schemas::link(library, options).ok()?;
        Arc::new(schemas).compile(&uri).ok()
    }

    #[test]
    fn an_empty_reference_leads_to_the_schema_around_it() {
        let nested = json!({"$id": "http://example.org/inner", "type": "object",
            "properties": {"a": {"$ref": ""}}});
        for schema in [
            json!({"type": "object", "properties": {"a": {"$ref": ""}}}),
            json!({"type": "object", "properties": {"a": {"$dynamicRef": ""}}}),
            json!({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
                "properties": {"a": {"$ref": ""}}}),
            json!({"$ref": "#/$defs/b", "$defs": {"b": nested}}),
        ] {
            let compiled = self::schema(&schema).expect("a legal schema");
            let verdicts = [r#"{"a": {"a": {}}}"#, r#"{"a": {"a": 1}}"#].map(|text| {
                let mut parser = Parser::new();
                let tree = parser.parse(text, Limits::default()).tree;
                let work = WorkLimit::default();
                (
                    compiled.judge(&tree, &work),
                    compiled.judge_in_full(&tree, &work),
                )
            });
            let expected = [Verdict::Valid, Verdict::Invalid].map(|it| (it, it));
            assert_eq!(verdicts, expected, "{schema}");
        }
    }

    #[test]
    fn names_of_members_match_as_in_ecma_262() {
        let closed =
            |members: Value| json!({"patternProperties": members, "additionalProperties": false});
        let nested = closed(json!({r"\bb": closed(json!({r"^\0$": true}))}));
        let mut of_draft_7 = closed(json!({r"\Bb": true}));
        of_draft_7["$schema"] = json!("http://json-schema.org/draft-07/schema#");
        for (schema, expected) in [
            (of_draft_7, [false, true, false, false, false]),
            (
                closed(json!({r"\bb": true})),
                [true, false, false, true, true],
            ),
            (
                closed(json!({r"[\b]": true, r"[\x08]": true})),
                [false, false, true, false, false],
            ),
            (
                closed(json!({r"^(?!a)\S*\bb": true})),
                [true, false, false, true, true],
            ),
            (
                closed(json!({r"(?<=[^\d])b": true})),
                [true, true, false, true, true],
            ),
            (nested.clone(), [true, false, false, true, false]),
            (
                json!({"$ref": "#/$defs/a", "$defs": {"a": nested}}),
                [true, false, false, true, false],
            ),
        ] {
            let compiled = self::schema(&schema).expect("a legal schema");
            let texts = [
                r#"{"äb": 1}"#,
                r#"{"ab": 1}"#,
                r#"{"\u0008": 1}"#,
                r#"{"äb": {"\u0000": 1}}"#,
                r#"{"äb": {"0": 1}}"#,
            ];
            let verdicts = texts.map(|text| {
                let mut parser = Parser::new();
                let tree = parser.parse(text, Limits::default()).tree;
                compiled.judge(&tree, &WorkLimit::default()) == Verdict::Valid
            });
            assert_eq!(verdicts, expected, "{schema}");
        }
    }
}
