//! Compiled schemas that outlast a load.
//!
//! Two versions of a dataset mostly have the same schemas, and so has a dataset before and after its
//! records were mended: what compiling them takes is then spent once.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use treatise_report::Diagnostic;
use treatise_schema::{Library, Options, Schema, Schemas};

/// Datasets of a curated kind: formats count, and unknown words are errors.
const OPTIONS: Options = Options {
    asserts_formats: true,
    is_strict: true,
};

/// How many sets of schemas are kept.
const MOST: usize = 8;

/// The schemas of datasets that were loaded with it, for those that are loaded next with the same
/// ones.
#[derive(Debug, Default)]
pub struct SchemaCache(Mutex<Vec<Kept>>);

#[derive(Debug)]
struct Kept {
    schemas: Arc<Schemas>,
    /// Which of them were asked for.
    uris: Vec<Option<String>>,
    compiled: Compiled,
}

/// The schema of each collection, where it can be used, and what is wrong with them.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    pub(crate) schemas: Vec<Option<Arc<Schema>>>,
    pub(crate) findings: Vec<Diagnostic>,
}

impl SchemaCache {
    /// Compiles the schemas with these URIs, unless that was done before.
    pub(crate) fn compile(&self, library: Library, uris: &[Option<String>]) -> Compiled {
        if let Some(compiled) = self.find(&library, uris) {
            return compiled;
        }
        match Schemas::link(library, OPTIONS) {
            Err(findings) => Compiled {
                schemas: uris.iter().map(|_| None).collect(),
                findings,
            },
            Ok((schemas, findings)) => {
                let schemas = Arc::new(schemas);
                let compiled = compile(&schemas, uris, findings);
                self.keep(Kept {
                    schemas,
                    uris: uris.to_vec(),
                    compiled: compiled.clone(),
                });
                compiled
            }
        }
    }

    /// What is compiled already; it is the last to be dropped now.
    fn find(&self, library: &Library, uris: &[Option<String>]) -> Option<Compiled> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut positions = all.iter();
        let is_it = |kept: &Kept| kept.uris == uris && kept.schemas.are_of(library);
        let position = positions.position(is_it)?;
        let kept = all.remove(position);
        let compiled = kept.compiled.clone();
        all.push(kept);
        Some(compiled)
    }

    fn keep(&self, kept: Kept) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() == MOST {
            all.remove(0);
        }
        all.push(kept);
    }
}

fn compile(
    schemas: &Arc<Schemas>,
    uris: &[Option<String>],
    mut findings: Vec<Diagnostic>,
) -> Compiled {
    let compiled: Vec<_> = uris
        .par_iter()
        .map(|uri| uri.as_ref().map(|uri| schemas.compile(uri)))
        .collect();
    let mut usable = Vec::with_capacity(compiled.len());
    for result in compiled {
        usable.push(match result {
            Some(Ok(schema)) => Some(Arc::new(schema)),
            Some(Err(finding)) => {
                findings.push(finding);
                None
            }
            None => None,
        });
    }
    Compiled {
        schemas: usable,
        findings,
    }
}
