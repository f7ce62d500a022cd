//! `new`.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use treatise_dataset::{Collection, Dataset, LoadOptions, load};
use treatise_linter::formatted;
use treatise_schema::{
    Field, FieldPath, Given, Scaffold, Schema, Violation, WorkLimit, nearest, nearest_id,
};
use treatise_source::{Layout, Limits, Parser, Pointer};

use crate::arguments::NewOptions;
use crate::place::find_root;
use crate::{Outcome, output};

/// How many of the values that a blank may have are listed.
const MOST_VALUES: usize = 20;

/// Writes a new record, and says what its author has to fill in.
pub(crate) fn new(options: &NewOptions) -> Result<Outcome> {
    let root = find_root(&options.dataset)?;
    let load_options = LoadOptions {
        manifest: options.dataset.manifest.as_deref(),
        ..LoadOptions::default()
    };
    let (dataset, _) = load(&root, &load_options)?;
    let collection = find_collection(&dataset, &options.collection)?;
    let schema = collection.schema().with_context(|| {
        format!(
            "the schema of `{}` can't be used: `treatise validate` shows why",
            collection.name()
        )
    })?;
    let language = dataset.manifest().language();
    let Wanted { given, said } = Wanted::read(options, schema, language)?;
    let draft = Draft {
        dataset: &dataset,
        collection,
        schema,
        language,
    };
    let (id, scaffold) = draft.with_id(options.id.as_deref(), said.as_deref(), &given)?;
    draft.ensure_references(&scaffold, &id)?;

    let layout = match collection.keeps_lines() {
        true => Layout::Line,
        false => Layout::Lines,
    };
    let text = formatted(&scaffold.record.to_string(), schema.fields(), layout);
    if options.print {
        output::write_stdout(|out| writeln!(out, "{}", text.trim_end()))?;
    } else {
        ensure!(
            dataset.has_room_for(collection)?,
            "{}: there is a link on the way, and links are not followed",
            collection.entry().path
        );
        let path = write(&root, collection, &id, &text)?;
        output::write_stdout(|out| writeln!(out, "{}", output::on_terminal(&path)))?;
    }
    say_what_is_left(&scaffold, schema);
    Ok(Outcome::Sound)
}

fn find_collection<'d>(dataset: &'d Dataset, name: &str) -> Result<&'d Collection> {
    let collections = dataset.collections();
    ensure!(
        !collections.is_empty(),
        "no collection can be read: `treatise validate` shows why"
    );
    let mut found = collections.iter();
    if let Some(found) = found.find(|collection| collection.name() == name) {
        return Ok(found);
    }
    let names: Vec<_> = collections.iter().map(Collection::name).collect();
    match nearest(name, names.iter().copied()) {
        Some(meant) => bail!("there is no collection `{name}`; did you mean `{meant}`?"),
        None => bail!(
            "there is no collection `{name}`; there are {}",
            names.join(", ")
        ),
    }
}

/// What the command line says of the record.
struct Wanted {
    /// The values, the name among them.
    given: Vec<Given>,
    /// What it says or is called.
    said: Option<String>,
}

impl Wanted {
    fn read(options: &NewOptions, schema: &Schema, language: &str) -> Result<Self> {
        let values = options.set.iter().map(|(place, text)| {
            let pointer = match place.starts_with('/') {
                true => place.clone(),
                false => format!("/{place}"),
            };
            let pointer = Pointer::parse(&pointer)
                .with_context(|| format!("--set: `{place}` is no JSON pointer"))?;
            let value = schema.read_given(&pointer, text)?;
            Ok(Given { pointer, value })
        });
        let mut given = values.collect::<Result<Vec<_>>>()?;
        let name = (!options.name.is_empty()).then(|| options.name.join(" "));
        let Some(pointer) = schema.place_of_name(language) else {
            return Ok(Self { given, said: name });
        };
        let set = given.iter().find(|given| given.pointer == pointer);
        let said = match (&name, set) {
            (None, Some(set)) => set.value.as_str().map(str::to_owned),
            _ => name.clone(),
        };
        if let (Some(name), None) = (name, set) {
            let value = json!(name);
            given.insert(0, Given { pointer, value });
        }
        Ok(Self { given, said })
    }
}

/// A new record of a collection.
struct Draft<'d> {
    dataset: &'d Dataset,
    collection: &'d Collection,
    schema: &'d Schema,
    language: &'d str,
}

impl Draft<'_> {
    /// The record under the id that is given, or else the first of those that could be its id.
    fn with_id(
        &self,
        id: Option<&str>,
        said: Option<&str>,
        given: &[Given],
    ) -> Result<(String, Scaffold)> {
        if let Some(id) = id {
            if let Some(reason) = self.dataset.refusal_of_id(self.collection, id) {
                bail!("--id: `{id}` {reason}");
            }
            let scaffold = self.scaffold(id, given)?;
            ensure_accepted(&scaffold.refused)?;
            return Ok((id.to_owned(), scaffold));
        }
        let proposed = said.and_then(|said| self.collection.proposed_id(said));
        let counted = self.dataset.next_id(self.collection);
        let mut refused = None;
        for id in proposed.into_iter().chain(counted) {
            if let Some(reason) = self.dataset.refusal_of_id(self.collection, &id) {
                bail!("the id `{id}` {reason}; give one with --id that sets this record apart");
            }
            let scaffold = self.scaffold(&id, given)?;
            let fault = scaffold.refused.iter().find(|fault| self.is_of_id(fault));
            let Some(fault) = fault else {
                ensure_accepted(&scaffold.refused)?;
                return Ok((id, scaffold));
            };
            refused.get_or_insert_with(|| fault.message.clone());
        }
        match (refused, said) {
            (Some(message), _) => bail!(
                "no id could be made that is as the schema says ({message}); give one with --id"
            ),
            (None, Some(said)) => bail!("no id could be made of `{said}`; give one with --id"),
            (None, None) => {
                bail!("no id could be made; say what the record is called, or give --id")
            }
        }
    }

    /// The record with this id.
    fn scaffold(&self, id: &str, given: &[Given]) -> Result<Scaffold> {
        let mut given = given.to_vec();
        if let Some(pointer) = self.id_pointer() {
            let value = json!(id);
            given.push(Given { pointer, value });
        }
        let work = WorkLimit::default();
        Ok(self.schema.scaffold(&given, self.language, &work)?)
    }

    fn id_pointer(&self) -> Option<Pointer> {
        let pointer = self.collection.entry().id.as_deref();
        pointer.and_then(Pointer::parse)
    }

    fn is_of_id(&self, fault: &Violation) -> bool {
        Some(&fault.pointer) == self.id_pointer().as_ref()
    }

    /// Refuses references that lead to no record: nobody meant them.
    fn ensure_references(&self, scaffold: &Scaffold, own: &str) -> Result<()> {
        let text = scaffold.record.to_string();
        let mut parser = Parser::new();
        let parsed = parser.parse(&text, Limits::default());
        let root = parsed.tree.root();
        let index = self.dataset.index();
        let mut dangling = None;
        let record = FieldPath::default();
        let mut look = |id: &str, collections: &[String]| {
            let names = collections.iter().map(String::as_str);
            if !id.is_empty() && id != own && index.find(id, names).is_none() {
                dangling.get_or_insert((id.to_owned(), collections.to_vec()));
            }
        };
        self.dataset
            .each_reference_at(self.collection, &record, root, &mut look);
        let Some((id, collections)) = dangling else {
            return Ok(());
        };
        let is_allowed = |record: &_| {
            let name = self.dataset.collection_of(*record).name();
            collections.iter().any(|collection| collection == name)
        };
        let ids = index.records().filter(is_allowed);
        let ids = ids.map(|record| index.id(record));
        let collections = quoted(&collections, "or");
        match nearest_id(&id, ids) {
            Some(meant) => {
                bail!("there is no `{id}` in {collections}; did you mean `{meant}`?")
            }
            None => bail!("there is no `{id}` in {collections}"),
        }
    }
}

/// Refuses given values that the schema does not let pass.
fn ensure_accepted(refused: &[Violation]) -> Result<()> {
    let Some((first, others)) = refused.split_first() else {
        return Ok(());
    };
    let help = first.help.first();
    let help = help.map(|help| format!("; {help}")).unwrap_or_default();
    let others = match others.len() {
        0 => String::new(),
        count => format!(" (and {count} more)"),
    };
    bail!("{}: {}{help}{others}", first.pointer, first.message)
}

/// Writes a record to a file of its own, or behind the others in their file; the path of that.
fn write(root: &Path, collection: &Collection, id: &str, text: &str) -> Result<String> {
    let folder = root.join(&collection.entry().path);
    let path = match collection.keeps_lines() {
        true => folder,
        false => folder.join(format!("{id}.json")),
    };
    let shown = path.strip_prefix(".").map_or(&*path, |path| path);
    let shown = shown.display().to_string();
    let written = match collection.keeps_lines() {
        true => output::append_line(&path, text),
        false => output::write_new_file(&path, text),
    };
    written.with_context(|| format!("{shown}: it can't be written"))?;
    Ok(shown)
}

/// Says what the author of a record has to do.
fn say_what_is_left(scaffold: &Scaffold, schema: &Schema) {
    let blanks = scaffold.blanks.iter().map(|blank| {
        let field = schema.fields().get(&blank.path);
        let what = field.map(wanted).unwrap_or_default();
        format!("  {}  {what}", blank.pointer)
    });
    let undecided = scaffold.undecided.iter().map(|fault| {
        let separator = if fault.pointer.as_str().is_empty() {
            ""
        } else {
            "  "
        };
        format!("  {}{separator}{}", fault.pointer, fault.message)
    });
    let left: Vec<_> = blanks.chain(undecided).collect();
    if left.is_empty() {
        output::say("nothing is left to fill in; `treatise check` says whether it is right");
        return;
    }
    output::say("to fill in:");
    for line in left {
        output::say(line.trim_end());
    }
}

/// What belongs into a blank.
fn wanted(field: &Field) -> String {
    let words = |values: &[serde_json::Value]| -> Vec<String> {
        let words = values.iter().map(|value| match value.as_str() {
            Some(text) => text.to_owned(),
            None => value.to_string(),
        });
        words.collect()
    };
    if let Some(values) = &field.enumeration {
        let words = words(values);
        let listed = words.get(..MOST_VALUES).unwrap_or(&words).join(", ");
        return match words.len() > MOST_VALUES {
            true => format!("one of {listed}, …"),
            false => format!("one of {listed}"),
        };
    }
    if !field.references.is_empty() {
        let collections = quoted(&field.references, "or");
        let literals = words(&field.literals);
        let literals = literals.iter().map(|word| format!(", or `{word}`"));
        return format!(
            "the id of a record in {collections}{}",
            literals.collect::<String>()
        );
    }
    let description = field.description.as_deref();
    let sentence = description.map(|text| text.split_inclusive(". ").next().unwrap_or(text));
    let text = sentence.or(field.title.as_deref()).unwrap_or_default();
    text.trim().trim_end_matches('.').to_owned()
}

/// Names as code, in a sentence.
fn quoted(names: &[String], conjunction: &str) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} {conjunction} {last}", others.join(", ")),
        None => String::new(),
    }
}
