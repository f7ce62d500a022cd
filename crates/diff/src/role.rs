//! What members are for, where a dataset follows the conventions: this is the only file of the
//! crate that names members of records.
//!
//! A dataset that uses none of these names loses nothing but the more telling names of changes.

/// What a member is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The passages that a record rests on.
    Citations,
    /// In a citation, where the passage is and how it reads.
    Passage,
    /// Codes of terminologies.
    Codes,
    /// Codes that no longer count.
    FormerCodes,
    /// Who wrote and who checked the record.
    Review,
    /// That the record is no longer to be used.
    Deprecation,
}

/// In a citation, what is cited.
pub(crate) const CITED: &str = "source";
/// In a citation, how the passage stands to the statement, and that it speaks against it.
pub(crate) const STANCE: &str = "stance";
pub(crate) const DISPUTES: &str = "disputes";
/// In a deprecation, why.
pub(crate) const REASON: &str = "reason";
/// In a deprecation, what to use instead.
pub(crate) const REPLACED_BY: &str = "replaced_by";
/// Reasons that say that the record is the same thing as its replacement.
pub(crate) const MERGING_REASONS: [&str; 2] = ["merged", "duplicate"];
/// The reason that says that the record has several successors.
pub(crate) const SPLITTING_REASON: &str = "split";

/// The top-level member for deprecations where no schema marks one.
pub(crate) const DEPRECATED: &str = "deprecated";
/// The top-level member for codes.
pub(crate) const CODES: &str = "codes";
/// In a code, what makes it the same code wherever it stands.
pub(crate) const CODE_KEY: [&str; 2] = ["system", "code"];
/// Where else a record may have a code for exactly the thing that it is about. An ISBN is none, as
/// the chapters of a book share it.
pub(crate) const OUTSIDE_CODES: [&str; 2] = ["/csl/DOI", "/csl/PMID"];
/// What a record with such a code is called.
pub(crate) const OUTSIDE_NAME: &str = "/csl/title";
/// The top-level member for reviews.
pub(crate) const REVIEW: &str = "review";
/// In a review, who wrote the record.
pub(crate) const CURATED_BY: &str = "curated_by";

/// The collection of statements.
pub(crate) const CLAIMS: &str = "claims";

/// The collection of those who write and review.
pub(crate) const AGENTS: &str = "agents";
/// In an agent, what it is.
pub(crate) const KIND: &str = "kind";
/// The kind of agents that read.
pub(crate) const PERSON: &str = "person";

/// The role of a member; `around` is the role of what it is in, and `is_top` says that this is the
/// record itself.
pub(crate) fn role_of(name: &str, around: Option<Role>, is_top: bool) -> Option<Role> {
    match (name, around) {
        ("snapshot" | "locator" | "passage_sha256", Some(Role::Citations)) => Some(Role::Passage),
        (CODES, None) if is_top => Some(Role::Codes),
        ("former_codes", None) if is_top => Some(Role::FormerCodes),
        (REVIEW, None) if is_top => Some(Role::Review),
        (DEPRECATED, None) if is_top => Some(Role::Deprecation),
        ("citations", None) => Some(Role::Citations),
        (_, Some(Role::Review | Role::Passage | Role::Deprecation)) => around,
        _ => None,
    }
}
