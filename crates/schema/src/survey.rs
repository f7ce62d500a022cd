//! Every schema in the documents of a run, wherever it stands, and the references between them.
//!
//! Schemas stand under the keywords of their draft, and wherever a reference points: `#/parts/x`
//! makes a schema of what no keyword would. What stands elsewhere (`enum`, `const`, unknown
//! keywords) only looks like one.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use jsonschema::{Draft, Uri};
use rustc_hash::FxHashSet;
use serde_json::{Map, Value};
use treatise_source::{Pointer, Step};

use crate::document::Document;
use crate::keyword::{Subschema, asks, subschemas};
use crate::percent::decoded;

/// A schema and where it stands.
pub(crate) struct Located<'d> {
    pub(crate) document: &'d Document,
    pub(crate) pointer: Pointer,
    pub(crate) schema: &'d Value,
    pub(crate) draft: Draft,
    /// The keyword around it that asks about values and describes none.
    pub(crate) asked_by: Option<&'static str>,
}

/// A reference, where it is written.
pub(crate) struct Link<'d> {
    pub(crate) document: &'d Document,
    /// The keyword that refers.
    pub(crate) pointer: Pointer,
    /// As written.
    pub(crate) reference: &'d str,
    /// What the reference is resolved against.
    pub(crate) base: String,
    /// Without fragment; `None` where the reference is none.
    pub(crate) uri: Option<String>,
}

/// A schema whose URI another one has.
pub(crate) struct Repeated<'d> {
    pub(crate) document: &'d Document,
    /// The keyword that gives it.
    pub(crate) pointer: Pointer,
    pub(crate) uri: String,
}

/// What there is.
pub(crate) struct Survey<'d> {
    pub(crate) schemas: Vec<Located<'d>>,
    pub(crate) links: Vec<Link<'d>>,
    /// URIs that a schema gives itself although another has them.
    pub(crate) repeated: Vec<Repeated<'d>>,
    /// Schemas by the URIs that documents and `$id` give them.
    resources: BTreeMap<String, Resource<'d>>,
    /// Where in memory the schemas are that were visited.
    visited: FxHashSet<usize>,
    /// What the references resolve to, and against what: most are written many times.
    resolved: HashMap<&'d str, (String, Option<String>)>,
}

/// A schema that has a URI.
#[derive(Clone)]
struct Resource<'d> {
    document: &'d Document,
    pointer: Pointer,
    draft: Draft,
}

/// What holds for all schemas of one resource.
#[derive(Clone)]
struct Context<'d> {
    document: &'d Document,
    base: String,
    draft: Draft,
    asked_by: Option<&'static str>,
}

impl<'d> Survey<'d> {
    pub(crate) fn of(documents: &'d [Document], default_draft: Draft) -> Self {
        let drafts = documents
            .iter()
            .map(|document| draft_of(document, documents, default_draft));
        Self::with_drafts(documents.iter().zip(drafts))
    }

    /// What there is in one of the documents.
    pub(crate) fn of_one(
        document: &'d Document,
        documents: &[Document],
        default_draft: Draft,
    ) -> Self {
        let draft = draft_of(document, documents, default_draft);
        Self::with_drafts(std::iter::once((document, draft)))
    }

    fn with_drafts(documents: impl Iterator<Item = (&'d Document, Draft)>) -> Self {
        let mut survey = Self {
            schemas: Vec::new(),
            links: Vec::new(),
            repeated: Vec::new(),
            resources: BTreeMap::new(),
            visited: FxHashSet::default(),
            resolved: HashMap::new(),
        };
        for (document, draft) in documents {
            let context = Context {
                document,
                base: document.uri.clone(),
                draft,
                asked_by: None,
            };
            survey.name(&context, &Pointer::root());
            survey.visit(context, &document.value, &Pointer::root());
        }
        // A place that is referred to may refer on, or hold a schema with a URI.
        let mut followed = 0;
        while followed < survey.links.len() {
            let before = followed;
            followed = survey.links.len();
            for at in before..followed {
                if let Some((context, schema, pointer)) = survey.target(&survey.links[at]) {
                    survey.visit(context, schema, &pointer);
                }
            }
        }
        survey
    }

    /// The URIs that documents and schemas have.
    pub(crate) fn uris(&self) -> impl Iterator<Item = &str> {
        self.resources.keys().map(String::as_str)
    }

    /// The document that has the schema with this URI.
    pub(crate) fn document_of(&self, uri: &str) -> Option<&'d Document> {
        self.resources.get(uri).map(|resource| resource.document)
    }

    /// The parts of a document that name another draft than what is around them: where they are, and
    /// the draft. The document is the first of them.
    pub(crate) fn dialects(&self, document: &Document, draft: Draft) -> Vec<(Pointer, Draft)> {
        let mut parts = vec![(Pointer::root(), draft)];
        let own = self.resources.values();
        let own = own.filter(|resource| std::ptr::eq(resource.document, document));
        let mut own: Vec<_> = own.collect();
        // What is around a part comes before it.
        own.sort_by_key(|resource| resource.pointer.as_str().len());
        for resource in own {
            let mut inner_first = parts.iter().rev();
            let around = inner_first.find(|(outer, _)| resource.pointer.below(outer).is_some());
            if around.is_some_and(|(_, draft)| *draft != resource.draft) {
                parts.push((resource.pointer.clone(), resource.draft));
            }
        }
        parts
    }

    /// Whether a reference by JSON pointer leads to nothing, although its document is there.
    pub(crate) fn leads_nowhere(&self, link: &Link<'d>) -> bool {
        let is_known = link
            .uri
            .as_deref()
            .is_some_and(|uri| self.resources.contains_key(uri));
        is_known && pointer_in(link.reference).is_some() && self.target(link).is_none()
    }

    /// Whether a reference by JSON pointer leads to something that is neither an object nor a boolean.
    pub(crate) fn leads_to_no_schema(&self, link: &Link<'d>) -> bool {
        let target = self.target(link);
        target.is_some_and(|(_, value, _)| !value.is_object() && !value.is_boolean())
    }

    fn name(&mut self, context: &Context<'d>, pointer: &Pointer) {
        let resource = Resource {
            document: context.document,
            pointer: pointer.clone(),
            draft: context.draft,
        };
        match self.resources.entry(context.base.clone()) {
            Entry::Vacant(free) => {
                free.insert(resource);
            }
            Entry::Occupied(taken) => {
                let taken = taken.get();
                let is_same =
                    std::ptr::eq(taken.document, context.document) && taken.pointer == *pointer;
                if !is_same {
                    self.repeated.push(Repeated {
                        document: context.document,
                        pointer: pointer.join(Step::Member(context.draft.id_keyword())),
                        uri: context.base.clone(),
                    });
                }
            }
        }
    }

    fn visit(&mut self, mut context: Context<'d>, schema: &'d Value, pointer: &Pointer) {
        if !self.visited.insert(std::ptr::from_ref(schema) as usize) {
            return;
        }
        if let Some(keywords) = schema.as_object() {
            let id = id_of(keywords, context.draft);
            let base = id.and_then(|id| resolve(&context.base, id));
            if let (Some(id), None) = (id, &base) {
                self.links.push(Link {
                    document: context.document,
                    pointer: pointer.join(Step::Member(context.draft.id_keyword())),
                    reference: id,
                    base: context.base.clone(),
                    uri: None,
                });
            }
            if let Some(base) = base.filter(|base| *base != context.base) {
                context.base = base;
                context.draft = match keywords.get("$schema").and_then(Value::as_str) {
                    Some(uri) => known_or(Draft::from_schema_uri(uri), context.draft),
                    None => context.draft,
                };
                self.name(&context, pointer);
            }
            self.note_links(&context, keywords, pointer);
        }
        self.schemas.push(Located {
            document: context.document,
            pointer: pointer.clone(),
            schema,
            draft: context.draft,
            asked_by: context.asked_by,
        });
        let Some(keywords) = schema.as_object() else {
            return;
        };
        for subschema in subschemas(keywords, context.draft) {
            if !is_beside_reference(keywords, &subschema, context.draft) {
                let below = subschema.pointer_from(pointer);
                let context = Context {
                    asked_by: match subschema.keyword {
                        keyword if asks(keyword) => Some(keyword),
                        "$defs" | "definitions" => None,
                        _ => context.asked_by,
                    },
                    ..context.clone()
                };
                self.visit(context, subschema.schema, &below);
            }
        }
    }

    fn note_links(
        &mut self,
        context: &Context<'d>,
        keywords: &'d Map<String, Value>,
        pointer: &Pointer,
    ) {
        for keyword in ["$ref", "$dynamicRef", "$recursiveRef"] {
            if !crate::keyword::is_known(context.draft, keyword) {
                continue;
            }
            let Some(reference) = keywords.get(keyword).and_then(Value::as_str) else {
                continue;
            };
            let uri = self.resolve(&context.base, reference);
            self.links.push(Link {
                document: context.document,
                pointer: pointer.join(Step::Member(keyword)),
                reference,
                base: context.base.clone(),
                uri,
            });
        }
    }

    fn resolve(&mut self, base: &str, reference: &'d str) -> Option<String> {
        match self.resolved.get(reference) {
            Some((known, uri)) if known == base => uri.clone(),
            _ => {
                let uri = resolve(base, reference);
                let known = (base.to_owned(), uri.clone());
                self.resolved.insert(reference, known);
                uri
            }
        }
    }

    /// What references by JSON pointer lead to: the document, by its URI, and the pointer.
    pub(crate) fn targets(&self) -> BTreeSet<(&'d str, String)> {
        let found = self.links.iter().filter_map(|link| self.target(link));
        let targets = found.map(|(context, _, pointer)| {
            (context.document.uri.as_str(), pointer.as_str().to_owned())
        });
        targets.collect()
    }

    /// What a reference by JSON pointer, or to a whole resource, leads to.
    fn target(&self, link: &Link<'d>) -> Option<(Context<'d>, &'d Value, Pointer)> {
        let uri = link.uri.as_deref()?;
        let resource = self.resources.get(uri)?;
        let mut pointer = resource.pointer.clone();
        let mut schema = at(&resource.document.value, &pointer)?;
        for token in pointer_in(link.reference)?.tokens() {
            schema = child(schema, &token)?;
            pointer.push(Step::Member(&token));
        }
        let context = Context {
            document: resource.document,
            base: uri.to_owned(),
            draft: resource.draft,
            asked_by: None,
        };
        Some((context, schema, pointer))
    }
}

/// The draft that a document follows: what its `$schema` names, or what that is written in.
pub(crate) fn draft_of(document: &Document, documents: &[Document], default: Draft) -> Draft {
    let mut draft = default.detect(&document.value);
    let mut document = document;
    // A chain of meta-schemas that is longer, or goes round, tells nothing.
    for _ in 0..documents.len() {
        if draft != Draft::Unknown {
            break;
        }
        let Some(meta) = meta_schema_of(document) else {
            break;
        };
        let Some(next) = documents.iter().find(|document| document.is_at(meta)) else {
            break;
        };
        draft = default.detect(&next.value);
        document = next;
    }
    known_or(draft, default)
}

/// The URI of the meta-schema, without empty fragment, where it is not one of the drafts'.
pub(crate) fn meta_schema_of(document: &Document) -> Option<&str> {
    let uri = document.value.get("$schema")?.as_str()?;
    (Draft::from_schema_uri(uri) == Draft::Unknown).then(|| uri.trim_end_matches('#'))
}

fn known_or(draft: Draft, default: Draft) -> Draft {
    if draft == Draft::Unknown {
        default
    } else {
        draft
    }
}

/// The URI that a schema gives itself. Before 2019-09 a fragment is only an anchor, and nothing
/// beside `$ref` counts.
pub(crate) fn id_of(keywords: &Map<String, Value>, draft: Draft) -> Option<&str> {
    let id = keywords.get(draft.id_keyword())?.as_str()?;
    let is_ignored =
        draft < Draft::Draft201909 && (keywords.contains_key("$ref") || id.starts_with('#'));
    (!is_ignored).then_some(id)
}

/// Before 2019-09, what stands beside `$ref` is not looked at; definitions are only there to be
/// referred to anyway.
fn is_beside_reference(
    keywords: &Map<String, Value>,
    subschema: &Subschema<'_>,
    draft: Draft,
) -> bool {
    draft < Draft::Draft201909
        && keywords.get("$ref").is_some_and(Value::is_string)
        && subschema.keyword != "definitions"
}

/// The absolute URI of a reference, without its fragment.
pub(crate) fn resolve(base: &str, reference: &str) -> Option<String> {
    let base: Uri<&str> = Uri::parse(base).ok()?;
    let resolved = jsonschema::uri::resolve_against(&base, reference).ok()?;
    let uri = resolved.as_str();
    Some(uri.split('#').next().unwrap_or(uri).to_owned())
}

/// The JSON pointer in the fragment of a reference; the root where there is no fragment.
fn pointer_in(reference: &str) -> Option<Pointer> {
    let fragment = reference
        .split_once('#')
        .map_or("", |(_, fragment)| fragment);
    Pointer::parse(&decoded(fragment)?)
}

/// The value at a pointer.
pub(crate) fn at<'d>(value: &'d Value, pointer: &Pointer) -> Option<&'d Value> {
    pointer
        .tokens()
        .try_fold(value, |value, token| child(value, &token))
}

fn child<'d>(value: &'d Value, token: &str) -> Option<&'d Value> {
    match value {
        Value::Object(members) => members.get(token),
        Value::Array(elements) => elements.get(token.parse::<usize>().ok()?),
        _ => None,
    }
}
