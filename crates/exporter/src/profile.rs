//! Profiles: which part of a dataset an application wants, so that what it gets hangs together.
//!
//! What a record of a profile refers to is in the bundle too, whatever collection it is of, and
//! members that a schema requires are never left out. So a bundle of a profile has no dangling
//! reference, and its records follow their schemas. Nor is it left out that a record is no longer to be
//! used.

mod written;

use std::collections::{BTreeMap, BTreeSet};

use treatise_dataset::{Collection, Dataset, Manifest, Reader, RecordNumber};
use treatise_schema::{Field, Verdict, WorkLimit, nearest};
use treatise_source::{Limits, Parser, Value};

use crate::Error;
use crate::record;
use crate::section::Section;
use crate::shape::Shape;
use crate::table::IdPlace;

/// The state of a record that a person has approved.
const REVIEWED: &str = "reviewed";

/// Which part of a dataset is exported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    name: String,
    collections: Vec<String>,
    members: Members,
    languages: Vec<String>,
    is_of_reviewed: bool,
}

/// Which members records keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Members {
    #[default]
    All,
    /// Those that are or may be required, and those without which a record says something else.
    Meaning,
    /// Those at these places, by collection; the other collections keep all.
    Listed(BTreeMap<String, Vec<String>>),
}

/// What an application asks for in its own profile; what is empty asks for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) collections: Vec<String>,
    /// JSON pointers to what records keep, by collection.
    pub(crate) members: BTreeMap<String, Vec<String>>,
    pub(crate) languages: Vec<String>,
    pub(crate) reviewed_only: bool,
}

/// How much of a place is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kept {
    /// Nothing.
    No,
    /// What below it is kept.
    Inside,
    /// All.
    Whole,
}

impl Profile {
    /// Everything.
    pub fn full() -> Self {
        Self {
            name: "full".to_owned(),
            ..Self::default()
        }
    }

    /// The profile of this name, if it is one of those that every dataset has.
    pub fn parse(name: &str) -> Option<Self> {
        let named = Self {
            name: name.to_owned(),
            ..Self::default()
        };
        match name {
            "full" => Some(named),
            "reviewed" => Some(Self {
                is_of_reviewed: true,
                ..named
            }),
            "minimal" => Some(Self {
                members: Members::Meaning,
                ..named
            }),
            _ => None,
        }
    }

    /// A profile of an application, from JSON: its `name`, and, as far as it does not want all,
    /// the names of `collections`, JSON pointers to `members` by collection (`*` for any element),
    /// `languages`, and whether it wants `reviewed_only`.
    ///
    /// # Errors
    /// The text says something else, or the name is that of a profile that every dataset has.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let (name, part) = written::read(text)
            .map_err(|reason| Error::refused(format!("the profile can't be read: {reason}")))?;
        Ok(Self::of_part(name, part))
    }

    /// The profile that a bundle has: one that every dataset has, or else the part of the dataset
    /// that `bundle.json` says an application asked for.
    pub(crate) fn of_bundle(name: &str, part: Option<&Part>) -> Option<Self> {
        let own = |part: &Part| Self::of_part(name.to_owned(), part.clone());
        Self::parse(name).or_else(|| part.map(own))
    }

    fn of_part(name: String, part: Part) -> Self {
        Self {
            name,
            collections: part.collections,
            members: if part.members.is_empty() {
                Members::All
            } else {
                Members::Listed(part.members)
            },
            languages: part.languages,
            is_of_reviewed: part.reviewed_only,
        }
    }

    /// What an application asked for, where the profile is its own.
    pub(crate) fn part(&self) -> Option<Part> {
        Self::parse(&self.name).is_none().then(|| Part {
            collections: self.collections.clone(),
            members: match &self.members {
                Members::Listed(places) => places.clone(),
                Members::All | Members::Meaning => BTreeMap::new(),
            },
            languages: self.languages.clone(),
            reviewed_only: self.is_of_reviewed,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether records lose members.
    pub(crate) fn shortens(&self) -> bool {
        self.members != Members::All || !self.languages.is_empty()
    }

    /// Whether all records of a collection are wanted.
    pub(crate) fn wants(&self, collection: &str) -> bool {
        self.collections.is_empty() || self.collections.iter().any(|name| name == collection)
    }

    /// The languages that texts have columns for.
    pub(crate) fn languages<'a>(&'a self, manifest: &'a Manifest) -> &'a [String] {
        if self.languages.is_empty() {
            crate::section::languages(manifest)
        } else {
            &self.languages
        }
    }

    /// Takes from the shape of a collection what the profile does not keep.
    pub(crate) fn shorten(&self, collection: &str, id: &IdPlace, shape: &mut Shape<'_>) {
        let id = match id {
            IdPlace::Within(pointer) => pointer.as_str(),
            IdPlace::Beside(_) => "",
        };
        // What says that a record is no longer to be used, and the ways to it.
        let mut marks = Vec::new();
        shape.each(&mut |field| {
            if field.is_deprecation {
                marks.push(field.path.to_string());
            }
        });
        marks.retain(|mark| {
            mark.split('/')
                .all(|part| part.ends_with(is_name) || part.is_empty())
        });
        let kept = |field: &Field| -> Kept {
            let place = field.path.to_string();
            let kept = match &self.members {
                _ if field.is_deprecation => Kept::Whole,
                _ if marks.iter().any(|mark| is_below(&place, mark)) => Kept::Whole,
                Members::All => Kept::Whole,
                Members::Meaning if field.is_meaning => Kept::Whole,
                Members::Meaning if field.may_be_required => Kept::Inside,
                Members::Meaning => Kept::No,
                Members::Listed(places) => match places.get(collection) {
                    None => Kept::Whole,
                    Some(places) => listed(&place, places),
                },
            };
            let is_inside = field.is_required
                || place.is_empty()
                || !place.ends_with(is_name)
                || marks.iter().any(|mark| is_below(mark, &place))
                // Without its id, nobody knows what a record is.
                || is_below(id, &place);
            kept.max(if is_inside { Kept::Inside } else { Kept::No })
        };
        shape.shorten(&|field| match kept(field) {
            Kept::No => None,
            Kept::Inside => Some(false),
            Kept::Whole => Some(true),
        });
        if !self.languages.is_empty() {
            shape.mark_languages();
        }
    }

    /// Checks that the names in the profile are those of the dataset.
    pub(crate) fn check(&self, dataset: &Dataset) -> Result<(), Error> {
        let names: Vec<_> = dataset.collections().iter().map(Collection::name).collect();
        let of_members = match &self.members {
            Members::Listed(places) => Some(places.keys()),
            _ => None,
        };
        for name in self
            .collections
            .iter()
            .chain(of_members.into_iter().flatten())
        {
            known(name, "collection", names.iter().copied())?;
        }
        let languages = crate::section::languages(dataset.manifest());
        for language in &self.languages {
            known(language, "language", languages.iter().map(String::as_str))?;
        }
        let Members::Listed(places) = &self.members else {
            return Ok(());
        };
        for collection in dataset.collections() {
            let fields = collection.schema().map(|schema| schema.fields().fields());
            let known_places: Vec<_> = fields
                .into_iter()
                .flatten()
                .map(|field| field.path.to_string())
                .collect();
            for place in places.get(collection.name()).into_iter().flatten() {
                let what = format!("member of `{}`", collection.name());
                known(place, &what, known_places.iter().map(String::as_str))?;
            }
        }
        Ok(())
    }

    /// The records of the profile: those that it wants, and all that they refer to.
    pub(crate) fn choose(
        &self,
        dataset: &Dataset,
        sections: &[Section<'_>],
    ) -> Result<BTreeSet<RecordNumber>, Error> {
        let index = dataset.index();
        let mut reader = Reader::new(dataset);
        let mut chosen = BTreeSet::new();
        let mut to_follow = Vec::new();
        for record in index.records() {
            if !self.wants(dataset.collection_of(record).name()) {
                continue;
            }
            let is_wanted = !self.is_of_reviewed
                || reader.read_checked(record, |value| {
                    let status = value.get("review").and_then(|review| review.get("status"));
                    status.and_then(Value::as_str) == Some(REVIEWED)
                })?;
            if is_wanted {
                chosen.insert(record);
                to_follow.push(record);
            }
        }
        if chosen.is_empty() {
            let reason = if self.is_of_reviewed {
                "no record is reviewed"
            } else {
                "it wants no record"
            };
            return Err(Error::refused(format!(
                "nothing was exported for the profile `{}`: {reason}",
                self.name
            )));
        }
        while let Some(record) = to_follow.pop() {
            let section = &sections[index.collection(record)];
            let collection = dataset.collection_of(record);
            let referred = reader.read_checked(record, |value| {
                let mut referred = Vec::new();
                let mut add = |id: &str, collections: &[String]| {
                    let collections = collections.iter().map(String::as_str);
                    referred.extend(index.find(id, collections));
                };
                section.shape.each_reference(value, &mut add);
                section.shape.each_continued(value, &mut |path, value| {
                    dataset.each_reference_at(collection, path, value, &mut add);
                });
                referred
            })?;
            to_follow.extend(referred.into_iter().filter(|record| chosen.insert(*record)));
        }
        Ok(chosen)
    }

    /// Hands over what is kept of a record, after a look at whether its schema still holds.
    pub(crate) fn shortened(
        &self,
        dataset: &Dataset,
        section: &Section<'_>,
        id: &str,
        record: Value<'_>,
        use_it: impl FnOnce(Value<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut text = Vec::new();
        record::write_kept(record, &section.shape, &self.languages, &mut text);
        let text = String::from_utf8(text).expect("parts of UTF-8 between whole tokens are UTF-8");
        let mut parser = Parser::new();
        let parsed = parser.parse(&text, Limits::default());
        assert!(parsed.is_complete(), "what is kept of a record is JSON");
        let collection = dataset
            .collections()
            .iter()
            .find(|c| c.name() == section.name);
        let schema = collection.and_then(Collection::schema);
        let schema = schema.expect("the collections of a sound dataset have schemas");
        let work = WorkLimit::default();
        if schema.judge(&parsed.tree, &work) == Verdict::Invalid {
            let violations = schema.explain(&parsed.tree, &work).unwrap_or_default();
            let first = violations
                .first()
                .map_or("", |violation| violation.message.as_str());
            return Err(Error::refused(format!(
                "the profile `{}` leaves out of `{id}` what the schema of `{}` asks for: {first}",
                self.name, section.name
            )));
        }
        use_it(parsed.tree.root())
    }
}

/// How much of a place is kept where these are listed.
fn listed(place: &str, listed: &[String]) -> Kept {
    if listed.iter().any(|outer| is_below(place, outer)) {
        Kept::Whole
    } else if listed.iter().any(|inner| is_below(inner, place)) {
        Kept::Inside
    } else {
        Kept::No
    }
}

/// Whether a place is at or below another.
fn is_below(inner: &str, outer: &str) -> bool {
    let rest = inner.strip_prefix(outer);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a place ends with the name of a member, and not with any element or entry, which stay
/// where what is around them stays.
fn is_name(last: char) -> bool {
    !matches!(last, '*' | '}')
}

fn known<'a>(
    name: &str,
    what: &str,
    names: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), Error> {
    if names.clone().any(|known| known == name) {
        return Ok(());
    }
    let hint = nearest(name, names).map_or_else(String::new, |nearest| {
        format!("; did you mean `{nearest}`?")
    });
    Err(Error::refused(format!(
        "the profile can't be used: there is no {what} `{name}`{hint}"
    )))
}
