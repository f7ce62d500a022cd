//! What can be wrong with a bundle.

treatise_report::rules! {
    /// The rules of this crate.
    RULES {
        /// A hash that is another.
        ALTERED_FILE = "altered-file", Error, File:
            "a file of a bundle that is not as it was written",
            "Its hash is not the one in SHA256SUMS: it was damaged on the way, or changed. Get the bundle anew from where it is published.";
        /// A file that is gone.
        MISSING_FILE = "missing-file", Error, File:
            "a file of a bundle that is not there",
            "SHA256SUMS lists it, or `bundle.json` names it. Get the bundle anew from where it is published.";
        /// A file too many.
        UNLISTED_FILE = "unlisted-file", Error, File:
            "a file in a bundle that is not part of it",
            "SHA256SUMS does not list it, or its format is not listed in `bundle.json`, so nobody answers for it. Remove it, or get the bundle anew.";
        /// An archive that can't be unpacked.
        UNREADABLE_ARCHIVE = "unreadable-archive", Error, File:
            "an archive that can't be unpacked to a bundle",
            "It was damaged on the way, or is none of ours: its files lie in one folder, and there is nothing but files. Get it anew from where it is published.";
        /// A list that can't be read.
        INVALID_CHECKSUMS = "invalid-checksums", Error, File:
            "a line of SHA256SUMS that is no hash and file of the bundle",
            "Each line has 64 hexadecimal digits, two spaces, and the name of a file inside the bundle.";
        /// A description that is not as published.
        INVALID_DESCRIPTION = "invalid-description", Error, File:
            "a description of a bundle that does not follow its schema",
            "Programs rely on the published form of `bundle.json`, `json/dataset.json` and the other documents.";
        /// A record that is not as its schema says.
        WRONG_RECORD = "wrong-record", Error, Dataset:
            "a record of a bundle that is not as its schema says",
            "The schema is in the bundle, and programs rely on it.";
        /// Something that could not be looked at.
        UNCHECKED_PART = "unchecked-part", Information, Dataset:
            "something in a bundle that was not checked, and why",
            "All else was: of a bundle of the whole dataset with NDJSON, all records, rows, types, keys and hashes. What stands beside them for programs, such as the statistics of a column in Parquet, is never looked at.";
        /// A package that says something else.
        PACKAGE_DISAGREES = "package-disagrees", Error, Dataset:
            "a file that is not as `datapackage.json` describes it",
            "The size, the hash and the columns in `datapackage.json` are those of the files beside it.";
        /// A number of records or rows that is another.
        COUNT_DISAGREES = "count-disagrees", Error, Dataset:
            "a number of records or rows that is not the one that the bundle says",
            "Something is missing or there is too much of it: the bundle was not made whole.";
        /// Formats that disagree.
        FORMATS_DISAGREE = "formats-disagree", Error, Dataset:
            "two formats of a bundle that don't say the same",
            "All formats hold the same records; whoever reads another one must not get another dataset.";
        /// A key that is not one.
        REPEATED_KEY = "repeated-key", Error, Dataset:
            "two rows of a table with the same primary key",
            "Rows are told apart by their primary key, and other tables refer to it.";
        /// A foreign key without its row.
        DANGLING_KEY = "dangling-key", Error, Dataset:
            "a foreign key that leads to no row",
            "What a row refers to is part of the bundle, so that tables can be joined.";
        /// A table or database that can't be read.
        UNREADABLE_TABLE = "unreadable-table", Error, File:
            "a table that programs can't read",
            "A CSV table has a header and rows of the same length in UTF-8; a database passes the integrity check of SQLite.";
    }
}
