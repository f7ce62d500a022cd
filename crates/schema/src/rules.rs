//! The rules that schemas and their validation find broken.

treatise_report::rules! {
    /// The rules of schemas and of validation.
    RULES {
        /// A schema that is none.
        INVALID_SCHEMA = "invalid-schema", Error, File:
            "a schema that its meta-schema or the validator refuses",
            "What the schema asks for can't be checked, so nothing is checked against it.";
        /// A reference that leads nowhere.
        UNRESOLVED_SCHEMA_REFERENCE = "unresolved-schema-reference", Error, Dataset:
            "a reference to a schema that is not at hand",
            "References are resolved among the schemas of the dataset and those that are named on the command line. Nothing is ever fetched.";
        /// A keyword that nothing reads.
        UNKNOWN_KEYWORD = "unknown-keyword", Error, File:
            "a keyword that neither JSON Schema nor our vocabulary has",
            "Validators ignore keywords that they don't know, so a misspelt one silently checks nothing.";
        /// A format that nothing checks.
        UNKNOWN_FORMAT = "unknown-format", Error, File:
            "a format that the draft of the schema does not define",
            "Validators ignore formats that they don't know, so a misspelt one silently checks nothing.";
        /// A value that its schema refuses.
        SCHEMA_VIOLATION = "schema-violation", Error, Record:
            "a value that the schema does not allow",
            "Programs rely on the published schema. Each failing keyword is a finding of its own.";
        /// An id of the wrong collection.
        WRONG_COLLECTION = "wrong-collection", Error, Dataset:
            "a reference to a record of a collection that is not allowed here",
            "The prefix of an id names its collection. Refer to a record of the collections that the schema allows at this place.";
        /// Too much work.
        COSTLY_VALIDATION = "costly-validation", Error, Record:
            "a record whose validation was given up",
            "Checking the record against its schema takes a number of steps that grows without bound, as with alternatives that refer to themselves twice, or with a pattern that looks around what it matches and can match it in many ways. Simplify the schema.";
    }
}
