//! What the claims cover: by document and section, by type, by subject, by site, and what no claim
//! speaks of. The page is made from the data alone, so that it can be held against it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::documents::Documents;
use crate::run::with_records;
use crate::view::{Claim, Locator, Record, Records, Term, Text};
use crate::{Error, Options};

/// The coverage of a dataset.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// A Markdown page.
    pub page: String,
    /// Whether there is a claim or a source that it could speak of.
    pub has_content: bool,
    /// How many records could not be looked at, so that the page lacks them.
    pub unread: u64,
    /// The collections that are not there, so that the page lacks their records.
    pub absent: Vec<String>,
    /// The snapshots whose documents are not among those given, each with its source.
    pub missing: Vec<String>,
}

/// The coverage of a dataset, as the options find it. With the documents at hand it also says which of
/// their passages nothing cites, by their numbers and hashes and not by their words.
///
/// # Errors
/// The dataset can't be read, or nothing of it could be looked at.
pub fn coverage(root: &Path, options: &Options<'_>) -> Result<Coverage, Error> {
    let documents = options.documents;
    let ((page, has_content, missing), unseen) = with_records(root, options, |records| {
        let mut page = Page::new(records);
        page.totals();
        page.sections();
        page.types();
        page.subjects();
        page.sites();
        page.untouched();
        let missing = documents.map(|documents| page.uncited_passages(documents));
        let has_content = !records.claims.is_empty() || !records.sources.is_empty();
        (page.text, has_content, missing.unwrap_or_default())
    })?;
    Ok(Coverage {
        page,
        has_content,
        unread: unseen.records,
        absent: unseen.collections,
        missing,
    })
}

struct Page<'p, 'r> {
    records: &'p Records<'r>,
    /// Those that hold.
    claims: Vec<Claim<'r>>,
    text: String,
}

impl<'p, 'r> Page<'p, 'r> {
    fn new(records: &'p Records<'r>) -> Self {
        let claims = records.claims.iter().copied();
        Self {
            records,
            claims: claims.filter(|claim| !claim.is_deprecated()).collect(),
            text: String::from(
                "# Coverage\n\nWhat the claims of the dataset cover, and what none of them speaks of.\n\
                 `treatise coverage` makes this page from the data; a test holds it against them.\n",
            ),
        }
    }

    fn section(&mut self, heading: &str, about: &str) {
        let _ = write!(self.text, "\n## {heading}\n\n{about}\n");
    }

    fn table<const N: usize>(
        &mut self,
        columns: [&str; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) {
        let _ = write!(self.text, "\n| {} |\n", columns.join(" | "));
        let _ = writeln!(self.text, "|{}", "---|".repeat(N));
        for row in rows {
            let _ = writeln!(self.text, "| {} |", row.join(" | "));
        }
    }

    fn totals(&mut self) {
        let open = |claim: &&Claim<'_>| claim.texts("open_issues").next().is_some();
        let reviewed =
            |claim: &&Claim<'_>| status(**claim).is_some_and(|status| status == "reviewed");
        let (all, open, reviewed) = (
            self.claims.len(),
            self.claims.iter().filter(open).count(),
            self.claims.iter().filter(reviewed).count(),
        );
        let _ = write!(
            self.text,
            "\n{all} claims hold; {open} of them have open issues, and {reviewed} are reviewed.\n"
        );
    }

    fn sections(&mut self) {
        #[derive(Default)]
        struct Row<'r> {
            claims: BTreeSet<&'r str>,
            disputed: BTreeSet<&'r str>,
            terms: BTreeSet<&'r str>,
            issues: BTreeSet<&'r str>,
        }
        let mut rows: BTreeMap<(&str, &str), Row<'_>> = BTreeMap::new();
        for record in self.records.all().filter(|record| !record.is_deprecated()) {
            for citation in record.citations() {
                let Some(source) = citation.source() else {
                    continue;
                };
                let section = citation.locator().and_then(Locator::value);
                let section = section.map_or("", |section| section.as_str());
                let row = rows.entry((source.as_str(), section)).or_default();
                if self.records.claim(record.id).is_some() {
                    row.claims.insert(record.id);
                    if record.texts("open_issues").next().is_some() {
                        row.disputed.insert(record.id);
                    }
                } else {
                    row.terms.insert(record.id);
                }
            }
        }
        for issue in &self.records.issues {
            let section = issue
                .get("locator")
                .and_then(|locator| locator.text("value"));
            if let (Some(source), Some(section)) = (issue.text("source"), section) {
                let key = (source.as_str(), section.as_str());
                rows.entry(key).or_default().issues.insert(issue.id);
            }
        }
        self.section(
            "By document and section",
            "A claim counts under each section that it cites; an issue under the one that it was found in.",
        );
        let rows = rows.into_iter().map(|((source, section), row)| {
            [
                code(source),
                plain(section),
                row.claims.len().to_string(),
                row.disputed.len().to_string(),
                row.terms.len().to_string(),
                row.issues.len().to_string(),
            ]
        });
        let columns = [
            "source",
            "section",
            "claims",
            "with open issues",
            "terms",
            "issues",
        ];
        self.table(columns, rows);
    }

    fn types(&mut self) {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for claim in &self.claims {
            *counts
                .entry(claim.kind().map_or("", |kind| kind.as_str()))
                .or_default() += 1;
        }
        self.section("By type", "Every claim has one.");
        let rows = counts.into_iter();
        let rows = rows.map(|(kind, count)| [code(kind), count.to_string()]);
        self.table(["type", "claims"], rows);
    }

    fn subjects(&mut self) {
        let mut counts: BTreeMap<(&str, &str), (usize, BTreeSet<&str>)> = BTreeMap::new();
        for claim in &self.claims {
            let Some(subject) = claim.subject() else {
                continue;
            };
            let collection = self.collection(&subject);
            let (count, types) = counts.entry((collection, subject.as_str())).or_default();
            *count += 1;
            types.extend(claim.kind().map(Text::as_str));
        }
        self.section(
            "By subject",
            "What the claims are about, and in which respects.",
        );
        let rows: Vec<_> = counts
            .into_iter()
            .map(|((collection, id), (count, types))| {
                [
                    collection.to_owned(),
                    self.named(id),
                    count.to_string(),
                    types.into_iter().collect::<Vec<_>>().join(", "),
                ]
            })
            .collect();
        self.table(["collection", "subject", "claims", "types"], rows);
    }

    fn sites(&mut self) {
        let mut counts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for claim in &self.claims {
            for id in claim.entities() {
                if let Some(site) = self.site_of(id) {
                    counts.entry(site).or_default().insert(claim.id);
                }
            }
        }
        self.section(
            "By site",
            "A claim counts under each site that it names, itself or by a condition of that site.",
        );
        let rows: Vec<_> = counts
            .into_iter()
            .map(|(id, claims)| [self.named(id), claims.len().to_string()])
            .collect();
        self.table(["site", "claims"], rows);
    }

    /// The site itself, or that of a condition.
    fn site_of(&self, id: &str) -> Option<&'r str> {
        let entity = self.records.entity(id)?;
        if entity.collection.name() == "sites" {
            return Some(entity.id);
        }
        entity.text("site").map(Text::as_str)
    }

    fn untouched(&mut self) {
        let mut touched: BTreeSet<&str> = BTreeSet::new();
        for claim in &self.claims {
            touched.extend(claim.entities().iter().map(|id| id.as_str()));
            let citations = claim.citations();
            touched.extend(
                citations
                    .iter()
                    .filter_map(|citation| citation.source())
                    .map(Text::as_str),
            );
        }
        let is_open = |record: &Record<'_>| !record.is_deprecated() && !touched.contains(record.id);
        let entities = self.records.entities.iter().map(|entity| entity.0);
        let sources = self.records.sources.iter().map(|source| source.0);
        let rows: BTreeMap<(&str, &str), [String; 2]> = entities
            .chain(sources)
            .filter(is_open)
            .map(|record| {
                let collection = record.collection.name();
                let row = [collection.to_owned(), self.named(record.id)];
                ((collection, record.id), row)
            })
            .collect();
        self.section(
            "Without a claim",
            "Records that no claim speaks of or cites: they stand here because other records refer to them, or wait for a source.",
        );
        self.table(["collection", "record"], rows.into_values());
    }

    /// Returns the snapshots whose documents are not at hand.
    fn uncited_passages(&mut self, documents: &Documents) -> Vec<String> {
        // The names of snapshots are those of a source: another one may have the same.
        let mut cited: BTreeMap<(&str, &str), BTreeSet<usize>> = BTreeMap::new();
        for citation in self.records.all().flat_map(Record::citations) {
            let passage = citation
                .source()
                .zip(citation.snapshot())
                .zip(citation.passage());
            let Some(((source, snapshot), hash)) = passage else {
                continue;
            };
            let document = documents.of_snapshot(self.records, &source, &snapshot);
            // What the document repeats is cited wherever it stands.
            let places = document.map_or(&[][..], |document| document.places(&hash));
            if !places.is_empty() {
                cited
                    .entry((source.as_str(), snapshot.as_str()))
                    .or_default()
                    .extend(places.iter().cloned().flatten());
            }
        }
        let (mut rows, mut missing) = (Vec::new(), Vec::new());
        for source in &self.records.sources {
            for snapshot in source.snapshots() {
                let (Some(name), Some(hash)) = (snapshot.text("id"), snapshot.text("sha256"))
                else {
                    continue;
                };
                let Some(document) = documents.get(&hash) else {
                    missing.push(format!("{} of {}", code(&name), code(source.id)));
                    continue;
                };
                let known = cited.get(&(source.id, name.as_str()));
                for at in 0..document.blocks().len() {
                    if known.is_some_and(|known| known.contains(&at)) {
                        continue;
                    }
                    let hash = document.hash(at..at + 1).unwrap_or_default();
                    rows.push([
                        code(source.id),
                        code(&name),
                        (at + 1).to_string(),
                        code(&hash),
                    ]);
                }
            }
        }
        self.section(
            "Passages that nothing cites",
            "Headings and page furniture are among them; `treatise cite` shows what each says.",
        );
        if !missing.is_empty() {
            let _ = write!(
                self.text,
                "\nNot looked at, as their documents are not at hand: {}.\n",
                missing.join(", ")
            );
        }
        self.table(["source", "snapshot", "block", "passage_sha256"], rows);
        missing
    }

    fn collection(&self, id: &str) -> &'r str {
        self.records
            .get(id)
            .map_or("", |record| record.collection.name())
    }

    /// The label and the id of a record.
    fn named(&self, id: &str) -> String {
        let language = self.records.language();
        let label = self
            .records
            .entity(id)
            .and_then(|entity| entity.label(language))
            .or_else(|| self.records.term(id).and_then(Term::name))
            .or_else(|| {
                self.records
                    .source(id)
                    .and_then(|source| source.csl()?.text("title"))
            });
        match label {
            Some(label) => format!("{} ({})", plain(&label), code(id)),
            None => code(id),
        }
    }
}

fn status(claim: Claim<'_>) -> Option<Text<'_>> {
    claim.get("review")?.text("status")
}

/// An id as code; what could end it is left out.
fn code(text: &str) -> String {
    let text = treatise_report::visible(text);
    format!("`{}`", text.replace(['`', '|'], ""))
}

/// Text that Markdown takes for nothing else.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for character in treatise_report::visible(text).chars() {
        if matches!(
            character,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '&' | '@' | '~'
        ) {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}
