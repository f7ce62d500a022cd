//! The contract: which version each kind of change makes, and what it does to those who use the
//! data.
//!
//! `docs/versioning.md` shows this table, and a test holds the two against each other.

use std::fmt;

/// The part of a version (Semantic Versioning 2.0.0) that a change raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The third number.
    Patch,
    /// The second number.
    Minor,
    /// The first number.
    Major,
}

/// A way of using the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// Stores ids, and looks them up in the newest release; follows redirects.
    IdOnly,
    /// Reads members of records by name, passes over unknown ones, and expects unknown values only
    /// in open enumerations.
    JsonReader,
    /// Reads records into types that were generated from the schemas.
    TypedSdk,
    /// Reads cells of tables by the position of their column.
    PositionalCsv,
}

/// What a change does to a way of using the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// It goes on working.
    Compatible,
    /// It is not known; this never counts as compatible.
    CouldNotCompare,
    /// It may fail, or take one thing for another.
    Breaking,
}

/// When a change wants a second reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// Always.
    Always,
    /// Where the schema says that the value carries meaning (`x-meaning`).
    OfMeaning,
    /// Never.
    Never,
}

/// What holds for a kind of change.
#[derive(Debug)]
pub struct Contract {
    /// The kind.
    pub kind: Kind,
    /// Its name in every output.
    pub name: &'static str,
    /// What happened, in a few words.
    pub title: &'static str,
    /// What it raises.
    pub level: Level,
    /// What it raises where the schema says that the value carries meaning.
    pub level_of_meaning: Level,
    /// What it does, in the order of [`Profile::ALL`].
    pub effects: [Effect; 4],
    /// Whether it wants a second reader.
    pub safety: Safety,
    /// Whether it may not be released.
    pub is_blocked: bool,
    /// Why it is so.
    pub reason: &'static str,
}

impl Level {
    /// The word for it in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

impl Profile {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 4] = [
        Self::IdOnly,
        Self::JsonReader,
        Self::TypedSdk,
        Self::PositionalCsv,
    ];

    /// The name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::IdOnly => "id-only",
            Self::JsonReader => "json-reader",
            Self::TypedSdk => "typed-sdk",
            Self::PositionalCsv => "positional-csv",
        }
    }
}

impl Effect {
    /// The word for it in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
            Self::CouldNotCompare => "could-not-compare",
        }
    }
}

impl Safety {
    /// The word for it in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::OfMeaning => "of-meaning",
            Self::Never => "never",
        }
    }
}

impl Kind {
    /// What holds for it.
    pub fn contract(self) -> &'static Contract {
        &CONTRACTS[self as usize]
    }

    /// Its name in every output.
    pub fn name(self) -> &'static str {
        self.contract().name
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

macro_rules! effect {
    (c) => {
        Effect::Compatible
    };
    (b) => {
        Effect::Breaking
    };
    (u) => {
        Effect::CouldNotCompare
    };
}

macro_rules! is_blocked {
    (blocked) => {
        true
    };
    (free) => {
        false
    };
}

/// Declares the kinds with their contracts. The four letters are the effects on the profiles in
/// their order: compatible, breaking, unknown.
macro_rules! kinds {
    ($($kind:ident $name:literal $level:ident $of_meaning:ident [$a:ident $b:ident $c:ident $d:ident]
        $safety:ident $blocked:ident: $title:literal, $reason:literal;)*) => {
        /// What kind of change it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = $title] $kind,)*
        }

        /// The contract of each kind, in the order of [`Kind`].
        pub const CONTRACTS: &[Contract] = &[$(Contract {
            kind: Kind::$kind,
            name: $name,
            title: $title,
            level: Level::$level,
            level_of_meaning: Level::$of_meaning,
            effects: [effect!($a), effect!($b), effect!($c), effect!($d)],
            safety: Safety::$safety,
            is_blocked: is_blocked!($blocked),
            reason: $reason,
        },)*];
    };
}

kinds! {
    RecordRemoved "record-removed" Major Major [b b b b] Always blocked:
        "record removed",
        "Whoever stored the id finds nothing, and can't learn why; deprecate the record and say what replaces it.";
    RecordRenamedWithoutRedirect "record-renamed-without-redirect" Major Major [b b b b] Never blocked:
        "id changed without a redirect",
        "The record lives on, but nobody who stored the old id is led to the new one; keep the old record as deprecated, replaced by the new one.";
    IdReused "id-reused" Major Major [b b b b] Always blocked:
        "id of a deprecated record used again",
        "The id has already meant something; data that was stored before would silently speak about something else.";
    IdMeaningChanged "id-meaning-changed" Major Major [b b b b] Always free:
        "id now means something else",
        "The id is the same and what it stands for is another thing: stored ids lead to wrong statements and no program notices.";
    RedirectChanged "redirect-changed" Major Major [b c c c] Always blocked:
        "redirect leads elsewhere",
        "Whoever stored the id was led to a record, and is now led to another one or to none, though that record was not replaced.";
    RecordsMerged "records-merged" Minor Minor [c c c c] Always free:
        "record merged into another one",
        "The old id stays as a redirect; that two things are said to be one is a judgement.";
    RecordSplit "record-split" Minor Minor [c c c c] Always free:
        "record split",
        "The old id stays and names its successors; which of them a use means has to be decided by a person.";
    RecordRenamed "record-renamed" Minor Minor [c c c c] Never free:
        "id changed with a redirect",
        "The old id stays as a deprecated record that leads to the new one.";
    RecordDeprecated "record-deprecated" Minor Minor [c c c c] Always free:
        "record deprecated",
        "The record stays readable and says that it is no longer to be used.";
    RecordRestored "record-restored" Minor Minor [c c c c] Always free:
        "deprecated record restored",
        "The record is the same as before it was deprecated and is to be used again.";
    RecordAdded "record-added" Minor Minor [c c c c] Never free:
        "record added",
        "Nothing that was there has changed; who lists records sees one more.";
    RecordNotComparable "record-not-comparable" Major Major [u u u u] Always free:
        "record could not be compared",
        "One of its versions can't be read, or its id is not unique.";
    FieldSet "field-set" Patch Minor [c c c c] OfMeaning free:
        "value given",
        "An optional member that had no value has one: readers are prepared for both.";
    FieldUnset "field-unset" Patch Minor [c c c c] OfMeaning free:
        "value taken away",
        "An optional member has no value any more: readers are prepared for both.";
    FieldChanged "field-changed" Patch Minor [c c c c] OfMeaning free:
        "value changed",
        "The value is another one of those that the schema allows.";
    ReferenceRetargeted "reference-retargeted" Minor Minor [c c c c] Always free:
        "reference leads to another record",
        "The statement is about something else now, unless a rename or merge explains it; those are listed there and not here.";
    ItemAdded "item-added" Patch Minor [c c c c] OfMeaning free:
        "item added",
        "Readers are prepared for lists of any length that the schema allows.";
    ItemRemoved "item-removed" Patch Minor [c c c c] OfMeaning free:
        "item removed",
        "Readers are prepared for lists of any length that the schema allows.";
    ItemMoved "item-moved" Patch Minor [c c c c] OfMeaning free:
        "item moved",
        "The same item stands in another place; only where the schema calls a list ordered does its place mean something.";
    ItemsNotComparable "items-not-comparable" Major Major [u u u u] OfMeaning free:
        "items could not be told apart",
        "Items without a key, or with the same key, can't be matched, and guessing could say that one drug became another.";
    CitationAdded "citation-added" Patch Minor [c c c c] OfMeaning free:
        "citation added",
        "The statement is as it was and rests on one passage more; of meaning is a passage that disputes it.";
    CitationRemoved "citation-removed" Minor Minor [c c c c] Always free:
        "citation removed",
        "The statement rests on less than before.";
    PassageChanged "passage-changed" Patch Patch [c c c c] Always free:
        "passage of a citation changed",
        "Whether the new passage still says what the record says has to be read.";
    TextEdited "text-edited" Patch Patch [c c c c] OfMeaning free:
        "text edited",
        "Only words for people changed, and no number, unit, comparator or negation among them.";
    TextMeaningChanged "text-meaning-changed" Minor Minor [c c c c] Always free:
        "number, unit, comparator or negation changed in a text",
        "A small edit of a text can turn its meaning round: `5` to `50`, `mg` to `g`, `not` to nothing.";
    CodeAdded "code-added" Patch Minor [c c c c] Never free:
        "code added",
        "The thing can be found by one code more.";
    CodeRemoved "code-removed" Minor Minor [c c c c] Always free:
        "code removed",
        "Who joined data by the code loses the join, and the code may have been wrong.";
    CodeRetired "code-retired" Minor Minor [c c c c] Never free:
        "code retired",
        "The code moved to the former codes: it can still be found, and no longer counts.";
    ReviewChanged "review-changed" Patch Patch [c c c c] Never free:
        "review changed",
        "Who wrote and who checked the record changed, and not what it says.";
    SchemaFieldAdded "schema-field-added" Minor Minor [c c c b] Never free:
        "field added to a schema",
        "Readers pass over members that they don't know; columns behind a new one move.";
    SchemaFieldRemoved "schema-field-removed" Major Major [c b b b] Never free:
        "field removed from a schema",
        "Who reads the member finds nothing, types lose it, and columns behind it move.";
    SchemaFieldRequired "schema-field-required" Minor Minor [c c c c] Never free:
        "field made required",
        "Readers who were prepared for its absence see it always.";
    SchemaFieldOptional "schema-field-optional" Major Major [c b b c] Never free:
        "field made optional",
        "Readers who relied on it find it missing.";
    SchemaTypeNarrowed "schema-type-narrowed" Minor Minor [c c c c] Never free:
        "types of a field narrowed",
        "Every value that may come was possible before.";
    SchemaScalarExcluded "schema-scalar-excluded" Minor Minor [c c c b] Never free:
        "field narrowed to lists or objects",
        "Every value that may come was possible before; the column for single values goes, and those behind it move.";
    SchemaTypeChanged "schema-type-changed" Major Major [c b b b] Never free:
        "type of a field changed",
        "Values come that readers could not expect.";
    SchemaOpenValueAdded "schema-open-value-added" Minor Minor [c c c c] Never free:
        "value added to an open enumeration",
        "The schema says that values may be added, so readers expect unknown ones.";
    SchemaValueAdded "schema-value-added" Major Major [c b b c] Never free:
        "value added to a closed enumeration",
        "Readers who handle every value of the enumeration meet another one.";
    SchemaValueRemoved "schema-value-removed" Major Major [c b b c] Never free:
        "value removed from an enumeration",
        "Who asks for the value gets nothing any more, and can't tell that from none being there.";
    SchemaEnumerationOpened "schema-enumeration-opened" Major Major [c b b c] Never free:
        "enumeration opened",
        "Readers were promised that no unknown value comes.";
    SchemaEnumerationClosed "schema-enumeration-closed" Minor Minor [c c c c] Never free:
        "enumeration closed",
        "Readers are promised more than before.";
    SchemaReferencesWidened "schema-references-widened" Major Major [c b b c] Never free:
        "reference may lead to further collections",
        "Who follows it meets records of a kind that could not be there.";
    SchemaReferencesNarrowed "schema-references-narrowed" Minor Minor [c c c c] Never free:
        "reference leads to fewer collections",
        "Every target that may come was possible before.";
    SchemaIdentityChanged "schema-identity-changed" Minor Minor [c c c c] Never free:
        "items are told apart in another way",
        "Comparisons and tables of the next releases use the new key.";
    SchemaMeaningChanged "schema-meaning-changed" Minor Minor [c c c c] Always free:
        "another view on what carries meaning",
        "Which changes want a second reader is itself a question for one.";
    SchemaDeprecationChanged "schema-deprecation-changed" Major Major [b c c c] Always free:
        "another view on what is deprecated",
        "Redirects are made of what is marked: without the mark, ids that were replaced lead nowhere, and with it, ids lead elsewhere.";
    SchemaLanguageMapChanged "schema-language-map-changed" Minor Minor [c c c b] Never free:
        "another view on what are texts by language",
        "Tables have a column for each language where a member is marked as texts by language.";
    SchemaRelationChanged "schema-relation-changed" Minor Minor [c c c c] Never free:
        "another view on how a relation holds",
        "Whether a record may refer to itself, or two to each other, decides about references and not about what readers find.";
    SchemaConstraintNarrowed "schema-constraint-narrowed" Minor Minor [c c c c] Never free:
        "constraint narrowed",
        "It is proved that every value that may come was possible before.";
    SchemaConstraintWidened "schema-constraint-widened" Major Major [c b b c] Never free:
        "constraint widened",
        "Values may come that the older schema excluded; where it asks for something else altogether, that counts as this too.";
    SchemaRewritten "schema-rewritten" Patch Patch [c c c c] Never free:
        "constraint written in another way",
        "It is proved that both versions allow the same values.";
    SchemaNotComparable "schema-not-comparable" Major Major [c u u u] Never free:
        "constraint could not be compared",
        "Whether values may come that the older schema excluded could not be decided.";
    SchemaDocumented "schema-documented" Patch Patch [c c c c] Never free:
        "title or description of a field changed",
        "Only words for people changed.";
    SchemaReordered "schema-reordered" Patch Patch [c c c b] Never free:
        "fields of a schema in another order",
        "Members are known by their names; columns follow the order of the schema.";
    CollectionAdded "collection-added" Minor Minor [c c c c] Never free:
        "collection added",
        "Nothing that was there has changed.";
    CollectionRemoved "collection-removed" Major Major [b b b b] Always free:
        "collection removed",
        "All its records are gone, and with them the file or table that was read.";
    CollectionIdChanged "collection-id-changed" Major Major [b b b b] Never free:
        "ids of a collection are made in another way",
        "The prefix, or the member that holds the id, is another one: stored ids may no longer be found.";
    LanguageRemoved "language-removed" Major Major [c b b b] Never free:
        "language removed",
        "Texts that readers showed are no longer there.";
    LanguageAdded "language-added" Minor Minor [c c c b] Never free:
        "language added",
        "Texts have one language more; tables may have further columns.";
    LanguagesReordered "languages-reordered" Patch Patch [c c c b] Never free:
        "languages in another order",
        "Texts have the languages that they had; columns follow the order of the languages.";
    LicenceChanged "licence-changed" Major Major [c c c c] Never free:
        "licence changed",
        "Whether a use is still allowed has to be decided anew by everyone.";
    ManifestChanged "manifest-changed" Patch Patch [c c c c] Never free:
        "description of the dataset changed",
        "No record is touched by it.";
    ExceptionAdded "exception-added" Patch Patch [c c c c] Always free:
        "finding accepted",
        "A rule no longer speaks up about a record; whether the reason holds has to be judged.";
    ExceptionRemoved "exception-removed" Patch Patch [c c c c] Never free:
        "finding no longer accepted",
        "The rule speaks up again, or there is nothing left for it to find.";
    ExceptionChanged "exception-changed" Patch Patch [c c c c] Always free:
        "accepted finding changed",
        "It is accepted for another reason, by somebody else, or for another time.";
    ApprovalAdded "approval-added" Patch Patch [c c c c] Never free:
        "change approved",
        "A second reader agreed to a change; the change itself is listed where it is.";
    ApprovalRemoved "approval-removed" Patch Patch [c c c c] Never free:
        "approval taken away",
        "What it was for is released, or wants a reader again.";
    ApprovalChanged "approval-changed" Patch Patch [c c c c] Never free:
        "approval changed",
        "The same change is approved by somebody else or for another reason.";
    OtherFileAdded "other-file-added" Patch Patch [c c c c] Never free:
        "other file added",
        "It holds no records and is not released, such as a table of codes that rules look into.";
    OtherFileRemoved "other-file-removed" Patch Patch [c c c c] Never free:
        "other file removed",
        "It held no records and was not released.";
    OtherFileChanged "other-file-changed" Patch Patch [c c c c] Never free:
        "other file changed",
        "It holds no records and is not released; what rules say may change with it.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contracts_stand_in_the_order_of_the_kinds() {
        for (position, contract) in CONTRACTS.iter().enumerate() {
            assert_eq!(contract.kind as usize, position, "{}", contract.name);
        }
    }

    #[test]
    fn what_is_not_known_is_never_less_than_breaking() {
        for contract in CONTRACTS {
            let is_unknown = contract.effects.contains(&Effect::CouldNotCompare);
            assert!(
                !is_unknown || contract.level == Level::Major,
                "{}",
                contract.name
            );
            assert!(contract.level_of_meaning >= contract.level);
        }
    }
}
